"""What a lesion turned out to be: the reference standard, kept apart from the checklist.

Three sources, the first that speaks counts: a table that the department gives (`given`), a
pathology result among the events, follow-up by the rule below. An item that the reference rests on
must not be judged by it (incorporation): each source names the items it used.
"""

from __future__ import annotations

import re
from datetime import date as Date

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.findings.clinical_modifiers import DENIED, NECROSIS, PROGRESSION
from RNAssessLib.findings.finding import Status, Strength

NECROSIS_WORD, PROGRESSION_WORD, BOTH_WORD = "necrosis", "progression", "both"
OUTCOMES = (NECROSIS_WORD, PROGRESSION_WORD, BOTH_WORD)
PATHOLOGY, FOLLOW_UP = "pathology", "follow-up"
RULE = (
    "Follow-up rule: necrosis when the lesion enlarged after radiotherapy and then regressed "
    "without any treatment that would explain it (item spontaneous_regression, strong); "
    "progression when the whole lesion grew from follow-up to follow-up on at least two scans "
    "and was then treated (surgery, whole-brain radiotherapy or another course). Everything else "
    "stays undetermined."
)
# items that look at what the follow-up rule looks at
FOLLOW_UP_ITEMS = ("spontaneous_regression", "course_pattern", "latency", "shape_change")
TREATED = (EventKind.SURGERY, EventKind.WBRT)


def build_reference(assessment: Assessment, assessed: LesionAssessment) -> dict[str, object]:
    """Return the reference standard of one lesion as table cells, empty where undetermined.

    ``reference`` is ``necrosis``, ``progression`` or ``both``; ``reference_basis`` is ``pathology``
    or ``follow-up``; ``reference_items`` are the checklist items that it rests on.
    """
    outcome, basis, items = _from_pathology(assessment, assessed), PATHOLOGY, ""
    if outcome is None:
        outcome, basis, items = _from_follow_up(assessment, assessed), FOLLOW_UP, " ".join(
            FOLLOW_UP_ITEMS
        )  # fmt: skip
    if outcome is None:
        return {"reference": None, "reference_basis": None, "reference_items": None}
    return {"reference": outcome, "reference_basis": basis, "reference_items": items or None}


def read_pathology(text: str) -> str | None:
    """Outcome that a pathology result states; None when it states neither.

    Examples
    --------
    >>> read_pathology("radiation necrosis, no viable tumour"), read_pathology("gliosis")
    ('necrosis', None)
    >>> read_pathology("viable tumour and radiation necrosis")
    'both'
    """
    found = [
        word
        for word, pattern in ((NECROSIS_WORD, NECROSIS), (PROGRESSION_WORD, PROGRESSION))
        if any(not DENIED.search(text[: m.start()]) for m in pattern.finditer(text))
    ]
    return BOTH_WORD if len(found) > 1 else found[0] if found else None


def _from_pathology(assessment: Assessment, assessed: LesionAssessment) -> str | None:
    """From results after this lesion's radiotherapy that are about it."""
    treated = _treated_on(assessment, assessed)
    results = {
        outcome
        for event in assessment.prepared.case.events
        if event.kind is EventKind.PATHOLOGY
        and (treated is None or event.date > treated)
        and _is_about(event, assessment, assessed)
        and (outcome := read_pathology(event.text)) is not None
    }
    return BOTH_WORD if len(results) > 1 else next(iter(results), None)


def _is_about(event: ClinicalEvent, assessment: Assessment, assessed: LesionAssessment) -> bool:
    """Whether a result belongs to this lesion: it is the only one, or the text names its target."""
    if len(assessment.lesions) == 1:
        return True
    names = {assessed.lesion.id, assessed.lesion.name, *(t.name for t in assessed.lesion.targets)}
    return any(re.search(rf"(?<!\w){re.escape(n)}(?!\w)", event.text, re.I) for n in names if n)


def _treated_on(assessment: Assessment, assessed: LesionAssessment) -> Date | None:
    return next(
        (p.course.date for p in assessment.prepared.courses
         if p.course.id == assessed.lesion.course_id), None,
    )  # fmt: skip


def _from_follow_up(assessment: Assessment, assessed: LesionAssessment) -> str | None:
    finding = next((f for f in assessed.findings if f.spec.id == "spontaneous_regression"), None)
    if finding is None:
        return None
    if finding.status is Status.PRESENT and finding.strength is Strength.STRONG:
        return NECROSIS_WORD
    if finding.status is Status.ABSENT and _was_treated(assessment, assessed):
        return PROGRESSION_WORD
    return None


def _was_treated(assessment: Assessment, assessed: LesionAssessment) -> bool:
    """Whether it was operated or irradiated from the last scan on, when growth was on record."""
    last = assessment.prepared.timepoints[-1].date
    courses = assessment.prepared.courses_of(assessed.lesion)
    return any(p.course.date >= last for p in courses) or any(
        e.kind in TREATED and not e.is_denied and e.date >= last
        for e in assessment.prepared.case.events
    )
