"""Slices of one DICOM series to one volume."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pydicom

from RNAssessLib.case import Grid, Image, InputError, Source

from .dicom_files import open_dicom, read_axes, read_pixels, required, uid_of

POSITION_TOLERANCE_MM = 0.05
SPACING_TOLERANCE = 0.05  # share of the slice spacing


def read_series(files: Sequence[Path], name: Path | str | None = None) -> Image:
    """Read classic single-frame slices into a volume, whatever order the files have.

    Parameters
    ----------
    files : sequence of Path
        All slices of the volume and nothing else.
    name : Path or str, optional
        What errors and the mapping call it.

    Returns
    -------
    Image
        Rescaled values; slices along +k.

    Raises
    ------
    InputError
        No slice, several series, sizes or orientations, two slices at one place, a missing slice,
        tilted stacks.
    """
    label = name if name is not None else (files[0].parent if files else "series")
    if not files:
        raise InputError(label, "holds no DICOM slice")
    slices = [(open_dicom(path), path) for path in files]
    first, first_path = slices[0]
    i, j, normal = read_axes(first, first_path)
    spacing = [float(v) for v in required(first, first_path, "PixelSpacing")]
    frame = uid_of(first, "FrameOfReferenceUID")
    for dataset, path in slices:
        _check_belongs(dataset, path, first, (i, j), spacing)
    positions = np.array(
        [[float(v) for v in required(d, p, "ImagePositionPatient")] for d, p in slices]
    )
    order = np.argsort(positions @ normal)
    positions = positions[order]
    depth = _slice_spacing(positions, normal, [slices[n][1] for n in order], first, label)
    volume = np.stack([_values(*slices[n]) for n in order])
    x, y, z = positions[0]
    grid = Grid(
        (len(slices), volume.shape[1], volume.shape[2]),
        (float(x), float(y), float(z)),
        (spacing[1], spacing[0], depth),
        tuple(np.column_stack([i, j, normal]).ravel()),
    )
    source = Source(
        str(label),
        uid_of(first, "SeriesInstanceUID"),
        uid_of(first, "StudyInstanceUID"),
        tuple(str(slices[n][0].get("SOPInstanceUID", "")) for n in order),
        str(first.get("SeriesDescription", "") or ""),
    )
    return Image(volume.astype(np.float32), grid, frame, source)


def _check_belongs(
    dataset: pydicom.Dataset,
    path: Path,
    first: pydicom.Dataset,
    axes: tuple[np.ndarray, np.ndarray],
    spacing: list[float],
) -> None:
    if dataset.get("SeriesInstanceUID") != first.get("SeriesInstanceUID"):
        raise InputError(path, "belongs to another series than the other slices")
    if uid_of(dataset, "FrameOfReferenceUID") != uid_of(first, "FrameOfReferenceUID"):
        raise InputError(path, "has another frame of reference than the other slices")
    if (dataset.get("Rows"), dataset.get("Columns")) != (first.get("Rows"), first.get("Columns")):
        raise InputError(path, "has another matrix size than the other slices")
    i, j, _ = read_axes(dataset, path)
    if max(np.abs(i - axes[0]).max(), np.abs(j - axes[1]).max()) > 1e-3:
        raise InputError(path, "is oriented differently from the other slices")
    own = [float(v) for v in required(dataset, path, "PixelSpacing")]
    if not np.allclose(own, spacing, rtol=1e-4):
        raise InputError(path, "has another pixel spacing than the other slices")


def _slice_spacing(
    positions: np.ndarray,
    normal: np.ndarray,
    paths: list[Path],
    first: pydicom.Dataset,
    label: Path | str,
) -> float:
    if len(positions) == 1:
        thickness = first.get("SpacingBetweenSlices") or first.get("SliceThickness")
        if not thickness:
            raise InputError(label, "a single slice without SliceThickness has no depth")
        return float(thickness)
    steps = np.diff(positions @ normal)
    same = np.flatnonzero(steps < POSITION_TOLERANCE_MM)
    if len(same):
        other = paths[int(same[0])].name
        raise InputError(paths[int(same[0]) + 1], f"lies at the same place as {other}")
    usual = float(np.median(steps))
    wrong = np.flatnonzero(np.abs(steps - usual) > SPACING_TOLERANCE * usual)
    if len(wrong):
        at = int(wrong[0])
        raise InputError(
            label,
            f"slices are not evenly spaced: {steps[at]:.2f} mm after {paths[at].name}, "
            f"{usual:.2f} mm elsewhere (a slice is missing?)",
        )
    drift = np.diff(positions, axis=0) - steps[:, None] * normal
    if np.abs(drift).max() > POSITION_TOLERANCE_MM + 0.02 * usual:
        raise InputError(label, "slices are shifted against one another (gantry tilt)")
    return float(steps.mean())


def _values(dataset: pydicom.Dataset, path: Path) -> np.ndarray:
    stored = read_pixels(dataset, path)
    if stored.ndim != 2:
        raise InputError(path, "is not a single-frame slice")
    slope = float(dataset.get("RescaleSlope", 1) or 1)
    intercept = float(dataset.get("RescaleIntercept", 0) or 0)
    return np.asarray(stored.astype(np.float32) * slope + intercept, np.float32)
