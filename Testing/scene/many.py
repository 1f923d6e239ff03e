"""A patient with many metastases: the hand-made lesion over and over, each with figures of its own."""

from __future__ import annotations

from dataclasses import replace

from assessments import CROSS, PERFUSION, make_assessment

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import Quantity
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.findings.finding import Favours, Finding, Status, Strength, not_assessable

GROWTH = (0.7, 1.0, 1.35, 0.9, 2.1)  # from one follow-up to the next
STRENGTHS = (Strength.STRONG, Strength.MODERATE, Strength.WEAK)


def scale(n: int) -> float:
    """How many times the volume of the first lesion the n-th has: no two alike."""
    return 0.1 + 0.17 * ((7 * n) % 20)


def _sized(quantity: Quantity, factor: float) -> Quantity:
    power = {"cm3": 1.0, "mm": 1 / 3}.get(quantity.unit)
    if quantity.value is None or power is None:
        return quantity
    spread = quantity.uncertainty
    return replace(
        quantity,
        value=quantity.value * factor**power,
        uncertainty=None if spread is None else spread * factor**power,
    )


def _serial(serial: tuple[SerialEntry, ...], n: int) -> tuple[SerialEntry, ...]:
    first = serial[0].quantities
    return tuple(
        replace(
            entry,
            quantities=tuple(_sized(q, scale(n) * GROWTH[n % len(GROWTH)] ** visit) for q in first),
        )
        for visit, entry in enumerate(serial)
    )


def _findings(findings: tuple[Finding, ...], n: int) -> tuple[Finding, ...]:
    crossing, shape, _ = findings
    if n % 2:
        crossing = replace(crossing, status=Status.ABSENT, favours=None, strength=None)
    else:
        crossing = replace(crossing, strength=STRENGTHS[n % 3])
    raised = Finding(PERFUSION, Status.PRESENT, Favours.TTP, STRENGTHS[n % 3],
                     f"rCBV is {2 + n / 10:.1f} times white matter.")  # fmt: skip
    perfusion = raised if n % 3 == 0 else not_assessable(PERFUSION, "no rCBV map")
    return (crossing, shape, perfusion)


def make_many(count: int = 20, visits: int = 3) -> Assessment:
    """Assessment of a patient with `count` treated lesions in one course."""
    one = make_assessment(visits)
    (first,) = one.lesions
    (course,) = one.courses
    lesions, assessed, targets, structures = [], [], [], []
    outer = first.lesion.targets[-1]
    target = next(t for t in course.targets if t.name == outer.name)
    structure = next(s for s in course.structures if s.name == outer.name)
    for n in range(count):
        x, y, z = first.lesion.center_lps_mm
        prescription = 16.0 + 2.0 * (n % 5)
        name = f"PTV{n + 1}"
        lesion = replace(
            first.lesion, id=f"L{n + 1}", name=f"Met {n + 1}",
            targets=(replace(outer, name=name, prescription_gy=prescription),),
            center_lps_mm=(x - 4.0 * (n % 10), y - 5.0 * (n // 5), z),
        )  # fmt: skip
        lesions.append(lesion)
        targets.append(replace(target, name=name, prescription_gy=prescription))
        structures.append(replace(structure, name=name))
        assessed.append(
            LesionAssessment(lesion, _serial(first.serial, n), _findings(first.findings, n))
        )
    prepared = replace(
        one.prepared,
        lesions=tuple(lesions),
        timepoints=tuple(
            replace(t, lesions={lesion.id: t.lesions["L1"] for lesion in lesions})
            for t in one.prepared.timepoints
        ),
    )
    return replace(
        one, prepared=prepared, lesions=tuple(assessed),
        courses=(replace(course, targets=tuple(targets), structures=tuple(structures)),),
    )  # fmt: skip


__all__ = ["CROSS", "make_many", "scale"]
