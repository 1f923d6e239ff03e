"""Signs of both directions with their strength, ready to be shown alike; nothing is added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.findings.finding import Favours, Finding, Status, Strength
from RNAssessLib.panel.checklist.answers import Answer

# how strong a sign is, as a bar; the reader's own answer is not graded
BARS = {
    Strength.STRONG: "▮▮▮", Strength.MODERATE: "▮▮▯", Strength.WEAK: "▮▯▯",
    Strength.CONTEXT: "▯▯▯", None: "✎",
}  # fmt: skip
RANK = {Strength.STRONG: 3, Strength.MODERATE: 2, Strength.WEAK: 1}


@dataclass(frozen=True)
class Sign:
    """One sign.

    Attributes
    ----------
    bar : str
        Three blocks, filled by strength; a pen for the reader's own answer.
    name : str
        The finding.
    note : str
        Whose answer it is, where the reader decided.
    """

    bar: str
    name: str
    note: str


def signs_of(answers: Sequence[Answer], side: Favours) -> list[Sign]:
    """Return the signs described in one direction, strongest first."""
    own = [a for a in answers if a.favours is side]
    own.sort(key=lambda a: -(RANK.get(a.strength, 0) if a.strength else 0))
    found = []
    for answer in own:
        note = ""
        if answer.overridden:
            note = "by the reader"
        elif answer.decision is not None:
            note = "accepted by the reader"
        found.append(Sign(BARS[answer.strength], answer.name, note))
    return found


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
