"""Image quality of a case, measured once and kept with it: page and report both tell it.

It is measured on whole images: a third of a second at every opening, and again for the document.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Lesion, PreparedCase, PreparedTimepoint
from RNAssessLib.evidence import Thresholds, all_criteria
from RNAssessLib.findings.measure.memory import remembered
from RNAssessLib.lesions.quality import LesionQuality, compute_quality

NAME, KEYS = "image quality", tuple(c.key for c in all_criteria() if c.key.startswith("quality."))
# timepoint, lesion, the thresholds of quality, and what was found with them
KeptQuality = tuple[str, str, tuple[float, ...], LesionQuality | None]


def quality_of(
    timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds
) -> LesionQuality | None:
    """As `compute_quality`, measured the first time it is asked for."""
    key = (NAME, lesion.id, _used(thresholds))
    return remembered(timepoint, key, lambda: compute_quality(timepoint, lesion, thresholds))


def every_quality(
    prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds
) -> tuple[LesionQuality, ...]:
    """As `compute_all_quality`, from what is known."""
    found = (quality_of(timepoint, lesion, thresholds) for timepoint in prepared.timepoints)
    return tuple(quality for quality in found if quality is not None)


def quality_to_keep(assessment: Assessment) -> tuple[KeptQuality, ...]:
    """Everything that a panel asks for, as it is kept."""
    used = assessment.thresholds
    return tuple(
        (timepoint.id, one.lesion.id, _used(used), quality_of(timepoint, one.lesion, used))
        for timepoint in assessment.prepared.timepoints
        for one in assessment.lesions
    )


def take_kept_quality(prepared: PreparedCase, kept: Sequence[KeptQuality]) -> None:
    """Know what was kept: it is not measured again with the same thresholds.

    Raises
    ------
    KeyError
        Of a timepoint that the case has not.
    """
    for timepoint_id, lesion_id, used, quality in kept:
        _know(prepared.timepoint(timepoint_id), (NAME, lesion_id, used), quality)


def _know(owner: PreparedTimepoint, key: Hashable, quality: LesionQuality | None) -> None:
    remembered(owner, key, lambda: quality)


def _used(thresholds: Thresholds) -> tuple[float, ...]:
    return tuple(thresholds[key] for key in KEYS)
