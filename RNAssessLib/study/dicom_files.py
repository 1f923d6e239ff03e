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

from .dicom_prefix import is_dicom
from .readable import check_file, understanding


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
    check_file(path)
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=header_only, force=is_dicom(path))
    except InvalidDicomError:
        raise InputError(path, "is not a DICOM file") from None
    except PermissionError:
        raise InputError(path, "may not be read") from None
    except Exception as error:  # pydicom stumbles over damage in many ways
        raise InputError(path, f"is damaged or truncated ({type(error).__name__})") from None
    with understanding(path):
        found = str(dataset.get("Modality", "none"))
    if modality is not None and found != modality:
        raise InputError(path, f"is {found[:40]}, not {modality}")
    return dataset


def numbers_of(dataset: pydicom.Dataset, path: Path, name: str, count: int = 0) -> list[float]:
    """Finite numbers of a tag that must be there, as many as `count` where that is given.

    Raises
    ------
    InputError
        The tag is missing, or holds something else.
    """
    value = required(dataset, path, name)
    items = [value] if isinstance(value, (str, int, float)) else list(value)
    try:
        found = [float(v) for v in items]
    except (TypeError, ValueError):
        raise InputError(path, f"{name} is {str(value)[:60]!r}, not numbers") from None
    if not np.all(np.isfinite(found)):
        raise InputError(path, f"{name} is {str(value)[:60]!r}, not finite numbers")
    if count and len(found) != count:
        raise InputError(path, f"{name} holds {len(found)} number(s), {count} are needed")
    return found


def whole_of(dataset: pydicom.Dataset, path: Path, name: str, absent: int | None = None) -> int:
    """Whole number of a tag; `absent` where it is not there, else InputError."""
    if absent is not None and dataset.get(name) in (None, ""):
        return absent
    (found,) = numbers_of(dataset, path, name, 1)
    if found != int(found):
        raise InputError(path, f"{name} is {found:g}, not a whole number")
    return int(found)


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
    values = numbers_of(dataset, path, "ImageOrientationPatient", 6)
    i, j = np.array(values[:3]), np.array(values[3:])
    lengths = np.linalg.norm(i), np.linalg.norm(j)
    if min(lengths) < 1e-6 or abs(float(i @ j)) > 1e-3 * lengths[0] * lengths[1]:
        raise InputError(path, "ImageOrientationPatient is not two perpendicular directions")
    i, j = i / lengths[0], j / lengths[1]
    return i, j, np.cross(i, j)


def _check_bits(dataset: pydicom.Dataset, path: Path) -> None:
    """Refuse bits that disagree (PS3.5 8.1.1: High Bit is Bits Stored less one): some would go."""
    allocated, stored = (whole_of(dataset, path, n) for n in ("BitsAllocated", "BitsStored"))
    high = whole_of(dataset, path, "HighBit", stored - 1)
    if stored > allocated or high >= stored or stored < 1:
        raise InputError(path, f"BitsAllocated {allocated}, BitsStored {stored} and HighBit {high} "
                         "do not fit together")  # fmt: skip


def read_pixels(dataset: pydicom.Dataset, path: Path) -> npt.NDArray[Any]:
    """Stored pixel values; raises InputError when there are too few or they cannot be decoded."""
    if "PixelData" not in dataset:
        raise InputError(path, "holds no pixel data")
    _check_bits(dataset, path)
    try:
        return np.asarray(dataset.pixel_array)
    except Exception as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(path, f"pixel data cannot be read, truncated? ({reason[:120]})") from None
