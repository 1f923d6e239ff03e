"""Which number of a network's label map means what: declared, never guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Image, InputError, Mask, MaskKind

from .volume import read_volume

BoolArray = npt.NDArray[np.bool_]
WITH_CORE = "enhancing_with_core"
IGNORED = "ignore"
GRID_MM = 0.05
MOST_LABELS = 100
HALF = 0.5


@dataclass(frozen=True)
class LabelNumbers:
    """Meaning of the numbers in a label map.

    Attributes
    ----------
    name : str
        Of the convention, for messages.
    parts : mapping of MaskKind to tuple of int
        Oedema without the lesion in it, as BraTS and AURORA have it.
    with_core : tuple of int
        Enhancing part and core under one number.
    ignored : tuple of int
        Known, and of no part (resection cavity).
    every : bool
        Any number counts (numbered lesions): for a file of one part only.
    """

    name: str
    parts: Mapping[MaskKind, tuple[int, ...]] = field(default_factory=dict)
    with_core: tuple[int, ...] = ()
    ignored: tuple[int, ...] = ()
    every: bool = False

    @property
    def known(self) -> set[int]:
        """Numbers that are declared."""
        named = [n for numbers in self.parts.values() for n in numbers]
        return {*named, *self.with_core, *self.ignored}


# BraTS until 2021: 1 necrotic and non-enhancing core, 2 oedema, 4 enhancing (doi
# 10.1109/TMI.2014.2377694 and the challenge's pages); from 2023 on 3 is enhancing (BraTS-METS 2023,
# PMC10312806). AURORA: 1 oedema, 2 metastasis, its necrosis in it (BrainLesion/AURORA, post-process
# step; doi 10.1016/j.radonc.2022.11.014).
E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741
CONVENTIONS = {
    "brats-2021": LabelNumbers("BraTS-2021", {E: (4,), C: (1,), O: (2,)}),
    "brats-2023": LabelNumbers("BraTS-2023", {E: (3,), C: (1,), O: (2,)}),
    "aurora": LabelNumbers("AURORA", {O: (1,)}, with_core=(2,)),
    "lesions": LabelNumbers("lesions", every=True),
}


def parse_label_numbers(given: Any, source: Path | str) -> LabelNumbers:  # noqa: ANN401
    """Read a declaration: the name of a convention, or a table of numbers.

    Parameters
    ----------
    given : str or mapping
        ``BraTS-2021``, ``BraTS-2023``, ``AURORA``, ``lesions``; or ``{ enhancing = 4,
        necrotic_core = [1, 3], oedema = 2, enhancing_with_core = 5, ignore = 6 }``.
    source : Path or str
        What is at fault when it is wrong.

    Examples
    --------
    >>> parse_label_numbers("BraTS-2023", "case.toml").parts[MaskKind.ENHANCING]
    (3,)
    """
    if isinstance(given, str):
        found = CONVENTIONS.get(given.casefold())
        if found is None:
            names = ", ".join(c.name for c in CONVENTIONS.values())
            raise InputError(source, f"labels {given!r} are none of {names}")
        return found
    if not isinstance(given, Mapping) or not given:
        raise InputError(source, "labels are neither a name nor a table of numbers")
    parts: dict[MaskKind, tuple[int, ...]] = {}
    other: dict[str, tuple[int, ...]] = {WITH_CORE: (), IGNORED: ()}
    for key, value in given.items():
        numbers = tuple(value) if isinstance(value, list) else (value,)
        if not all(type(n) is int and n > 0 for n in numbers):
            raise InputError(source, f"labels: {key} = {value!r} is no label number")
        if key in other:
            other[key] = numbers
        elif key in {kind.value for kind in MaskKind}:
            parts[MaskKind(key)] = numbers
        else:
            words = ", ".join([*(kind.value for kind in MaskKind), *other])
            raise InputError(source, f"labels: {key!r} is none of {words}")
    named = [n for v in (*parts.values(), *other.values()) for n in v]
    if len(set(named)) != len(named):
        raise InputError(source, "labels: one number means two parts")
    if not parts and not other[WITH_CORE]:
        raise InputError(source, "labels name no part")
    return LabelNumbers("the declared labels", parts, other[WITH_CORE], other[IGNORED])


def read_label_image(path: Path, t1c: Image, *, soft: bool = False) -> npt.NDArray[np.int_]:
    """Label numbers (K, J, I) of a file on the T1c's lattice.

    Parameters
    ----------
    path : Path
    t1c : Image
        Of the same timepoint.
    soft : bool
        Take values between 0 and 1 as shares or probabilities: above one half is 1.

    Raises
    ------
    InputError
        Not readable, no label map, not on the T1c's lattice.
    """
    image = read_volume(path)
    if soft and image.array.min() >= 0 and image.array.max() <= 1:
        image = image.with_array((image.array > HALF).astype(np.float32))
    values = np.unique(image.array)
    if len(values) > MOST_LABELS or not np.allclose(values, np.rint(values)) or values[0] < 0:
        raise InputError(path, "is not a label map (values are not a few whole numbers)")
    if not image.grid.matches(t1c.grid, tolerance_mm=GRID_MM):
        raise InputError(path, "is not on the grid of its timepoint's T1c: outline that image, or "
                         "resample the outline to it by nearest neighbour")  # fmt: skip
    return np.rint(image.array).astype(int)


def held_numbers(labels: npt.NDArray[np.int_]) -> list[int]:
    """Numbers in a label map but 0."""
    return [int(n) for n in np.unique(labels) if n]


def check_declared(
    labels: npt.NDArray[np.int_], numbers: LabelNumbers | None, path: Path
) -> list[int]:
    """Numbers of a label map, all of which `numbers` declares.

    Raises
    ------
    InputError
        A number is not declared, or several are there and nothing is declared.
    """
    held = held_numbers(labels)
    if numbers is None:
        if len(held) > 1:
            raise InputError(path, f"holds labels {_listed(held)}, which are not declared: "
                             "give labels in [outlines]")  # fmt: skip
        return held
    strange = [n for n in held if n not in numbers.known]
    if strange and not numbers.every:
        raise InputError(path, f"holds {_label(strange)}, not declared: {numbers.name} has "
                         f"{_listed(sorted(numbers.known))}")  # fmt: skip
    return held


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _label(numbers: list[int]) -> str:
    return f"label{'s' * (len(numbers) > 1)} {_listed(numbers)}"


def read_brain(path: Path, t1c: Image) -> Mask:
    """Read a brain mask on the lattice of the T1c.

    Raises
    ------
    InputError
        Not readable, not on the T1c's lattice, empty, or not a mask of one value.
    """
    held = held_numbers(labels := read_label_image(path, t1c))
    if not held:
        raise InputError(path, "is empty: a brain mask has voxels")
    if len(held) > 1:
        raise InputError(path, f"holds {len(held)} values, a brain mask holds one beside 0")
    return Mask(labels != 0, t1c.grid)
