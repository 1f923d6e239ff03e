"""The page *RNAssess* of Slicer's application settings."""

from __future__ import annotations

import ctk
import qt
import slicer
from slicer.i18n import tr as _

from . import settings

LEAST_PERCENT, MOST_PERCENT = 10, 100  # as the slider on the panel


class SettingsPage(ctk.ctkSettingsPanel):
    """Each control writes its setting at once; what is set holds from the next case on."""

    def __init__(self) -> None:
        ctk.ctkSettingsPanel.__init__(self)
        form = qt.QFormLayout(self)
        self.keepBox = self._keep_box()
        self.folderButton = self._folder_button()
        self.opacityBox = self._opacity_box()
        form.addRow(self.keepBox)
        form.addRow(_("Answers to lessons:"), self.folderButton)
        form.addRow(_("Isodose opacity:"), self.opacityBox)
        note = qt.QLabel(_("Research use only. Not a medical device."))
        note.setWordWrap(True)
        form.addRow(note)

    def _keep_box(self) -> object:
        box = qt.QCheckBox(_("Keep prepared cases beside their files"))
        box.checked = True
        box.toolTip = _(
            "A finished case then opens in seconds, while images, thresholds and program are the "
            "same. Without it every case is computed anew, and nothing is written beside it but "
            "the decisions."
        )
        self._mapper = ctk.ctkBooleanMapper(box, "checked", str(qt.SIGNAL("toggled(bool)")))
        self.registerProperty(
            settings.KEEP_PREPARED, self._mapper, "valueAsInt",
            str(qt.SIGNAL("valueAsIntChanged(int)")),
        )  # fmt: skip
        return box

    def _folder_button(self) -> object:
        button = ctk.ctkDirectoryButton()
        button.directory = str(settings.lesson_folder())
        button.toolTip = _("Folder that a learner's answers to the papers' cases are kept in.")
        self.registerProperty(
            settings.LESSON_FOLDER, button, "directory",
            str(qt.SIGNAL("directoryChanged(QString)")),
        )  # fmt: skip
        return button

    def _opacity_box(self) -> object:
        box = qt.QSpinBox()
        box.minimum, box.maximum = LEAST_PERCENT, MOST_PERCENT
        box.value = MOST_PERCENT
        box.suffix = " %"
        box.toolTip = _("How strongly isodoses are drawn when a case is opened.")
        self.registerProperty(
            settings.ISODOSE_OPACITY, box, "value", str(qt.SIGNAL("valueChanged(int)"))
        )
        return box


_held: list[SettingsPage] = []  # Slicer's dialog holds the widget, not what Python adds to it


def add_settings_page() -> None:
    """Add the page to Slicer's settings; nothing without a main window."""
    if slicer.app.commandOptions().noMainWindow:
        return
    page = SettingsPage()
    slicer.app.settingsDialog().addPanel("RNAssess", page)
    _held[:] = [page]
