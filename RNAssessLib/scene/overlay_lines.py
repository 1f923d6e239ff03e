"""Two outlines as lines that slice views cut: one solid, one dashed, their differences hatched.

Patterns are cut out of the surfaces themselves, in space, so that they show in every plane and in
every Slicer without a display of its own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import slicer
from scipy import ndimage
from vtkmodules.util.numpy_support import numpy_to_vtk, vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkPolyData
from vtkmodules.vtkFiltersCore import vtkClipPolyData, vtkFlyingEdges3D

from RNAssessLib.case import Mask
from RNAssessLib.findings.measure.two_outlines import TwoOutlines
from RNAssessLib.lesions.parts import box_of
from RNAssessLib.panel.words.palette import GROWN, REGRESSED

from .convert import LPS_TO_RAS, hex_to_rgb, surface_to_ras, to_image_data

SMOOTH_MM, PADDED = 0.6, 3
DASH_MM = 1.8
GAP_BELOW = -0.6  # of a gyroid between -1.5 and 1.5: dashes are longer than gaps
HATCH_MM = 2.6
GROWN_ACROSS, REGRESSED_ACROSS = (1.0, 1.0, 1.0), (1.0, -1.0, 1.0)
OUTLINE_PX, HATCH_PX = 2, 1
# Turns the pattern away from the planes of view, in which it would be regular and its gaps long.
ASLANT = np.array([[1.0, 2.0, 2.0], [2.0, 1.0, -2.0], [2.0, -2.0, 1.0]]) / 3.0
FloatArray = npt.NDArray[np.floating]


def add_overlay(
    scene: slicer.vtkMRMLScene, two: TwoOutlines, name: str
) -> tuple[slicer.vtkMRMLModelNode, ...]:
    """Add both outlines and the hatching between them, hidden; empty ones are left out.

    Parameters
    ----------
    scene : vtkMRMLScene
    two : TwoOutlines
        In the reference space: the nodes need no transform.
    name : str
        Their names begin with it.

    Returns
    -------
    tuple of vtkMRMLModelNode
        Named ``later`` (solid), ``earlier`` (dashed), ``grown`` (hatched), ``regressed`` (broken
        hatching) in their attribute ``RNAssess.overlay``.
    """
    after, before = _outline(two.after), _outline(two.before)
    parts = (
        ("later", after, GROWN.colour, OUTLINE_PX),
        ("earlier", break_up(before), REGRESSED.colour, OUTLINE_PX),
        ("grown", hatch(two.grown, GROWN_ACROSS), GROWN.colour, HATCH_PX),
        ("regressed", break_up(hatch(two.regressed, REGRESSED_ACROSS)), REGRESSED.colour, HATCH_PX),
    )
    return tuple(
        _add_model(scene, f"{name} {part}", part, surface, colour, width)
        for part, surface, colour, width in parts
        if surface.GetNumberOfPoints()
    )


def _add_model(
    scene: slicer.vtkMRMLScene,
    name: str,
    part: str,
    surface: vtkPolyData,
    colour: str,
    width_px: int,
) -> slicer.vtkMRMLModelNode:
    model = scene.AddNewNodeByClass("vtkMRMLModelNode", name)
    model.SetAndObservePolyData(surface)
    model.SetAttribute("RNAssess.overlay", part)
    model.SetSaveWithScene(False)
    model.CreateDefaultDisplayNodes()
    display = model.GetDisplayNode()
    display.SetColor(*hex_to_rgb(colour))
    display.SetVisibility2D(True)
    display.SetVisibility3D(False)
    display.SetSliceIntersectionThickness(width_px)
    display.SetScalarVisibility(False)
    display.SetVisibility(False)
    return model


# --- surfaces -------------------------------------------------------------------------------------


def _share(mask: Mask) -> FloatArray:
    """Soft indicator of a mask, some voxels of nothing around it."""
    padded = np.pad(mask.array.astype(np.float32), PADDED)
    return ndimage.gaussian_filter(padded, SMOOTH_MM / np.asarray(mask.grid.spacing_mm[::-1]))


def _padded_to_ras(mask: Mask) -> FloatArray:
    """Matrix from (i, j, k) of the padded lattice to RAS mm."""
    inward = np.eye(4)
    inward[:3, 3] = -PADDED
    return np.asarray(LPS_TO_RAS @ mask.grid.ijk_to_lps @ inward)


def _in_its_box(mask: Mask) -> Mask | None:
    """Cut a mask to the box that holds it; None when it is empty."""
    box = box_of(mask.array)
    return None if box is None else Mask(mask.array[box], mask.grid.crop(box))


def _outline(whole: Mask) -> vtkPolyData:
    """Surface of a mask in RAS."""
    mask = _in_its_box(whole)
    if mask is None:
        return vtkPolyData()
    contour = vtkFlyingEdges3D()
    contour.SetInputData(to_image_data(_share(mask)))
    contour.SetValue(0, 0.5)
    contour.ComputeNormalsOff()
    contour.ComputeScalarsOff()
    contour.Update()
    return surface_to_ras(contour.GetOutput(), _padded_to_ras(mask))


def hatch(whole: Mask, across: tuple[float, float, float]) -> vtkPolyData:
    """Parallel planes inside a mask, `HATCH_MM` apart, in RAS.

    Parameters
    ----------
    whole : Mask
    across : tuple of float
        Direction from plane to plane (RAS); oblique to the planes of view, which then show lines.
    """
    mask = _in_its_box(whole)
    if mask is None:
        return vtkPolyData()
    share, matrix = _share(mask), _padded_to_ras(mask)
    unit = np.asarray(across) / np.linalg.norm(across)
    k, j, i = (np.arange(n) for n in share.shape)
    slope = unit @ matrix[:3, :3]
    depth = (
        float(unit @ matrix[:3, 3])
        + slope[0] * i[None, None, :]
        + slope[1] * j[None, :, None]
        + slope[2] * k[:, None, None]
    ).astype(np.float32)
    inside = depth[share >= 0.5]
    if inside.size == 0:
        return vtkPolyData()
    planes = vtkFlyingEdges3D()
    planes.SetInputData(to_image_data(depth))
    planes.ComputeNormalsOff()
    planes.ComputeScalarsOff()
    first, last = np.ceil(inside.min() / HATCH_MM), np.floor(inside.max() / HATCH_MM)
    for number, at in enumerate(np.arange(first, last + 1)):
        planes.SetValue(number, float(at * HATCH_MM))
    planes.Update()
    made = planes.GetOutput()
    if made.GetNumberOfPoints() == 0:
        return vtkPolyData()
    points = vtk_to_numpy(made.GetPoints().GetData())
    held = ndimage.map_coordinates(share, points.T[::-1], order=1)
    return surface_to_ras(_clip(made, held, 0.5), matrix)


def break_up(surface: vtkPolyData) -> vtkPolyData:
    """Cut gaps of about `DASH_MM` into a surface (RAS), so that its cut lines are dashed.

    The gaps are where a gyroid is low: unlike stripes or a checkerboard, it alternates along
    lines of any direction.
    """
    if surface.GetNumberOfPoints() == 0:
        return surface
    x, y, z = np.pi / DASH_MM * ASLANT @ vtk_to_numpy(surface.GetPoints().GetData()).T
    wave = np.sin(x) * np.cos(y) + np.sin(y) * np.cos(z) + np.sin(z) * np.cos(x)
    return _clip(surface, wave, GAP_BELOW)


def _clip(surface: vtkPolyData, values: FloatArray, least: float) -> vtkPolyData:
    """Part of a surface where the values of its points are above the least."""
    marked = vtkPolyData()
    marked.ShallowCopy(surface)
    scalars = numpy_to_vtk(values.astype(np.float32), deep=True)
    scalars.SetName("kept")
    marked.GetPointData().SetScalars(scalars)
    clip = vtkClipPolyData()
    clip.SetInputData(marked)
    clip.SetValue(least)
    clip.Update()
    kept = vtkPolyData()
    kept.ShallowCopy(clip.GetOutput())
    kept.GetPointData().Initialize()
    return kept
