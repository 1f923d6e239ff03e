"""Which boundary lies between two foci, on a brain of blocks whose boundaries are known."""

import numpy as np
import pytest

from RNAssessLib.anatomy.boundaries import BoundaryKind, find_crossing
from RNAssessLib.case import Anatomy, Compartment, Grid, Tissue

SHAPE = (60, 70, 80)
K, J, I = np.indices(SHAPE).astype(float)  # noqa: E741
GRID = Grid(SHAPE, (-40.0, -35.0, -20.0), (1.0, 1.0, 1.0))


def ball(k, j, i, radius=3.0):
    return (K - k) ** 2 + (J - j) ** 2 + (I - i) ** 2 <= radius**2


@pytest.fixture(scope="module")
def anatomy():
    """Two hemispheres with falx cleft at i = 40, callosum at k 30-33, tentorium at k = 18.

    A lateral ventricle lies in the left hemisphere (i 50-55) and a sulcus at i 64-65, each lined by
    grey matter on the sulcus only.
    """
    parts = np.zeros(SHAPE, np.uint8)
    tissue = np.full(SHAPE, Tissue.WHITE_MATTER, np.uint8)
    parts[I >= 40] = Compartment.LEFT_CEREBRUM
    parts[I < 40] = Compartment.RIGHT_CEREBRUM
    cleft = (np.abs(I - 39.5) < 1) & (K > 33)
    tissue[cleft] = Tissue.CSF
    tissue[(np.abs(I - 39.5) < 3.5) & (K > 33) & ~cleft] = Tissue.GREY_MATTER
    callosum = (np.abs(I - 39.5) < 8) & (K >= 30) & (K <= 33) & (J > 15) & (J < 55)
    parts[callosum] = Compartment.CORPUS_CALLOSUM
    parts[(K < 18) & (I >= 40)] = Compartment.LEFT_CEREBELLUM
    parts[(K < 18) & (I < 40)] = Compartment.RIGHT_CEREBELLUM
    tissue[np.abs(K - 17.5) < 1] = Tissue.CSF
    ventricle = (I >= 50) & (I <= 55) & (K >= 24) & (K <= 45) & (J > 20) & (J < 50)
    parts[ventricle] = Compartment.LEFT_LATERAL_VENTRICLE
    tissue[ventricle] = Tissue.CSF
    sulcus = (I >= 65) & (I <= 66) & (K > 35)
    tissue[sulcus] = Tissue.CSF
    tissue[(np.abs(I - 65.5) < 4) & (K > 35) & ~sulcus] = Tissue.GREY_MATTER
    return Anatomy(GRID, parts, tissue, "user label map", 1.0)


def test_across_the_falx(anatomy):
    crossing = find_crossing(anatomy, ball(45, 35, 33), ball(45, 35, 46))
    assert crossing.kind is BoundaryKind.FALX
    assert crossing.distance_mm == pytest.approx(13 - 6, abs=0.01)
    assert crossing.clearance_mm == pytest.approx(7, abs=0.6)  # of its middle from the cleft
    assert crossing.is_clear and not crossing.contiguous
    assert not crossing.via_callosum and not crossing.along_boundary
    assert crossing.point_lps_mm == pytest.approx((-7.0, 0.0, 25.0), abs=0.01)
    assert "falx" in crossing.explanation


def test_falx_works_from_either_side(anatomy):
    assert find_crossing(anatomy, ball(45, 35, 46), ball(45, 35, 33)).kind is BoundaryKind.FALX


def test_callosal_spread_is_told_apart(anatomy):
    # LA22: through the corpus callosum is no crossing of the falx
    crossing = find_crossing(anatomy, ball(31.5, 35, 35, 2.0), ball(31.5, 35, 46))
    assert crossing is None or crossing.via_callosum


def test_callosum_behind_the_ventricle_is_no_crossing_either(anatomy):
    parts = anatomy.compartments.copy()
    parts[ball(35, 35, 46)] = Compartment.CORPUS_CALLOSUM
    around = Anatomy(GRID, parts, anatomy.tissue, "user label map", 1.0)
    crossing = find_crossing(around, ball(35, 35, 46, 2.5), ball(35, 35, 60))
    assert crossing.kind is BoundaryKind.VENTRICLE
    assert crossing.via_callosum


def test_csf_of_the_patient_s_own_image_is_better_known_than_the_falx(anatomy):
    atlas = Anatomy(GRID, anatomy.compartments, anatomy.tissue, "atlas", 3.0, csf_error_mm=1.5)
    falx = find_crossing(atlas, ball(45, 35, 33), ball(45, 35, 46))
    ventricle = find_crossing(atlas, ball(36, 35, 46), ball(36, 35, 60))
    assert falx.uncertainty_mm == 3.0
    assert (ventricle.kind, ventricle.uncertainty_mm) == (BoundaryKind.VENTRICLE, 1.5)


def test_a_sheet_with_one_rough_place_is_still_a_sheet(anatomy):
    sheet = (I >= 38) & (I <= 39) & ((K - 48) ** 2 + (J - 35) ** 2 <= 49)
    rough = sheet | ball(48, 35, 37.5, 2.3)
    crossing = find_crossing(anatomy, rough, ball(45, 35, 50))
    assert crossing.along_boundary
    thick = (np.abs(I - 36.5) <= 2.5) & ((K - 48) ** 2 + (J - 35) ** 2 <= 49)
    assert not find_crossing(anatomy, thick, ball(45, 35, 50)).along_boundary


def test_across_the_tentorium_both_ways(anatomy):
    above, below = ball(26, 60, 20), ball(10, 60, 20)
    for component, origin in ((below, above), (above, below)):
        crossing = find_crossing(anatomy, component, origin)
        assert crossing.kind is BoundaryKind.TENTORIUM
        assert crossing.distance_mm == pytest.approx(10.0, abs=0.01)
        assert crossing.is_clear


def test_other_side_of_a_ventricle(anatomy):
    crossing = find_crossing(anatomy, ball(35, 35, 46), ball(35, 35, 59))
    assert crossing.kind is BoundaryKind.VENTRICLE
    assert not crossing.contiguous


def test_other_side_of_a_sulcus(anatomy):
    # subcortical white matter to subcortical white matter, LA22 Figs 4 and 5
    crossing = find_crossing(anatomy, ball(50, 35, 58), ball(50, 35, 73))
    assert crossing.kind is BoundaryKind.SULCUS
    assert crossing.distance_mm == pytest.approx(9.0, abs=0.01)


def test_no_boundary_within_one_gyrus(anatomy):
    assert find_crossing(anatomy, ball(45, 20, 20), ball(45, 35, 20)) is None


def test_touching_components_are_contiguous(anatomy):
    crossing = find_crossing(anatomy, ball(45, 35, 36, 4), ball(45, 35, 44, 4))
    assert crossing.kind is BoundaryKind.FALX
    assert crossing.contiguous


def test_close_call_is_not_clear(anatomy):
    blurred = Anatomy(GRID, anatomy.compartments, anatomy.tissue, "atlas", 5.0)
    crossing = find_crossing(blurred, ball(45, 35, 36, 2), ball(45, 35, 48))
    assert crossing.kind is BoundaryKind.FALX
    assert not crossing.is_clear
    assert "uncertain" in crossing.explanation


def test_sheet_along_the_falx_is_meningeal(anatomy):
    sheet = (np.abs(I - 38.6) < 0.9) & (K > 40) & (K < 55) & (J > 20) & (J < 45)
    crossing = find_crossing(anatomy, sheet, ball(45, 35, 46))
    assert crossing is None or crossing.along_boundary


def test_a_sheet_on_both_sides_of_the_falx_is_on_the_falx(anatomy):
    """It lies beyond a sulcus from the lesion, and where both hemispheres touch no CSF is seen."""
    tissue = np.where(np.abs(I - 39.5) < 1, Tissue.GREY_MATTER, anatomy.tissue)
    touching = Anatomy(GRID, anatomy.compartments, tissue, "user label map", 1.0)
    disc = (K - 52) ** 2 + (J - 35) ** 2 <= 36
    crossing = find_crossing(touching, (np.abs(I - 39.5) < 1.2) & disc, ball(52, 35, 73))
    assert crossing.kind is BoundaryKind.SULCUS
    assert crossing.along_boundary
    # as thin and as wide in the white matter between, it is none
    inside = find_crossing(touching, (np.abs(I - 56.5) < 1.2) & disc, ball(52, 35, 73))
    assert inside.kind is BoundaryKind.SULCUS and not inside.along_boundary


def test_small_round_focus_next_to_the_falx_is_not_a_sheet(anatomy):
    crossing = find_crossing(anatomy, ball(45, 35, 35, 2.0), ball(45, 35, 47))
    assert not crossing.along_boundary
