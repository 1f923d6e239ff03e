"""Lesion outlines drawn elsewhere: label maps, DICOM SEG and RTSTRUCT on the T1c they belong to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom

from RNAssessLib.case import ContourSet, Grid, Image, InputError, Mask, MaskKind

from .dicom_files import open_dicom, read_pixels, required, uid_of
from .dicom_prefix import is_dicom
from .label_numbers import GRID_MM, LabelNumbers, check_declared, read_label_image
from .rt_structure_set import read_structures

BoolArray = npt.NDArray[np.bool_]
# words by which segments and ROIs of a file are told apart, and the short names of BraTS
WORDS = {
    MaskKind.ENHANCING: ("enhanc",),
    MaskKind.NECROTIC_CORE: ("core", "necro", "cyst"),
    MaskKind.OEDEMA: ("oedema", "edema", "flair"),
}
SHORT = {
    MaskKind.ENHANCING: {"et"},
    MaskKind.NECROTIC_CORE: {"ncr", "netc", "net"},
    MaskKind.OEDEMA: {"ed", "snfh"},
}
NOT_ENHANCING = re.compile(r"(non|not)[-_ ]?enhanc\w*")  # the core, or oedema: not the rim


def read_drawn_mask(
    path: Path, kind: MaskKind, t1c: Image, numbers: LabelNumbers | None = None
) -> Mask:
    """Read the outline of one kind on the lattice of the T1c.

    A NIfTI or NRRD label map, a DICOM SEG or an RTSTRUCT. Of several segments or ROIs those whose
    name tells the kind are taken together; a file with one needs no such name. Of several numbers
    in a label map those declared for the kind are taken; one number needs no declaration.

    Parameters
    ----------
    path : Path
    kind : MaskKind
    t1c : Image
        Of the same timepoint.
    numbers : LabelNumbers, optional
        Meaning of the numbers in a label map.

    Raises
    ------
    InputError
        Not readable, another frame of reference, not on the T1c's lattice, nothing in it tells
        the kind, or it holds labels that are not declared.
    """
    if path.is_file() and is_dicom(path):
        modality = open_dicom(path, header_only=True).get("Modality", "none")
        if modality == "SEG":
            return Mask(_read_segments(path, kind, t1c), t1c.grid)
        if modality == "RTSTRUCT":
            return Mask(_read_contours(path, kind, t1c), t1c.grid)
    labels = read_label_image(path, t1c, soft=True)
    if len(np.unique(labels[labels != 0])) < 2:
        return Mask(labels != 0, t1c.grid)
    check_declared(labels, numbers, path)
    if numbers is None or numbers.every:
        return Mask(labels != 0, t1c.grid)
    if kind not in numbers.parts:
        raise InputError(path, f"{numbers.name} has no label for {kind.value} alone: name the file "
                         "as the timepoint's outlines")  # fmt: skip
    return Mask(np.isin(labels, numbers.parts[kind]), t1c.grid)


def read_parts(path: Path, t1c: Image) -> dict[MaskKind, Mask]:
    """Read every part of a DICOM SEG or RTSTRUCT that one of its segments or ROIs is named after.

    Parameters
    ----------
    path : Path
    t1c : Image
        Of the same timepoint.

    Raises
    ------
    InputError
        As `read_drawn_mask`; no name tells a part.
    """
    modality = open_dicom(path, header_only=True).get("Modality", "none")
    if modality == "SEG":
        names, read = _segment_names(open_dicom(path, "SEG"), path), _read_segments
    elif modality == "RTSTRUCT":
        names = {n: s.name for n, s in enumerate(read_structures(path).structures)}
        read = _read_contours
    else:
        raise InputError(path, f"is a DICOM {modality} file, not SEG or RTSTRUCT")
    kinds = [kind for kind in MaskKind if any(_tells(name, kind) for name in names.values())]
    if not kinds:
        raise InputError(path, "none of its parts is called enhancing, core or oedema: "
                         + ", ".join(names.values()))  # fmt: skip
    return {kind: Mask(read(path, kind, t1c), t1c.grid) for kind in kinds}


def _tells(name: str, kind: MaskKind) -> bool:
    """Whether the name of a segment or ROI tells this part.

    Examples
    --------
    >>> _tells("Non-enhancing tumour core", MaskKind.ENHANCING), _tells("ET", MaskKind.ENHANCING)
    (False, True)
    """
    words = NOT_ENHANCING.sub(" ", name.lower())
    short = set(re.split(r"[^a-z0-9]+", words)) & SHORT[kind]
    return bool(short) or any(word in words for word in WORDS[kind])


def _choose(names: dict[int, str], kind: MaskKind, path: Path) -> set[int]:
    found = {n for n, name in names.items() if _tells(name, kind)}
    if found:
        return found
    if len(names) == 1:
        return set(names)
    listed = ", ".join(names.values())
    raise InputError(path, f"none of its parts is called {' or '.join(WORDS[kind])}: {listed}")


def _same_frame(frame: str | None, t1c: Image, path: Path) -> None:
    own = t1c.frame_of_reference_uid
    if frame and own and frame != own:
        raise InputError(path, "lies in another frame of reference than its timepoint's T1c")


def _read_segments(path: Path, kind: MaskKind, t1c: Image) -> BoolArray:
    dataset = open_dicom(path, "SEG")
    _same_frame(uid_of(dataset, "FrameOfReferenceUID"), t1c, path)
    wanted = _choose(_segment_names(dataset, path), kind, path)
    frames = read_pixels(dataset, path)
    frames = frames[None] if frames.ndim == 2 else frames
    level = 0.5 * float(dataset.get("MaximumFractionalValue") or 1)
    groups = required(dataset, path, "PerFrameFunctionalGroupsSequence")
    shared = dataset.get("SharedFunctionalGroupsSequence") or [pydicom.Dataset()]
    out = np.zeros(t1c.grid.shape, bool)
    # a label map tells segments by pixel value, the older kinds by frame
    labelled = str(dataset.get("SegmentationType", "")) == "LABELMAP"
    for frame, group in zip(frames, groups, strict=True):
        if labelled:
            k = _slice_of(frame.shape, group, shared[0], t1c.grid, path)
            out[k] |= np.isin(frame, list(wanted))
            continue
        number = _macro(group, shared[0], "SegmentIdentificationSequence", path)
        if int(number.ReferencedSegmentNumber) in wanted:
            k = _slice_of(frame.shape, group, shared[0], t1c.grid, path)
            out[k] |= frame >= level if level >= 1 else frame > 0
    return out


def _segment_names(dataset: pydicom.Dataset, path: Path) -> dict[int, str]:
    return {
        int(s.SegmentNumber): str(s.get("SegmentLabel") or f"segment {s.SegmentNumber}")
        for s in required(dataset, path, "SegmentSequence")
    }


def _macro(group: pydicom.Dataset, shared: pydicom.Dataset, name: str, path: Path) -> Any:  # noqa: ANN401
    sequence = group.get(name) or shared.get(name)
    if not sequence:
        raise InputError(path, f"{name} is missing")
    return sequence[0]


def _slice_of(
    shape: tuple[int, ...],
    group: pydicom.Dataset,
    shared: pydicom.Dataset,
    grid: Grid,
    path: Path,
) -> int:
    """Slice of the T1c that a frame covers voxel by voxel."""
    position = _macro(group, shared, "PlanePositionSequence", path).ImagePositionPatient
    axes = _macro(group, shared, "PlaneOrientationSequence", path).ImageOrientationPatient
    spacing = _macro(group, shared, "PixelMeasuresSequence", path).PixelSpacing
    origin, along, down = (np.array([float(v) for v in values])
                           for values in (position, axes[:3], axes[3:]))  # fmt: skip
    rows, columns = shape
    far = origin + along * float(spacing[1]) * (columns - 1) + down * float(spacing[0]) * (rows - 1)
    first, last = grid.lps_to_index(origin), grid.lps_to_index(far)
    k = round(float(first[0]))
    corners = np.array([[k, 0, 0], [k, grid.shape[1] - 1, grid.shape[2] - 1]])
    gap = np.abs(grid.index_to_lps(corners) - np.array([origin, far])).max()
    if shape != grid.shape[1:] or not 0 <= k < grid.shape[0] or gap > GRID_MM or (
        abs(float(last[0] - first[0])) * grid.spacing_mm[2] > GRID_MM
    ):  # fmt: skip
        raise InputError(path, "a frame does not cover a slice of its timepoint's T1c")
    return k


def _read_contours(path: Path, kind: MaskKind, t1c: Image) -> BoolArray:
    found = read_structures(path)
    _same_frame(found.frame_of_reference_uid, t1c, path)
    names = {n: s.name for n, s in enumerate(found.structures)}
    out = np.zeros(t1c.grid.shape, bool)
    for number in _choose(names, kind, path):
        shape = found.structures[number].shape
        assert isinstance(shape, ContourSet)  # an RTSTRUCT holds nothing else
        part = np.zeros(t1c.grid.shape, bool)
        for contour in shape.contours:
            index = t1c.grid.lps_to_index(contour.points_mm)
            k = round(float(index[:, 0].mean()))
            off = np.abs(index[:, 0] - k).max() * t1c.grid.spacing_mm[2]
            if not 0 <= k < t1c.grid.shape[0] or off > 0.25 * t1c.grid.spacing_mm[2]:
                name = found.structures[number].name
                raise InputError(path, f"{name}: a contour lies between slices of the T1c")
            part[k] ^= fill_polygon(index[:, 1:], t1c.grid.shape[1:])  # holes by even-odd
        out |= part
    return out


def fill_polygon(points: npt.NDArray[np.floating[Any]], shape: tuple[int, ...]) -> BoolArray:
    """Pixels whose centre lies inside a closed polygon, by the even-odd rule.

    Parameters
    ----------
    points : (N, 2) array
        Fractional (row, column).
    shape : tuple of int
        Rows and columns.

    Examples
    --------
    >>> fill_polygon(np.array([[0.5, 0.5], [0.5, 3.5], [2.5, 3.5], [2.5, 0.5]]), (4, 5)).astype(int)
    array([[0, 0, 0, 0, 0],
           [0, 1, 1, 1, 0],
           [0, 1, 1, 1, 0],
           [0, 0, 0, 0, 0]])
    """
    inside = np.zeros(shape, bool)
    following = np.roll(points, -1, axis=0)
    columns = np.arange(shape[1])
    low, high = points[:, 0].min(), points[:, 0].max()
    for row in range(max(int(np.ceil(low)), 0), min(int(np.floor(high)), shape[0] - 1) + 1):
        crosses = (points[:, 0] <= row) != (following[:, 0] <= row)
        a, b = points[crosses], following[crosses]
        at = a[:, 1] + (row - a[:, 0]) / (b[:, 0] - a[:, 0]) * (b[:, 1] - a[:, 1])
        inside[row] = (columns[:, None] > at[None, :]).sum(axis=1) % 2 == 1
    return inside
