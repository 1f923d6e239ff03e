"""Signs of both directions with their strength, ready to be shown alike; nothing is added up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.findings.finding import Favours, Strength

from .answers import Answer

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
    rank : int
        3 strong to 1 weak; 0 where it is not graded.
    """

    bar: str
    name: str
    note: str
    rank: int = 0


def signs_of(answers: Sequence[Answer], side: Favours) -> list[Sign]:
    """Return the signs described in one direction, strongest first."""
    own = [a for a in answers if a.favours is side]
    own.sort(key=lambda a: -_rank(a))
    found = []
    for answer in own:
        note = ""
        if answer.overridden:
            note = "by the reader"
        elif answer.decision is not None:
            note = "accepted by the reader"
        found.append(Sign(BARS[answer.strength], answer.name, note, _rank(answer)))
    return found


def _rank(answer: Answer) -> int:
    return RANK.get(answer.strength, 0) if answer.strength else 0
