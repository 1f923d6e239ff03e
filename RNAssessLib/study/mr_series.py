"""Slices to one volume: single-frame files and frames of enhanced MR alike."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Grid, Image, InputError, Source

from .dicom_files import open_dicom, read_axes, read_pixels, required
from .readable import understanding
from .sorting import SliceHeader, read_slices
from .sorting.geometry import SAME_DIRECTION, axes_of, measure_spacing, ordered
from .value_scale import Scale, display_scale

# Scales of real images lie far within; NaN lies in no range. (engineering default)
LEAST_SLOPE, MOST_SCALE = 1e-12, 1e12


def read_series(files: Sequence[Path], name: Path | str | None = None) -> Image:
    """Read slices into a volume, whatever order the files have.

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
    with understanding(Path(label)):
        slices = read_slices(files)
        for header in slices:
            _check_belongs(header, slices[0])
        return read_volume_of(slices, label)


def read_volume_of(
    slices: Sequence[SliceHeader], label: Path | str, scale: Scale = display_scale
) -> Image:
    """Read the pixels of slices that make one volume.

    Parameters
    ----------
    slices : sequence of SliceHeader
        Of one size and orientation, in any order.
    label : Path or str
        What errors and the mapping call it.
    scale : callable
        Slope and intercept for the stored values of a slice.

    Raises
    ------
    InputError
        Slices that make no volume, pixels that cannot be decoded.
    """
    first = slices[0]
    _check_plane(first)
    slices = ordered(slices)
    spacing = measure_spacing(slices)
    if spacing.problem:
        raise InputError(label, spacing.problem)
    first = slices[0]
    volume = _read_values(slices, scale)
    x, y, z = first.position
    grid = Grid(
        (len(slices), volume.shape[1], volume.shape[2]),
        (x, y, z),
        (first.pixel_spacing[1], first.pixel_spacing[0], spacing.mm),
        tuple(axes_of(first).T.ravel()),
    )
    source = Source(
        str(label),
        first.series_uid or None,
        first.study_uid or None,
        tuple(s.sop_uid for s in slices),
        first.description,
        files=tuple(dict.fromkeys(str(s.path) for s in slices)),
    )
    return Image(volume, grid, first.frame_of_reference or None, source)


def _read_values(slices: Sequence[SliceHeader], scale: Scale) -> npt.NDArray[np.float32]:
    planes: dict[int, npt.NDArray[np.float32]] = {}
    by_file: dict[Path, list[int]] = {}
    for number, header in enumerate(slices):
        by_file.setdefault(header.path, []).append(number)
    for path, numbers in by_file.items():
        stored = read_pixels(open_dicom(path), path)
        for number in numbers:
            frame = slices[number].frame
            plane = stored if frame is None or stored.ndim == 2 else stored[frame]
            if plane.ndim != 2:
                raise InputError(path, "is not a single-frame slice")
            slope, intercept = scale(slices[number])
            if not (LEAST_SLOPE < abs(slope) < MOST_SCALE and abs(intercept) < MOST_SCALE):
                raise InputError(path, f"its values are scaled by {slope:g} and {intercept:g}")
            planes[number] = np.asarray(plane.astype(np.float32) * slope + intercept, np.float32)
    return np.stack([planes[n] for n in range(len(slices))])


def _check_plane(first: SliceHeader) -> None:
    """Refuse a slice that says too little of where it lies."""
    dataset = open_dicom(first.path, header_only=True) if first.frame is None else None
    if dataset is not None:
        read_axes(dataset, first.path)
        required(dataset, first.path, "PixelSpacing")
    if len(first.pixel_spacing) != 2:
        raise InputError(first.path, "PixelSpacing is missing")


def _check_belongs(header: SliceHeader, first: SliceHeader) -> None:
    path = header.path
    if header.series_uid != first.series_uid:
        raise InputError(path, "belongs to another series than the other slices")
    if header.frame_of_reference != first.frame_of_reference:
        raise InputError(path, "has another frame of reference than the other slices")
    if (header.rows, header.columns) != (first.rows, first.columns):
        raise InputError(path, "has another matrix size than the other slices")
    if np.abs(axes_of(header)[:2] - axes_of(first)[:2]).max() > SAME_DIRECTION:
        raise InputError(path, "is oriented differently from the other slices")
    if not np.allclose(header.pixel_spacing, first.pixel_spacing, rtol=1e-4):
        raise InputError(path, "has another pixel spacing than the other slices")
