"""Size of a lesion over time."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from RNAssessLib.case import (
    Lesion,
    LesionMasks,
    Mask,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    counted,
    months_between,
)
from RNAssessLib.lesions.diameters import compute_diameters
from RNAssessLib.lesions.morphology import box_around, spacing_kji
from RNAssessLib.lesions.spread import spread_of

from .other_planes import compare_planes

NOT_SEEN = "not measurable: no enhancement above noise"


@dataclass(frozen=True)
class SerialEntry:
    """Size of one lesion at one timepoint.

    Attributes
    ----------
    timepoint : str
    months_after_treatment : float or None
        Since the course in force at this scan: the last one of this lesion before it.
    quantities : tuple of Quantity
        ``enhancing_cm3 necrotic_core_cm3 flair_cm3 longest_diameter_mm
        perpendicular_diameter_mm enhancing_slices t2_t1c_ratio``.
    """

    timepoint: str
    months_after_treatment: float | None
    quantities: tuple[Quantity, ...]

    def value(self, name: str) -> float | None:
        """Value of quantity `name`, None when undefined; raises KeyError when not measured."""
        for quantity in self.quantities:
            if quantity.name == name:
                return quantity.value
        raise KeyError(name)


def compute_serial(
    prepared: PreparedCase, lesion: Lesion, known: Mapping[str, SerialEntry] | None = None
) -> tuple[SerialEntry, ...]:
    """Measure one lesion at every timepoint, on the native grid (nothing is resampled).

    Parameters
    ----------
    prepared : PreparedCase
    lesion : Lesion
    known : mapping of timepoint id to SerialEntry, optional
        Entries that still hold and are taken over.
    """
    entries = []
    for timepoint in prepared.timepoints:
        if known and timepoint.id in known:
            entries.append(known[timepoint.id])
            continue
        months = None
        course = prepared.course_in_force(lesion, timepoint.date)
        if course is not None:
            months = months_between(course.course.date, timepoint.date)
        entries.append(SerialEntry(timepoint.id, months, _measure(prepared, timepoint, lesion)))
    return tuple(entries)


def _measure(
    prepared: PreparedCase, timepoint: PreparedTimepoint, lesion: Lesion
) -> tuple[Quantity, ...]:
    masks = _cut_out(timepoint.lesions[lesion.id])
    whole = Mask(masks.enhancing.array | masks.necrotic_core.array, masks.enhancing.grid)
    spread = spread_of(masks)
    quantities = [
        Quantity("enhancing_cm3", masks.enhancing.volume_cm3, "cm3",
                 f"enhancing part on T1c, without core ({masks.origin.value})",
                 spread.enhancing_cm3),
        Quantity("necrotic_core_cm3", masks.necrotic_core.volume_cm3, "cm3",
                 "not enhancing, enclosed by enhancement",
                 spread.necrotic_core_cm3),
        Quantity("t1c_with_core_cm3", whole.volume_cm3, "cm3", "enhancing part with its core",
                 spread.with_core_cm3),
    ]  # fmt: skip
    quantities += _oedema(masks, whole, spread.flair_cm3)
    if whole.is_empty:
        why = NOT_SEEN
        quantities += [
            Quantity("longest_diameter_mm", None, "mm", "longest axial", undefined=why),
            Quantity("perpendicular_diameter_mm", None, "mm", "across it", undefined=why),
            Quantity("enhancing_slices", 0.0, "count", "axial slices on which it shows"),
        ]
        return tuple(quantities)
    diameters = compute_diameters(whole)
    planes = compare_planes(prepared, lesion, timepoint, whole, diameters)
    quantities += [
        Quantity("longest_diameter_mm", diameters.longest_mm, "mm",
                 f"longest axial diameter, seen on {counted(diameters.slices, 'slice')}",
                 math.hypot(spread.longest_mm, planes[0])),
        Quantity("perpendicular_diameter_mm", diameters.perpendicular_mm, "mm",
                 "across the longest, same slice", math.hypot(spread.perpendicular_mm, planes[1])),
        Quantity("enhancing_slices", float(diameters.slices), "count",
                 "axial slices on which it shows"),
    ]  # fmt: skip
    return tuple(quantities)


def _cut_out(masks: LesionMasks) -> LesionMasks:
    """The same parts in the box that holds them all, empty voxels around it: quicker to measure."""
    grid = masks.enhancing.grid
    everything = np.logical_or.reduce([m.array for m in masks.masks.values()])
    box = box_around(everything, spacing_kji(grid.spacing_mm), 2.0 * max(grid.spacing_mm))
    if box is None:
        return masks
    k, j, i = (slice(s.start, min(s.stop, n)) for s, n in zip(box, grid.shape, strict=True))
    small = grid.crop((k, j, i))
    return replace(
        masks, masks={kind: Mask(m.array[k, j, i], small) for kind, m in masks.masks.items()}
    )


def _oedema(masks: LesionMasks, whole: Mask, error_cm3: float | None) -> list[Quantity]:
    method = "FLAIR hyperintensity, the lesion included"
    ratio = "V_T2 / V_T1c: FLAIR over enhancing with core (LI21)"
    if masks.oedema is None:
        why = "no FLAIR at this timepoint"
        return [
            Quantity("flair_cm3", None, "cm3", method, undefined=why),
            Quantity("t2_t1c_ratio", None, "1", ratio, undefined=why),
        ]
    volume = masks.oedema.volume_cm3
    entry = Quantity("flair_cm3", volume, "cm3", method, error_cm3)
    if whole.is_empty:
        return [entry, Quantity("t2_t1c_ratio", None, "1", ratio, undefined=NOT_SEEN)]
    return [entry, Quantity("t2_t1c_ratio", volume / whole.volume_cm3, "1", ratio)]
