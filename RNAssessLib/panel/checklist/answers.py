"""What holds for each checklist item: the reader's answer where there is one, else the computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.assessment import LesionAssessment
from RNAssessLib.findings.finding import Favours, Finding, FindingSpec, Status, Strength
from RNAssessLib.findings.naming import name_finding, name_of

from ..session.records import Decision, DecisionKind
from ..session.session import ReaderSession
from ..words.wording import STATUS_ICONS, STATUS_WORDS, finding_icon, finding_word


@dataclass(frozen=True)
class Answer:
    """A computed finding and what the reader decided about it; neither is edited.

    Attributes
    ----------
    finding : Finding
    decision : Decision or None
    """

    finding: Finding
    decision: Decision | None = None

    @property
    def spec(self) -> FindingSpec:
        """The fixed part of the item."""
        return self.finding.spec

    @property
    def status(self) -> Status:
        """The reader's answer, else the computed one."""
        return self.finding.status if self.decision is None else self.decision.status

    @property
    def overridden(self) -> bool:
        """Whether the reader's answer is another one than the computed one of now."""
        return self.status is not self.finding.status

    @property
    def favours(self) -> Favours | None:
        """Side of the answer that holds.

        A reader's own *present* speaks for the side of the sign in its sources; any other answer
        of the reader speaks for none, since nothing was measured for it.
        """
        if not self.overridden:
            return self.finding.favours
        return self.spec.favours_when_present if self.status is Status.PRESENT else None

    @property
    def strength(self) -> Strength | None:
        """Strength of the computed answer; a reader's own answer is not graded."""
        return None if self.overridden else self.finding.strength

    @property
    def word(self) -> str:
        """Answer in one word; what the reader answered keeps the reader's word."""
        if self.overridden:
            return STATUS_WORDS[self.status]
        return finding_word(self.spec, self.status)

    @property
    def icon(self) -> str:
        """Sign of the answer."""
        if self.overridden:
            return STATUS_ICONS[self.status]
        return finding_icon(self.spec, self.status)

    @property
    def name(self) -> str:
        """What holds, in words: the finding rather than its topic."""
        if self.overridden:
            return name_of(self.spec, self.status, self.favours)
        return name_finding(self.finding)

    @property
    def told(self) -> str:
        """What the reader did, in sentences; empty without a decision.

        Examples
        --------
        >>> from RNAssessLib.findings.finding import not_assessable
        >>> from RNAssessLib.findings.swi_foci import SPEC
        >>> missing = not_assessable(SPEC, "no SWI")
        >>> kept = ReaderSession().decide("L1", missing, Status.PRESENT, "six foci on the GRE")
        >>> Answer(missing, kept.decision("L1", "swi_foci")).told
        'Set by the reader; no answer was computed. Reason: six foci on the GRE.'
        """
        decision = self.decision
        if decision is None:
            return ""
        computed = finding_word(self.spec, self.finding.status)
        if self.overridden and self.finding.status is Status.NOT_ASSESSABLE:
            words = "Set by the reader; no answer was computed."
        elif self.overridden:
            words = f"Answer of the reader; computed: {computed}."
        elif decision.kind is DecisionKind.ACCEPTED:
            words = "Accepted by the reader."
        else:
            words = "Answer of the reader; the computed one is now the same."
        if decision.computed not in (None, self.finding.status):
            words += f" Decided when {STATUS_WORDS[decision.computed]} was computed."
        if decision.reason:
            words += f" Reason: {decision.reason.rstrip('. ')}."
        return words


def read_answers(assessed: LesionAssessment, session: ReaderSession) -> tuple[Answer, ...]:
    """Return the answers that hold for one lesion, in clinical order."""
    lesion = assessed.lesion.id
    return tuple(Answer(f, session.decision(lesion, f.spec.id)) for f in assessed.findings)


def count_decided(answers: Sequence[Answer]) -> str:
    """Tell how many items the reader decided, and how many of them differently; empty for none.

    Examples
    --------
    >>> count_decided(())
    ''
    """
    decided = [a for a in answers if a.decision is not None]
    if not decided:
        return ""
    other = sum(a.overridden for a in decided)
    words = f"The reader decided {len(decided)} of {len(answers)} items"
    return f"{words}, {other or 'none'} of them otherwise than computed."
