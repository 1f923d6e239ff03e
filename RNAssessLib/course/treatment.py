"""Corticosteroid and bevacizumab beside the serial volumes (LI21, ZH16, LA25 §6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.case import ClinicalEvent, EventKind, Quantity, counted, months_between
from RNAssessLib.evidence import Thresholds

# Milligrams that act like 0.75 mg dexamethasone, usual glucocorticoid equivalence table.
SAME_EFFECT_MG: dict[str, float] = {
    "dexamethasone": 0.75,
    "betamethasone": 0.6,
    "methylprednisolone": 4.0,
    "triamcinolone": 4.0,
    "prednisone": 5.0,
    "prednisolone": 5.0,
    "hydrocortisone": 20.0,
    "cortisone": 25.0,
}
LI21_HALF_DOSE_DAYS = (7.0, 2.0, 22.0)
# LI21 Table 3: mean reduction at 1, 3 and 6 months in percent.
LI21_REDUCTION_PERCENT: dict[str, dict[int, float]] = {
    "enhancing_cm3": {1: 48.4, 3: 74.0, 6: 75.0},
    "flair_cm3": {1: 47.6, 3: 76.2, 6: 66.3},
}


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


def convert_to_dexamethasone(drug: str, mg_per_day: float) -> float:
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
    if name not in SAME_EFFECT_MG:
        known = ", ".join(sorted(SAME_EFFECT_MG))
        raise ValueError(f"no dexamethasone equivalent known for {drug!r} (known: {known})")
    return mg_per_day * SAME_EFFECT_MG["dexamethasone"] / SAME_EFFECT_MG[name]


def steroid_dose_on(events: Sequence[ClinicalEvent], day: Date) -> float | None:
    """Dexamethasone equivalent on one day, mg; None when no corticosteroid was ever recorded.

    An entry holds until its end, else until the next entry. Drugs that start together add up.
    """
    entries = sorted((e for e in events if e.kind is EventKind.STEROID), key=lambda e: e.date)
    entries = [e for e in entries if e.dose_mg_per_day is not None]
    if not entries:
        return None
    total = 0.0
    current = max((e.date for e in entries if e.date <= day), default=None)
    for entry in entries:
        if entry.date > day:
            continue
        running = day <= entry.end if entry.end is not None else entry.date == current
        if running:
            total += convert_to_dexamethasone(entry.drug, entry.dose_mg_per_day or 0.0)
    return total


def time_to_half_steroid(events: Sequence[ClinicalEvent]) -> Quantity:
    """Days from the first bevacizumab until the steroid dose is halved (LI21: median 7, 2 to 22).

    Undefined without bevacizumab, without a steroid at its start, or when the dose was never halved
    in the record.
    """
    name, method = "half_steroid_days", "first bevacizumab to half the corticosteroid dose (LI21)"
    given = find_bevacizumab(events)

    def missing(why: str) -> Quantity:
        return Quantity(name, None, "days", method, undefined=why)

    if given is None:
        return missing("no bevacizumab recorded")
    before = steroid_dose_on(events, given.start)
    if not before:
        return missing("no corticosteroid at the start of bevacizumab")
    changes = {e.date for e in events if e.kind is EventKind.STEROID and e.date > given.start}
    ends = [e.end for e in events if e.kind is EventKind.STEROID and e.end is not None]
    changes |= {Date.fromordinal(end.toordinal() + 1) for end in ends if end >= given.start}
    for day in sorted(changes):
        dose = steroid_dose_on(events, day)
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
    best = min((1, 3, 6), key=lambda m: abs(months - m))
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
            "necrosis (LA25 §6)"
        )
        out.append(
            "diffusion restriction that is new under bevacizumab may be coagulative necrosis "
            "(LA25 §2.2)"
        )
    else:
        out.append(
            "enlargement after bevacizumab was stopped may be recurring necrosis "
            "(LI21 Discussion, ZH16)"
        )
    if len(past.cycles) >= thresholds["bevacizumab.many_cycles"]:
        out.append(
            f"{counted(len(past.cycles), 'cycle')} of bevacizumab: loss of effect may be acquired "
            "resistance (ZH16)"
        )
    return tuple(out)
