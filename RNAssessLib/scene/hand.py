"""An image moved by hand in the scene: its transform, handles, and both images in the views."""

from __future__ import annotations

from collections.abc import Callable

import slicer

from RNAssessLib.case import PreparedCase, RigidTransform, SequenceRole

from .looking import middle_lps
from .nodes import SceneNodes
from .observing import Observers
from .placing import lay_apart, lay_over, read_place, show_handles, transform_of, write_place


class SceneHand:
    """The scene's transform of one image, until the reader accepts the place (`Hand`).

    Parameters
    ----------
    moved : callable
        Told when the image was moved.
    """

    def __init__(self, moved: Callable[[], None]) -> None:
        self._moved = moved
        self._node: slicer.vtkMRMLLinearTransformNode | None = None
        self._nodes: SceneNodes | None = None
        self._observers = Observers()
        self._key: tuple[str, SequenceRole | None] = ("", None)
        self._over = ""

    @property
    def node(self) -> slicer.vtkMRMLLinearTransformNode | None:
        """Transform that the reader moves; None when nothing is open."""
        return self._node if self._node is not None and self._node.GetScene() else None

    def take(self, nodes: SceneNodes, key: tuple[str, SequenceRole | None]) -> None:
        """Take an image in hand by study and sequence, as `transform_of`."""
        self._nodes, self._key, self._node = nodes, key, transform_of(nodes, *key)
        event = slicer.vtkMRMLTransformNode.TransformModifiedEvent
        self._observers.set(key, self._node, event, self._on_moved)

    def _on_moved(self, _caller: object, _event: str) -> None:
        self._moved()

    def release(self, back: RigidTransform | None) -> bool:
        """Let the image go, put back; says whether views were shared and have to be hung anew."""
        node = self.node
        self._observers.remove_all()
        if node is not None:
            show_handles(node, False)
            if back is not None:
                self.put(back)
        self._node = None
        return self.part()

    def read(self) -> RigidTransform:
        """Where the image lies; raises InputError when it was stretched or mirrored."""
        return read_place(self._node)

    def put(self, transform: RigidTransform) -> None:
        """Put the image somewhere."""
        write_place(self._node, transform)

    def handles(self, on: bool) -> None:
        """Handles in the slice views, about their middle."""
        if self.node is not None and self._nodes is not None:
            show_handles(self._node, on, middle_lps(self._nodes))

    def lay_over(self, prepared: PreparedCase, share: float) -> None:
        """The moved image over the one that stays, in the views of its study."""
        assert self._nodes is not None
        timepoint, role = self._key
        below = self._nodes.volumes[timepoint if role else prepared.reference, SequenceRole.T1C]
        above = self._nodes.volumes[timepoint, role or SequenceRole.T1C]
        lay_over(self._nodes, timepoint, (below.GetID(), above.GetID()), share)
        self._over = timepoint

    def part(self) -> bool:
        """Own images in the views again; False when they were there."""
        over, self._over = self._over, ""
        if over and self._nodes is not None and self._nodes.document.GetScene() is not None:
            lay_apart(self._nodes, over)
        return bool(over)
