"""The serial views: a column per timepoint, linked, and taken to a point together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from trame_slicer.views import Layout, LayoutDirection, ViewLayoutDefinition
from vtkmodules.vtkCommonCore import vtkCommand

from RNAssessLib.case import PreparedCase, SequenceRole
from RNAssessLib.findings.finding import Plane
from RNAssessLib.scene import SceneNodes, view_name
from RNAssessLib.scene.convert import to_ras

ROWS = ("upper", "lower")
FIELD_OF_VIEW_MM = 95.0
ORIENTATION = {
    Plane.AXIAL: "Axial",
    Plane.CORONAL: "Coronal",
    Plane.SAGITTAL: "Sagittal",
}


class SerialViews:
    """Slice views of a case in a grid; the lower row can show another sequence.

    Parameters
    ----------
    slicer_app : trame_slicer.core.SlicerApp
    prepared : PreparedCase
    nodes : SceneNodes
    on_change : callable
        Called after any view moved.
    """

    def __init__(
        self,
        slicer_app: Any,  # noqa: ANN401
        prepared: PreparedCase,
        nodes: SceneNodes,
        on_change: Callable[[], None],
    ) -> None:
        self._app = slicer_app
        self._nodes = nodes
        self._on_change = on_change
        self._following = False
        self.timepoints = [t.id for t in prepared.timepoints]
        self.lower_role = SequenceRole.FLAIR
        self.plane = Plane.AXIAL
        self._field_mm = FIELD_OF_VIEW_MM

    def layout(self) -> Layout:
        """Grid for the layout manager."""
        rows: list[Any] = [
            Layout(
                LayoutDirection.Horizontal,
                [
                    ViewLayoutDefinition.slice_view("Axial", label=view_name(t, row))
                    for t in self.timepoints
                ],
            )
            for row in ROWS
        ]
        return Layout(LayoutDirection.Vertical, rows)

    def view(self, timepoint: str, row: str) -> Any:  # noqa: ANN401
        """Slice view of a timepoint in the upper or lower row."""
        return self._app.view_manager.get_view(view_name(timepoint, row))

    def views(self) -> list[Any]:
        """Every view, row by row."""
        return [self.view(t, row) for row in ROWS for t in self.timepoints]

    def connect(self) -> None:
        """Give every view its volume and masks, and link them."""
        for timepoint in self.timepoints:
            for row in ROWS:
                view = self.view(timepoint, row)
                view.set_orientation(ORIENTATION[self.plane])
                node = view.get_view_node()
                node.AddObserver(vtkCommand.ModifiedEvent, self._follow)
                view.interactor().AddObserver(
                    vtkCommand.WindowResizeEvent, lambda *_, v=view: self._resize(v)
                )
                display = self._nodes.segmentations[timepoint].GetDisplayNode()
                display.AddViewNodeID(node.GetID())
        self.show_lower(self.lower_role)
        for timepoint in self.timepoints:
            volume = self._nodes.volumes[timepoint, SequenceRole.T1C]
            self.view(timepoint, "upper").set_background_volume_id(volume.GetID())

    def show_lower(self, role: SequenceRole) -> None:
        """Show a sequence in the lower row; empty where a timepoint does not have it."""
        self.lower_role = role
        for timepoint in self.timepoints:
            volume = self._nodes.volumes.get((timepoint, role))
            view = self.view(timepoint, "lower")
            view.set_background_volume_id(volume.GetID() if volume is not None else None)

    def jump(self, point_reference_lps_mm: tuple[float, float, float], plane: Plane) -> None:
        """Centre every view on a point of the reference space."""
        ras = to_ras(point_reference_lps_mm)
        self._following = True
        try:
            self.plane = plane
            for view in self.views():
                node = view.get_view_node()
                node.SetOrientation(ORIENTATION[plane])
                node.JumpSliceByCentering(*ras)
        finally:
            self._following = False
        self._on_change()

    def scroll(self, slices: int, step_mm: float = 1.0) -> None:
        """Move all views by some slices."""
        first = self.views()[0].get_view_node()
        first.SetSliceOffset(first.GetSliceOffset() + slices * step_mm)

    def position_text(self) -> str:
        """Where the current slice lies, in words of the patient: ``S 97.8 mm``, ``L 30.5 mm``."""
        row = {Plane.SAGITTAL: 0, Plane.CORONAL: 1, Plane.AXIAL: 2}[self.plane]
        position = self.views()[0].get_view_node().GetSliceToRAS().GetElement(row, 3)
        letter = ("RL", "AP", "SI")[row][0 if position >= 0 else 1]
        return f"{letter} {abs(position):.1f} mm"

    def _resize(self, view: Any) -> None:  # noqa: ANN401
        """A window of another size shows the same field, not more of it."""
        width, height = view.render_window().GetSize()
        node = view.get_view_node()
        if min(width, height) < 10:
            return
        pixel = self._field_mm / min(width, height)
        self._following = True
        try:
            node.SetFieldOfView(width * pixel, height * pixel, node.GetFieldOfView()[2])
        finally:
            self._following = False

    def _follow(self, moved: Any, _event: str) -> None:  # noqa: ANN401
        """Bring all other views to where one was moved (scroll, pan, zoom)."""
        if self._following:
            return
        self._following = True
        try:
            matrix = moved.GetSliceToRAS()
            field = moved.GetFieldOfView()
            dimensions = moved.GetDimensions()
            per_pixel = field[0] / max(dimensions[0], 1)
            self._field_mm = per_pixel * min(dimensions[0], dimensions[1])
            for view in self.views():
                node = view.get_view_node()
                if node is moved:
                    continue
                node.GetSliceToRAS().DeepCopy(matrix)
                node.UpdateMatrices()
                own = node.GetDimensions()
                node.SetFieldOfView(own[0] * per_pixel, own[1] * per_pixel, field[2])
        finally:
            self._following = False
        self._on_change()
