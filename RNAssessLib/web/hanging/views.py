"""The serial grid on trame-slicer's slice views: linked, jumped and scrolled together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import slicer
from trame_slicer.core import SlicerApp
from trame_slicer.views import ViewLayoutDefinition
from vtkmodules.vtkCommonCore import vtkCommand

from RNAssessLib.case.numbers import in_mm
from RNAssessLib.findings.finding import Plane
from RNAssessLib.scene import Cell, SerialLayout
from RNAssessLib.scene.host import quiet_output
from RNAssessLib.scene.looking import center_of, changed_once, field_of, look, set_field, turn
from RNAssessLib.scene.views import FARTHEST_NEAR_MM, near_field_mm

from .frames import FramePump
from .linked_view import LinkedView, SliceViewFactory

SHOWN_GROUP, HIDDEN_GROUP = 0, 9  # Slicer links the views of a group
WHOLE_MM = 200.0
FINE_ROWS = 1000  # a grid with more rows of pixels has thicker lines
LETTERS = {
    Plane.AXIAL: ("R", "L", "A", "P"),
    Plane.CORONAL: ("R", "L", "S", "I"),
    Plane.SAGITTAL: ("A", "P", "S", "I"),
}
DIRECTIONS = {Plane.AXIAL: "SI", Plane.CORONAL: "AP", Plane.SAGITTAL: "RL"}


class SerialViews:
    """All views of the case.

    Parameters
    ----------
    app : SlicerApp
        Its scene is still empty: views first, then `build_scene`, which takes their nodes over
        (a view made later would put a fresh node in the place of the scene's).
    layout : SerialLayout

    Attributes
    ----------
    on_moved : callable
        Called after any view moved, zoomed or turned.
    """

    def __init__(self, app: SlicerApp, layout: SerialLayout) -> None:
        self.on_moved: Callable[[], None] = lambda: None
        self.pump = FramePump()
        self.plane = Plane.AXIAL
        self._steps = 0
        self._scrolling: asyncio.Task[None] | None = None
        self._near_mm = self._field_mm = FARTHEST_NEAR_MM
        factory = SliceViewFactory(self.pump)
        app.view_manager.register_factory(factory)
        with quiet_output():  # displayable managers ask for nodes that come a moment later
            self._enable_window_level(app.scene)
            self.views = tuple(self._create(app, factory, cell) for cell in layout)
        app.view_manager.set_current_view_ids([v.cell.view for v in self.views])
        for linked in self.views:
            linked.node.AddObserver(vtkCommand.ModifiedEvent, lambda *_: self.on_moved())

    def _create(self, app: SlicerApp, factory: SliceViewFactory, cell: Cell) -> LinkedView:
        definition = ViewLayoutDefinition.slice_view("Axial", label=cell.view)
        view = app.view_manager.create_view(definition)
        frames = factory.frames[cell.view]
        linked = LinkedView(cell, view, frames)
        frames.on_resize = lambda: set_field(linked.node, self._field_mm)
        return linked

    @staticmethod
    def _enable_window_level(scene: slicer.vtkMRMLScene) -> None:
        """Dragging with the left button sets window and level."""
        node = scene.GetFirstNodeByClass("vtkMRMLInteractionNode")
        if node is None:
            node = scene.AddNode(slicer.vtkMRMLInteractionNode())
        node.SetCurrentInteractionMode(slicer.vtkMRMLInteractionNode.AdjustWindowLevel)

    def start(self, center_lps_mm: tuple[float, float, float], radius_mm: float) -> None:
        """Begin at a lesion of the given radius, near enough to see it in its dose."""
        self.jump(center_lps_mm)
        self.near(radius_mm)

    def near(self, radius_mm: float) -> None:
        """Zoom to a lesion of the given radius; `toggle_zoom` comes back to it."""
        self._near_mm = near_field_mm(radius_mm)
        self.zoom_to(self._near_mm)

    # --- where the views look ---------------------------------------------------------------------

    @property
    def shown(self) -> tuple[LinkedView, ...]:
        """Views that are on the page now."""
        return tuple(v for v in self.views if v.frames.is_shown)

    def find(self, name: str) -> LinkedView | None:
        """View of this name, None when it is not on the page."""
        return next((v for v in self.shown if v.cell.view == name), None)

    def jump(self, point_lps_mm: tuple[float, float, float], plane: Plane | None = None) -> None:
        """Centre every view on a reference-space point, in another plane when one is given."""
        self.plane = plane or self.plane
        for linked in self.shown:
            look(linked.node, point_lps_mm, self.plane)

    def center_lps(self) -> tuple[float, float, float]:
        """Middle of the first shown view, reference LPS mm."""
        x, y, z = center_of((self.shown or self.views)[0].node)
        return -x, -y, z

    def turn(self, plane: Plane) -> None:
        """Turn every view about the point it is centred on."""
        self.plane = plane
        for linked in self.shown:
            turn(linked.node, plane)

    def scroll(self, steps: int) -> None:
        """Move every view by whole slices of the first view's volume."""
        first = self.shown[0]
        step = abs(first.view.get_slice_step())
        self.set_offset(first.node.GetSliceOffset() + steps * step)

    def scroll_on(self, steps: int) -> None:
        """Scroll when all views show the slice before: steps that come meanwhile go together.

        A held key then never runs ahead of the pictures, and all views show one slice.
        """
        self._steps += steps
        if self._scrolling is None or self._scrolling.done():
            self._scrolling = asyncio.get_running_loop().create_task(self._scroll_on())

    async def _scroll_on(self) -> None:
        while self._steps:
            steps, self._steps = self._steps, 0
            self.scroll(steps)
            await self.pump.rendered()

    @property
    def is_drawn(self) -> bool:
        """Whether every view is where it shall be, and drawn."""
        return not self._steps and self.pump.is_drawn

    @property
    def is_idle(self) -> bool:
        """Whether they are also drawn smoothly."""
        return self.is_drawn and self.pump.is_idle

    def set_offset(self, offset_mm: float) -> None:
        """Move every view to an offset along its normal."""
        for linked in self.shown:
            linked.node.SetSliceOffset(offset_mm)

    def offsets(self) -> dict[str, float]:
        """Offset of every shown view by its name."""
        return {v.cell.view: float(v.node.GetSliceOffset()) for v in self.shown}

    def zoom_to(self, field_mm: float) -> None:
        """Show `field_mm` across the shorter side of every view."""
        self._field_mm = field_mm
        for linked in self.shown:
            set_field(linked.node, field_mm)

    @property
    def field_mm(self) -> float:
        """How much the shorter side of a view shows."""
        return field_of((self.shown or self.views)[0].node)

    def toggle_zoom(self) -> None:
        """Between the lesion and the whole head."""
        is_near = self.field_mm < 0.5 * (self._near_mm + WHOLE_MM)
        self.zoom_to(WHOLE_MM if is_near else self._near_mm)

    def remember_zoom(self) -> None:
        """Keep what the reader zoomed to when the page changes its size."""
        self._field_mm = self.field_mm

    def position_text(self) -> str:
        """Where the slice lies, as read aloud: ``S 47.2 mm``."""
        node = self.shown[0].node
        axis = {"SI": 2, "AP": 1, "RL": 0}[DIRECTIONS[self.plane]]
        value = node.GetSliceToRAS().GetElement(axis, 3)
        letter = {"SI": "SI", "AP": "AP", "RL": "RL"}[DIRECTIONS[self.plane]][value < 0]
        return f"{letter} {in_mm(abs(value))} mm"

    # --- what the views show ----------------------------------------------------------------------

    def show(self, names: Iterable[str]) -> None:
        """Render only the named views (the others are not on the page)."""
        wanted = set(names)
        model = next(v for v in self.shown or self.views)
        matrix, field = model.node.GetSliceToRAS(), self.field_mm
        for linked in self.views:
            was, now = linked.frames.is_shown, linked.cell.view in wanted
            linked.frames.is_shown = now
            linked.node.SetViewGroup(SHOWN_GROUP if now else HIDDEN_GROUP)
            if now and not was:  # it stood still while it was hidden
                with changed_once(linked.node):
                    linked.node.GetSliceToRAS().DeepCopy(matrix)
                    linked.node.UpdateMatrices()
                    set_field(linked.node, field)
            linked.frames.schedule_render()

    def line_scale(self) -> float:
        """How many times thicker lines are on a large or dense screen; 1 on a laptop's."""
        columns = len({linked.cell.timepoint for linked in self.shown})
        height = sum(linked.frames.rows for linked in self.shown) / max(columns, 1)
        return max(1.0, height / FINE_ROWS)

    def renders(self) -> int:
        """How many pictures were rendered so far, all views together."""
        return sum(v.frames.renders for v in self.views)

    def close(self) -> None:
        """Stop sending pictures."""
        self._steps = 0
        self.pump.close()
        for linked in self.views:
            linked.view.finalize()
