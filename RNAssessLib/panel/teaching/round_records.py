"""What a learner does in a round, record by record, and as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from RNAssessLib.case import SequenceRole
from RNAssessLib.case.plain_text import make_plain
from RNAssessLib.findings.finding import Status

from ..session.versioned import unknown_record

Point = tuple[float, float, float]


@dataclass(frozen=True)
class EvidenceMark:
    """Where the learner points.

    Attributes
    ----------
    timepoint : str
    role : SequenceRole
        Image that was pointed at.
    point_reference_lps_mm : tuple of float
        In reference space.
    """

    timepoint: str
    role: SequenceRole
    point_reference_lps_mm: Point


@dataclass(frozen=True)
class LearnerAnswer:
    """What the learner holds to be true of one item; a later one supersedes an earlier one.

    Attributes
    ----------
    lesion, finding : str
        Ids.
    status : Status or None
        None while only a note or a mark has been given.
    note : str
    mark : EvidenceMark or None
    at : str
        ISO time.
    """

    lesion: str
    finding: str
    status: Status | None
    note: str
    mark: EvidenceMark | None
    at: str

    def __post_init__(self) -> None:
        make_plain(self, "lesion", "finding", "note")


@dataclass(frozen=True)
class Reveal:
    """The computed answer was looked at; nothing about that item changes afterwards.

    Attributes
    ----------
    lesion : str
    finding : str
        Empty for every item of the lesion.
    at : str
    """

    lesion: str
    finding: str
    at: str


Record = LearnerAnswer | Reveal


def describe_record(record: Record) -> dict[str, Any]:
    """Return a record as JSON-ready data."""
    if isinstance(record, Reveal):
        return {"type": "reveal"} | {n: getattr(record, n) for n in ("lesion", "finding", "at")}
    mark = record.mark
    return {
        "type": "answer",
        "lesion": record.lesion,
        "finding": record.finding,
        "status": record.status.value if record.status else None,
        "note": record.note,
        "mark": None
        if mark is None
        else {
            "timepoint": mark.timepoint,
            "sequence": mark.role.value,
            "location_lps_mm": list(mark.point_reference_lps_mm),
        },
        "at": record.at,
    }


def parse_record(row: Mapping[str, Any]) -> Record:
    """Read what `describe_record` wrote; raises ValueError, KeyError or TypeError."""
    if row["type"] == "reveal":
        return Reveal(str(row["lesion"]), str(row["finding"]), str(row["at"]))
    if row["type"] != "answer":
        raise unknown_record(row["type"])
    status, mark = row["status"], row["mark"]
    return LearnerAnswer(
        str(row["lesion"]), str(row["finding"]), None if status is None else Status(status),
        str(row["note"]), None if mark is None else _parse_mark(mark), str(row["at"]),
    )  # fmt: skip


def _parse_mark(mark: Mapping[str, Any]) -> EvidenceMark:
    x, y, z = (float(v) for v in mark["location_lps_mm"])
    return EvidenceMark(str(mark["timepoint"]), SequenceRole(mark["sequence"]), (x, y, z))
