"""What a teaching page shows: nothing computed until it has been revealed."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case.numbers import fixed, in_percent
from RNAssessLib.evidence import published_accuracy
from RNAssessLib.findings.finding import Finding, Status

from ..words.figures import criterion_row, figure_row
from ..words.numbers import format_with_unit
from ..words.rows import JumpTo
from ..words.wording import FAVOURS_WORDS, STATUS_ICONS, STATUS_WORDS, STRENGTH_WORDS
from .round import EvidenceMark, TeachingRound
from .score import Agreement, AnswerKey, ItemScore, ScoreSheet, score_item, score_round

AGREEMENT_ICONS = {
    Agreement.AGREES: "✓",
    Agreement.DIFFERS: "✗",
    Agreement.NOT_ANSWERED: "∅",
    Agreement.NOT_COMPARED: "·",
}
AGREEMENT_WORDS = {
    Agreement.AGREES: "agrees",
    Agreement.DIFFERS: "differs",
    Agreement.NOT_ANSWERED: "not answered",
    Agreement.NOT_COMPARED: "nothing to compare with",
}


@dataclass(frozen=True)
class TeachingRow:
    """One item in the list."""

    finding: str
    number: int
    title: str
    icon: str
    given: str
    marked: bool
    revealed: bool
    agreement_icon: str = ""
    agreement: str = ""


@dataclass(frozen=True)
class Comparison:
    """What is shown of an item once it is revealed.

    Attributes
    ----------
    agreement_icon, agreement : str
    computed : str
        Icon and word of the computed answer with what it favours.
    scripted : str
        The digital patient's own answer where it differs from the computed one; usually empty.
    distance : str
        Mark against evidence, in words; empty without a mark or without a place.
    measurements : tuple of (str, str, str)
        Label, figure, definition.
    """

    agreement_icon: str
    agreement: str
    computed: str
    scripted: str
    sentence: str
    distance: str
    measurements: tuple[tuple[str, str, str], ...]
    caveats: tuple[str, ...]
    why: str
    criteria: tuple[str, ...]
    accuracy: tuple[str, ...]
    sources: tuple[str, ...]
    jumps: tuple[JumpTo, ...]


@dataclass(frozen=True)
class TeachingItem:
    """The selected item; `comparison` is None while its answer is hidden."""

    finding: str
    number: int
    title: str
    question: str
    needs: str
    given: str
    note: str
    mark: str
    choices: tuple[tuple[str, str], ...]
    comparison: Comparison | None


@dataclass(frozen=True)
class TeachingView:
    """One lesion of a teaching round.

    Attributes
    ----------
    progress : str
        How many items are answered.
    score : str
        Points of what has been revealed so far; empty before.
    title, sees : str
        Of the case, once everything is revealed.
    """

    lesion: str
    rows: tuple[TeachingRow, ...]
    item: TeachingItem | None
    progress: str
    score: str
    all_revealed: bool
    can_undo: bool
    can_redo: bool
    round_number: int
    title: str = ""
    sees: str = ""


def build_teaching(
    assessment: Assessment,
    teaching: TeachingRound,
    lesion_id: str,
    finding_id: str = "",
    key: AnswerKey | None = None,
    title: str = "",
    sees: str = "",
) -> TeachingView:
    """Build the page of one lesion; `finding_id` is the selected item, empty for none."""
    assessed = assessment.lesion(lesion_id)
    scores = _scores(assessment, assessed, teaching, key)
    answered = sum(teaching.is_answered(lesion_id, f.spec.id) for f in assessed.findings)
    over = teaching.all_revealed(lesion_id)
    every = all(teaching.all_revealed(a.lesion.id) for a in assessment.lesions)
    return TeachingView(
        lesion=lesion_id,
        rows=tuple(_row(f, teaching, lesion_id, scores.get(f.spec.id)) for f in assessed.findings),
        item=_item(assessed, teaching, finding_id, scores) if finding_id else None,
        progress=f"{answered} of {len(assessed.findings)} answered",
        score=score_text(score_round(assessment, teaching, key)),
        all_revealed=over,
        can_undo=teaching.can_undo,
        can_redo=teaching.can_redo,
        round_number=len(teaching.earlier) + 1,
        title=title if every else "",
        sees=sees if every else "",
    )


def score_text(sheet: ScoreSheet) -> str:
    """Return the points in words; empty while nothing is revealed.

    Examples
    --------
    >>> score_text(ScoreSheet("c", ()))
    ''
    """
    if not sheet.items:
        return ""
    if sheet.percent is None:
        return "0 of 0 points"
    return f"{sheet.point} of {sheet.points} points ({in_percent(sheet.percent)} %)"


def _scores(
    assessment: Assessment,
    assessed: LesionAssessment,
    teaching: TeachingRound,
    key: AnswerKey | None,
) -> dict[str, ItemScore]:
    lesion = assessed.lesion.id
    return {
        f.spec.id: score_item(assessment.prepared, lesion, f, teaching, key)
        for f in assessed.findings
        if teaching.is_revealed(lesion, f.spec.id)
    }


def _row(
    finding: Finding, teaching: TeachingRound, lesion: str, score: ItemScore | None
) -> TeachingRow:
    held = teaching.given(lesion, finding.spec.id)
    status = held.status if held else None
    return TeachingRow(
        finding=finding.spec.id,
        number=finding.spec.number,
        title=finding.spec.title,
        icon=STATUS_ICONS[status] if status else "",
        given=STATUS_WORDS[status] if status else "",
        marked=held is not None and held.mark is not None,
        revealed=score is not None,
        agreement_icon=AGREEMENT_ICONS[score.agreement] if score else "",
        agreement=AGREEMENT_WORDS[score.agreement] if score else "",
    )


def _item(
    assessed: LesionAssessment,
    teaching: TeachingRound,
    finding_id: str,
    scores: dict[str, ItemScore],
) -> TeachingItem:
    finding = assessed.finding(finding_id)
    spec, held = finding.spec, teaching.given(assessed.lesion.id, finding_id)
    score = scores.get(finding_id)
    return TeachingItem(
        finding=spec.id,
        number=spec.number,
        title=spec.title,
        question=spec.question,
        needs=", ".join(role.value for role in spec.needs),
        given=held.status.value if held and held.status else "",
        note=held.note if held else "",
        mark=describe_mark(held.mark) if held else "",
        choices=tuple((s.value, f"{STATUS_ICONS[s]} {STATUS_WORDS[s]}") for s in Status),
        comparison=_compare(finding, score) if score else None,
    )


def describe_mark(mark: EvidenceMark | None) -> str:
    """Return a mark in words, in RAS; empty for None.

    Examples
    --------
    >>> from RNAssessLib.case import SequenceRole
    >>> describe_mark(EvidenceMark("t2", SequenceRole.T1C, (10.0, -4.0, 38.0)))
    't2 T1c, L 10 A 4 S 38 mm'
    """
    if mark is None:
        return ""
    x, y, z = mark.point_reference_lps_mm
    places = ((x, "LR"), (y, "PA"), (z, "SI"))
    words = " ".join(f"{n[0] if v >= 0 else n[1]} {fixed(abs(v), 0)}" for v, n in places)
    return f"{mark.timepoint} {mark.role.value}, {words} mm"


def _compare(finding: Finding, score: ItemScore) -> Comparison:
    spec = finding.spec
    favours = FAVOURS_WORDS[finding.favours] if finding.favours else ""
    strength = STRENGTH_WORDS[finding.strength] if finding.strength else ""
    words = (f"{STATUS_ICONS[finding.status]} {STATUS_WORDS[finding.status]}", favours, strength)
    scripted = ""
    if score.from_script and score.expected is not finding.status:
        scripted = f"the digital patient was made to show: {STATUS_WORDS[score.expected]}"
    figures = [figure_row(q) for q in finding.measurements]
    return Comparison(
        agreement_icon=AGREEMENT_ICONS[score.agreement],
        agreement=AGREEMENT_WORDS[score.agreement],
        computed=" · ".join(w for w in words if w),
        scripted=scripted,
        sentence=finding.sentence,
        distance=_distance(score),
        measurements=tuple((r.label, r.text, r.tip) for r in figures),
        caveats=finding.caveats,
        why=spec.why,
        criteria=tuple(criterion_row(c).text for c in finding.criteria),
        accuracy=tuple(f"{a.text} [{a.source}]" for a in published_accuracy(spec.id)),
        sources=spec.references,
        jumps=tuple(
            JumpTo(e.timepoint, e.role, e.plane, e.point_reference_lps_mm, e.label or spec.title)
            for e in finding.evidence
        ),
    )


def _distance(score: ItemScore) -> str:
    if score.distance_mm is None:
        return ""
    text = f"your mark lies {format_with_unit(score.distance_mm, 'mm')} from the computed place"
    if score.to_region_mm is None:
        return text
    if score.to_region_mm == 0:
        return f"{text}, inside the evidence"
    return f"{text}, {format_with_unit(score.to_region_mm, 'mm')} outside the evidence"
