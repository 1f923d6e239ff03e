"""Corticosteroid and bevacizumab beside the serial volumes (LI21, ZH16, LA25 §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.case import ClinicalEvent, EventKind, Quantity, counted, months_between
from RNAssessLib.evidence import Thresholds

DRUGS = (
    "dexamethasone", "betamethasone", "methylprednisolone", "triamcinolone", "prednisone",
    "prednisolone", "hydrocortisone", "cortisone",
)  # fmt: skip
LI21_MONTHS = (1, 3, 6)
NO_BEVACIZUMAB = "no bevacizumab recorded"


@dataclass(frozen=True)
class BevacizumabCourse:
    """Cycles given, in order of date."""

    cycles: tuple[ClinicalEvent, ...]

    @property
    def start(self) -> Date:
        """First cycle."""
        return self.cycles[0].date

    @property
    def last(self) -> Date:
        """Last cycle."""
        last = self.cycles[-1]
        return last.end or last.date


def convert_to_dexamethasone(
    drug: str, mg_per_day: float, thresholds: Thresholds | None = None
) -> float:
    """Dexamethasone that acts like `mg_per_day` of `drug`, mg per day.

    Raises
    ------
    ValueError
        Unknown drug: its dose must not silently count as something else.

    Examples
    --------
    >>> round(convert_to_dexamethasone("prednisolone", 50.0), 2)
    7.5
    """
    name = drug.strip().lower() or "dexamethasone"
    if name not in DRUGS:
        known = ", ".join(sorted(DRUGS))
        raise ValueError(f"no dexamethasone equivalent known for {drug!r} (known: {known})")
    limits = thresholds or Thresholds()
    return mg_per_day * limits["steroid.dexamethasone_mg"] / limits[f"steroid.{name}_mg"]


def steroid_dose_on(
    events: Sequence[ClinicalEvent], day: Date, thresholds: Thresholds | None = None
) -> float | None:
    """Dexamethasone equivalent on one day, mg; None when no corticosteroid was ever recorded.

    An entry without an end holds until the next entry. One with an end that is higher than the
    course it interrupts is a burst, after which that course goes on; one that is not higher is the
    last step of a taper, after which there is none. Drugs that start together add up.
    """
    entries = [e for e in events if e.kind is EventKind.STEROID and e.dose_mg_per_day is not None]
    if not entries:
        return None
    begun = [e for e in entries if e.date <= day]
    bounded = [e for e in begun if e.end is not None]
    lasting = [e for e in begun if e.end is None]
    latest = max((e.date for e in lasting), default=None)
    course = [e for e in lasting if e.date == latest]
    dose = _sum_equivalents(course, thresholds)
    later = [e for e in bounded if latest is not None and e.date > latest]
    running = [e for e in bounded if e.end is not None and day <= e.end]
    tapered = any(_sum_equivalents([e], thresholds) <= dose for e in later)
    interrupted = any(e in running for e in later)
    total = _sum_equivalents(running, thresholds)
    return total if tapered or interrupted else total + dose


def _sum_equivalents(entries: Sequence[ClinicalEvent], thresholds: Thresholds | None) -> float:
    return sum(
        (convert_to_dexamethasone(e.drug, e.dose_mg_per_day or 0.0, thresholds) for e in entries),
        0.0,
    )


def time_to_half_steroid(
    events: Sequence[ClinicalEvent], thresholds: Thresholds | None = None
) -> Quantity:
    """Days from the first bevacizumab until the steroid dose is halved (LI21: median 7, 2 to 22).

    Undefined without bevacizumab, without a steroid at its start, or when the dose was never halved
    in the record.
    """
    name, method = "half_steroid_days", "first bevacizumab to half the corticosteroid dose (LI21)"
    given = find_bevacizumab(events)

    def missing(why: str) -> Quantity:
        return Quantity(name, None, "days", method, undefined=why)

    if given is None:
        return missing(NO_BEVACIZUMAB)
    before = steroid_dose_on(events, given.start, thresholds)
    if not before:
        return missing("no corticosteroid at the start of bevacizumab")
    changes = {e.date for e in events if e.kind is EventKind.STEROID and e.date > given.start}
    ends = [e.end for e in events if e.kind is EventKind.STEROID and e.end is not None]
    changes |= {Date.fromordinal(end.toordinal() + 1) for end in ends if end >= given.start}
    for day in sorted(changes):
        dose = steroid_dose_on(events, day, thresholds)
        if dose is not None and dose <= 0.5 * before:
            return Quantity(name, float((day - given.start).days), "days", method)
    return missing("the recorded corticosteroid dose was never halved")


def find_bevacizumab(events: Sequence[ClinicalEvent]) -> BevacizumabCourse | None:
    """All bevacizumab cycles, None without any."""
    cycles = sorted((e for e in events if e.kind is EventKind.BEVACIZUMAB), key=lambda e: e.date)
    return BevacizumabCourse(tuple(cycles)) if cycles else None


def compute_reduction(name: str, before_cm3: float | None, after_cm3: float | None) -> Quantity:
    """Reduction (V0 - Vt) / V0 in percent, positive when smaller (LI21 Table 3).

    LI21's Methods print V1 - V1; its table footnotes define the reduction against V0.

    Examples
    --------
    >>> compute_reduction("enhancing_cm3", 20.0, 5.0).value
    75.0
    """
    method = "(V0 - Vt) / V0 x 100, V0 before bevacizumab (LI21 Table 3)"
    label = f"{name.removesuffix('_cm3')}_reduction_percent"
    if before_cm3 is None or after_cm3 is None:
        return Quantity(label, None, "percent", method, undefined="a volume is missing")
    if before_cm3 <= 0:
        return Quantity(label, None, "percent", method, undefined="nothing to reduce before it")
    return Quantity(label, 100.0 * (before_cm3 - after_cm3) / before_cm3, "percent", method)


def nearest_li21_month(start: Date, scan: Date, thresholds: Thresholds | None = None) -> int | None:
    """Which of LI21's dates (1, 3, 6 months after the first cycle) a scan stands for, if any."""
    thresholds = thresholds or Thresholds()
    months = months_between(start, scan)
    best = min(LI21_MONTHS, key=lambda m: abs(months - m))
    return best if abs(months - best) <= thresholds["bevacizumab.window_months"] else None


def bevacizumab_warnings(
    events: Sequence[ClinicalEvent], scan: Date, thresholds: Thresholds | None = None
) -> tuple[str, ...]:
    """What bevacizumab means for a scan taken on `scan`; empty when none was given before it."""
    thresholds = thresholds or Thresholds()
    past = find_bevacizumab([e for e in events if e.date <= scan])
    if past is None:
        return ()
    out = []
    if months_between(past.last, scan) <= thresholds["bevacizumab.effect_months"]:
        out.append(
            "bevacizumab makes vessels tight: less enhancement or oedema is no evidence of "
            "necrosis (LA25 §6), though PP23 saw it work in 96.4 % of pseudo-progression and "
            "43.8 % of recurrence"
        )
        out.append(
            "diffusion restriction that is new under bevacizumab may be coagulative necrosis "
            "(LA25 §2.2)"
        )
    else:
        out.append(
            "enlargement after bevacizumab was stopped may be recurring necrosis (ZH16) or tumour: "
            "LI21 Discussion calls them difficult to distinguish"
        )
    if len(past.cycles) >= thresholds["bevacizumab.many_cycles"]:
        out.append(
            f"{counted(len(past.cycles), 'cycle')} of bevacizumab: loss of effect may be acquired "
            "resistance (ZH16)"
        )
    return tuple(out)
