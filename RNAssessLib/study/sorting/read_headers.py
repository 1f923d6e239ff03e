"""The headers of a folder, each file opened once and its pixels never touched."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError
from pydicom.filereader import read_partial
from pydicom.tag import BaseTag
from pydicom.uid import UID, MediaStorageDirectoryStorage

from RNAssessLib.case import InputError, Progress, counted, silent

from ..dicom_prefix import is_dicom
from .alike import Parser
from .header import FolderHeaders, OtherObject, SliceHeader
from .not_dicom import tell_not_dicom
from .parse import ENHANCED, text
from .tags import wanted_tags

PLANS = ("RTDOSE", "RTSTRUCT", "RTPLAN")
IMAGES = {"MR", "PT"}
FUNCTIONAL_GROUPS = 0x5200
TAGS = wanted_tags()
LAST = max(int(tag) for tag in TAGS if tag.group < FUNCTIONAL_GROUPS)
NAMED_DICOM = frozenset({".dcm", ".dicom", ".ima"})  # lower case
STEP = 200  # files between two reports of progress


def read_folder(folder: Path | str, progress: Progress = silent) -> FolderHeaders:
    """Read the headers of every DICOM file in a folder and the folders in it.

    Raises
    ------
    InputError
        The folder is missing or holds no DICOM file.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise InputError(folder, "no such folder")
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    headers = read_files(files, progress)
    if not headers.slices and not headers.others and not any(headers.plans.values()):
        named = "; ".join(item.told for item in tell_not_dicom(headers.not_dicom, folder))
        raise InputError(folder, "holds no DICOM file" + (f": {named}" if named else ""))
    return headers


def read_files(files: Sequence[Path], progress: Progress = silent) -> FolderHeaders:
    """Read the headers of these files; what is not DICOM is passed over, and told if named so."""
    slices: list[SliceHeader] = []
    plans: dict[str, list[Path]] = {name: [] for name in PLANS}
    others: list[OtherObject] = []
    not_dicom: list[Path] = []
    parser = Parser()
    for index, path in enumerate(files):
        if index % STEP == 0:
            progress(index / len(files), f"reading {counted(len(files), 'header')}")
        if not is_dicom(path):
            if path.suffix.lower() in NAMED_DICOM:
                not_dicom.append(path)
            continue
        try:
            dataset = read_header(path)
        except InputError as error:
            others.append(OtherObject(path, "", path.name, error.reason))
            continue
        modality = _modality(dataset)
        if modality in PLANS:
            plans[modality].append(path)
        elif dataset.file_meta.get("MediaStorageSOPClassUID") != MediaStorageDirectoryStorage:
            found, why = _slices_of(dataset, path, parser)
            slices += found
            others += [_other(dataset, path, why)] if why else []
    progress(1.0, f"{counted(len(slices), 'slice')} found")
    return FolderHeaders(
        tuple(slices),
        {name: tuple(found) for name, found in plans.items()},
        tuple(others),
        tuple(not_dicom),
    )


def _is_past_last(tag: BaseTag, _vr: str | None, _length: int) -> bool:
    return int(tag) > LAST  # plain numbers: a tag compares slowly, and this is asked often


def read_header(path: Path) -> Dataset:
    """Elements that sorting needs of one file.

    Of a single-frame file nothing behind the last of them is read: some scanners put long
    sequences of their own there.

    Raises
    ------
    InputError
        The file is damaged.
    """
    try:
        with path.open("rb") as file:
            dataset = read_partial(file, _is_past_last, specific_tags=TAGS, force=True)
        if dataset.get_item("SOPClassUID") and dataset.SOPClassUID in ENHANCED:
            dataset = pydicom.dcmread(path, stop_before_pixels=True, specific_tags=TAGS, force=True)
        return dataset
    except (InvalidDicomError, EOFError, OSError, ValueError, KeyError) as error:
        raise InputError(path, f"is damaged or truncated ({type(error).__name__})") from None


def read_slices(files: Iterable[Path]) -> list[SliceHeader]:
    """Slices of files that are known to be images.

    Raises
    ------
    InputError
        A file is damaged, or holds no slice with a place in the patient.
    """
    found: list[SliceHeader] = []
    parser = Parser()
    for path in files:
        dataset = read_header(path)
        slices, why = _slices_of(dataset, path, parser)
        if why:
            raise InputError(path, why)
        found += slices
    return found


def _modality(dataset: Dataset) -> str:
    """Modality without decoding the element, so that the rest can be compared as bytes."""
    element = dataset.get_item("Modality")
    value = element.value if element is not None else b""
    return value.decode("ascii", "replace").strip("\0 ") if isinstance(value, bytes) else str(value)


def _slices_of(dataset: Dataset, path: Path, parser: Parser) -> tuple[tuple[SliceHeader, ...], str]:
    """Slices of a data set, or why there are none."""
    modality = _modality(dataset)
    if modality not in IMAGES:
        return (), f"{modality or 'no modality'}: {_class_of(dataset)}, not an MR or PET image"
    try:
        slices = parser.parse(dataset, path)
    except (ValueError, TypeError, AttributeError, KeyError, OverflowError) as error:
        return (), f"its header cannot be understood ({type(error).__name__}: {error})"
    if not all(s.has_pixels for s in slices):
        return (), f"{_class_of(dataset)}: holds no image"
    if any(not s.position or not s.orientation for s in slices):
        return (), (
            f"{_class_of(dataset)}: ImagePositionPatient or ImageOrientationPatient is missing"
        )
    return slices, ""


def _class_of(dataset: Dataset) -> str:
    return UID(text(dataset, "SOPClassUID")).name or "object"


def _other(dataset: Dataset, path: Path, why: str) -> OtherObject:
    uid, description = text(dataset, "SeriesInstanceUID"), text(dataset, "SeriesDescription")
    return OtherObject(path, uid, description or path.name, why)
