"""Item 20: what in the history shifts the odds (LA25 §5; PP23)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from RNAssessLib.case import (
    ClinicalEvent,
    EventKind,
    Lesion,
    PreparedCase,
    Quantity,
    Technique,
)
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Finding, FindingSpec, Status, Strength

from .measure.timepoints import events_of, had_whole_brain_radiotherapy, require_treated

SPEC = FindingSpec(
    id="clinical_modifiers",
    number=22,
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
BENIGN = re.compile(
    r"meningiom|schwannom|neurinom|acoustic neurom|pituitary adenom|\bAVM\b|arteriovenous malform"
    r"|\bbenign\b",
    re.I,
)
NAMES = {
    Technique.GAMMA_KNIFE: "Gamma Knife: steep fall-off; necrosis may appear earlier (LA22)",
    Technique.LINAC: "linac: less sharp fall-off than Gamma Knife; if it was not stereotactic, "
    "slower still and necrosis possible over a wider area (LA25 §5)",
    Technique.CYBERKNIFE: "CyberKnife: a linac on a robotic arm, stereotactic (LA25 §5)",
    Technique.TOMOTHERAPY: "tomotherapy: fall-off as its plan shows; LA25 does not name it",
    Technique.WBRT: "whole-brain technique: not stereotactic, necrosis possible over a wide area "
    "(LA25 §5)",
    Technique.OTHER: "technique not stated",
}


PRIOR = (
    "where the images leave it open, necrosis is statistically more likely than progression at a "
    "treated site: local control exceeds 80 % (LA25 §5; LA22 Discussion)"
)
BENIGN_LESION = (
    "a benign lesion is on record: necrosis follows radiosurgery of these as well (LA25 §4), but "
    "the signs of this list were described in metastases"
)
STEROID = "corticosteroids lessen the efficacy of immunotherapy (LA25 §6)"
WASH_OUT = (
    "bevacizumab lessens enhancement, so improvement is no evidence of necrosis; its wash-out "
    "delays surgery (LA25 §6)"
)


class _Shift(Enum):
    """What a modifier makes more or less likely; fewer recurrences are not more necrosis."""

    MORE_NECROSIS = "necrosis more likely"
    MORE_RECURRENCE = "recurrence more likely"
    FEWER_RECURRENCES = "recurrence less likely"
    OPEN = "sources disagree"


@dataclass(frozen=True)
class _Modifier:
    text: str
    shift: _Shift


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """List what courses and events say; nothing recorded is not the same as nothing happened."""
    placed = require_treated(prepared, lesion)
    found = [*_radiotherapy(prepared), *_drugs(prepared), *_earlier_results(prepared)]
    technique = NAMES[placed.course.technique]
    caveats = [technique, PRIOR, "imaging is read the same way under immunotherapy (LA25 §5)"]
    if _given(prepared, EventKind.IMMUNOTHERAPY) and _given(prepared, EventKind.STEROID):
        caveats.append(STEROID)
    if _given(prepared, EventKind.BEVACIZUMAB):
        caveats.append(WASH_OUT)
    if _is_benign(prepared):
        caveats.append(BENIGN_LESION)
    if not prepared.case.events:
        caveats.insert(0, "no clinical events are given; they would complete this item")
    counts = {shift: float(sum(m.shift is shift for m in found)) for shift in _Shift}
    if found:
        status, sentence = Status.PRESENT, "; ".join(m.text for m in found) + "."
    elif prepared.case.events:
        status, sentence = Status.ABSENT, "Courses and events hold nothing that shifts the odds."
    else:
        status, sentence = Status.INDETERMINATE, "One course; nothing else of the history is given."
    return Finding(
        SPEC, status, None, Strength.CONTEXT, sentence[0].upper() + sentence[1:],
        measurements=(
            Quantity("modifiers_toward_rn", counts[_Shift.MORE_NECROSIS], "count",
                     "risk of necrosis raised"),
            Quantity("modifiers_toward_ttp", counts[_Shift.MORE_RECURRENCE], "count",
                     "risk of progression raised"),
            Quantity("modifiers_against_recurrence", counts[_Shift.FEWER_RECURRENCES], "count",
                     "recurrence less likely"),
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
                               "necrosis (LA25 §5)", _Shift.MORE_NECROSIS))  # fmt: skip
    if had_whole_brain_radiotherapy(prepared):
        found.append(_Modifier("whole-brain radiotherapy raises the risk of necrosis (LA25 §5) and "
                               "goes with larger oedema (LI21)", _Shift.MORE_NECROSIS))  # fmt: skip
    return found


def _drugs(prepared: PreparedCase) -> list[_Modifier]:
    found = []
    if events := _given(prepared, EventKind.TARGETED):
        found.append(_Modifier(f"targeted therapy{_drug(events[0])} goes with fewer recurrences "
                               "(OR 0.30, PP23); that it raises the risk of necrosis is not said",
                               _Shift.FEWER_RECURRENCES))  # fmt: skip
    if events := _given(prepared, EventKind.IMMUNOTHERAPY):
        found.append(_Modifier(f"immunotherapy{_drug(events[0])}: reports on the risk of necrosis "
                               "disagree, recent meta-analyses find none significant (LA25 §5)",
                               _Shift.OPEN))  # fmt: skip
    return found


def _given(prepared: PreparedCase, kind: EventKind) -> tuple[ClinicalEvent, ...]:
    """Events that began by the last scan: what comes later explains nothing on it."""
    last = prepared.timepoints[-1].date
    return tuple(e for e in events_of(prepared, kind) if e.date <= last)


def _drug(event: ClinicalEvent) -> str:
    return f" ({event.drug})" if event.drug else ""


def _earlier_results(prepared: PreparedCase) -> list[_Modifier]:
    found = []
    for kind in (EventKind.PATHOLOGY, EventKind.HISTOLOGY):
        for event in events_of(prepared, kind):
            day = event.date.isoformat()
            if _states(NECROSIS, event.text):
                found.append(_Modifier(f"earlier necrosis ({day}) suggests a susceptible patient "
                                       "(LA25 §5)", _Shift.MORE_NECROSIS))  # fmt: skip
            if _states(PROGRESSION, event.text):
                found.append(_Modifier(f"earlier progression ({day}) suggests a less responsive "
                                       "tumour (LA25 §5)", _Shift.MORE_RECURRENCE))  # fmt: skip
    return found


def _is_benign(prepared: PreparedCase) -> bool:
    """Whether histology or pathology names a lesion that is no metastasis."""
    kinds = (EventKind.HISTOLOGY, EventKind.PATHOLOGY)
    return any(_states(BENIGN, event.text) for kind in kinds for event in events_of(prepared, kind))


def _states(pattern: re.Pattern[str], text: str) -> bool:
    """Whether a text says it and does not deny it just before."""
    return any(not DENIED.search(text[: m.start()]) for m in pattern.finditer(text))
