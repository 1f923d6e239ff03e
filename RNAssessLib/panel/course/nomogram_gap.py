"""Why there is no nomogram: which input is not known, and where a reader gives it."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.prognosis.inputs import INPUT_WORDS
from RNAssessLib.prognosis.nomogram import Nomogram

from ..words.numbers import format_number

EVENT, DOSE = "event", "dose"


@dataclass(frozen=True)
class NomogramGap:
    """What is said in place of the picture.

    Attributes
    ----------
    text : str
        Whole sentences: the input, what the odds are either way where they are known, how to
        give it.
    entry : str
        ``event`` where a clinical event gives it, ``dose`` where plan or prescription do; empty
        where nothing that can be typed does.
    """

    text: str
    entry: str = ""


def find_gap(nomogram: Nomogram | None, why: str = "") -> NomogramGap | None:
    """Return what is missing for the nomogram; None when it is complete.

    Parameters
    ----------
    nomogram : Nomogram or None
    why : str
        Why there is none at all (``LesionAssessment.why_no_nomogram``).
    """
    if nomogram is None:
        return NomogramGap(f"The nomogram is not computed: {why or 'no input is known'}.")
    if nomogram.relative_odds.value is not None:
        return None
    inputs = nomogram.inputs
    lacking = [name for name in INPUT_WORDS if inputs is None or getattr(inputs, name) is None]
    sentences = [f"The nomogram is not computed: {nomogram.relative_odds.undefined}."]
    for odds in nomogram.alternatives:
        value = format_number(odds.value or 0.0, "1")
        sentences.append(f"Relative odds {value} {odds.method}.")
    if lacking == ["targeted_therapy"]:
        sentences.append("Record targeted therapy, or the drug 'none', and it is computed.")
        return NomogramGap(" ".join(sentences), EVENT)
    return NomogramGap(" ".join(sentences), DOSE if _is_of_the_plan(lacking) else "")


def _is_of_the_plan(lacking: list[str]) -> bool:
    return bool({"bed_gy", "tc_percent"} & set(lacking))
