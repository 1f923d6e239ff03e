"""Two images laid over each other, to see whether they are aligned; and moving one by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial.transform import Rotation

from RNAssessLib.case import Image, RigidTransform, Vector
from RNAssessLib.case.numbers import format_number, in_mm
from RNAssessLib.findings.finding import Plane

Floats = npt.NDArray[np.floating[Any]]
Pixels = npt.NDArray[np.uint8]
TILE_MM = 20.0
STEP_MM = 1.0
GAP = 4
# right and down on the picture, LPS
AXES = {
    Plane.AXIAL: ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0)),
    Plane.CORONAL: ((1.0, 0.0, 0.0), (0.0, 0.0, -1.0)),
    Plane.SAGITTAL: ((0.0, 1.0, 0.0), (0.0, 0.0, -1.0)),
}
DARKEST, BRIGHTEST = 1.0, 99.5


@dataclass(frozen=True)
class Overlay:
    """How two images are laid over each other.

    Attributes
    ----------
    checkerboard : bool
        Fields of either image in turn; else blended.
    share : float
        Share of the moving image in the blend, 0..1; of the field's width that is shifted in the
        checkerboard.
    """

    checkerboard: bool = True
    share: float = 0.5


def draw_planes(
    fixed: Image,
    moving: Image,
    moving_to_fixed: RigidTransform,
    center_mm: Vector,
    overlay: Overlay,
    *,
    size_mm: float = 190.0,
) -> Pixels:
    """Axial, coronal and sagittal plane side by side, as grey levels.

    Both images are sampled once, from their own lattices.

    Parameters
    ----------
    fixed, moving : Image
    moving_to_fixed : RigidTransform
    center_mm : tuple of float
        Where the planes meet, in the fixed image's space.
    overlay : Overlay
    size_mm : float
        Side of each plane.

    Returns
    -------
    (rows, columns) uint8 array
    """
    window = {id(image): _window(image) for image in (fixed, moving)}
    planes = []
    for plane in Plane:
        points = plane_points(plane, center_mm, size_mm)
        under = _grey(fixed, points, window[id(fixed)])
        over = _grey(moving, moving_to_fixed.inverse().apply(points), window[id(moving)])
        planes.append(_lay_over(under, over, overlay))
        planes.append(np.zeros((len(under), GAP)))
    return np.asarray(np.rint(np.hstack(planes[:-1])), np.uint8)


def plane_points(plane: Plane, center_mm: Vector, size_mm: float) -> Floats:
    """Points (rows, columns, 3) of a square plane in LPS mm."""
    steps = np.arange(-0.5 * size_mm, 0.5 * size_mm, STEP_MM) + 0.5 * STEP_MM
    right, down = (np.asarray(axis) for axis in AXES[plane])
    grid = steps[:, None, None] * down + steps[None, :, None] * right
    return np.asarray(np.asarray(center_mm) + grid)


def _window(image: Image) -> tuple[float, float]:
    sample = image.array[:: max(image.array.shape[0] // 40, 1), ::3, ::3]
    low, high = np.percentile(sample, (DARKEST, BRIGHTEST))
    return float(low), float(max(high, low + 1e-6))


def _grey(image: Image, points: Floats, window: tuple[float, float]) -> Floats:
    index = np.moveaxis(image.grid.lps_to_index(points), -1, 0)
    low, high = window
    values = ndimage.map_coordinates(image.array, index, order=1, cval=low)
    return np.asarray(255.0 * np.clip((values - low) / (high - low), 0.0, 1.0))


def _lay_over(under: Floats, over: Floats, overlay: Overlay) -> Floats:
    if not overlay.checkerboard:
        return (1.0 - overlay.share) * under + overlay.share * over
    rows, columns = np.indices(under.shape) * STEP_MM
    shift = 2.0 * overlay.share * TILE_MM
    odd = (np.floor(rows / TILE_MM) + np.floor((columns + shift) / TILE_MM)) % 2 == 1
    return np.where(odd, over, under)


def moved(
    transform: RigidTransform,
    *,
    shift_mm: Vector = (0.0, 0.0, 0.0),
    turn_degrees: Vector = (0.0, 0.0, 0.0),
    about_mm: Vector = (0.0, 0.0, 0.0),
) -> RigidTransform:
    """Move the moving image by hand.

    Parameters
    ----------
    transform : RigidTransform
        Moving to fixed, so far.
    shift_mm : tuple of float
        Along the patient's left, posterior and superior directions.
    turn_degrees : tuple of float
        About these axes.
    about_mm : tuple of float
        Point of the fixed space that stays when turning.

    Examples
    --------
    >>> t = moved(RigidTransform(), turn_degrees=(0, 0, 90), about_mm=(10, 0, 0))
    >>> t.apply((11.0, 0.0, 5.0)).round(6).tolist()
    [10.0, 1.0, 5.0]
    """
    rotation = Rotation.from_rotvec(np.radians(turn_degrees)).as_matrix()
    about = np.asarray(about_mm, dtype=float)
    step = RigidTransform.from_parts(rotation, about - rotation @ about + np.asarray(shift_mm))
    return transform.then(step)


def difference_text(before: RigidTransform, now: RigidTransform, at_mm: Vector) -> str:
    """How far the reader moved the image: ``2.0 mm, 1.0°`` (at a point of the fixed space)."""
    change = before.inverse().then(now)
    way = float(np.linalg.norm(change.apply(at_mm) - np.asarray(at_mm)))
    return f"{in_mm(way)} mm, {format_number(change.angle_degrees, '°')}°"
