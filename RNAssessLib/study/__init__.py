"""Files to a case: DICOM RT, MR series, NIfTI and NRRD, case files, Slicer nodes."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from RNAssessLib.case import Case, InputError, Progress, part, silent

if TYPE_CHECKING:
    from .case_file import read_case_file
    from .case_file_writer import write_case_file
    from .study_folder import StudyMapping, propose_mapping

__all__ = [
    "StudyMapping", "is_case_file", "propose_mapping", "read_case", "read_case_file",
    "write_case_file",
]  # fmt: skip

# a kept case is opened without a reader of files: they and their libraries come when asked for
_HOMES = {"read_case_file": "case_file", "write_case_file": "case_file_writer",
          "StudyMapping": "study_folder", "propose_mapping": "study_folder"}  # fmt: skip


def __getattr__(name: str) -> Any:  # noqa: ANN401 - whatever the file holds
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)


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
    from .case_file import read_case_file
    from .study_folder import propose_mapping

    path = Path(path)
    if path.is_file():
        if path.suffix != ".toml":
            raise InputError(path, "is neither a DICOM folder nor a case file (.toml)")
        return read_case_file(path, progress)
    if (path / "case.toml").is_file():
        return read_case_file(path / "case.toml", progress)
    mapping = propose_mapping(path, part(progress, 0.0, 0.2))
    return mapping.to_case(part(progress, 0.2, 1.0))
