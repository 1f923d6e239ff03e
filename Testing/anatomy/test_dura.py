"""Falx and tentorium follow the sheet that enhances near the atlas's, and only that."""

import numpy as np
import pytest

from RNAssessLib.anatomy.boundaries import BoundaryKind, find_crossing
from RNAssessLib.anatomy.dura import follow_own_dura
from RNAssessLib.case import Anatomy, Compartment, Grid, Tissue

C = Compartment
SIZE, MIDDLE = 64, 31.5
SPACING = (1.0, 1.0, 1.0)
NO_LESION = np.zeros((SIZE,) * 3, bool)
Z, Y, X = np.indices((SIZE,) * 3).astype(float)
# No flat sheet at a whole number of voxels: bent, and up to 3.3 mm off.
TRUE = MIDDLE - 0.5 - 2.8 * np.sin(Y[:, :, 0] / 18.0)


def halves(first=C.LEFT_CEREBRUM, second=C.RIGHT_CEREBRUM):
    """What the atlas says: flat, at the middle."""
    return np.where(X < MIDDLE, first, second).astype(np.uint8)


def brain(seed=0, noise=0.06):
    return np.random.default_rng(seed).normal(0.9, noise, (SIZE,) * 3).astype(np.float32)


def sheet(at=TRUE, half_mm=1.0, bright=0.5):
    """Brightness of a sheet across x at a place (K, J)."""
    return (bright * np.exp(-(((X - at[:, :, None]) / half_mm) ** 2))).astype(np.float32)


def place_of(labels, first=C.LEFT_CEREBRUM):
    """Border across x for every row (K, J)."""
    return np.count_nonzero(labels == first, axis=2) - 0.5


@pytest.mark.parametrize("names", [
    (C.LEFT_CEREBRUM, C.RIGHT_CEREBRUM), (C.LEFT_CEREBRUM, C.LEFT_CEREBELLUM),
])  # fmt: skip
def test_the_boundary_lies_on_the_sheet(names):
    """Within the half voxel that a label map can tell, where the atlas was up to 4 mm off."""
    labels = halves(*names)
    seen = follow_own_dura(labels, brain() + sheet(), SPACING, NO_LESION)
    inner = (slice(6, -6),) * 2
    off = (place_of(labels, names[0]) - TRUE)[inner]
    assert np.abs(MIDDLE - TRUE[inner]).max() > 3.0
    assert np.abs(off).max() < 1.0
    assert off.std() < 0.4
    assert seen.any(axis=2)[inner].mean() > 0.95


def nothing():
    return np.zeros((SIZE,) * 3, np.float32)


def thick():
    """A lesion, or slices that the sheet runs through aslant."""
    return sheet(half_mm=5.0)


def vessel():
    """One that crosses the boundary: bright along x, 3 mm wide."""
    return (0.8 * (np.hypot(Y - 30.0, Z - 30.0) < 1.5)).astype(np.float32)


def white_matter_between_sulci():
    """A crest no brighter than white matter."""
    return sheet(bright=0.3) - 0.2


@pytest.mark.parametrize("shows", [nothing, thick, vessel, white_matter_between_sulci])
def test_what_is_no_sheet_moves_nothing(shows):
    labels = halves()
    assert not follow_own_dura(labels, brain() + shows(), SPACING, NO_LESION).any()
    assert np.array_equal(labels, halves())


def test_a_sheet_out_of_reach_is_another():
    labels = halves()
    away = np.full((SIZE, SIZE), MIDDLE + 6.0)
    assert not follow_own_dura(labels, brain() + sheet(away), SPACING, NO_LESION).any()
    assert np.array_equal(labels, halves())


def bulging_rim():
    """A ring lesion's wall beside the sheet, as thin and brighter: 3 mm further over 12 mm."""
    away = np.hypot(Y[:, :, 0] - 32.0, Z[:, :, 0] - 32.0)
    return sheet(np.where(away < 6.0, MIDDLE - 3.0, MIDDLE), bright=0.8)


def test_a_patch_that_stands_out_is_not_followed():
    labels = halves()
    follow_own_dura(labels, brain() + bulging_rim(), SPACING, NO_LESION)
    assert np.abs(place_of(labels) - MIDDLE).max() <= 1.0


def test_nothing_is_looked_for_at_a_lesion():
    labels = halves()
    lesion = np.hypot(Y - 32.0, Z - 32.0) < 12.0
    seen = follow_own_dura(labels, brain() + sheet(), SPACING, lesion)
    assert not seen[32, 32].any()
    assert seen[32, 10].any()


def component(first, last):
    """A cube of 6 mm on the right, so many mm beyond the middle."""
    return (
        (np.abs(Y - 30) < 3)
        & (np.abs(Z - 30) < 3)
        & (np.abs(X - (first + last) / 2) < (last - first) / 2)
    )


def crossing(follows):
    flat = np.full((SIZE, SIZE), MIDDLE)
    labels = halves()
    t1c = brain() + (sheet(flat) if follows else 0)
    dura = follow_own_dura(labels, t1c, SPACING, NO_LESION)
    grid = Grid((SIZE,) * 3, (0.0, 0.0, 0.0), SPACING)
    tissue = np.full((SIZE,) * 3, Tissue.WHITE_MATTER, np.uint8)
    anatomy = Anatomy(grid, labels, tissue, "atlas", 3.0, dura=dura, dura_error_mm=1.5)
    return find_crossing(anatomy, component(31.8, 36.2), component(20, 28))


def test_a_boundary_on_the_own_sheet_is_better_known():
    """The median of 4 mm next to it lies 2.5 mm beyond: clear of 1.5 mm, not of the atlas's 3."""
    own, atlas = crossing(True), crossing(False)
    assert own.kind is atlas.kind is BoundaryKind.FALX
    assert own.clearance_mm == atlas.clearance_mm == pytest.approx(2.5, abs=0.5)
    assert (own.uncertainty_mm, atlas.uncertainty_mm) == (1.5, 3.0)
    assert own.is_clear
    assert not atlas.is_clear
