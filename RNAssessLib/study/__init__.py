"""Files to a case: DICOM RT, MR series, NIfTI and NRRD, case files, Slicer nodes."""

from __future__ import annotations

from pathlib import Path

from RNAssessLib.case import Case, InputError, Progress, part, silent

from .case_file import read_case_file
from .case_file_writer import write_case_file
from .study_folder import StudyMapping, propose_mapping

__all__ = [
    "StudyMapping", "is_case_file", "propose_mapping", "read_case", "read_case_file",
    "write_case_file",
]  # fmt: skip


def is_case_file(path: Path) -> bool:
    """Whether `read_case` reads a case file for this path: itself or a folder's own."""
    return path.is_file() or (path / "case.toml").is_file()


def read_case(path: Path | str, progress: Progress = silent) -> Case:
    """Read a case file, a folder that holds a ``case.toml``, or a DICOM folder.

    Raises
    ------
    InputError
        Naming the file at fault and what is wrong with it.
    """
    path = Path(path)
    if path.is_file():
        if path.suffix != ".toml":
            raise InputError(path, "is neither a DICOM folder nor a case file (.toml)")
        return read_case_file(path, progress)
    if (path / "case.toml").is_file():
        return read_case_file(path / "case.toml", progress)
    mapping = propose_mapping(path, part(progress, 0.0, 0.2))
    return mapping.to_case(part(progress, 0.2, 1.0))
