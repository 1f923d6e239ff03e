"""One lesion's outlines at any two studies: what lies in one only, in cm³ with its error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Grid,
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    RigidTransform,
)
from RNAssessLib.case.numbers import in_cm3
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.component_events import border_uncertainty_cm3
from RNAssessLib.lesions.parts import box_of
from RNAssessLib.lesions.tracking import compute_change
from RNAssessLib.spatial.resampling import resample_array

from .workspace import change_tolerance_mm, open_workspace, whole_mask

BoolArray = npt.NDArray[np.bool_]
REACH_MM = 8.0
LOWEST_CUT, HIGHEST_CUT = 0.3, 0.7
FINER, MARGIN_VOXELS = 2, 3
# An expected error is the mean length of a vector whose three parts are Gaussian: each of them
# has the standard deviation error / sqrt(8 / pi); 1.96 of it holds 95 %.
HALF_WIDTH_PER_ERROR = 1.96 / float(np.sqrt(8.0 / np.pi))


@dataclass(frozen=True, eq=False)
class TwoOutlines:
    """Two outlines of one lesion, on one grid of the reference space.

    Attributes
    ----------
    earlier, later : str
        Ids of the studies.
    before, after : Mask
        Enhancement with its core.
    grown, regressed : Mask
        Inside the later outline only, and inside the earlier one only.
    grown_cm3, regressed_cm3 : Quantity
        Their volumes; the uncertainty is that of the alignment and of both outlines.
    grown_beyond_cm3, regressed_beyond_cm3 : float
        Of these, volume of the parts that reach further than any error would (`tolerance_mm`).
    tolerance_mm : float
    """

    earlier: str
    later: str
    before: Mask
    after: Mask
    grown: Mask
    regressed: Mask
    grown_cm3: Quantity
    regressed_cm3: Quantity
    grown_beyond_cm3: float
    regressed_beyond_cm3: float
    tolerance_mm: float


def compute_two_outlines(
    prepared: PreparedCase,
    lesion: Lesion,
    earlier: PreparedTimepoint,
    later: PreparedTimepoint,
    thresholds: Thresholds,
) -> TwoOutlines:
    """Lay the outline of an earlier study over that of a later one.

    Parameters
    ----------
    prepared : PreparedCase
    lesion : Lesion
    earlier, later : PreparedTimepoint
        Any two studies; they need not be neighbours.
    thresholds : Thresholds

    Raises
    ------
    NotAssessableError
        When they are the same study, one is not aligned, or the lesion enhances on neither.
    """
    if earlier.id == later.id:
        raise NotAssessableError("two different studies are needed")
    for timepoint in (earlier, later):
        if not timepoint.to_reference.is_usable:
            raise NotAssessableError(f"{timepoint.id} not aligned")
    grid = _fine_grid(prepared, lesion, (earlier, later))
    before, after = (Mask(_carry(t, lesion, grid), grid) for t in (earlier, later))
    grown = Mask(after.array & ~before.array, grid)
    regressed = Mask(before.array & ~after.array, grid)
    moved = _moved_cm3(prepared, lesion, (earlier, later), after, before)
    drawn_mm = [t.lesions[lesion.id].boundary_error_mm for t in (earlier, later)]
    tolerance = change_tolerance_mm(earlier, later, lesion, thresholds)
    beyond = _beyond_cm3(before, after, tolerance)
    figures = [
        _figure(name, mask, aligned, float(np.linalg.norm(drawn_mm)), (earlier.id, later.id))
        for name, mask, aligned in zip(
            ("grown_cm3", "regressed_cm3"), (grown, regressed), moved, strict=True
        )
    ]
    return TwoOutlines(
        earlier.id, later.id, before, after, grown, regressed, figures[0], figures[1], *beyond,
        tolerance,
    )  # fmt: skip


def _fine_grid(
    prepared: PreparedCase, lesion: Lesion, studies: tuple[PreparedTimepoint, PreparedTimepoint]
) -> Grid:
    """Lattice around both outlines, along the common grid and finer than it."""
    space = open_workspace(prepared, lesion, REACH_MM)
    union = np.logical_or.reduce([space.whole(t, lesion) for t in studies])
    box = box_of(union, margin=MARGIN_VOXELS)
    if box is None:
        raise NotAssessableError(f"no enhancement in {studies[0].id} and {studies[1].id}")
    k, j, i = (slice(max(s.start, 0), s.stop) for s in box)
    coarse = space.grid.crop((k, j, i))
    first = 0.5 / FINER - 0.5  # centre of the first of the parts of a voxel
    x, y, z = (float(v) for v in coarse.index_to_lps([first] * 3))
    a, b, c = (n * FINER for n in coarse.shape)
    u, v, w = (mm / FINER for mm in coarse.spacing_mm)
    return Grid((a, b, c), (x, y, z), (u, v, w), coarse.direction)


def _beyond_cm3(before: Mask, after: Mask, tolerance_mm: float) -> tuple[float, float]:
    """Volume of grown and of regressed parts that no error explains; all when one is empty."""
    if before.is_empty or after.is_empty:
        return after.volume_cm3, before.volume_cm3
    change = compute_change(before, after, tolerance_mm)
    return change.grown.volume_cm3, change.regressed.volume_cm3


def _figure(
    name: str, mask: Mask, aligned_cm3: float, drawn_mm: float, studies: tuple[str, str]
) -> Quantity:
    drawn_cm3 = border_uncertainty_cm3(mask, drawn_mm)
    half_width = float(np.hypot(aligned_cm3, drawn_cm3))
    method = (
        f"{studies[0]} to {studies[1]}, enhancement with core; ± {in_cm3(aligned_cm3)} from "
        f"alignment, ± {in_cm3(drawn_cm3)} from the outlines"
    )
    return Quantity(name, mask.volume_cm3, "cm3", method, half_width)


def _moved_cm3(
    prepared: PreparedCase,
    lesion: Lesion,
    studies: tuple[PreparedTimepoint, PreparedTimepoint],
    after: Mask,
    before: Mask,
) -> tuple[float, float]:
    """Half-widths of grown and regressed volume when the alignment is off by its expected error.

    The earlier outline is moved to and fro along each axis; the largest changes of the axes add
    in quadrature. This also holds where a first-order formula does not: for equal outlines, any
    error of alignment shows growth and regression alike.
    """
    errors_mm = [
        0.0 if t.id == prepared.reference else t.to_reference.quality.expected_error_mm
        for t in studies
    ]
    error_mm = float(np.linalg.norm(errors_mm))
    step_mm = HALF_WIDTH_PER_ERROR * error_mm
    if step_mm == 0.0 or before.is_empty:
        return 0.0, 0.0
    here = _differences(before.array, after)
    squares = np.zeros(2)
    for axis in range(3):
        changes = []
        for sign in (-1.0, 1.0):
            x, y, z = sign * step_mm * np.eye(3)[axis]
            shifted = _carry(studies[0], lesion, after.grid, (x, y, z))
            changes.append(np.abs(_differences(shifted, after) - here))
        squares += np.max(changes, axis=0) ** 2
    grown, regressed = (float(v) for v in np.sqrt(squares))
    return grown, regressed


def _differences(before: BoolArray, after: Mask) -> npt.NDArray[np.float64]:
    """Volumes in cm³ of what is in the later outline only, and in the earlier one only."""
    counts = [(after.array & ~before).sum(), (before & ~after.array).sum()]
    return np.asarray(counts, float) * after.grid.voxel_volume_cm3


def _carry(
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    grid: Grid,
    shift_mm: tuple[float, float, float] = (0.0, 0.0, 0.0),
) -> BoolArray:
    """Outline of a study, carried once from its native grid and moved in the reference space.

    The interpolated indicator is cut where it holds the volume of the native outline, so that
    grown less regressed is the difference of the volumes that the panel shows; cut at one half, a
    small ball would lose a few percent.
    """
    whole = whole_mask(timepoint, lesion)
    box = box_of(whole.array, margin=2)
    if box is None:
        return np.zeros(grid.shape, bool)
    matrix = timepoint.to_reference.transform.moving_to_fixed.copy()
    matrix[:3, 3] += shift_mm
    share = resample_array(whole.array[box], whole.grid.crop(box), grid, RigidTransform(matrix))
    wanted = round(whole.volume_cm3 / grid.voxel_volume_cm3)
    ranked = np.sort(share, axis=None)[::-1]
    level = float(np.clip(ranked[min(wanted, ranked.size) - 1], LOWEST_CUT, HIGHEST_CUT))
    return np.asarray(share >= level)
