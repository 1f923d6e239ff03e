"""Outlines in a folder, found by the names that networks give their files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from RNAssessLib.case import InputError, MaskKind, Timepoint

ENDINGS = (".nii.gz", ".nii", ".nrrd", ".mha", ".dcm")
WHOLE, BRAIN = "all parts", "brain"
# what an image's name ends on, behind its case: nnU-Net's channel, BraTS and AURORA sequences
IMAGE_END = re.compile(r"[-_.](0000|t1c|t1ce|t1gd|t1-gd|t1_gd|t1post|t1)$")
# what an outline's name ends on, behind its case
MEANING: Mapping[str, str] = {
    **dict.fromkeys(("", "seg", "segmentation", "segmentation_predicted", "pred", "prediction",
                     "label", "labels", "aurora", "outlines"), WHOLE),
    **dict.fromkeys(("enhancing", "et"), MaskKind.ENHANCING.value),
    **dict.fromkeys(("necrotic_core", "core", "necrosis", "ncr", "netc"),
                    MaskKind.NECROTIC_CORE.value),
    **dict.fromkeys(("oedema", "edema", "ed", "snfh"), MaskKind.OEDEMA.value),
    **dict.fromkeys(("brain", "brain_mask", "brainmask", "bet", "bet_mask"), BRAIN),
}  # fmt: skip


@dataclass(frozen=True)
class FoundOutlines:
    """Files of one timepoint.

    Attributes
    ----------
    whole : Path or None
        One label map (or SEG) with all parts.
    parts : mapping of MaskKind to Path
        Files of one part each; they come before the whole.
    brain : Path or None
    """

    whole: Path | None = None
    parts: Mapping[MaskKind, Path] = field(default_factory=dict)
    brain: Path | None = None

    @property
    def is_empty(self) -> bool:
        """Whether nothing was found."""
        return self.whole is None and not self.parts and self.brain is None


def find_outlines(folder: Path, timepoints: Sequence[Timepoint]) -> dict[str, FoundOutlines]:
    """Match the files of a folder with timepoints.

    A file belongs to a timepoint when its name, without ending, is the timepoint's id or the name
    of its T1c without the sequence (``BraTS-MET-00110-000-t1c`` gives ``BraTS-MET-00110-000``),
    alone or followed by ``-`` or ``_`` and what it holds (``seg``, ``enhancing``, ``brain`` ...);
    or when it lies in a subfolder of that name and is called after what it holds, or is the only
    one there.

    Parameters
    ----------
    folder : Path
    timepoints : sequence of Timepoint

    Returns
    -------
    mapping of timepoint id to FoundOutlines
        Only timepoints of which something was found.

    Raises
    ------
    InputError
        No such folder, nothing in it is named after a timepoint, or two files are named for the
        same part of one.
    """
    if not folder.is_dir():
        raise InputError(folder, "is no folder of outlines")
    used = {Path(i.source.path).resolve() for t in timepoints for i in t.sequences.values()
            if i.source.path}  # fmt: skip
    found = {}
    for timepoint_id, keys in _keys(timepoints).items():
        files = [f for key in keys for f in _files_of(folder, key) if f[1].resolve() not in used]
        own = _sort(files, folder, timepoint_id)
        if not own.is_empty:
            found[timepoint_id] = own
    if not found:
        names = ", ".join(t.id for t in timepoints)
        raise InputError(folder, f"holds no outline named after a timepoint ({names}), such as "
                         f"{timepoints[0].id}.nii.gz")  # fmt: skip
    return found


def _stem(path: Path) -> str | None:
    """Name without ending, in lower case; None for another kind of file."""
    name = path.name.casefold()
    return next((name[: -len(e)] for e in ENDINGS if name.endswith(e)), None)


def _keys(timepoints: Sequence[Timepoint]) -> dict[str, list[str]]:
    """Names each timepoint goes by; one that several share tells nothing."""
    images = {}
    for timepoint in timepoints:
        stem = _stem(Path(timepoint.t1c.source.path)) if timepoint.t1c.source.path else None
        images[timepoint.id] = IMAGE_END.sub("", stem) if stem else None
    names = list(images.values())
    ids = {t.id.casefold() for t in timepoints}
    out = {}
    for timepoint_id, name in images.items():
        own = [timepoint_id.casefold()]
        if name and names.count(name) == 1 and name not in ids:
            own.append(name)
        out[timepoint_id] = own
    return out


def _files_of(folder: Path, key: str) -> list[tuple[str, Path]]:
    """(what it holds, file) of everything named after `key`."""
    out = []
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name.casefold() == key:
            out += _inside(path, key)
        elif path.is_file() and (meaning := _meaning(_stem(path), key)):
            out.append((meaning, path))
    return out


def _meaning(stem: str | None, key: str) -> str | None:
    if stem is None or not stem.startswith(key):
        return None
    rest = stem[len(key) :]
    if rest and rest[0] not in "-_.":
        return None
    return MEANING.get(rest[1:].replace("-", "_"))


def _inside(folder: Path, key: str) -> list[tuple[str, Path]]:
    files = [p for p in sorted(folder.iterdir()) if p.is_file() and _stem(p) is not None]
    named = []
    for path in files:
        stem = _stem(path) or ""
        meaning = MEANING.get(stem.replace("-", "_")) or _meaning(stem, key)
        if meaning:
            named.append((meaning, path))
    if not named and len(files) == 1:
        return [(WHOLE, files[0])]
    return named


def _sort(files: Iterable[tuple[str, Path]], folder: Path, timepoint_id: str) -> FoundOutlines:
    by_meaning: dict[str, Path] = {}
    for meaning, path in files:
        if meaning in by_meaning and by_meaning[meaning] != path:
            names = f"{by_meaning[meaning].name} and {path.name}"
            raise InputError(folder, f"{names} are both named for {timepoint_id} ({meaning})")
        by_meaning[meaning] = path
    parts = {kind: by_meaning[kind.value] for kind in MaskKind if kind.value in by_meaning}
    return FoundOutlines(by_meaning.get(WHOLE), parts, by_meaning.get(BRAIN))
