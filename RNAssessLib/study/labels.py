"""Label maps as structures."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from RNAssessLib.case import InputError, Mask, Structure

from .rt_structure_set import guess_role
from .volume import read_volume

MOST_LABELS = 100


def read_label_map(path: Path, name: str | None = None) -> tuple[Structure, ...]:
    """Read every label as a structure; a single label takes `name` or the file's name."""
    image = read_volume(path)
    values = np.unique(image.array)
    if not np.allclose(values, np.rint(values)) or len(values) > MOST_LABELS:
        raise InputError(path, "is not a label map (values are not a few whole numbers)")
    labels = [int(v) for v in values if v != 0]
    if not labels:
        raise InputError(path, "the label map is empty")
    base = name or path.name.split(".")[0]
    structures = []
    for label in labels:
        title = base if len(labels) == 1 else f"{base} {label}"
        mask = Mask(image.array == label, image.grid)
        structures.append(Structure(title, guess_role(title), mask, label))
    return tuple(structures)
