"""Small solid lesions in thick slices: balls of known volume, averaged over each slice."""

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.case import Grid
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.border import halfway
from RNAssessLib.lesions.cores import find_core
from RNAssessLib.lesions.morphology import find_components
from RNAssessLib.lesions.normal_enhancement import (
    describe_surroundings,
    explain_as_normal,
    measure_shape,
)
from RNAssessLib.lesions.thick_slices import fit_ball, fit_small_lesions, has_thick_slices

PLANE_MM, BLUR_MM, NOISE, RISE = 0.9, 0.5, 0.03, 0.8
SUB_PLANE, SUB_SLICE, WIDTH = 4, 12, 31


def make_ball(volume_mm3, thickness_mm, center_mm, rng, noise=NOISE):
    """Image (K, J, I) of a ball: blurred in plane, averaged over voxels, with noise; its distances."""
    radius = (volume_mm3 * 0.75 / np.pi) ** (1 / 3)
    count = int(2 * np.ceil((radius + thickness_mm) / thickness_mm) + 1)
    z = (np.arange(count * SUB_SLICE) + 0.5) / SUB_SLICE * thickness_mm - count * thickness_mm / 2
    x = ((np.arange(WIDTH * SUB_PLANE) + 0.5) / SUB_PLANE - WIDTH / 2) * PLANE_MM
    away = np.meshgrid(z - center_mm[0], x - center_mm[1], x - center_mm[2], indexing="ij")
    fine = (sum(a**2 for a in away) < radius**2).astype(np.float32)
    sigma = BLUR_MM * SUB_PLANE / PLANE_MM
    fine = ndimage.gaussian_filter(fine, [0, sigma, sigma])
    image = fine.reshape(count, SUB_SLICE, WIDTH, SUB_PLANE, WIDTH, SUB_PLANE).mean((1, 3, 5))
    z, x = z.reshape(count, -1).mean(1), x.reshape(WIDTH, -1).mean(1)
    place = np.meshgrid(z - center_mm[0], x - center_mm[1], x - center_mm[2], indexing="ij")
    near = (np.abs(place[0]) < radius + 0.7 * thickness_mm) & (
        np.hypot(place[1], place[2]) < radius + 2.5
    )
    return RISE * image + rng.normal(0, noise, image.shape), near


@pytest.mark.parametrize(
    ("thickness_mm", "volume_mm3", "mean_limit", "worst_limit"),
    [(3.0, 100.0, 0.02, 0.10), (3.0, 1000.0, 0.03, 0.06), (5.0, 300.0, 0.02, 0.10),
     (5.0, 1000.0, 0.02, 0.06)],
)  # fmt: skip
def test_a_ball_at_any_height_has_its_volume(thickness_mm, volume_mm3, mean_limit, worst_limit):
    rng = np.random.default_rng(5)
    spacing, errors = (thickness_mm, PLANE_MM, PLANE_MM), []
    for _ in range(20):
        center = rng.uniform(-0.5, 0.5, 3) * np.array([thickness_mm, 1.0, 1.0])
        image, near = make_ball(volume_mm3, thickness_mm, center, rng)
        found = fit_ball(np.where(near, image, 0.0), spacing, 0.6)
        errors.append(found.volume_mm3 / volume_mm3 - 1.0)
        assert abs(found.height_mm - (len(image) - 1) * thickness_mm / 2 - center[0]) < 0.3
    assert abs(np.mean(errors)) < mean_limit
    assert np.abs(errors).max() < worst_limit


def test_a_ball_between_two_slices_is_seen_as_half_full():
    """4 mm of a ball 8 mm across lie in either 5 mm slice: the fullest voxel is 0.8 full at most."""
    rng, volume = np.random.default_rng(1), 4 / 3 * np.pi * 4.0**3
    image, near = make_ball(volume, 5.0, (2.5, 0.0, 0.0), rng, noise=0.0)
    found = fit_ball(np.where(near, image, 0.0), (5.0, PLANE_MM, PLANE_MM), 0.6)
    # averaged over a disc of 1.2 mm and the blur: sqrt(16 - 0.72 - 0.72) / 5
    assert found.fullness == pytest.approx(0.763, abs=0.01)
    assert found.brightest / found.fullness == pytest.approx(RISE, rel=0.02)


def test_the_mask_takes_the_volume_and_hollow_lesions_stay():
    rng = np.random.default_rng(2)
    spacing = (5.0, PLANE_MM, PLANE_MM)
    image, _ = make_ball(300.0, 5.0, (2.3, 0.2, -0.3), rng)
    ground, allowed = np.zeros_like(image), np.ones(image.shape, bool)
    level = np.full_like(image, image.max())
    half = image > 0.5 * level
    mask = fit_small_lesions(half, image, ground, level, allowed, spacing, 0.6)
    voxel = float(np.prod(spacing))
    assert abs(half.sum() * voxel / 300.0 - 1.0) > 0.15  # what it is for
    assert mask.sum() * voxel == pytest.approx(300.0, rel=0.10)
    inner, _ = make_ball(100.0, 5.0, (2.3, 0.2, -0.3), rng)
    ring = image - inner
    hollow = ring > 0.5 * level
    assert np.array_equal(
        fit_small_lesions(hollow, ring, ground, level, allowed, spacing, 0.6), hollow
    )


def test_the_level_of_a_slice_filled_in_part_is_that_of_its_neighbour():
    """A ball of 18 mm in slices of 5.5 mm: a border halfway to each slice's own brightness takes
    every slice that it grazes, and makes it a quarter too large."""
    spacing, volume = (5.5, PLANE_MM, PLANE_MM), 4 / 3 * np.pi * 9.0**3
    rng, across, alone = np.random.default_rng(3), [], []
    for _ in range(8):
        center = rng.uniform(-0.5, 0.5, 3) * np.array([5.5, 1.0, 1.0])
        image, _ = make_ball(volume, 5.5, center, rng)
        suspect, brain = image > 0.15, np.ones(image.shape, bool)
        mask = image > halfway(image, suspect, brain, spacing, plain=0.0)
        across.append((mask & suspect).sum() * np.prod(spacing) / volume)
        peak = ndimage.maximum_filter(np.where(suspect, image, 0.0), (1, 3, 3))
        alone.append((suspect & (image > 0.5 * peak)).sum() * np.prod(spacing) / volume)
    assert np.mean(across) == pytest.approx(1.0, abs=0.06)  # 5 % small without `fit_small_lesions`
    assert np.mean(alone) > 1.2


def test_only_coarse_axes_count_as_thick_slices():
    assert has_thick_slices((5.0, 0.9, 0.9))
    assert has_thick_slices((0.9, 2.0, 0.9))
    assert not has_thick_slices((1.2, 1.0, 1.0))
    assert not has_thick_slices((2.0, 2.0, 2.0))


def test_a_core_under_a_cap_in_the_next_slice_is_core():
    """A hollow ball in 5 mm slices: ring in three slices, its caps beside the rings, not on them."""
    spacing, outer, inner = (5.0, 1.0, 1.0), 12.0, 8.5
    z, y, x = np.meshgrid((np.arange(7) - 3) * 5.0, *[np.arange(-16.0, 17.0)] * 2, indexing="ij")
    away = np.sqrt(x**2 + y**2 + z**2)
    shell, core = (away <= outer) & (away > inner), away <= inner
    shell[[1, 5]] &= np.hypot(y, x)[[1, 5]] < 4.0  # caps that do not meet the rings next to them
    values = np.where(core, 0.5, np.where(shell, 1.8, 1.0)).astype(np.float32)
    found = find_core(shell, values, spacing)
    assert np.array_equal(found, core)
    _, parts = ndimage.label(shell | found, np.ones((3, 3, 3)))
    assert parts == 1


def test_a_long_sheet_smeared_by_a_slice_is_no_lesion():
    grid = Grid((40, 60, 60), (0.0, 0.0, 0.0), (0.9, 0.9, 2.0))
    sheet = np.zeros(grid.shape, bool)
    sheet[18:20, 2:58, 20:28] = True  # two slices thick, 50 mm long
    around = describe_surroundings(np.ones(grid.shape, bool), grid, None)
    (component,) = find_components(sheet)
    assert measure_shape(component, grid).thickness_mm > 3.0
    reason = explain_as_normal(component, around, sheet, Thresholds())
    assert reason is not None and "thin and long" in reason
