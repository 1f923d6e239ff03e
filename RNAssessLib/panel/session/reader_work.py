"""What the reader did, in words and as JSON: decisions, measurements, corrected outlines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import MaskKind, MaskOrigin

from ..measuring.measurements import TITLES, describe_measurement
from ..words.wording import MASK_NAMES
from .records import Decision, DecisionKind
from .session import ReaderSession


@dataclass(frozen=True)
class MeasuredRow:
    """One measurement of the reader.

    Attributes
    ----------
    title : str
        What was measured.
    timepoint, date : str
        Study; the date is empty when the case no longer holds it.
    place : str
        Image and plane.
    value : str
        With its unit.
    """

    title: str
    timepoint: str
    date: str
    place: str
    value: str


@dataclass(frozen=True)
class OutlineRow:
    """One outline that the reader corrected and that is in use.

    Attributes
    ----------
    lesion, timepoint, date : str
    parts : str
        Corrected parts, ``enhancing part and oedema``.
    """

    lesion: str
    timepoint: str
    date: str
    parts: str

    @property
    def text(self) -> str:
        """One line, with the study's date."""
        return f"{self.lesion} on {self.date}: {self.parts}"


def measured_rows(assessment: Assessment, session: ReaderSession) -> tuple[MeasuredRow, ...]:
    """Return the reader's measurements in the order in which they were made."""
    dates = {t.id: t.date.isoformat() for t in assessment.prepared.timepoints}
    return tuple(
        MeasuredRow(
            TITLES[m.kind], m.timepoint, dates.get(m.timepoint, ""),
            f"{m.role.value}, {m.plane.value}", m.value,
        )
        for m in session.measurements
    )  # fmt: skip


def outline_rows(assessment: Assessment, session: ReaderSession) -> tuple[OutlineRow, ...]:
    """Return the corrected outlines that the assessment rests on, study by study.

    Corrections that no longer fit the case are left out; the assessment warns of them.
    """
    drawn = drawn_parts(assessment, session)
    return tuple(
        OutlineRow(lesion, t.id, t.date.isoformat(), _join(drawn[t.id, lesion]))
        for t in assessment.prepared.timepoints
        for lesion in t.lesions
        if (t.id, lesion) in drawn
    )


def drawn_parts(
    assessment: Assessment, session: ReaderSession
) -> dict[tuple[str, str], tuple[MaskKind, ...]]:
    """Parts that the reader drew and that are in use, by timepoint and lesion."""
    edited = {
        (t.id, lesion)
        for t in assessment.prepared.timepoints
        for lesion, masks in t.lesions.items()
        if masks.origin is MaskOrigin.EDITED
    }
    drawn: dict[tuple[str, str], set[MaskKind]] = {}
    for change in session.mask_changes:
        place = (change.timepoint, change.lesion)
        if place in edited:
            drawn.setdefault(place, set()).update(kind for kind, _ in change.masks)
    return {place: tuple(k for k in MaskKind if k in kinds) for place, kinds in drawn.items()}


def _join(kinds: tuple[MaskKind, ...]) -> str:
    names = {**MASK_NAMES, MaskKind.ENHANCING: "enhancing part"}
    return " and ".join(names[kind] for kind in kinds)


def held_decisions(session: ReaderSession) -> tuple[Decision, ...]:
    """Return the decision that holds for each item, in the order of the first one about it."""
    latest = {(d.lesion, d.finding): d for d in session.decisions}
    return tuple(d for d in latest.values() if d.kind is not DecisionKind.WITHDRAWN)


def describe_reader(session: ReaderSession) -> dict[str, Any]:
    """Return decisions and measurements as JSON-ready data."""
    return {
        "decisions": [
            {"lesion": d.lesion, "finding": d.finding, **describe_answer(d)}
            for d in held_decisions(session)
        ],
        "measurements": [
            {"name": TITLES[m.kind], "text": m.value, **describe_measurement(m)}
            for m in session.measurements
        ],
    }


def describe_outlines(assessment: Assessment, session: ReaderSession) -> list[dict[str, Any]]:
    """Return the corrected outlines in use as JSON-ready data."""
    return [
        {"timepoint": t, "lesion": lesion, "parts": [kind.value for kind in kinds]}
        for (t, lesion), kinds in drawn_parts(assessment, session).items()
    ]


def describe_answer(decision: Decision) -> dict[str, Any]:
    """Return one decision as JSON-ready data."""
    return {
        "status": decision.status.value,
        "kind": decision.kind.value,
        "computed": None if decision.computed is None else decision.computed.value,
        "reason": decision.reason,
        "at": decision.at,
    }
