"""Nodes already in a Slicer scene to a case, as SlicerRT's DICOM-RT import leaves them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Case,
    Course,
    DoseGrid,
    Grid,
    Image,
    InputError,
    MappingEntry,
    Mask,
    SequenceRole,
    Source,
    Structure,
    Technique,
    Timepoint,
)

from .adc_units import normalise_adc
from .plan_files import build_targets
from .rt_structure_set import guess_role
from .series_role import role_by_name

DOSE_ATTRIBUTE = "DicomRtImport.DoseVolume"
DOSE_UNIT_ATTRIBUTE = "DicomRtImport.DoseUnitName"
FLIP = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True)
class NodeAssignment:
    """A volume node and what it is for; proposed, and correctable by the user."""

    node_id: str
    name: str
    day: Date | None
    role: SequenceRole | None


def propose_assignments(scene: Any) -> tuple[NodeAssignment, ...]:  # noqa: ANN401
    """Propose role and date of every scalar volume from its name; dose volumes left out."""
    proposals = []
    for node in _nodes(scene, "vtkMRMLScalarVolumeNode"):
        if is_dose(node) or node.IsA("vtkMRMLLabelMapVolumeNode"):
            continue
        name = node.GetName()
        day = _date_in(node.GetAttribute("RNAssess.date") or name.lower())
        proposals.append(NodeAssignment(node.GetID(), name, day, role_by_name(name)))
    return tuple(proposals)


def is_dose(node: Any) -> bool:  # noqa: ANN401
    """Whether SlicerRT marked the volume as dose."""
    return node.GetAttribute(DOSE_ATTRIBUTE) is not None


def read_scene_case(
    scene: Any,  # noqa: ANN401
    assignments: Sequence[NodeAssignment],
    *,
    treatment: Date,
    fractions: int,
    prescription_gy: float,
    case_id: str = "scene",
    dose_id: str = "",
    structures_id: str = "",
) -> Case:
    """Build a case from volume nodes, a SlicerRT dose volume and a segmentation with targets.

    Where several doses are loaded `dose_id` says which; `structures_id` takes one segmentation
    alone, else all of them count.

    All nodes are taken where their (linear) parent transforms place them, so what the scene shows
    aligned counts as one space with the earliest timepoint.

    Raises
    ------
    InputError
        No T1c, a volume without role or date, a dose whose unit is not Gy, no dose volume, a
        non-linear transform.
    """
    by_day: dict[Date, dict[SequenceRole, Image]] = {}
    for item in assignments:
        if item.role is None:
            continue
        if item.day is None:
            raise InputError(item.name, "has no date; give the day of the scan")
        node = scene.GetNodeByID(item.node_id)
        image = Image(read_array(node).astype(np.float32), read_grid(node), None, Source(item.name))
        if item.role is SequenceRole.ADC:
            image = normalise_adc(image, item.name)
        by_day.setdefault(item.day, {})[item.role] = image
    timepoints = tuple(
        Timepoint(f"t{n}", day, roles)
        for n, (day, roles) in enumerate(sorted(by_day.items()))
        if SequenceRole.T1C in roles
    )
    if not timepoints:
        raise InputError("scene", "no volume was assigned the role T1c")
    dose = _read_dose(scene, dose_id)
    structures = _read_structures(scene, structures_id)
    course = Course(
        id="course-1",
        date=treatment,
        technique=Technique.OTHER,
        fractions=fractions,
        targets=build_targets(structures, None, prescription_gy=prescription_gy),
        dose=dose,
        structures=structures,
        space=timepoints[0].id,
    )
    mapping = tuple(
        MappingEntry(a.name, a.role.value if a.role else "none", "assigned in the scene",
                     ignored=a.role is None)
        for a in assignments
    )  # fmt: skip
    return Case(case_id, (course,), timepoints, mapping=mapping)


def _nodes(scene: Any, kind: str) -> list[Any]:  # noqa: ANN401
    return [scene.GetNthNodeByClass(n, kind) for n in range(scene.GetNumberOfNodesByClass(kind))]


def _date_in(name: str) -> Date | None:
    found = re.search(r"(19|20)(\d\d)[-_.]?(\d\d)[-_.]?(\d\d)", name)
    if found is None:
        return None
    try:
        return Date(int(found[1] + found[2]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def read_array(node: Any) -> npt.NDArray[Any]:  # noqa: ANN401
    """(K, J, I) voxels of a volume node; raises InputError when it holds none."""
    from vtk.util.numpy_support import vtk_to_numpy

    image = node.GetImageData()
    if image is None:
        raise InputError(node.GetName(), "holds no voxels")
    i, j, k = image.GetDimensions()
    return np.asarray(vtk_to_numpy(image.GetPointData().GetScalars()).reshape(k, j, i))


def read_grid(node: Any, *, in_world: bool = True) -> Grid:  # noqa: ANN401
    """Lattice in LPS mm, parent transforms included unless `in_world` is False.

    Raises
    ------
    InputError
        A parent transform is not linear, or shears.
    """
    import vtk

    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    parent = node.GetParentTransformNode() if in_world else None
    if parent is not None:
        if not parent.IsTransformToWorldLinear():
            raise InputError(node.GetName(), "is under a non-linear transform; harden it first")
        world = vtk.vtkMatrix4x4()
        parent.GetMatrixTransformToWorld(world)
        vtk.vtkMatrix4x4.Multiply4x4(world, matrix, matrix)
    i, j, k = node.GetImageData().GetDimensions()
    return grid_from_ras(_as_array(matrix), (k, j, i), node.GetName())


def _as_array(matrix: Any) -> npt.NDArray[np.float64]:  # noqa: ANN401
    return np.array([[matrix.GetElement(r, c) for c in range(4)] for r in range(4)])


def grid_from_ras(
    ijk_to_ras: npt.NDArray[np.float64], shape: tuple[int, int, int], name: str
) -> Grid:
    """Lattice in LPS from Slicer's matrix; raises InputError for sheared axes.

    Examples
    --------
    >>> grid_from_ras(np.diag([-1.0, -1.0, 2.0, 1.0]), (3, 4, 5), "t1").spacing_mm
    (1.0, 1.0, 2.0)
    """
    lps = FLIP @ ijk_to_ras
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    origin = lps[:3, 3]
    try:
        return Grid(
            shape,
            (float(origin[0]), float(origin[1]), float(origin[2])),
            (float(spacing[0]), float(spacing[1]), float(spacing[2])),
            tuple((lps[:3, :3] / spacing).ravel()),
        )
    except ValueError as error:
        raise InputError(name, str(error)) from None


def _read_dose(scene: Any, node_id: str) -> DoseGrid:  # noqa: ANN401
    doses = [
        n
        for n in _nodes(scene, "vtkMRMLScalarVolumeNode")
        if is_dose(n) and node_id in ("", n.GetID())
    ]
    if not doses:
        raise InputError("scene", f"no dose volume (attribute {DOSE_ATTRIBUTE}) is loaded")
    if len(doses) > 1:
        names = ", ".join(n.GetName() for n in doses)
        raise InputError("scene", f"several dose volumes are loaded ({names}); choose one")
    node = doses[0]
    unit = (node.GetAttribute(DOSE_UNIT_ATTRIBUTE) or "Gy").strip().upper()
    if unit != "GY":
        raise InputError(node.GetName(), f"dose unit is {unit}, not Gy")
    return DoseGrid(read_array(node).astype(np.float32), read_grid(node), None,
                    source=Source(node.GetName()))  # fmt: skip


def _read_structures(scene: Any, node_id: str) -> tuple[Structure, ...]:  # noqa: ANN401
    structures = []
    for node in _nodes(scene, "vtkMRMLSegmentationNode"):
        if node_id not in ("", node.GetID()):
            continue
        segmentation = node.GetSegmentation()
        segmentation.CreateRepresentation("Binary labelmap")
        for n in range(segmentation.GetNumberOfSegments()):
            identifier = segmentation.GetNthSegmentID(n)
            name = segmentation.GetSegment(identifier).GetName()
            mask = _segment_mask(node, identifier, name)
            if mask is not None:
                structures.append(Structure(name, guess_role(name), mask, n + 1))
    if not structures:
        raise InputError("scene", "no segmentation with targets is loaded")
    return tuple(structures)


def _segment_mask(node: Any, identifier: str, name: str) -> Mask | None:  # noqa: ANN401
    import slicer
    import vtk
    from vtk.util.numpy_support import vtk_to_numpy

    oriented = slicer.vtkOrientedImageData()
    node.GetBinaryLabelmapRepresentation(identifier, oriented)
    low_i, high_i, low_j, high_j, low_k, high_k = oriented.GetExtent()
    shape = (high_k - low_k + 1, high_j - low_j + 1, high_i - low_i + 1)
    if min(shape) < 1:
        return None
    matrix = vtk.vtkMatrix4x4()
    oriented.GetImageToWorldMatrix(matrix)
    array = _as_array(matrix)
    array[:3, 3] += array[:3, :3] @ np.array([low_i, low_j, low_k])
    values = vtk_to_numpy(oriented.GetPointData().GetScalars()).reshape(shape)
    mask = Mask(values > 0, grid_from_ras(array, shape, name))
    return None if mask.is_empty else mask
