"""Opening DICOM files with errors a user can act on."""

from __future__ import annotations

from datetime import date as Date
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pydicom
from pydicom.errors import InvalidDicomError

from RNAssessLib.case import InputError

LAST_FIRST_ELEMENT = 0x18  # a data set begins at the latest with its SOPInstanceUID (0008,0018)


def is_dicom(path: Path) -> bool:
    """Whether the file carries the DICOM prefix, or begins with a data set as old archives write.

    Without the prefix (PS3.10 demands it) a file counts when its first element is one of group 2 or
    of the first of group 8, in explicit or implicit little endian.
    """
    try:
        with path.open("rb") as file:
            start = file.read(132)
    except OSError:
        return False
    return start[128:] == b"DICM" or _begins_with_element(start)


def _begins_with_element(start: bytes) -> bool:
    if len(start) < 132 or start[:2] not in (b"\x02\x00", b"\x08\x00") or start[3] != 0:
        return False
    if start[2] > LAST_FIRST_ELEMENT:
        return False
    explicit = start[4:6].isalpha() and start[4:6].isupper()
    length = int.from_bytes(start[4:8], "little")
    return explicit or length < len(start)


def siblings_of(path: Path) -> list[Path]:
    """Files of the folder that belong to the same series as `path`."""
    uid = open_dicom(path, header_only=True).get("SeriesInstanceUID")
    own = []
    for other in sorted(path.parent.iterdir()):
        if other.is_file() and is_dicom(other):
            header = pydicom.dcmread(
                other, stop_before_pixels=True, specific_tags=["SeriesInstanceUID"], force=True
            )
            if header.get("SeriesInstanceUID") == uid:
                own.append(other)
    return own


def open_dicom(
    path: Path, modality: str | None = None, *, header_only: bool = False
) -> pydicom.Dataset:
    """Read one DICOM file.

    Raises
    ------
    InputError
        When it is missing, not DICOM, truncated, or of another modality.
    """
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=header_only, force=is_dicom(path))
    except FileNotFoundError:
        raise InputError(path, "no such file") from None
    except IsADirectoryError:
        raise InputError(path, "is a folder, a file is needed") from None
    except InvalidDicomError:
        raise InputError(path, "is not a DICOM file") from None
    except (EOFError, OSError, ValueError, KeyError) as error:
        raise InputError(path, f"is damaged or truncated ({type(error).__name__})") from None
    found = dataset.get("Modality", "none")
    if modality is not None and found != modality:
        raise InputError(path, f"is {found}, not {modality}")
    return dataset


def required(dataset: pydicom.Dataset, path: Path, name: str) -> Any:  # noqa: ANN401
    """Value of a tag that must be there and not empty."""
    value = dataset.get(name)
    if value is None or (hasattr(value, "__len__") and len(value) == 0):
        raise InputError(path, f"{name} is missing")
    return value


def uid_of(dataset: pydicom.Dataset, name: str) -> str | None:
    """UID as plain text, None when absent or empty."""
    value = dataset.get(name)
    return str(value) if value else None


def date_of(dataset: pydicom.Dataset, *names: str) -> Date | None:
    """First of the named DA tags that holds a date."""
    for name in names:
        text = str(dataset.get(name) or "")
        if len(text) >= 8 and text[:8].isdigit():
            try:
                return Date(int(text[:4]), int(text[4:6]), int(text[6:8]))
            except ValueError:
                continue
    return None


def read_axes(dataset: pydicom.Dataset, path: Path) -> tuple[npt.NDArray[np.float64], ...]:
    """Unit vectors of columns' direction (i), rows' direction (j) and their normal, LPS."""
    values = required(dataset, path, "ImageOrientationPatient")
    if len(values) != 6:
        raise InputError(path, "ImageOrientationPatient does not hold six numbers")
    i = np.array([float(v) for v in values[:3]])
    j = np.array([float(v) for v in values[3:]])
    lengths = np.linalg.norm(i), np.linalg.norm(j)
    if min(lengths) < 1e-6 or abs(float(i @ j)) > 1e-3 * lengths[0] * lengths[1]:
        raise InputError(path, "ImageOrientationPatient is not two perpendicular directions")
    i, j = i / lengths[0], j / lengths[1]
    return i, j, np.cross(i, j)


def read_pixels(dataset: pydicom.Dataset, path: Path) -> npt.NDArray[Any]:
    """Stored pixel values; raises InputError when there are too few or they cannot be decoded."""
    if "PixelData" not in dataset:
        raise InputError(path, "holds no pixel data")
    try:
        return np.asarray(dataset.pixel_array)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(path, f"pixel data cannot be read, truncated? ({reason[:120]})") from None
