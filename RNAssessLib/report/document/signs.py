"""Signs of both directions with their strength, ready to be shown alike; nothing is added up."""

from __future__ import annotations

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.findings.finding import Finding, Status
from RNAssessLib.panel.checklist.signs import RANK, Sign, signs_of

__all__ = ["RANK", "Sign", "most_telling", "signs_of"]


def most_telling(assessment: Assessment) -> tuple[LesionAssessment, Finding] | None:
    """Return the strongest sign of either direction that can be shown, and its lesion.

    Among equals a sign of the lesion that has grown most since its smallest size comes first, then
    the order of the checklist.
    """
    best: tuple[tuple[float, float], LesionAssessment, Finding] | None = None
    for assessed in assessment.lesions:
        growth = _growth(assessed)
        for finding in assessed.findings:
            shown = finding.favours is not None and finding.evidence
            if not shown or finding.status is Status.NOT_ASSESSABLE:
                continue
            rank = (float(RANK.get(finding.strength, 0)) if finding.strength else 0.0, growth)
            if best is None or rank > best[0]:
                best = (rank, assessed, finding)
    return None if best is None else (best[1], best[2])


def _growth(assessed: LesionAssessment) -> float:
    """Volume now over the smallest one."""
    sizes = [
        q.value for e in assessed.serial for q in e.quantities
        if q.name == "t1c_with_core_cm3" and q.value
    ]  # fmt: skip
    return sizes[-1] / min(sizes) if sizes else 0.0
