"""``[[amino_acid_pet]]`` of ``case.toml``: tracer, curve pattern, or the dynamic data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date as Date
from itertools import pairwise
from pathlib import Path
from typing import Any

from RNAssessLib.case import AminoAcidPet, InputError

KEYS = {"date", "target", "tracer", "curve", "minutes", "uptake"}
CURVES = ("I", "II", "III")
TRACERS = ("FET", "FDOPA", "MET", "fluciclovine")
WHERE = "[[amino_acid_pet]]"
FEWEST_FRAMES = 5


def read_amino_acid_pet(item: Mapping[str, Any], path: Path | str) -> AminoAcidPet:
    """Read one table.

    Raises
    ------
    InputError
        Unknown key, no date, an unknown tracer, a curve that is none of I, II, III, dynamic data
        that are no curve, or neither tracer nor curve nor data.

    Examples
    --------
    >>> read_amino_acid_pet({"date": Date(2025, 3, 1), "curve": "II"}, "case.toml").curve
    'II'
    """
    unknown = sorted(set(item) - KEYS)
    if unknown:
        raise InputError(path, f"unknown key {unknown[0]!r} in {WHERE}")
    day = item.get("date")
    if not isinstance(day, Date):
        raise InputError(path, f"{WHERE}: date is missing or no date")
    words = {}
    for key in ("tracer", "curve", "target"):
        words[key] = item.get(key, "")
        if not isinstance(words[key], str):
            raise InputError(path, f"{WHERE}: {key} = {words[key]!r} is no text")
    curve = words["curve"].strip().upper()
    if curve and curve not in CURVES:
        raise InputError(path, f"{WHERE}: curve = {words['curve']!r} is none of I, II, III")
    minutes, uptake = _numbers(item, "minutes", path), _numbers(item, "uptake", path)
    if minutes or uptake:
        _check_frames(minutes, uptake, path)
    tracer = _tracer(words["tracer"], path)
    if not (tracer or curve or minutes):
        raise InputError(path, f"{WHERE} of {day} gives no tracer, no curve and no dynamic data")
    return AminoAcidPet(day, tracer, curve, minutes, uptake, words["target"])


def _tracer(given: str, path: Path | str) -> str:
    short = given.strip().replace("-", "").lower()
    if not short:
        return ""
    for tracer in TRACERS:
        if short == tracer.lower():
            return tracer
    raise InputError(path, f"{WHERE}: tracer = {given!r} is none of {', '.join(TRACERS)}")


def _numbers(item: Mapping[str, Any], key: str, path: Path | str) -> tuple[float, ...]:
    values = item.get(key, [])
    good = isinstance(values, list) and all(
        isinstance(v, int | float) and not isinstance(v, bool) and v >= 0 for v in values
    )
    if not good:
        raise InputError(path, f"{WHERE}: {key} is no list of numbers of at least 0")
    return tuple(float(v) for v in values)


def _check_frames(minutes: tuple[float, ...], uptake: tuple[float, ...], path: Path | str) -> None:
    if len(minutes) != len(uptake):
        raise InputError(
            path, f"{WHERE}: {len(minutes)} minutes but {len(uptake)} values of uptake"
        )
    if len(minutes) < FEWEST_FRAMES:
        raise InputError(path, f"{WHERE}: {len(minutes)} frames are no curve")
    if any(b <= a for a, b in pairwise(minutes)):
        raise InputError(path, f"{WHERE}: minutes do not ascend")
    if max(uptake) <= 0:
        raise InputError(path, f"{WHERE}: uptake is zero throughout")
