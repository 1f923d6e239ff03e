"""What of a patient's history bears on PP23's model, and where it leaves the paper's cohort.

PP23 Methods: lesions that enlarged after radiotherapy of 2.5 Gy or more per fraction, with at least
three scans after it and six months of follow-up, without earlier surgery or radiotherapy of the
lesion; whole-brain radiotherapy more than a year earlier is left out of BED, else it is in it.
Discussion: targeted therapy "before the identification of MRI".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.case import (
    ClinicalEvent,
    EventKind,
    Lesion,
    PreparedCase,
    Technique,
    counted,
    months_between,
)
from RNAssessLib.case.numbers import in_months
from RNAssessLib.dosimetry.bed import compute_bed
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.growth import find_enlargement

COURSE_DAYS = 60  # first day of one and last day of the other: a course lasts some weeks
_DOSE = re.compile(r"(\d+(?:[.,]\d+)?)\s*gy\s*(?:/|in|x)\s*(\d+)", re.I)


@dataclass(frozen=True)
class WholeBrain:
    """One whole-brain course; dose and fractions are None where they are not recorded."""

    date: Date
    total_gy: float | None = None
    fractions: int | None = None


@dataclass(frozen=True)
class Setting:
    """Dates and treatments of one lesion.

    Attributes
    ----------
    treated : date
        Course in force.
    latest : date
        Latest scan.
    enlarged : date or None
        First scan that shows enlargement; None when the lesion has not enlarged.
    follow_ups : int
    fraction_gy : float or None
    technique : Technique
    earlier : tuple of date
        Earlier courses of the same lesion.
    whole_brain : tuple of WholeBrain
        Up to the course in force.
    """

    treated: Date
    latest: Date
    enlarged: Date | None = None
    follow_ups: int = 0
    fraction_gy: float | None = None
    technique: Technique = Technique.OTHER
    earlier: tuple[Date, ...] = ()
    whole_brain: tuple[WholeBrain, ...] = ()


def describe_setting(
    prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds
) -> Setting | None:
    """Collect it from a prepared case; None for a lesion that no course treated."""
    placed = prepared.course_of(lesion)
    if placed is None:
        return None
    course = placed.course
    scans = (prepared.baseline(lesion), *prepared.follow_ups(lesion))
    usable = tuple(t for t in scans if t.to_reference.is_usable)
    event = find_enlargement(usable, lesion, thresholds) if len(usable) > 1 else None
    dose = next((t.prescription_gy for t in lesion.targets if t.prescription_gy), None)
    known = [
        WholeBrain(p.course.date, _prescription(p.course.targets), p.course.fractions)
        for p in prepared.courses
        if p.course.technique is Technique.WBRT and p is not placed
    ]
    known += [
        _read_event(e)
        for e in prepared.case.events
        if e.kind is EventKind.WBRT and not _is_course(e, known)
    ]
    return Setting(
        treated=course.date,
        latest=prepared.timepoints[-1].date,
        enlarged=event.timepoint.date if event else None,
        follow_ups=len(scans) - 1,
        fraction_gy=None if dose is None else dose / course.fractions,
        technique=course.technique,
        earlier=tuple(
            p.course.date for p in prepared.courses_of(lesion) if p.course.date < course.date
        ),
        whole_brain=tuple(w for w in known if w.date <= course.date),
    )


def _prescription(targets: Sequence[object]) -> float | None:
    return next((dose for t in targets if (dose := getattr(t, "prescription_gy", None))), None)


def _is_course(event: ClinicalEvent, courses: Sequence[WholeBrain]) -> bool:
    """Whether an event tells of a course that the case holds as well: it must not count twice."""
    return any(abs((event.date - c.date).days) <= COURSE_DAYS for c in courses)


def _read_event(event: ClinicalEvent) -> WholeBrain:
    """Dose from the words of an event: ``30 Gy in 10``, ``30 Gy / 10``."""
    found = _DOSE.search(event.text)
    if found is None:
        return WholeBrain(event.date)
    return WholeBrain(event.date, float(found[1].replace(",", ".")), int(found[2]))


def find_targeted_therapy(
    events: Sequence[ClinicalEvent], setting: Setting | None
) -> tuple[bool | None, str]:
    """Whether it was given as PP23 counts it, and why (not).

    Given by the MRI that showed the enlargement (the latest one while there is none) and not ended
    before the radiotherapy: PP23's was concurrent or sequential. Nothing recorded is unknown.
    """
    recorded = [e for e in events if e.kind is EventKind.TARGETED]
    given = [e for e in recorded if not e.is_denied]
    if not recorded:
        return None, "none is recorded; an entry with the drug 'none' states that there was none"
    if setting is None:
        return bool(given), ""
    until = setting.enlarged or setting.latest
    counted_ones = [
        e for e in given if e.date < until and (e.end is None or e.end >= setting.treated)
    ]
    if counted_ones:
        return True, f"since {counted_ones[0].date.isoformat()}"
    if not given:
        return False, "recorded as not given"
    late = min(given, key=lambda e: e.date)
    if late.date >= until:
        what = "first MRI that showed enlargement" if setting.enlarged else "latest MRI"
        return False, f"it began on {late.date.isoformat()}, not before the {what}"
    return False, f"it ended before the radiotherapy of {setting.treated.isoformat()}"


def add_whole_brain(
    bed_gy: float | None, setting: Setting | None, thresholds: Thresholds
) -> tuple[float | None, str, str]:
    """BED with whole-brain courses of the year before; why it is missing; what was done.

    Examples
    --------
    >>> thirty = WholeBrain(Date(2024, 6, 1), 30.0, 10)
    >>> setting = Setting(Date(2025, 1, 10), Date(2025, 12, 1), whole_brain=(thirty,))
    >>> add_whole_brain(60.0, setting, Thresholds())[0]  # 20 Gy in 1, and 30 Gy in 10
    99.0
    """
    if setting is None or bed_gy is None:
        return bed_gy, "", ""
    limit = thresholds["nomogram.wbrt_months"]
    notes, total = [], bed_gy
    for course in setting.whole_brain:
        day = course.date.isoformat()
        if months_between(course.date, setting.treated) > limit:
            notes.append(f"whole-brain radiotherapy of {day}, more than a year before, is left out")
        elif course.total_gy is None or course.fractions is None:
            why = f"whole-brain radiotherapy of {day} belongs to it and its dose is not recorded"
            return None, why, ""
        else:
            total += compute_bed(
                course.total_gy, course.fractions, thresholds["bed.alpha_beta_tumour"]
            )
            notes.append(f"with whole-brain radiotherapy of {day} (PP23 Methods)")
    return total, "", "; ".join(notes)


def leaves_cohort(
    setting: Setting | None, events: Sequence[ClinicalEvent], thresholds: Thresholds
) -> tuple[str, ...]:
    """Where the patient is outside PP23's cohort, in words; empty inside it."""
    if setting is None:
        return ()
    found = []
    if setting.enlarged is None:
        found.append("the lesion has not enlarged; all of PP23's had")
    if setting.earlier:
        days = ", ".join(d.isoformat() for d in setting.earlier)
        found.append(f"it was irradiated before ({days}), which PP23 excluded")
    found += [
        f"surgery on {e.date.isoformat()} before it: PP23 excluded lesions that were operated"
        for e in events
        if e.kind is EventKind.SURGERY and e.date <= setting.treated
    ]
    least = thresholds["nomogram.least_fraction_gy"]
    if setting.fraction_gy is not None and setting.fraction_gy < least:
        found.append(f"{setting.fraction_gy:.3g} Gy per fraction; PP23's had {least:g} or more")
    scans = thresholds["nomogram.least_scans"]
    if setting.follow_ups < scans:
        found.append(
            f"{counted(setting.follow_ups, 'scan')} after treatment; PP23's had {scans:g} or more"
        )
    months = months_between(setting.treated, setting.latest)
    least_months = thresholds["nomogram.least_months"]
    if months < least_months:
        found.append(f"followed for {in_months(months)} months; PP23's {least_months:g} or more")
    if setting.technique is Technique.GAMMA_KNIFE:
        found.append("Gamma Knife; PP23's were treated on linear accelerators")
    return tuple(found)
