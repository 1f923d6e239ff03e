"""One image being moved by hand: the scene's transform until the reader accepts the place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import slicer

if TYPE_CHECKING:
    from collections.abc import Callable

    from RNAssessLib.case import Registration, RigidTransform, SequenceRole

    Key = tuple[str, SequenceRole | None]


class Placing:
    """What is being moved, where it lies, and what its quality was found to be.

    Parameters
    ----------
    logic : RNAssessLogic
    moved : callable
        Told when the image was moved.

    Attributes
    ----------
    key : (str, SequenceRole or None) or None
        Study and sequence; a study onto the reference has no sequence.
    found : Registration or None
        Quality of the place of now, once measured.
    """

    def __init__(self, logic: object, moved: Callable[[], None]) -> None:
        from RNAssessLib.scene.observing import Observers

        self._logic = logic
        self._moved = moved
        self._node = None
        self._observers = Observers()
        self._over = ""
        self.key: Key | None = None
        self.found: Registration | None = None

    @property
    def node(self) -> slicer.vtkMRMLLinearTransformNode | None:
        """Transform that the reader moves; None when nothing is open."""
        return self._node if self._node is not None and self._node.GetScene() else None

    def held(self) -> Registration:
        """Registration that holds."""
        from RNAssessLib.realign import registration_of

        return registration_of(self._logic.assessment.prepared, *self.key)

    def start(self, key: Key) -> None:
        """Open a registration; another one that was being moved goes back."""
        from RNAssessLib.scene.placing import transform_of

        self.stop()
        self.key = key
        self._node = transform_of(self._logic.nodes, *key)
        event = slicer.vtkMRMLTransformNode.TransformModifiedEvent
        self._observers.set(key, self._node, event, self._on_moved)

    def _on_moved(self, _caller: object, _event: str) -> None:
        self._moved()

    def stop(self) -> None:
        """Put the image back where its registration holds it."""
        from RNAssessLib.scene.placing import show_handles

        node = self.node
        self._observers.remove_all()
        if node is not None:
            show_handles(node, False)
            if self._logic.assessment is not None:
                self.put(self.held().transform)
        self.part()
        self._node, self.key, self.found = None, None, None

    def trial(self) -> RigidTransform:
        """Where the image lies now; raises InputError when it was stretched or mirrored."""
        from RNAssessLib.scene.placing import read_place

        return read_place(self.node)

    def put(self, transform: RigidTransform) -> None:
        """Put the image somewhere."""
        from RNAssessLib.scene.placing import write_place

        write_place(self.node, transform)

    def center(self) -> tuple[float, float, float]:
        """Middle of the first view, in the space of the image that stays."""
        node = slicer.mrmlScene.GetSingletonNode(
            self._logic.nodes.layout.cells[0][0].view, "vtkMRMLSliceNode"
        )
        matrix = node.GetSliceToRAS()
        point = (-matrix.GetElement(0, 3), -matrix.GetElement(1, 3), matrix.GetElement(2, 3))
        timepoint, role = self.key
        if role is None:
            return point
        held = self._logic.assessment.prepared.timepoint(timepoint).to_reference
        return tuple(float(v) for v in held.transform.inverse().apply(point))

    def handles(self, on: bool) -> None:
        """Handles in the slice views, about their middle."""
        from RNAssessLib.scene.placing import show_handles

        if self.node is not None:
            timepoint, role = self.key
            center = self.center()
            if role is not None:
                held = self._logic.assessment.prepared.timepoint(timepoint).to_reference
                center = tuple(float(v) for v in held.transform.apply(center))
            show_handles(self.node, on, center)

    def lay_over(self, share: float) -> None:
        """The moved image over the one that stays, in the views of its study."""
        from RNAssessLib.case import SequenceRole
        from RNAssessLib.scene.placing import lay_over

        timepoint, role = self.key
        prepared, nodes = self._logic.assessment.prepared, self._logic.nodes
        fixed = (timepoint if role else prepared.reference, SequenceRole.T1C)
        pair = tuple(nodes.volumes[k].GetID() for k in (fixed, (timepoint, role or fixed[1])))
        lay_over(nodes, timepoint, pair, share)
        self._over = timepoint

    def part(self) -> None:
        """Own images in the views again."""
        from RNAssessLib.scene.placing import lay_apart

        if self._over and self._logic.nodes is not None:
            lay_apart(self._logic.nodes, self._over)
            self._logic.hangAgain()
        self._over = ""
