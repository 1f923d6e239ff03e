"""Uptake curve of amino-acid PET as pattern I, II or III, and which one belongs to a scan."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.case import AminoAcidPet, Lesion, PreparedCase
from RNAssessLib.case.numbers import in_percent
from RNAssessLib.evidence import Thresholds

FET = "FET"


@dataclass(frozen=True)
class CurvePattern:
    """Pattern of an uptake curve.

    Attributes
    ----------
    pattern : str
        ``I``, ``II``, ``III``, or empty when the data fit none.
    told : str
        How it was found, or why it fits none.
    minutes_to_peak : float or None
        From dynamic data.
    fall_percent : float or None
        Fall from the peak to the last frame, from dynamic data.
    """

    pattern: str
    told: str
    minutes_to_peak: float | None = None
    fall_percent: float | None = None


def classify_curve(
    minutes: Sequence[float],
    uptake: Sequence[float],
    *,
    peak_minutes: float,
    plateau_percent: float,
) -> CurvePattern:
    """Pattern of dynamic data (Galldiks 2012, LA25 ref. 40).

    Parameters
    ----------
    minutes, uptake : sequence of float
        Frame times after injection, ascending, and uptake in any one unit.
    peak_minutes : float
        Latest peak that is early.
    plateau_percent : float
        Fall from the peak to the last frame, of the peak, up to which it is a plateau.

    Returns
    -------
    CurvePattern
        I: rises to the end; II: early peak, then a plateau; III: early peak, then a descent.

    Examples
    --------
    >>> early = [0.5, 5, 12, 20, 30, 40, 50]
    >>> limits = {"peak_minutes": 20.0, "plateau_percent": 10.0}
    >>> classify_curve(early, [1, 2, 3, 3.4, 3.8, 4.1, 4.3], **limits).pattern
    'I'
    >>> classify_curve(early, [2, 3.8, 4.0, 3.6, 3.2, 2.9, 2.6], **limits).pattern
    'III'
    """
    top = max(range(len(uptake)), key=lambda n: uptake[n])
    peak = minutes[top]
    fall = 100.0 * (uptake[top] - uptake[-1]) / uptake[top]
    if minutes[-1] <= peak_minutes:
        told = f"the dynamic data end at {minutes[-1]:g} min, too early for a pattern"
        return CurvePattern("", told, peak, fall)
    if peak > peak_minutes:
        if fall <= plateau_percent:
            return CurvePattern("I", f"rising to {peak:g} min", peak, fall)
        told = f"a late peak at {peak:g} min with a fall of {in_percent(fall)} % after it fits "
        told += "no pattern"
        return CurvePattern("", told, peak, fall)
    if fall <= plateau_percent:
        return CurvePattern("II", f"peak at {peak:g} min, then a plateau", peak, fall)
    return CurvePattern(
        "III", f"peak at {peak:g} min, then a fall of {in_percent(fall)} %", peak, fall
    )


def given_scan(
    prepared: PreparedCase, lesion: Lesion, day: Date | None, thresholds: Thresholds
) -> AminoAcidPet | None:
    """Return what the reader gave about this lesion's amino-acid PET, the latest of it.

    With a `day` only what belongs to that scan: within ``amino_acid_pet.same_scan_days`` of it.
    """
    names = {t.name for t in lesion.targets} | {lesion.name, lesion.id}
    alone = sum(item.course_id is not None for item in prepared.lesions) <= 1
    own = [s for s in prepared.case.every_amino_acid_pet
           if s.target in names or (alone and not s.target)]  # fmt: skip
    if day is not None:
        near = thresholds["amino_acid_pet.same_scan_days"]
        own = [s for s in own if abs((s.date - day).days) <= near]
    return max(own, key=lambda s: s.date, default=None)


def read_pattern(scan: AminoAcidPet, thresholds: Thresholds) -> CurvePattern:
    """Pattern as the reader called it; from the dynamic data where they did not."""
    measured = None
    if scan.minutes:
        measured = classify_curve(
            scan.minutes, scan.uptake,
            peak_minutes=thresholds["amino_acid_pet.peak_minutes"],
            plateau_percent=thresholds["amino_acid_pet.plateau_percent"],
        )  # fmt: skip
    if not scan.curve:
        return measured or CurvePattern("", "no uptake curve is given")
    if measured is None:
        return CurvePattern(scan.curve, "as given by the reader")
    told = "as given by the reader"
    if measured.pattern != scan.curve:
        told += f"; the dynamic data: {measured.pattern or 'no pattern'}, {measured.told}"
    return CurvePattern(scan.curve, told, measured.minutes_to_peak, measured.fall_percent)
