"""RTSTRUCT to structures."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pydicom

from RNAssessLib.case import Contour, ContourSet, InputError, Structure, StructureRole
from RNAssessLib.case.geometry import FARTHEST_MM

from .dicom_files import open_dicom, required, uid_of, whole_of
from .readable import understanding

# Rounding moves points less; a contour further off its plane is none. Engineering default.
PLANAR_MM = 1.0
CLOSED = {"CLOSED_PLANAR", "CLOSEDPLANAR_XOR"}


@dataclass(frozen=True, eq=False)
class StructureSet:
    """Structures of one RTSTRUCT.

    Attributes
    ----------
    structures : tuple of Structure
        Those with at least one closed contour.
    empty : tuple of str
        Names of ROIs without any.
    frame_of_reference_uid, sop_instance_uid : str or None
    warnings : tuple of str
    """

    structures: tuple[Structure, ...]
    empty: tuple[str, ...]
    frame_of_reference_uid: str | None
    sop_instance_uid: str | None
    warnings: tuple[str, ...]


def guess_role(name: str, interpreted: str = "") -> StructureRole:
    """Role from RT ROI Interpreted Type, else from the name.

    Examples
    --------
    >>> guess_role("Left frontal PTV 2"), guess_role("x", "GTV"), guess_role("Chiasm", "AVOIDANCE")
    (<StructureRole.PTV: 'PTV'>, <StructureRole.GTV: 'GTV'>, <StructureRole.OAR: 'OAR'>)
    """
    kind = interpreted.upper()
    if kind in {"GTV", "CTV", "PTV", "EXTERNAL"}:
        return StructureRole(kind)
    if kind in {"ORGAN", "AVOIDANCE"}:
        return StructureRole.OAR
    found = re.search(r"(?<![A-Za-z])(GTV|CTV|PTV)", name, re.I)
    if found:
        return StructureRole(found.group(1).upper())
    if re.fullmatch(r"(external|body|skin)", name.strip(), re.I):
        return StructureRole.EXTERNAL
    return StructureRole.OTHER


def read_structures(path: Path | str) -> StructureSet:
    """Read every ROI with closed planar contours.

    Several contours on a slice, holes (even-odd), keyholes and CLOSEDPLANAR_XOR are kept as
    drawn; what covers a point is decided where they are rasterised. Points and open contours are
    left out with a warning.

    Raises
    ------
    InputError
        Not an RTSTRUCT, no ROI with contours, contour data that is not triples of finite numbers.
    """
    path = Path(path)
    dataset = open_dicom(path, "RTSTRUCT")
    with understanding(path):
        return _structures_of(dataset, path)


def _structures_of(dataset: pydicom.Dataset, path: Path) -> StructureSet:
    listed = required(dataset, path, "StructureSetROISequence")
    names = {whole_of(r, path, "ROINumber"): r for r in listed}
    if len(names) < len(listed):
        raise InputError(path, "two of its ROIs have the same ROINumber")
    roles = {
        int(o.ReferencedROINumber): str(o.get("RTROIInterpretedType") or "")
        for o in dataset.get("RTROIObservationsSequence") or []
    }
    drawn: dict[int, list[pydicom.Dataset]] = {}  # a few systems list an ROI in several items
    for item in dataset.get("ROIContourSequence") or []:
        drawn.setdefault(int(item.ReferencedROINumber), []).append(item)
    frames = [uid_of(r, "ReferencedFrameOfReferenceUID") for r in names.values()]
    structures, empty = [], []
    warnings: list[str] = []
    for number, roi in names.items():
        name = str(roi.get("ROIName") or f"ROI {number}")
        contours = _read_contours(drawn.get(number, []), name, path, warnings)
        if not contours:
            empty.append(name)
            warnings.append(f"{name}: has no closed contour")
            continue
        colour = drawn[number][0].get("ROIDisplayColor")
        structures.append(
            Structure(
                name,
                guess_role(name, roles.get(number, "")),
                ContourSet(contours, uid_of(roi, "ReferencedFrameOfReferenceUID")),
                number,
                tuple(int(v) for v in colour) if colour else None,  # type: ignore[arg-type]
            )
        )
    if not structures:
        raise InputError(path, "no ROI has a closed contour")
    if len({f for f in frames if f}) > 1:
        raise InputError(path, "its ROIs belong to several frames of reference")
    return StructureSet(
        tuple(structures),
        tuple(empty),
        next((f for f in frames if f), None),
        uid_of(dataset, "SOPInstanceUID"),
        tuple(warnings),
    )


def _check_place(points: npt.NDArray[np.float64], name: str, path: Path) -> None:
    """Refuse a contour that lies in no scanner, or in no plane."""
    if points.size == 0:
        return
    if np.abs(points).max() > FARTHEST_MM:
        raise InputError(path, f"{name}: a contour lies {np.abs(points).max():.3g} mm away")
    offset = points - points.mean(axis=0)
    normal = np.linalg.eigh(offset.T @ offset)[1][:, 0]
    apart = float(np.abs(offset @ normal).max())
    if apart > PLANAR_MM:
        raise InputError(path, f"{name}: a contour leaves its plane by {apart:.1f} mm")


def _read_contours(
    drawn: list[pydicom.Dataset], name: str, path: Path, warnings: list[str]
) -> tuple[Contour, ...]:
    contours = []
    skipped: dict[str, int] = {}
    for item in (c for part in drawn for c in part.get("ContourSequence") or []):
        kind = str(item.get("ContourGeometricType") or "")
        if kind not in CLOSED:
            skipped[kind or "untyped"] = skipped.get(kind or "untyped", 0) + 1
            continue
        data = np.array([float(v) for v in item.get("ContourData") or []])
        if data.size % 3 or not np.all(np.isfinite(data)):
            raise InputError(path, f"{name}: ContourData is not triples of finite numbers")
        points = data.reshape(-1, 3)
        _check_place(points, name, path)
        if len(points) > 1 and np.allclose(points[0], points[-1]):
            points = points[:-1]
        if len(points) < 3:
            skipped["degenerate"] = skipped.get("degenerate", 0) + 1
            continue
        contours.append(Contour(points, kind == "CLOSEDPLANAR_XOR"))
    for kind, count in skipped.items():
        warnings.append(f"{name}: {count} {kind} contour(s) left out")
    return tuple(contours)
