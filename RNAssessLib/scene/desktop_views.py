"""The views of a case in desktop Slicer: where they look, what is lit, how they are laid out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import slicer

from RNAssessLib.case import Vector
from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.words.rows import JumpTo

from . import evidence_marks, looking, reading_layout
from .desktop_hanging import DesktopHanging
from .follow import SceneFollower
from .layout import Cell
from .views import near_field_mm


class Settling(Protocol):
    """Does something at once, and again once views that are being made have come to rest."""

    def do(self, job: Callable[[], None]) -> None:
        """Do a job now and again later, unless another one or `stop` came in between."""

    def instead(self, job: Callable[[], None]) -> None:
        """Do a job now; also later, in place of the one before, while views are changing."""

    def stop(self) -> None:
        """Forget what was to be done again."""


class DesktopViews:
    """Moves, lights and lays out the views; without a case there are none, and nothing happens.

    Parameters
    ----------
    scene : SceneFollower
        Holds the nodes of the case.
    reader : callable
        Returns the `Reading` of now.
    settling : Settling

    Attributes
    ----------
    hanging : DesktopHanging or None
    third_row, plot : bool
        Whether the row that follows the item, and the DVH, are among the views.
    """

    def __init__(
        self, scene: SceneFollower, reader: Callable[[], Reading | None], settling: Settling
    ) -> None:
        self._scene, self._reader, self._settling = scene, reader, settling
        self.hanging: DesktopHanging | None = None
        self.third_row, self.plot = True, False

    def forget(self) -> None:
        """Let go of the case."""
        self.take(None)
        self._settling.stop()
        self.third_row, self.plot = True, False

    def take(self, hanging: DesktopHanging | None) -> None:
        """Take the contents of another case, or none."""
        if self.hanging is not None:
            self.hanging.views.release()
        self.hanging = hanging

    def _slices(self) -> list[slicer.vtkMRMLSliceNode]:
        return [] if self._scene.held is None else looking.slice_nodes(self._scene.held)

    # --- where they look --------------------------------------------------------------------------

    def follow(self, jump: JumpTo | None, *, home: bool) -> None:
        """Hang what the reader turned to, and go where it is seen, or to the lesion."""
        self.hang()
        self.light()
        if home:
            self.go_home()
        elif jump is not None:
            self.jump(jump)

    def jump(self, target: JumpTo) -> None:
        """Take every view to a point, in the plane where it shows best."""
        self.go(target.point_reference_lps_mm, target.plane)
        self.light()

    def go_home(self) -> None:
        """Take every view to the lesion, near enough to see it in its dose, all at one size."""
        reader = self._reader()
        if reader is None or reader.lesion is None:
            return
        home, field = reader.lesion.home, near_field_mm(reader.radius_mm)
        self._look(home.point_reference_lps_mm, home.plane, field)
        self.light()

    def go(self, point_lps_mm: Vector, plane: Plane | None = None) -> None:
        """Take every view to a point; planes stay unless one is given."""
        self._look(point_lps_mm, plane)

    def _look(self, point: Vector, plane: Plane | None, field_mm: float | None = None) -> None:
        def look() -> None:
            for node in self._slices():
                if field_mm is not None:
                    looking.set_field(node, field_mm)
                looking.look(node, point, plane)

        self._settling.instead(look)

    def turn(self, plane: Plane) -> None:
        """Turn every view to a plane; evidence shows in its own."""
        self._settling.stop()
        for node in self._slices():
            looking.turn(node, plane)
        self.light()

    # --- what they show ---------------------------------------------------------------------------

    def hang(self) -> None:
        """Hang what the reader turned to or called."""
        if self.hanging is not None:
            self.hanging.follow()
            self.arrange()

    def restore(self) -> None:
        """Hang what belongs into the views: another module may have put its images there."""
        if self.hanging is not None:
            self.hanging.views.restore()
            self.arrange()

    def light(self) -> None:
        """Show the evidence of the selected item only, unless it is hidden."""
        nodes, reader = self._scene.held, self._reader()
        if nodes is not None and reader is not None and self.hanging is not None:
            finding = "" if reader.finding_id and reader.hides() else reader.finding_id
            scene = nodes.document.GetScene()
            evidence_marks.light(scene, nodes, self.hanging.plan, reader.lesion_id, finding)

    def hover(self, ras: Vector | None, node: slicer.vtkMRMLSliceNode | None) -> None:
        """Show the words of the evidence under the mouse."""
        nodes = self._scene.held
        if nodes is not None:
            evidence_marks.hover(nodes.document.GetScene(), nodes, ras, node)

    def under_cursor(self) -> Cell | None:
        """Return the view that the mouse is over, None when it is over none of the case's."""
        nodes = self._scene.held
        if nodes is None:
            return None
        return reading_layout.cell_under_cursor(nodes.document.GetScene(), nodes)

    def flicker(self) -> None:
        """Show the study before, in the view under the mouse, the same plane, and back.

        Without a mouse it is the T1c of the last study.
        """
        if self.hanging is not None and self._scene.held is not None:
            self.hanging.flip(self.under_cursor() or self._scene.held.layout.cells[0][-1])

    # --- how they are laid out --------------------------------------------------------------------

    def show_third_row(self, on: bool) -> None:
        """Show or hide the row of views that follows the item."""
        if self.third_row != on:
            self.third_row = on
            self.arrange()

    def show_plot(self, on: bool) -> None:
        """Show the DVH among the views, or take it out again."""
        self.plot = on
        self.arrange()

    def maximise(self) -> None:
        """Show the view under the mouse alone, or all of them again."""
        if self._scene.held is not None:
            nodes = self._scene.held
            reading_layout.maximise(nodes.document.GetScene(), nodes)

    def arrange(self) -> None:
        """Lay out exactly the views of the case; where they look stays."""
        nodes, hanging = self._scene.held, self.hanging
        if nodes is None or hanging is None:
            return
        depth = hanging.depth if self.third_row else 0
        plot = reading_layout.PLOT_TAG if self.plot else ""
        middle, field = looking.middle_lps(nodes), looking.field_of(self._slices()[0])
        scene = nodes.document.GetScene()
        if reading_layout.arrange_reading(scene, nodes, extra_rows=depth, plot=plot):

            def look() -> None:
                for node in looking.slice_nodes(nodes):
                    looking.set_field(node, field)
                    looking.look(node, middle)
                hanging.views.name_all()  # of views made just now

            self._settling.do(look)

    def use_slicers_own_layout(self) -> bool:
        """Put a layout of Slicer's own in place of ours; False when ours was not shown."""
        nodes = self._scene.held
        return nodes is not None and reading_layout.use_slicers_own(
            nodes.document.GetScene(), nodes
        )
