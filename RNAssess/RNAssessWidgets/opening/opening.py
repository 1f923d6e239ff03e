"""Opening a case: from a file, a folder, the scene, the one before, or a digital patient."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from RNAssessLib.study import is_case_file

from ..common import files, packages, settings
from ..common.page import Page
from .role_table import RoleTable
from .scene_source import SceneSource

if TYPE_CHECKING:
    from ..common.given import Keeper, Loads, Told


class Opening(Page):
    """Buttons of *Open a case*.

    Parameters
    ----------
    ui, case, keeper
        As `Page`.
    run : callable
        Loads a case and shows it; False when it was not finished.
    opened : callable
        Told when a case was opened from its files.
    """

    def __init__(
        self, ui: object, case: object, keeper: Keeper, run: Callable[[Loads], bool], opened: Told
    ) -> None:
        super().__init__(ui, case, keeper)
        self._run, self._opened = run, opened
        self.source = SceneSource(ui)
        self._press(
            openFileButton=self.ask_for_file,
            openFolderButton=self.ask_for_folder,
            openLastButton=self.open_last,
            listSceneButton=self.source.propose,
            assessSceneButton=self.assess_scene,
        )
        self._offer_last()

    def choose_file(self) -> str:
        """Ask for a case file; empty when none was chosen."""
        return files.ask_file(_("Open case file"), _("Case file (*.toml)"))

    def ask_for_file(self) -> None:
        """Choose and open a case file."""
        path = self.choose_file()
        if path:
            self.open_case(path)

    def ask_for_folder(self) -> None:
        """Choose a DICOM folder; its series and their roles are shown before it is opened."""
        path = files.ask_folder(_("Open DICOM folder"))
        if path:
            self.open_folder(path)

    def open_folder(self, path: str) -> None:
        """Open a folder: its case file if it has one, else the table of its series."""
        if not self._prepare_python():
            return
        self.roles = RoleTable(path, self.open_case)
        if is_case_file(Path(path)):
            self.open_case(path)
        elif self.roles.caseFile.is_file():
            self.open_case(str(self.roles.caseFile))
        else:
            self.roles.show()

    def open_last(self) -> None:
        """Open the case that was open last; its decisions come back."""
        path = settings.last_case()
        if path:
            self.open_case(path)

    def open_case(self, path: str, saved: str = "") -> bool:
        """Read, assess and show a case file or DICOM folder; False when it was not finished.

        `saved` is what is known of the reader's decisions; else what the scene holds.
        """
        saved = saved or self._keeper.savedSession()
        if not self._open(lambda: self._case.assessPath(path, saved), path):
            return False
        settings.keep_last_case(path)
        self._offer_last()
        self._opened()
        return True

    def open_phantom(self, name: str) -> bool:
        """Make, assess and show a digital patient; False when it was not finished."""
        if not packages.ensure(packages.ATLAS, _("The digital patient (ICBM152 template)")):
            return False
        return self._finish(lambda: self._case.assessPhantom(name))

    def open_saved(self, load: Loads) -> bool:
        """Go on with the case of a scene from its images; False when it was not finished."""
        return self._open(load)

    def open_lesson(self, lesson: object) -> bool:
        """Open a case whose answers are hidden; False when it was not finished."""
        return self._open(lambda: self._case.assessLesson(lesson))

    def assess_scene(self) -> bool:
        """Assess the volumes, dose and structures of the scene; False when not finished."""
        if not self._prepare_python() or not self.source.is_meant():
            return False
        saved = self._keeper.savedSession()
        return self._finish(lambda: self._case.assessScene(self.source.read, saved))

    def _open(self, load: Loads, path: str = "") -> bool:
        return self._prepare_python() and self._finish(load, path)

    def _finish(self, load: Loads, path: str = "") -> bool:
        done = self._run(load)
        if done:
            self._keeper.onCaseOpened(path)
        return done

    def _offer_last(self) -> None:
        path = settings.last_case()
        self.ui.openLastButton.enabled = bool(path) and Path(path).exists()
        if path:
            self.ui.openLastButton.toolTip = _("Open {0} again, with its decisions").format(path)

    def _prepare_python(self) -> bool:
        """Core packages are needed; without the atlas some items stay not assessable."""
        if not packages.ensure(packages.CORE, _("Reading and aligning a case")):
            return False
        packages.ensure(packages.ATLAS, _("The anatomical atlas (without it items stay open)"))
        return True
