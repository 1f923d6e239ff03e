"""What is present, absent and missing, and what would help most. Never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.case import SequenceRole

from .finding import Finding, Status

# LA25 §7: DWI and SWI belong to every examination; perfusion, then amino-acid PET, when equivocal.
ROUTINE = (
    SequenceRole.DWI,
    SequenceRole.ADC,
    SequenceRole.SWI,
    SequenceRole.FLAIR,
)
WHEN_EQUIVOCAL = (SequenceRole.RCBV, SequenceRole.PET_AA)
FOLLOW_UP = "Follow-up MRI in 6-12 weeks (LA25 §5)."


@dataclass(frozen=True)
class Summary:
    """Counts by status and the most useful next steps.

    Attributes
    ----------
    present, absent, indeterminate, not_assessable : int
    sentence : str
    missing : tuple of SequenceRole
        Sequences that an item asked for and that the case lacks.
    next_steps : tuple of str
        Most useful first.
    """

    present: int
    absent: int
    indeterminate: int
    not_assessable: int
    sentence: str
    missing: tuple[SequenceRole, ...]
    next_steps: tuple[str, ...]


def summarize(findings: Sequence[Finding]) -> Summary:
    """Count, name the missing sequences and order what would help. It adds nothing up."""
    counts = {status: sum(f.status is status for f in findings) for status in Status}
    missing = _missing(findings)
    sentence = (
        f"{counts[Status.PRESENT]} present, {counts[Status.ABSENT]} absent, "
        f"{counts[Status.INDETERMINATE]} indeterminate, "
        f"{counts[Status.NOT_ASSESSABLE]} not assessable of {len(findings)} items."
    )
    return Summary(
        counts[Status.PRESENT],
        counts[Status.ABSENT],
        counts[Status.INDETERMINATE],
        counts[Status.NOT_ASSESSABLE],
        sentence,
        missing,
        _next_steps(missing, _is_equivocal(findings)),
    )


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


def _next_steps(missing: tuple[SequenceRole, ...], equivocal: bool) -> tuple[str, ...]:
    steps = []
    routine = [role.value for role in ROUTINE if role in missing]
    if routine:
        steps.append(f"Acquire {', '.join(routine)}: they belong to every examination (LA25 §7).")
    if equivocal:
        names = {SequenceRole.RCBV: "perfusion (DSC)", SequenceRole.PET_AA: "amino-acid PET"}
        useful = [names[role] for role in WHEN_EQUIVOCAL if role in missing]
        if useful:
            steps.append(f"The signs do not agree: {', then '.join(useful)} may help (LA25 §7).")
    steps.append(FOLLOW_UP)
    return tuple(steps)
