"""Item 20: what in the history shifts the odds (LA25 §5; PP23)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from RNAssessLib.case import (
    ClinicalEvent,
    EventKind,
    Lesion,
    PreparedCase,
    Quantity,
    Technique,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Favours, Finding, FindingSpec, Status, Strength

from .measure.timepoints import events_of, had_whole_brain_radiotherapy, require_treated

SPEC = FindingSpec(
    id="clinical_modifiers",
    number=20,
    title="Clinical modifiers",
    question="Does the history shift the odds between necrosis and progression?",
    favours_when_present=None,
    references=("LA25 §5", "PP23 Results", "LI21 Results"),
    why="Repeat irradiation, whole-brain radiotherapy and earlier necrosis raise the risk of "
    "necrosis; earlier progression suggests radioresistance; targeted therapy lowers recurrence.",
    events=tuple(EventKind),
    reads=(),
)
NECROSIS = re.compile(r"radionecrosis|radiation necrosis|\bRN\b|necrosis", re.I)
PROGRESSION = re.compile(
    r"recurren|tumou?r progression|true progression|viable tumou?r|\bTTP\b", re.I
)
DENIED = re.compile(r"\b(no|without|not|negative for|excluded)\b[^.;]*$", re.I)
NAMES = {
    Technique.GAMMA_KNIFE: "Gamma Knife: steep fall-off; necrosis may appear earlier (LA22)",
    Technique.LINAC: "linac: less steep fall-off than Gamma Knife (LA25 §5)",
    Technique.CYBERKNIFE: "CyberKnife: less steep fall-off than Gamma Knife (LA25 §5)",
    Technique.TOMOTHERAPY: "tomotherapy: slower fall-off, necrosis over a wider area (LA25 §5)",
    Technique.WBRT: "whole-brain technique: necrosis possible over a wide area (LA25 §5)",
    Technique.OTHER: "technique not stated",
}


@dataclass(frozen=True)
class _Modifier:
    text: str
    toward: Favours | None


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """List what courses and events say; nothing recorded is not the same as nothing happened."""
    placed = require_treated(prepared, lesion)
    found = [*_radiotherapy(prepared), *_drugs(prepared), *_earlier_results(prepared)]
    technique = NAMES[placed.course.technique]
    caveats = [technique, "imaging is read the same way under immunotherapy (LA25 §5)"]
    if not prepared.case.events:
        caveats.insert(0, "no clinical events are given; they would complete this item")
    rn = sum(m.toward is Favours.RN for m in found)
    ttp = sum(m.toward is Favours.TTP for m in found)
    if found:
        status, sentence = Status.PRESENT, "; ".join(m.text for m in found) + "."
    elif prepared.case.events:
        status, sentence = Status.ABSENT, "Courses and events hold nothing that shifts the odds."
    else:
        status, sentence = Status.INDETERMINATE, "One course; nothing else of the history is given."
    return Finding(
        SPEC, status, None, Strength.CONTEXT, sentence[0].upper() + sentence[1:],
        measurements=(
            Quantity("modifiers_toward_rn", float(rn), "count", "risk of necrosis raised"),
            Quantity("modifiers_toward_ttp", float(ttp), "count", "risk of progression raised"),
            Quantity("courses", float(len(prepared.courses)), "count", "radiotherapy courses"),
        ),
        caveats=tuple(caveats),
    )  # fmt: skip


def _radiotherapy(prepared: PreparedCase) -> list[_Modifier]:
    focal = [p for p in prepared.courses if p.course.technique is not Technique.WBRT]
    found = []
    if len(focal) > 1:
        dates = ", ".join(p.course.date.isoformat() for p in focal)
        found.append(_Modifier(f"more than one course of radiotherapy ({dates}) raises the risk of "
                               "necrosis (LA25 §5)", Favours.RN))  # fmt: skip
    if had_whole_brain_radiotherapy(prepared):
        found.append(_Modifier("whole-brain radiotherapy raises the risk of necrosis (LA25 §5) and "
                               "goes with larger oedema (LI21)", Favours.RN))  # fmt: skip
    return found


def _drugs(prepared: PreparedCase) -> list[_Modifier]:
    found = []
    if events := events_of(prepared, EventKind.TARGETED):
        found.append(_Modifier(f"targeted therapy{_drug(events[0])} goes with fewer recurrences "
                               "(OR 0.30, PP23)", Favours.RN))  # fmt: skip
    if events := events_of(prepared, EventKind.IMMUNOTHERAPY):
        found.append(_Modifier(f"immunotherapy{_drug(events[0])}: reports on the risk of necrosis "
                               "disagree (LA25 §5)", None))  # fmt: skip
    return found


def _drug(event: ClinicalEvent) -> str:
    return f" ({event.drug})" if event.drug else ""


def _earlier_results(prepared: PreparedCase) -> list[_Modifier]:
    found = []
    for kind in (EventKind.PATHOLOGY, EventKind.HISTOLOGY):
        for event in events_of(prepared, kind):
            day = event.date.isoformat()
            if _states(NECROSIS, event.text):
                found.append(_Modifier(f"earlier necrosis ({day}) suggests a susceptible patient "
                                       "(LA25 §5)", Favours.RN))  # fmt: skip
            if _states(PROGRESSION, event.text):
                found.append(_Modifier(f"earlier progression ({day}) suggests a less responsive "
                                       "tumour (LA25 §5)", Favours.TTP))  # fmt: skip
    return found


def _states(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a text says it and does not deny it just before."""
    return any(not DENIED.search(text[: m.start()]) for m in pattern.finditer(text))
