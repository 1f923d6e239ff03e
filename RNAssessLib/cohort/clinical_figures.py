"""Figures of a table row that come from timeline, plan and clinical course."""

from __future__ import annotations

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import EventKind, PreparedCase
from RNAssessLib.course.treatment import LI21_MONTHS, find_bevacizumab
from RNAssessLib.findings.measure.timepoints import had_whole_brain_radiotherapy

NOMOGRAM_INPUTS = ("gtv_cm3", "bed_gy", "tc_percent")
LI21_FIGURES = ("latency_months", "t1c_with_core_cm3", "flair_cm3", "t2_t1c_ratio")
REDUCTIONS = (("t1c_with_core", "t1c"), ("flair", "flair"))
GIVEN = (EventKind.WBRT, EventKind.CHEMOTHERAPY, EventKind.IMMUNOTHERAPY)


def build_clinical(assessment: Assessment, assessed: LesionAssessment) -> dict[str, object]:
    """Return what the papers' analyses need of one lesion; None where it is not known.

    ``nomogram_*`` are PP23's inputs; ``v0_*`` the volumes that LI21 measures at the diagnosis of
    necrosis (last scan before bevacizumab, else the latest); ``*_reduction_N_percent`` LI21 Table
    3's reductions about N months after bevacizumab, positive when smaller.
    """
    prepared = assessment.prepared
    row = _plan(assessment, assessed) | _nomogram(assessed) | _li21(assessed)
    row |= _bevacizumab(prepared, assessed)
    return row | _treatments(prepared)


def _plan(assessment: Assessment, assessed: LesionAssessment) -> dict[str, object]:
    lesion = assessed.lesion
    course = next(
        (p.course for p in assessment.prepared.courses if p.course.id == lesion.course_id), None
    )
    dose = next((t.prescription_gy for t in lesion.targets if t.prescription_gy), None)
    return {
        "technique": None if course is None else course.technique.value,
        "fractions": None if course is None else course.fractions,
        "prescription_gy": dose,
        "courses": len(assessment.prepared.courses),
    }


def _nomogram(assessed: LesionAssessment) -> dict[str, object]:
    nomogram = assessed.nomogram
    inputs = None if nomogram is None else nomogram.inputs
    row: dict[str, object] = {
        f"nomogram_{name}": None if inputs is None else getattr(inputs, name)
        for name in NOMOGRAM_INPUTS
    }
    row["targeted_therapy"] = None if inputs is None else _word(inputs.targeted_therapy)
    row["dropping_zone_bed_gy"] = None if inputs is None else inputs.dropping_zone_bed_gy
    row["nomogram_relative_odds"] = None if nomogram is None else nomogram.relative_odds.value
    row["nomogram_calibrated_percent"] = (
        None if nomogram is None else nomogram.calibrated_percent.value
    )
    return row


def _li21(assessed: LesionAssessment) -> dict[str, object]:
    known = {} if assessed.li21 is None else {
        i.quantity.name: i.quantity.value for i in assessed.li21.indices
    }  # fmt: skip
    row: dict[str, object] = {
        (name if name == "latency_months" else f"v0_{name}"): known.get(name)
        for name in LI21_FIGURES
    }
    row["half_steroid_days"] = known.get("half_steroid_days")
    return row


def _bevacizumab(prepared: PreparedCase, assessed: LesionAssessment) -> dict[str, object]:
    given = find_bevacizumab(prepared.case.events)
    clinical = assessed.clinical
    doses = () if given is None else tuple(
        e.dose_mg_per_kg for e in given.cycles if e.dose_mg_per_kg is not None
    )  # fmt: skip
    row: dict[str, object] = {
        "bevacizumab_cycles": 0 if given is None else len(given.cycles),
        "bevacizumab_mg_per_kg": doses[0] if doses else None,
        "kps_change": None if clinical is None else clinical.quantity("kps_change").value,
    }
    for month in LI21_MONTHS:
        entry = None if clinical is None else next(
            (e for e in clinical.entries if e.li21_month == month), None
        )  # fmt: skip
        for name, short in REDUCTIONS:
            row[f"{short}_reduction_{month}_percent"] = (
                None if entry is None else entry.quantity(f"{name}_reduction_percent").value
            )
    return row


def _treatments(prepared: PreparedCase) -> dict[str, object]:
    """Whole-brain radiotherapy and drugs; nothing recorded is unknown, as in the nomogram."""
    row: dict[str, object] = {}
    for kind in GIVEN:
        recorded = [e for e in prepared.case.events if e.kind is kind]
        given = any(not e.is_denied for e in recorded)
        if kind is EventKind.WBRT:
            given = given or had_whole_brain_radiotherapy(prepared)
        row[kind.value] = _word(given if recorded or given else None)
    return row


def _word(answer: bool | None) -> str | None:
    return None if answer is None else "yes" if answer else "no"
