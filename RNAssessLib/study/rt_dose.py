"""RTDOSE to a dose grid in Gy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pydicom

from RNAssessLib.case import DoseGrid, Grid, InputError, Source

from .dicom_files import (
    numbers_of,
    open_dicom,
    read_axes,
    read_pixels,
    required,
    uid_of,
    whole_of,
)
from .readable import understanding
from .rt_frames import FrameOrder, order_frames

WHOLE_PLAN = {"PLAN", "MULTI_PLAN", "PLAN_OVERVIEW"}
OFFSET_TOLERANCE_MM = 0.01
# No course gives less or more; 100 times too much (cGy read as Gy) is beyond. Engineering defaults.
LEAST_GY, MOST_GY = 0.001, 500.0


def read_dose(path: Path | str) -> DoseGrid:
    """Read the dose of a whole plan.

    Any orientation; GridFrameOffsetVector relative to the first frame or absolute along the
    normal; frames in any order; unevenly spaced frames are resampled (`rt_frames`).

    Raises
    ------
    InputError
        Relative or unscaled dose, a dose type other than PHYSICAL, the dose of one beam or one
        fraction alone, no frame of reference, two frames at one place, damaged pixels.
    """
    dose = _read_any(Path(path))
    if dose.summation_type not in WHOLE_PLAN:
        raise InputError(
            path,
            f"is the dose of a {dose.summation_type[:40]} alone (DoseSummationType), "
            "export the dose of the whole plan",
        )
    return dose


def read_beam_doses(paths: Sequence[Path]) -> DoseGrid:
    """Sum the doses of all beams of one plan, given together; they must share grid and plan."""
    doses = [_read_any(Path(p)) for p in paths]
    first = doses[0]
    for path, dose in zip(paths, doses, strict=True):
        if dose.summation_type != "BEAM":
            raise InputError(path, f"DoseSummationType is {dose.summation_type}, not BEAM")
        if not dose.grid.matches(first.grid) or dose.plan_uid != first.plan_uid:
            raise InputError(path, "has another grid or plan than the first beam dose")
    total = np.sum([d.dose_gy for d in doses], axis=0, dtype=np.float64)
    return replace(first, dose_gy=np.asarray(total, np.float32), summation_type="PLAN")


def _read_any(path: Path) -> DoseGrid:
    dataset = open_dicom(path, "RTDOSE")
    with understanding(path):
        return _dose_of(dataset, path)


def _dose_of(dataset: pydicom.Dataset, path: Path) -> DoseGrid:
    units = required(dataset, path, "DoseUnits")
    if units != "GY":
        raise InputError(path, f"DoseUnits is {str(units)[:40]}, export the dose in GY")
    kind = dataset.get("DoseType", "")
    if kind != "PHYSICAL":
        told = str(kind)[:40] or "missing"
        raise InputError(path, f"DoseType is {told}, the physical dose is needed")
    frame = uid_of(dataset, "FrameOfReferenceUID")
    if frame is None:
        raise InputError(path, "FrameOfReferenceUID is missing, the dose has no place")
    (scaling,) = numbers_of(dataset, path, "DoseGridScaling", 1)
    if scaling <= 0:
        raise InputError(path, f"DoseGridScaling is {scaling}, not a positive number")
    grid, frames = _read_grid(dataset, path)
    stored = read_pixels(dataset, path)
    if stored.ndim == 2:
        stored = stored[None]
    shape = (len(frames.order), *grid.shape[1:])
    if stored.shape != shape:
        raise InputError(path, f"holds {stored.shape} voxels, its tags say {shape}")
    if whole_of(dataset, path, "BitsStored") != whole_of(dataset, path, "BitsAllocated"):
        raise InputError(path, "BitsStored is not BitsAllocated, as a dose needs (PS3.3 C.8.8.3)")
    dose = frames.arrange(stored.astype(np.float64) * scaling).astype(np.float32)
    if dose.min() < 0:
        raise InputError(path, f"holds negative dose ({dose.min():.3f} Gy)")
    check_plausible(float(dose.max()), path)
    plans = dataset.get("ReferencedRTPlanSequence") or []
    return DoseGrid(
        dose_gy=np.ascontiguousarray(dose),
        grid=grid,
        frame_of_reference_uid=frame,
        summation_type=str(dataset.get("DoseSummationType") or "unstated part"),
        sop_instance_uid=uid_of(dataset, "SOPInstanceUID"),
        plan_uid=uid_of(plans[0], "ReferencedSOPInstanceUID") if plans else None,
        source=Source(
            str(path),
            uid_of(dataset, "SeriesInstanceUID"),
            uid_of(dataset, "StudyInstanceUID"),
            (str(dataset.get("SOPInstanceUID", "")),),
            str(dataset.get("SeriesDescription", "") or "RTDOSE"),
        ),
        stored_frames_k=frames.stored_k,
        notes=tuple(_notes(dataset, frames)),
    )


def check_plausible(highest_gy: float, path: Path) -> None:
    """Refuse a grid whose highest value is no dose of a treatment."""
    if highest_gy <= 0:
        raise InputError(path, "holds no dose: every voxel is 0")
    if not LEAST_GY <= highest_gy <= MOST_GY:
        raise InputError(path, f"holds up to {highest_gy:g}, which is not dose in Gy")


def _notes(dataset: pydicom.Dataset, frames: FrameOrder) -> list[str]:
    """What a reader of the figures must know about the dose."""
    notes = []
    transform = str(dataset.get("SpatialTransformOfDose") or "NONE").strip().upper()
    if transform != "NONE":
        notes.append(
            f"the dose was moved after it was computed (SpatialTransformOfDose {transform}): "
            "its figures depend on that registration"
        )
    if frames.stored_k is not None:
        gaps = np.diff(frames.offsets_mm)
        notes.append(
            f"the dose's frames lie {gaps.min():g} to {gaps.max():g} mm apart: resampled to "
            f"{frames.step_mm:.4g} mm"
        )
    return notes


def _read_grid(dataset: pydicom.Dataset, path: Path) -> tuple[Grid, FrameOrder]:
    """Lattice of the dose along +k, and how its stored frames come to lie on it."""
    i, j, normal = read_axes(dataset, path)
    origin = np.array(numbers_of(dataset, path, "ImagePositionPatient", 3))
    row_mm, column_mm = numbers_of(dataset, path, "PixelSpacing", 2)
    rows, columns = (whole_of(dataset, path, name) for name in ("Rows", "Columns"))
    offsets = _read_offsets(dataset, path, origin, normal)
    try:
        frames = order_frames(offsets)
    except ValueError as error:
        raise InputError(path, str(error)) from None
    depth = frames.step_mm or _thickness(dataset, path)
    x, y, z = origin + frames.offsets_mm[0] * normal
    try:
        grid = Grid(
            (frames.count, rows, columns),
            (float(x), float(y), float(z)),
            (column_mm, row_mm, depth),
            tuple(np.column_stack([i, j, normal]).ravel()),
        )
    except ValueError as error:
        raise InputError(path, str(error)) from None
    return grid, frames


def _thickness(dataset: pydicom.Dataset, path: Path) -> float:
    thickness = dataset.get("SliceThickness")
    if not thickness:
        raise InputError(path, "a single frame without SliceThickness has no depth")
    return float(thickness)


def _read_offsets(
    dataset: pydicom.Dataset, path: Path, origin: np.ndarray, normal: np.ndarray
) -> np.ndarray:
    """Distances of the frames from the first one's position, along the normal."""
    count = whole_of(dataset, path, "NumberOfFrames", 1)
    if count == 1 and not dataset.get("GridFrameOffsetVector"):
        return np.zeros(1)
    offsets = np.array(numbers_of(dataset, path, "GridFrameOffsetVector"))
    if len(offsets) != count:
        raise InputError(path, f"{count} frames but {len(offsets)} entries in "
                         "GridFrameOffsetVector")  # fmt: skip
    if abs(offsets[0]) <= OFFSET_TOLERANCE_MM:
        return offsets
    # The absolute form (DICOM C.8.8.3.2) gives patient z, or the position along the normal.
    along = float(origin @ normal)
    if abs(offsets[0] - along) <= 0.5:
        return np.asarray(offsets - offsets[0])
    if abs(offsets[0] - float(origin[2])) <= 0.5 and abs(normal[2]) > 0.5:
        return np.asarray((offsets - offsets[0]) * np.sign(normal[2]))
    raise InputError(
        path,
        f"GridFrameOffsetVector starts at {offsets[0]:g}, neither 0 nor the first position",
    )
