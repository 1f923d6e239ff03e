"""A lesion's sizes beside the drugs given: LI21's tables for one patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.case import ClinicalEvent, EventKind, Quantity, counted, months_between
from RNAssessLib.case.numbers import in_months
from RNAssessLib.evidence import Thresholds

from .serial import SerialEntry
from .treatment import (
    BevacizumabCourse,
    bevacizumab_warnings,
    compute_reduction,
    find_bevacizumab,
    nearest_li21_month,
    steroid_dose_on,
    time_to_half_steroid,
)

# volume and LI21's row of Table 3; its T1 volume is the contoured lesion, core included
VOLUMES = (
    ("enhancing_cm3", ""),
    ("t1c_with_core_cm3", "t1c"),
    ("flair_cm3", "flair"),
)


@dataclass(frozen=True)
class CourseEntry:
    """Drugs and change of size at one scan.

    Attributes
    ----------
    timepoint : str
    date : date
    li21_month : int or None
        1, 3 or 6 when the scan stands for that date of LI21 Table 3.
    quantities : tuple of Quantity
        ``dexamethasone_mg_per_day kps bevacizumab_cycles enhancing_change_cm3_per_month
        enhancing_reduction_percent t1c_with_core_reduction_percent flair_reduction_percent``.
    notes : tuple of str
        What the drugs mean for reading this scan.
    """

    timepoint: str
    date: Date
    li21_month: int | None
    quantities: tuple[Quantity, ...]
    notes: tuple[str, ...] = ()

    def quantity(self, name: str) -> Quantity:
        """Return the quantity called `name`; raises KeyError."""
        return _by_name(self.quantities, name)


@dataclass(frozen=True)
class ClinicalCourse:
    """Clinical course of one lesion.

    Attributes
    ----------
    entries : tuple of CourseEntry
        One per scan, in order of date.
    quantities : tuple of Quantity
        ``half_steroid_days kps_change bevacizumab_cycles``.
    volume_before : str or None
        Timepoint of V0, the last scan before the first bevacizumab.
    """

    entries: tuple[CourseEntry, ...]
    quantities: tuple[Quantity, ...]
    volume_before: str | None = None

    def quantity(self, name: str) -> Quantity:
        """Return the quantity called `name`; raises KeyError."""
        return _by_name(self.quantities, name)


def _by_name(quantities: Sequence[Quantity], name: str) -> Quantity:
    for quantity in quantities:
        if quantity.name == name:
            return quantity
    raise KeyError(name)


def compute_clinical_course(
    serial: Sequence[SerialEntry],
    dates: Sequence[Date],
    events: Sequence[ClinicalEvent],
    thresholds: Thresholds | None = None,
) -> ClinicalCourse:
    """Put steroid, KPS and bevacizumab beside the serial volumes.

    Parameters
    ----------
    serial : sequence of SerialEntry
        One lesion, in order of date.
    dates : sequence of date
        Of the same scans.
    events : sequence of ClinicalEvent
    """
    thresholds = thresholds or Thresholds()
    given = find_bevacizumab(events)
    before = None
    if given is not None:
        earlier = [n for n, day in enumerate(dates) if day <= given.start]
        before = earlier[-1] if earlier else None
    entries = []
    for number, (entry, day) in enumerate(zip(serial, dates, strict=True)):
        month = nearest_li21_month(given.start, day, thresholds) if given else None
        cohort = {name: _cohort(row, month, thresholds) for name, row in VOLUMES}
        quantities = (
            _steroid(events, day, thresholds),
            _kps(events, day),
            _cycles(given, day),
            _growth(serial, dates, number),
            *(
                _reduction(name, serial, before, number, given, day, cohort[name])
                for name, _ in VOLUMES
            ),
        )
        notes = bevacizumab_warnings(events, day, thresholds)
        entries.append(CourseEntry(entry.timepoint, day, month, quantities, notes))
    totals = (_half_dose(events, thresholds), _kps_change(events, given), _cycles(given, Date.max))
    return ClinicalCourse(
        tuple(entries), totals, None if before is None else serial[before].timepoint
    )


def _steroid(events: Sequence[ClinicalEvent], day: Date, thresholds: Thresholds) -> Quantity:
    name, method = "dexamethasone_mg_per_day", "corticosteroid as dexamethasone equivalent"
    try:
        dose = steroid_dose_on(events, day, thresholds)
    except ValueError as error:
        return Quantity(name, None, "mg/day", method, undefined=str(error))
    if dose is None:
        return Quantity(name, None, "mg/day", method, undefined="no corticosteroid dose recorded")
    return Quantity(name, dose, "mg/day", method)


def _half_dose(events: Sequence[ClinicalEvent], thresholds: Thresholds) -> Quantity:
    try:
        return time_to_half_steroid(events, thresholds)
    except ValueError as error:
        return Quantity("half_steroid_days", None, "days", "LI21", undefined=str(error))


def _kps_on(events: Sequence[ClinicalEvent], day: Date) -> float | None:
    known = [e for e in events if e.kind is EventKind.KPS and e.value is not None and e.date <= day]
    return max(known, key=lambda e: e.date).value if known else None


def _kps(events: Sequence[ClinicalEvent], day: Date) -> Quantity:
    value = _kps_on(events, day)
    if value is None:
        return Quantity("kps", None, "1", "last one recorded", undefined="no KPS recorded so far")
    return Quantity("kps", value, "1", "last one recorded")


def _kps_change(events: Sequence[ClinicalEvent], given: BevacizumabCourse | None) -> Quantity:
    name, method = "kps_change", "last KPS after bevacizumab minus last before it (LI21)"
    if given is None:
        return Quantity(name, None, "1", method, undefined="no bevacizumab recorded")
    before = _kps_on(events, given.start)
    later = [e for e in events if e.kind is EventKind.KPS and e.value is not None]
    later = [e for e in later if e.date > given.start]
    if before is None or not later:
        when = "before" if before is None else "after"
        return Quantity(name, None, "1", method, undefined=f"no KPS {when} bevacizumab")
    last = max(later, key=lambda e: e.date).value
    assert last is not None
    return Quantity(name, last - before, "1", method)


def _cycles(given: BevacizumabCourse | None, day: Date) -> Quantity:
    count = 0 if given is None else sum(e.date <= day for e in given.cycles)
    return Quantity("bevacizumab_cycles", float(count), "count", "recorded up to then")


def _growth(serial: Sequence[SerialEntry], dates: Sequence[Date], number: int) -> Quantity:
    name = "enhancing_change_cm3_per_month"
    if number == 0:
        why = "first scan"
        return Quantity(name, None, "cm3/month", "since the scan before", undefined=why)
    now = serial[number].value("enhancing_cm3")
    before = serial[number - 1].value("enhancing_cm3")
    months = months_between(dates[number - 1], dates[number])
    method = f"since {serial[number - 1].timepoint}, {in_months(months)} months"
    if now is None or before is None:
        return Quantity(name, None, "cm3/month", method, undefined="a volume is missing")
    if months <= 0:
        return Quantity(name, None, "cm3/month", method, undefined="both scans on the same day")
    return Quantity(name, (now - before) / months, "cm3/month", method)


def _reduction(
    name: str,
    serial: Sequence[SerialEntry],
    before: int | None,
    number: int,
    given: BevacizumabCourse | None,
    day: Date,
    cohort: str,
) -> Quantity:
    label, method = f"{name.removesuffix('_cm3')}_reduction_percent", "(V0 - Vt) / V0 (LI21)"
    if given is None:
        return Quantity(label, None, "percent", method, undefined="no bevacizumab recorded")
    if before is None:
        why = "no scan before the first bevacizumab"
        return Quantity(label, None, "percent", method, undefined=why)
    if day <= given.start:
        why = "before the first bevacizumab"
        return Quantity(label, None, "percent", method, undefined=why)
    found = compute_reduction(name, _size(serial[before], name), _size(serial[number], name))
    if found.value is None or not cohort:
        return found
    return Quantity(label, found.value, "percent", f"{found.method}; {cohort}")


def _size(entry: SerialEntry, name: str) -> float | None:
    return next((q.value for q in entry.quantities if q.name == name), None)


def _cohort(row: str, month: int | None, thresholds: Thresholds) -> str:
    """LI21's mean and range at one of its dates, in words; empty at any other date."""
    if not row or month is None:
        return ""
    low, mean, high = (
        thresholds[f"li21.{row}_reduction_{month}_{part}"] for part in ("low", "mid", "high")
    )
    return (
        f"LI21 at {counted(month, 'month')}: mean {mean:g} %, range {low:g} to {high:g} %"
    ).replace("-", "−")
