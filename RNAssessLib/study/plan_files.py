"""Dose, structures and plan files to one course."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date as Date
from pathlib import Path

from RNAssessLib.case import (
    Course,
    DoseGrid,
    InputError,
    Plan,
    Structure,
    StructureRole,
    Target,
    Technique,
)

from .dicom_prefix import is_dicom
from .rt_dose import check_plausible, read_dose
from .rt_plan import read_plan
from .rt_structure_set import StructureSet, guess_role, read_structures
from .volume import read_volume

TARGET_ROLES = (StructureRole.GTV, StructureRole.CTV, StructureRole.PTV)
UNDATED = Date(1900, 1, 1)


def read_any_dose(path: Path) -> DoseGrid:
    """Read RTDOSE, or a NIfTI/NRRD volume in Gy."""
    if is_dicom(path):
        return read_dose(path)
    image = read_volume(path)
    low, high = float(image.array.min()), float(image.array.max())
    if low < -1e-3:
        raise InputError(path, f"holds {low:g} to {high:g}, which is not dose in Gy")
    check_plausible(high, path)
    return DoseGrid(image.array.clip(0), image.grid, None, source=image.source)


def read_any_structures(path: Path) -> StructureSet:
    """Read RTSTRUCT, or a label map whose labels become structures."""
    if is_dicom(path):
        return read_structures(path)
    from .labels import read_label_map

    structures = read_label_map(path)
    return StructureSet(structures, (), None, None, ())


def check_consistency(
    dose: DoseGrid, structures: StructureSet, plan: Plan | None, dose_path: Path
) -> tuple[str, ...]:
    """Refuse files that do not belong together; return harmless oddities as warnings.

    Raises
    ------
    InputError
        Dose and structures of different frames of reference; a dose computed for another plan.
    """
    warnings = list(structures.warnings)
    a, b = dose.frame_of_reference_uid, structures.frame_of_reference_uid
    if a and b and a != b:
        raise InputError(dose_path, "dose and structure set have different frames of reference")
    if plan is not None:
        if dose.plan_uid and plan.sop_instance_uid and dose.plan_uid != plan.sop_instance_uid:
            raise InputError(
                dose_path,
                f"was computed for another plan than {Path(plan.source.path).name} "
                "(ReferencedSOPInstanceUID)",
            )
        wanted, given = plan.structure_set_uid, structures.sop_instance_uid
        if wanted and given and wanted != given:
            warnings.append("the plan refers to another structure set than the one given")
    return tuple(warnings)


def build_targets(
    structures: Sequence[Structure],
    plan: Plan | None,
    *,
    names: Sequence[str] = (),
    prescription_gy: float | None = None,
) -> tuple[Target, ...]:
    """Targets with their prescriptions: the user's figure, else the plan's.

    A prescription that the plan gives for one ROI counts for it; a single one without ROI counts
    for all targets. Several without ROI are ambiguous and none is used.
    """
    chosen = [s for s in structures if s.name in names] if names else [
        s for s in structures if s.role in TARGET_ROLES
    ]  # fmt: skip
    by_number = {t.roi_number: t.prescription_gy for t in plan.targets} if plan else {}
    loose = [t.prescription_gy for t in plan.targets if t.roi_number is None] if plan else []
    single = {t.prescription_gy for t in plan.targets} if plan else set()
    targets = []
    for structure in chosen:
        role = structure.role if structure.role in TARGET_ROLES else guess_role(structure.name)
        role = role if role in TARGET_ROLES else StructureRole.GTV
        dose, source = prescription_gy, "user"
        if dose is None:
            source = "plan"
            dose = by_number.get(structure.number) if structure.number is not None else None
            if dose is None and (len(loose) == 1 or len(single) == 1):
                dose = loose[0] if loose else next(iter(single))
        targets.append(Target(structure.name, role, dose, source))
    return tuple(targets)


def read_course_files(
    dose_path: Path,
    structures_path: Path,
    plan_path: Path | None = None,
    *,
    target_names: Sequence[str] = (),
    prescription_gy: float | None = None,
    fractions: int | None = None,
    course_id: str = "course",
) -> Course:
    """Read one plan.

    Raises
    ------
    InputError
        Files that cannot be read or do not belong together, a target that is not there, a
        prescription that is not positive.
    """
    if prescription_gy is not None and prescription_gy <= 0:
        raise InputError("--prescription", f"{prescription_gy:g} Gy is not positive")
    dose = read_any_dose(dose_path)
    structures = read_any_structures(structures_path)
    plan = read_plan(plan_path) if plan_path else None
    check_consistency(dose, structures, plan, dose_path)
    known = {s.name for s in structures.structures}
    for name in target_names:
        if name in structures.empty:
            raise InputError(structures_path, f"target {name!r} is empty")
        if name not in known:
            raise InputError(structures_path, f"has no structure {name!r}, only: "
                             + ", ".join(sorted(known)))  # fmt: skip
    count = fractions or (plan.fractions if plan else None) or 1
    course = Course(
        id=course_id,
        date=(plan.date if plan else None) or UNDATED,
        technique=plan.technique if plan else Technique.OTHER,
        fractions=count,
        dose=dose,
        structures=structures.structures,
        plan=plan,
        structures_path=str(structures_path),
    )
    targets = build_targets(
        structures.structures, plan, names=target_names, prescription_gy=prescription_gy
    )
    return replace(course, targets=targets)
