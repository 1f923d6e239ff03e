"""What the page *Cohort* shows of a cohort, by filters, axes and page; no server, no widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from RNAssessLib.case import counted

from .browse import SHOWN, UNKNOWN, CohortView, Filters, label_of, table_rows
from .columns import NUMBER, WORD
from .plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from .privacy import SMALLEST

PER_PAGE = 50  # lines of the table at once (engineering default)
AXES = {"x": ("bed_per_gtv", "bed_gy"), "y": ("latency_months", "v12_gy_cm3"),
        "of": ("nomogram_gtv_cm3", "bed_gy"), "by": ("reference", "wbrt")}  # fmt: skip
LOGS = ("x_log", "y_log", "of_log")
WORDS = ("reference", "technique", "word_column", "word")
CHOSEN = {"x": NUMBER, "y": NUMBER, "of": NUMBER, "by": WORD, "figure": NUMBER}
FRAME = {"width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT, "top": TOP,
         "bottom": HEIGHT - BOTTOM}  # fmt: skip


class CohortPage:
    """Filters, axes and the part of the table that is looked at.

    Parameters
    ----------
    view : CohortView
    is_there : callable
        ``is_there(row)``: whether the case of a row can be opened.
    """

    def __init__(self, view: CohortView, is_there: Callable[[int], bool]) -> None:
        self.view, self._is_there = view, is_there
        self.filters, self._page = Filters(), 0
        self.names = {kind: [c.name for c in view.columns(kind)] for kind in (NUMBER, WORD)}
        self._axes: dict[str, Any] = {name: self._first(name) for name in AXES}
        self._axes |= dict.fromkeys(LOGS, True)  # as LI21 looks at them

    def _first(self, axis: str) -> str:
        known = self.names[CHOSEN[axis]]
        return next((name for name in AXES[axis] if name in known), known[0] if known else "")

    @property
    def labels(self) -> dict[str, str]:
        """Words for every column."""
        return {name: label_of(name) for names in self.names.values() for name in names}

    @property
    def privacy(self) -> str:
        """Whose ids are shown, and which groups are not."""
        if self.view.identified:
            return "Ids are those of the department and small groups are shown."
        return (
            f"Ids are new ones; groups of 1 to {SMALLEST - 1} lesions are not shown."
            " A case that is opened shows its own id and images."
        )

    def describe(self) -> dict[str, Any]:
        """Return what the filters and axes ask for."""
        view, axes = self.view, self._axes
        frame = view.choose(self.filters)
        columns = [name for name in SHOWN if name in frame]
        pages = max(1, -(-len(frame) // PER_PAGE))
        self._page = min(self._page, pages - 1)
        lines = frame.iloc[self._page * PER_PAGE : (self._page + 1) * PER_PAGE]
        rows = [row | {"there": self._is_there(row["at"])}
                for row in table_rows(view, lines, columns)]  # fmt: skip
        options = {name: view.words(name) for name in ("reference", "technique")}
        options["word"] = view.words(self.filters.word_column)
        plots = {
            "scatter": view.scatter(frame, axes["x"], axes["y"], (axes["x_log"], axes["y_log"])),
            "boxes": view.boxes(frame, axes["of"], axes["by"], log=axes["of_log"]),
            "roc": view.roc(frame),
            "calibration": view.calibration(frame),
        }
        patients = frame["patient"].nunique()
        summary = f"{counted(len(frame), 'lesion')} in {counted(patients, 'patient')}"
        return {
            "summary": summary if len(frame) else view.too_few(1),
            "of": f"of {len(view.frame)}", "columns": columns, "rows": rows, "page": self._page,
            "pages": pages, "options": options, "axes": dict(axes), "filters": vars(self.filters),
            "plots": {name: plot.to_state() for name, plot in plots.items()},
        }  # fmt: skip

    def set(self, name: str, value: Any) -> None:
        """Take a field of the page; what no field offers is not taken."""
        if name in LOGS:
            self._axes[name] = bool(value)
        elif name in AXES and value in self.names[CHOSEN[name]]:
            self._axes[name] = value
        elif name == "figure" and value in ("", *self.names[NUMBER]):
            self.filters = replace(self.filters, figure=value, low=None, high=None)
        elif name == "low":
            self.filters = replace(self.filters, low=_number(value))
        elif name == "high":
            self.filters = replace(self.filters, high=_number(value))
        elif name == "word_column" and value in ("", *self.names[WORD]):
            self.filters = replace(self.filters, word_column=value, word="")
        elif name in WORDS and self._is_word(name, value):
            self.filters = replace(self.filters, **{name: value})
        self._page = 0

    def _is_word(self, name: str, value: Any) -> bool:
        column = self.filters.word_column if name == "word" else name
        return value in ("", UNKNOWN, *self.view.words(column))

    def turn(self, by: int) -> None:
        """Show further lines of the table."""
        self._page = max(0, self._page + (1 if by > 0 else -1))

    def clear(self) -> None:
        """Show the whole cohort."""
        self.filters, self._page = Filters(), 0


def _number(value: Any) -> float | None:
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
