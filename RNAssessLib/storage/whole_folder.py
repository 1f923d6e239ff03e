"""A folder whose files appear together."""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

from RNAssessLib.case import InputError

from .leftovers import clear_leftovers
from .whole_file import HIDDEN, sync, sync_folder, why_not_written

UNFINISHED = "UNFINISHED.txt"
UNFINISHED_TEXT = (
    "RNAssess was stopped while it replaced the files of this folder: some are of this run, some "
    "of the one before.\nRun the same command again; this file then goes away.\n"
)


def check_folder(out: Path) -> None:
    """Refuse a place that no folder can be written to, before long work; raises InputError."""
    if out.exists() and not out.is_dir():
        raise InputError(out, "is a file, a folder is needed")
    there = next((p for p in (out, *out.absolute().parents) if p.exists()), out)
    if not there.is_dir():
        raise InputError(out, f"cannot be written: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise InputError(out, "cannot be written: you may not write there")


@contextlib.contextmanager
def whole_folder(out: Path, *, durable: bool = True) -> Iterator[Path]:
    """Yield a hidden folder to write into; when the block ends its files stand in `out`.

    A folder that is missing or empty appears with all its files at once, readable by its owner
    alone. In one that holds files already they are replaced one after the other; a kill in these
    moments leaves a note, `UNFINISHED`, beside them.

    Parameters
    ----------
    out : Path
    durable : bool
        Force the files to the disk first; not worth its time for what can be made again.

    Raises
    ------
    InputError
        It cannot be written; files of an earlier run are then as they were.
    """
    try:
        fresh = not out.exists() or not any(out.iterdir())
        (out.parent if fresh else out).mkdir(mode=0o700, parents=True, exist_ok=True)
        home = out.parent if fresh else out
        clear_leftovers(home)
        stage = Path(tempfile.mkdtemp(prefix=HIDDEN, dir=home))
    except OSError as error:
        raise InputError(out, f"cannot be written: {why_not_written(error)}") from None
    try:
        yield stage
        for place in sorted(stage.rglob("*")):
            place.chmod(0o700 if place.is_dir() else 0o600)  # about a patient
            if durable and place.is_file():
                sync(place)
        if fresh:
            if out.exists():
                stage.chmod(stat.S_IMODE(out.stat().st_mode))
                out.rmdir()
            stage.rename(out)
        else:
            _move_files(stage, out)
        sync_folder(home)
    except OSError as error:
        raise InputError(out, f"cannot be written: {why_not_written(error)}") from None
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _move_files(stage: Path, out: Path) -> None:
    note = out / UNFINISHED
    note.write_text(UNFINISHED_TEXT, encoding="utf-8")
    for made in sorted(stage.iterdir()):
        os.replace(made, out / made.name)  # noqa: PTH105 - atomic on one file system
    sync_folder(out)
    note.unlink()
