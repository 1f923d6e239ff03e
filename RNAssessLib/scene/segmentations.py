"""Lesion parts and targets as segmentations, drawn as outlines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import slicer
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersCore import vtkFlyingEdges3D

from RNAssessLib.case import Lesion, Mask, MaskKind, PreparedCourse, PreparedTimepoint
from RNAssessLib.panel.words.palette import OUTLINE_STROKES
from RNAssessLib.panel.words.style import MASK_NAMES, MASK_STROKES
from RNAssessLib.spatial.occupancy import Occupancy, compute_occupancy

from .convert import (
    LPS_TO_RAS,
    file_name,
    hex_to_rgb,
    surface_to_ras,
    to_image_data,
    to_oriented_image,
)

TARGET_STROKES = {role: OUTLINE_STROKES[role] for role in ("GTV", "CTV", "PTV")}
OUTSIDE_NAME = "enhancement outside the lesions"
OUTSIDE_STROKE = OUTLINE_STROKES[OUTSIDE_NAME]
OUTSIDE = "enhancement_outside"  # its segment
DASH_TAG = "RNAssess.dash"  # of a segment; our own views draw it
KINDS = (MaskKind.OEDEMA, MaskKind.ENHANCING, MaskKind.NECROTIC_CORE)
OUTLINE_PX = 1
TARGET_CELLS = 60_000
MARGIN_VOXELS = 1


def mask_colour(kind: MaskKind) -> str:
    """Display colour of a lesion part."""
    return MASK_STROKES[kind].colour


def dash_text(dash: Sequence[int]) -> str:
    """Pattern as a tag or an attribute holds it.

    Examples
    --------
    >>> dash_text((5, 3)), dash_text(())
    ('5 3', '')
    """
    return " ".join(map(str, dash))


def add_segmentation(scene: slicer.vtkMRMLScene, name: str) -> slicer.vtkMRMLSegmentationNode:
    """Add an empty segmentation that is drawn as outlines in slice views."""
    node = scene.AddNewNodeByClass("vtkMRMLSegmentationNode", name)
    node.CreateDefaultDisplayNodes()
    display = node.GetDisplayNode()
    display.SetVisibility2DFill(False)
    display.SetVisibility2DOutline(True)
    display.SetSliceIntersectionThickness(OUTLINE_PX)
    display.SetVisibility3D(False)
    node.AddDefaultStorageNode()
    return node


def add_mask(
    node: slicer.vtkMRMLSegmentationNode,
    segment_id: str,
    name: str,
    mask: Mask,
    colour: str,
    dash: Sequence[int] = (),
) -> bool:
    """Add a mask as a segment, cut to its own box; False when it is empty."""
    box = _box_of(mask.array)
    if box is None:
        return False
    labels = to_oriented_image(mask.array[box], mask.grid.crop(box))
    segment = slicer.vtkSegment()
    segment.SetName(name)
    segment.SetColor(*hex_to_rgb(colour))
    segment.SetTag(DASH_TAG, dash_text(dash))
    segment.AddRepresentation(
        slicer.vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName(), labels
    )
    node.GetSegmentation().AddSegment(segment, segment_id)
    return True


def _box_of(array: npt.NDArray[np.bool_]) -> tuple[slice, slice, slice] | None:
    """Box of what is set with its margin, found by projections; None when nothing is set."""
    planes = np.flatnonzero(array.any(axis=(1, 2)))
    if planes.size == 0:
        return None
    part = array[planes[0] : planes[-1] + 1]
    rows, columns = (np.flatnonzero(part.any(axis=others)) for others in ((0, 2), (0, 1)))
    k, j, i = (
        slice(max(int(held[0]) - MARGIN_VOXELS, 0), min(int(held[-1]) + 1 + MARGIN_VOXELS, size))
        for held, size in zip((planes, rows, columns), array.shape, strict=True)
    )
    return k, j, i


def add_lesions(
    scene: slicer.vtkMRMLScene,
    prepared: PreparedTimepoint,
    lesions: Mapping[str, Lesion],
    transform: slicer.vtkMRMLLinearTransformNode,
) -> slicer.vtkMRMLSegmentationNode:
    """Add every lesion part of one timepoint, on its native grid, under its transform."""
    node = add_segmentation(scene, f"{prepared.id} {prepared.date.isoformat()} lesions")
    node.SetSourceRepresentationToBinaryLabelmap()
    node.SetAttribute("RNAssess.timepoint", prepared.id)
    add_parts(node, prepared, lesions)
    node.SetAndObserveTransformNodeID(transform.GetID())
    return node


def add_parts(
    node: slicer.vtkMRMLSegmentationNode,
    prepared: PreparedTimepoint,
    lesions: Mapping[str, Lesion],
) -> None:
    """Add every lesion part of a timepoint, and enhancement that belongs to none, as segments.

    What belongs to none is mostly vessels, dura and marrow, at every examination: it is not drawn
    until it is asked for (`show_outside`). What an item calls new is drawn as its evidence.
    """
    for lesion_id, parts in prepared.lesions.items():
        name = lesions[lesion_id].name if lesion_id in lesions else lesion_id
        for kind in KINDS:
            mask = parts.masks.get(kind)
            if mask is not None:
                add_mask(
                    node, f"{lesion_id}_{kind.value}", f"{name} {MASK_NAMES[kind]}", mask,
                    mask_colour(kind), MASK_STROKES[kind].dash,
                )  # fmt: skip
    add_mask(
        node, OUTSIDE, OUTSIDE_NAME, prepared.new_enhancement, OUTSIDE_STROKE.colour,
        OUTSIDE_STROKE.dash,
    )  # fmt: skip
    show_outside(node, on=False)


def show_outside(node: slicer.vtkMRMLSegmentationNode, *, on: bool) -> None:
    """Draw enhancement that belongs to no lesion, for whoever corrects outlines, or hide it."""
    if node.GetSegmentation().GetSegment(OUTSIDE) is not None:
        node.GetDisplayNode().SetSegmentVisibility(OUTSIDE, on)


def occupancy_surface(occupancy: Occupancy) -> vtkPolyData:
    """Surface in RAS where the occupancy is one half."""
    share = np.pad(occupancy.share, 1)
    contour = vtkFlyingEdges3D()
    contour.SetInputData(to_image_data(share))
    contour.SetValue(0, 0.5)
    contour.ComputeNormalsOff()
    contour.Update()
    padded = np.eye(4)
    padded[:3, 3] = -1.0
    return surface_to_ras(contour.GetOutput(), LPS_TO_RAS @ occupancy.grid.ijk_to_lps @ padded)


def add_targets(
    scene: slicer.vtkMRMLScene,
    placed: PreparedCourse,
    transform: slicer.vtkMRMLLinearTransformNode,
) -> slicer.vtkMRMLSegmentationNode | None:
    """Add GTV and PTV of a course as closed surfaces in the dose's space, under its transform."""
    course = placed.course
    if not course.targets:
        return None
    node = add_segmentation(scene, f"{course.id} targets")
    node.SetSourceRepresentationToClosedSurface()
    node.SetAttribute("RNAssess.course", course.id)
    for target in course.targets:
        structure = course.structure(target.name)
        surface = occupancy_surface(
            compute_occupancy(structure.shape, cells=TARGET_CELLS, single_plane_mm=1.0)
        )
        segment = slicer.vtkSegment()
        segment.SetName(target.name)
        stroke = TARGET_STROKES.get(target.role.value, TARGET_STROKES["GTV"])
        segment.SetColor(*hex_to_rgb(stroke.colour))
        segment.SetTag(DASH_TAG, dash_text(stroke.dash))
        segment.AddRepresentation(
            slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName(),
            surface,
        )
        # the name is the segment's; its id goes into the scene file as Slicer writes it, unescaped
        node.GetSegmentation().AddSegment(segment, file_name(target.name))
    node.SetAndObserveTransformNodeID(transform.GetID())
    return node
