"""Opening a case: from a file, a folder, the scene, the one before, or a digital patient."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import qt
import slicer
from slicer.i18n import tr as _

from ..common import packages
from ..session.keeping import ask_to_take_over
from .role_table import RoleTable
from .scene_source import SceneSource

if TYPE_CHECKING:
    from ..reading.panel import Panel

LAST_CASE = "RNAssess/LastCase"


class Opening:
    """Buttons of *Open a case*."""

    def __init__(self, ui: object, panel: Panel) -> None:
        self.ui = ui
        self.panel = panel
        self.source = SceneSource(ui)
        ui.openFileButton.connect("clicked()", self.ask_for_file)
        ui.openFolderButton.connect("clicked()", self.ask_for_folder)
        ui.openLastButton.connect("clicked()", self.open_last)
        ui.listSceneButton.connect("clicked()", self.source.propose)
        ui.assessSceneButton.connect("clicked()", self.assess_scene)
        self._offer_last()

    def choose_file(self) -> str:
        """Ask for a case file; empty when none was chosen."""
        return qt.QFileDialog.getOpenFileName(
            slicer.util.mainWindow(), _("Open case file"), "", _("Case file (*.toml)")
        )

    def ask_for_file(self) -> None:
        """Choose and open a case file."""
        path = self.choose_file()
        if path:
            self.open_case(path)

    def ask_for_folder(self) -> None:
        """Choose a DICOM folder; its series and their roles are shown before it is opened."""
        path = qt.QFileDialog.getExistingDirectory(slicer.util.mainWindow(), _("Open DICOM folder"))
        if not path or not self._prepare_python():
            return
        from RNAssessLib.study import is_case_file

        self.roles = RoleTable(path, self.open_case)
        if is_case_file(Path(path)):
            self.open_case(path)
        elif self.roles.caseFile.is_file():
            self.open_case(str(self.roles.caseFile))
        else:
            self.roles.show()

    def open_last(self) -> None:
        """Open the case that was open last; its decisions come back."""
        path = self._last()
        if path:
            self.open_case(path)

    def open_case(self, path: str, saved: str = "") -> bool:
        """Read, assess and show a case file or DICOM folder; False when it was not finished.

        `saved` is what is known of the reader's decisions; else what the scene holds.
        """
        if not self._prepare_python():
            return False
        logic, saved = self.panel.logic, saved or self.panel.keeper.savedSession()
        if not self.panel.run(lambda progress: logic.assessPath(path, progress, saved)):
            return False
        self.panel.keeper.onCaseOpened(path)
        qt.QSettings().setValue(LAST_CASE, path)
        self._offer_last()
        self.panel.course.refresh()  # it can be written to its file now
        ask_to_take_over(self.panel)
        return True

    def open_phantom(self, name: str) -> bool:
        """Make, assess and show a digital patient; False when it was not finished."""
        if not packages.ensure(packages.ATLAS, _("The digital patient (ICBM152 template)")):
            return False
        logic = self.panel.logic
        if not self.panel.run(lambda progress: logic.assessPhantom(name, progress)):
            return False
        self.panel.keeper.onCaseOpened("")
        return True

    def open_saved(self, job: object) -> bool:
        """Go on with the case of a scene from its images; False when it was not finished."""
        if not self._prepare_python() or not self.panel.run(job):
            return False
        self.panel.keeper.onCaseOpened("")
        return True

    def open_lesson(self, lesson: object) -> bool:
        """Open a case whose answers are hidden; False when it was not finished."""
        if not self._prepare_python():
            return False
        logic = self.panel.logic
        if not self.panel.run(lambda progress: logic.assessLesson(lesson, progress)):
            return False
        self.panel.keeper.onCaseOpened("")
        return True

    def assess_scene(self) -> bool:
        """Assess the volumes, dose and structures of the scene; False when not finished."""
        if not self._prepare_python():
            return False
        if not self.source.is_meant():
            return False
        logic, saved = self.panel.logic, self.panel.keeper.savedSession()
        done = self.panel.run(
            lambda progress: logic.assessCase(self.source.read(), progress, saved)
        )
        if done:
            self.panel.keeper.onCaseOpened("")
        return done

    def _last(self) -> str:
        return str(qt.QSettings().value(LAST_CASE) or "")

    def _offer_last(self) -> None:
        path = self._last()
        self.ui.openLastButton.enabled = bool(path) and Path(path).exists()
        if path:
            self.ui.openLastButton.toolTip = _("Open {0} again, with its decisions").format(path)

    def _prepare_python(self) -> bool:
        """Core packages are needed; without the atlas some items stay not assessable."""
        if not packages.ensure(packages.CORE, _("Reading and aligning a case")):
            return False
        packages.ensure(packages.ATLAS, _("The anatomical atlas (without it items stay open)"))
        return True
