"""``case.toml``: a case written by hand (or by `rnassess assess`, to be corrected by hand)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date as Date
from pathlib import Path
from typing import Any

import numpy as np

from RNAssessLib.case import (
    AnatomyInput,
    Case,
    ClinicalEvent,
    Course,
    EventKind,
    Image,
    InputError,
    MappingEntry,
    MaskKind,
    Progress,
    SequenceRole,
    Structure,
    StructureRole,
    Target,
    Technique,
    Timepoint,
    silent,
)
from RNAssessLib.plausible import check_case

from .case_file_values import CaseFileValues
from .drawn_masks import read_drawn_mask
from .given_outlines import GivenOutlines, add_from_folder
from .label_numbers import LabelNumbers, parse_label_numbers, read_brain
from .labels import read_label_map
from .named_stack import NamedStacks
from .pet_values import read_amino_acid_pet
from .plan_files import (
    TARGET_ROLES,
    build_targets,
    check_consistency,
    read_any_dose,
    read_any_structures,
)
from .readable import understanding
from .rt_plan import MOST_FRACTIONS, MOST_GY, read_plan
from .rt_structure_set import StructureSet
from .sequence import read_sequence
from .spectrum_values import read_spectrum
from .volume import read_volume

MOST_VALUE = 1e5  # engineering default: a slip of the hand beyond it
MOST_LETTERS = 10_000  # engineering default: no note of an event is longer
EVENT_TYPES: Mapping[str, tuple[type, ...]] = {
    "end": (Date,), "drug": (str,), "text": (str,), "value": (int, float),
    "dose_mg_per_kg": (int, float), "dose_mg_per_day": (int, float),
    "target": (str,), "curve": (str,), "cho_cr": (int, float), "cho_naa": (int, float),
    "lipid_lactate_cr": (int, float),
}  # fmt: skip


def read_case_file(path: Path | str, progress: Progress = silent) -> Case:
    """Read a case file; paths in it are relative to it.

    Raises
    ------
    InputError
        Broken TOML, unknown or missing keys, wrong types, a named file that cannot be read, masks
        off the T1c's grid, a dose that names no space.
    """
    return _Reader(Path(path)).read(progress)


class _Reader(CaseFileValues):
    """Holds the file's name for messages and its folder for paths."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.mapping: list[MappingEntry] = []
        self.warnings: list[str] = []
        self.stacks = NamedStacks()
        self.numbers: LabelNumbers | None = None

    def read(self, progress: Progress) -> Case:
        with understanding(self.path):
            return self._read(self._load(), progress)

    def _read(self, data: dict[str, Any], progress: Progress) -> Case:
        self._known("", data)
        for table in ("course", "timepoint", "event", "spectroscopy", "amino_acid_pet"):
            self._tables(data, table)
        drawn = self._outlines(self._need({"outlines": {}, **data}, "outlines", dict, "[outlines]"))
        days = data.get("timepoint", [])
        timepoints = []
        for index, item in enumerate(days):
            progress(index / (len(days) + 1), f"reading timepoint {item.get('id', index)}")
            timepoints.append(self._timepoint(item))
        if not timepoints:
            raise InputError(self.path, "names no [[timepoint]]")
        ids = [t.id for t in timepoints]
        if len(set(ids)) != len(ids):
            raise InputError(self.path, "two timepoints have the same id")
        progress(len(days) / (len(days) + 1), "reading courses")
        courses = [self._course(item, ids) for item in data.get("course", [])]
        if len({c.id for c in courses}) != len(courses):
            raise InputError(self.path, "two courses have the same id")
        anatomy = self._anatomy(data["anatomy"], ids) if "anatomy" in data else None
        progress(1.0, "case read")
        case = Case(
            id=str(data.get("id") or self.path.resolve().parent.name),
            courses=tuple(sorted(courses, key=lambda c: c.date)),
            timepoints=tuple(sorted(timepoints, key=lambda t: t.date)),
            events=tuple(sorted((self._event(e) for e in data.get("event", [])),
                                key=lambda e: e.date)),
            anatomy=anatomy,
            mapping=tuple(self.mapping),
            warnings=tuple(self.warnings),
            spectra=tuple(sorted((read_spectrum(item, self.path)
                                  for item in data.get("spectroscopy", [])),
                                 key=lambda s: s.date)),
            amino_acid_pets=tuple(sorted((read_amino_acid_pet(item, self.path)
                                          for item in data.get("amino_acid_pet", [])),
                                         key=lambda p: p.date)),
        )  # fmt: skip
        case = replace(case, warnings=(*case.warnings, *check_case(case, self.path)))
        return case if drawn is None else add_from_folder(case, drawn, self.numbers)

    def _timepoint(self, item: Mapping[str, Any]) -> Timepoint:
        self._known("timepoint", item)
        name = self._need(item, "id", str, "[[timepoint]]")
        where = f"timepoint {name}"
        sequences = {}
        for key, given in self._need(item, "sequences", dict, where).items():
            role = self._choice(key, SequenceRole, where)
            sequences[role] = self._sequence(given, role, name)
        if SequenceRole.T1C not in sequences:
            raise InputError(self.path, f"{where} has no T1c")
        ordered = {role: sequences[role] for role in SequenceRole if role in sequences}
        timepoint = Timepoint(name, self._need(item, "date", Date, where), ordered)
        given, t1c = GivenOutlines(), timepoint.t1c
        drawn = self._need({"masks": {}, **item}, "masks", dict, where)
        for key in drawn:
            kind = self._choice(key, MaskKind, where)
            path = self._file(self._need(drawn, key, str, where), key, name)
            given.masks[kind] = read_drawn_mask(path, kind, t1c, self.numbers)
        if "outlines" in item:
            path = self._file(self._need(item, "outlines", str, where), "outlines", name)
            given.add_whole(path, self.numbers, timepoint)
        if "brain" in item:
            path = self._file(self._need(item, "brain", str, where), "brain", name)
            given.brain = read_brain(path, t1c)
        self.warnings += given.warnings
        return replace(timepoint, masks=given.masks, brain=given.brain)

    def _outlines(self, item: Mapping[str, Any]) -> Path | None:
        """Take the labels' meaning; return the folder of outlines, if one is named."""
        self._known("outlines", item)
        if "labels" in item:
            self.numbers = parse_label_numbers(item["labels"], self.path)
        if "folder" not in item:
            return None
        return self.path.parent / str(self._need(item, "folder", str, "[outlines]"))

    def _sequence(self, given: Any, role: SequenceRole, timepoint: str) -> Image:  # noqa: ANN401
        """Image named by a path, or by folder, series and stack."""
        if isinstance(given, str):
            return read_sequence(self._file(given, role.value, timepoint), role)
        where = f"timepoint {timepoint} {role.value}"
        if not isinstance(given, dict):
            raise InputError(self.path, f"{where}: {given!r} is neither a path nor a table")
        self._known("sequence", given)
        folder = self._file(
            self._need(given, "folder", str, where), role.value, timepoint
        )  # fmt: skip
        uid = self._need(given, "series_uid", str, where)
        stack = self._need(given, "stack", str, where) if "stack" in given else None
        return self.stacks.read(folder, uid, stack, role)

    def _course(self, item: Mapping[str, Any], timepoints: list[str]) -> Course:
        self._known("course", item)
        name = self._need(item, "id", str, "[[course]]")
        where = f"course {name}"
        plan = read_plan(self._file(item["plan"], "RTPLAN")) if "plan" in item else None
        fractions = (plan.fractions if plan else None) or 0
        if "fractions" in item:
            fractions = self._need(item, "fractions", int, where)
        if fractions < 1:
            raise InputError(self.path, f"{where}: fractions is missing or not positive")
        if fractions > MOST_FRACTIONS:
            raise InputError(self.path, f"{where}: {fractions} fractions are not plausible")
        course = Course(
            id=name,
            date=self._need(item, "date", Date, where),
            technique=self._choice(item.get("technique", "other"), Technique, where),
            fractions=fractions,
            plan=plan,
            space=self._need(item, "space", str, where) if "space" in item else None,
        )
        if "dose" not in item:
            return course
        dose_path = self._file(item["dose"], "dose")
        dose = read_any_dose(dose_path)
        structures, structures_path = self._structures(item.get("structures"), where)
        self.warnings += check_consistency(dose, structures, plan, dose_path)
        space = course.space
        if dose.frame_of_reference_uid is None and space is None:
            raise InputError(
                dose_path, f"carries no frame of reference: give {where} a space (a timepoint id)"
            )
        if space is not None and space not in timepoints:
            raise InputError(self.path, f"{where}: space {space!r} is no timepoint")
        targets = self._targets(self._tables(item, "target"), structures, course, where)
        return replace(course, dose=dose, structures=structures.structures, targets=targets,
                       structures_path=structures_path)  # fmt: skip

    def _structures(self, given: Any, where: str) -> tuple[StructureSet, str]:  # noqa: ANN401
        if given is None:
            return StructureSet((), (), None, None, ()), ""
        if isinstance(given, str):
            path = self._file(given, "structures")
            return read_any_structures(path), str(path)
        if not isinstance(given, dict):
            raise InputError(self.path, f"{where}: structures is neither a file nor a table")
        found: list[Structure] = []
        for name, file in given.items():
            found += read_label_map(self._file(file, "structure"), name)
        return StructureSet(tuple(found), (), None, None, ()), ""

    def _targets(
        self, given: list[Mapping[str, Any]], structures: StructureSet, course: Course, where: str
    ) -> tuple[Target, ...]:
        if not given:
            return build_targets(structures.structures, course.plan)
        names = {s.name for s in structures.structures}
        automatic = build_targets(
            structures.structures, course.plan, names=[str(t.get("name")) for t in given]
        )
        planned = {t.name: t for t in automatic}
        targets = []
        for item in given:
            self._known("target", item)
            name = self._need(item, "name", str, f"{where} target")
            place = f"{where} target {name}"
            if name not in names:
                reason = "is empty" if name in structures.empty else "is no structure of the plan"
                raise InputError(self.path, f"{where}: target {name!r} {reason}")
            role = planned[name].role
            if "role" in item:
                role = self._choice(item["role"], StructureRole, where)
            if role not in TARGET_ROLES:
                raise InputError(self.path, f"{where}: target {name!r} is neither GTV nor PTV")
            dose, source = planned[name].prescription_gy, planned[name].prescription_source
            if "prescription_gy" in item:
                dose = self._need(item, "prescription_gy", float, place)
                source = "case file"
                if not 0 < dose <= MOST_GY:
                    why = "not positive" if dose <= 0 else f"{dose:g} Gy, not plausible"
                    raise InputError(self.path, f"{place}: prescription is {why}")
            line = lesion = None
            if "isodose_percent" in item:
                line = self._need(item, "isodose_percent", float, place)
                if not 0 < line <= 100:
                    raise InputError(self.path, f"{place}: isodose_percent = {line:g} is none")
            if "lesion" in item:
                lesion = self._need(item, "lesion", str, place)
            targets.append(Target(name, role, dose, source, line, lesion))
        return tuple(targets)

    def _event(self, item: Mapping[str, Any]) -> ClinicalEvent:
        self._known("event", item)
        kind = self._choice(self._need(item, "kind", str, "[[event]]"), EventKind, "[[event]]")
        day = self._need(item, "date", Date, f"event {kind.value}")
        rest = {k: v for k, v in item.items() if k not in {"kind", "date"}}
        for name, value in rest.items():
            wanted = EVENT_TYPES[name]
            if (
                not isinstance(value, wanted)
                or isinstance(value, bool)
                or (isinstance(value, (int, float)) and not 0 <= value < MOST_VALUE)
                or (isinstance(value, str) and len(value) > MOST_LETTERS)
            ):
                told = str(value)[:60]
                raise InputError(self.path, f"event {kind.value}: {name} = {told!r} is not usable")
        return ClinicalEvent(kind, day, **rest)

    def _anatomy(self, item: Mapping[str, Any], timepoints: list[str]) -> AnatomyInput:
        self._known("anatomy", item)
        space = self._need(item, "space", str, "[anatomy]")
        if space not in timepoints:
            raise InputError(self.path, f"[anatomy]: space {space!r} is no timepoint")
        path = self._file(self._need(item, "labels", str, "[anatomy]"), "anatomy")
        labels = read_volume(path)
        if not np.array_equal(labels.array, np.rint(labels.array)):
            raise InputError(path, "is not a label map (its values are not whole numbers)")
        return AnatomyInput(labels, space)
