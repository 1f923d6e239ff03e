"""Own layouts in desktop Slicer: as many rows as hang, a plot, one view alone."""

from __future__ import annotations

import slicer

from .layout import Cell, describe_views
from .looking import slice_node
from .nodes import SceneNodes

# Slicer's own layouts have numbers below 1000 (vtkMRMLLayoutNode.h); some of our own, since a
# description that is registered can only be replaced while its number stays.
WITH_THIRD_ROW, WITHOUT_THIRD_ROW, WITH_FOUR_ROWS = 7401, 7402, 7403
NUMBERS = (WITHOUT_THIRD_ROW, WITH_THIRD_ROW, WITH_FOUR_ROWS)  # by rows that follow the item
PLOT_TAG = "RNAssessDVH"  # singleton tag of the plot view
WITH_PLOT = 10  # added to a number: a plot beside the same views
OURS = (*NUMBERS, *(number + WITH_PLOT for number in NUMBERS))


def arrange_reading(
    scene: slicer.vtkMRMLScene, nodes: SceneNodes, *, extra_rows: int, plot: str = ""
) -> bool:
    """Lay out exactly the views of the case, with as many rows that follow the item.

    Parameters
    ----------
    scene : vtkMRMLScene
    nodes : SceneNodes
    extra_rows : int
    plot : str
        Singleton tag of a plot view that is shown beside them; empty for none.

    Returns
    -------
    bool
        Whether the layout is another one now, so that views may be made.
    """
    node = layout_node(scene)
    if node is None:
        return False
    number = NUMBERS[extra_rows] + (WITH_PLOT if plot else 0)
    before = (node.GetViewArrangement(), node.GetCurrentLayoutDescription())
    description = describe_views(nodes.layout, extra_rows=extra_rows, plot=plot)
    if not node.AddLayoutDescription(number, description):
        node.SetLayoutDescription(number, description)
    node.SetViewArrangement(number)
    return (number, node.GetCurrentLayoutDescription()) != before


def use_slicers_own(scene: slicer.vtkMRMLScene, nodes: SceneNodes) -> bool:
    """Name the layout that every Slicer knows, for a scene file; False when it was not ours."""
    node = layout_node(scene)
    if node is None or node.GetViewArrangement() not in OURS:
        return False
    node.SetViewArrangement(nodes.layout.arrangement)
    return True


def layout_node(scene: slicer.vtkMRMLScene) -> slicer.vtkMRMLLayoutNode | None:
    """Return the node that the layout manager follows."""
    return scene.GetFirstNodeByClass("vtkMRMLLayoutNode")


def cell_under_cursor(scene: slicer.vtkMRMLScene, nodes: SceneNodes) -> Cell | None:
    """Return the view of the layout that the mouse is over, None when it is over none."""
    crosshair = scene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
    node = crosshair.GetCursorPositionXYZ([0.0, 0.0, 0.0]) if crosshair else None
    if node is None:
        return None
    return next((cell for cell in nodes.layout if cell.view == node.GetLayoutName()), None)


def maximise(scene: slicer.vtkMRMLScene, nodes: SceneNodes) -> None:
    """Show the view under the mouse alone, or all of them again."""
    node = layout_node(scene)
    if node is None:
        return
    if node.GetNumberOfMaximizedViewNodes():
        node.RemoveAllMaximizedViewNodes()
        return
    cell = cell_under_cursor(scene, nodes)
    if cell is not None:
        node.AddMaximizedViewNode(slice_node(scene, cell))
