"""What each view shall show, what it shows, and what its name and corner say about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import slicer

from .layout import Cell
from .made_pictures import WASH_OPACITY, Picture
from .observing import Observers

Rgb = tuple[float, float, float]
WriteCorner = Callable[[str, int, str, Rgb], None]
RED, GREY, WHITE = (0.9, 0.16, 0.16), (0.62, 0.68, 0.74), (1.0, 1.0, 1.0)
# Of vtkCornerAnnotation: the middle of the upper edge. Slicer's Data Probe writes the corners anew
# whenever a view changes and leaves the edges alone.
UPPER_EDGE = 7
NOT_LINKED = ("BackgroundVolumeFlag", "ForegroundVolumeFlag", "LabelVolumeFlag")


@dataclass(frozen=True)
class Wanted:
    """What belongs into one view.

    Attributes
    ----------
    volume, over : str or None
        Ids of the background and of what lies over it.
    opacity : float
        Of the latter.
    name : str
        Short name, ``t0 T1c``.
    study : str
        Study whose date stands in the corner.
    """

    volume: str | None
    over: str | None
    opacity: float
    name: str
    study: str


class ViewKeeper:
    """Hangs pictures and watches that the views still show them.

    Other modules of Slicer put volumes into slice views, too (the Segment Editor its source
    volume, Volumes the active one). Then the name of a view follows what it shows, in red, until
    `restore` hangs what belongs there.

    Parameters
    ----------
    scene : vtkMRMLScene
    when : mapping of timepoint id to str
        Date and months after treatment, for the corner.
    write : callable
        ``write(view, place, text, colour)`` writes into an edge of a view.
    """

    def __init__(
        self, scene: slicer.vtkMRMLScene, when: Mapping[str, str], write: WriteCorner
    ) -> None:
        self._scene = scene
        self._when, self._write = when, write
        self._wanted: dict[str, Wanted] = {}
        self._observers = Observers()
        self._busy = False

    def put(self, cell: Cell, timepoint: str, picture: Picture | None) -> None:
        """Put a picture of a study into a view and name it; nothing for None."""
        volume, over = (picture.volume, picture.over) if picture else (None, None)
        words = (picture.absent or picture.title) if picture else ""
        is_own = timepoint == cell.timepoint
        shown = "" if is_own else f" (for {cell.timepoint})"
        self._wanted[cell.view] = Wanted(
            volume.GetID() if volume else None,
            over.GetID() if over else None,
            WASH_OPACITY if over else 0.0,
            f"{timepoint}{shown} {words}".rstrip(),
            timepoint,
        )
        self._hang(cell.view)

    def restore(self) -> None:
        """Hang in every view what belongs there."""
        for view in self._wanted:
            self._hang(view)

    def release(self) -> None:
        """Let the views go: another case takes them over, or the scene is closed."""
        watched = self._observers.nodes()
        self._observers.remove_all()
        for composite in watched:
            composite.SetDoPropagateVolumeSelection(True)
            composite.ResetInteractionFlagsModifier()
        for view in self._wanted:
            self._write(view, UPPER_EDGE, "", WHITE)
        self._wanted.clear()

    def name_all(self) -> None:
        """Write names and corners anew: views may have been made since."""
        for view in self._wanted:
            self._name(view)

    def _hang(self, view: str) -> None:
        wanted, composite = self._wanted[view], self._composite(view)
        if composite is None:
            return
        self._watch(view, composite)
        self._busy = True
        try:
            _guard(composite)
            composite.SetBackgroundVolumeID(wanted.volume)
            composite.SetForegroundVolumeID(wanted.over)
            composite.SetForegroundOpacity(wanted.opacity)
            composite.SetLabelVolumeID(None)
        finally:
            self._busy = False
        self._name(view)

    def _composite(self, view: str) -> slicer.vtkMRMLSliceCompositeNode | None:
        return self._scene.GetSingletonNode(view, "vtkMRMLSliceCompositeNode")

    def _watch(self, view: str, composite: slicer.vtkMRMLSliceCompositeNode) -> None:
        if self._observers.node(view) is not composite:
            self._observers.set(view, composite, "ModifiedEvent", self._changed, view)

    def _changed(self, view: str, _caller: object, _event: str) -> None:
        if not self._busy and view in self._wanted:
            self._name(view)

    def _name(self, view: str) -> None:
        node = self._scene.GetSingletonNode(view, "vtkMRMLSliceNode")
        composite = self._composite(view)
        if node is None or composite is None:
            return
        wanted, shown = self._wanted[view], self._shown(composite)
        is_right = self._is_right(composite, wanted)
        # alignment lays the study's image over the one that stays: both are named, none is wrong
        is_laid_over = not is_right and _over(composite) == wanted.volume is not None
        name = wanted.name if is_right else f"{shown} ≠ {wanted.name}"
        if is_laid_over:
            is_right, name = True, shown
        if node.GetLayoutLabel() != name:
            node.SetLayoutLabel(name)
        colour = GREY if is_right else RED
        if tuple(node.GetLayoutColor()) != colour:
            node.SetLayoutColor(*colour)
        if is_right:
            when = self._when.get(wanted.study, "")
            text = f"{name}\n{when}" if when else name
        else:
            text = f"{shown}, not {wanted.name}"
        self._write(view, UPPER_EDGE, text, WHITE if is_right else RED)

    def _is_right(self, composite: slicer.vtkMRMLSliceCompositeNode, wanted: Wanted) -> bool:
        if composite.GetBackgroundVolumeID() == wanted.volume:
            return _over(composite) in (None, wanted.over)
        return False

    def _shown(self, composite: slicer.vtkMRMLSliceCompositeNode) -> str:
        below = self._scene.GetNodeByID(composite.GetBackgroundVolumeID() or "")
        over = self._scene.GetNodeByID(_over(composite) or "")
        names = [node.GetName() for node in (over, below) if node is not None]
        return " over ".join(names) or "nothing"


def _over(composite: slicer.vtkMRMLSliceCompositeNode) -> str | None:
    """Id of a foreground that is seen."""
    return composite.GetForegroundVolumeID() if composite.GetForegroundOpacity() > 0 else None


def _guard(composite: slicer.vtkMRMLSliceCompositeNode) -> None:
    """Keep other images out: neither loaded volumes nor linked views pass theirs on to this one.

    Scrolling, zoom and turning stay linked.
    """
    composite.SetDoPropagateVolumeSelection(False)
    flags = composite.GetInteractionFlagsModifier()
    for name in NOT_LINKED:
        flags &= ~getattr(composite, name) & 0xFFFFFFFF
    composite.SetInteractionFlagsModifier(flags)
