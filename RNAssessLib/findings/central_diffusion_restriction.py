"""Central diffusion restriction (LA25 §2.2; accuracy: Hainc 2021)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from RNAssessLib.case import (
    EventKind,
    Lesion,
    LesionMasks,
    Mask,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds

from .common import follow_ups, image_of, show
from .finding import Favours, Finding, FindingSpec, Status, Strength

SPEC = FindingSpec(
    id="central_diffusion_restriction",
    number=3,
    title="Central diffusion restriction",
    question="Does the non-enhancing core, and only the core, restrict diffusion?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.2", "Hainc 2021"),
    needs=(SequenceRole.T1C, SequenceRole.DWI, SequenceRole.ADC),
    why="Restriction confined to the necrotic core favours necrosis; a restricting rim does not.",
)


@dataclass(frozen=True)
class _Core:
    """Diffusion of core and rim of one timepoint, over normal-appearing white matter."""

    timepoint: PreparedTimepoint
    restricted: Mask
    share: float
    core_cm3: float
    core_adc: float
    core_dwi: float
    rim_adc: float
    rim_share: float
    white_adc: float


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Measure every follow-up that has DWI and ADC; the one with most restriction answers."""
    cores, reasons = [], []
    for timepoint in prepared.follow_ups(lesion) or follow_ups(prepared, lesion):
        try:
            cores.append(_measure(timepoint, timepoint.lesions[lesion.id], thresholds))
        except NotAssessableError as error:
            reasons.append(str(error))
    if not cores:
        raise NotAssessableError(reasons[-1])
    best = max(cores, key=lambda c: (c.share >= _need(thresholds), c.timepoint.date))
    criteria = tuple(
        thresholds.criterion(f"diffusion.{k}")
        for k in ("adc_ratio", "dwi_ratio", "core_share", "rim_share")
    )
    measurements = _measurements(best)
    restricted = best.share >= _need(thresholds)
    if not restricted:
        return Finding(
            SPEC, Status.ABSENT, None, None,
            f"At {best.timepoint.id} the core's ADC is {best.core_adc:.2f} of white matter's; "
            f"{best.share:.0%} of it restricts diffusion.",
            measurements, criteria,
        )  # fmt: skip
    rim = best.rim_share > thresholds["diffusion.rim_share"]
    caveats, doubtful = _caveats(prepared, lesion, best, thresholds, rim=rim)
    status = Status.INDETERMINATE if rim or doubtful else Status.PRESENT
    where = "core and rim both restrict" if rim else "restriction is confined to the core"
    return Finding(
        SPEC, status,
        Favours.RN if status is Status.PRESENT else None,
        Strength.MODERATE if status is Status.PRESENT else None,
        f"At {best.timepoint.id} {best.share:.0%} of the core restricts diffusion (ADC "
        f"{best.core_adc:.2f}, DWI {best.core_dwi:.2f} of white matter); {where}.",
        measurements, criteria,
        (show(best.timepoint, SequenceRole.ADC, best.restricted, "restricted core"),
         show(best.timepoint, SequenceRole.DWI, best.restricted, "restricted core")),
        caveats,
    )  # fmt: skip


def _need(thresholds: Thresholds) -> float:
    return thresholds["diffusion.core_share"]


def _measure(timepoint: PreparedTimepoint, masks: LesionMasks, thresholds: Thresholds) -> _Core:
    dwi = image_of(timepoint, SequenceRole.DWI)
    adc = image_of(timepoint, SequenceRole.ADC)
    core = masks.necrotic_core
    if core.volume_cm3 < thresholds["diffusion.smallest_core_cm3"]:
        raise NotAssessableError(
            f"the lesion has no necrotic core large enough for DWI at {timepoint.id}"
        )
    if not timepoint.nawm.array.any():
        raise NotAssessableError(f"no normal-appearing white matter found at {timepoint.id}")
    white_adc = timepoint.white_matter_level[SequenceRole.ADC]
    white_dwi = timepoint.white_matter_level[SequenceRole.DWI]
    adc_ratio, dwi_ratio = adc.array / white_adc, dwi.array / white_dwi
    low = (adc_ratio < thresholds["diffusion.adc_ratio"]) & (
        dwi_ratio > thresholds["diffusion.dwi_ratio"]
    )
    rim = masks.enhancing.array
    # DWI voxels are coarse: the rim's share is taken away from the core's edge
    return _Core(
        timepoint,
        Mask(low & core.array, core.grid),
        float(low[core.array].mean()),
        core.volume_cm3,
        float(np.median(adc_ratio[core.array])),
        float(np.median(dwi_ratio[core.array])),
        float(np.median(adc_ratio[rim])) if rim.any() else float("inf"),
        float(low[rim].mean()) if rim.any() else 0.0,
        white_adc,
    )


def _measurements(core: _Core) -> tuple[Quantity, ...]:
    return (
        Quantity("core_adc_ratio", core.core_adc, "1", "median ADC of the core over NAWM"),
        Quantity("core_dwi_ratio", core.core_dwi, "1", "median DWI of the core over NAWM"),
        Quantity("restricted_core_percent", 100 * core.share, "percent",
                 "core voxels with low ADC and high DWI"),
        Quantity("restricted_rim_percent", 100 * core.rim_share, "percent", "the same for the rim"),
        Quantity("rim_adc_ratio", core.rim_adc, "1", "median ADC of the rim over NAWM")
        if np.isfinite(core.rim_adc)
        else Quantity("rim_adc_ratio", None, "1", undefined="no enhancing rim"),
        Quantity("core_cm3", core.core_cm3, "cm3", "necrotic core"),
        Quantity("nawm_adc_um2_per_ms", core.white_adc, "um2/ms", "median ADC of NAWM"),
    )  # fmt: skip


def _caveats(
    prepared: PreparedCase, lesion: Lesion, best: _Core, thresholds: Thresholds, *, rim: bool
) -> tuple[tuple[str, ...], bool]:
    """Caveats that fired, and whether one of them makes the answer indeterminate."""
    caveats, doubtful = [], False
    if rim:
        caveats.append("the rim restricts too: hypercellular tumour (small cell) looks like this")
    for event in prepared.case.events:
        if event.kind is EventKind.BEVACIZUMAB and event.date <= best.timepoint.date:
            caveats.append(
                f"bevacizumab since {event.date.isoformat()}: restriction may be coagulative "
                "necrosis"
            )
            doubtful = True
            break
    masks = best.timepoint.lesions[lesion.id]
    core = masks.necrotic_core.array
    for role, bright, text in (
        (SequenceRole.T1, True, "the core is bright on T1"),
        (SequenceRole.SWI, False, "the core is dark on SWI"),
    ):
        image = best.timepoint.images.get(role)
        if image is None:
            caveats.append(f"no {role.value}: haemorrhage, which mimics restriction, not excluded")
            continue
        ratio = float(np.median(image.array[core]) / best.timepoint.white_matter_level[role])
        limit = thresholds[f"haemorrhage.{'t1' if bright else 'swi'}_ratio"]
        if (ratio > limit) if bright else (ratio < limit):
            caveats.append(f"{text} ({ratio:.2f} of white matter): haemorrhage mimics restriction")
            doubtful = True
    return tuple(caveats), doubtful
