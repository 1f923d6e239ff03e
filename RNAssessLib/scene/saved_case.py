"""The case of a saved scene, from its document, images, dose and target surfaces."""

from __future__ import annotations

from datetime import date as Date
from typing import Any

import numpy as np
import slicer
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkPolyData
from vtkmodules.vtkCommonTransforms import vtkGeneralTransform
from vtkmodules.vtkFiltersCore import vtkCutter, vtkStripper
from vtkmodules.vtkFiltersGeneral import vtkTransformPolyDataFilter

from RNAssessLib.case import (
    Case,
    Contour,
    ContourSet,
    Course,
    DoseGrid,
    Image,
    InputError,
    MappingEntry,
    SequenceRole,
    Source,
    Structure,
    StructureRole,
    Target,
    Technique,
    Timepoint,
)
from RNAssessLib.panel.course.events import parse_event
from RNAssessLib.study.slicer_nodes import read_array, read_grid

from .build import OWN
from .document import read_document

CONTOUR_STEP_MM = 0.25  # engineering default: planes at which target surfaces are cut
HOW = "kept in the scene"


def read_saved_case(scene: slicer.vtkMRMLScene) -> Case:
    """Rebuild the case of a scene that RNAssess saved, for when its files are gone.

    Images keep their own grids, so that corrected outlines of the session still fit; what lay in
    one space with its T1c still does. Doses and targets are taken where they were placed, in the
    space of the reference timepoint. Targets are cut from their surfaces into contours every
    quarter of a millimetre: a flat-ended mask of 2 cm³, the worst case, keeps its
    volume within 2 %.

    Raises
    ------
    InputError
        The scene holds no RNAssess case, or its images are gone.
    """
    document = read_document(scene)["assessment"]
    timepoints = tuple(
        found for row in document["timepoints"] if (found := _timepoint(scene, row)) is not None
    )
    if not timepoints:
        raise InputError("scene", "the images of its RNAssess case are no longer there")
    reference = document["reference"]
    if reference not in {t.id for t in timepoints}:
        raise InputError("scene", f"the T1c of {reference}, its reference, is no longer there")
    mapping = tuple(
        MappingEntry(f"{t.id} {role.value}", role.value, HOW, timepoint=t.id)
        for t in timepoints
        for role in t.sequences
    )
    return Case(
        document["case"],
        tuple(_course(scene, row, reference) for row in document["courses"]),
        timepoints,
        events=tuple(parse_event(row) for row in document["events"]),
        mapping=mapping,
    )


def own_nodes(scene: slicer.vtkMRMLScene) -> list[str]:
    """Ids of the nodes that RNAssess put into a scene, also into one that was loaded."""
    nodes = (scene.GetNthNode(n) for n in range(scene.GetNumberOfNodes()))
    return [node.GetID() for node in nodes if node.GetAttribute(OWN)]


def _timepoint(scene: slicer.vtkMRMLScene, row: dict[str, Any]) -> Timepoint | None:
    roles = {}
    for node in _nodes(scene, "vtkMRMLScalarVolumeNode"):
        if node.GetAttribute("RNAssess.timepoint") == row["id"] and node.GetImageData() is not None:
            roles[SequenceRole(node.GetAttribute("RNAssess.role"))] = node
    if SequenceRole.T1C not in roles:
        return None
    base = roles[SequenceRole.T1C].GetParentTransformNode()
    images = {}
    for role, node in roles.items():
        # beside its T1c without a transform of its own: one space, as before
        shared = f"scene {row['id']}" if node.GetParentTransformNode() is base else None
        images[role] = Image(
            read_array(node).astype(np.float32),
            read_grid(node, in_world=False),
            shared,
            Source(node.GetName(), row["series_uids"].get(role.value, "")),
        )
    return Timepoint(row["id"], Date.fromisoformat(row["date"]), images)


def _course(scene: slicer.vtkMRMLScene, row: dict[str, Any], reference: str) -> Course:
    dose = next(
        (n for n in _nodes(scene, "vtkMRMLScalarVolumeNode")
         if n.GetAttribute("RNAssess.dose") == row["id"]),
        None,
    )  # fmt: skip
    drawn = next(
        (n for n in _nodes(scene, "vtkMRMLSegmentationNode")
         if n.GetAttribute("RNAssess.course") == row["id"]),
        None,
    )  # fmt: skip
    given = {target["name"]: target for target in row["targets"]}
    structures = tuple(
        Structure(name, StructureRole(given[name]["type"]), shape)
        for name in given
        if drawn is not None and (shape := _contours(drawn, name)) is not None
    )
    return Course(
        row["id"],
        Date.fromisoformat(row["date"]),
        Technique(row["technique"]),
        row["fractions"],
        tuple(
            Target(s.name, s.role, given[s.name]["prescription_gy"], HOW) for s in structures
        ),
        None
        if dose is None
        else DoseGrid(
            read_array(dose).astype(np.float32), read_grid(dose), None,
            source=Source(dose.GetName()),
        ),
        structures,
        space=reference,
    )  # fmt: skip


def _contours(node: slicer.vtkMRMLSegmentationNode, name: str) -> ContourSet | None:
    """Cut a target's surface into planar contours, LPS mm of the reference space."""
    segment = node.GetSegmentation().GetSegment(name)
    kind = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()
    surface = segment.GetRepresentation(kind) if segment is not None else None
    if surface is None or surface.GetNumberOfPoints() == 0:
        return None
    surface = _in_world(node, surface)
    low, high = surface.GetBounds()[4:6]
    found: list[Contour] = []
    # evenly, so that half a step beyond the first and the last plane ends where the surface does
    planes = max(round((high - low) / CONTOUR_STEP_MM), 1)
    for index in range(planes):
        found += _cut(surface, low + (high - low) * (index + 0.5) / planes)
    return ContourSet(tuple(found)) if found else None


def _in_world(node: slicer.vtkMRMLSegmentationNode, surface: vtkPolyData) -> vtkPolyData:
    transform = vtkGeneralTransform()
    slicer.vtkMRMLTransformNode.GetTransformBetweenNodes(
        node.GetParentTransformNode(), None, transform
    )
    moved = vtkTransformPolyDataFilter()
    moved.SetInputData(surface)
    moved.SetTransform(transform)
    moved.Update()
    return moved.GetOutput()


def _cut(surface: vtkPolyData, height: float) -> list[Contour]:
    plane = vtkPlane()
    plane.SetOrigin(0.0, 0.0, height)
    plane.SetNormal(0.0, 0.0, 1.0)
    cutter = vtkCutter()
    cutter.SetInputData(surface)
    cutter.SetCutFunction(plane)
    joined = vtkStripper()
    joined.SetInputConnection(cutter.GetOutputPort())
    joined.JoinContiguousSegmentsOn()
    joined.Update()
    lines = joined.GetOutput()
    contours = []
    for index in range(lines.GetNumberOfCells()):
        ids = lines.GetCell(index).GetPointIds()
        points = [lines.GetPoint(ids.GetId(n)) for n in range(ids.GetNumberOfIds())]
        if len(points) > 3 and points[0] == points[-1]:
            points = points[:-1]
        if len(points) >= 3:
            contours.append(Contour(np.array(points) * (-1.0, -1.0, 1.0)))
    return contours


def _nodes(scene: slicer.vtkMRMLScene, kind: str) -> list[Any]:
    return [scene.GetNthNodeByClass(n, kind) for n in range(scene.GetNumberOfNodesByClass(kind))]
