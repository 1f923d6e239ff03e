"""New enhancement beyond an anatomical boundary: where it is and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from RNAssessLib.anatomy.boundaries import BoundaryCrossing, BoundaryKind, CrossingFinder
from RNAssessLib.anatomy.compartment_places import CompartmentPlaces
from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCourse,
    PreparedTimepoint,
)
from RNAssessLib.case.numbers import in_gy, in_mm
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.parts import box_of, parts_of
from RNAssessLib.spatial.resampling import resample_array

from .memory import changed_by_reader, remembered
from .seen_before import Before, look_back
from .sides import behind_ventricle, other_side, within
from .workspace import HALF, Workspace, change_tolerance_mm, dose_at, prescription_of, whole_mask

BoolArray = npt.NDArray[np.bool_]
NAMES = {
    BoundaryKind.FALX: "the falx",
    BoundaryKind.TENTORIUM: "the tentorium",
    BoundaryKind.VENTRICLE: "the ventricle",
    BoundaryKind.SULCUS: "a sulcus",
}


@dataclass(frozen=True, eq=False)
class Beyond:
    """One component beyond a boundary.

    Attributes
    ----------
    timepoint : PreparedTimepoint
    mask : Mask
        On the timepoint's T1c grid.
    crossing : BoundaryCrossing
    dose_gy : tuple of float or None
        Median and maximum; None when no dose is known.
    dose_share : float or None
        Maximum over prescription.
    doubts : tuple of str
        Why it may not count; empty when nothing speaks against it.
    """

    timepoint: PreparedTimepoint
    mask: Mask
    crossing: BoundaryCrossing
    dose_gy: tuple[float, float] | None
    dose_share: float | None
    doubts: tuple[str, ...] = ()


def find_beyond(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    timepoint: PreparedTimepoint,
    thresholds: Thresholds,
) -> list[Beyond]:
    """Every component of a follow-up that is new and lies beyond a boundary.

    New: at most a small share of it lies within the tolerance (registration and outlines) of any
    enhancement seen before treatment. Components nearer to another treated lesion belong to that.
    """
    case = space.prepared
    key = ("beyond", lesion, baseline, case.common_grid, space.corner, case.anatomy, case.lesions,
           case.courses, changed_by_reader(thresholds))  # fmt: skip
    return remembered(timepoint, key, lambda: _find(space, lesion, baseline, timepoint, thresholds))


def _find(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    timepoint: PreparedTimepoint,
    thresholds: Thresholds,
) -> list[Beyond]:
    tolerance = change_tolerance_mm(baseline, timepoint, lesion, thresholds)
    before = space.whole(baseline, lesion)
    known = before | space.carry(baseline.new_enhancement, baseline)
    near_known = within(known, tolerance, space)
    treated = before if before.any() else _sphere(space, lesion)
    near_treated = within(treated, tolerance, space)
    smallest = thresholds["cross_boundary.smallest_cm3"]
    native = parts_of(whole_mask(timepoint, lesion), smallest)
    native += parts_of(_nearby(space, timepoint.new_enhancement, timepoint), smallest)
    carried = [(mask, space.carry(mask, timepoint)) for mask in native]
    own = [where for _, where in carried if (where & near_treated).any()]
    origin = np.logical_or.reduce([treated, *own])
    places = CompartmentPlaces(space.anatomy)
    crossings = CrossingFinder(places, origin)
    found = []
    for mask, where in carried:
        if not where.any() or (where & near_treated).any():
            continue
        if (where & near_known).sum() > thresholds["cross_boundary.known_share"] * where.sum():
            continue
        crossing = crossings.find(where)
        if crossing is None or not _is_ours(space, lesion, where):
            continue
        judged = _judge(space, lesion, timepoint, mask, where, crossing, thresholds)
        found += _unless_seen(space, judged, baseline, thresholds)
    for body in own:
        grown = body & ~near_known & ~near_treated
        for piece in _in_one_piece(space, places, lesion, timepoint, grown, treated, thresholds):
            found += _unless_seen(space, piece, baseline, thresholds)
    return found


def _unless_seen(
    space: Workspace, candidate: Beyond, baseline: PreparedTimepoint, thresholds: Thresholds
) -> list[Beyond]:
    """The component, none when the scan before treatment shows it, doubted when that is unsure."""
    view = look_back(space.prepared, baseline, candidate.timepoint, candidate.mask, thresholds)
    if view.verdict is Before.SEEN:
        return []
    if view.verdict is Before.UNDECIDED:
        return [replace(candidate, doubts=(*candidate.doubts, view.reason))]
    return [candidate]


def _sphere(space: Workspace, lesion: Lesion) -> BoolArray:
    """Treated volume as a sphere, where nothing enhanced before (resection cavity)."""
    index = np.moveaxis(np.indices(space.grid.shape), 0, -1)
    offset = space.grid.index_to_lps(index) - np.asarray(lesion.center_lps_mm)
    return np.asarray(np.linalg.norm(offset, axis=-1) <= max(lesion.radius_mm, 2.0))


def _nearby(space: Workspace, mask: Mask, timepoint: PreparedTimepoint) -> Mask:
    """Part of a native mask that lies inside the workspace."""
    box = box_of(mask.array)
    if box is None:
        return mask
    cells = np.argwhere(mask.array[box]) + [s.start for s in box]
    points = timepoint.to_reference.transform.apply(mask.grid.index_to_lps(cells))
    index = space.grid.lps_to_index(points)
    inside = np.all((index >= 0) & (index <= np.asarray(space.grid.shape) - 1), axis=1)
    kept = np.zeros(mask.array.shape, bool)
    kept[tuple(cells[inside].T)] = True
    return Mask(kept, mask.grid)


def _is_ours(space: Workspace, lesion: Lesion, where: BoolArray) -> bool:
    """Whether no other treated lesion is nearer."""
    middle = space.grid.index_to_lps(np.argwhere(where).mean(axis=0))
    gaps = {
        other.id: np.linalg.norm(middle - other.center_lps_mm) - other.radius_mm
        for other in space.prepared.lesions
        if other.course_id is not None
    }
    return min(gaps, key=lambda k: gaps[k]) == lesion.id


def _judge(
    space: Workspace,
    lesion: Lesion,
    timepoint: PreparedTimepoint,
    mask: Mask,
    where: BoolArray,
    crossing: BoundaryCrossing,
    thresholds: Thresholds,
) -> Beyond:
    doubts = []
    name = NAMES[crossing.kind]
    if crossing.contiguous:
        doubts.append(f"it touches the treated lesion ({in_mm(crossing.distance_mm)} mm)")
    if crossing.along_boundary:
        doubts.append(
            f"it is a thin sheet along {name}: enhancement of the meninges themselves raises "
            "concern for tumour (LA22)"
        )
    if crossing.via_callosum:
        doubts.append("it lies in the corpus callosum, below the falx: no crossing")
    if not crossing.is_clear:
        doubts.append(
            f"it reaches {in_mm(crossing.clearance_mm)} mm beyond {name}, whose place is known to "
            f"{in_mm(crossing.uncertainty_mm)} mm"
        )
    dose, share, doubt = _irradiated(space, lesion, where, thresholds)
    if doubt:
        doubts.append(doubt)
    return Beyond(timepoint, mask, crossing, dose, share, tuple(doubts))


def _irradiated(
    space: Workspace, lesion: Lesion, where: BoolArray, thresholds: Thresholds
) -> tuple[tuple[float, float] | None, float | None, str]:
    """Median and maximum dose of a component, maximum over prescription, and what is doubtful.

    Of several courses the one that gave it the most counts; doses of different fractionations are
    not added.
    """
    points = space.grid.index_to_lps(np.argwhere(where))
    placed = space.prepared.course_of(lesion)
    if placed is None:
        return None, None, "the lesion was not treated"
    try:
        best = _exposure(placed, prescription_of(lesion), points)
    except NotAssessableError as error:
        return None, None, f"whether it was irradiated is not known: {error}"
    for other in space.prepared.courses:
        doses = [t.prescription_gy for t in other.course.targets if t.prescription_gy]
        if other is placed or not doses:
            continue
        try:
            best = max(best, _exposure(other, max(doses), points))
        except NotAssessableError:
            continue
    share, dose = best
    least = thresholds["cross_boundary.irradiated_percent"]
    if 100.0 * share < least:
        return (
            dose,
            share,
            f"it received at most {in_gy(dose[1])} Gy, less than {least:g} % of the prescription",
        )
    return dose, share, ""


def _exposure(
    placed: PreparedCourse, prescription_gy: float, points: npt.NDArray[np.floating]
) -> tuple[float, tuple[float, float]]:
    """Maximum dose over prescription, and (median, maximum) in Gy."""
    values = dose_at(placed, points)
    return float(values.max()) / prescription_gy, (float(np.median(values)), float(values.max()))


def _in_one_piece(
    space: Workspace,
    places: CompartmentPlaces,
    lesion: Lesion,
    timepoint: PreparedTimepoint,
    grown: BoolArray,
    treated: BoolArray,
    thresholds: Thresholds,
) -> list[Beyond]:
    """Parts of the lesion itself that lie beyond a boundary and hang together with it."""
    found = []
    crossings = CrossingFinder(places, treated)
    beyond = other_side(space, treated, grown) | behind_ventricle(space, treated, grown)
    for part in parts_of(Mask(beyond, space.grid), thresholds["cross_boundary.piece_cm3"]):
        crossing = crossings.find(part.array)
        if crossing is None or not crossing.is_clear or crossing.kind is BoundaryKind.SULCUS:
            continue
        share = resample_array(
            part.array, space.grid, timepoint.nawm.grid,
            timepoint.to_reference.transform.inverse(),
        )  # fmt: skip
        native = Mask(share >= HALF, timepoint.nawm.grid)
        if native.is_empty:
            continue
        crossing = replace(crossing, contiguous=True)
        judged = _judge(space, lesion, timepoint, native, part.array, crossing, thresholds)
        doubt = (
            f"it hangs together with the treated lesion: enhancement around "
            f"{NAMES[crossing.kind]} in one piece may be necrosis (open ring) or spread along it"
        )
        others = tuple(d for d in judged.doubts if not d.startswith("it touches"))
        found.append(replace(judged, doubts=(doubt, *others)))
    return found
