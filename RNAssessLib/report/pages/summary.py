"""What tables of the appendix share: an answer in words, sizes over time."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.platypus import Flowable

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.panel.checklist.answers import Answer

from ..document.content import SERIAL_HEADS, describe_author, describe_computed, describe_serial
from .layout import table


def answer_of(answer: Answer) -> str:
    """Markup of status (sign and word), side, strength, and whose answer it is."""
    lines = [f"<b>{answer.icon} {answer.word}</b>"]
    if answer.favours is not None:
        strength = f" · {answer.strength.value}" if answer.strength else ""
        lines.append(f"favours {answer.favours.value}{strength}")
    lines += [part for part in (describe_author(answer), describe_computed(answer)) if part]
    return "<br/>".join(lines)


def serial_table(
    assessment: Assessment, lesions: Sequence[LesionAssessment], last: int | None = None
) -> Flowable:
    """Sizes of lesions at every timepoint, or at the `last` few."""
    rows = []
    for assessed in lesions:
        for row in describe_serial(assessment, assessed)[-last if last else 0 :]:
            cells = [c["text"] for c in row["cells"]]
            rows.append([assessed.lesion.id, row["date"], row["months"], *cells])
    heads = ("Lesion", "Date", "Months", *SERIAL_HEADS.values())
    return table(heads, rows, (16, 22, 14, 25, 23, 24, 24, 20, 16), numbers=range(2, 9))
