"""What the parts of the page of one case are given."""

from __future__ import annotations

from dataclasses import dataclass

from trame_server import Server

from RNAssessLib.case import SequenceRole
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.scene.display import Display
from RNAssessLib.scene.follow import SceneFollower

from ..hanging.hanging import Hanging
from ..hanging.linked_view import LinkedView
from ..hanging.views import SerialViews
from .asking import Asking


@dataclass(frozen=True)
class Stage:
    """The reading, the page, and what the case is drawn on.

    Attributes
    ----------
    server : trame Server
    reading : Reading
        Told of everything the reader does; `changes` tells what became of it.
    asking : Asking
        Asks about numbers beside their fields.
    scene : SceneFollower
        Holds the nodes of now.
    views : SerialViews
    display : Display
    hanging : Hanging
        Follows the reading before any part of the page does.
    """

    server: Server
    reading: Reading
    asking: Asking
    scene: SceneFollower
    views: SerialViews
    display: Display
    hanging: Hanging

    def image_in(self, view: str) -> tuple[LinkedView, str, SequenceRole] | None:
        """Return a view of the page with study and sequence that hang in it, None without one."""
        linked = self.views.find(view)
        role = self.hanging.plan.role_of(linked.cell) if linked else None
        if linked is None or role is None:
            return None
        return linked, self.hanging.plan.timepoint_of(linked.cell), role
