"""Enhancement away from every target (LA25 §3)."""

from __future__ import annotations

from RNAssessLib.case import Lesion, PreparedCase, Quantity, SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.tracking import components_of
from RNAssessLib.spatial.resampling import resample_mask

from .common import follow_ups, show
from .finding import Finding, FindingSpec, Status, Strength

SPEC = FindingSpec(
    id="new_lesions",
    number=21,
    title="New lesions",
    question="Is there enhancement away from every treated target?",
    favours_when_present=None,
    references=("LA25 §3",),
    needs=(SequenceRole.T1C,),
    why="A new metastasis remains possible even where necrosis was diagnosed.",
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Components of the latest follow-up that belong to no lesion and were not there before."""
    last = follow_ups(prepared, lesion)[-1]
    baseline = prepared.baseline(lesion)
    grid = prepared.common_grid
    now = resample_mask(last.new_enhancement, grid, last.to_reference.transform)
    then = resample_mask(baseline.new_enhancement, grid, baseline.to_reference.transform)
    smallest = thresholds["new_lesions.smallest_cm3"]
    fresh = [c for c in components_of(now, smallest) if not (c.array & then.array).any()]
    criteria = (thresholds.criterion("new_lesions.smallest_cm3"),)
    count = Quantity("new_components", len(fresh), "count", f"at {last.id}, not at {baseline.id}")
    if not fresh:
        return Finding(
            SPEC, Status.ABSENT, None, Strength.CONTEXT,
            f"No new enhancement of {smallest:g} cm³ or more away from the targets at {last.id}.",
            (count,), criteria,
        )  # fmt: skip
    return Finding(
        SPEC, Status.PRESENT, None, Strength.CONTEXT,
        f"{len(fresh)} new enhancing component(s) away from every target at {last.id}, the largest "
        f"{fresh[0].volume_cm3:.2f} cm³: a new metastasis has to be excluded.",
        (count, Quantity("largest_cm3", fresh[0].volume_cm3, "cm3", "largest of them")), criteria,
        tuple(show(last, SequenceRole.T1C, c, "new", on_common_grid=True) for c in fresh[:5]),
        ("small vessels and dura are excluded by shape and place, not with certainty",),
    )  # fmt: skip
