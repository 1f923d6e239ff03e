"""One view of the serial grid: its place in the grid, its slice node, its pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import slicer
from trame_slicer.views import (
    IViewFactory,
    NoScheduleRendering,
    SliceView,
    ViewLayoutDefinition,
    ViewType,
    abstract_view,
)
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow

from RNAssessLib.scene import Cell
from RNAssessLib.scene.made_pictures import WASH_OPACITY, Picture

from .frames import FramePump, Frames
from .lean_view import LeanSliceView

AREA = "rn_view_{}"


@dataclass(frozen=True, eq=False)
class LinkedView:
    """One view of the grid."""

    cell: Cell
    view: SliceView
    frames: Frames

    @property
    def area(self) -> str:
        """Name of its area on the page."""
        return self.frames.area_name

    @property
    def name(self) -> str:
        """Name of the view."""
        return self.cell.view

    @property
    def renderer(self) -> vtkRenderer:
        """What its lines are drawn in."""
        return self.view.first_renderer()

    def before_render(self, do: Callable[[], None]) -> None:
        """Do something before every picture."""
        self.frames.before_render = do

    def schedule_render(self) -> None:
        """Ask for one picture."""
        self.frames.schedule_render()

    def point_at(self, across: float, down: float) -> tuple[float, float, float]:
        """Reference-space point (LPS mm) at shares 0..1 of the view's width and height."""
        width, height = self.node.GetDimensions()[:2]
        place = (across * width, (1 - down) * height, 0.0, 1.0)
        x, y, z = self.node.GetXYToRAS().MultiplyPoint(place)[:3]
        return -float(x), -float(y), float(z)

    @property
    def node(self) -> slicer.vtkMRMLSliceNode:
        """Its slice node."""
        return self.view.get_view_node()

    def put(self, picture: Picture | None) -> None:
        """Show a picture, nothing for None."""
        volume = picture.volume if picture else None
        over = picture.over if picture else None
        self.view.set_background_volume_id(volume.GetID() if volume else None)
        if (over.GetID() if over else None) != self.view.get_foreground_volume_id():
            self.view.set_foreground_volume_id(over.GetID() if over else None)
            self.view.set_foreground_opacity(WASH_OPACITY if over else 0.0)


class SliceViewFactory(IViewFactory):
    """Makes slice views whose pictures come from one pump."""

    def __init__(self, pump: FramePump) -> None:
        super().__init__()
        self._pump = pump
        self._window: type[vtkRenderWindow] | None = None
        self.frames: dict[str, Frames] = {}

    @contextmanager
    def _windows_alike(self) -> Iterator[None]:
        """The first window's own class makes the others.

        VTK's general one tries every graphics system of the machine anew: 9 ms for each view.
        """
        general = abstract_view.vtkRenderWindow
        abstract_view.vtkRenderWindow = self._window or general
        try:
            yield
        finally:
            abstract_view.vtkRenderWindow = general

    def can_create_view(self, view: ViewLayoutDefinition) -> bool:
        """Only slice views."""
        return view.view_type is ViewType.SLICE_VIEW

    def _create_view(
        self,
        view: ViewLayoutDefinition,
        scene: slicer.vtkMRMLScene,
        app_logic: slicer.vtkMRMLApplicationLogic,
    ) -> SliceView:
        with self._windows_alike():
            made = LeanSliceView(
                scene=scene,
                app_logic=app_logic,
                name=view.singleton_tag,
                # else it is rendered at every step of its making
                scheduled_render_strategy=NoScheduleRendering(),
            )
        self._window = type(made.render_window())
        made.render_window().SetMultiSamples(0)
        frames = Frames(AREA.format(view.singleton_tag), made, self._pump)
        made.set_scheduled_render(frames)
        self.frames[view.singleton_tag] = frames
        return made

    def _get_slicer_view(self, view: SliceView) -> SliceView:
        return view
