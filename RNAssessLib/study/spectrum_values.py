"""``[[spectroscopy]]`` of ``case.toml``: ratios, or peak areas from which they follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from pathlib import Path
from typing import Any

from RNAssessLib.case import InputError, Spectrum

RATIOS = ("cho_cr", "cho_naa", "lipid_lactate_cr")
AREAS = ("cho", "cr", "naa", "lipid_lactate")
KEYS = {"date", "target", "lipid_lactate_peak", *RATIOS, *AREAS}
WHERE = "[[spectroscopy]]"


def read_spectrum(item: Mapping[str, Any], path: Path | str) -> Spectrum:
    """Read one table; areas share any unit, ratios given beside them take precedence.

    Raises
    ------
    InputError
        Unknown key, no date, a figure that is not positive, or no figure at all.

    Examples
    --------
    >>> areas = {"date": Date(2012, 9, 20), "cho": 33671, "cr": 29534, "naa": 31278}
    >>> round(read_spectrum(areas, "case.toml").cho_cr, 2)
    1.14
    """
    unknown = sorted(set(item) - KEYS)
    if unknown:
        raise InputError(path, f"unknown key {unknown[0]!r} in {WHERE}")
    day = item.get("date")
    if not isinstance(day, Date) or not 1900 <= day.year <= 2100:
        raise InputError(path, f"{WHERE}: date is missing or no date")
    figures = {key: _positive(item, key, path) for key in (*RATIOS, *AREAS)}
    peak = item.get("lipid_lactate_peak")
    if peak is not None and not isinstance(peak, bool):
        raise InputError(path, f"{WHERE}: lipid_lactate_peak is neither true nor false")
    spectrum = Spectrum(
        day,
        figures["cho_cr"] or _ratio(figures["cho"], figures["cr"]),
        figures["cho_naa"] or _ratio(figures["cho"], figures["naa"]),
        figures["lipid_lactate_cr"] or _ratio(figures["lipid_lactate"], figures["cr"]),
        peak,
        _name(item, path),
    )
    if (spectrum.cho_cr, spectrum.cho_naa, spectrum.lipid_lactate_cr, peak) == (None,) * 4:
        raise InputError(path, f"{WHERE} of {day} gives no ratio, no two areas and no peak")
    return spectrum


def _name(item: Mapping[str, Any], path: Path | str) -> str:
    name = item.get("target", "")
    if not isinstance(name, str):
        raise InputError(path, f"{WHERE}: target = {str(name)[:60]} is no name")
    return name


def _positive(item: Mapping[str, Any], key: str, path: Path | str) -> float | None:
    value = item.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 1e9:
        raise InputError(path, f"{WHERE}: {key} = {value!r} is not a positive number")
    return float(value)


def _ratio(top: float | None, bottom: float | None) -> float | None:
    return None if top is None or bottom is None else top / bottom
