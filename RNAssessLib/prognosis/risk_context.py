"""Published risk figures beside the plan's own: literature, never the patient's probability."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from RNAssessLib.case import Quantity
from RNAssessLib.dosimetry.results import CourseDosimetry, TargetDosimetry
from RNAssessLib.dosimetry.target_bed import V14_FRACTIONS
from RNAssessLib.evidence import Thresholds, published_accuracy

LEVEL = re.compile(r"^(?:total_|brain_)?v(\d+)_gy_")


@dataclass(frozen=True)
class _Entry:
    """One published figure: what it is about and for which fractionation it was found."""

    figure: str
    unit: str
    label: str
    evidence: str
    fits: Callable[[int], bool]
    of_plan: bool = False


def _single(fractions: int) -> bool:
    return fractions == 1


def _several(fractions: int) -> bool:
    return fractions > 1


# order in which they are shown
ENTRIES = (
    _Entry("v12_gy_cm3", "cm3", "V12 Gy, target included", "risk_v12", _single),
    _Entry("v10_gy_cm3", "cm3", "V10 Gy, target included", "risk_v10", _single),
    _Entry("piv_cm3", "cm3", "prescription isodose volume", "risk_piv", _single),
    _Entry("volume_cm3", "cm3", "target volume", "risk_target_volume", _single),
    _Entry("v20_gy_cm3", "cm3", "V20 Gy, target included", "risk_v20", lambda n: n == 3),
    _Entry("v24_gy_cm3", "cm3", "V24 Gy, target included", "risk_v24", lambda n: n == 5),
    _Entry("brain_v25_gy_cm3", "cm3", "brain V25 Gy, targets left out", "risk_brain_v25",
           _several, of_plan=True),
    _Entry("brain_v30_gy_cm3", "cm3", "brain V30 Gy, targets left out", "risk_brain_v30",
           _several, of_plan=True),
    _Entry("v14_equivalent_surrounding_cm3", "cm3",
           "V14 Gy single-dose equivalent of surrounding brain", "risk_v14",
           lambda n: n in V14_FRACTIONS),
)  # fmt: skip


def fits_fractionation(figure: str, fractions: int) -> bool:
    """Whether a volume at a dose in Gy says something for this number of fractions.

    Volumes at levels that nothing was published about for a fractionation are kept in files for
    computers and left out where people read. Every other figure fits.

    Examples
    --------
    >>> [fits_fractionation("v12_gy_cm3", n) for n in (1, 3, 5)]
    [True, False, False]
    >>> [fits_fractionation("brain_v24_gy_cm3", n) for n in (1, 3, 5)]
    [False, False, True]
    >>> fits_fractionation("v95_percent", 3)
    True
    """
    match = LEVEL.match(figure)
    if match is None:
        return True
    level = f"v{match[1]}_gy"
    if level == "v14_gy":  # Inoue's V14 itself; other fractionations have its equivalent
        return fractions == 1
    return any(level in entry.figure and entry.fits(fractions) for entry in ENTRIES)


def compute_risk_context(
    course: CourseDosimetry, thresholds: Thresholds | None = None
) -> tuple[Quantity, ...]:
    """Figures of each target and of the plan beside what was published about them.

    Parameters
    ----------
    course : CourseDosimetry
    thresholds : Thresholds, optional
        Not used: the published figures are not the reader's to change.

    Returns
    -------
    tuple of Quantity
        `method` holds the published text with its source. A figure published for another
        fractionation than the course's is left out, never extrapolated.
    """
    del thresholds
    found: list[Quantity] = []
    for target in course.targets:
        found += compute_target_context(target)
    if course.targets:
        plan = {q.name: q for q in course.plan_quantities}
        fractions = course.targets[0].fractions
        for entry in ENTRIES:
            if entry.of_plan and entry.fits(fractions):
                found.append(_beside(entry, course.course_id, plan))
    return tuple(found)


def compute_target_context(target: TargetDosimetry) -> tuple[Quantity, ...]:
    """Figures of one target beside what was published about them, as `compute_risk_context`."""
    return tuple(
        _beside(entry, target.name, _values(target))
        for entry in ENTRIES
        if not entry.of_plan and entry.fits(target.fractions)
    )


def _values(target: TargetDosimetry) -> dict[str, Quantity]:
    return {q.name: q for q in target.quantities}


def _beside(entry: _Entry, owner: str, known: dict[str, Quantity]) -> Quantity:
    published = published_accuracy(entry.evidence)
    text = " ".join(f"{item.text} [{item.source}]" for item in published)
    name = f"{owner}: {entry.label}"
    quantity = known.get(entry.figure)
    if quantity is None:
        return Quantity(name, None, entry.unit, text, undefined="not computed for this plan")
    if quantity.value is None:
        return Quantity(name, None, entry.unit, text, undefined=quantity.undefined)
    return Quantity(name, quantity.value, entry.unit, text, quantity.uncertainty)
