"""Susceptibility foci (LA25 §2.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
    Technique,
)
from RNAssessLib.evidence import Thresholds

from .common import follow_ups, image_of, near, show, whole
from .finding import Favours, Finding, FindingSpec, Status, Strength

SPEC = FindingSpec(
    id="swi_foci",
    number=4,
    title="SWI foci",
    question="Are there several small foci of susceptibility in rim, core or adjacent brain?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.3",),
    needs=(SequenceRole.T1C, SequenceRole.SWI),
    why="Necrosis is seldom seen without them; their absence raises concern for progression.",
)
SITES = ("rim", "core", "adjacent")
SURROUND_MM = 6.0  # neighbourhood that tells what is dark for its place


@dataclass(frozen=True, eq=False)
class _Foci:
    """Foci of one timepoint."""

    timepoint: PreparedTimepoint
    mask: Mask
    sites: tuple[str, ...]
    volumes_cm3: tuple[float, ...]
    large_cm3: float


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Count foci at every follow-up with SWI; the latest answers, the change is reported."""
    found, reasons = [], []
    for timepoint in prepared.follow_ups(lesion) or follow_ups(prepared, lesion):
        try:
            found.append(_find(timepoint, lesion, thresholds))
        except NotAssessableError as error:
            reasons.append(str(error))
    if not found:
        raise NotAssessableError(reasons[-1])
    last = found[-1]
    count, need = len(last.sites), thresholds["swi_foci.multiple_count"]
    criteria = tuple(
        thresholds.criterion(f"swi_foci.{k}")
        for k in ("multiple_count", "signal_ratio", "largest_mm", "reach_mm")
    )
    measurements = _measurements(found)
    caveats = _caveats(prepared, last)
    where = ", ".join(f"{last.sites.count(s)} {s}" for s in SITES if s in last.sites)
    trend = f" (earlier: {', '.join(str(len(f.sites)) for f in found[:-1])})" if found[1:] else ""
    if count >= need:
        return Finding(
            SPEC, Status.PRESENT, Favours.RN, Strength.MODERATE,
            f"{count} small susceptibility foci at {last.timepoint.id}: {where}{trend}.",
            measurements, criteria,
            (show(last.timepoint, SequenceRole.SWI, last.mask, f"{count} foci"),), caveats,
        )  # fmt: skip
    if count == 0:
        return Finding(
            SPEC, Status.ABSENT, Favours.TTP, Strength.WEAK,
            f"No small susceptibility focus in or around the lesion at {last.timepoint.id}{trend}; "
            "necrosis without any is uncommon.",
            measurements, criteria, caveats=caveats,
        )  # fmt: skip
    return Finding(
        SPEC, Status.INDETERMINATE, None, None,
        f"{count} susceptibility focus or foci at {last.timepoint.id} ({where}){trend}: fewer than "
        f"the {need:g} that count as multiple.",
        measurements, criteria,
        (show(last.timepoint, SequenceRole.SWI, last.mask, f"{count} foci"),), caveats,
    )  # fmt: skip


def _find(timepoint: PreparedTimepoint, lesion: Lesion, thresholds: Thresholds) -> _Foci:
    native = timepoint.timepoint.sequences.get(SequenceRole.SWI)
    image = image_of(timepoint, SequenceRole.SWI)
    masks = timepoint.lesions[lesion.id]
    body = whole(masks)
    if body.is_empty:
        raise NotAssessableError(f"no enhancement at {timepoint.id} to look around")
    spacing = image.grid.spacing_mm[::-1]
    reach = near(body.array, thresholds["swi_foci.reach_mm"], spacing) & timepoint.brain.array
    inside = ndimage.distance_transform_edt(timepoint.brain.array, sampling=spacing)
    reach &= inside > 3.0
    box = ndimage.find_objects(reach.astype(np.uint8))[0]
    margin = [int(np.ceil(SURROUND_MM / s)) for s in spacing]
    wide = tuple(slice(max(s.start - m, 0), s.stop + m) for s, m in zip(box, margin, strict=True))
    local = image.array[wide]
    size = [2 * m + 1 for m in margin]
    usual = ndimage.percentile_filter(local[::1], 70, size=[min(s, 9) for s in size])
    dark = local < thresholds["swi_foci.signal_ratio"] * usual
    dark &= reach[wide]
    labels, count = ndimage.label(dark, np.ones((3, 3, 3)))
    mask = np.zeros(image.grid.shape, bool)
    sites, volumes, large = [], [], 0.0
    coarsest = max(native.grid.spacing_mm) if native is not None else max(spacing)
    for number in range(1, count + 1):
        own = labels == number
        volume = int(own.sum()) * image.grid.voxel_volume_cm3
        extent = _longest_mm(own, spacing)
        if volume < thresholds["swi_foci.smallest_cm3"]:
            continue
        if extent > thresholds["swi_foci.largest_mm"] + coarsest:
            large = max(large, volume)
            continue
        if _is_vessel(own, spacing, coarsest):
            continue
        mask[wide] |= own
        volumes.append(volume)
        sites.append(_site(own, masks.necrotic_core.array[wide], masks.enhancing.array[wide]))
    return _Foci(timepoint, Mask(mask, image.grid), tuple(sites), tuple(volumes), large)


def _longest_mm(component: npt.NDArray[np.bool_], spacing: tuple[float, ...]) -> float:
    points = np.argwhere(component) * np.asarray(spacing)
    return float(np.linalg.norm(np.ptp(points, axis=0) + np.asarray(spacing)))


def _is_vessel(
    component: npt.NDArray[np.bool_], spacing: tuple[float, ...], coarsest_mm: float
) -> bool:
    """Long and thin: one principal axis far longer than the others."""
    points = np.argwhere(component) * np.asarray(spacing)
    if len(points) < 4:
        return False
    spread = np.sqrt(np.maximum(np.linalg.eigvalsh(np.cov(points.T)), 1e-9))
    length, width = spread[-1] * np.sqrt(12), spread[-2] * np.sqrt(12)
    return bool(length > 3.0 * max(width, min(spacing)) and length > 2.0 * coarsest_mm)


def _site(
    component: npt.NDArray[np.bool_],
    core: npt.NDArray[np.bool_],
    rim: npt.NDArray[np.bool_],
) -> str:
    in_core, in_rim = int((component & core).sum()), int((component & rim).sum())
    if max(in_core, in_rim) == 0:
        return "adjacent"
    return "core" if in_core > in_rim else "rim"


def _measurements(found: list[_Foci]) -> tuple[Quantity, ...]:
    last = found[-1]
    values = [
        Quantity("foci", len(last.sites), "count", f"small foci at {last.timepoint.id}"),
        Quantity("foci_cm3", sum(last.volumes_cm3), "cm3", "their volume together"),
        Quantity("largest_bleed_cm3", last.large_cm3, "cm3", "largest dark region beyond a focus"),
    ]
    values += [
        Quantity(f"foci_{site}", last.sites.count(site), "count", f"of them, {site}")
        for site in SITES
    ]
    if len(found) > 1:
        change = len(last.sites) - len(found[0].sites)
        values.append(Quantity("foci_change", change, "count", f"since {found[0].timepoint.id}"))
    return tuple(values)


def _caveats(prepared: PreparedCase, last: _Foci) -> tuple[str, ...]:
    caveats = ["not specific: tumour bleeds too"] if last.sites else []
    if last.large_cm3 > 0:
        caveats.append(
            f"a larger haemorrhage ({last.large_cm3:.2f} cm³) is also there: of little weight"
        )
    if any(c.course.technique is Technique.WBRT for c in prepared.courses):
        caveats.append("whole-brain radiotherapy scatters such foci everywhere")
    return tuple(caveats)
