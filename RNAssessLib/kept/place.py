"""Where a case is kept, and whether what is kept there still stands: read without opening it.

Nothing that measures is loaded for the question, so that a page can be served while the rest is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from RNAssessLib import __version__
from RNAssessLib.evidence import Thresholds, all_criteria

from .container import read_head
from .inputs import are_same, files_of

SCHEMA = "rnassess/prepared/3"
# Layers whose code the figures of an assessment come from, and the libraries they call.
LAYERS = (
    "case", "evidence", "study", "spatial", "anatomy", "lesions", "dosimetry", "course",
    "findings", "prognosis", "preparation", "realign", "assessment", "kept",
)  # fmt: skip
LIBRARIES = ("numpy", "scipy", "SimpleITK", "vtk", "pydicom", "nilearn")
READING = ("sorting.", "outlines.")  # thresholds that reading asks for


@dataclass(frozen=True)
class KeptPlace:
    """Where a case is kept, and what it is read from.

    Attributes
    ----------
    file : Path
    case : Path
        DICOM folder or case file.
    more : tuple of Path
        Further inputs that the command line names.
    options : tuple of str
        Everything else that decides how it is read.
    """

    file: Path
    case: Path
    more: tuple[Path, ...] = ()
    options: tuple[str, ...] = ()


def kept_beside(case: Path) -> Path:
    """File that a case is kept in: beside it, never among its images.

    Examples
    --------
    >>> kept_beside(Path("p/case.toml")).as_posix(), kept_beside(Path("p/study")).as_posix()
    ('p/case.prepared', 'p/study.prepared')
    """
    case = case.resolve() if case.name in ("", "..") else case
    return case.with_name(f"{case.stem if case.suffix == '.toml' else case.name}.prepared")


def place_of(
    case: Path,
    thresholds: Thresholds,
    *,
    dates: str | None = None,
    brain: Sequence[str] | None = None,
    outlines: str | None = None,
    labels: str | None = None,
) -> KeptPlace:
    """Return where a case is kept that is read with these options of the command line.

    Parameters
    ----------
    case : Path
        DICOM folder or case file.
    thresholds : Thresholds
        Of the command line.
    dates, outlines : str, optional
        Files and folders.
    brain : sequence of str, optional
        ``mask`` or ``timepoint=mask``.
    labels : str, optional
    """
    named = {"dates": dates, "brain": brain, "outlines": outlines, "labels": labels}
    given = [dates, outlines, *(mask.rpartition("=")[2] for mask in brain or ())]
    asked = [f"{c.key}={thresholds[c.key]!r}" for c in all_criteria() if c.key.startswith(READING)]
    return KeptPlace(
        kept_beside(case), case, tuple(Path(g) for g in given if g),
        (*(f"{name}={value!r}" for name, value in named.items()), *asked),
    )  # fmt: skip


def kept_id(place: KeptPlace) -> str | None:
    """Id of the case that is kept, None where it must be read: other input, options or code."""
    head = read_valid_head(place)
    return None if head is None else str(head["case"])


def read_valid_head(place: KeptPlace) -> dict[str, Any] | None:
    """Head of what is kept, None where it rests on other input, options or code."""
    try:
        head: dict[str, Any] = read_head(place.file)
        held = (
            head["schema"] == SCHEMA
            and head["code"] == code_digest()
            and head["options"] == list(place.options)
            and are_same(head["inputs"], files_of(place.case, place.more))
        )
    except (OSError, ValueError, LookupError, TypeError):
        return None
    return head if held else None


@cache
def code_digest(more: tuple[str, ...] = ()) -> str:
    """Digest of the code and of the versions of the libraries that figures come from.

    Parameters
    ----------
    more : tuple of str
        Further layers that what is kept rests on.
    """
    folder = Path(__file__).parents[1]
    digest = hashlib.blake2b(__version__.encode(), digest_size=16)
    for name in LIBRARIES:
        digest.update(f"{name} {_version(name)}\n".encode())
    for file in sorted(_sources(folder, (*LAYERS, *more))):
        digest.update(file.relative_to(folder).as_posix().encode() + b"\n" + file.read_bytes())
    return digest.hexdigest()


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:  # Slicer ships some without metadata
        return str(getattr(__import__(name), "__version__", ""))


def _sources(folder: Path, layers: Sequence[str]) -> Sequence[Path]:
    found = [folder / "evidence.toml"]
    for layer in layers:
        found += [folder / f"{layer}.py"] if (folder / f"{layer}.py").is_file() else []
        found += [f for f in (folder / layer).rglob("*") if f.suffix in (".py", ".toml", ".json")]
    return found
