"""New means absent on the earlier image at equal sensitivity, not outside an earlier outline."""

from datetime import date
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.case import (
    Grid,
    Image,
    Mask,
    Registration,
    RegistrationGrade,
    RegistrationQuality,
    RigidTransform,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.sampled_alike import slices_of
from RNAssessLib.findings.measure.seen_before import Before, look_back, look_before
from RNAssessLib.spatial.resampling import resample_array

from ..lesions.shapes import CENTER, GRID, ball, head, points, share_of_ball

QUALITY = RegistrationQuality(RegistrationGrade.GOOD, 1.0, 1.2, 0.98, 0.1, 0.2)


def scan(name, signal, seed, gain, hidden=None, parts=()):
    """A head of concentric tissue; the focus in its middle is as bright as given."""
    parts = list(parts) if signal is None else [(share_of_ball(CENTER, 3.0), signal)]
    t1c, brain = head(parts, seed=seed, gain=gain)
    if hidden is not None:
        t1c = Image(np.where(hidden, 0, t1c.array).astype(np.float32), GRID)
    return SimpleNamespace(
        id=name, timepoint=SimpleNamespace(t1c=t1c), brain=brain,
        to_reference=Registration(name, "a", RigidTransform(), QUALITY),
        white_matter_level={SequenceRole.T1C: gain},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("signal", "verdict"),
    [(None, Before.ABSENT), (1.1, Before.ABSENT), (1.6, Before.SEEN), (1.8, Before.SEEN)],
)
def test_verdict_follows_the_contrast_on_the_earlier_scan(signal, verdict):
    before, after = scan("a", signal, 1, 250.0), scan("b", 1.8, 2, 900.0)
    view = look_before(before, after, Mask(ball(CENTER, 3.0), GRID), Thresholds())
    assert view.verdict is verdict, view
    # the border's voxels are half filled: about 0.8 of the painted 0.8
    assert 0.5 < view.contrast_now < 0.8


def test_a_place_that_the_earlier_scan_does_not_show_is_undecided():
    before = scan("a", None, 1, 250.0, hidden=ball(CENTER, 6.0))
    view = look_before(
        before, scan("b", 1.8, 2, 900.0), Mask(ball(CENTER, 3.0), GRID), Thresholds()
    )
    assert view.verdict is Before.UNDECIDED
    assert "does not cover" in view.reason


def test_noise_beside_what_was_scanned_is_no_cover():
    before = scan("a", None, 1, 250.0, hidden=ball(CENTER, 6.0))
    noise = np.abs(np.random.default_rng(3).normal(0.0, 0.02 * 250.0, GRID.shape))
    array = before.timepoint.t1c.array + np.where(ball(CENTER, 6.0), noise, 0.0)
    before.timepoint.t1c = Image(array.astype(np.float32), GRID)
    after = scan("b", 1.8, 2, 900.0)
    view = look_before(before, after, Mask(ball(CENTER, 3.0), GRID), Thresholds())
    assert view.verdict is Before.UNDECIDED
    assert "does not cover" in view.reason


@pytest.mark.parametrize(("gap_mm", "verdict"), [(0.2, Before.UNDECIDED), (4.0, Before.ABSENT)])
def test_a_stripped_scan_says_nothing_at_its_edge(gap_mm, verdict):
    """It cuts a vessel on the brain's surface in half, and what is left looks like less."""
    cut = points()[..., 0, 0] < CENTER[0] - 3.0 - gap_mm
    before, after = scan("a", None, 1, 250.0, hidden=cut), scan("b", 1.8, 2, 900.0)
    view = look_before(before, after, Mask(ball(CENTER, 3.0), GRID), Thresholds())
    assert view.verdict is verdict, view
    assert view.reason == ("it lies at the edge of what a shows" if gap_mm < 1.0 else "")
    # stripped alike, the later scan shows no more than the earlier one did
    after = scan("b", 1.8, 2, 900.0, hidden=cut)
    view = look_before(before, after, Mask(ball(CENTER, 3.0), GRID), Thresholds())
    assert view.verdict is Before.ABSENT, view


@pytest.mark.parametrize(("up_mm", "verdict"), [(-28.0, Before.UNDECIDED), (0.0, Before.ABSENT)])
def test_the_first_of_thick_slices_do_not_tell(up_mm, verdict):
    part = ball(np.add(CENTER, (0.0, 0.0, up_mm)), 3.5)
    second = scan("b", None, 2, 900.0, parts=[(part * 1.0, 1.8)])
    first = in_thick_slices(scan("a", None, 1, 250.0))
    view = look_before(first, second, Mask(part, GRID), Thresholds())
    assert view.verdict is verdict, view
    assert view.reason == ("it lies in the first or last slices of a" if up_mm else "")


@pytest.mark.parametrize(("slices", "verdict"), [(0, Before.UNDECIDED), (1, Before.ABSENT)])
def test_a_stripped_scan_says_nothing_in_the_thick_slice_beside_its_edge(slices, verdict):
    """5.6 mm from middle to middle, and yet they touch: a vein at the vertex was a new lesion."""
    second = in_thick_slices(scan("b", 1.8, 2, 900.0))
    grid = second.timepoint.t1c.grid
    part = np.zeros(grid.shape, bool)
    number = round(float(grid.lps_to_index(np.asarray(CENTER))[0]))
    part[number] = second.timepoint.t1c.array[number] / 900.0 > 1.25
    top = float(grid.index_to_lps(np.array([number, 0, 0]))[2]) + 2.8
    cut = points()[..., 0, 2] > top + 5.6 * slices
    view = look_before(
        scan("a", None, 1, 250.0, hidden=cut), second, Mask(part, grid), Thresholds()
    )
    assert view.verdict is verdict, view
    assert view.reason == ("" if slices else "it lies at the edge of what a shows")


@pytest.mark.parametrize(
    ("hidden", "between", "verdict"),
    [(True, None, Before.ABSENT), (True, 1.8, Before.UNDECIDED), (False, None, Before.SEEN)],
)
def test_a_scan_in_between_tells_where_the_first_cannot(hidden, between, verdict):
    """New since the scan that lacks it; what the first scan does show is not new."""
    first = scan("a", 1.8, 1, 250.0, hidden=ball(CENTER, 6.0) if hidden else None)
    visits = (first, scan("b", between, 2, 400.0), scan("c", 1.8, 3, 900.0))
    for month, visit in enumerate(visits, start=1):
        visit.date = date(2024, month, 1)
    case = SimpleNamespace(timepoints=visits)
    view = look_back(case, first, visits[2], Mask(ball(CENTER, 3.0), GRID), Thresholds())
    assert view.verdict is verdict, view


def in_thick_slices(visit, first=0):
    """The same scan with every four slices, from the `first` on, averaged to one of 5.6 mm."""
    count = (GRID.shape[0] - first) // 4
    held = slice(first, first + 4 * count)
    array, brain = (
        a[held].reshape(count, 4, *GRID.shape[1:]).mean(axis=1)
        for a in (visit.timepoint.t1c.array, visit.brain.array)
    )
    x, y, z = (float(v) for v in GRID.index_to_lps(np.array([first + 1.5, 0.0, 0.0])))
    grid = Grid(array.shape, (x, y, z), (1.0, 1.0, 5.6), GRID.direction)
    visit.timepoint.t1c = Image(array.astype(np.float32), grid)
    visit.brain = Mask(brain >= 0.5, grid)
    return visit


@pytest.mark.parametrize("tilt_deg", [0.0, 45.0])
@pytest.mark.parametrize(("before", "verdict"), [(2.2, Before.SEEN), (None, Before.ABSENT)])
def test_a_vessel_between_the_slices_of_the_earlier_scan_is_not_new(before, verdict, tilt_deg):
    """3 mm across, within a slice on one scan and astride two on the other: half as bright there,
    and less where slices are interpolated; where it is missing it is missed all the same."""
    way = np.array([np.cos(np.radians(tilt_deg)), 0.0, np.sin(np.radians(tilt_deg))])
    away = points()[..., 0, :] - np.asarray(CENTER)
    along = away @ way
    line = (np.linalg.norm(away - along[..., None] * way, axis=-1) <= 1.5) & (abs(along) < 15.0)
    first = scan("a", None, 1, 250.0, parts=[] if before is None else [(line * 1.0, before)])
    second = in_thick_slices(scan("b", None, 2, 900.0, parts=[(line * 1.0, 2.2)]), first=2)
    bright = second.timepoint.t1c.array / 900.0 > 1.25
    number = int(np.argmax(bright[4:9].sum(axis=(1, 2)))) + 4
    part = np.zeros_like(bright)
    part[number] = ndimage.binary_opening(bright[number])
    view = look_before(
        in_thick_slices(first), second, Mask(part, second.timepoint.t1c.grid), Thresholds()
    )
    assert view.verdict is verdict, view
    if before is not None and not tilt_deg:  # both as the earlier scan's slices show it
        assert view.contrast_now == pytest.approx(view.contrast_then, rel=0.05)


@pytest.mark.parametrize("way", [(1.0, 0.0, 0.0), (0.0, -1.0, 0.0)])
def test_thick_slices_hide_nothing_within_their_plane(way):
    """A lesion of 6 mm grew by 3 mm to one side: the look-up does not slide in plane onto it."""
    outer, inner = ball(CENTER, 9.0), ball(CENTER, 6.0)
    side = (points()[..., 0, :] - np.asarray(CENTER)) @ np.asarray(way) > 5.0
    crescent = outer & ~inner & side
    first, second = (
        scan(name, None, seed, gain, parts=[(share.astype(float), 1.8)])
        for name, seed, gain, share in (("a", 1, 250.0, inner), ("b", 2, 900.0, inner | crescent))
    )
    view = look_before(in_thick_slices(first), second, Mask(crescent, GRID), Thresholds())
    assert view.verdict is Before.ABSENT, view


def test_thick_slices_hide_where_in_them_something_lies():
    """Seen half a slice away along the normal: the earlier scan's slice may have held it."""
    first = scan("a", None, 1, 250.0, parts=[(ball(np.add(CENTER, (0, 0, 2.8)), 3.5) * 1.0, 1.8)])
    part = ball(CENTER, 3.5)
    second = scan("b", None, 2, 900.0, parts=[(part * 1.0, 1.8)])
    view = look_before(in_thick_slices(first), second, Mask(part, GRID), Thresholds())
    assert view.verdict is Before.SEEN, view


def test_a_finer_scan_is_averaged_over_thick_slices_and_not_within_them():
    """A line of 1 mm within one slice keeps its width; across slices it is a fifth as bright."""
    fine = Grid((40, 20, 20), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    thick = Grid((6, 16, 16), (2.0, 2.0, 5.0), (1.0, 1.0, 5.0))
    array = np.zeros(fine.shape, np.float32)
    array[15, 10, :] = 1.0  # in the slice whose middle is at 15 mm
    seen = slices_of(array, fine, thick, RigidTransform(), 5)
    assert seen.shape == thick.shape
    assert seen[2, 8, 8] == pytest.approx(0.2, abs=1e-5)
    assert np.count_nonzero(seen[:, :, 8] > 1e-5) == 1
    assert np.array_equal(
        slices_of(array, fine, thick, RigidTransform(), 1), resample_array(array, fine, thick)
    )
