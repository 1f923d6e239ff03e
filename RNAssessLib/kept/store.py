"""A case assessed once is kept, and given back while all that it rests on is the same.

What it rests on: the bytes of its input, the options it was read with, the thresholds, and this
code with its libraries. Where only thresholds changed that the preparation never asked for, the
aligned and outlined case is taken and the rest is computed again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from RNAssessLib import __version__
from RNAssessLib.assessment import Assessment, assess_prepared
from RNAssessLib.case import Case, Progress, part, silent
from RNAssessLib.evidence import Criterion, Thresholds, all_criteria
from RNAssessLib.preparation import prepare
from RNAssessLib.storage import why_not_written

from .container import read_arrays, read_data, read_head, write_container
from .inputs import are_same, describe, files_of
from .tree import Flattener, rebuild

SCHEMA = "rnassess/prepared/2"
MOST_BYTES = 4 << 30  # of a kept case; engineering default
# Layers whose code the figures of an assessment come from, and the libraries they call.
LAYERS = (
    "case", "evidence", "study", "spatial", "anatomy", "lesions", "dosimetry", "course",
    "findings", "prognosis", "preparation", "realign", "assessment", "kept",
)  # fmt: skip
LIBRARIES = ("numpy", "scipy", "SimpleITK", "vtk", "pydicom", "nilearn")
READING = ("sorting.", "outlines.")  # thresholds that reading asks for
READ_SHARE, PREPARED_SHARE = 0.15, 0.75
Tell = Callable[[str], None]


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


@dataclass(frozen=True)
class Asked(Thresholds):
    """Thresholds that remember which of them were asked for."""

    keys: set[str] = field(default_factory=set, compare=False)

    def criterion(self, key: str) -> Criterion:
        """As `Thresholds.criterion`."""
        self.keys.add(key)
        return super().criterion(key)


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
    head = _valid_head(place)
    return None if head is None else str(head["case"])


def assess_kept(
    place: KeptPlace,
    read: Callable[[Progress], Case],
    thresholds: Thresholds,
    progress: Progress = silent,
    *,
    fresh: bool = False,
    tell: Tell = lambda _: None,
) -> Assessment:
    """Return the kept assessment of a case, or make it and keep it.

    Parameters
    ----------
    place : KeptPlace
    read : callable
        Reads the case; called only when nothing usable is kept.
    thresholds : Thresholds
    progress : Progress
    fresh : bool
        Whether to make it anew, whatever is kept.
    tell : callable
        Takes one line: why it could not be kept.

    Raises
    ------
    InputError, CancelledError
        Of reading and assessing.
    """
    found = None if fresh else find_kept(place, thresholds, progress)
    if found is not None:
        return found
    case = read(part(progress, 0.0, READ_SHARE))
    asked = Asked(dict(thresholds.changed))
    prepared = prepare(case, part(progress, READ_SHARE, PREPARED_SHARE), asked)
    made = assess_prepared(prepared, thresholds, part(progress, PREPARED_SHARE, 0.97))
    progress(0.98, "keeping the case for the next time")
    try:
        keep(made, place, {key: thresholds[key] for key in sorted(asked.keys)})
    except OSError as error:
        tell(f"the case is not kept for the next time: {why_not_written(error)}")
    except (TypeError, ValueError) as error:
        tell(f"the case is not kept for the next time: {error}")
    return made


def find_kept(
    place: KeptPlace, thresholds: Thresholds, progress: Progress = silent
) -> Assessment | None:
    """Return the kept assessment with these thresholds, None when it must be made.

    A damaged file counts as none: it is written anew.
    """
    head = _valid_head(place)
    if head is None or any(thresholds[key] != value for key, value in head["asked"].items()):
        return None
    progress(0.3, "opening the kept case")
    try:
        data = read_data(place.file)
        found = rebuild(data["nodes"], read_arrays(place.file), data["root"])
    except (OSError, ValueError, LookupError, TypeError):
        return None
    if not isinstance(found, Assessment):
        return None
    if head["changed"] == _changed(thresholds):
        return found
    return assess_prepared(found.prepared, thresholds, part(progress, 0.3, 1.0))


def keep(assessment: Assessment, place: KeptPlace, asked: Mapping[str, float]) -> None:
    """Keep an assessment.

    Parameters
    ----------
    assessment : Assessment
    place : KeptPlace
    asked : mapping of str to float
        Thresholds that its preparation rests on.

    Raises
    ------
    OSError
        It cannot be written there.
    ValueError
        It is larger than what is kept.
    TypeError
        It holds what cannot be kept: a fault of this program.
    """
    flat = Flattener()
    root = flat.add(assessment)
    size = sum(array.nbytes for array in flat.arrays)
    if size > MOST_BYTES:
        raise ValueError(f"{size / 2**30:.1f} GiB are more than {MOST_BYTES >> 30} GiB")
    head = {
        "schema": SCHEMA,
        "disclaimer": "Research use only. Not a medical device.",
        "code": code_digest(),
        "case": assessment.prepared.case.id,
        "options": list(place.options),
        "inputs": describe(files_of(place.case, place.more)),
        "asked": dict(asked),
        "changed": _changed(Thresholds({c.key: c.value for c in assessment.changed_criteria})),
    }
    write_container(place.file, head, {"nodes": flat.nodes, "root": root}, flat.arrays)


def _valid_head(place: KeptPlace) -> dict[str, Any] | None:
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


def _changed(thresholds: Thresholds) -> dict[str, float]:
    return {c.key: c.value for c in thresholds.changed_criteria()}


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
