"""What a reader session is made of: one record per act, and its JSON."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

from RNAssessLib.case import ClinicalEvent
from RNAssessLib.case.plain_text import make_plain
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Status

from ..alignment.place_records import PlaceChange, describe_place, parse_place
from ..course.events import describe_event, parse_event
from ..measuring.measurements import Measurement, describe_measurement, parse_measurement
from ..outlines.records import MaskChange, describe_mask_change, parse_mask_change
from .versioned import unknown_record


class DecisionKind(Enum):
    """How the reader came to an answer; the value is the JSON word."""

    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"
    SET_BY_HAND = "set_by_hand"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Decision:
    """One decision about one item of one lesion.

    Attributes
    ----------
    lesion, finding : str
        Ids.
    kind : DecisionKind
    status : Status
        What the reader holds to be true.
    computed : Status or None
        What was computed when the reader decided; None when it was not recorded.
    reason : str
        Required when the computed answer was overridden.
    at : str
        ISO time.
    """

    lesion: str
    finding: str
    kind: DecisionKind
    status: Status
    computed: Status | None
    reason: str
    at: str

    def __post_init__(self) -> None:
        make_plain(self, "lesion", "finding", "reason")

    @property
    def accepted(self) -> bool:
        """Whether the computed answer was accepted."""
        return self.kind is DecisionKind.ACCEPTED


@dataclass(frozen=True)
class ThresholdChange:
    """One threshold set to another value; None goes back to the default."""

    key: str
    value: float | None
    at: str


@dataclass(frozen=True)
class EventsChange:
    """The clinical events after an edit.

    Attributes
    ----------
    events : tuple of ClinicalEvent
        The whole list, so that taking an edit back needs nothing else.
    given : tuple of ClinicalEvent
        What the case itself held when the reader edited it.
    at : str
        ISO time.
    """

    events: tuple[ClinicalEvent, ...]
    given: tuple[ClinicalEvent, ...]
    at: str


@dataclass(frozen=True)
class MeasurementsChange:
    """The reader's measurements after one was made or removed.

    Attributes
    ----------
    measurements : tuple of Measurement
        The whole list, so that taking a change back needs nothing else.
    at : str
        ISO time.
    """

    measurements: tuple[Measurement, ...]
    at: str


Record = Decision | ThresholdChange | EventsChange | MeasurementsChange | MaskChange | PlaceChange


def describe_record(record: Record) -> dict[str, Any]:
    """Return a record as a JSON object."""
    if isinstance(record, ThresholdChange):
        return {"type": "threshold", "key": record.key, "value": record.value, "at": record.at}
    if isinstance(record, MaskChange):
        return describe_mask_change(record)
    if isinstance(record, PlaceChange):
        return describe_place(record)
    if isinstance(record, EventsChange):
        return {
            "type": "events",
            "events": [describe_event(event) for event in record.events],
            "given": [describe_event(event) for event in record.given],
            "at": record.at,
        }
    if isinstance(record, MeasurementsChange):
        made = [describe_measurement(m) for m in record.measurements]
        return {"type": "measurements", "measurements": made, "at": record.at}
    return {
        "type": "decision",
        "lesion": record.lesion,
        "finding": record.finding,
        "kind": record.kind.value,
        "status": record.status.value,
        "computed": record.computed.value if record.computed else None,
        "reason": record.reason,
        "at": record.at,
    }


def parse_record(row: dict[str, Any]) -> Record:
    """Read what `describe_record` gave; raises ValueError, KeyError or TypeError."""
    if row["type"] == "threshold":
        value = row["value"]
        Thresholds().criterion(row["key"])
        return ThresholdChange(row["key"], None if value is None else float(value), str(row["at"]))
    if row["type"] == "events":
        events, given = (tuple(parse_event(e) for e in row[key]) for key in ("events", "given"))
        return EventsChange(events, given, str(row["at"]))
    if row["type"] == "measurements":
        made = tuple(parse_measurement(m) for m in row["measurements"])
        return MeasurementsChange(made, str(row["at"]))
    if row["type"] == "masks":
        return parse_mask_change(row)
    if row["type"] == "place":
        return parse_place(row)
    if row["type"] != "decision":
        raise unknown_record(row["type"])
    computed = row["computed"]
    kind = DecisionKind(row["kind"])
    if kind is DecisionKind.OVERRIDDEN and not str(row["reason"]).strip():
        raise ValueError(f"the override of {row['finding']} has no reason")
    return Decision(
        str(row["lesion"]), str(row["finding"]), kind, Status(row["status"]),
        None if computed is None else Status(computed), str(row["reason"]), str(row["at"]),
    )  # fmt: skip
