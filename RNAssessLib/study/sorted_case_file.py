"""A sorted study as a ``case.toml`` to correct: what is used, and what is left out as comments."""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

from RNAssessLib.case import InputError
from RNAssessLib.storage import why_not_written, write_kept

from .case_file_end import close_text
from .case_file_writer import sequence_value
from .folder_courses import CourseFiles, outline_courses
from .sorting import SortedStudy, Stack
from .stack_reading import folder_of

HEADER = (
    "# How rnassess sort understood the folder. Correct it and run:",
    "#   rnassess assess case.toml --out DIR",
    "# What is left out stands below as comments, ready to be moved under a timepoint.",
)
Where = Callable[[str], str]


def write_sorted_case(study: SortedStudy, path: Path) -> None:
    """Write the case file, whole or not at all.

    Raises
    ------
    InputError
        The file cannot be written, or a plan cannot be read.
    """
    folder = path.parent.resolve()

    def where(source: str) -> str:
        relative = Path(os.path.relpath(Path(source).resolve(), folder)).as_posix()
        return json.dumps(relative, ensure_ascii=False)

    lines = [*HEADER, f"id = {json.dumps(study.folder.resolve().name, ensure_ascii=False)}"]
    for course in outline_courses(study.plans):
        lines += _course(course, where)
    for timepoint in study.timepoints:
        lines += ["", "[[timepoint]]", f"id = {json.dumps(timepoint.id)}"]
        lines += [f"# {note}" for note in timepoint.notes]
        lines += [f"date = {timepoint.date}", "[timepoint.sequences]"]
        for role, taken in timepoint.sequences.items():
            lines.append(f"{role.value} = {name_stack(taken.stack, where)}  # {_line(taken.why)}")
    lines += ["", *_left_out(study, where)]
    try:
        write_kept(path, close_text(lines), tomllib.loads)
    except OSError as error:
        raise InputError(path, f"cannot be written: {why_not_written(error)}") from None


def name_stack(stack: Stack, where: Where) -> str:
    """Value that names a stack in a case file."""
    files = [str(f) for f in stack.files]
    return sequence_value(str(folder_of(stack)), files, stack.series_uid, stack.label, where)


def _course(course: CourseFiles, where: Where) -> list[str]:
    lines = ["", "[[course]]", f"id = {json.dumps(course.id)}"]
    lines.append(f"date = {course.date}")
    lines.append(f'technique = "{course.technique.value}"')
    stated = "" if course.fractions else "  # not stated by a plan: correct it"
    lines.append(f"fractions = {course.fractions or 1}{stated}")
    for key in ("dose", "structures", "plan"):
        source = getattr(course, key)
        if source is not None:
            lines.append(f"{key} = {where(str(source))}")
    return lines


def _left_out(study: SortedStudy, where: Where) -> Iterator[str]:
    for problem in study.problems:
        yield f"# PROBLEM: {_line(problem)}"
    for item in study.left_out:
        yield f"# left out: {_line(item.description)}: {_line(item.why)}"
        if item.candidate is not None:
            could_be = item.candidate.role
            role = could_be.value if could_be else "ROLE"
            yield f"#   {role} = {name_stack(item.candidate.stack, where)}"


def _line(text: str) -> str:
    """One line without control characters, as a comment may hold."""
    return "".join(c if c.isprintable() else " " for c in text)
