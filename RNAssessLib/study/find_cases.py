"""Which cases a folder holds: case files and DICOM folders, found without reading images."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from RNAssessLib.case import InputError

from .dicom_prefix import is_dicom

CASE_FILE = "case.toml"
DEEPEST = 6  # levels below a DICOM folder that are looked into
MOST_FILES = 400  # looked at in one folder before it is said to hold no DICOM
PATIENT_TAGS = ("PatientID", "PatientName", "PatientBirthDate")


@dataclass(frozen=True)
class FoundCase:
    """One case on disk.

    Attributes
    ----------
    path : Path
        Case file or folder, as `read_case` takes it.
    name : str
        Name of the file or folder; nothing out of its images.
    what : str
        ``case file`` or ``DICOM folder``.
    """

    path: Path
    name: str
    what: str


def find_cases(folder: Path) -> tuple[FoundCase, ...]:
    """Cases of a folder, by name: itself when it is one case, else those directly in it.

    A folder is one case when it holds a ``case.toml``, when DICOM files lie in it, or when all
    DICOM folders in it belong to one patient (then they are its studies or series). Else each
    case file in it and each folder in it that is a case counts.

    Raises
    ------
    InputError
        When the folder cannot be read.
    """
    if not folder.is_dir():
        raise InputError(folder, "is not a folder")
    own = folder.resolve().name
    if (folder / CASE_FILE).is_file():
        return (FoundCase(folder, own, "case file"),)
    try:
        entries = sorted(folder.iterdir(), key=lambda p: p.name.casefold())
    except OSError as error:
        raise InputError(folder, f"cannot be read: {error.strerror}") from None
    if any(_is_dicom_file(path) for path in entries[:MOST_FILES]):
        return (FoundCase(folder, own, "DICOM folder"),)
    files = [FoundCase(p, p.stem, "case file") for p in entries if _is_case_file(p)]
    named = {found.path.stem.removesuffix(".case") for found in files}
    folders, patients = [], set()
    for path in entries:
        if not path.is_dir() or path.name.startswith(".") or path.name in named:
            continue
        if (path / CASE_FILE).is_file():
            folders.append(FoundCase(path, path.name, "case file"))
            patients.add(path.name)
            continue
        first = next(_dicom_below(path), None)
        if first is not None:
            folders.append(FoundCase(path, path.name, "DICOM folder"))
            patients.add(_patient(first))
    if not files and len(folders) > 1 and len(patients) == 1:
        return (FoundCase(folder, own, "DICOM folder"),)
    return tuple(sorted((*files, *folders), key=lambda found: found.name.casefold()))


def _is_case_file(path: Path) -> bool:
    """Whether a file is TOML with a timepoint."""
    if path.suffix != ".toml" or not path.is_file():
        return False
    try:
        return "timepoint" in tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False


def _is_dicom_file(path: Path) -> bool:
    return path.is_file() and path.name != "DICOMDIR" and is_dicom(path)


def _dicom_below(folder: Path) -> Iterator[Path]:
    looked = 0
    for where, folders, names in os.walk(folder):
        if len(Path(where).relative_to(folder).parts) >= DEEPEST:
            folders.clear()
        folders.sort()
        for name in sorted(names):
            looked += 1
            if looked > MOST_FILES:
                return
            if _is_dicom_file(Path(where) / name):
                yield Path(where) / name


def _patient(path: Path) -> str:
    """Return what tells patients apart; compared only, never shown or kept."""
    import pydicom

    header = pydicom.dcmread(
        path, stop_before_pixels=True, specific_tags=list(PATIENT_TAGS), force=True
    )
    return "|".join(str(header.get(tag, "")) for tag in PATIENT_TAGS)
