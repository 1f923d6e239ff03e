"""Whether meninges between a lesion and a part beyond a boundary enhance, or a surface (LA22)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.anatomy.boundaries import BELOW, LEFT, RIGHT, VENTRICLES, BoundaryKind
from RNAssessLib.case import Lesion, PreparedTimepoint, Quantity, SequenceRole, Tissue
from RNAssessLib.case.numbers import in_percent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.parts import box_of
from RNAssessLib.spatial.resampling import resample_array

from .beyond import Beyond
from .memory import changed_by_reader, remembered
from .workspace import Workspace

BoolArray = npt.NDArray[np.bool_]
SHEET_MM = 1.5  # half the thickness looked at, besides the error of the boundary's place
MOST_ERROR_MM = 2.0  # a wider strip would hold cortex and vessels instead of the boundary
CORRIDOR_MM = 3.0  # around the straight ways from the part to the lesion
OWN_MM = 2.0  # next to the lesion or the part the image shows their own enhancement
SAMPLES, STEPS = 150, 60
BESIDE_MM = 3.0  # from the lesion, part of a surface that it may line
FEWEST = 30  # voxels of strip without which nothing can be said


@dataclass(frozen=True)
class Strip:
    """Boundary between a lesion and a part beyond it.

    Attributes
    ----------
    now, before : float
        Share of it that enhances on the follow-up, and did before treatment: the falx does so a
        little in every head.
    """

    now: float
    before: float

    def enhances(self, thresholds: Thresholds) -> bool:
        """Whether more of it enhances than before treatment."""
        return 100.0 * (self.now - self.before) >= thresholds["cross_boundary.meninges_percent"]


def look_between(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    beyond: Beyond,
    thresholds: Thresholds,
) -> Strip | None:
    """Share of the strip of falx, tentorium or sulcus between both that enhances.

    Returns
    -------
    Strip or None
        None where no strip is left to look at: both lie on the boundary.
    """
    key = ("meninges", lesion, baseline, beyond.crossing, space.corner, space.prepared.anatomy,
           changed_by_reader(thresholds))  # fmt: skip
    return remembered(
        beyond.timepoint, key, lambda: _look(space, lesion, baseline, beyond, thresholds)
    )


def _look(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    beyond: Beyond,
    thresholds: Thresholds,
) -> Strip | None:
    part = space.carry(beyond.mask, beyond.timepoint)
    origin = (space.whole(beyond.timepoint, lesion) | space.whole(baseline, lesion)) & ~part
    if not part.any() or not origin.any():
        return None
    own = ndimage.distance_transform_edt(~(part | origin), sampling=space.spacing_kji) <= OWN_MM
    way = _corridor(part, origin, space)
    strip = way & _sheet(space, beyond.crossing.kind, way) & ~own
    if np.count_nonzero(strip) < FEWEST:
        return None
    ratio = thresholds["segmentation.enhancement_ratio"]
    return Strip(
        _bright_share(space, beyond.timepoint, strip, ratio),
        _bright_share(space, baseline, strip, ratio),
    )


def _corridor(part: BoolArray, origin: BoolArray, space: Workspace) -> BoolArray:
    """Voxels around the straight ways from the part to the nearest place of the lesion."""
    nearest = ndimage.distance_transform_edt(
        ~origin, sampling=space.spacing_kji, return_distances=False, return_indices=True
    )
    start = np.argwhere(part)
    start = start[:: max(len(start) // SAMPLES, 1)]
    goal = np.stack([n[tuple(start.T)] for n in nearest], axis=1)
    steps = np.linspace(0.0, 1.0, STEPS)
    path = np.rint(start[:, None] + (goal - start)[:, None] * steps[None, :, None]).astype(int)
    way = np.zeros(part.shape, bool)
    way[tuple(np.moveaxis(path, -1, 0))] = True
    distance = ndimage.distance_transform_edt(~way, sampling=space.spacing_kji)
    return np.asarray(distance <= CORRIDOR_MM)


def _sheet(space: Workspace, kind: BoundaryKind, way: BoolArray) -> BoolArray:
    """The boundary itself: where both sides meet, or the CSF of a sulcus."""
    anatomy = space.anatomy
    box = box_of(way, margin=10)
    assert box is not None
    reach = SHEET_MM + min(anatomy.boundary_error_mm, MOST_ERROR_MM)
    sheet = np.zeros(way.shape, bool)
    if kind is BoundaryKind.SULCUS:
        sides = [anatomy.tissue[box] == Tissue.CSF]
    else:
        pair = (LEFT, RIGHT) if kind is BoundaryKind.FALX else (LEFT | RIGHT, BELOW)
        sides = [np.isin(anatomy.compartments[box], list(side)) for side in pair]
    near = [
        ndimage.distance_transform_edt(~side, sampling=space.spacing_kji) <= reach for side in sides
    ]
    sheet[box] = np.logical_and.reduce(near)
    return sheet


def _bright_share(
    space: Workspace, timepoint: PreparedTimepoint, strip: BoolArray, ratio: float
) -> float:
    box = box_of(strip, margin=1)
    assert box is not None
    image = timepoint.images[SequenceRole.T1C]
    grid = space.grid.crop(box)
    values = resample_array(image.array, image.grid, grid, timepoint.to_reference.transform)
    level = timepoint.white_matter_level[SequenceRole.T1C]
    return float((values[strip[box]] >= ratio * level).mean())


@dataclass(frozen=True)
class Lining:
    """How much of the surfaces beside a lesion enhances; None where none lies beside it.

    Attributes
    ----------
    ependyma, pia : Strip or None
        Wall of the ventricles, and brain along the CSF of sulci and cisterns.
    """

    ependyma: Strip | None
    pia: Strip | None


def look_along(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    timepoint: PreparedTimepoint,
    thresholds: Thresholds,
) -> Lining:
    """Share of ventricle wall and of brain surface next to the lesion that enhances.

    The surface is the tissue within 1.5 mm (and the error of its place) of a ventricle, or of other
    CSF, and within 3 mm of the lesion with its core. Metastases may extend along both; necrosis
    often leaves the ventricle's wall free (LA22).
    """
    key = ("lining", lesion, baseline, space.corner, space.prepared.anatomy,
           changed_by_reader(thresholds))  # fmt: skip
    return remembered(timepoint, key, lambda: _line(space, lesion, baseline, timepoint, thresholds))


def _line(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    timepoint: PreparedTimepoint,
    thresholds: Thresholds,
) -> Lining:
    whole = space.whole(timepoint, lesion)
    if not whole.any():
        return Lining(None, None)
    beside = ndimage.distance_transform_edt(~whole, sampling=space.spacing_kji) <= BESIDE_MM
    ventricle = np.isin(space.anatomy.compartments, VENTRICLES)
    csf = ventricle | (space.anatomy.tissue == Tissue.CSF)
    ratio = thresholds["segmentation.enhancement_ratio"]

    def share(fluid: BoolArray) -> Strip | None:
        if not fluid.any():
            return None
        reach = SHEET_MM + min(space.anatomy.boundary_error_mm, MOST_ERROR_MM)
        near = ndimage.distance_transform_edt(~fluid, sampling=space.spacing_kji) <= reach
        wall = near & ~csf & beside
        if np.count_nonzero(wall) < FEWEST:
            return None
        return Strip(*(_bright_share(space, t, wall, ratio) for t in (timepoint, baseline)))

    return Lining(share(ventricle), share(csf & ~ventricle))


SURFACES = (("ependyma", "the ventricle's wall", "ependymal"),
            ("pia", "the brain's surface", "leptomeningeal"))  # fmt: skip


def tell_lining(lining: Lining, at: str, thresholds: Thresholds) -> tuple[str, ...]:
    """What enhances along a surface more than before treatment: to be read by eye."""
    caveats = []
    for name, surface, word in SURFACES:
        strip: Strip | None = getattr(lining, name)
        if strip is not None and strip.enhances(thresholds):
            caveats.append(
                f"beside the lesion {in_percent(100 * strip.now)} % of {surface} enhances at {at} "
                f"({in_percent(100 * strip.before)} % before treatment): look for a line of {word} "
                "enhancement, along which metastases may extend (LA22); enhancement of the brain "
                "beneath the surface is not leptomeningeal (LA22 Fig 3)"
            )
    return tuple(caveats)


def lining_figures(lining: Lining, at: str) -> tuple[Quantity, ...]:
    """Both shares in percent."""
    found = []
    for name, surface, word in SURFACES:
        strip: Strip | None = getattr(lining, name)
        found.append(
            Quantity(
                f"{word}_percent", None if strip is None else 100.0 * strip.now, "percent",
                f"of {surface} beside the lesion that enhances at {at}",
                undefined="none lies beside the lesion" if strip is None else None,
            )
        )  # fmt: skip
    return tuple(found)
