"""A DICOM folder sorted into timepoints, roles and courses by its content."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date as Date
from pathlib import Path

import pydicom
from pydicom.errors import InvalidDicomError

from RNAssessLib.case import (
    Case,
    Course,
    InputError,
    MappingEntry,
    Progress,
    SequenceRole,
    Technique,
    Timepoint,
    counted,
    part,
    silent,
)

from .dicom_files import date_of, is_dicom
from .plan_files import UNDATED, build_targets, check_consistency
from .rt_dose import read_dose
from .rt_plan import read_plan
from .rt_structure_set import read_structures
from .sequence import read_diffusion_role, read_sequence
from .series_role import PRIVATE_B_VALUES, TAGS, b_value, guess_series_role


@dataclass(frozen=True)
class SeriesEntry:
    """One image series and what it is proposed for.

    Attributes
    ----------
    uid : str
        SeriesInstanceUID.
    files : tuple of Path
    description : str
    date : date or None
    role : SequenceRole or None
        None: ignored.
    why : str
    has_b_zero : bool
        Diffusion series from which an ADC can be computed.
    """

    uid: str
    files: tuple[Path, ...]
    description: str
    date: Date | None
    role: SequenceRole | None
    why: str
    has_b_zero: bool = False


@dataclass(frozen=True)
class StudyMapping:
    """Proposed use of everything in a folder; correct it with `with_role`, then `to_case`."""

    folder: Path
    series: tuple[SeriesEntry, ...]
    doses: tuple[Path, ...]
    structure_sets: tuple[Path, ...]
    plans: tuple[Path, ...]

    def with_role(self, series_uid: str, role: SequenceRole | None) -> StudyMapping:
        """Return the mapping with another role for one series (None ignores it)."""
        if series_uid not in {s.uid for s in self.series}:
            raise KeyError(series_uid)
        changed = tuple(
            replace(s, role=role, why="set by the user") if s.uid == series_uid else s
            for s in self.series
        )
        return replace(self, series=changed)

    def timepoints(self) -> Mapping[str, Mapping[SequenceRole, SeriesEntry]]:
        """Series in use: timepoint id to role to series; the largest series of a role wins."""
        dates = sorted({s.date for s in self.series if s.date and s.role})
        chosen: dict[str, dict[SequenceRole, SeriesEntry]] = {}
        for number, day in enumerate(dates):
            roles: dict[SequenceRole, SeriesEntry] = {}
            for entry in self.series:
                if entry.date != day or entry.role is None:
                    continue
                known = roles.get(entry.role)
                if known is None or len(entry.files) > len(known.files):
                    roles[entry.role] = entry
            if SequenceRole.T1C in roles:
                chosen[f"t{number}"] = roles
        return chosen

    @property
    def entries(self) -> tuple[MappingEntry, ...]:
        """Rows of the mapping table, ignored series included."""
        used = {
            entry.uid: (timepoint, role)
            for timepoint, roles in self.timepoints().items()
            for role, entry in roles.items()
        }
        rows = []
        for entry in self.series:
            what = f"{entry.description or 'series'} ({counted(len(entry.files), 'file')})"
            timepoint, role = used.get(entry.uid, (None, entry.role))
            why = entry.why
            if timepoint is None and entry.role is not None:
                why += "; not used: another series of this role is larger, or no T1c that day"
            rows.append(
                MappingEntry(what, role.value if role else "none", why, timepoint,
                             ignored=timepoint is None)
            )  # fmt: skip
        for kind, paths in (("RTDOSE", self.doses), ("RTSTRUCT", self.structure_sets),
                            ("RTPLAN", self.plans)):  # fmt: skip
            rows += [MappingEntry(p.name, kind, f"Modality {kind}") for p in paths]
        return tuple(rows)

    def to_case(self, progress: Progress = silent) -> Case:
        """Read everything that is in use."""
        chosen = self.timepoints()
        if not chosen:
            raise InputError(self.folder, "no contrast-enhanced T1 (T1c) series was recognised; "
                             "name the series in a case.toml")  # fmt: skip
        timepoints = []
        for index, (timepoint_id, roles) in enumerate(chosen.items()):
            share = part(progress, 0.9 * index / len(chosen), 0.9 * (index + 1) / len(chosen))
            timepoints.append(_read_timepoint(timepoint_id, roles, share))
        progress(0.9, "reading plan")
        courses, warnings = _read_courses(self)
        progress(1.0, "study read")
        return Case(
            id=self.folder.resolve().name,
            courses=courses,
            timepoints=tuple(timepoints),
            mapping=self.entries,
            warnings=warnings,
        )


def propose_mapping(folder: Path | str, progress: Progress = silent) -> StudyMapping:
    """Sort a folder (and its subfolders) by content.

    Raises
    ------
    InputError
        When the folder is missing, holds no DICOM file, or holds a damaged one.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(folder, "no such folder")
    files = sorted(p for p in folder.rglob("*") if p.is_file() and is_dicom(p))
    if not files:
        raise InputError(folder, "holds no DICOM file")
    groups: dict[str, list[tuple[Path, pydicom.Dataset]]] = {}
    rt: dict[str, list[Path]] = {"RTDOSE": [], "RTSTRUCT": [], "RTPLAN": []}
    for index, path in enumerate(files):
        if index % 200 == 0:
            progress(index / len(files), f"sorting {counted(len(files), 'file')}")
        header = _read_header(path)
        modality = str(header.get("Modality", ""))
        if modality in rt:
            rt[modality].append(path)
        elif modality in {"MR", "PT"} and header.get("ImagePositionPatient"):
            groups.setdefault(str(header.get("SeriesInstanceUID", "")), []).append((path, header))
    series = tuple(_describe(uid, members) for uid, members in groups.items())
    return StudyMapping(
        folder,
        tuple(sorted(series, key=lambda s: (s.date or UNDATED, s.description))),
        tuple(rt["RTDOSE"]),
        tuple(rt["RTSTRUCT"]),
        tuple(rt["RTPLAN"]),
    )


def _read_header(path: Path) -> pydicom.Dataset:
    try:
        return pydicom.dcmread(
            path, stop_before_pixels=True, specific_tags=[*TAGS, *PRIVATE_B_VALUES]
        )
    except (InvalidDicomError, EOFError, OSError, ValueError, KeyError) as error:
        raise InputError(path, f"is damaged or truncated ({type(error).__name__})") from None


def _describe(uid: str, members: list[tuple[Path, pydicom.Dataset]]) -> SeriesEntry:
    values = {b_value(header) for _, header in members}
    top = max(members, key=lambda m: b if (b := b_value(m[1])) is not None else -1.0)[
        1
    ]  # the most diffusion-weighted header tells what the series is
    guess = guess_series_role(top)
    return SeriesEntry(
        uid,
        tuple(path for path, _ in members),
        str(top.get("SeriesDescription", "") or ""),
        date_of(top, "StudyDate", "SeriesDate", "AcquisitionDate"),
        guess.role,
        guess.why,
        has_b_zero=len(values) > 1 and min(v for v in values if v is not None) <= 50,
    )


def _path_of(entry: SeriesEntry) -> Path:
    """Name that `read_sequence` finds the series by: its folder when it has one to itself."""
    parent = entry.files[0].parent
    alone = {p for p in parent.iterdir() if p.is_file() and is_dicom(p)} == set(entry.files)
    return parent if alone else entry.files[0]


def _read_timepoint(
    timepoint_id: str, roles: Mapping[SequenceRole, SeriesEntry], progress: Progress
) -> Timepoint:
    sequences = {}
    for index, (role, entry) in enumerate(roles.items()):
        progress(index / len(roles), f"reading {timepoint_id} {role.value}")
        if role in (SequenceRole.DWI, SequenceRole.ADC):
            image = read_diffusion_role(entry.files, _path_of(entry), role)
        else:
            image = read_sequence(_path_of(entry), role)
        sequences[role] = replace(image, source=replace(image.source, why=entry.why))
        if role is SequenceRole.DWI and entry.has_b_zero and SequenceRole.ADC not in roles:
            adc = read_diffusion_role(entry.files, _path_of(entry), SequenceRole.ADC)
            sequences[SequenceRole.ADC] = adc
    ordered = {role: sequences[role] for role in SequenceRole if role in sequences}
    day = roles[SequenceRole.T1C].date
    assert day is not None
    return Timepoint(timepoint_id, day, ordered)


def _read_courses(mapping: StudyMapping) -> tuple[tuple[Course, ...], tuple[str, ...]]:
    plans = [read_plan(p) for p in mapping.plans]
    sets = [(p, read_structures(p)) for p in mapping.structure_sets]
    courses: list[Course] = []
    warnings: list[str] = []
    for number, path in enumerate(mapping.doses, start=1):
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
