"""Slices interpolated to thinner voxels, against scans that were acquired as they say."""

from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.case import Grid, Image, Mask
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.slice_detail import is_interpolated
from RNAssessLib.study.volume import read_volume

MOST = Thresholds()["quality.interpolated_ratio"]
DATA = Path(__file__).parents[2] / "../shared/data/mr"
RNG = np.random.default_rng(8)
NOISE = 400.0 + RNG.normal(0.0, 12.0, (60, 64, 66))


def tell(array, spacing=(1.0, 1.0, 1.0)):
    grid = Grid(array.shape, (0.0, 0.0, 0.0), spacing)
    return is_interpolated(Image(array.astype(np.float32), grid), Mask(array > 0, grid), MOST)


def thicken(array, factor, order):
    """Every `factor` slices averaged to one, and interpolated back to as many."""
    thick = array.reshape(-1, factor, *array.shape[1:]).mean(axis=1)
    return ndimage.zoom(thick, (factor, 1, 1), order=order, mode="nearest", grid_mode=True)


@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize("factor", [2, 5])
def test_slices_made_thin_are_told(factor, order):
    assert tell(thicken(NOISE, factor, order))


@pytest.mark.parametrize("axis", [1, 2])
def test_whichever_axis_they_lie_along(axis):
    assert tell(np.swapaxes(thicken(NOISE, 5, 1), 0, axis))


@pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.5, 0.5, 6.0)])
def test_a_scan_as_acquired_is_not(spacing):
    assert not tell(NOISE, spacing)


def test_coarse_numbers_are_no_interpolation():
    assert not tell(np.rint(NOISE / 24.0))  # noise of half a unit


def test_blur_in_all_axes_or_within_the_slices_is_not_told():
    assert not tell(ndimage.gaussian_filter(NOISE, 0.8))
    assert not tell(ndimage.zoom(NOISE[:, ::2, ::2], (1, 2, 2), order=3))


def test_a_painted_image_without_noise_is_not():
    assert not tell(np.full((20, 20, 20), 400.0))


def test_too_little_tissue_says_nothing():
    assert not tell(thicken(NOISE, 5, 1)[:5, :5, :5])


@pytest.mark.parametrize(
    ("file", "thicker"),
    [("null_pairs/fg6692_atlas_space/t1c.nii.gz", True),  # slices of 5.5 mm, see its README
     ("brats_met_00110/BraTS-MET-00110-000-t1c.nii.gz", False),
     ("null_pairs/mr_gd/MR_Gd.nii.gz", False)],
)  # fmt: skip
def test_real_heads(file, thicker):
    if not (DATA / file).is_file():
        pytest.skip(f"{DATA / file} is absent: the real head is needed")
    image = read_volume(DATA / file)
    brain = ndimage.binary_erosion(ndimage.binary_opening(image.array > 0), iterations=6)
    assert is_interpolated(image, Mask(brain, image.grid), MOST) is thicker
