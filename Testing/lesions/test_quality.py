"""Image quality of a lesion: closed forms, the traffic light, and what red does to the answers."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.case import Grid, Image, Mask, MaskKind, SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Status
from RNAssessLib.findings.registry import HEADLINE, evaluate_all
from RNAssessLib.lesions.noise import measure_noise
from RNAssessLib.lesions.quality import compute_quality
from RNAssessLib.lesions.quality_grade import QualityGrade
from RNAssessLib.report.document.json_report import describe_quality
from Testing.findings.hand_made_cases import build_case, smaller, treated

LIMITS = Thresholds()


def with_ball(prepared, radius_mm, slice_mm, sigma=10.0, rise=200.0):
    """Last visit redrawn: a ball on a lattice of its own, white matter 400 with white noise."""
    visit = prepared.timepoints[-1]
    grid = Grid((round(60 / slice_mm), 60, 60), (0.0, 0.0, 0.0), (1.0, 1.0, slice_mm))
    points = grid.index_to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))
    middle = points[tuple(n // 2 for n in grid.shape)]
    ball = np.linalg.norm(points - middle, axis=-1) < radius_mm
    rng = np.random.default_rng(4)
    array = (400.0 + rise * ball + rng.normal(0, sigma, grid.shape)).astype(np.float32)
    white = np.linalg.norm(points - middle, axis=-1) > radius_mm + 8.0
    lesion = prepared.lesions[0]
    masks = visit.lesions[lesion.id]
    drawn = {MaskKind.ENHANCING: Mask(ball, grid),
             MaskKind.NECROTIC_CORE: Mask(np.zeros_like(ball), grid)}  # fmt: skip
    return replace(
        visit,
        images={SequenceRole.T1C: Image(array, grid), SequenceRole.T1: Image(array, grid)},
        nawm=Mask(white, grid),
        lesions={lesion.id: replace(masks, masks=drawn, boundary_error_mm=0.3)},
    )


@pytest.fixture(scope="module")
def prepared():
    return build_case([treated(), smaller()])


def test_noise_and_contrast_follow_their_closed_form(prepared):
    visit = with_ball(prepared, 8.0, 1.0, sigma=10.0, rise=200.0)
    assert measure_noise(visit.images[SequenceRole.T1C], visit.nawm) == pytest.approx(
        10.0, rel=0.02
    )
    quality = compute_quality(visit, prepared.lesions[0], LIMITS)
    assert quality.contrast_to_noise == pytest.approx(20.0, rel=0.02)
    assert quality.diameter_mm == pytest.approx(16.0, rel=0.02)
    assert quality.grade is QualityGrade.GREEN
    assert quality.reasons == ()


def test_a_slow_receive_field_is_no_noise(prepared):
    visit = with_ball(prepared, 8.0, 1.0)
    image = visit.images[SequenceRole.T1C]
    ramp = np.linspace(0.8, 1.2, image.grid.shape[0], dtype=np.float32)[:, None, None]
    lit = Image(image.array + 400.0 * (ramp - 1.0), image.grid)
    assert measure_noise(lit, visit.nawm) == pytest.approx(10.0, rel=0.02)


def test_slices_thicker_than_the_lesion_are_red(prepared):
    quality = compute_quality(with_ball(prepared, 2.0, 5.0), prepared.lesions[0], LIMITS)
    assert quality.grade is QualityGrade.RED
    assert quality.slice_mm == 5.0
    assert "slices of 5.0 mm on a lesion of" in quality.reasons[0]


def test_faint_enhancement_is_red(prepared):
    quality = compute_quality(with_ball(prepared, 8.0, 1.0, rise=25.0), prepared.lesions[0], LIMITS)
    assert quality.grade is QualityGrade.RED
    assert quality.reasons == (f"contrast-to-noise {quality.contrast_to_noise:.1f}",)


def test_voxels_interpolated_from_thicker_slices_are_yellow_and_told(prepared):
    visit = with_ball(prepared, 8.0, 1.0)
    image = visit.images[SequenceRole.T1C]
    thick = image.array.reshape(-1, 5, *image.grid.shape[1:]).mean(axis=1)
    smooth = ndimage.zoom(thick, (5, 1, 1), order=1, mode="nearest", grid_mode=True)
    visit = replace(visit, images={**visit.images, SequenceRole.T1C: Image(smooth, image.grid)})
    quality = compute_quality(visit, prepared.lesions[0], LIMITS)
    assert quality.grade is QualityGrade.YELLOW
    assert quality.reasons == ("its voxels were interpolated from thicker slices",)
    assert "interpolated" in quality.text
    assert describe_quality(quality)["interpolated"] is True


def test_no_outlined_lesion_is_not_graded(prepared):
    quality = compute_quality(with_ball(prepared, 0.0, 1.0), prepared.lesions[0], LIMITS)
    assert quality.grade is None


def test_red_makes_the_headline_items_not_assessable_and_says_why(prepared):
    lesion = prepared.lesions[0]
    strict = Thresholds({"quality.slice_share_bad": 0.01})
    found = {f.spec.id: f for f in evaluate_all(prepared, lesion, strict)}
    for item in HEADLINE:
        assert found[item].status is Status.NOT_ASSESSABLE
        assert "image quality of" in found[item].limitation
        assert "slices of" in found[item].limitation
    usual = {f.spec.id: f for f in evaluate_all(prepared, lesion)}
    for item in set(usual) - HEADLINE:
        assert found[item].status is usual[item].status
    assert not any("image quality" in f.limitation for f in usual.values())
