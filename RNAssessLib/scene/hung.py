"""Nodes of the pictures that hang, and the views they belong to; used by both shells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import slicer

from RNAssessLib.panel.hanging.plan import HangingPlan

from .layout import Cell
from .made_pictures import Picture
from .nodes import SceneNodes
from .views import show_only_in


class Hung:
    """What is drawn over the images of the rows below, and each study's outlines.

    Parameters
    ----------
    nodes : SceneNodes
    cells : sequence of Cell
        All views of the case.
    plan : HangingPlan

    Attributes
    ----------
    drawn : list of MRML displayable nodes
        Those that belong to the pictures that hang now.
    lines : list of vtkMRMLModelNode
        Those of them whose cut lines are drawn: outlines of two studies.
    """

    def __init__(self, nodes: SceneNodes, cells: Sequence[Cell], plan: HangingPlan) -> None:
        self._nodes, self._cells, self._plan = nodes, tuple(cells), plan
        self._scene: slicer.vtkMRMLScene = nodes.document.GetScene()
        self.drawn: list[Any] = []
        self.lines: list[Any] = []

    def clear(self) -> None:
        """Hide what was drawn, before other pictures hang."""
        for node in self.drawn:
            node.GetDisplayNode().SetVisibility(False)
        self.drawn, self.lines = [], []

    def forget(self) -> None:
        """Let nodes go that will no longer be in the scene; `clear` follows."""
        self.drawn = []

    def draw(self, cell: Cell, picture: Picture | None) -> None:
        """Show what belongs to a view's picture: a wash in this view, lines in both studies'."""
        if picture is None:
            return
        if picture.drawn is not None:
            self._show(picture.drawn, (cell.view,))
        for node in picture.lines:
            if node not in self.drawn:
                self._show(node, self._overlaid())
                self.lines.append(node)

    def place_outlines(self) -> None:
        """Each study's outlines where its images are, and not under those of two studies."""
        covered = set(self._overlaid())
        bare = [cell for cell in self._cells if cell.view not in covered]
        for node in self._nodes.targets.values():
            show_only_in(node, self._scene, tuple(cell.view for cell in bare))
        for timepoint, node in self._nodes.segmentations.items():
            own = tuple(c.view for c in bare if self._plan.timepoint_of(c) == timepoint)
            if own:
                show_only_in(node, self._scene, own)

    def _overlaid(self) -> tuple[str, ...]:
        return self._plan.overlaid(self._cells)

    def _show(self, node: slicer.vtkMRMLDisplayableNode, views: tuple[str, ...]) -> None:
        show_only_in(node, self._scene, views)
        node.GetDisplayNode().SetVisibility(True)
        self.drawn.append(node)
