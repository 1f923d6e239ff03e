"""The reader's measurements as markups: lines with their figures, discs as closed curves."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import slicer

from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.measuring.measurements import Line, MeasureKind, Measurement, normal_of
from RNAssessLib.panel.words.palette import MEASUREMENT

from .convert import hex_to_rgb, point_to_ras
from .nodes import SceneNodes
from .views import show_only_in

COLOUR = MEASUREMENT.colour
CIRCLE_POINTS = 24
TEXT_PERCENT, GLYPH_PERCENT = 2.8, 1.2
NO_GLYPH_MM = 0.01


class DrawnMeasurements:
    """Measurements that are in a scene.

    Attributes
    ----------
    nodes : tuple of vtkMRMLMarkupsNode
    """

    def __init__(self) -> None:
        self.nodes: tuple[slicer.vtkMRMLMarkupsNode, ...] = ()
        self._shown: tuple[Measurement, ...] = ()

    def show(self, nodes: SceneNodes, measurements: tuple[Measurement, ...]) -> None:
        """Draw these and no others."""
        if measurements != self._shown:
            self.clear()
            self.nodes, self._shown = show_measurements(nodes, measurements), measurements

    def clear(self) -> None:
        """Take them out of their scene, where they are still in it."""
        for node in self.nodes:
            if node.GetScene() is not None:
                node.GetScene().RemoveNode(node)
        self.nodes, self._shown = (), ()


def show_measurements(
    nodes: SceneNodes, measurements: Sequence[Measurement]
) -> tuple[slicer.vtkMRMLMarkupsNode, ...]:
    """Put measurements into the scene; returns their nodes.

    Each is drawn in the views of its own study and image only.
    """
    scene = nodes.document.GetScene()
    made: list[slicer.vtkMRMLMarkupsNode] = []
    for measurement in measurements:
        views = _views_of(nodes, measurement)
        drawn = (
            (_add_disc(scene, measurement),)
            if measurement.kind is MeasureKind.MEAN
            else tuple(_add_line(scene, measurement, at) for at in range(len(measurement.lines)))
        )
        for node in drawn:
            if views:
                show_only_in(node, scene, views)
        made += drawn
    return tuple(made)


def _views_of(nodes: SceneNodes, measurement: Measurement) -> tuple[str, ...]:
    """Views of the image it was made on, else the rows that follow the item."""
    of_study = [cell for cell in nodes.layout if cell.timepoint == measurement.timepoint]
    own = [cell.view for cell in of_study if cell.role is measurement.role]
    return tuple(own or (cell.view for cell in of_study if cell.role is None))


def _add_line(
    scene: slicer.vtkMRMLScene, measurement: Measurement, at: int
) -> slicer.vtkMRMLMarkupsNode:
    line = measurement.lines[at]
    node = _add(scene, "vtkMRMLMarkupsLineNode", measurement.label if at == 0 else "")
    for point in line:
        node.AddControlPoint(point_to_ras(point))
    return _finish(node)


def _add_disc(scene: slicer.vtkMRMLScene, measurement: Measurement) -> slicer.vtkMRMLMarkupsNode:
    node = _add(scene, "vtkMRMLMarkupsClosedCurveNode", measurement.label)
    for point in circle(measurement.lines[0], measurement.plane):
        node.AddControlPoint(point_to_ras(point))
    node = _finish(node)
    node.GetDisplayNode().SetUseGlyphScale(False)
    node.GetDisplayNode().SetGlyphSize(NO_GLYPH_MM)
    return node


def circle(radius_line: Line, plane: Plane) -> list[tuple[float, float, float]]:
    """Points around a disc in a plane, LPS."""
    center, edge = (np.asarray(p, float) for p in radius_line)
    first = edge - center
    second = np.cross(np.asarray(normal_of(plane), float), first)
    angles = np.linspace(0, 2 * np.pi, CIRCLE_POINTS, endpoint=False)
    ring = center + np.cos(angles)[:, None] * first + np.sin(angles)[:, None] * second
    return [(float(x), float(y), float(z)) for x, y, z in ring]


def _add(scene: slicer.vtkMRMLScene, kind: str, name: str) -> slicer.vtkMRMLMarkupsNode:
    if not scene.IsNodeClassRegistered(kind):
        scene.RegisterNodeClass(getattr(slicer, kind)())
    node = scene.AddNewNodeByClass(kind, name)
    node.CreateDefaultDisplayNodes()
    return node


def _finish(node: slicer.vtkMRMLMarkupsNode) -> slicer.vtkMRMLMarkupsNode:
    node.SetLocked(True)
    node.SetAttribute("RNAssess.measurement", "1")
    for at in range(node.GetNumberOfMeasurements()):
        node.GetNthMeasurement(at).SetEnabled(False)  # its name holds the figure
    display = node.GetDisplayNode()
    display.SetColor(*hex_to_rgb(COLOUR))
    display.SetSelectedColor(*hex_to_rgb(COLOUR))
    display.SetPropertiesLabelVisibility(bool(node.GetName().strip()))
    display.SetPointLabelsVisibility(False)
    display.SetTextScale(TEXT_PERCENT)
    display.SetGlyphScale(GLYPH_PERCENT)
    display.SetGlyphType(slicer.vtkMRMLMarkupsDisplayNode.Cross2D)
    return node
