"""Slices of one series parsed once: only what differs from slice to slice is decoded again.

Most elements repeat byte for byte through a series. A header whose bytes have been seen is copied,
with the elements of `VARYING` decoded anew.
"""

from __future__ import annotations

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
        key = _fingerprint(dataset)
        known = self._seen.get(key) if key else None
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
        found = parse_dataset(dataset, path)
        if key and len(found) == 1:
            self._seen[key] = found[0]
        return found


def _fingerprint(dataset: Dataset) -> Key:
    """Undecoded bytes of every element but the varying ones; empty when one is decoded already."""
    parts: list[object] = []
    for tag in list(dataset.keys()):
        if tag in VARYING:
            continue
        element = dataset.get_item(tag)
        if not isinstance(element, RawDataElement) or not isinstance(element.value, bytes | None):
            return ()
        parts += (tag, element.VR, element.value)
    return tuple(parts)
