"""What the reader does on the course page: clinical events, their file, the lesion's pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from RNAssessLib.panel.course.captions import caption_of
from RNAssessLib.panel.course.event_editor import EventEditor
from RNAssessLib.panel.course.events import FORMS
from RNAssessLib.panel.reading.changes import (
    FiguresChanged,
    RecordsChanged,
    RoundChanged,
    SelectionChanged,
)
from RNAssessLib.panel.reading.write_back import write_events_back
from RNAssessLib.report.interactive.course import (
    describe_nomogram,
    describe_three_axes,
    describe_timeline,
)

from ..reading.desk import Desk, Requests
from ..reading.stage import Stage

DRAWN: dict[str, Callable[..., dict[str, Any]]] = {
    "timeline": describe_timeline,
    "three_axes": describe_three_axes,
    "nomogram": describe_nomogram,
}


class CourseDesk(Desk):
    """Event editor; items, warnings and pictures follow at once.

    Parameters
    ----------
    stage : Stage
    case_file : Path, optional
        File that edited events are written to on request.
    edits : bool
        Whether events can be edited, or are only shown.
    is_hidden : callable
        Whether the pictures of the selected lesion are hidden: its answers are.
    """

    def __init__(
        self,
        stage: Stage,
        case_file: Path | None = None,
        *,
        edits: bool = True,
        is_hidden: Callable[[], bool] = lambda: False,
    ) -> None:
        super().__init__(stage)
        self._case_file, self._edits, self._is_hidden = case_file, edits, is_hidden
        self._editor = EventEditor(lambda: stage.reading, says=True)
        for kind in (SelectionChanged, RecordsChanged, FiguresChanged, RoundChanged):
            stage.reading.changes.on(kind, self.show)

    def requests(self) -> Requests:
        """Event editor; where events are only shown, there are none."""
        if not self._edits:
            return {}
        editor = self._editor
        acts: dict[str, Callable[..., None]] = {
            "event_kind": self._choose_kind,
            "new_event": editor.new,
            "edit_event": editor.edit,
            "remove_event": editor.remove,
            "save_event": editor.save,
            "event_yes": lambda: editor.answer(meant=True),
            "event_back": lambda: editor.answer(meant=False),
            "cancel_event": editor.close,
        }
        return {name: self._do(act) for name, act in acts.items()} | {"write_events": self.write}

    def fill(self) -> None:
        """Put an empty editor on the page."""
        self._state.event_kinds = [{"value": f.kind.value, "name": f.name} for f in FORMS]
        self._state.event_file = self._case_file.name if self._case_file else ""
        self._state.event_said = ""
        self._state.edits_events = self._edits
        self._editor.close()
        self._show_form()
        self.show()

    def show(self, _: object = None) -> None:
        """Pictures of the lesion that is shown; none while its answers are hidden."""
        lesion = None if self._is_hidden() else self._reading.lesion
        charts = {name: getattr(lesion, name, None) for name in DRAWN}
        self._state.pictures = {
            name: None if chart is None else DRAWN[name](chart) for name, chart in charts.items()
        }
        self._state.captions = {
            name: "" if lesion is None else caption_of(lesion, name) for name in DRAWN
        }

    # --- form -------------------------------------------------------------------------------------

    def _show_form(self) -> None:
        editor, state = self._editor, self._state
        form = editor.form
        state.event_form = {
            "kind": form.kind.value if form else "",
            "index": editor.index,
            "fields": [
                asdict(f) | {
                    "choices": list(f.choices), "value": editor.entries.get(f.name, ""),
                    "type": "date" if f.name in ("date", "end") else "text",
                }
                for f in (form.fields if form else ())
            ],
        }  # fmt: skip
        state.event_problem, state.event_field = editor.problem, editor.field
        state.event_odd = list(editor.odd)

    def _do(self, act: Callable[..., None]) -> Callable[..., None]:
        """Do something with the form as the page asks, and show what it is now."""

        def do(*values: Any) -> None:  # noqa: ANN401 - as the page sends them
            act(*values)
            self._state.event_said = ""
            self._show_form()

        return do

    def _choose_kind(self, kind: str, entries: Mapping[str, str]) -> None:
        """Ask for another kind of event; what was typed stays where it fits."""
        self._editor.open(kind, self._editor.index, entries)

    def write(self) -> None:
        """Write the list of now into the case file."""
        if self._case_file is not None:
            self._state.event_said, _ = write_events_back(self._reading, self._case_file)
