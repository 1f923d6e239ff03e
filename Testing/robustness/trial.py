"""One mutation tried in a process of its own: what became of it, how long, how much memory."""

import contextlib
import hashlib
import os
import pickle
import resource
import select
import signal
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path

import numpy as np

LIMIT_S = 60.0  # wall clock, on a machine that does other things as well
LIMIT_BYTES = 4 << 30
REFUSED, SAME, TOLD, FAULT = "refused", "same answer", "told", "fault"
LESS = "says less"  # proper by itself, all it states is right: nothing in it shows that it was cut


@dataclass(frozen=True)
class Trial:
    """A mutation and how its answer is asked for.

    Attributes
    ----------
    kind : str
        Row of the table.
    name : str
    make : callable
        ``make(folder)`` writes the mutated input and returns what is asked about.
    ask : callable
        ``ask(made)`` gives the answer, or raises InputError.
    base : object
        The unmutated answer's digest.
    told : callable or None
        ``told(answer)`` is true where a different answer names what is different.
    less : callable or None
        ``less(answer)`` is true where the input is proper by itself and each thing that it still
        states is unchanged: that more was stated once cannot be known from it.
    as_nobody : bool
        Ask as a user without rights.
    """

    kind: str
    name: str
    make: Callable
    ask: Callable
    base: object
    told: Callable | None = None
    less: Callable | None = None
    as_nobody: bool = False


@dataclass(frozen=True)
class Outcome:
    """What became of a trial."""

    what: str
    said: str
    seconds: float
    peak_bytes: int


def digest(value) -> str:
    """Every number, word and array of an answer in one short text; places of files are left out."""
    made = hashlib.sha256()
    _feed(made, value)
    return made.hexdigest()[:24]


def _feed(made, value) -> None:
    if isinstance(value, np.ndarray):
        made.update(str((value.shape, value.dtype.kind)).encode())
        made.update(np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        if type(value).__name__ == "Source":  # names the file
            return
        made.update(type(value).__name__.encode())
        for field in fields(value):
            if field.name not in ("warnings", "mapping", "structures_path", "path", "notice"):
                made.update(field.name.encode())
                _feed(made, getattr(value, field.name))
    elif isinstance(value, dict) or hasattr(value, "items"):
        for key, item in value.items():
            _feed(made, key)
            _feed(made, item)
    elif isinstance(value, (list, tuple)):
        made.update(f"[{len(value)}".encode())
        for item in value:
            _feed(made, item)
    elif isinstance(value, Enum):
        made.update(str(value.value).encode())
    elif not isinstance(value, Path):
        made.update(_words(value).encode())


def _words(value) -> str:
    if isinstance(value, float):  # a lattice stored twice, in other words, is rounded otherwise
        return f"{round(value, 3) + 0.0:.3f}"
    return repr(value)


def run(trial: Trial, folder: Path) -> Outcome:
    """Make and ask in a forked process with limits on time and memory."""
    folder.mkdir(parents=True, exist_ok=True)
    reading, writing = os.pipe()
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _in_child(trial, folder, writing)
    os.close(writing)
    told, hung = b"", False
    while True:
        ready, _, _ = select.select([reading], [], [], max(0, started + LIMIT_S - time.monotonic()))
        if not ready:
            hung = True
            os.kill(child, signal.SIGKILL)
            break
        chunk = os.read(reading, 1 << 16)
        if not chunk:
            break
        told += chunk
    os.close(reading)
    _pid, status, usage = os.wait4(child, 0)
    seconds, peak = time.monotonic() - started, usage.ru_maxrss * 1024
    if hung:
        return Outcome(FAULT, f"no end after {LIMIT_S:.0f} s", seconds, peak)
    if not told:
        return Outcome(FAULT, f"died of signal {os.WTERMSIG(status)}", seconds, peak)
    what, said = pickle.loads(told)
    if peak > LIMIT_BYTES:
        return Outcome(FAULT, f"took {peak >> 20} MiB", seconds, peak)
    return Outcome(what, said, seconds, peak)


def _in_child(trial: Trial, folder: Path, writing: int) -> None:
    try:
        with open(os.devnull, "w") as nothing:  # noqa: PTH123
            os.dup2(nothing.fileno(), 1)
            os.dup2(nothing.fileno(), 2)
        result = _ask(trial, folder)
        os.write(writing, pickle.dumps(result))
    finally:
        os._exit(0)


def _ask(trial: Trial, folder: Path) -> tuple[str, str]:
    from RNAssessLib.case import InputError

    try:
        made = trial.make(folder)
    except Exception:
        return FAULT, "the mutation could not be made: " + traceback.format_exc(limit=-2)
    pages = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (pages + LIMIT_BYTES,) * 2)
    if trial.as_nobody and os.geteuid() == 0:
        os.setuid(65534)
    try:
        answer = trial.ask(made)
    except InputError as error:
        text = str(error)
        if "\n" in text or len(text) > 1000:
            return FAULT, "not one line: " + text[:200]
        if not error.path or not error.reason:
            return FAULT, "names no file or no reason: " + text
        return REFUSED, error.reason
    except BaseException as error:
        where = traceback.extract_tb(error.__traceback__)[-1]
        own = [f for f in traceback.extract_tb(error.__traceback__) if "RNAssessLib" in f.filename]
        place = own[-1] if own else where
        text = f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})"
        return FAULT, text[:300]
    if digest(answer) == trial.base:
        return SAME, ""
    if trial.told is not None:
        with contextlib.suppress(Exception):
            why = trial.told(answer)
            if why:
                return TOLD, str(why)[:200]
    if trial.less is not None and trial.less(answer):
        return LESS, ""
    return FAULT, "a different answer, and nothing says so"
