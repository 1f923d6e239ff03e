"""Steps of preparation whose inputs recur from pair to pair, done once and read back.

Half of the real pairs start from the scan as it is: its atlas alignment, brain and anatomy come
out the same every time (Testing/test_repeatable.py), and cost more than all else. A step is known
by its whole input and the library's code, so that nothing made by other code is ever read.
"""

import hashlib
import os
import pickle
from dataclasses import fields, is_dataclass
from enum import Enum
from pathlib import Path

import numpy as np

from RNAssessLib.preparation import align, prepare_case

STEPS = (
    (prepare_case, "register_template"),
    (align, "compute_brain_mask"),
    (prepare_case, "compute_anatomy"),
)


def digest(value, found=None):
    """Fingerprint of arrays, dataclasses and plain values; calls (progress) do not count."""
    whole = found is None
    found = found or hashlib.sha256()
    if isinstance(value, np.ndarray):
        found.update(f"{value.dtype}{value.shape}".encode() + np.ascontiguousarray(value).tobytes())
    elif is_dataclass(value) and not isinstance(value, type):
        found.update(type(value).__name__.encode())
        for field in fields(value):
            digest(getattr(value, field.name), found)
    elif isinstance(value, Enum):
        found.update(repr(value).encode())
    elif isinstance(value, dict):
        for key in sorted(value, key=repr):
            digest(key, found)
            digest(value[key], found)
    elif isinstance(value, tuple | list):
        found.update(b"(%d" % len(value))
        for part in value:
            digest(part, found)
    elif hasattr(value, "changed"):  # thresholds
        digest(dict(value.changed), found)
    elif not callable(value):
        found.update(repr(value).encode())
    return found.hexdigest() if whole else ""


def held(folder, name, code, inputs, make):
    """Result of `make()`, read back when the same step was done before on the same input."""
    path = Path(folder) / f"{name}-{code}-{digest(inputs)[:24]}.pickle"
    if path.exists():
        return pickle.loads(path.read_bytes())
    result = make()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}")
    part.write_bytes(pickle.dumps(result, protocol=4))
    part.replace(path)
    return result


def reuse_steps(folder, code):
    """Let preparation read back the steps of `STEPS`; an exception is never kept."""
    for module, name in STEPS:
        step = getattr(module, name)

        def wrapped(*args, _name=name, _step=step, **more):
            return held(folder, _name, code, (args, more), lambda: _step(*args, **more))

        setattr(module, name, wrapped)
