"""Compartments derived from the template against an independent label map of the same template."""

from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from RNAssessLib.anatomy.template_labels import compute_template_labels
from RNAssessLib.case import Compartment

ATLAS = Path(__file__).parents[2] / "../shared/data/atlas/mni152_2009a_lobes"


@pytest.fixture(scope="module")
def labels(template):
    return compute_template_labels()


def reference(name):
    path = ATLAS / name
    if not path.exists():
        pytest.skip(f"{path} is absent: the independent label map is needed to compare with")
    return sitk.GetArrayFromImage(sitk.DICOMOrient(sitk.ReadImage(str(path)), "LPS"))


def dice(a, b):
    return 2.0 * np.count_nonzero(a & b) / (np.count_nonzero(a) + np.count_nonzero(b))


LEFT = (
    Compartment.LEFT_CEREBRUM,
    Compartment.LEFT_CEREBELLUM,
    Compartment.LEFT_LATERAL_VENTRICLE,
)
RIGHT = (
    Compartment.RIGHT_CEREBRUM,
    Compartment.RIGHT_CEREBELLUM,
    Compartment.RIGHT_LATERAL_VENTRICLE,
)


@pytest.mark.parametrize(("side", "value"), [(LEFT, 2), (RIGHT, 1)])
def test_hemispheres(labels, side, value):
    assert dice(np.isin(labels, side), reference("lateralisation_mask.nii.gz") == value) >= 0.95


@pytest.mark.parametrize(
    ("side", "value"), [(Compartment.LEFT_CEREBELLUM, 67), (Compartment.RIGHT_CEREBELLUM, 76)]
)
def test_cerebellum(labels, template, side, value):
    # the reference labels tissue; ours, the whole compartment with its CSF
    tissue = template.wm.array + template.gm.array > 0.5
    expected = reference("reduced_lobes_brain.nii.gz") == value
    assert dice((labels == side) & tissue, expected) >= 0.95


@pytest.mark.parametrize(
    ("side", "value"),
    [(Compartment.LEFT_LATERAL_VENTRICLE, 3), (Compartment.RIGHT_LATERAL_VENTRICLE, 9)],
)
def test_lateral_ventricles(labels, side, value):
    assert dice(labels == side, reference("reduced_lobes_brain.nii.gz") == value) >= 0.95


def test_all_ventricles(labels):
    ours = np.isin(labels, [Compartment.LEFT_LATERAL_VENTRICLE, Compartment.RIGHT_LATERAL_VENTRICLE,
                            Compartment.THIRD_VENTRICLE, Compartment.FOURTH_VENTRICLE])  # fmt: skip
    theirs = np.isin(reference("reduced_lobes_brain.nii.gz"), [3, 9, 232, 233])
    assert dice(ours, theirs) >= 0.85


def test_left_is_left_in_lps(labels, template):
    grid = template.t1.grid
    for left, right in zip(LEFT, RIGHT, strict=True):
        x_left = grid.index_to_lps(np.argwhere(labels == left))[:, 0]
        x_right = grid.index_to_lps(np.argwhere(labels == right))[:, 0]
        assert x_left.min() > -1.0 and x_right.max() < 1.0  # LPS x grows to the patient's left


def test_callosum_joins_the_hemispheres_above_the_ventricles(labels, template):
    grid = template.t1.grid
    points = grid.index_to_lps(np.argwhere(labels == Compartment.CORPUS_CALLOSUM))
    assert 5.0 < len(points) / 1000.0 < 20.0  # cm³
    assert np.abs(points[:, 0].mean()) < 1.0
    genu, splenium = (0.0, -28.0, 6.0), (0.0, 38.0, 14.0)  # LPS of MNI (0, 28, 6), (0, -38, 14)
    for place in (genu, splenium):
        assert np.linalg.norm(points - place, axis=1).min() < 2.0
