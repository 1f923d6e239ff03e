"""Isodose levels, prescriptions and the dose under the cursor on the dose tab."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.panel.dose.dose_section import tables_as_text
from RNAssessLib.panel.reading.readout import CursorDose
from RNAssessLib.panel.reading.running import AtOnce
from RNAssessLib.panel.words.plausible import bounds_of_level, bounds_of_prescription

from ..common import asking, settings
from ..common.page import Page
from ..common.trees import filled, make_item, mark_colour

if TYPE_CHECKING:
    from RNAssessLib.scene.isodose_layer import IsodoseLayer

    from ..common.given import OpenCase

PRESETS = (1, 3, 5)


class IsodoseForm(Page):
    """Levels are switched by their box, added, removed; a prescription of the reader's own."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        self._cursor = None
        for fractions in PRESETS:
            ui.presetComboBox.addItem(
                _("1 fraction") if fractions == 1 else _("{n} fractions").format(n=fractions)
            )
        for unit in ("Gy", "%"):
            ui.levelUnitComboBox.addItem(unit)
        self._press(
            presetButton=self.use_preset,
            addLevelButton=self.add_level,
            removeLevelButton=self.remove_level,
            copyTablesButton=self.copy_tables,
            prescribeButton=self.prescribe,
        )
        ui.levelLineEdit.connect("returnPressed()", self.add_level)
        ui.prescriptionOverrideLineEdit.connect("returnPressed()", self.prescribe)
        ui.isodoseTree.connect("itemChanged(QTreeWidgetItem*,int)", self.on_item_changed)

    def refresh(self) -> None:
        """Show levels and prescriptions of the open case."""
        self._fill_levels()
        combo = self.ui.targetComboBox
        combo.clear()
        for course, target in self._targets():
            dose = target.prescription_gy
            text = f"{target.name} ({course.course_id})"
            combo.addItem(text if dose is None else f"{text}: {dose:g} Gy")
        self._cursor = None
        self.ui.cursorLabel.text = self.ui.doseProblemLabel.text = ""

    def _fill_levels(self) -> None:
        tree = self.ui.isodoseTree
        with filled(tree, (0,), ()):
            layer = self._case.isodoses
            for row in layer.rows() if layer else ():
                item = make_item(row["label"])
                mark_colour(item, 0, row["colour"])
                item.setCheckState(0, qt.Qt.Checked if row["on"] else qt.Qt.Unchecked)
                tree.addTopLevelItem(item)

    def _targets(self) -> list[tuple[object, object]]:
        assessment = self._case.assessment
        return [(c, t) for c in assessment.courses for t in c.targets] if assessment else []

    # --- the reader acts --------------------------------------------------------------------------

    def on_item_changed(self, item: object, column: int) -> None:
        """One level on or off."""
        layer, index = self._case.isodoses, self._index_of(item)
        wanted = item.checkState(0) == qt.Qt.Checked
        if index >= 0 and wanted != layer.rows()[index]["on"]:
            layer.toggle_level(index)
            settings.keep_isodoses(layer.keys())

    def _index_of(self, item: object) -> int:
        """Return which level a line is; -1 for none."""
        layer, index = self._case.isodoses, self.ui.isodoseTree.indexOfTopLevelItem(item)
        return index if layer is not None and index < len(layer.nodes) else -1

    def _change(self, act: Callable[[IsodoseLayer], object]) -> None:
        """Do something to the levels; those that are on now are remembered."""
        layer = self._case.isodoses
        if layer is not None:
            act(layer)
            settings.keep_isodoses(layer.keys())
            self._fill_levels()

    def use_preset(self) -> None:
        """Levels usual for the chosen number of fractions."""
        fractions = PRESETS[self.ui.presetComboBox.currentIndex]
        self._change(lambda layer: layer.preset(fractions))

    def add_level(self) -> None:
        """Add the level typed in."""

        def add(layer: IsodoseLayer) -> None:
            unit = self.ui.levelUnitComboBox.currentText
            bounds = bounds_of_level(self._case.assessment, unit)
            value, problem = asking.take(self.ui.levelLineEdit.text, bounds)
            self.ui.doseProblemLabel.text = problem if value is None else layer.add(value, unit)

        self._change(add)

    def remove_level(self) -> None:
        """Remove the level that is selected."""
        index = self._index_of(self.ui.isodoseTree.currentItem())
        if index >= 0:
            self._change(lambda layer: layer.remove(index))

    def prescribe(self) -> None:
        """Use the dose typed in for the chosen target; figures, curves and lines follow."""
        index = self.ui.targetComboBox.currentIndex
        targets = self._targets()
        if not 0 <= index < len(targets):
            return
        course, target = targets[index]
        bounds = bounds_of_prescription(self._case.assessment, course.course_id, target.name)
        dose, problem = asking.take(self.ui.prescriptionOverrideLineEdit.text, bounds)
        self.ui.doseProblemLabel.text = problem
        if dose is None:
            return
        self._say_computing()
        problems = []
        fields, at_once = self._case.isodoses.fields, AtOnce()  # a second: too short for a dialog
        try:
            self._case.reader.prescribe(
                course.course_id, target.name, dose, fields, said=problems.append, runner=at_once
            )
        finally:
            self.ui.doseProblemLabel.text = "".join(problems)
            self.ui.doseTree.enabled = True
        self.ui.prescriptionOverrideLineEdit.text = f"{dose:g}"
        self.ui.targetComboBox.setCurrentIndex(index)

    def _say_computing(self) -> None:
        """Grey the figures of before: never beside the new dose."""
        self.ui.doseTree.enabled = False
        self.ui.doseProblemLabel.text = _("computing")
        slicer.app.processEvents()

    def copy_tables(self) -> None:
        """Put every figure of the dose tab on the clipboard, tab-separated."""
        if self.view is not None:
            qt.QApplication.clipboard().setText(tables_as_text(self.view.courses))

    def on_cursor(self, ras: tuple[float, float, float] | None) -> None:
        """Say the dose under the cursor of the slice views; None where there is none."""
        logic = self._case
        cell = None if ras is None else logic.views.under_cursor()
        if ras is None or logic.assessment is None:
            self.ui.cursorLabel.text = ""
            return
        if self._cursor is None or self._cursor.assessment is not logic.assessment:
            self._cursor = CursorDose(logic.assessment, logic.isodoses.fields)
        text = self._cursor.text_at((-ras[0], -ras[1], ras[2]))
        study = logic.hanging.plan.timepoint_of(cell) if cell is not None else ""
        self.ui.cursorLabel.text = f"{study}: {text}" if study and text else text
