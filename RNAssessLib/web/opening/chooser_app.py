"""Choosing a case in the browser: a folder's cases listed, one of them open at a time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from trame_server import Server

from RNAssessLib.assessment import Assessment, assess
from RNAssessLib.case import InputError, Progress, part
from RNAssessLib.evidence import Thresholds
from RNAssessLib.panel.session.file import read_session
from RNAssessLib.study import read_case
from RNAssessLib.study.case_file_writer import case_file_of
from RNAssessLib.study.find_cases import FoundCase, find_cases

from ..reading.pages import build_page
from ..serving.app import RNAssessApp

READING_SHARE = 0.15


class ChooserApp(RNAssessApp):
    """The cases of a folder in the browser.

    Parameters
    ----------
    folder : Path
        What is listed first; folders above it are not offered.
    thresholds : Thresholds
    beside : callable
        ``beside(case path)`` names the file that keeps the decisions on a case.
    server : trame Server, optional

    Attributes
    ----------
    folder : Path
        What is listed now.
    """

    def __init__(
        self,
        folder: Path,
        thresholds: Thresholds,
        beside: Callable[[Path], Path],
        server: Server | None = None,
    ) -> None:
        self.top = self.folder = folder.resolve()
        self._thresholds = thresholds
        self._beside = beside
        self._found: tuple[FoundCase, ...] = ()
        self._current: FoundCase | None = None
        super().__init__(self._load, server)

    def _set_up_page(self) -> None:
        super()._set_up_page()
        trigger = self.server.trigger
        trigger("open_case")(self.open_case)
        trigger("enter_folder")(self.enter_folder)
        trigger("close_case")(self.close_case)
        trigger("list_key")(self._on_list_key)
        self._show_list()

    def _begin(self) -> None:
        """Nothing is loaded before a case is chosen."""

    # --- list -------------------------------------------------------------------------------------

    def _show_list(self, problem: str = "") -> None:
        try:
            self._found = find_cases(self.folder)
            folders = sorted(
                (p.name for p in self.folder.iterdir() if p.is_dir() and p.name[0] != "."),
                key=str.casefold,
            )
        except (InputError, OSError) as error:
            self._found, folders = (), []
            problem = problem or str(error)
        taken = {found.path.name for found in self._found if found.path.is_dir()}
        up = [".."] if self.folder != self.top else []
        alone = len(self._found) == 1 and self._found[0].path == self.folder
        inside = [] if alone else [name for name in folders if name not in taken]
        self.state.cases_folder = str(self.folder)
        self.state.cases_folders = [*up, *inside]
        self.state.cases_problem = problem
        self.state.cases = [
            {"name": c.name, "what": c.what, "standing": self._standing(c)} for c in self._found
        ]
        self.state.list_on = True
        build_page(self.server, "cases")

    def _standing(self, found: FoundCase) -> str:
        kept = self._beside(found.path)
        if not kept.exists():
            return "none"
        try:
            return str(len(read_session(kept).decisions))
        except InputError as error:
            return error.reason

    def enter_folder(self, name: str) -> None:
        """List a folder inside this one, or the one above (``..``), never above the first."""
        wanted = (self.folder / name).resolve()
        if self.room is None and wanted.is_dir() and wanted.is_relative_to(self.top):
            self.folder = wanted
            self._show_list()

    def _on_list_key(self, number: int) -> None:
        if self.state.list_on:
            self.open_case(number - 1)

    # --- one case ---------------------------------------------------------------------------------

    def open_case(self, index: int) -> None:
        """Read and assess a case of the list; nothing happens while another one is open."""
        if not self.state.list_on or not 0 <= index < len(self._found):
            return
        self._current = self._found[index]
        self._keep_in = self._beside(self._current.path)
        self._case_file = case_file_of(self._current.path)
        self.state.list_on = False
        self._load_anew(f"Reading {self._current.name}")

    def _load(self, progress: Progress) -> Assessment:
        assert self._current is not None
        case = read_case(self._current.path, part(progress, 0.0, READING_SHARE))
        return assess(case, self._thresholds, progress=part(progress, READING_SHARE, 1.0))

    def _opened(self) -> None:
        if self.room is not None:
            self.room.on_close = self.close_case
            self.state.can_close = True

    def _fail(self, text: str) -> None:
        super()._fail(text)
        with self.state:
            name = self._current.name if self._current else "case"
            self._show_list("" if self.loading.is_cancelled else f"{name}: {text}")

    def close_case(self) -> None:
        """Back to the list; decisions are saved already."""
        self._leave_case()
        self._show_list()
