"""What a case was read from, and whether it is still the same."""

from __future__ import annotations

import hashlib
import os
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

# What RNAssess itself puts beside or among the images; it is no input.
OWN = (".session.json", ".teaching.json", ".prepared", ".part", ".lock", ".bak")


def files_of(case: Path, more: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Every regular file that a case is read from, sorted.

    Parameters
    ----------
    case : Path
        DICOM folder, or case file: then it and what it names.
    more : sequence of Path
        Files and folders that the command line names.
    """
    own_file = case / "case.toml" if (case / "case.toml").is_file() else case
    named = [case, *more] if own_file == case and case.is_dir() else [own_file, *more]
    if own_file.is_file():
        named += _named_in(own_file)
    return tuple(sorted({file for path in named for file in _walk(path)}))


def describe(files: Iterable[Path]) -> list[list[Any]]:
    """Path, size, time and digest of each file, as JSON holds them."""
    return [[str(file), *_stat(file), _digest(file)] for file in files]


def are_same(kept: Sequence[Sequence[Any]], files: Sequence[Path]) -> bool:
    """Whether these are the files described, with the same bytes.

    A file of the same size and time is taken for the same; of another time, by its bytes.
    """
    if [row[0] for row in kept] != [str(file) for file in files]:
        return False
    for (_, size, time, digest), file in zip(kept, files, strict=True):
        now_size, now_time = _stat(file)
        if size != now_size or (time != now_time and digest != _digest(file)):
            return False
    return True


def _named_in(case_file: Path) -> Iterator[Path]:
    try:
        held = tomllib.loads(case_file.read_text(encoding="utf-8"))
    except (OSError, ValueError):  # reading the case will say so
        return
    for text in _texts(held):
        try:
            path = (case_file.parent / text).resolve()
            if path.exists():
                yield path
        except (OSError, ValueError):  # no path
            continue


def _texts(held: Any) -> Iterator[str]:  # noqa: ANN401 - TOML
    if isinstance(held, str):
        if held:
            yield held
    elif isinstance(held, dict):
        for value in held.values():
            yield from _texts(value)
    elif isinstance(held, list):
        for value in held:
            yield from _texts(value)


def _walk(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path.resolve()
    for folder, _, _ in os.walk(path):
        base = os.path.realpath(folder)  # once: to resolve each of thousands of files takes a while
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(OWN):
                    continue
                if entry.is_symlink():  # to a file, or to nothing
                    if Path(entry.path).is_file():
                        yield Path(entry.path).resolve()
                elif entry.is_file():
                    yield Path(base, entry.name)


def _stat(file: Path) -> tuple[int, int]:
    held = file.stat()
    return held.st_size, held.st_mtime_ns


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
