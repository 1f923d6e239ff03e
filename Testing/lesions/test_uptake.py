"""Uptake of contrast, not brightness: against known truth, and on real heads with a label."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.case import Case, Image, Mask, SequenceRole, Timepoint, Tissue
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.enclosure import explain_refusal
from RNAssessLib.lesions.enhancement import find_enhancement
from RNAssessLib.lesions.seeds import LesionSeed
from RNAssessLib.lesions.segmentation import segment_lesions
from RNAssessLib.lesions.uptake import measure_uptake
from RNAssessLib.preparation import prepare
from RNAssessLib.study.volume import read_volume

from .shapes import GRID, at, ball, dice, head, share_of_ball

REAL = Path(__file__).parents[2] / "../shared/data/mr/null_pairs/fg6692_atlas_space"
T1, T1C = SequenceRole.T1, SequenceRole.T1C
GREY_MAX, WHITE_MAX, LEFT_MAX = 0.03, 0.006, 0.001


def seed_at(center, radius, reach=14.0):
    x, y, z = (float(v) for v in center)
    target, search = ball(center, radius), ball(center, radius + reach)
    return LesionSeed("L1", (x, y, z), Mask(target, GRID), Mask(search, GRID))


def made_tissue(noise, seed=0):
    """T1 and T1c of tissue whose contrast differs between both, and what differs by noise only."""
    rng = np.random.default_rng(seed)
    shape = (40, 60, 60)
    before = ndimage.gaussian_filter(rng.uniform(0.0, 1.0, shape), 3.0)
    before = np.interp(before, np.quantile(before, [0, 0.3, 0.6, 1]), [0.35, 0.75, 0.95, 1.03])
    after = 1.0 - 0.6 * (1.0 - before) - 0.2 * (1.0 - before) ** 2
    drift = 0.08 * np.sin(np.arange(60) / 18.0)
    after = after + drift + rng.normal(0, noise, shape)
    return before.astype(np.float32), after.astype(np.float32)


@pytest.mark.parametrize("noise", [0.02, 0.05])
def test_tissue_of_other_contrast_has_no_uptake_and_its_spread_is_the_noise(noise):
    before, after = made_tissue(noise)
    after[10:14, 20:24, :] += 0.8  # a vessel, 4 % of some bins
    normal = np.ones(before.shape, bool)
    found = measure_uptake(before, after, normal, (1.0, 1.0, 1.0))
    quiet = normal.copy()
    quiet[8:16, 18:26, :] = False
    assert abs(float(np.median(found.rise[quiet]))) < 0.2 * noise
    assert float(np.median(found.spread)) == pytest.approx(noise, rel=0.35)
    assert float((found.rise[quiet] > 3 * found.spread[quiet]).mean()) < 0.01


def test_uptake_painted_into_such_tissue_comes_out_as_painted():
    before, after = made_tissue(0.02)
    painted = np.zeros(before.shape, bool)
    painted[15:25, 20:30, 20:30] = True
    after[painted] += 0.30
    normal = ~ndimage.binary_dilation(painted, iterations=5)
    found = measure_uptake(before, after, normal, (1.0, 1.0, 1.0))
    assert float(found.rise[painted].mean()) == pytest.approx(0.30, abs=0.03)


def test_too_little_normal_tissue_is_no_calibration():
    before, after = made_tissue(0.02)
    assert measure_uptake(before, after, np.zeros(before.shape, bool), (1.0, 1.0, 1.0)) is None


@pytest.mark.parametrize("after", [1.6, 1.8, 2.1])
def test_blood_as_bright_after_contrast_never_enhances_whatever_the_sequences_contrast(after):
    center = at(8.0, 5.0, 0.0)
    clot = share_of_ball(center, 6.0)
    t1c, brain = head([(clot, after)])
    before, _ = head([(clot, 1.8)], seed=1, gain=500.0)
    lesion = segment_lesions({T1C: t1c, T1: before}, brain, [seed_at(center, 9.0)]).lesions["L1"]
    assert lesion.enhancing.is_empty
    assert lesion.necrotic_core.is_empty


def test_weak_uptake_beside_strong_uptake_is_outlined_whole():
    """Half of the lesion enhances four times as strongly as the other half."""
    center = at(6.0, 3.0, 0.0)
    whole = share_of_ball(center, 9.0)
    strong = whole * share_of_ball(at(9.0, 0.0, 0.0, origin=center), 9.0)
    t1c, brain = head([(whole, 1.06), (strong, 1.7)], noise=0.02)
    before, _ = head([(whole, 0.80)], seed=1, gain=500.0, noise=0.02)
    lesion = segment_lesions({T1C: t1c, T1: before}, brain, [seed_at(center, 9.0)]).lesions["L1"]
    assert dice(lesion.enhancing.array, whole >= 0.5) > 0.90


def test_a_core_far_wider_than_its_target_is_refused_by_name_and_a_grown_one_is_not():
    spacing = (1.4, 1.0, 1.0)
    target = ball(at(0.0, 0.0, 0.0), 9.0)  # 3 cm³
    grown, flood = ball(at(0.0, 0.0, 0.0), 16.0), ball(at(0.0, 0.0, 0.0), 24.0)
    limits = Thresholds()
    assert explain_refusal(grown, target, spacing, limits) == ""
    why = explain_refusal(flood, target, spacing, limits)
    assert "is not believed beside a treated target of 3." in why
    assert explain_refusal(flood, np.zeros_like(target), spacing, limits) == ""


@pytest.fixture(scope="module")
def real():
    """One real head, stripped, 1 mm: its T1c and T1, brain, anatomy and label."""
    if not REAL.exists():
        pytest.skip(f"{REAL} is absent: the real head is needed")
    t1c, t1 = (read_volume(REAL / f"{name}.nii.gz") for name in ("t1c", "t1"))
    label = np.rint(read_volume(REAL / "mav.nii.gz").array)
    brain = Mask(ndimage.binary_fill_holes(ndimage.binary_opening(t1c.array > 0)), t1c.grid)
    images = {T1C: replace(t1c, frame_of_reference_uid="2.25.1"),
              T1: replace(t1, frame_of_reference_uid="2.25.1")}  # fmt: skip
    visit = Timepoint("t0", date(2024, 1, 2), images, brain=brain)
    prepared = prepare(Case("real", (), (visit,)))
    found = prepared.timepoints[0]
    from RNAssessLib.anatomy import carry_anatomy

    anatomy = carry_anatomy(prepared.anatomy, t1c.grid, found.to_reference.transform.inverse())
    return found.images, brain, anatomy, label


def real_seed(grid, center_kji, radius, reach=20.0):
    gap = np.linalg.norm(np.moveaxis(np.indices(grid.shape), 0, -1) - center_kji, axis=-1)
    x, y, z = (float(v) for v in grid.index_to_lps(np.asarray(center_kji, float)))
    return LesionSeed("L1", (x, y, z), Mask(gap < radius, grid), Mask(gap < radius + reach, grid))


def test_real_glioma_that_enhances_weakly_agrees_with_its_label(real):
    """The label is a fusion of networks, not truth; 6.8 cm³ of it enhance."""
    images, brain, anatomy, label = real
    middle = np.argwhere(np.isin(label, (1, 4))).mean(axis=0)
    seed = real_seed(brain.grid, middle, 13.0)
    found = segment_lesions(images, brain, [seed], anatomy_on_t1c=anatomy)
    assert dice(found.lesions["L1"].enhancing.array, label == 4) >= 0.80
    # sinuses, vessels and plexus of the whole head; no lesion there
    assert found.new_enhancement.volume_cm3 < 0.5


def test_normal_tissue_of_a_real_head_is_not_called_enhancing(real):
    """Vessels are part of the first bounds, for nothing tells them there; not of the last."""
    images, brain, anatomy, label = real
    near = ndimage.binary_dilation(label > 0, iterations=10)
    found = find_enhancement(images, brain, exclude=Mask(near, brain.grid), anatomy=anatomy)
    assert found.uses_subtraction
    left = segment_lesions(images, brain, [], anatomy_on_t1c=anatomy).new_enhancement.array & ~near
    for tissue, most in ((Tissue.GREY_MATTER, GREY_MAX), (Tissue.WHITE_MATTER, WHITE_MAX)):
        where = brain.array & ~near & (anatomy.tissue == tissue)
        assert float(found.mask[where].mean()) < most
        assert float(left[where].mean()) < LEFT_MAX
    csf = brain.array & ~near & (anatomy.tissue == Tissue.CSF)
    assert float(left[csf].mean()) < 2 * LEFT_MAX


def test_dura_that_the_anatomy_follows_on_t1c_takes_up_contrast(real):
    """Told by the scan before contrast, which it was not found on: 0.57 of white matter, not a
    white-matter ridge (none) or fat (bright before)."""
    images, brain, anatomy, label = real
    levels = [float(np.median(images[r].array[anatomy.tissue == Tissue.WHITE_MATTER]))
              for r in (T1C, T1)]  # fmt: skip
    after, before = (images[r].array / w for r, w in zip((T1C, T1), levels, strict=True))
    on = anatomy.dura & brain.array
    gap = ndimage.distance_transform_edt(~anatomy.dura)
    aside = (gap > 4.0) & (gap < 7.0) & brain.array & (label == 0)
    assert on.sum() > 5000  # voxels of a mm³
    assert np.median((after - before)[on]) > 0.4
    assert abs(np.median((after - before)[aside])) < 0.1
    assert np.median(before[on]) < 0.8 < np.median(before[aside])


@pytest.mark.parametrize("after", [1.0, 1.15])
def test_blood_painted_into_a_real_head_does_not_enhance(real, after):
    images, brain, anatomy, label = real
    middle = np.argwhere(np.isin(label, (1, 4))).mean(axis=0)
    there = np.array([middle[0], middle[1] + 30.0, brain.array.shape[2] - middle[2] - 8.0])
    seed = real_seed(brain.grid, there, 10.0, reach=5.0)
    share = ndimage.gaussian_filter(
        real_seed(brain.grid, there, 7.0).target.array.astype(float), 0.7
    )
    painted = {}
    for role, image in images.items():
        white = float(np.median(image.array[brain.array & (anatomy.tissue == Tissue.WHITE_MATTER)]))
        level = 1.8 * white * (after if role is T1C else 1.0)
        painted[role] = Image(
            (image.array * (1 - share) + level * share).astype(np.float32), image.grid
        )
    found = segment_lesions(painted, brain, [seed], anatomy_on_t1c=anatomy)
    inside = ndimage.binary_dilation(share > 0.05)
    seen = found.lesions["L1"].enhancing.array | found.new_enhancement.array
    assert np.count_nonzero(seen & inside) == 0
