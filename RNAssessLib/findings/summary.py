"""What is present, absent and missing, and what would help most. Never a verdict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.case import SequenceRole

from .finding import Finding, Status

# LA25: DWI and SWI should be routine; perfusion, then amino-acid PET, when equivocal.
HELP_ORDER = (
    SequenceRole.DWI,
    SequenceRole.ADC,
    SequenceRole.SWI,
    SequenceRole.FLAIR,
    SequenceRole.RCBV,
    SequenceRole.PET_AA,
)
FOLLOW_UP = "Short-interval follow-up: 6-12 weeks (LA25 §5)."


@dataclass(frozen=True)
class Summary:
    """Counts by status and the most useful next steps.

    Attributes
    ----------
    present, absent, indeterminate, not_assessable : int
    sentence : str
    next_steps : tuple of str
    """

    present: int
    absent: int
    indeterminate: int
    not_assessable: int
    sentence: str
    next_steps: tuple[str, ...]


def summarize(findings: Sequence[Finding]) -> Summary:
    """Count; name the missing sequences in the order in which they would help."""
    counts = {status: 0 for status in Status}
    for finding in findings:
        counts[finding.status] += 1
    missing = {
        role
        for finding in findings
        if finding.status is Status.NOT_ASSESSABLE
        for role in finding.spec.needs
        if f"no {role.value} at" in finding.limitation
    }
    ordered = [role.value for role in HELP_ORDER if role in missing]
    steps = []
    if ordered:
        steps.append(f"Would help most: {', '.join(ordered)} (LA25 §2).")
    steps.append(FOLLOW_UP)
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
        tuple(steps),
    )
