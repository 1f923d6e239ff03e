"""The cohort in the browser; one of its cases open at a time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from trame.ui.html import DivLayout
from trame_server import Server

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Progress
from RNAssessLib.cohort.browse import CohortView
from RNAssessLib.cohort.page import FRAME, CohortPage
from RNAssessLib.evidence import Thresholds
from RNAssessLib.kept.store import find_kept, place_of
from RNAssessLib.study.find_cases import FoundCase

from ..opening.chooser_app import ChooserApp

STATIC = Path(__file__).with_name("static")
BASE = "__rnassess_cohort"


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
        self.view, self._places, self._row = view, dict(places), 0
        self.page = CohortPage(view, lambda row: self._place(row) is not None)
        super().__init__(Path(), thresholds, beside, server)
        self.state.trame__title = "RNAssess cohort"

    def _set_up_page(self) -> None:
        self.server.enable_module(
            {"serve": {BASE: str(STATIC)}, "styles": [f"{BASE}/cohort.css"]}  # none of its scripts
        )
        super()._set_up_page()
        trigger = self.server.trigger
        trigger("cohort_set")(self.set_choice)
        trigger("cohort_page")(lambda by: self._put(self.page.turn, by))
        trigger("cohort_clear")(lambda: self._put(self.page.clear))
        trigger("open_lesion")(self.open_lesion)

    # --- list -------------------------------------------------------------------------------------

    def _show_list(self, problem: str = "") -> None:
        page, state = self.page, self.state
        state.cohort_problem, state.cohort_privacy = problem, page.privacy
        state.cohort_names, state.cohort_labels = page.names, page.labels
        state.cohort_frame, state.cohort = FRAME, page.describe()
        state.list_on = True
        with DivLayout(self.server, classes="rn") as layout:
            layout.root.add_child((STATIC / "cohort.html").read_text(encoding="utf-8"))

    def set_choice(self, name: str, value: Any) -> None:  # noqa: ANN401 - what a field holds
        """Take a field of the page."""
        if self.state.list_on:
            self._put(self.page.set, name, value)

    def _put(self, act: Callable[..., None], *values: object) -> None:
        act(*values)
        with self.state:
            self.state.cohort = self.page.describe()

    def enter_folder(self, name: str) -> None:
        """Nothing: no folder is listed here."""

    def _on_list_key(self, number: int) -> None:
        """Nothing: digits are typed into the fields of this page."""

    # --- one case ---------------------------------------------------------------------------------

    def _place(self, row: int) -> Path | None:
        return self._places.get(self.view.origins[row][0])

    def open_lesion(self, row: int) -> None:
        """Open the case of a row at its lesion; says so when its images are not known."""
        is_row = isinstance(row, int) and 0 <= row < len(self.view.names)
        if not self.state.list_on or not is_row:
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
