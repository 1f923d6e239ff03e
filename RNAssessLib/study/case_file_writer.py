"""Write the mapping in use as a ``case.toml`` that can be corrected and read again."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from RNAssessLib.case import AminoAcidPet, Case, ClinicalEvent, Course, InputError, Spectrum
from RNAssessLib.storage import why_not_written, write_kept, write_whole

from .case_file_end import CUT, close_text, is_cut, keep_end
from .dicom_prefix import is_dicom

TABLE = re.compile(r"\s*\[")
RATIOS = ("cho_cr", "cho_naa", "lipid_lactate_cr")  # of a spectrum
EVENT_TABLE = re.compile(r"\s*\[\[\s*event\s*\]\]")
CASE_FILE = "case.toml"
HEADER = "# The mapping RNAssess used. Correct it and run: rnassess assess case.toml --out DIR"


def can_write(case: Case) -> bool:
    """Whether everything in the case is named by one file each.

    Structures and masks given as separate label maps are not: their case has a case file already.
    """
    plans = all(c.dose is None or c.structures_path for c in case.courses)
    images = all(i.source.path for t in case.timepoints for i in t.sequences.values())
    return plans and images and not any(t.masks or t.brain for t in case.timepoints)


def write_case_file(case: Case, path: Path, *, relative_to: Path | None = None) -> None:
    """Write a case file in one step; raises OSError, and then what was there is still there.

    Parameters
    ----------
    case : Case
    path : Path
    relative_to : Path, optional
        Folder the file will finally lie in (default: that of `path`).
    """
    write_whole(path, case_file_text(case, relative_to or path.parent))


def case_file_text(case: Case, folder: Path) -> str:
    """Text of a case file that will lie in `folder`."""
    folder = folder.resolve()

    def where(source: str) -> str:
        return json.dumps(Path(os.path.relpath(Path(source).resolve(), folder)).as_posix())

    lines = [HEADER, f"id = {json.dumps(case.id)}"]
    for course in case.courses:
        lines += _course_lines(course, where)
    for timepoint in case.timepoints:
        lines += ["", "[[timepoint]]", f"id = {json.dumps(timepoint.id)}"]
        lines += [f"date = {timepoint.date}", "[timepoint.sequences]"]
        for role, image in timepoint.sequences.items():
            note = f"  # {image.source.why}" if image.source.why else ""
            source = image.source
            named = sequence_value(
                source.path, source.files, source.series_uid or "", source.stack, where
            )
            lines.append(f"{role.value} = {named}{note}")
    for event in case.events:
        lines += event_lines(event)
    for spectrum in case.spectra:
        lines += spectrum_lines(spectrum)
    for scan in case.amino_acid_pets:
        lines += amino_acid_pet_lines(scan)
    return close_text(lines)


def sequence_value(
    path: str,
    files: Sequence[str],
    series_uid: str,
    stack: str,
    where: Callable[[str], str],
) -> str:
    """How a case file names one sequence: a path, or a table where a path alone is not enough.

    Parameters
    ----------
    path : str
        File or folder.
    files : sequence of str
        DICOM files of the sequence; none outside DICOM.
    series_uid, stack : str
        What tells it from other images under the same folder.
    where : callable
        Writes a path relative to the case file, as a TOML string.
    """
    if not stack and (not files or _has_place_to_itself(Path(path), files)):
        return where(path)
    folder = Path(path) if Path(path).is_dir() else Path(path).parent
    parts = [f"folder = {where(str(folder))}", f"series_uid = {json.dumps(series_uid)}"]
    if stack:
        parts.append(f"stack = {json.dumps(stack, ensure_ascii=False)}")
    return "{ " + ", ".join(parts) + " }"


def _has_place_to_itself(path: Path, files: Sequence[str]) -> bool:
    """Whether a folder's DICOM files are those of the sequence and no more."""
    if not path.is_dir():
        return len(files) == 1
    own = {p.resolve() for p in path.iterdir() if p.is_file() and is_dicom(p)}
    return own == {Path(f).resolve() for f in files}


def _course_lines(course: Course, where: Callable[[str], str]) -> list[str]:
    lines = ["", "[[course]]", f"id = {json.dumps(course.id)}", f"date = {course.date}"]
    lines += [f'technique = "{course.technique.value}"', f"fractions = {course.fractions}"]
    files = {
        "dose": course.dose.source.path if course.dose else "",
        "structures": course.structures_path,
        "plan": course.plan.source.path if course.plan else "",
    }
    lines += [f"{key} = {where(source)}" for key, source in files.items() if source]
    if course.space:
        lines.append(f"space = {json.dumps(course.space)}")
    for target in course.targets:
        lines += ["[[course.target]]", f"name = {json.dumps(target.name)}"]
        lines.append(f'role = "{target.role.value}"')
        if target.prescription_gy is not None:
            lines.append(f"prescription_gy = {target.prescription_gy}")
    return lines


def event_lines(event: ClinicalEvent) -> list[str]:
    """Lines of one ``[[event]]``."""
    lines = ["", "[[event]]", f'kind = "{event.kind.value}"', f"date = {event.date}"]
    for key in ("end", "dose_mg_per_kg", "dose_mg_per_day", "value", *RATIOS):
        if getattr(event, key) is not None:
            lines.append(f"{key} = {getattr(event, key)}")
    lines += [
        f"{k} = {json.dumps(getattr(event, k))}"
        for k in ("drug", "text", "target", "curve")
        if getattr(event, k)
    ]
    return lines


def spectrum_lines(spectrum: Spectrum) -> list[str]:
    """Lines of one ``[[spectroscopy]]``."""
    lines = ["", "[[spectroscopy]]", f"date = {spectrum.date}"]
    for key in ("target", "cho_cr", "cho_naa", "lipid_lactate_cr", "lipid_lactate_peak"):
        value = getattr(spectrum, key)
        if value not in (None, ""):
            lines.append(f"{key} = {json.dumps(value)}")
    return lines


def amino_acid_pet_lines(scan: AminoAcidPet) -> list[str]:
    """Lines of one ``[[amino_acid_pet]]``."""
    lines = ["", "[[amino_acid_pet]]", f"date = {scan.date}"]
    for key in ("target", "tracer", "curve", "minutes", "uptake"):
        value = getattr(scan, key)
        if value:
            lines.append(f"{key} = {json.dumps(value)}")
    return lines


def case_file_of(source: Path) -> Path:
    """Return the case file that belongs to a source: itself, a folder's, or one beside it.

    Examples
    --------
    >>> case_file_of(Path("p/case.toml")).as_posix(), case_file_of(Path("p/study")).as_posix()
    ('p/case.toml', 'p/study.case.toml')
    """
    if source.suffix == ".toml":
        return source
    if (source / CASE_FILE).is_file():
        return source / CASE_FILE
    whole = source.resolve() if source.name in ("", "..") else source
    return whole.with_name(f"{whole.name}.case.toml")


def write_events(case: Case, path: Path) -> None:
    """Put the clinical events of `case` into its case file; all else in it stays as it is.

    A file that is not there yet is written whole. It is replaced in one step, and the one before
    stays beside it as ``.bak``.

    Parameters
    ----------
    case : Case
    path : Path

    Raises
    ------
    InputError
        The file belongs to another case or cannot be written, or the case cannot be written as
        one because its structures or masks are separate label maps.
    """
    try:
        if path.exists():
            text = _replace_events(case, path)
        elif can_write(case):
            text = case_file_text(case, path.parent)
        else:
            raise InputError(path, "a case whose label maps are separate files has to be written "
                             "by hand")  # fmt: skip
        write_kept(path, text, tomllib.loads)
    except OSError as error:
        raise InputError(path, f"cannot be written: {why_not_written(error)}") from None


def _replace_events(case: Case, path: Path) -> str:
    """Text of a case file with its ``[[event]]`` tables replaced."""
    try:
        text = path.read_text(encoding="utf-8")
        before = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(path, f"is not valid TOML: {error}") from None
    if is_cut(text):
        raise InputError(path, CUT)
    if before.get("id") != case.id:
        raise InputError(path, f"is the case file of {before.get('id')!r}, not of {case.id!r}")
    kept, inside = [], False
    for line in text.splitlines():
        if TABLE.match(line):
            inside = bool(EVENT_TABLE.match(line))
        if not inside:
            kept.append(line)
    while kept and not kept[-1].strip():
        kept.pop()
    lines = keep_end([*kept, *(line for event in case.events for line in event_lines(event))])
    written = "\n".join(lines) + "\n"
    if not _same_but_events(before, written):
        raise InputError(path, "its events are not in [[event]] tables; edit it by hand")
    return written


def _same_but_events(before: dict[str, Any], written: str) -> bool:
    try:
        after = tomllib.loads(written)
    except tomllib.TOMLDecodeError:
        return False
    return {k: v for k, v in after.items() if k != "event"} == {
        k: v for k, v in before.items() if k != "event"
    }
