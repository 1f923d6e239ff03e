"""RANO-BM category of the whole case at every follow-up, from the serial diameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.evidence import Thresholds

from .response import ClinicalStatus, ResponseResult, SteroidUse, assess_response
from .serial import SerialEntry
from .treatment import steroid_dose_on

NEW_LESION_NOTE = (
    "new enhancement away from the targets is not counted: whether it is a metastasis is for the "
    "reader"
)


@dataclass(frozen=True)
class TimepointResponse:
    """Category at one follow-up, or why there is none.

    Attributes
    ----------
    timepoint : str
    result : ResponseResult or None
    undefined : str or None
        Reason when `result` is None.
    """

    timepoint: str
    result: ResponseResult | None
    undefined: str | None = None


def compute_case_response(
    serials: Sequence[Sequence[SerialEntry]],
    dates: Mapping[str, Date],
    baseline: str,
    events: Sequence[ClinicalEvent],
    thresholds: Thresholds | None = None,
) -> tuple[TimepointResponse, ...]:
    """Category at each timepoint after `baseline`.

    Parameters
    ----------
    serials : sequence of sequences of SerialEntry
        One per lesion, same timepoints in order of date.
    dates : mapping of timepoint id to date
    baseline : str
        Last scan before treatment.
    events : sequence of ClinicalEvent
        Corticosteroid and KPS count when recorded.
    """
    if not serials:
        return ()
    names = [entry.timepoint for entry in serials[0]]
    first = names.index(baseline)
    rows = [[_diameter(serial[n]) for serial in serials] for n in range(first, len(names))]
    found = []
    for number in range(1, len(rows)):
        name = names[first + number]
        start, now = dates[baseline], dates[name]
        try:
            result = assess_response(
                rows[: number + 1],
                steroid=compare_steroid(events, start, now),
                clinical=compare_clinical(events, start, now, thresholds),
                thresholds=thresholds,
            )
        except ValueError as error:
            found.append(TimepointResponse(name, None, str(error)))
        else:
            found.append(TimepointResponse(name, result))
    return tuple(found)


def _diameter(entry: SerialEntry) -> float:
    """Longest diameter; 0 when nothing enhances, which is a size and not a missing one."""
    return entry.value("longest_diameter_mm") or 0.0


def compare_steroid(events: Sequence[ClinicalEvent], before: Date, now: Date) -> SteroidUse:
    """Dexamethasone equivalent now against before; unknown drugs leave it unknown."""
    try:
        first, last = steroid_dose_on(events, before), steroid_dose_on(events, now)
    except ValueError:
        return SteroidUse.UNKNOWN
    if first is None or last is None:
        return SteroidUse.UNKNOWN
    if last == 0:
        return SteroidUse.NONE
    return SteroidUse.MORE if last > first else SteroidUse.STABLE_OR_LESS


def compare_clinical(
    events: Sequence[ClinicalEvent], before: Date, now: Date, thresholds: Thresholds | None = None
) -> ClinicalStatus:
    """KPS now against before, by the drop that counts as deterioration."""
    thresholds = thresholds or Thresholds()
    scores = sorted((e for e in events if e.kind is EventKind.KPS and e.value is not None),
                    key=lambda e: e.date)  # fmt: skip
    first = [e.value for e in scores if e.date <= before]
    last = [e.value for e in scores if before < e.date <= now]
    if not first or not last:
        return ClinicalStatus.UNKNOWN
    drop = (first[-1] or 0.0) - (last[-1] or 0.0)
    worse = drop >= thresholds["response.kps_drop"]
    return ClinicalStatus.WORSE if worse else ClinicalStatus.STABLE_OR_BETTER
