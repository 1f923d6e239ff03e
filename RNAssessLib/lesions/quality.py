"""How good the images of one lesion at one visit are, and whether answers may rest on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from RNAssessLib.case import Lesion, Mask, PreparedCase, PreparedTimepoint, SequenceRole
from RNAssessLib.case.numbers import as_cnr, in_mm, in_percent
from RNAssessLib.evidence import Thresholds

from .noise import measure_noise
from .quality_grade import QualityGrade
from .slice_detail import is_interpolated
from .spread import spread_of

THICKER = "its voxels were interpolated from thicker slices"


@dataclass(frozen=True)
class LesionQuality:
    """What the images of one lesion at one visit allow.

    Attributes
    ----------
    lesion, timepoint : str
    grade : QualityGrade or None
        None where no lesion is outlined: nothing to be graded.
    contrast_to_noise : float or None
        (Mean of the enhancing part - median of normal white matter) / noise, on T1c.
    slice_mm, diameter_mm : float
        Slice distance of the T1c; diameter of the sphere of the lesion's volume.
    alignment_mm : float
        Expected error of the alignment with the reference timepoint.
    pre_contrast : bool
        Whether a T1 before contrast of the same visit is there.
    volume_spread : float or None
        Printed ± of the volume (`spread_of`) over the volume.
    interpolated : bool
        Whether the T1c's voxels were interpolated from thicker slices.
    reasons : tuple of str
        Why it is not better, worst first.
    """

    lesion: str
    timepoint: str
    grade: QualityGrade | None
    contrast_to_noise: float | None
    slice_mm: float
    diameter_mm: float
    alignment_mm: float
    pre_contrast: bool
    volume_spread: float | None
    interpolated: bool = False
    reasons: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """One line for panel and report."""
        if self.grade is None:
            return f"{self.timepoint} {self.lesion}: no lesion outlined, image quality not graded"
        ratio = "?" if self.contrast_to_noise is None else as_cnr(self.contrast_to_noise)
        spread = "?" if self.volume_spread is None else f"{in_percent(100 * self.volume_spread)} %"
        reasons = f" ({'; '.join(self.reasons)})" if self.reasons else ""
        return (
            f"{self.timepoint} {self.lesion}: image quality {self.grade.value}{reasons}; "
            f"contrast-to-noise {ratio}, slices {in_mm(self.slice_mm)} mm on a lesion of "
            f"{in_mm(self.diameter_mm)} mm, alignment within {in_mm(self.alignment_mm)} mm, "
            f"{'with' if self.pre_contrast else 'without'} T1 before contrast, volume ± {spread}"
        )


def compute_quality(
    timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> LesionQuality | None:
    """Quality of one lesion at one visit; None when the lesion has no outline there."""
    masks = timepoint.lesions.get(lesion.id)
    if masks is None:
        return None
    image = timepoint.images[SequenceRole.T1C]
    whole = Mask(masks.enhancing.array | masks.necrotic_core.array, masks.enhancing.grid)
    volume = whole.volume_cm3
    ratio = spread = None
    if volume > 0:
        spread = spread_of(masks).with_core_cm3 / volume
        noise = measure_noise(image, timepoint.nawm)
        if noise and not masks.enhancing.is_empty:
            level = float(np.median(image.array[timepoint.nawm.array]))
            ratio = (float(image.array[masks.enhancing.array].mean()) - level) / noise
    made = LesionQuality(
        lesion=lesion.id,
        timepoint=timepoint.id,
        grade=None,
        contrast_to_noise=ratio,
        slice_mm=float(max(image.grid.spacing_mm)),
        diameter_mm=float((6000.0 * volume / np.pi) ** (1 / 3)),
        alignment_mm=timepoint.to_reference.quality.expected_error_mm,
        pre_contrast=SequenceRole.T1 in timepoint.images,
        volume_spread=spread,
        interpolated=is_interpolated(
            image, timepoint.nawm, thresholds["quality.interpolated_ratio"]
        ),
    )
    return made if volume == 0 else _grade(made, thresholds)


def compute_all_quality(
    prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds
) -> tuple[LesionQuality, ...]:
    """Quality of one lesion at every visit that has an outline of it."""
    found = (compute_quality(t, lesion, thresholds) for t in prepared.timepoints)
    return tuple(quality for quality in found if quality is not None)


def explain_refusal(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> str:
    """Why the latest visit's images do not carry the headline items; empty when they do."""
    quality = compute_quality(prepared.timepoints[-1], lesion, thresholds)
    if quality is None or quality.grade is not QualityGrade.RED:
        return ""
    return f"image quality of {quality.timepoint} is too low: {'; '.join(quality.reasons)}"


def _grade(quality: LesionQuality, thresholds: Thresholds) -> LesionQuality:
    """Traffic light: red for one bad figure, yellow for one that is not good."""
    bad, fair = [], []
    for key, value, words, low_is_bad in _figures(quality):
        good_at = thresholds.criterion(f"quality.{key}_good").value
        bad_at = thresholds.criterion(f"quality.{key}_bad").value
        sign = -1.0 if low_is_bad else 1.0
        if sign * value > sign * bad_at:
            bad.append(words)
        elif sign * value > sign * good_at:
            fair.append(words)
    if not quality.pre_contrast:
        fair.append("no T1 before contrast")
    if quality.interpolated:
        fair.append(THICKER)
    grade = QualityGrade.RED if bad else QualityGrade.YELLOW if fair else QualityGrade.GREEN
    fields = {**quality.__dict__, "grade": grade, "reasons": (*bad, *fair)}
    return LesionQuality(**fields)


def _figures(quality: LesionQuality) -> Iterator[tuple[str, float, str, bool]]:
    """Yield threshold key, value, words and whether low is bad, of every figure there is."""
    if quality.contrast_to_noise is not None:
        ratio = quality.contrast_to_noise
        yield "contrast_to_noise", ratio, f"contrast-to-noise {as_cnr(ratio)}", True
    share = quality.slice_mm / quality.diameter_mm
    words = f"slices of {in_mm(quality.slice_mm)} mm on a lesion of {in_mm(quality.diameter_mm)} mm"
    yield "slice_share", share, words, False
    yield (
        "alignment",
        quality.alignment_mm,
        f"alignment within {in_mm(quality.alignment_mm)} mm",
        False,
    )
    if quality.volume_spread is not None:
        spread = quality.volume_spread
        yield "volume_spread", spread, f"volume ± {in_percent(100 * spread)} %", False
