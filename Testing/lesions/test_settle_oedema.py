"""One border on FLAIR for every examination: oedema differs only where the images do."""

from dataclasses import replace
from datetime import date
from itertools import combinations

import numpy as np
import pytest

from RNAssessLib.case import (
    Image,
    Mask,
    MaskKind,
    MaskOrigin,
    PreparedTimepoint,
    Registration,
    RigidTransform,
    SequenceRole,
    Timepoint,
)
from RNAssessLib.course.volume_change import Step, compare_volumes, doubt_between
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.segmentation import segment_lesions
from RNAssessLib.lesions.settle_oedema import settle_oedema
from RNAssessLib.lesions.spread import measure_spreads

from .scans import BAD, GOOD, LESION
from .shapes import CENTER, GRID, ball, head, points, share_of_ball
from .test_segmentation import seed_at

LIMITS = Thresholds()
LESION_MM = 5.0
SAME = 0.09  # a border 1 % off takes 6 % of this oedema; each scan's is read to some 1 %
GAP = np.linalg.norm(points()[..., 0, :] - CENTER, axis=-1)
CORTEX = np.linalg.norm((points()[..., 0, :] - CENTER) / np.array([40.0, 41.0, 36.0]), axis=-1)
CORTEX = (CORTEX > 0.82) & (CORTEX <= 0.96)  # brighter than white matter on FLAIR


def fading(half_mm, top=1.65):
    """Oedema that fades out gradually; half of its contrast is left at `half_mm`."""
    return (top - 1.0) / (1.0 + np.exp((GAP - half_mm) / 2.0))


def visit(name, swelling, *, seed, curve=1.0, gain=300.0, noise=0.02, quality=GOOD):
    """An examination, outlined by itself; `curve` bends FLAIR's contrast about white matter."""
    t1c, brain = head([(share_of_ball(CENTER, LESION_MM), 1.9)], seed=seed)
    plain, _ = head([], seed=seed, csf=0.25, noise=0.0, gain=1.0)
    tissue = np.where(CORTEX, 1.5, 1.0) * plain.array  # of `head`'s cortex, 0.78
    flair = np.maximum(tissue * (1.0 + swelling), 0.0) ** curve
    flair = flair + np.random.default_rng(seed).normal(0.0, noise, flair.shape)
    images = {
        SequenceRole.T1C: t1c,
        SequenceRole.FLAIR: Image(np.maximum(gain * flair, 0.0).astype(np.float32), GRID),
    }
    found = segment_lesions(images, brain, [seed_at(CENTER, LESION_MM)])
    white = ball(CENTER, 29.0) & ~ball(CENTER, 23.0)
    levels = {role: float(np.median(image.array[white])) for role, image in images.items()}
    return PreparedTimepoint(
        timepoint=Timepoint(name, date(2024, 1, 1), images),
        images=images,
        to_t1c={},
        to_reference=Registration(name, "a", RigidTransform(), quality),
        brain=brain,
        nawm=Mask(white, GRID),
        white_matter_level=levels,
        lesions=found.lesions,
        new_enhancement=found.new_enhancement,
    )


def settled(*visits):
    return settle_oedema(visits, (LESION,), LIMITS)


def volumes(visits):
    return [v.lesions["L1"].oedema.volume_cm3 for v in visits]


def with_errors(visits):
    measured = [measure_spreads(v, (LESION,), LIMITS) for v in visits]
    return [(v.lesions["L1"].oedema.volume_cm3, v.lesions["L1"].spread.flair_cm3) for v in measured]


@pytest.mark.parametrize("curve", [0.86, 1.17])
def test_another_contrast_curve_is_no_change_of_oedema(curve):
    first = visit("a", fading(11.0), seed=1)
    second = visit("b", fading(11.0), seed=2, curve=curve, gain=900.0, noise=0.04)
    alone = volumes((first, second))
    assert abs(alone[1] - alone[0]) > 0.10 * max(alone)  # what made it necessary
    (a, a_error), (b, b_error) = with_errors(settled(first, second))
    assert abs(a - b) < SAME * max(a, b)
    assert abs(a - b) <= np.hypot(a_error, b_error)
    assert min(alone) < np.sqrt(a * b) < max(alone)  # neither scan's border wins


@pytest.mark.parametrize("curve", [0.86, 1.17])
def test_oedema_that_really_grew_stays_a_change(curve):
    """Its border moves out by 3 mm on a scan of another contrast."""
    before = visit("a", fading(11.0), seed=1)
    after = visit("b", fading(14.0), seed=2, curve=curve, gain=900.0)
    pair = with_errors(settled(before, after))
    (a, a_error), (b, b_error) = pair
    assert compare_volumes(a, b, LIMITS, doubt_between(a_error, b_error)) is Step.UP
    # without noise: either scan's border is 1.35 of its white matter, the middle of both is shared
    border = 1.35 ** (0.5 + 0.5 / curve)
    voxel = GRID.voxel_volume_cm3
    truth = [np.count_nonzero(fading(r) + 1.0 > border) * voxel for r in (11.0, 14.0)]
    assert abs(a - truth[0]) < a_error
    assert abs(b - truth[1]) < b_error


def test_three_scans_agree_in_whatever_order_and_nothing_moves_twice():
    visits = [
        visit("a", fading(11.0), seed=1),
        visit("b", fading(11.0), seed=2, curve=0.86, gain=900.0),
        visit("c", fading(11.0), seed=3, curve=1.15, gain=40.0),
    ]
    found = settled(*visits)
    assert max(volumes(found)) - min(volumes(found)) < SAME * max(volumes(found))
    turned = settled(*reversed(visits))
    for first, second in zip(found, reversed(turned), strict=True):
        assert first.lesions["L1"].flair_border.level == pytest.approx(
            second.lesions["L1"].flair_border.level, rel=0.01
        )
    assert all(a is b for a, b in zip(found, settled(*found), strict=True))


def test_what_a_reader_corrected_or_is_not_aligned_takes_no_part():
    first = visit("a", fading(11.0), seed=1)
    second = visit("b", fading(11.0), seed=2, curve=0.86, gain=900.0)
    edited = replace(first.lesions["L1"], origin=MaskOrigin.EDITED, flair_border=None)
    corrected = replace(first, lesions={"L1": edited})
    assert all(a is b for a, b in zip(settled(corrected, second), (corrected, second), strict=True))
    apart = visit("b", fading(11.0), seed=2, curve=0.86, quality=BAD)
    assert all(a is b for a, b in zip(settled(first, apart), (first, apart), strict=True))


def test_drawn_oedema_has_no_border_of_its_own():
    first = visit("a", fading(11.0), seed=1)
    drawn = {MaskKind.OEDEMA: Mask(ball(CENTER, 9.0), GRID)}
    found = segment_lesions(first.images, first.brain, [seed_at(CENTER, LESION_MM)], given=drawn)
    assert found.lesions["L1"].flair_border is None
    assert (found.lesions["L1"].oedema.array | ~ball(CENTER, 9.0)).all()


def test_flair_that_covers_part_of_the_brain_is_compared_there():
    first = visit("a", fading(11.0), seed=1)
    second = visit("b", fading(11.0), seed=2, curve=0.86, gain=900.0)
    flair = second.images[SequenceRole.FLAIR]
    part = np.where(np.arange(len(flair.array))[:, None, None] < 20, 0.0, flair.array)
    images = {**second.images, SequenceRole.FLAIR: Image(part.astype(np.float32), GRID)}
    for whole, cut in zip(settled(first, second), settled(first, replace(second, images=images)),
                          strict=True):  # fmt: skip
        levels = [v.lesions["L1"].flair_border.level for v in (whole, cut)]
        assert levels[1] == pytest.approx(levels[0], rel=0.01)


def test_a_single_scan_is_left_as_it_is():
    only = visit("a", fading(11.0), seed=1)
    assert settled(only)[0] is only


def test_the_printed_error_holds_on_repeated_scans():
    """Eight scans of one head, contrast, gain and noise anew: 95 % of pairs within their ±."""
    rng = np.random.default_rng(5)
    visits = settled(*(
        visit(str(n), fading(11.0), seed=20 + n, curve=rng.uniform(0.86, 1.17),
              gain=rng.uniform(50.0, 900.0), noise=rng.uniform(0.01, 0.06))
        for n in range(8)
    ))  # fmt: skip
    found = with_errors(visits)
    held = [abs(a - b) <= np.hypot(e, f) for (a, e), (b, f) in combinations(found, 2)]
    assert np.mean(held) >= 0.95
    scatter = 1.96 * np.std([v for v, _ in found], ddof=1)
    assert np.median([e for _, e in found]) < 8.0 * scatter  # nor is it a blanket
