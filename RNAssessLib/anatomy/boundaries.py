"""Which anatomical boundary lies between a component and the treated lesion (LA22, LA25 §2.1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Anatomy, Compartment, Tissue, Vector
from RNAssessLib.case.numbers import in_mm
from RNAssessLib.spatial.nearest_voxel import NearestVoxel

from .compartment_places import CompartmentPlaces

BoolArray = npt.NDArray[np.bool_]
FloatArray = npt.NDArray[np.float64]
Labels = npt.NDArray[np.uint8]
LEFT = {Compartment.LEFT_CEREBRUM, Compartment.LEFT_LATERAL_VENTRICLE}
RIGHT = {Compartment.RIGHT_CEREBRUM, Compartment.RIGHT_LATERAL_VENTRICLE}
BELOW = {Compartment.LEFT_CEREBELLUM, Compartment.RIGHT_CEREBELLUM, Compartment.BRAINSTEM}
VENTRICLES = (
    Compartment.LEFT_LATERAL_VENTRICLE,
    Compartment.RIGHT_LATERAL_VENTRICLE,
    Compartment.THIRD_VENTRICLE,
    Compartment.FOURTH_VENTRICLE,
)
CLEAR_SHARE = 0.7  # of a component's voxels that must lie on the other side
SAMPLES = 120
SHEET_THICKNESS_MM, SHEET_WIDTH_MM = 3.0, 6.0
SHEET_MOST_MM = 4.5  # thickest place of a sheet
HUGGING_SHARE = 0.6
CALLOSAL_SHARE = 0.3
OWN_DURA_SHARE = 0.75  # of a component that faces the other side across dura that is seen


class BoundaryKind(Enum):
    """Boundaries that metastases respect and dose does not."""

    FALX = "falx"
    TENTORIUM = "tentorium"
    VENTRICLE = "ventricle"
    SULCUS = "sulcus"


@dataclass(frozen=True)
class BoundaryCrossing:
    """A boundary between origin and component.

    Attributes
    ----------
    kind : BoundaryKind
    distance_mm : float
        Gap between component and origin.
    contiguous : bool
        Component and origin touch.
    along_boundary : bool
        The component is a thin sheet on the boundary: meningeal rather than parenchymal.
    via_callosum : bool
        It lies in the corpus callosum, which joins both sides below the falx: nothing is crossed.
    clearance_mm : float
        How far the component's middle lies beyond the boundary.
    uncertainty_mm : float
        How far the boundary may lie from where it is drawn.
    point_lps_mm : tuple of float
        Middle of the component, common space.
    """

    kind: BoundaryKind
    distance_mm: float
    contiguous: bool
    along_boundary: bool
    via_callosum: bool
    clearance_mm: float
    uncertainty_mm: float
    point_lps_mm: Vector

    @property
    def is_clear(self) -> bool:
        """Whether the component lies beyond the boundary by more than its uncertainty."""
        return self.clearance_mm > self.uncertainty_mm

    @property
    def explanation(self) -> str:
        """One sentence: what lies between, how far, and how sure that is."""
        where = f"{in_mm(self.distance_mm)} mm apart across the {self.kind.value}"
        if self.contiguous:
            where = f"touching, on both sides of the {self.kind.value}"
        notes = []
        if self.along_boundary:
            notes.append("thin and along the boundary itself, as meningeal extension is")
        if self.via_callosum:
            notes.append("in the corpus callosum, which is no crossing")
        if not self.is_clear:
            notes.append(
                f"uncertain: {in_mm(self.clearance_mm)} mm beyond a boundary known within "
                f"{in_mm(self.uncertainty_mm)} mm"
            )
        return "; ".join([where, *notes])


def find_crossing(
    anatomy: Anatomy, component: BoolArray, origin: BoolArray
) -> BoundaryCrossing | None:
    """Name the boundary between two sets of voxels, None when there is none.

    Parameters
    ----------
    anatomy : Anatomy
    component, origin : (K, J, I) bool arrays on ``anatomy.grid``
        Not empty.
    """
    return CrossingFinder(CompartmentPlaces(anatomy), origin).find(component)


class CrossingFinder:
    """`find_crossing` for many components and one origin.

    Parameters
    ----------
    places : CompartmentPlaces
        May be shared between finders.
    origin : (K, J, I) bool array on the anatomy's grid
        Not empty.
    """

    def __init__(self, places: CompartmentPlaces, origin: BoolArray) -> None:
        self._places = places
        self._anatomy = places.anatomy
        self._origin = origin

    @cached_property
    def _to_origin(self) -> NearestVoxel:
        return NearestVoxel(self._origin, self._places.spacing_kji)

    @cached_property
    def _origin_labels(self) -> Labels:
        return self._places.compartments_of(self._origin)

    def find(self, component: BoolArray) -> BoundaryCrossing | None:
        """Name the boundary between a component, not empty, and the origin."""
        places, anatomy = self._places, self._anatomy
        distance = self._to_origin.distances(component)
        gap = float(distance.min())
        labels = places.compartments_of(component)
        middle = np.argwhere(component).mean(axis=0)
        x, y, z = (float(v) for v in anatomy.grid.index_to_lps(middle))
        kind, clearance, uncertainty = self._kind(component, labels, distance)
        if kind is None:
            return None
        callosum = _share(labels, {Compartment.CORPUS_CALLOSUM})
        return BoundaryCrossing(
            kind=kind,
            distance_mm=gap,
            contiguous=gap <= max(places.spacing_kji) * 1.8,
            along_boundary=_is_sheet_on(places, component, labels, kind),
            via_callosum=kind is not BoundaryKind.TENTORIUM and callosum > CALLOSAL_SHARE,
            clearance_mm=clearance,
            uncertainty_mm=uncertainty,
            point_lps_mm=(x, y, z),
        )

    def _kind(
        self, component: BoolArray, labels: Labels, distance: FloatArray
    ) -> tuple[BoundaryKind | None, float, float]:
        """Boundary of a component so labelled and so far away, its clearance and its error."""
        below = _share(labels, BELOW), _share(self._origin_labels, BELOW)
        if (below[0] > CLEAR_SHARE) != (below[1] > CLEAR_SHARE) and max(below) > CLEAR_SHARE:
            side = BELOW if below[0] > CLEAR_SHARE else LEFT | RIGHT
            return BoundaryKind.TENTORIUM, *_beyond_dura(self._places, component, side)
        for mine, theirs in ((LEFT, RIGHT), (RIGHT, LEFT)):
            beyond = _share(labels, mine) > CLEAR_SHARE
            if beyond and _share(self._origin_labels, theirs) > 0.5:
                return BoundaryKind.FALX, *_beyond_dura(self._places, component, mine)
        return *self._csf_between(component, distance), _csf_uncertainty(self._anatomy)

    def _csf_between(
        self, component: BoolArray, distance: FloatArray
    ) -> tuple[BoundaryKind | None, float]:
        """Straight lines from the component to the nearest part of the origin cross CSF."""
        anatomy = self._anatomy
        index = np.argwhere(component)
        chosen = slice(None, None, max(len(index) // SAMPLES, 1))
        index = index[chosen]
        goal = self._to_origin.nearest(index)
        steps = np.linspace(0, 1, 40)
        path = np.rint(index[:, None, :] + (goal - index)[:, None, :] * steps[None, :, None])
        path = path.astype(int)
        inside = tuple(np.moveaxis(path, -1, 0))
        free = ~component[inside] & ~self._origin[inside]
        csf = (anatomy.tissue[inside] == Tissue.CSF) & free
        ventricle = np.isin(anatomy.compartments[inside], VENTRICLES) & free
        length = distance[chosen][:, None] / len(steps)
        through_csf = (csf * length).sum(1)
        through_ventricle = (ventricle * length).sum(1)
        if np.median(through_ventricle) > 1.0:
            return BoundaryKind.VENTRICLE, float(np.median(through_ventricle))
        if np.median(through_csf) > 0.8:
            return BoundaryKind.SULCUS, float(np.median(distance))
        return None, 0.0


def _share(labels: Labels, wanted: set[Compartment]) -> float:
    return float(np.isin(labels, list(wanted)).mean())


def _csf_uncertainty(anatomy: Anatomy) -> float:
    """CSF drawn on the patient's own image is better known than what the atlas draws."""
    return anatomy.boundary_error_mm if anatomy.csf_error_mm is None else anatomy.csf_error_mm


def _beyond_dura(
    places: CompartmentPlaces, component: BoolArray, side: set[Compartment]
) -> tuple[float, float]:
    """Median distance in mm from the rest of the brain, on its own side, and its error in mm.

    The error is that of the patient's own dura where that lies between.
    """
    anatomy = places.anatomy
    other = set(Compartment) - side - {Compartment.OUTSIDE, Compartment.CORPUS_CALLOSUM}
    error = anatomy.boundary_error_mm
    if anatomy.dura_error_mm is not None and (
        places.share_at_own_dura(component, other) >= OWN_DURA_SHARE
    ):
        error = min(error, anatomy.dura_error_mm)
    return float(np.median(places.distances(component, other))), error


def _is_sheet_on(
    places: CompartmentPlaces, component: BoolArray, labels: Labels, kind: BoundaryKind
) -> bool:
    """Thin, wide and hugging the boundary: dura, pia or a vessel rather than brain (LA22)."""
    if kind is BoundaryKind.VENTRICLE:
        return False
    spacing = np.asarray(places.spacing_kji)
    points = np.argwhere(component)
    box = tuple(
        slice(low, high + 1) for low, high in zip(points.min(0), points.max(0), strict=True)
    )
    depth = ndimage.distance_transform_edt(np.pad(component[box], 1), sampling=spacing).max()
    # a voxel of depth one spacing is one voxel thick
    if 2.0 * float(depth) - float(spacing.min()) > SHEET_MOST_MM:
        return False
    if _widths(points * spacing)[1] < SHEET_WIDTH_MM:
        return False
    if _mean_thickness(points * spacing, spacing) > SHEET_THICKNESS_MM:
        return False
    near = np.isin(places.anatomy.tissue[component], (Tissue.CSF, Tissue.BACKGROUND))
    reach = places.anatomy.boundary_error_mm + 1.5
    # a sheet that lies on both sides of the falx is beyond none: it is on it all the same
    level = LEFT | RIGHT if _share(labels, BELOW) > 0.5 else BELOW
    half = RIGHT if _share(labels, LEFT) > 0.5 else LEFT
    for beyond in (half, level):
        near = near | (places.distances(component, beyond) <= reach)
    return bool(near.mean() > HUGGING_SHARE)


def _mean_thickness(
    points_mm: npt.NDArray[np.floating], spacing: npt.NDArray[np.floating]
) -> float:
    """Volume over the area seen along the thinnest axis; a rough place hardly counts."""
    centred = points_mm - points_mm.mean(axis=0)
    axes = np.linalg.eigh(np.cov(centred.T))[1]  # thinnest first
    cell = float(spacing.max())
    seen = np.unique(np.floor(centred @ axes[:, 1:] / cell).astype(int), axis=0)
    return float(len(points_mm) * np.prod(spacing) / (len(seen) * cell**2))


def _widths(points_mm: npt.NDArray[np.floating]) -> list[float]:
    """Extents along the principal axes, longest first."""
    if len(points_mm) < 4:
        return [0.0, 0.0, 0.0]
    centred = points_mm - points_mm.mean(axis=0)
    axes = np.linalg.eigh(np.cov(centred.T))[1]
    return sorted((float(v) for v in np.ptp(centred @ axes, axis=0)), reverse=True)
