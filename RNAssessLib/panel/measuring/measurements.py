"""What the reader measured on the images: lengths, two diameters, the mean in a disc."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import PreparedCase, SequenceRole
from RNAssessLib.case.numbers import SIGNAL, in_mm
from RNAssessLib.findings.finding import Plane

from ..words.numbers import format_number

Point = tuple[float, float, float]
Line = tuple[Point, Point]
SHORTEST_MM = 0.5
UNITS = {SequenceRole.ADC: "µm²/ms"}
NORMALS = {Plane.AXIAL: (0, 0, 1), Plane.CORONAL: (0, 1, 0), Plane.SAGITTAL: (1, 0, 0)}


class MeasureKind(Enum):
    """Tools; the value is the JSON word."""

    RULER = "ruler"
    DIAMETERS = "diameters"
    MEAN = "mean"


TITLES = {
    MeasureKind.RULER: "Length",
    MeasureKind.DIAMETERS: "Two diameters",
    MeasureKind.MEAN: "Mean in disc",
}


@dataclass(frozen=True)
class Measurement:
    """One measurement; its points lie in the reference space.

    Attributes
    ----------
    kind : MeasureKind
    timepoint : str
    role : SequenceRole
        Image it was made on.
    plane : Plane
    lines : tuple of (point, point)
        LPS mm: one line, the longest diameter and the one across it, or a disc's middle and edge.
    mean, deviation : float or None
        Of the voxels of a disc, in the unit of the image.
    voxels : int
        How many lie in the disc.
    """

    kind: MeasureKind
    timepoint: str
    role: SequenceRole
    plane: Plane
    lines: tuple[Line, ...]
    mean: float | None = None
    deviation: float | None = None
    voxels: int = 0

    @property
    def lengths_mm(self) -> tuple[float, ...]:
        """Length of each line."""
        return tuple(length_mm(line) for line in self.lines)

    @property
    def middle_lps_mm(self) -> Point:
        """Where to look."""
        return self.lines[0][0] if self.kind is MeasureKind.MEAN else middle(self.lines[0])

    @property
    def value(self) -> str:
        """Figure with its unit.

        Examples
        --------
        >>> lines = (((0.0, 0.0, 0.0), (12.0, 5.0, 0.0)), ((0.0, 0.0, 0.0), (3.0, 4.0, 0.0)))
        >>> made = Measurement(MeasureKind.DIAMETERS, "t1", SequenceRole.T1C, Plane.AXIAL, lines)
        >>> made.value
        '13.0 × 5.0 mm, product 65 mm²'
        """
        lengths = self.lengths_mm
        if self.kind is MeasureKind.RULER:
            return f"{in_mm(lengths[0])} mm"
        if self.kind is MeasureKind.DIAMETERS:
            product = ""
            if len(lengths) > 1:
                product = f", product {format_number(lengths[0] * lengths[1], 'mm2')} mm²"
            return " × ".join(in_mm(mm) for mm in lengths) + " mm" + product
        if self.mean is None or self.deviation is None:
            return "no voxel inside"
        unit = UNITS.get(self.role, "")
        mean, deviation = (format_number(v, SIGNAL) for v in (self.mean, self.deviation))
        count = f"{self.voxels} voxels, radius {in_mm(lengths[0])} mm"
        return f"{mean} ± {deviation} {unit}".strip() + f" (SD; {count})"

    @property
    def label(self) -> str:
        """Short text beside the drawn line."""
        if self.kind is MeasureKind.MEAN and self.mean is not None:
            return format_number(self.mean, SIGNAL)
        return " × ".join(in_mm(mm) for mm in self.lengths_mm) + " mm"

    @property
    def place(self) -> str:
        """Study, image and plane."""
        return f"{self.timepoint} {self.role.value} {self.plane.value}"


def normal_of(plane: Plane) -> tuple[int, int, int]:
    """Direction across the slices of a plane, LPS."""
    return NORMALS[plane]


def length_mm(line: Line) -> float:
    """Length of a line."""
    return float(np.linalg.norm(np.subtract(*line)))


def middle(line: Line) -> Point:
    """Middle of a line."""
    x, y, z = (float(v) for v in np.mean(line, axis=0))
    return x, y, z


def across(longest: Line, drawn: Line, normal: npt.ArrayLike) -> Line:
    """Turn a drawn line square to the longest diameter, in the plane of `normal`.

    Its middle stays on the drawn one's, its length is what was drawn along that direction.

    Examples
    --------
    >>> across(((0.0, 0.0, 0.0), (10.0, 0.0, 0.0)), ((4.0, -2.0, 0.0), (5.0, 2.0, 0.0)), (0, 0, 1))
    ((4.5, -2.0, 0.0), (4.5, 2.0, 0.0))
    """
    along = np.subtract(longest[1], longest[0])
    square = np.cross(np.asarray(normal, float), along / np.linalg.norm(along))
    square /= np.linalg.norm(square)
    half = 0.5 * float(np.dot(np.subtract(drawn[1], drawn[0]), square)) * square
    center = np.mean(drawn, axis=0)
    ends = [tuple(float(v) for v in center + side) for side in (-half, half)]
    return ends[0], ends[1]  # type: ignore[return-value]


def mean_in_disc(
    prepared: PreparedCase,
    timepoint_id: str,
    role: SequenceRole,
    radius_line: Line,
    normal: npt.ArrayLike,
) -> tuple[float, float, int] | None:
    """Mean and standard deviation of the acquired voxels whose centres lie in a disc.

    Parameters
    ----------
    prepared : PreparedCase
    timepoint_id : str
    role : SequenceRole
    radius_line : (middle, edge)
        Reference space, LPS mm.
    normal : (3,) array
        Of the slice; a voxel belongs to it when its centre lies within half the voxel's extent
        along the normal.

    Returns
    -------
    (mean, standard deviation, count) or None when no voxel lies inside
    """
    timepoint = prepared.timepoint(timepoint_id)
    image = timepoint.timepoint.sequences[role]
    to_reference = timepoint.to_reference.transform
    center, radius = np.asarray(radius_line[0]), length_mm(radius_line)
    registration = timepoint.to_t1c.get(role)
    there = to_reference.inverse().apply(center)
    if registration is not None:
        there = registration.transform.inverse().apply(there)
    reach = radius + max(image.grid.spacing_mm)
    corners = there + reach * (2 * np.array(list(np.ndindex(2, 2, 2))) - 1)
    index = image.grid.lps_to_index(corners)
    low = np.clip(np.floor(index.min(axis=0)).astype(int), 0, image.grid.shape)
    high = np.clip(np.ceil(index.max(axis=0)).astype(int) + 1, 0, image.grid.shape)
    if np.any(high <= low):
        return None
    voxels = np.moveaxis(np.indices(high - low), 0, -1) + low
    points = image.grid.index_to_lps(voxels)
    if registration is not None:
        points = registration.transform.apply(points)
    offset = to_reference.apply(points) - center
    unit = np.asarray(normal, float) / np.linalg.norm(normal)
    depth = np.abs(offset @ unit)
    aside = np.linalg.norm(offset - (offset @ unit)[..., None] * unit, axis=-1)
    inside = (depth <= 0.5 * _extent_along(prepared, timepoint_id, role, unit)) & (aside <= radius)
    block = image.array[tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))]
    values = block[inside]
    if values.size == 0:
        return None
    return float(values.mean()), float(values.std()), int(values.size)


def _extent_along(
    prepared: PreparedCase, timepoint_id: str, role: SequenceRole, unit: npt.NDArray[np.floating]
) -> float:
    """Return how far apart the voxel layers lie along a direction of the reference space, mm."""
    timepoint = prepared.timepoint(timepoint_id)
    grid = timepoint.timepoint.sequences[role].grid
    turn = timepoint.to_reference.transform.moving_to_fixed[:3, :3]
    registration = timepoint.to_t1c.get(role)
    if registration is not None:
        turn = turn @ registration.transform.moving_to_fixed[:3, :3]
    axes = turn @ np.asarray(grid.direction, float).reshape(3, 3)
    nearest = int(np.argmax(np.abs(unit @ axes)))
    return float(grid.spacing_mm[nearest])


def describe_measurement(measurement: Measurement) -> dict[str, Any]:
    """Return a measurement as a JSON object."""
    return {
        "kind": measurement.kind.value,
        "timepoint": measurement.timepoint,
        "role": measurement.role.value,
        "plane": measurement.plane.value,
        "lines_lps_mm": [[list(point) for point in line] for line in measurement.lines],
        "lengths_mm": list(measurement.lengths_mm),
        "mean": measurement.mean,
        "deviation": measurement.deviation,
        "voxels": measurement.voxels,
    }


def parse_measurement(row: dict[str, Any]) -> Measurement:
    """Read what `describe_measurement` gave; raises ValueError, KeyError or TypeError."""
    lines = tuple(
        tuple(tuple(float(v) for v in point) for point in line) for line in row["lines_lps_mm"]
    )
    if not lines or any(len(line) != 2 or any(len(p) != 3 for p in line) for line in lines):
        raise ValueError("a measurement has lines of two points")
    mean, deviation = (None if row[n] is None else float(row[n]) for n in ("mean", "deviation"))
    kind, voxels = MeasureKind(row["kind"]), int(row["voxels"])
    inside = mean is not None and deviation is not None and deviation >= 0 and voxels > 0
    nothing = mean is None and deviation is None and voxels == 0
    if not (nothing or (inside and kind is MeasureKind.MEAN)):
        raise ValueError("a mean belongs to a disc, with its deviation and its voxels")
    return Measurement(
        kind, str(row["timepoint"]), SequenceRole(row["role"]),
        Plane(row["plane"]), lines,  # type: ignore[arg-type]
        mean, deviation, voxels,
    )  # fmt: skip
