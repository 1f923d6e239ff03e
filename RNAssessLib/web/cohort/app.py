"""The cohort in the browser; one of its cases open at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from trame.ui.html import DivLayout
from trame_server import Server

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Progress, counted
from RNAssessLib.cohort.browse import SHOWN, UNKNOWN, CohortView, Filters, label_of, table_rows
from RNAssessLib.cohort.columns import NUMBER, WORD
from RNAssessLib.cohort.plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from RNAssessLib.cohort.privacy import SMALLEST
from RNAssessLib.evidence import Thresholds
from RNAssessLib.kept.store import find_kept, place_of
from RNAssessLib.study.find_cases import FoundCase

from ..opening.chooser_app import ChooserApp

STATIC = Path(__file__).with_name("static")
BASE = "__rnassess_cohort"
PER_PAGE = 50  # lines of the table at once (engineering default)
AXES = {"x": ("bed_per_gtv", "bed_gy"), "y": ("latency_months", "v12_gy_cm3"),
        "of": ("nomogram_gtv_cm3", "bed_gy"), "by": ("reference", "wbrt")}  # fmt: skip
LOGS = ("x_log", "y_log", "of_log")
WORDS = ("reference", "technique", "word_column", "word")
CHOSEN = {"x": NUMBER, "y": NUMBER, "of": NUMBER, "by": WORD, "figure": NUMBER}


class CohortApp(ChooserApp):
    """A cohort's table and plots, and the case of a lesion that is chosen.

    Parameters
    ----------
    view : CohortView
    places : mapping of str to Path
        Where the cases are, by their id in the table.
    thresholds : Thresholds
    beside : callable
        ``beside(case path)`` names the file that keeps the decisions on a case.
    server : trame Server, optional
    """

    def __init__(
        self,
        view: CohortView,
        places: Mapping[str, Path],
        thresholds: Thresholds,
        beside: Callable[[Path], Path],
        server: Server | None = None,
    ) -> None:
        self.view = view
        self.filters = Filters()
        self._places = dict(places)
        self._row = 0
        self._page = 0
        self._names = {kind: [c.name for c in view.columns(kind)] for kind in (NUMBER, WORD)}
        self._axes: dict[str, Any] = {name: self._first(name) for name in AXES}
        self._axes |= dict.fromkeys(LOGS, True)  # as LI21 looks at them
        super().__init__(Path(), thresholds, beside, server)
        self.state.trame__title = "RNAssess cohort"

    def _first(self, axis: str) -> str:
        known = self._names[CHOSEN[axis]]
        return next((name for name in AXES[axis] if name in known), known[0] if known else "")

    def _set_up_page(self) -> None:
        self.server.enable_module(
            {"serve": {BASE: str(STATIC)}, "styles": [f"{BASE}/cohort.css"]}  # none of its scripts
        )
        super()._set_up_page()
        trigger = self.server.trigger
        trigger("cohort_set")(self.set_choice)
        trigger("cohort_page")(self.turn_page)
        trigger("cohort_clear")(self.clear_filters)
        trigger("open_lesion")(self.open_lesion)

    # --- list -------------------------------------------------------------------------------------

    def _show_list(self, problem: str = "") -> None:
        self.state.cohort_problem = problem
        self.state.cohort_names = self._names
        self.state.cohort_labels = {n: label_of(n) for names in self._names.values() for n in names}
        self.state.cohort_frame = {
            "width": WIDTH, "height": HEIGHT, "left": LEFT, "right": WIDTH - RIGHT,
            "top": TOP, "bottom": HEIGHT - BOTTOM,
        }  # fmt: skip
        self.state.cohort_privacy = (
            "Ids are those of the department and small groups are shown."
            if self.view.identified
            else f"Ids are new ones; groups of 1 to {SMALLEST - 1} lesions are not shown."
            " A case that is opened shows its own id and images."
        )
        self._refresh()
        self.state.list_on = True
        with DivLayout(self.server, classes="rn") as layout:
            layout.root.add_child((STATIC / "cohort.html").read_text(encoding="utf-8"))

    def _refresh(self) -> None:
        """Put what the filters and axes ask for on the page."""
        view, axes = self.view, self._axes
        frame = view.choose(self.filters)
        columns = [name for name in SHOWN if name in frame]
        pages = max(1, -(-len(frame) // PER_PAGE))
        self._page = min(self._page, pages - 1)
        lines = frame.iloc[self._page * PER_PAGE : (self._page + 1) * PER_PAGE]
        rows = [row | {"there": self._place(row["at"]) is not None}
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
        self.state.cohort = {
            "summary": summary if len(frame) else view.too_few(1),
            "of": f"of {len(view.frame)}", "columns": columns, "rows": rows, "page": self._page,
            "pages": pages, "options": options, "axes": dict(axes), "filters": vars(self.filters),
            "plots": {name: plot.to_state() for name, plot in plots.items()},
        }  # fmt: skip

    def set_choice(self, name: str, value: Any) -> None:  # noqa: ANN401 - what a field holds
        """Take a field of the page; what no field offers is not taken."""
        if not self.state.list_on:
            return
        if name in LOGS:
            self._axes[name] = bool(value)
        elif name in AXES and value in self._names[CHOSEN[name]]:
            self._axes[name] = value
        elif name == "figure" and value in ("", *self._names[NUMBER]):
            self.filters = replace(self.filters, figure=value, low=None, high=None)
        elif name == "low":
            self.filters = replace(self.filters, low=_number(value))
        elif name == "high":
            self.filters = replace(self.filters, high=_number(value))
        elif name == "word_column" and value in ("", *self._names[WORD]):
            self.filters = replace(self.filters, word_column=value, word="")
        elif name in WORDS and self._is_word(name, value):
            self.filters = replace(self.filters, **{name: value})
        self._put(0)

    def _is_word(self, name: str, value: Any) -> bool:  # noqa: ANN401 - what a field holds
        column = self.filters.word_column if name == "word" else name
        return value in ("", UNKNOWN, *self.view.words(column))

    def turn_page(self, by: int) -> None:
        """Show further lines of the table."""
        self._put(max(0, self._page + (1 if by > 0 else -1)))

    def clear_filters(self) -> None:
        """Show the whole cohort."""
        self.filters = Filters()
        self._put(0)

    def _put(self, page: int) -> None:
        self._page = page
        with self.state:
            self._refresh()

    def enter_folder(self, name: str) -> None:
        """Nothing: no folder is listed here."""

    def _on_list_key(self, number: int) -> None:
        """Nothing: digits are typed into the fields of this page."""

    # --- one case ---------------------------------------------------------------------------------

    def _place(self, row: int) -> Path | None:
        return self._places.get(self.view.origins[row][0])

    def open_lesion(self, row: int) -> None:
        """Open the case of a row at its lesion; says so when its images are not known."""
        if (
            not self.state.list_on
            or not isinstance(row, int)
            or not 0 <= row < len(self.view.names)
        ):
            return
        place, name = self._place(row), self.view.names[row]
        if place is None:
            with self.state:
                self.state.cohort_problem = f"{name}: where its images are is not known."
            return
        self._row, self.state.cohort_problem = row, ""
        self._found = (FoundCase(place, name, ""),)
        self.open_case(0)

    def _load(self, progress: Progress) -> Assessment:
        assert self._current is not None
        kept = find_kept(place_of(self._current.path, self._thresholds), self._thresholds, progress)
        return kept or super()._load(progress)

    def _opened(self) -> None:
        super()._opened()
        lesion = self.view.origins[self._row][1]
        if self.room is not None and lesion in [
            each.lesion.id for each in self.room.reading.assessment.lesions
        ]:
            self.room.reading.select_lesion(lesion)


def _number(value: Any) -> float | None:  # noqa: ANN401 - what a field holds
    try:
        number = float(str(value).replace(",", "."))
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None
