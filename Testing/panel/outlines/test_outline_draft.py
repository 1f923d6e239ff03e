"""Drawing on an outline: brushes of known volume, strokes taken back one by one."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from RNAssessLib.case import Grid, MaskKind, SequenceRole
from RNAssessLib.lesions.brush import Brush, brush_voxels, keep_largest, smooth
from RNAssessLib.panel.outlines.draft import Limits, OutlineDraft

from ...scene.assessments import FINE, make_assessment

E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741
R = SequenceRole
TURN = Rotation.from_euler("zyx", [20, -12, 8], degrees=True).as_matrix()
OBLIQUE = Grid((40, 60, 50), (-31.0, 12.0, 40.0), (0.7, 0.8, 1.1), tuple(TURN.ravel()))


@pytest.mark.parametrize("radius", [2.0, 5.0, 9.0])
def test_a_ball_has_its_volume(radius):
    box, covered = brush_voxels(OBLIQUE, OBLIQUE.center_lps, Brush(radius))
    volume = covered.sum() * OBLIQUE.voxel_volume_cm3 * 1000
    assert volume == pytest.approx(4 / 3 * np.pi * radius**3, rel=0.08 if radius < 3 else 0.015)
    points = OBLIQUE.index_to_lps(np.argwhere(covered) + [s.start for s in box])
    assert np.linalg.norm(points - OBLIQUE.center_lps, axis=1).max() <= radius


@pytest.mark.parametrize("axis", range(3))
def test_a_disc_covers_one_slice(axis):
    """Across a voxel plane a disc is exactly one voxel thick."""
    normal = tuple(float(v) for v in TURN[:, axis])
    _, covered = brush_voxels(OBLIQUE, OBLIQUE.center_lps, Brush(6.0, normal))
    cells = np.argwhere(covered)
    assert len(np.unique(cells[:, 2 - axis])) == 1
    across = OBLIQUE.voxel_volume_cm3 * 1000 / OBLIQUE.spacing_mm[axis]
    assert len(cells) * across == pytest.approx(np.pi * 36, rel=0.05)


def test_an_oblique_disc_leaves_no_holes():
    normal = tuple(float(v) for v in np.ones(3) / np.sqrt(3))
    _, covered = brush_voxels(OBLIQUE, OBLIQUE.center_lps, Brush(8.0, normal))
    volume = covered.sum() * OBLIQUE.voxel_volume_cm3 * 1000
    thick = float(np.abs(np.asarray(normal) @ TURN) @ OBLIQUE.spacing_mm)
    assert volume == pytest.approx(np.pi * 64 * thick, rel=0.05)


def test_nothing_is_painted_outside():
    _, covered = brush_voxels(OBLIQUE, OBLIQUE.index_to_lps([-30, 0, 0]), Brush(3.0))
    assert not covered.any()
    corner, covered = brush_voxels(OBLIQUE, OBLIQUE.index_to_lps([0, 0, 0]), Brush(3.0))
    assert 0 < covered.sum() < 60
    assert [s.start for s in corner] == [0, 0, 0]


def test_smoothing_keeps_a_body_and_drops_a_spike():
    index = np.moveaxis(np.indices(OBLIQUE.shape), 0, -1)
    offset = np.linalg.norm(OBLIQUE.index_to_lps(index) - OBLIQUE.center_lps, axis=-1)
    ball = offset < 9.0
    spiked = ball.copy()
    spiked[20, 30, 25:] = True
    smoothed = smooth(spiked, OBLIQUE)
    assert smoothed.sum() == pytest.approx(ball.sum(), rel=0.03)
    assert not smoothed[20, 30, 45:].any()
    apart = ball.copy()
    apart[1:4, 1:4, 1:4] = True
    assert np.array_equal(keep_largest(apart), ball)
    assert not keep_largest(np.zeros((3, 3, 3), bool)).any()


@pytest.fixture(scope="module")
def timepoint():
    return make_assessment(2, FINE).prepared.timepoint("t1")


def middle_of(draft, kind):
    return draft.grid.index_to_lps(np.argwhere(draft.arrays[kind]).mean(axis=0))


def test_strokes_are_taken_back_one_by_one(timepoint):
    draft = OutlineDraft(timepoint, "L1")
    start = {k: a.copy() for k, a in draft.arrays.items()}
    away = middle_of(draft, E) + np.array([0.0, 0.0, 25.0])
    draft.begin()
    for step in range(3):
        draft.dab(E, away + np.array([2.0 * step, 0.0, 0.0]), Brush(4.0))
    draft.end()
    once = {k: a.copy() for k, a in draft.arrays.items()}
    draft.begin()
    draft.dab(E, away, Brush(9.0), erase=True)
    draft.end()
    assert np.array_equal(draft.arrays[E], start[E])
    assert draft.undo()
    assert all(np.array_equal(draft.arrays[k], once[k]) for k in once)
    assert draft.undo()
    assert all(np.array_equal(draft.arrays[k], start[k]) for k in start)
    assert not draft.undo()
    assert draft.changed() == {}


def test_a_voxel_is_one_part(timepoint):
    draft = OutlineDraft(timepoint, "L1")
    before = draft.volumes_cm3()
    draft.dab(E, middle_of(draft, C), Brush(1.5))
    draft.end()
    assert not (draft.arrays[E] & draft.arrays[C]).any()
    gained = draft.volumes_cm3()[E][1] - before[E][1]
    lost = before[C][1] - draft.volumes_cm3()[C][1]
    assert gained == pytest.approx(lost)
    assert set(draft.changed()) == {E, C}


def test_only_bright_voxels_are_painted(timepoint):
    draft = OutlineDraft(timepoint, "L1")
    brush = Brush(8.0)
    draft.begin()
    draft.dab(E, middle_of(draft, E), brush, erase=True)
    draft.dab(E, middle_of(draft, C), brush, limits=Limits(low=1.5))
    draft.end()
    box, covered = brush_voxels(draft.grid, middle_of(draft, C), brush)
    bright = timepoint.timepoint.t1c.array[box] / timepoint.white_matter_level[R.T1C] >= 1.5
    assert np.array_equal(draft.arrays[E][box] & covered, bright & covered)
    assert 0 < (bright & covered).sum() < covered.sum()


def test_oedema_needs_flair(timepoint):
    masks = timepoint.lesions["L1"]
    without = {k: m for k, m in masks.masks.items() if k is not O}
    bare = replace(timepoint, lesions={"L1": replace(masks, masks=without)})
    with pytest.raises(ValueError, match="no FLAIR at t1"):
        OutlineDraft(bare, "L1").dab(O, (0.0, 0.0, 0.0), Brush(3.0))
