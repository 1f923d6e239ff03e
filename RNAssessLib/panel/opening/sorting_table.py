"""How a study was sorted, for people and for programs: the same table in every shell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from RNAssessLib.case import SequenceRole, counted
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.study.folder_courses import CourseFiles, outline_courses
from RNAssessLib.study.sorting import LeftOut, SortedStudy, Taken, describe_size

SCHEMA = "rnassess/sort/1"
NAME_WIDTH = 34


@dataclass(frozen=True)
class MissingSequence:
    """A sequence that no timepoint (or not every one) holds, and what cannot be answered so.

    Attributes
    ----------
    role : SequenceRole
    timepoints : tuple of str
        Where it is missing.
    items : tuple of str
        Titles of the checklist items that need it.
    ids : tuple of str
        Their finding ids.
    everywhere : bool
        No timepoint holds it.
    """

    role: SequenceRole
    timepoints: tuple[str, ...]
    items: tuple[str, ...]
    ids: tuple[str, ...]
    everywhere: bool


def missing_sequences(study: SortedStudy) -> tuple[MissingSequence, ...]:
    """Sequences that checklist items need and timepoints lack, asked of the registry of items."""
    found = []
    for role in SequenceRole:
        specs = [item.SPEC for item in REGISTRY if role in item.SPEC.needs]
        lacking = tuple(t.id for t in study.timepoints if role not in t.sequences)
        if specs and (lacking or not study.timepoints):
            found.append(
                MissingSequence(
                    role,
                    lacking,
                    tuple(s.title for s in specs),
                    tuple(s.id for s in specs),
                    len(lacking) == len(study.timepoints),
                )
            )
    return tuple(found)


def describe_sorting(study: SortedStudy) -> dict[str, Any]:
    """Return what ``rnassess sort --json`` prints.

    Raises
    ------
    InputError
        A plan or structure set is damaged.
    """
    return {
        "schema": SCHEMA,
        "folder": str(study.folder),
        "timepoints": [
            {
                "id": t.id,
                "date": t.date.isoformat(),
                "sequences": {r.value: _taken(taken) for r, taken in t.sequences.items()},
                "notes": list(t.notes),
            }
            for t in study.timepoints
        ],
        "left_out": [_left_out(item) for item in study.left_out],
        "courses": [_course(c, study.folder) for c in outline_courses(study.plans)],
        "missing": [
            {
                "sequence": m.role.value,
                "timepoints": list(m.timepoints),
                "items": list(m.ids),
            }
            for m in missing_sequences(study)
        ],
        "problems": list(study.problems),
    }


def _taken(taken: Taken) -> dict[str, Any]:
    return {
        "series_description": taken.stack.first.description,
        "series_uid": taken.stack.series_uid,
        "stack": taken.stack.label,
        "slices": taken.stack.slices,
        "files": len(taken.stack.files),
        "volumes": len(taken.stack.volumes),
        "computed": taken.computed,
        "why": taken.why,
    }


def _left_out(item: LeftOut) -> dict[str, Any]:
    candidate = item.candidate
    return {
        "series_description": candidate.stack.first.description if candidate else item.description,
        "series_uid": item.series_uid,
        "stack": item.label,
        "files": item.files,
        "could_be": candidate.role.value if candidate and candidate.role else None,
        "why": item.why,
    }


def _course(course: CourseFiles, folder: Path) -> dict[str, Any]:
    def name(path: Path | None) -> str | None:
        return None if path is None else path.relative_to(folder).as_posix()

    return {
        "id": course.id,
        "date": course.date.isoformat(),
        "technique": course.technique.value,
        "fractions": course.fractions,
        "dose": name(course.dose),
        "structures": name(course.structures),
        "plan": name(course.plan),
    }


def sorting_lines(study: SortedStudy) -> Iterator[str]:
    """Lines of the table: what is used and why, what is left out and why, what is missing."""
    for timepoint in study.timepoints:
        notes = f"  ({'; '.join(timepoint.notes)})" if timepoint.notes else ""
        yield f"{timepoint.id}  {timepoint.date}{notes}"
        for role, taken in timepoint.sequences.items():
            size = f"{describe_size(taken.stack)}, {counted(len(taken.stack.files), 'file')}"
            yield f"  {role.value:<12}{taken.stack.name:<{NAME_WIDTH}} {size:<26} {taken.why}"
    for modality, paths in study.plans.items():
        for path in paths:
            yield f"  {modality:<12}{path.name}"
    if study.left_out:
        yield "left out"
    for item in study.left_out:
        size = counted(item.files, "file")
        yield f"  {'':<12}{item.description:<{NAME_WIDTH}} {size:<26} {item.why}"
    yield from _missing_lines(missing_sequences(study) if study.timepoints else ())
    for problem in study.problems:
        yield f"PROBLEM: {problem}"


def _missing_lines(missing: Sequence[MissingSequence]) -> Iterator[str]:
    if missing:
        yield "missing"
    for one in missing:
        where = "at every timepoint" if one.everywhere else f"at {', '.join(one.timepoints)}"
        yield f"  {one.role.value:<12}{where}: not assessable there: {', '.join(one.items)}"
