"""Finished cases on disk: a case is done again only when what it rests on has changed."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from RNAssessLib import __version__
from RNAssessLib.case import InputError
from RNAssessLib.evidence import Thresholds
from RNAssessLib.kept.store import code_digest
from RNAssessLib.study.find_cases import CASE_FILE

SCHEMA = "rnassess/cohort-case/1"
FOLDER = "cases"  # in the output folder; holds ids and figures of patients, like the table
CHUNK = 1 << 20
Rows = list[dict[str, Any]]


def compute_digest(
    case: Path, sessions: Sequence[Path], thresholds: Thresholds, computed_only: bool
) -> str | None:
    """Digest of everything that a case's rows rest on.

    Input files by content, readers' sessions, thresholds (changed ones and the evidence file's
    defaults), version and code.

    Parameters
    ----------
    case : Path
        DICOM folder or case file.
    sessions : sequence of Path
        Readers' sessions; those that do not exist count as absent.
    thresholds : Thresholds
    computed_only : bool

    Returns
    -------
    str or None
        Hexadecimal; None when there is no such file or folder.
    """
    if not case.exists():
        return None
    whole = hashlib.sha256()
    settings = {
        "schema": SCHEMA, "version": __version__, "code": code_digest(),
        "computed_only": computed_only,
        "thresholds": dict(sorted(thresholds.changed.items())),
    }  # fmt: skip
    whole.update(json.dumps(settings, sort_keys=True).encode())
    whole.update(resources.files("RNAssessLib").joinpath("evidence.toml").read_bytes())
    for path in (*_input_files(case), *(s for s in sessions if s.is_file())):
        whole.update(f"\n{os.path.relpath(path, case.parent)}\n".encode())
        whole.update(_digest_file(path))
    return whole.hexdigest()


def _digest_file(path: Path) -> bytes:
    own = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(CHUNK):
                own.update(block)
    except OSError as error:
        raise InputError(path, f"cannot be read: {error.strerror}") from None
    return own.digest()


def _input_files(case: Path) -> Iterator[Path]:
    """Files of a folder, or a case file and whatever files and folders it names."""
    if case.is_dir():
        yield from sorted(p for p in case.rglob("*") if p.is_file())
        if (case / CASE_FILE).is_file():  # it may name files outside its folder
            yield from _input_files(case / CASE_FILE)
        return
    yield case
    try:
        document = tomllib.loads(case.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return  # reading it will say what is wrong with it
    for named in sorted({text for text in _texts(document) if text}):
        path = case.parent / named
        try:
            if path.is_file():
                yield path
            elif path.is_dir() and path.resolve() != case.parent.resolve():
                yield from sorted(p for p in path.rglob("*") if p.is_file())
        except OSError:  # a text too long for a file name, or with signs that none may hold
            continue


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


class KeptCases:
    """Rows of finished cases, one file each, named by digest.

    Parameters
    ----------
    out : Path
        Output folder of the cohort.
    """

    def __init__(self, out: Path) -> None:
        self.folder = out / FOLDER

    def load(self, digest: str | None) -> Rows | None:
        """Rows kept under a digest; None without, or when the file is not one of ours."""
        if digest is None:
            return None
        try:
            document = json.loads((self.folder / f"{digest}.json").read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        if not isinstance(document, dict) or document.get("schema") != SCHEMA:
            return None
        rows: Rows = document["rows"]
        return rows

    def save(self, digest: str | None, rows: Rows) -> None:
        """Keep the rows; the file appears whole or not at all."""
        if digest is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{digest}.json"
        part = path.with_suffix(".part")
        text = json.dumps({"schema": SCHEMA, "rows": rows}, ensure_ascii=False, allow_nan=False)
        part.write_text(text + "\n", encoding="utf-8")
        part.replace(path)
