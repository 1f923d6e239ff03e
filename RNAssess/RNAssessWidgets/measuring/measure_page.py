"""Measurements: Slicer's markup lines become lengths, diameters and means, listed and kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.panel.measuring.measurements import TITLES, MeasureKind, Measurement
from RNAssessLib.panel.measuring.tool import Measuring, remove_measurement
from RNAssessLib.scene import Cell
from RNAssessLib.scene.awaited_points import AwaitedPoints
from RNAssessLib.scene.looking import plane_of, slice_node
from RNAssessLib.scene.measurements import DrawnMeasurements

from ..common.page import Page
from ..common.trees import filled, fold, make_item

if TYPE_CHECKING:
    from ..common.given import OpenCase

PLACE, VALUE = range(2)
LINE = 22  # characters of a value beside its place at 400 pixels


class MeasurePage(Page):
    """Tools, and the list of what was measured; undone with everything else."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        self.tool = Measuring()
        self._line = None
        self._awaited = AwaitedPoints(self._on_line)
        self._held = DrawnMeasurements()
        for button, kind in ((ui.rulerButton, MeasureKind.RULER),
                             (ui.diametersButton, MeasureKind.DIAMETERS),
                             (ui.meanButton, MeasureKind.MEAN)):  # fmt: skip
            button.connect("clicked()", lambda kind=kind: self.take(kind))
        ui.measureTree.connect("itemSelectionChanged()", self.on_chosen)
        self._press(removeMeasureButton=self.remove)

    def reset(self) -> None:
        """Forget the case before; its markups went with its scene or go now."""
        self._put_line_away()
        self.tool.put_away()
        self._held.clear()
        self.show()

    @property
    def _drawn(self) -> tuple:
        return self._held.nodes

    def held(self) -> tuple[Measurement, ...]:
        """Measurements of the session."""
        return self._case.session.measurements

    def show(self) -> None:
        """List and draw what holds now."""
        logic, tree = self._case, self.ui.measureTree
        held = self.held() if logic.nodes is not None else ()
        if logic.nodes is not None:
            self._held.show(logic.nodes, self.tool.shown(held))
        with filled(tree, (VALUE,), (PLACE,)):
            for made in held:
                place = f"{TITLES[made.kind]}\n{made.place}"
                tree.addTopLevelItem(make_item(place, fold(made.value, LINE), tip=made.value))
        opened = logic.nodes is not None
        for button in (self.ui.rulerButton, self.ui.diametersButton, self.ui.meanButton):
            button.enabled = opened
        self.ui.removeMeasureButton.enabled = False
        self.ui.measureSaidLabel.text = self.tool.text

    # --- drawing ----------------------------------------------------------------------------------

    def take(self, kind: object) -> None:
        """Take a tool in hand: the next two clicks into a view draw its line."""
        if self._case.nodes is None:
            return
        self.tool.take(kind)
        self._put_line_away()
        if self.tool.kind is not None:
            self._await_line()
        self.show()

    def _await_line(self) -> None:
        scene = slicer.mrmlScene
        node = scene.AddNewNodeByClass("vtkMRMLMarkupsLineNode", "line being drawn")
        node.SetSaveWithScene(False)
        node.CreateDefaultDisplayNodes()
        self._line = node
        self._awaited.start(node, 2)

    def _put_line_away(self) -> None:
        self._awaited.stop()
        node, self._line = self._line, None
        if node is not None and node.GetScene() is not None:
            node.GetScene().RemoveNode(node)

    def _on_line(self, ends: tuple) -> None:
        cell = self._case.views.under_cursor()
        # later: the view is still busy with the click
        qt.QTimer.singleShot(0, lambda: self.finish(cell, ends))

    def finish(self, cell: Cell | None, line: tuple) -> None:
        """Take a drawn line (LPS mm, reference space) of a view of the layout."""
        logic, kind = self._case, self.tool.kind
        self._put_line_away()
        if kind is None or logic.nodes is None:
            return
        role = logic.hanging.plan.role_of(cell) if cell is not None else None
        plane = plane_of(slice_node(slicer.mrmlScene, cell)) if cell is not None else None
        if role is None or plane is None:
            self.tool.put_away()
            self.show()
            self.ui.measureSaidLabel.text = _("Measure in a slice view of the case.")
            return
        drawn = Measurement(kind, logic.hanging.plan.timepoint_of(cell), role, plane, (line,))
        if not self.tool.finish(logic.reader, drawn):
            if self.tool.longest is not None:
                self._await_line()
            else:
                self.tool.put_away()
        self.show()

    # --- list -------------------------------------------------------------------------------------

    def _index(self) -> int:
        tree = self.ui.measureTree
        return tree.indexOfTopLevelItem(tree.currentItem()) if tree.currentItem() else -1

    def on_chosen(self) -> None:
        """Take all views to a measurement."""
        index = self._index()
        self.ui.removeMeasureButton.enabled = index >= 0
        if index >= 0:
            made = self.held()[index]
            self._case.views.turn(made.plane)
            self._case.views.go(made.middle_lps_mm)

    def remove(self) -> None:
        """Take the chosen measurement away."""
        remove_measurement(self._case.reader, self._index())
