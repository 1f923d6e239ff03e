"""Isodose surfaces, drawn as lines where a slice cuts them, with their legend."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import slicer
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

from RNAssessLib.case import DoseGrid, Image, PreparedCourse
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.dosimetry.refined_dose import refine_dose
from RNAssessLib.panel.words.style import IsodoseLevel

from .convert import LPS_TO_RAS, hex_to_rgb, surface_to_ras, to_image_data
from .nodes import IsodoseNode
from .segmentations import DASH_TAG, dash_text
from .volumes import add_volume

SURFACE_CELLS = 60_000


def compute_surface(field: DoseField, level_gy: float) -> vtkPolyData:
    """Isodose surface in RAS of the dose's own space, from the refined (clamped cubic) dose.

    Empty when the dose does not reach `level_gy`. Where the region is cut by the edge of the dose
    grid the surface stays open: nothing is known beyond.
    """
    values, grid = refine_dose(field, level_gy, SURFACE_CELLS)
    if min(values.shape) < 2:
        return vtkPolyData()
    contour = vtkFlyingEdges3D()
    contour.SetInputData(to_image_data(values.astype(np.float32)))
    contour.SetValue(0, level_gy)
    contour.ComputeNormalsOff()
    contour.ComputeGradientsOff()
    contour.Update()
    return surface_to_ras(contour.GetOutput(), LPS_TO_RAS @ grid.ijk_to_lps)


def add_isodoses(
    scene: slicer.vtkMRMLScene,
    placed: PreparedCourse,
    levels: Sequence[IsodoseLevel],
    transform: slicer.vtkMRMLLinearTransformNode,
    field: DoseField | None = None,
) -> tuple[IsodoseNode, ...]:
    """Add one model per level that the course's dose reaches, under the course's transform.

    A `field` of the course's dose that is kept makes further levels fast.
    """
    course = placed.course
    if course.dose is None:
        return ()
    field = field or DoseField(course.dose)
    nodes = []
    for level in levels:
        surface = compute_surface(field, level.dose_gy)
        if surface.GetNumberOfPoints() == 0:
            continue
        model = _add_model(scene, f"{course.id} isodose {level.label}", surface, level)
        model.SetAttribute("RNAssess.course", course.id)
        model.SetAttribute("RNAssess.isodose_gy", repr(level.dose_gy))
        model.SetAttribute(DASH_TAG, dash_text(level.dash))
        model.SetAndObserveTransformNodeID(transform.GetID())
        nodes.append(IsodoseNode(course.id, level, model))
    return tuple(nodes)


def _add_model(
    scene: slicer.vtkMRMLScene, name: str, surface: vtkPolyData, level: IsodoseLevel
) -> slicer.vtkMRMLModelNode:
    model = scene.AddNewNodeByClass("vtkMRMLModelNode", name)
    model.SetAndObservePolyData(surface)
    model.CreateDefaultDisplayNodes()
    display = model.GetDisplayNode()
    display.SetColor(*hex_to_rgb(level.colour))
    display.SetVisibility2D(True)
    display.SetVisibility3D(True)
    display.SetOpacity(0.25)  # in 3D views; the cut lines have an opacity of their own
    display.SetSliceIntersectionOpacity(1.0)
    display.SetSliceIntersectionThickness(level.width_px)
    display.SetScalarVisibility(False)
    model.AddDefaultStorageNode()
    return model


def add_dose(
    scene: slicer.vtkMRMLScene,
    placed: PreparedCourse,
    levels: Sequence[IsodoseLevel],
    transform: slicer.vtkMRMLLinearTransformNode,
) -> slicer.vtkMRMLScalarVolumeNode | None:
    """Add the dose grid itself (Gy) under its transform, coloured and keyed by the isodoses."""
    course = placed.course
    if course.dose is None:
        return None
    node = _add_dose_volume(scene, f"{course.id} dose (Gy)", course.dose)
    node.SetAttribute("RNAssess.dose", course.id)
    node.SetAndObserveTransformNodeID(transform.GetID())
    if levels:
        table = add_colour_table(scene, f"{course.id} isodose levels", levels)
        _add_legend(scene, node, table)
    return node


def _add_dose_volume(
    scene: slicer.vtkMRMLScene, name: str, dose: DoseGrid
) -> slicer.vtkMRMLScalarVolumeNode:
    image = Image(dose.dose_gy.astype(np.float32, copy=False), dose.grid)
    return add_volume(scene, name, image, (0.0, float(dose.dose_gy.max()) or 1.0))


def add_colour_table(
    scene: slicer.vtkMRMLScene, name: str, levels: Sequence[IsodoseLevel]
) -> slicer.vtkMRMLColorTableNode:
    """Add the levels as a named colour table, lowest dose first: the legend in every Slicer."""
    table = scene.AddNewNodeByClass("vtkMRMLColorTableNode", name)
    table.SetTypeToUser()
    table.SetNumberOfColors(len(levels))
    for index, level in enumerate(reversed(levels)):
        table.SetColor(index, level.label, *hex_to_rgb(level.colour), 1.0)
    table.GetLookupTable().SetTableRange(0, max(len(levels) - 1, 1))
    table.AddDefaultStorageNode()
    return table


def _add_legend(
    scene: slicer.vtkMRMLScene,
    dose: slicer.vtkMRMLScalarVolumeNode,
    table: slicer.vtkMRMLColorTableNode,
) -> None:
    legend = scene.AddNewNodeByClass("vtkMRMLColorLegendDisplayNode", f"{table.GetName()} legend")
    legend.SetAndObserveColorNodeID(table.GetID())
    legend.SetUseColorNamesForLabels(True)
    legend.SetNumberOfLabels(table.GetNumberOfColors())
    legend.SetMaxNumberOfColors(table.GetNumberOfColors())
    legend.SetTitleText("Dose")
    legend.SetVisibility(True)
    dose.AddAndObserveDisplayNodeID(legend.GetID())
    legend.SetAndObservePrimaryDisplayNode(dose.GetNthDisplayNode(0))
