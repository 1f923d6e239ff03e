"""Roles of series in the browser, corrected before anything is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

from trame_server import Server

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import Case, InputError, Progress, part
from RNAssessLib.panel.opening.role_chooser import OPTIONS, RoleChooser

from ..reading.pages import build_page
from ..serving.app import RNAssessApp

READING_SHARE = 0.15
Assess = Callable[[Case, Progress], Assessment]


class RoleApp(RNAssessApp):
    """The table of a DICOM folder first, the case after it was accepted.

    Parameters
    ----------
    chooser : RoleChooser
    assess : callable
        ``assess(case, progress) -> Assessment``.
    keep_in : Path
        File that keeps the decisions.
    case_file : Path
        Where the table is kept.
    server : trame Server, optional
    """

    def __init__(
        self,
        chooser: RoleChooser,
        assess: Assess,
        keep_in: Path,
        case_file: Path,
        server: Server | None = None,
    ) -> None:
        self.chooser = chooser
        self._assess = assess
        super().__init__(self._load, server, keep_in=keep_in, case_file=case_file)

    def _set_up_page(self) -> None:
        super()._set_up_page()
        self.state.loading_on = False
        self.server.trigger("choose_role")(self.choose_role)
        self.server.trigger("start_case")(self.start_case)
        self.state.roles_options = list(OPTIONS)
        self.state.roles_file = str(self._case_file)
        self._show()
        build_page(self.server, "roles")

    def _begin(self) -> None:
        """Nothing is read before the table was accepted."""

    def _show(self, problem: str = "") -> None:
        self.state.roles_rows = [asdict(row) for row in self.chooser.rows]
        self.state.roles_notes = list(self.chooser.notes)
        self.state.roles_problems = [problem] if problem else list(self.chooser.problems)
        self.state.roles_missing = list(self.chooser.missing())

    def choose_role(self, number: int, role: str) -> None:
        """Give a series another role."""
        try:
            self.chooser = self.chooser.choose(int(number), role)
        except KeyError:
            return
        with self.state:
            self._show()

    def start_case(self) -> None:
        """Keep the table and read the case; problems keep the table on the page."""
        if self.chooser.problems or self.room is not None or self.state.loading_on:
            return
        assert self._case_file is not None
        try:
            self.chooser.save(self._case_file)
        except InputError as error:
            with self.state:
                self._show(str(error))
            return
        self._load_anew()

    def _load(self, progress: Progress) -> Assessment:
        case = self.chooser.mapping.to_case(part(progress, 0.0, READING_SHARE))
        return self._assess(case, part(progress, READING_SHARE, 1.0))

    def _fail(self, text: str) -> None:
        super()._fail(text)
        with self.state:
            self._show("" if self.loading.is_cancelled else text)
            self.state.loading_error = ""
            build_page(self.server, "roles")
