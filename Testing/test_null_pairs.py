"""The maker of pairs with nothing changed (Testing/benchmarks/null_pairs), against closed forms."""

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from RNAssessLib.case import Grid, Image, Mask, RigidTransform, SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.spatial.resampling import resample_array

sys.path.insert(0, str(Path(__file__).parent / "benchmarks" / "null_pairs"))
import reacquire as again
from head_sources import DIGITAL, SHARED, load_head
from reuse import held

T1C = SequenceRole.T1C


def make_motion(degrees, shift, center):
    turn = Rotation.from_rotvec(np.radians(degrees)).as_matrix()
    return RigidTransform.from_parts(turn, center - turn @ center + np.asarray(shift))


def make_image(function, shape=(40, 44, 48), spacing=(1.0, 1.1, 1.2)):
    tilt = Rotation.from_rotvec([0.1, -0.05, 0.2]).as_matrix()
    grid = Grid(shape, (-20.0, 13.0, 30.0), spacing, tuple(tilt.ravel()))
    index = np.stack(np.meshgrid(*[np.arange(n) for n in shape], indexing="ij"), axis=-1)
    return Image(function(grid.index_to_lps(index)).astype(np.float32), grid)


def points_of(grid):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in grid.shape], indexing="ij"), axis=-1)
    return grid.index_to_lps(index)


def inside(image, points, voxels=4):
    index = image.grid.lps_to_index(points)
    return np.all((index > voxels) & (index < np.array(image.grid.shape) - 1 - voxels), axis=-1)


def test_motion_stays_within_15_degrees_and_20_mm_of_the_middle():
    center = np.array([10.0, -30.0, 55.0])
    drawn = [again.draw_motion(np.random.default_rng(n), center) for n in range(300)]
    turns = np.array([m.angle_degrees for m in drawn])
    shifts = np.array([np.linalg.norm(m.apply(center) - center) for m in drawn])
    assert turns.max() <= 15.0 + 1e-6 and turns.max() > 14.5
    assert shifts.max() <= 20.0 + 1e-6 and shifts.max() > 19.0


def test_a_moved_header_puts_every_voxel_where_the_motion_puts_its_point():
    image = make_image(lambda p: p[..., 0])
    motion = make_motion([8.0, -5.0, 11.0], [7.0, -12.0, 9.0], image.grid.center_lps)
    grid = again.moved_grid(image.grid, motion)
    np.testing.assert_allclose(points_of(grid), motion.apply(points_of(image.grid)), atol=1e-9)


@pytest.mark.parametrize("axes", again.AXES)
@pytest.mark.parametrize("thickness", [1.0, 3.0, 5.0])
def test_a_linear_image_is_sampled_exactly_on_any_stack(axes, thickness):
    slope, offset = np.array([1.5, -0.7, 2.2]), 400.0
    image = make_image(lambda p: p @ slope + offset)
    motion = make_motion([6.0, 9.0, -7.0], [-5.0, 11.0, 3.0], image.grid.center_lps)
    grid = again.own_grid(image, motion, (0.9, 1.0, thickness), axes, np.random.default_rng(3))
    got = again.sample(image, grid, motion)
    back = motion.inverse().apply(points_of(grid))
    whole = inside(image, back, voxels=8)  # the slice's thickness and the spline reach no border
    assert whole.sum() > 200
    np.testing.assert_allclose(got[whole], (back @ slope + offset)[whole], rtol=2e-4)


@pytest.mark.parametrize(("own", "thickness"), [(1.0, 5.0), (1.0, 3.0), (1.0, 1.0), (2.0, 3.0)])
def test_a_thick_slice_averages_over_its_thickness(own, thickness):
    """Mean of z² over a box of width w by n midpoints is z² + w² (1 - 1/n²) / 12.

    The source has averaged over its own slices, so that w² is what its thickness lacks.
    """
    grid = Grid((int(60 / own), 20, 20), (0.0, 0.0, 0.0), (1.0, 1.0, own))
    image = Image((points_of(grid)[..., 2] ** 2).astype(np.float32), grid)
    thick = Grid((6, 10, 10), (5.0, 5.0, 15.0), (1.0, 1.0, thickness))
    got = again.sample(image, thick, RigidTransform())
    z = 15.0 + thickness * np.arange(6)
    width = np.sqrt(thickness**2 - own**2)
    n = max(np.ceil(width), 1)
    expected = z**2 + width**2 * (1 - 1 / n**2) / 12.0
    np.testing.assert_allclose(got[:, 5, 5], expected, atol=0.06)


def test_own_stack_covers_the_whole_moved_head():
    image = make_image(lambda p: np.full(p.shape[:-1], 100.0))
    motion = make_motion([10.0, 10.0, 4.0], [12.0, -8.0, 10.0], image.grid.center_lps)
    for axes in again.AXES:
        grid = again.own_grid(image, motion, (1.0, 1.0, 3.0), axes, np.random.default_rng(0))
        index = grid.lps_to_index(motion.apply(points_of(image.grid)))
        assert index.min() >= 0.0
        assert np.all(index.reshape(-1, 3).max(0) <= np.array(grid.shape) - 1)


def test_noise_has_the_level_that_its_snr_says():
    rng = np.random.default_rng(5)
    level, snr = 600.0, 15.0
    sigma = level / snr
    signal = again.add_noise(np.full(400_000, level), sigma, rng)
    # Rician of a strong signal: mean ν + σ²/2ν, standard deviation σ (1 - σ²/4ν²)
    assert signal.mean() == pytest.approx(level + sigma**2 / (2 * level), abs=0.3)
    assert signal.std() == pytest.approx(sigma * (1 - 1 / (4 * snr**2)), rel=0.005)
    air = again.add_noise(np.zeros(400_000), sigma, rng)
    assert air.mean() == pytest.approx(sigma * np.sqrt(np.pi / 2), rel=0.005)  # Rayleigh


def test_contrast_curve_is_monotone_and_keeps_black_and_tissue():
    values = np.linspace(0.0, 3000.0, 2000)
    for gamma in (0.85, 1.0, 1.18):
        bent = again.bend(values, gamma, 700.0)
        assert np.all(np.diff(bent) > 0)
        assert bent[0] == 0.0
        assert again.bend(np.array([700.0]), gamma, 700.0)[0] == pytest.approx(700.0)
    assert again.bend(np.array([1400.0]), 1.18, 700.0)[0] == pytest.approx(700.0 * 2**1.18)


def test_receive_field_is_smooth_and_within_its_amplitude():
    for seed in range(5):
        field = again.receive_field((30, 40, 50), 0.2, np.random.default_rng(seed))
        assert field.min() >= 1 / 1.2 - 1e-6
        assert field.max() <= 1.2 + 1e-6
        assert max(field.max(), 1 / field.min()) == pytest.approx(1.2, rel=1e-5)
        assert max(np.abs(np.diff(field, axis=n)).max() for n in range(3)) < 0.05
    assert np.all(again.receive_field((5, 5, 5), 0.0, np.random.default_rng(0)) == 1.0)


def smooth_head():
    def blobs(p):
        center = np.array([0.0, 35.0, 52.0])
        near = np.exp(-((p - center) ** 2).sum(-1) / (2 * 7.0**2))
        other = np.exp(-((p - center - [6.0, -9.0, 5.0]) ** 2).sum(-1) / (2 * 4.0**2))
        return 800.0 * near + 500.0 * other

    image = make_image(blobs)
    brain = Mask(image.array > 300.0, image.grid)
    return again.Head("made", {T1C: image}, np.array([0.0, 35.0, 52.0]), 5.0, brain)


def test_a_moved_header_and_a_resampled_stack_show_the_same_head():
    head = smooth_head()
    image = head.images[T1C]
    motion = make_motion([9.0, -8.0, 7.0], [9.0, 12.0, -10.0], image.grid.center_lps)
    moved = again.acquire(head, T1C, again.Visit(motion=motion), "1")
    own = again.acquire(
        head, T1C, again.Visit(motion=motion, spacing_mm={T1C: (1.0, 1.0, 1.0)}, seed=4), "1"
    )
    assert not own.grid.matches(moved.grid, 1.0)
    np.testing.assert_array_equal(moved.array, image.array)
    import SimpleITK as sitk

    compared = resample_array(moved.array, moved.grid, own.grid, interpolator=sitk.sitkBSpline)
    whole = inside(image, motion.inverse().apply(points_of(own.grid)))
    assert np.abs(own.array - compared)[whole].max() < 0.003 * image.array.max()


def test_stripping_keeps_the_brain_and_nothing_else():
    head = smooth_head()
    image = head.images[T1C]
    motion = make_motion([9.0, -8.0, 7.0], [9.0, 12.0, -10.0], image.grid.center_lps)
    bare = again.acquire(head, T1C, again.Visit(motion=motion, strip=True), "1")
    np.testing.assert_array_equal(bare.array != 0, head.brain.array)
    own = again.Visit(motion=motion, strip=True, spacing_mm={T1C: (1.0, 1.0, 1.0)}, snr=20.0)
    thin = again.acquire(head, T1C, own, "1")
    kept = np.count_nonzero(thin.array) * thin.grid.voxel_volume_cm3
    assert kept == pytest.approx(head.brain.volume_cm3, rel=0.02)


def test_one_visit_is_the_same_every_time_and_another_seed_is_not():
    head = smooth_head()
    visit = again.draw_visit(np.random.default_rng(1), head, moved=True)
    one, two = (again.acquire(head, T1C, visit, "1") for _ in range(2))
    np.testing.assert_array_equal(one.array, two.array)
    other = again.acquire(head, T1C, replace(visit, seed=visit.seed + 1), "1")
    assert other.array.shape != one.array.shape or np.abs(other.array - one.array).max() > 0


def test_drawn_visits_span_what_the_issue_names():
    head = smooth_head()
    drawn = [again.draw_visits(head, head, [0, 0, n]) for n in range(300)]
    later = [visit for _, *rest in drawn for visit in rest]
    slices = {b.spacing_mm[T1C][2] for b in later if b.spacing_mm}
    assert slices == {1.0, 1.5, 2.0, 3.0, 5.0}
    assert min(b.snr for b in later) == 15.0
    assert {b.strip for b in later} == {True, False}
    assert any(not b.spacing_mm for b in later)
    assert {b.axes for b in later} == set(again.AXES)
    assert all(first.motion.angle_degrees < 1e-6 for first, *_ in drawn)
    assert all(len({v.seed for v in visits[1:]}) == 2 for visits in drawn)
    json.dumps([b.describe() for b in later])


def test_a_head_in_two_spaces_moves_about_its_own_middle_and_keeps_its_thick_slices():
    thin = smooth_head()
    thick_image = make_image(lambda p: p[..., 2], shape=(9, 30, 30), spacing=(0.9, 0.9, 5.5))
    far = replace(thick_image.grid, origin_mm=(300.0, -200.0, 90.0))
    thick = again.Head("thick", {T1C: Image(thick_image.array, far)}, np.zeros(3), 5.0)
    for n in range(60):
        for later in again.draw_visits(thin, thick, [1, 2, n])[1:]:
            gone = later.motion.apply(far.center_lps) - far.center_lps
            assert np.linalg.norm(gone) <= 20.0 + 1e-6
            assert not later.spacing_mm or later.spacing_mm[T1C][2] == 5.5


def test_a_sequence_of_another_space_has_a_frame_of_its_own():
    head = smooth_head()
    both = replace(head, images={T1C: head.images[T1C], SequenceRole.FLAIR: head.images[T1C]})
    apart = replace(both, apart=(SequenceRole.FLAIR,))
    frames = [
        [again.acquire(h, role, again.Visit(), "2.25.7").frame_of_reference_uid
         for role in (T1C, SequenceRole.FLAIR)]
        for h in (both, apart)
    ]  # fmt: skip
    assert frames[0] == ["2.25.7", "2.25.7"]
    assert frames[1][0] == "2.25.7" and frames[1][1] != "2.25.7"


def test_a_digital_head_is_an_untreated_metastasis_under_its_ball():
    head, same = load_head(DIGITAL[0])
    assert head is same and head.noise_free
    image = head.images[T1C]
    near = np.linalg.norm(points_of(image.grid) - head.lesion_mm, axis=-1) < head.radius_mm
    share = np.mean(image.array[near] > 1.5)  # units of white matter
    assert share > 0.5


def test_real_heads_carry_their_label_in_the_ball():
    if not (SHARED / "brats_met_00110").is_dir():
        pytest.skip("../shared/data/mr is absent")
    head, _ = load_head("brats_met_00110")
    assert head.radius_mm == pytest.approx((51.796 * 3000 / 4 / np.pi) ** (1 / 3), rel=1e-4)
    np.testing.assert_allclose(head.lesion_mm, [-91.717, -306.021, 77.466], atol=1e-3)
    assert head.bare and head.brain.volume_cm3 == pytest.approx(1473.6, abs=0.5)


def test_a_step_is_read_back_for_the_same_input_and_code_only(tmp_path):
    image = make_image(lambda p: p[..., 0], shape=(4, 4, 4))
    done = []

    def step(given):
        return lambda: done.append(1) or float(given.array.sum())

    first = held(tmp_path, "step", "code", (image, Thresholds()), step(image))
    assert held(tmp_path, "step", "code", (image, Thresholds()), step(image)) == first
    assert len(done) == 1
    other = replace(image, array=image.array + np.float32(1e-3))
    held(tmp_path, "step", "code", (other, Thresholds()), step(other))
    held(tmp_path, "step", "other", (image, Thresholds()), step(image))
    held(tmp_path, "step", "code", (image, Thresholds({"tracking.least_change": 0.3})), step(image))
    assert len(done) == 4


def test_a_pair_does_not_hang_on_which_others_run():
    from run import plan_pairs

    made = {"data": SHARED, "first": 0, "seed": 3, "threads": 1, "twice": False, "anew": False}
    args = argparse.Namespace(**made, only=["rn_across_falx:101"], pairs=2, out=Path("o"))
    alone = list(plan_pairs(args))
    args = argparse.Namespace(**made, only=[*DIGITAL, "ttp_nodule:77"], pairs=20, out=Path("o"))
    among = dict(plan_pairs(args))
    assert len(among) == 20
    assert [among[path] for path, _ in alone] == [job for _, job in alone]
    args = argparse.Namespace(**made, only=["nobody"], pairs=1, out=Path("o"))
    with pytest.raises(SystemExit, match="no such head: nobody"):
        list(plan_pairs(args))


def test_a_pair_that_is_done_by_the_same_code_is_not_run_again(tmp_path):
    from run import is_done

    path = tmp_path / "pair.json"
    assert not is_done(path, "abc", False)
    path.write_text('{"code": "abc", "alarms": []}')
    assert is_done(path, "abc", False)
    assert not is_done(path, "abd", False)  # other code
    assert not is_done(path, "abc", True)  # not compared with itself yet
    path.write_text('{"code": "abc", "same_again": true}')
    assert is_done(path, "abc", True)
    path.write_text('{"code": "abc", "crashed": "ValueError"}')
    assert not is_done(path, "abc", False)
