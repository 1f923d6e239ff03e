"""Bounds of thresholds: by their unit, around their default."""

from __future__ import annotations

from RNAssessLib.evidence import Criterion, Thresholds

from .entry import ENGINEERING, Bounds

FACTOR = 3.0  # a threshold is plausible from a third to three times its default
# unit of evidence.toml to the highest value that makes sense
MOST = {
    "1": 1000.0, "percent": 100.0, "Gy": 200.0, "mm": 300.0, "cm3": 2000.0, "mm3": 1e6,
    "months": 600.0, "weeks": 520.0, "days": 3650.0, "min": 1440.0, "mg": 1000.0, "count": 1000.0,
    "voxels": 1000.0,
}  # fmt: skip
# changes over time, which may exceed 100 % or be negative
OPEN_PERCENT = ("growth", "progression", "reduction", "regress", "shrink", "enlarge", "lead",
                "plateau")  # fmt: skip
SHARES = ("_share", "share_", "overlap", "agreement")
WHOLE = ("count", "voxels")


def threshold_bounds(key: str) -> Bounds:
    """Bounds of one threshold.

    Raises
    ------
    KeyError
        For a key that ``evidence.toml`` does not hold.

    Examples
    --------
    >>> found = threshold_bounds("bed.alpha_beta_tumour")
    >>> round(found.low, 2), found.high, found.most
    (3.33, 30.0, 200.0)
    """
    criterion = Thresholds().criterion(key)
    least, most = _possible(criterion)
    value = criterion.default
    low, high = sorted((value / FACTOR, value * FACTOR)) if value else (0.0, most)
    low, high = max(low, least), min(high, most)
    unit = "" if criterion.unit == "1" else {"percent": "%"}.get(criterion.unit, criterion.unit)
    if unit in WHOLE:
        low, high = float(int(low)), float(-int(-high // 1))
    whole = unit in WHOLE
    source = f"a third to three times the default of {value:g}; {ENGINEERING}"
    return Bounds(f"threshold {key}", "" if whole else unit, low, high, least, most, source,
                  above_least=least == 0.0 and value > 0, whole=whole, optional=True)  # fmt: skip


def _possible(criterion: Criterion) -> tuple[float, float]:
    name, unit = criterion.key, criterion.unit
    if unit == "percent" and (criterion.default < 0 or any(w in name for w in OPEN_PERCENT)):
        return (-1000.0 if "reduction" in name else 0.0), 1000.0
    if unit == "1" and criterion.default <= 1.0 and any(word in name for word in SHARES):
        return 0.0, 1.0
    return 0.0, max(MOST.get(unit, 1e6), 10.0 * criterion.default if unit != "percent" else 0.0)
