"""Headers of the DICOM images a case was read from: what every exported object refers to."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataset import Dataset
from pydicom.uid import generate_uid

from RNAssessLib.case import Case, Image, InputError, SequenceRole, Timepoint
from RNAssessLib.study.dicom_files import open_dicom
from RNAssessLib.study.dicom_prefix import is_dicom

# Attributes that every object needs, empty where the scanner left them out (type 2).
TYPE_2 = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime",
    "StudyID", "AccessionNumber", "ReferringPhysicianName",
)  # fmt: skip
SEXES = {"M", "F", "O"}
TOLERANCE_MM = 0.1
REFERENCED_ROLES = (SequenceRole.T1C, SequenceRole.FLAIR)


def new_uid() -> str:
    """Return a fresh UID."""
    return str(generate_uid(prefix=None))


def derived_uid(*parts: object) -> str:
    """Return the same UID for the same parts: what is tracked keeps it from export to export.

    Examples
    --------
    >>> derived_uid("frame", "L1") == derived_uid("frame", "L1")
    True
    >>> derived_uid("frame", "L1") == derived_uid("frame", "L2")
    False
    """
    digest = hashlib.sha256("|".join(map(str, parts)).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:15], 'big')}"


@dataclass(frozen=True, eq=False)
class SourceImages:
    """Headers (no pixels) of the T1c and FLAIR slices of a case.

    Attributes
    ----------
    headers : mapping of SOPInstanceUID to Dataset
        With empty type 2 attributes filled in.
    """

    headers: Mapping[str, Dataset]

    def slices(self, timepoint: Timepoint, role: SequenceRole = SequenceRole.T1C) -> list[Dataset]:
        """Headers of one sequence in slice order.

        Raises
        ------
        InputError
            The image does not come from DICOM, its files are gone, or they lie elsewhere than the
            image does.
        """
        image = timepoint.sequences[role]
        name = f"{timepoint.id} {role.value}"
        uids = image.source.sop_instance_uids
        if not uids or not all(uids):
            raise InputError(
                image.source.path or name,
                f"{name} is not DICOM: there is no series for a DICOM object to refer to; "
                "`rnassess assess` writes report.pdf, assessment.json and scene.mrb without one",
            )
        missing = [uid for uid in uids if uid not in self.headers]
        if missing:
            raise InputError(
                image.source.path or name, f"{len(missing)} of {len(uids)} slices are not there"
            )
        found = [self.headers[uid] for uid in uids]
        _check_place(found, image, name)
        return found

    def check_one_patient(self) -> None:
        """Raise InputError when the slices name several patients."""
        known = {str(h.PatientID) for h in self.headers.values()}
        if len(known) > 1:
            raise InputError(
                "PatientID",
                f"the series carry {len(known)} different ones; one object cannot hold several "
                "patients (correct the headers, or export with --deidentify)",
            )


def _check_place(found: list[Dataset], image: Image, name: str) -> None:
    if any(int(h.get("NumberOfFrames") or 1) > 1 for h in found):
        raise InputError(
            image.source.path or name,
            f"{name} is enhanced multi-frame DICOM, which an exported object cannot refer to; "
            "export the series as single frames",
        )
    k, j, i = image.grid.shape
    where = image.source.path or name
    if len(found) != k or any((h.Rows, h.Columns) != (j, i) for h in found):
        raise InputError(where, f"{name}: the files have another matrix than the image read")
    stated = np.array([[float(v) for v in h.ImagePositionPatient] for h in found])
    expected = image.grid.index_to_lps([[n, 0, 0] for n in range(k)])
    if np.abs(stated - expected).max() > TOLERANCE_MM:
        raise InputError(where, f"{name}: the files lie elsewhere than the image read")


def read_sources(case: Case, folder: Path | None = None) -> SourceImages:
    """Read the headers of every T1c and FLAIR slice.

    Parameters
    ----------
    case : Case
    folder : Path, optional
        Where the study lies now; by default where the case was read from.

    Raises
    ------
    InputError
        A file that belongs to the case is damaged.
    """
    images = [
        t.sequences[role] for t in case.timepoints for role in REFERENCED_ROLES
        if role in t.sequences
    ]  # fmt: skip
    wanted = {uid for image in images for uid in image.source.sop_instance_uids if uid}
    headers: dict[str, Dataset] = {}
    if wanted:
        for path in _files(images, folder):
            uid = _uid_of(path)
            if uid in wanted:
                headers[uid] = complete(open_dicom(path, header_only=True))
    return SourceImages(headers)


def _files(images: Iterable[Image], folder: Path | None) -> list[Path]:
    if folder is not None:
        return sorted(p for p in folder.rglob("*") if p.is_file() and is_dicom(p))
    folders, named = set(), set()
    for image in images:
        if image.source.files:
            named |= {Path(name) for name in image.source.files}
            continue
        if image.source.path and image.source.sop_instance_uids:
            path = Path(image.source.path)
            folders.add(path if path.is_dir() else path.parent)
    return sorted(
        {p for p in named if p.is_file()}
        | {p for d in folders if d.is_dir() for p in d.iterdir() if p.is_file() and is_dicom(p)}
    )


def _uid_of(path: Path) -> str:
    header = pydicom.dcmread(
        path, stop_before_pixels=True, specific_tags=["SOPInstanceUID"], force=True
    )
    return str(header.get("SOPInstanceUID", ""))


def complete(header: Dataset) -> Dataset:
    """Fill in what an object derived from this header needs; text becomes UTF-8 when written."""
    header.decode()
    header.SpecificCharacterSet = "ISO_IR 192"
    for name in TYPE_2:
        if header.get(name) is None:
            setattr(header, name, "")
    if header.PatientSex not in SEXES:
        header.PatientSex = ""
    return header
