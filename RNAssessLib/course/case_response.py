"""RANO-BM category of the whole case at every follow-up, from the serial diameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date as Date
from typing import Protocol

from RNAssessLib.case import ClinicalEvent, EventKind, Lesion, PreparedCase
from RNAssessLib.evidence import Thresholds

from .response import (
    ClinicalStatus,
    ResponseResult,
    SteroidUse,
    assess_response,
    is_measurable,
)
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


class SizedLesion(Protocol):
    """A lesion with its sizes over time."""

    @property
    def lesion(self) -> Lesion:
        """Which one."""

    @property
    def serial(self) -> tuple[SerialEntry, ...]:
        """One entry per timepoint, in order of date."""


def compute_response(
    prepared: PreparedCase,
    lesions: Sequence[SizedLesion],
    thresholds: Thresholds | None = None,
) -> tuple[TimepointResponse, ...]:
    """Category of a prepared case at each follow-up, from each lesion's sizes; empty without one.

    Follow-ups count from the earliest of the lesions' baselines.
    """
    if not lesions:
        return ()
    baseline = min((prepared.baseline(one.lesion) for one in lesions), key=lambda t: t.date)
    dates = {t.id: t.date for t in prepared.timepoints}
    serials = [one.serial for one in lesions]
    return compute_case_response(serials, dates, baseline.id, prepared.case.events, thresholds)


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
    measurable = [_was_measurable(serial[first], thresholds) for serial in serials]
    rows = [[_diameter(serial[n]) for serial in serials] for n in range(first, len(names))]
    errors = [[_error(serial[n]) for serial in serials] for n in range(first, len(names))]
    found = []
    for number in range(1, len(rows)):
        name = names[first + number]
        start, now = dates[baseline], dates[name]
        try:
            result = assess_response(
                rows[: number + 1],
                steroid=compare_steroid(events, start, now, thresholds),
                clinical=compare_clinical(events, start, now, thresholds),
                measurable=measurable,
                errors_mm=errors[: number + 1],
                thresholds=thresholds,
            )
        except ValueError as error:
            found.append(TimepointResponse(name, None, str(error)))
        else:
            told = (*result.notes, *_clinical_note(events, start, now, thresholds))
            found.append(TimepointResponse(name, replace(result, notes=told)))
    return tuple(found)


def _was_measurable(entry: SerialEntry, thresholds: Thresholds | None) -> bool:
    """By RANO-BM's three conditions; those that were not measured are taken as met."""
    limits = thresholds or Thresholds()
    known = {q.name: q.value for q in entry.quantities}
    longest = known["longest_diameter_mm"]
    if longest is None:
        return False
    across = known.get("perpendicular_diameter_mm") or limits["response.measurable_across_mm"]
    slices = known.get("enhancing_slices") or limits["response.measurable_slices"]
    return is_measurable(longest, across, int(slices), limits)


def _diameter(entry: SerialEntry) -> float:
    """Longest diameter; 0 when nothing enhances, which is a size and not a missing one."""
    return entry.value("longest_diameter_mm") or 0.0


def _error(entry: SerialEntry) -> float:
    """± of the longest diameter; 0 where it was not estimated."""
    found = (q.uncertainty for q in entry.quantities if q.name == "longest_diameter_mm")
    return next(found, None) or 0.0


def compare_steroid(
    events: Sequence[ClinicalEvent], before: Date, now: Date, thresholds: Thresholds | None = None
) -> SteroidUse:
    """Dexamethasone equivalent now against before; unknown drugs leave it unknown."""
    try:
        first = steroid_dose_on(events, before, thresholds)
        last = steroid_dose_on(events, now, thresholds)
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
    pair = _kps_pair(events, before, now)
    if pair is None:
        return ClinicalStatus.UNKNOWN
    worse = pair[0] - pair[1] >= thresholds["response.kps_drop"]
    return ClinicalStatus.WORSE if worse else ClinicalStatus.STABLE_OR_BETTER


def _kps_pair(
    events: Sequence[ClinicalEvent], before: Date, now: Date
) -> tuple[float, float] | None:
    """Last KPS up to the baseline and last one after it; None when one is missing."""
    scores = sorted((e for e in events if e.kind is EventKind.KPS), key=lambda e: e.date)
    first = [e.value for e in scores if e.date <= before and e.value is not None]
    last = [e.value for e in scores if before < e.date <= now and e.value is not None]
    return (first[-1], last[-1]) if first and last else None


def _clinical_note(
    events: Sequence[ClinicalEvent], before: Date, now: Date, thresholds: Thresholds | None
) -> tuple[str, ...]:
    pair = _kps_pair(events, before, now)
    if pair is None:
        return ()
    least = (thresholds or Thresholds())["response.kps_drop"]
    return (
        f"KPS {pair[0]:g} to {pair[1]:g}; a fall of {least:g} counts as worse here, RANO-BM leaves "
        "it to the physician, and symptoms are not in it",
    )
