"""Li 2021's indices for one lesion, beside the ranges of its cohort (LI21 Results, Tables 2-3).

The cohort's figures are context. LI21 found weak correlations only: its abstract and its results
swap the two r² (0.13 and 0.21) of latency and severity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.case import Quantity
from RNAssessLib.evidence import Thresholds

from .clinical_course import ClinicalCourse
from .serial import SerialEntry

REMARKS = (
    "A higher BED / GTV went with earlier necrosis and with longer use of steroid; a higher "
    "BED x GTV with earlier necrosis and larger oedema.",
    "The two indices conflict: at one BED a small GTV raises the first and lowers the second, and "
    "both are said to go with earlier necrosis. Neither decides for one patient.",
    "LI21's abstract pairs r² = 0.13 with severity and 0.21 with latency, its results the other "
    "way round; both are weak.",
    "LI21 prints no range of BED x GTV or BED / GTV.",
    "All 40 patients were read as necrosis, none as tumour: to lie inside a range is no sign of "
    "it.",
    "Latency did not go with age, sex, primary, whole-brain radiotherapy or targeted therapy; it "
    "counts from the end of radiotherapy there, from the course's date here.",
)
VOLUMES = (
    ("t1c_with_core_cm3", "cm3", "v0_t1c"),
    ("flair_cm3", "cm3", "v0_t2"),
    ("t2_t1c_ratio", "1", "ratio"),
)


@dataclass(frozen=True)
class Li21Index:
    """One index with its range among LI21's 40 patients.

    Attributes
    ----------
    quantity : Quantity
    low, middle, high : float or None
        Range and median (mean for volumes); None where the paper prints none.
    source : str
    middle_is : str
        ``mean`` or ``median``: what `middle` is.
    """

    quantity: Quantity
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    source: str = ""
    middle_is: str = ""


@dataclass(frozen=True)
class Li21Indices:
    """All of them for one lesion.

    Attributes
    ----------
    indices : tuple of Li21Index
        BED x GTV, BED / GTV, latency, V_T1c with core, V_T2, V_T2 / V_T1c, half-steroid time.
    timepoint : str
        Scan the volumes are from: the last before bevacizumab, else the latest.
    remarks : tuple of str
    """

    indices: tuple[Li21Index, ...]
    timepoint: str
    remarks: tuple[str, ...] = REMARKS

    def index(self, name: str) -> Li21Index:
        """Return the index whose quantity is called `name`; raises KeyError."""
        for item in self.indices:
            if item.quantity.name == name:
                return item
        raise KeyError(name)


def compute_li21_indices(
    plan: Sequence[Quantity],
    latency: Quantity,
    serial: Sequence[SerialEntry],
    course: ClinicalCourse,
    thresholds: Thresholds | None = None,
) -> Li21Indices:
    """Collect the indices of one lesion.

    Parameters
    ----------
    plan : sequence of Quantity
        Of the lesion's target; ``bed_times_gtv`` and ``bed_per_gtv`` are taken from it.
    latency : Quantity
        Treatment to enlargement, months.
    serial : sequence of SerialEntry
        Not empty.
    course : ClinicalCourse
    """
    limits = thresholds or Thresholds()
    chosen = course.volume_before or serial[-1].timepoint
    entry = next(e for e in serial if e.timepoint == chosen)
    known = {q.name: q for q in (*plan, *entry.quantities)}
    dosed = [
        Li21Index(known.get(name) or _missing(name, unit))
        for name, unit in (("bed_times_gtv", "Gy cm3"), ("bed_per_gtv", "Gy/cm3"))
    ]
    half = course.quantity("half_steroid_days")
    rest = (
        (latency, "latency"),
        *(
            (known.get(name) or _missing(name, unit, "not measured"), key)
            for name, unit, key in VOLUMES
        ),
        (half, "half_steroid"),
    )
    return Li21Indices((*dosed, *(_ranged(q, key, limits) for q, key in rest)), chosen)


def _missing(name: str, unit: str, why: str = "no plan for this lesion") -> Quantity:
    return Quantity(name, None, unit, "LI21", undefined=why)


def _ranged(quantity: Quantity, key: str, limits: Thresholds) -> Li21Index:
    low, middle, high = (limits.criterion(f"li21.{key}_{part}") for part in ("low", "mid", "high"))
    return Li21Index(
        quantity, low.value, middle.value, high.value, middle.source, middle.note or "median"
    )
