"""Slicer's way of placing points with the mouse: clicks into a view go to one node."""

from __future__ import annotations

import slicer

SELECTION, INTERACTION = "vtkMRMLSelectionNodeSingleton", "vtkMRMLInteractionNodeSingleton"


def start_placing(node: slicer.vtkMRMLMarkupsNode) -> None:
    """Let the next clicks into views place points of a node; nothing without an application."""
    scene = node.GetScene()
    selection, interaction = scene.GetNodeByID(SELECTION), scene.GetNodeByID(INTERACTION)
    if selection is not None and interaction is not None:
        selection.SetReferenceActivePlaceNodeClassName(node.GetClassName())
        selection.SetActivePlaceNodeID(node.GetID())
        interaction.SetPlaceModePersistence(0)
        interaction.SetCurrentInteractionMode(interaction.Place)


def stop_placing(scene: slicer.vtkMRMLScene) -> None:
    """Clicks move the views again."""
    interaction = scene.GetNodeByID(INTERACTION)
    if interaction is not None:
        interaction.SetCurrentInteractionMode(interaction.ViewTransform)


def placed_lps(node: slicer.vtkMRMLMarkupsNode, index: int) -> tuple[float, float, float]:
    """Where a point was placed, LPS mm."""
    ras = [0.0, 0.0, 0.0]
    node.GetNthControlPointPositionWorld(index, ras)
    return -ras[0], -ras[1], ras[2]
