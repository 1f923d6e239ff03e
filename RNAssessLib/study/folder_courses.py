"""Courses of a DICOM folder: each dose with its plan and its structure set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

from RNAssessLib.case import Course, InputError, Technique

from .dicom_files import open_dicom
from .plan_files import UNDATED, build_targets, check_consistency
from .rt_dose import read_dose
from .rt_plan import read_plan
from .rt_structure_set import read_structures


@dataclass(frozen=True)
class CourseFiles:
    """Files of one course, found by their headers.

    Attributes
    ----------
    id : str
    date : date
    technique : Technique
    fractions : int or None
        None: no plan states them.
    dose : Path
    structures, plan : Path or None
    """

    id: str
    date: Date
    technique: Technique
    fractions: int | None
    dose: Path
    structures: Path | None
    plan: Path | None


def outline_courses(paths: Mapping[str, tuple[Path, ...]]) -> tuple[CourseFiles, ...]:
    """Say which plan and structure set belong to each dose, without reading dose or contours.

    Raises
    ------
    InputError
        A file is damaged.
    """
    plans = {str(p.sop_instance_uid): (path, p) for path in paths.get("RTPLAN", ())
             for p in (read_plan(path),)}  # fmt: skip
    sets = {}
    for path in paths.get("RTSTRUCT", ()):
        sets[str(open_dicom(path, header_only=True).get("SOPInstanceUID", ""))] = path
    found = []
    for number, path in enumerate(paths.get("RTDOSE", ()), start=1):
        items = open_dicom(path, header_only=True).get("ReferencedRTPlanSequence") or []
        wanted = str(items[0].get("ReferencedSOPInstanceUID", "")) if items else ""
        alone = next(iter(plans.values())) if len(plans) == 1 and not wanted else (None, None)
        plan_path, plan = plans.get(wanted, alone)
        only = next(iter(sets.values())) if len(sets) == 1 else None
        structures = sets.get(str(plan.structure_set_uid) if plan else "", only)
        found.append(CourseFiles(
            f"course-{number}",
            (plan.date if plan else None) or UNDATED,
            plan.technique if plan else Technique.OTHER,
            plan.fractions if plan else None,
            path, structures, plan_path,
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda c: (c.date, c.id)))


def read_courses(
    paths: Mapping[str, tuple[Path, ...]],
) -> tuple[tuple[Course, ...], tuple[str, ...]]:
    """Read the courses and what does not fit together in them.

    Parameters
    ----------
    paths : mapping of modality to tuple of Path
        RTDOSE, RTSTRUCT and RTPLAN.

    Raises
    ------
    InputError
        A dose without plan or structure set where others are, or an object that cannot be read.
    """
    plans = [read_plan(p) for p in paths["RTPLAN"]]
    sets = [(p, read_structures(p)) for p in paths["RTSTRUCT"]]
    courses: list[Course] = []
    warnings: list[str] = []
    for number, path in enumerate(paths["RTDOSE"], start=1):
        dose = read_dose(path)
        plan = next((p for p in plans if p.sop_instance_uid == dose.plan_uid), None)
        if plan is None and len(plans) == 1 and dose.plan_uid is None:
            plan = plans[0]
        if plan is None and plans:
            raise InputError(path, "was computed for a plan that is not in the folder")
        wanted = plan.structure_set_uid if plan else None
        fitting = [s for s in sets if s[1].sop_instance_uid == wanted] or [
            s for s in sets if s[1].frame_of_reference_uid == dose.frame_of_reference_uid
        ] or sets  # fmt: skip
        if not fitting:
            raise InputError(path, "there is no structure set for this dose in the folder")
        structures_path, structures = fitting[0]
        warnings += check_consistency(dose, structures, plan, path)
        courses.append(
            Course(
                id=f"course-{number}",
                date=(plan.date if plan else None) or UNDATED,
                technique=plan.technique if plan else Technique.OTHER,
                fractions=(plan.fractions if plan else None) or 1,
                targets=build_targets(structures.structures, plan),
                dose=dose,
                structures=structures.structures,
                plan=plan,
                structures_path=str(structures_path),
            )
        )
    return tuple(sorted(courses, key=lambda c: c.date)), tuple(warnings)
