"""Corrected outlines put into a case: label maps beside its case file, named in it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import SimpleITK as sitk

from RNAssessLib.case import Case, InputError, Mask, MaskKind
from RNAssessLib.storage import replaced, why_not_written, write_kept

from .case_file_writer import can_write, case_file_text

Masks = Mapping[str, Mapping[MaskKind, Mask]]
TIMEPOINT = re.compile(r"\s*\[\[\s*timepoint\s*\]\]")
MASKS = re.compile(r"\s*\[\s*timepoint\s*\.\s*masks\s*\]")
INSIDE = re.compile(r"\s*\[\s*timepoint\s*\.")
TABLE = re.compile(r"\s*\[")


def write_masks(case: Case, masks: Masks, path: Path) -> None:
    """Write outlines as compressed NRRD into ``<name>.masks`` and name them in the case file.

    All else in the case file stays; one that is not there yet is written whole. The label maps
    come first and the case file is replaced in one step at the end, so that what it names is there.

    Parameters
    ----------
    case : Case
    masks : mapping of timepoint id to mapping of MaskKind to Mask
        On each timepoint's T1c grid; timepoints that are left out stay as they are.
    path : Path
        The case file.

    Raises
    ------
    InputError
        The file belongs to another case, holds its timepoints in another form or cannot be
        written; or the case cannot be written as one.
    """
    folder = path.with_name(f"{path.stem}.masks")
    try:
        if not path.exists():
            if not can_write(case):
                raise InputError(path, "a case whose label maps are separate files has to be "
                                 "written by hand")  # fmt: skip
            text = case_file_text(case, path.parent)
        else:
            text = path.read_text(encoding="utf-8")
        named = {
            t: {k: f"{folder.name}/{_file_name(t, k)}" for k in parts} for t, parts in masks.items()
        }
        written = _name_masks(text, case, named, path)
        folder.mkdir(mode=0o700, exist_ok=True)
        for timepoint, parts in masks.items():
            for kind, mask in parts.items():
                _write(mask, folder / _file_name(timepoint, kind))
        write_kept(path, written, tomllib.loads)
    except (OSError, RuntimeError) as error:
        what = why_not_written(error) if isinstance(error, OSError) else str(error).splitlines()[-1]
        raise InputError(path, f"cannot be written: {what}") from None


def _file_name(timepoint: str, kind: MaskKind) -> str:
    safe = re.sub(r"[^\w.-]", "_", timepoint)
    return f"{safe}-{kind.value}.nrrd"


def _write(mask: Mask, path: Path) -> None:
    image = sitk.GetImageFromArray(mask.array.astype(np.uint8))
    image.SetOrigin(mask.grid.origin_mm)
    image.SetSpacing(mask.grid.spacing_mm)
    image.SetDirection(mask.grid.direction)
    with replaced(path) as part:
        sitk.WriteImage(image, str(part), useCompression=True)


def _name_masks(
    text: str, case: Case, named: Mapping[str, Mapping[MaskKind, str]], path: Path
) -> str:
    """Text of a case file with the masks of some timepoints replaced."""
    try:
        before = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(path, f"is not valid TOML: {error}") from None
    if before.get("id") != case.id:
        raise InputError(path, f"is the case file of {before.get('id')!r}, not of {case.id!r}")
    ids = [t.get("id") for t in before.get("timepoint", [])]
    out: list[str] = []
    number, inside, skipping = -1, False, False
    for line in [*text.splitlines(), "[end]"]:
        if TABLE.match(line):
            if inside and not INSIDE.match(line):  # the timepoint's last table ends here
                out += _lines(named.get(ids[number], {}))
                inside = False
            if TIMEPOINT.match(line):
                number, inside = number + 1, True
            skipping = inside and bool(MASKS.match(line)) and ids[number] in named
        if not skipping:
            out.append(line)
    written = "\n".join(out[:-1]) + "\n"
    if not _says(written, before, named):
        raise InputError(path, "its timepoints are not in [[timepoint]] tables; edit it by hand")
    return written


def _lines(files: Mapping[MaskKind, str]) -> list[str]:
    if not files:
        return []
    return ["[timepoint.masks]", *(f'{k.value} = "{name}"' for k, name in files.items()), ""]


def _says(
    written: str, before: dict[str, Any], named: Mapping[str, Mapping[MaskKind, str]]
) -> bool:
    """Whether the new text names the masks and nothing else changed."""
    try:
        after = tomllib.loads(written)
    except tomllib.TOMLDecodeError:
        return False
    for timepoint in before.get("timepoint", []):
        files = named.get(timepoint.get("id"))
        if files is not None:
            timepoint["masks"] = {kind.value: name for kind, name in files.items()}
    return after == before and set(named) <= {t.get("id") for t in before.get("timepoint", [])}
