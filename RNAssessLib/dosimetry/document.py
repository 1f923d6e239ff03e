"""Dosimetry as JSON (contract ``rnassess/dose/1``)."""

from __future__ import annotations

from typing import Any

from .accumulation import AccumulatedDose
from .results import CourseDosimetry, StructureDosimetry, TargetDosimetry

SCHEMA_ID = "rnassess/dose/1"


def _flatten(structure: StructureDosimetry) -> dict[str, Any]:
    flat: dict[str, Any] = {q.name: q.value for q in structure.quantities}
    undefined = {q.name: q.undefined for q in structure.quantities if q.undefined is not None}
    if isinstance(structure, TargetDosimetry) and structure.prescription_gy is None:
        undefined["prescription_gy"] = "neither plan, case file nor command states one"
    if undefined:
        flat["undefined"] = undefined
    spread = {q.name: q.uncertainty for q in structure.quantities if q.uncertainty is not None}
    if spread:
        flat["uncertainty"] = spread
    if structure.warnings:
        flat["warnings"] = list(structure.warnings)
    return flat


def build_accumulated_document(total: AccumulatedDose) -> dict[str, Any]:
    """Return a sum of courses as JSON-ready data; every ``_gy`` figure is of the kind named."""
    return {
        "kind": total.kind.value,
        "alpha_beta_gy": total.alpha_beta_gy,
        "courses": list(total.course_ids),
        "structures": [
            {"name": s.name, "type": s.role.value, **_flatten(s)} for s in total.structures
        ],
        "warnings": list(total.warnings),
    }


def build_dose_document(course: CourseDosimetry) -> dict[str, Any]:
    """Return JSON-ready data; an undefined figure is null with its reason under "undefined"."""
    structures = [
        {
            "name": s.name,
            "type": s.role.value,
            **_flatten(s),
            "dvh": None
            if s.dvh is None
            else {
                "dose_gy": [round(float(v), 6) for v in s.dvh.dose_gy],
                "volume_cm3": [round(float(v), 9) for v in s.dvh.volume_cm3],
            },
        }
        for s in course.structures
    ]
    targets = [
        {
            "name": t.name,
            "type": t.role.value,
            "prescription_gy": t.prescription_gy,
            "prescription_source": t.prescription_source,
            "fractions": t.fractions,
            **_flatten(t),
        }
        for t in course.targets
    ]
    return {
        "schema": SCHEMA_ID,
        "structures": structures,
        "targets": targets,
        "plan": {q.name: q.value for q in course.plan_quantities},
        "plan_undefined": {
            q.name: q.undefined for q in course.plan_quantities if q.undefined is not None
        },
        "oar_limits": [
            {
                "structure": c.structure,
                "organ": c.organ,
                "figure": c.quantity.name,
                "value": c.quantity.value,
                "limit_gy": c.limit_gy,
                "met": c.met,
                "source": c.source,
                "basis": c.basis,
                "relation": c.relation,
            }
            for c in course.oar_limits
        ],
        "warnings": list(course.warnings),
    }
