"""What was found on each side, what is missing and what would help most. Never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.case import SequenceRole
from RNAssessLib.case.numbers import signed

from .finding import Favours, Finding, Status
from .naming import can_favour, name_finding

# LA25 §7: DWI and SWI belong to every examination.
ROUTINE = (
    SequenceRole.DWI,
    SequenceRole.ADC,
    SequenceRole.SWI,
    SequenceRole.FLAIR,
)
SIDES = {Favours.RN: "RN", Favours.TTP: "TTP"}


@dataclass(frozen=True)
class Summary:
    """What was found on each side, what could be asked, and the most useful next steps.

    Attributes
    ----------
    present, absent, indeterminate, not_assessable : int
        Items by status; those that are context are not among them.
    context : int
        Items that speak for neither side and could be answered.
    sentence : str
    short : str
        The same without names, for a table of many lesions.
    missing : tuple of SequenceRole
        Sequences that an item asked for and that the case lacks.
    next_steps : tuple of str
        Most useful first.
    """

    present: int
    absent: int
    indeterminate: int
    not_assessable: int
    context: int
    sentence: str
    short: str
    missing: tuple[SequenceRole, ...]
    next_steps: tuple[str, ...]


def summarize(findings: Sequence[Finding]) -> Summary:
    """Name what was found and what is missing, and order what would help. It adds nothing up."""
    counts = dict.fromkeys(Status, 0)
    context = 0
    for finding in findings:
        if finding.spec.is_context and finding.status is not Status.NOT_ASSESSABLE:
            context += 1
        else:
            counts[finding.status] += 1
    missing = _missing(findings)
    return Summary(
        counts[Status.PRESENT],
        counts[Status.ABSENT],
        counts[Status.INDETERMINATE],
        counts[Status.NOT_ASSESSABLE],
        context,
        " ".join(_describe_side(findings, side) for side in SIDES),
        "; ".join(_count_side(findings, side) for side in SIDES) + ".",
        missing,
        _next_steps(findings, missing),
    )


def _describe_side(findings: Sequence[Finding], side: Favours) -> str:
    """How many items could speak for a side, how many of them could be answered, what they found.

    Of both sides alike, because the two are not asked equally often.
    """
    known, asked, names = _ask(findings, side)
    found = "; ".join(names) if names else "none"
    return f"Signs described in {SIDES[side]}, {known} of {asked} could be assessed: {found}."


def _count_side(findings: Sequence[Finding], side: Favours) -> str:
    known, asked, names = _ask(findings, side)
    return f"{SIDES[side]} {known} of {asked} assessed, {len(names) or 'none'} found"


def _ask(findings: Sequence[Finding], side: Favours) -> tuple[int, int, list[str]]:
    """Items answered, items that could speak for the side, and what was found."""
    asked = [f for f in findings if can_favour(f.spec, side)]
    known = sum(f.status is not Status.NOT_ASSESSABLE for f in asked)
    return known, len(asked), [name_finding(f) for f in asked if f.favours is side]


def _missing(findings: Sequence[Finding]) -> tuple[SequenceRole, ...]:
    asked = {
        role
        for finding in findings
        if finding.status is Status.NOT_ASSESSABLE
        for role in finding.spec.needs
        if role.value in finding.limitation.split("; ")[0].split(" at ")[0].split()
    }
    return tuple(role for role in SequenceRole if role in asked)


def _is_equivocal(findings: Sequence[Finding]) -> bool:
    """Whether signs point both ways, or none points anywhere."""
    sides = {f.favours for f in findings if f.favours is not None}
    return len(sides) != 1


def _next_steps(findings: Sequence[Finding], missing: tuple[SequenceRole, ...]) -> tuple[str, ...]:
    steps = []
    routine = [role.value for role in ROUTINE if role in missing]
    if routine:
        steps.append(f"Acquire {', '.join(routine)}: they belong to every examination (LA25 §7).")
    if _is_equivocal(findings):
        if SequenceRole.RCBV in missing:
            steps.append("The signs do not agree: perfusion (DSC) may help (LA25 §7).")
        if SequenceRole.PET_AA in missing:
            steps.append(
                "Amino-acid PET where waiting is risky, as when growth would endanger a "
                "satisfactory resection (LA25 §2.7)."
            )
    growth = _growth_percent_per_month(findings)
    if growth is not None:
        steps.append(
            "Symptoms, mass effect or eloquent brain nearby: neurosurgical opinion (LA25 §5); "
            "bevacizumab delays surgery by its wash-out (LA25 §6)."
        )
    return (*steps, _follow_up(growth))


def _follow_up(growth: float | None) -> str:
    rate = "" if growth is None else f" (now {signed(growth, 'percent')} % a month)"
    return (
        f"Follow-up MRI in 6-12 weeks, by rate of growth{rate}, place and treatment options; where "
        "the images leave it open, LA25 waits for clearer evidence (LA25 §5)."
    )


def _growth_percent_per_month(findings: Sequence[Finding]) -> float | None:
    """Of the latest interval, as the latency item measured it; None where it never enlarged."""
    figures = {q.name: q.value for f in findings if f.spec.id == "latency" for q in f.measurements}
    if figures.get("latency_months") is None:
        return None
    return figures.get("growth_percent_per_month")
