"""Slices of one series parsed once: only what differs from slice to slice is decoded again.

Most elements repeat byte for byte through a series. A header whose bytes have been seen is copied,
with the elements of `VARYING` decoded anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.tag import Tag

from .frames import parse_dataset
from .header import SliceHeader
from .parse import acquired_at, text, three
from .vendor_facts import first

VARYING = frozenset(
    Tag(name)
    for name in ("SOPInstanceUID", "InstanceNumber", "ImagePositionPatient", "AcquisitionTime")
)
Key = tuple[object, ...]


class Parser:
    """Parses data sets, remembering those it has seen."""

    def __init__(self) -> None:
        self._seen: dict[Key, SliceHeader] = {}

    def parse(self, dataset: Dataset, path: Path) -> tuple[SliceHeader, ...]:
        """Headers of all slices of a file; see `parse_dataset`."""
        if "PerFrameFunctionalGroupsSequence" in dataset:
            return parse_dataset(dataset, path)
        key = _fingerprint(dataset)
        known = self._seen.get(key)
        if known is not None:
            return (
                replace(
                    known,
                    path=path,
                    sop_uid=text(dataset, "SOPInstanceUID"),
                    instance_number=int(first(dataset.get("InstanceNumber")) or 0),
                    position=three(dataset.get("ImagePositionPatient")),
                    seconds=acquired_at(dataset, known.date),
                ),
            )
        (found,) = parse_dataset(dataset, path)
        self._seen[key] = found
        return (found,)


def _fingerprint(dataset: Dataset) -> Key:
    """Bytes of every element but the varying ones, undecoded where they are so still."""
    return tuple(_parts(dataset))


def _parts(dataset: Dataset) -> Iterator[object]:
    for tag in list(dataset.keys()):
        if tag in VARYING:
            continue
        element = dataset.get_item(tag)
        yield tag
        if isinstance(element, RawDataElement):
            yield element.VR
            yield element.value
        elif element.VR == "SQ":
            for item in element.value:
                yield from _parts(item)
        else:
            yield str(element.value)
