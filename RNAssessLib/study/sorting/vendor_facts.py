"""b-value, direction, component and scale out of the vendors' private elements.

Sources: the vendors' conformance statements as dcm2niix's notes on Siemens, GE, Philips, Canon and
United Imaging repeat them; GE's coding of b + 10⁹: rordenlab/dcm2niix #149; Canon's direction in
ImageComments: its Canon notes; Philips' scale slope: Chenevert 2014 (PMC3998685).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydicom.dataset import Dataset

from .header import Numbers
from .tags import (
    GE_ACQUISITION,
    GE_PARAMETERS,
    PHILIPS,
    PHILIPS_MR,
    PRIVATE,
    SIEMENS,
    UNITED,
)

GE_OFFSET = 1e5  # GE adds a high-order flag (10⁹) to the b-value; no b-value is above 10⁵ s/mm²
CANON = re.compile(r"b\s*=\s*(\d+(?:\.\d+)?)\s*\(([^)]*)\)")
GE_COMPONENTS = {0: "M", 1: "P", 2: "R", 3: "I"}
COMPONENTS = {"MAGNITUDE": "M", "PHASE": "P", "REAL": "R", "IMAGINARY": "I"}


@dataclass(frozen=True)
class Diffusion:
    """b in s/mm² (None: not stated), direction (empty: none) and whether it is a combination."""

    b: float | None
    direction: Numbers = ()
    isotropic: bool = False


class PrivateFacts:
    """Private elements of one data set by creator and name, whatever block they lie in."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._creators: dict[tuple[str, int], int] = {}
        for tag in list(dataset.keys()):  # iterating the data set itself would decode it
            if tag.is_private and 0x10 <= tag.element <= 0xFF:
                creator = str(dataset[tag].value or "").strip()
                self._creators[creator, tag.group] = tag.element

    def get(self, creator: str, name: str) -> Any:  # noqa: ANN401
        """Value of a private element, None when it is not there."""
        group, elements = PRIVATE[creator]
        block = self._creators.get((creator, group))
        if block is None:
            return None
        element = self._dataset.get((group, (block << 8) | elements[name]))
        return None if element is None else element.value


def numbers(value: Any) -> Numbers:  # noqa: ANN401
    r"""Numbers of a value of any VR; text and undecoded bytes included, empty when there are none.

    Examples
    --------
    >>> numbers(b"1000\\8"), numbers("2.5"), numbers(None)
    ((1000.0, 8.0), (2.5,), ())
    """
    if value is None or value == "":
        return ()
    if isinstance(value, bytes):
        return _from_bytes(value)
    if isinstance(value, str):
        value = value.split("\\")
    items: Iterable[Any] = value if hasattr(value, "__iter__") else (value,)
    try:
        return tuple(float(v) for v in items)
    except (TypeError, ValueError):
        return ()


def _from_bytes(value: bytes) -> Numbers:
    text = value.rstrip(b"\0 ")
    try:
        return tuple(float(v) for v in text.decode("ascii").split("\\"))
    except (UnicodeDecodeError, ValueError):
        pass
    if len(value) in (4, 8):
        return (float(struct.unpack("<f" if len(value) == 4 else "<d", value)[0]),)
    return ()


def first(value: Any) -> float | None:  # noqa: ANN401
    """First number of a value, None when there is none."""
    found = numbers(value)
    return found[0] if found else None


def read_diffusion(dataset: Dataset, private: PrivateFacts) -> Diffusion:
    """b-value and direction of a single-frame file; the standard elements go first."""
    standard = _standard(dataset)
    for reader in (_siemens, _ge, _philips, _united):
        if standard.b is not None and standard.direction:
            break
        found = reader(private)
        if found.b is None or standard.b not in (None, found.b):
            continue
        standard = Diffusion(
            found.b, standard.direction or found.direction, standard.isotropic or found.isotropic
        )
    canon = CANON.search(str(dataset.get("ImageComments") or ""))
    if canon and standard.b in (None, float(canon[1])):
        way = numbers(canon[2].replace(",", "\\"))
        return Diffusion(float(canon[1]), standard.direction or _unit(way), standard.isotropic)
    return standard


def _standard(dataset: Dataset) -> Diffusion:
    b = first(dataset.get("DiffusionBValue"))
    way = numbers(dataset.get("DiffusionGradientOrientation"))
    kind = str(dataset.get("DiffusionDirectionality") or "")
    items = dataset.get("MRDiffusionSequence")
    if items and b is None:
        return read_diffusion_item(items[0])
    return Diffusion(b, _unit(way), kind == "ISOTROPIC")


def read_diffusion_item(item: Dataset) -> Diffusion:
    """b-value and direction of an MR Diffusion Sequence item (PS3.3 C.8.13.5.9)."""
    ways = item.get("DiffusionGradientDirectionSequence")
    way = numbers(ways[0].get("DiffusionGradientOrientation")) if ways else ()
    kind = str(item.get("DiffusionDirectionality") or "")
    b = first(item.get("DiffusionBValue"))
    if b is None and kind == "NONE":
        b = 0.0
    return Diffusion(b, _unit(way), kind == "ISOTROPIC")


def _siemens(private: PrivateFacts) -> Diffusion:
    kind = str(private.get(SIEMENS, "directionality") or "").strip()
    way = numbers(private.get(SIEMENS, "direction"))
    return Diffusion(first(private.get(SIEMENS, "b")), _unit(way), kind == "ISOTROPIC")


def _ge(private: PrivateFacts) -> Diffusion:
    b = first(private.get(GE_PARAMETERS, "b"))
    way = tuple(first(private.get(GE_ACQUISITION, axis)) or 0.0 for axis in "xyz")
    return Diffusion(None if b is None else b % GE_OFFSET, _unit(way) if b else ())


def _philips(private: PrivateFacts) -> Diffusion:
    b = first(private.get(PHILIPS, "b"))
    kind = str(private.get(PHILIPS, "directionality") or "").strip()
    way = tuple(first(private.get(PHILIPS_MR, axis)) or 0.0 for axis in "xyz")
    return Diffusion(b, _unit(way) if b else (), kind == "I")


def _united(private: PrivateFacts) -> Diffusion:
    return Diffusion(first(private.get(UNITED, "b")))


def _unit(way: Numbers) -> Numbers:
    """Direction as given, empty for the null vector that stands for no direction."""
    return way if len(way) == 3 and any(abs(v) > 1e-6 for v in way) else ()


def read_component(dataset: Dataset, kinds: Iterable[str], private: PrivateFacts) -> str:
    """M, P, R or I of a complex image; empty when nothing says it."""
    stated = COMPONENTS.get(str(dataset.get("ComplexImageComponent") or ""))
    if stated:
        return stated
    listed = set(kinds)
    for word, component in (("P", "P"), ("PHASE", "P"), ("PHASE MAP", "P"), ("R", "R"),
                            ("REAL", "R"), ("I", "I"), ("IMAGINARY", "I")):  # fmt: skip
        if word in listed:
            return component
    philips = str(private.get(PHILIPS_MR, "component") or "").strip()
    if philips in {"P", "R", "I"}:
        return philips
    code = first(private.get(GE_PARAMETERS, "component"))
    return GE_COMPONENTS.get(int(code), "") if code is not None else ("M" if "M" in listed else "")
