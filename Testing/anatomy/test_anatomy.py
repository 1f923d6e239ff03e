"""Compartments against an independent atlas; boundaries on a geometric head."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from RNAssessLib.anatomy import BoundaryKind, find_crossing
from RNAssessLib.anatomy.template_labels import compute_template_labels
from RNAssessLib.case import Anatomy, Compartment, Grid, Tissue

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "atlas" / "mni152_2009a_lobes"


def dice(a, b):
    return 2 * (a & b).sum() / (a.sum() + b.sum())


def test_template_compartments_agree_with_another_atlas():
    if not SHARED.exists():
        pytest.skip("../shared/data/atlas is absent")
    image = sitk.ReadImage(str(SHARED / "reduced_lobes_brain.nii.gz"))
    other = sitk.GetArrayFromImage(sitk.DICOMOrient(image, "LPS"))
    own = compute_template_labels()
    assert dice(own == Compartment.LEFT_LATERAL_VENTRICLE, other == 3) > 0.95
    assert dice(own == Compartment.RIGHT_LATERAL_VENTRICLE, other == 9) > 0.95
    assert dice(own == Compartment.LEFT_CEREBELLUM, other == 67) > 0.90
    assert dice(own == Compartment.RIGHT_CEREBELLUM, other == 76) > 0.90
    image = sitk.ReadImage(str(SHARED / "extended_lateralisation_mask.nii.gz"))
    side = sitk.GetArrayFromImage(sitk.DICOMOrient(image, "LPS"))
    cerebrum = np.isin(own, (Compartment.LEFT_CEREBRUM, Compartment.RIGHT_CEREBRUM))
    left = own == Compartment.LEFT_CEREBRUM
    values = side[left & (side > 0)]
    label = 1 if (values == 1).mean() > 0.5 else 2
    assert dice(left, (side == label) & cerebrum) > 0.98


@pytest.fixture
def head():
    """60 mm cube: hemispheres left and right of x = 0, tentorium at z = -12, a sulcus, a ventricle.

    LPS, so the patient's left is +x.
    """
    grid = Grid((60, 60, 60), (-29.5, -29.5, -29.5), (1.0, 1.0, 1.0))
    index = np.stack(np.meshgrid(*[np.arange(60)] * 3, indexing="ij"), axis=-1)
    x, y, z = np.moveaxis(grid.index_to_lps(index), -1, 0)
    compartments = np.where(x > 0, Compartment.LEFT_CEREBRUM, Compartment.RIGHT_CEREBRUM)
    below = z < -12
    compartments[below & (x > 0)] = Compartment.LEFT_CEREBELLUM
    compartments[below & (x <= 0)] = Compartment.RIGHT_CEREBELLUM
    callosum = (np.abs(x) < 6) & (np.abs(y) < 12) & (np.abs(z) < 4)
    compartments[callosum] = Compartment.CORPUS_CALLOSUM
    ventricle = (np.abs(x - 14) < 3) & (np.abs(y) < 5) & (np.abs(z) < 5)
    compartments[ventricle] = Compartment.LEFT_LATERAL_VENTRICLE
    tissue = np.full(grid.shape, Tissue.WHITE_MATTER, np.uint8)
    tissue[ventricle] = Tissue.CSF
    tissue[(np.abs(y - 20) < 1.2) & (x > 2)] = Tissue.CSF  # a sulcus in the left hemisphere
    tissue[(np.abs(x) < 0.6) & ~callosum] = Tissue.CSF
    anatomy = Anatomy(grid, compartments.astype(np.uint8), tissue, "geometric", 2.0)

    def ball(center, radius):
        return (x - center[0]) ** 2 + (y - center[1]) ** 2 + (z - center[2]) ** 2 <= radius**2

    return anatomy, ball


@pytest.mark.parametrize(
    ("origin", "component", "kind"),
    [
        ((10, -20, 12), (-9, -20, 12), BoundaryKind.FALX),
        ((12, -18, -4), (12, -18, -20), BoundaryKind.TENTORIUM),
        ((6, 0, 0), (22, 0, 0), BoundaryKind.VENTRICLE),
        ((12, 13, 14), (12, 26, 14), BoundaryKind.SULCUS),
        ((10, -20, 12), (21, -20, 12), None),
    ],
)
def test_which_boundary_lies_between(head, origin, component, kind):
    anatomy, ball = head
    crossing = find_crossing(anatomy, ball(component, 3), ball(origin, 5))
    assert (crossing.kind if crossing else None) is kind
    if crossing is not None:
        gap = np.linalg.norm(np.subtract(origin, component)) - 8
        assert crossing.distance_mm == pytest.approx(gap, abs=1.2)
        assert not crossing.contiguous
        assert np.allclose(crossing.point_lps_mm, component, atol=0.5)


def test_near_the_falx_is_not_clear(head):
    anatomy, ball = head
    near = find_crossing(anatomy, ball((-1.5, -20, 12), 1.5), ball((10, -20, 12), 5))
    far = find_crossing(anatomy, ball((-9, -20, 12), 3), ball((10, -20, 12), 5))
    assert near is not None and not near.is_clear
    assert far is not None and far.is_clear


def test_callosal_spread_is_told_apart(head):
    anatomy, ball = head
    through = ball((-4, 0, 0), 3)
    crossing = find_crossing(anatomy, through, ball((10, -20, 12), 5))
    assert crossing is None or crossing.via_callosum
