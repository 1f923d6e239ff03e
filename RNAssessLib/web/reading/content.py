"""The panel's view-model as plain values for the page; nothing is decided or worded here."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from RNAssessLib.panel.reading.view_model import LesionView, PanelView

# Properties that the view-model computes and the page shows.
SHOWN_PROPERTIES = ("text", "token", "computed", "leading", "folded")
ROW_KEYS = (
    "finding", "number", "title", "icon", "favours", "favours_colour", "muted", "sentence",
    "decision", "reader_icon",
)  # fmt: skip


def to_plain(value: Any) -> Any:  # noqa: ANN401 - any part of the view-model
    """Dataclasses, enums and tuples as dictionaries, words and lists.

    Examples
    --------
    >>> from RNAssessLib.panel.words.dose_rows import DvhMark
    >>> to_plain((DvhMark(12.0, "12 Gy", "#CC79A7"),))
    [{'dose_gy': 12.0, 'label': '12 Gy', 'colour': '#CC79A7'}]
    """
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        plain = {f.name: to_plain(getattr(value, f.name)) for f in fields(value)}
        for name in SHOWN_PROPERTIES:
            if isinstance(getattr(type(value), name, None), property):
                plain[name] = to_plain(getattr(value, name))
        return plain
    if isinstance(value, tuple | list):
        return [to_plain(v) for v in value]
    return value


def describe_case(panel: PanelView) -> dict[str, Any]:
    """Everything that does not change with the selected lesion or item."""
    case = panel.case
    return {
        "disclaimer": panel.disclaimer,
        "case_title": panel.case_title,
        "courses_of_case": to_plain(case.courses),
        "timepoints": to_plain(case.timepoints),
        "registrations": to_plain(case.registrations),
        "anatomy": case.anatomy,
        "events": to_plain(case.events),
        "mapping": to_plain(case.mapping),
        "warnings": list(case.warnings),
        "changed_thresholds": [row.text for row in case.changed_thresholds],
        "courses": [
            {"title": c.title, "warnings": list(c.warnings), "tables": to_plain(c.tables)}
            for c in panel.courses
        ],
        "risk_context": to_plain(panel.risk_context),
        "can_undo": panel.can_undo,
        "can_redo": panel.can_redo,
    }


def describe_lesion(lesion: LesionView) -> dict[str, Any]:
    """One lesion with its checklist as short rows."""
    return {
        "id": lesion.id,
        "title": lesion.title,
        "summary": lesion.summary,
        "counts": to_plain(lesion.counts),
        "decided": lesion.decided,
        "heads": list(lesion.heads),
        "serial": to_plain(lesion.serial),
        "context": to_plain(lesion.context),
        "checklist": [
            {key: to_plain(getattr(row, key)) for key in ROW_KEYS} for row in lesion.checklist
        ],
    }


def describe_item(lesion: LesionView, finding: str) -> dict[str, Any]:
    """Return the selected item in full; `finding` may be empty: nothing is selected."""
    if not finding:
        return {"finding": "", "jumps": [], "choices": []}
    row = lesion.row(finding)
    plain: dict[str, Any] = to_plain(row)
    plain["choices"] = [{"value": status.value, "text": text} for status, text in row.choices]
    plain["measurements"] = [
        {"label": m.label, "text": m.text, "tip": m.tip} for m in row.measurements
    ]
    plain["criteria"] = [c.text for c in row.criteria]
    return plain
