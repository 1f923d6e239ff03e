"""What all exported DICOM objects share: who made them, from whom, and how they are saved."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian

from RNAssessLib import __version__
from RNAssessLib.disclaimer import DISCLAIMER

from .pseudonym import Pseudonym
from .sources import new_uid

MANUFACTURER = "RNAssess"
SERIAL_NUMBER = "0"
IMPLEMENTATION_UID = "2.25.210514387916204936812950731506012739"
PATIENT_AND_STUDY = (
    "PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate",
    "StudyTime", "StudyID", "AccessionNumber", "ReferringPhysicianName", "StudyDescription",
)  # fmt: skip
SERIES_NUMBERS = {"SEG": 7001, "SR": 7002, "RTSTRUCT": 7003, "DOC": 7004}


@contextmanager
def no_names_in_logs() -> Iterator[None]:
    """Silence the DICOM libraries: their warnings quote odd values, patients' names among them."""
    loggers = [logging.getLogger(name) for name in ("highdicom", "pydicom")]
    levels = [logger.level for logger in loggers]
    try:
        for logger in loggers:
            logger.setLevel(logging.CRITICAL)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)


def start_object(source: Dataset, sop_class: str, modality: str, description: str) -> Dataset:
    """Return a dataset in the study of `source`, with equipment and a new series of its own."""
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 192"
    for name in PATIENT_AND_STUDY:
        if name in source:
            setattr(made, name, source.get(name))
    made.SOPClassUID, made.SOPInstanceUID = sop_class, new_uid()
    made.Modality = modality
    made.SeriesInstanceUID = new_uid()
    made.SeriesNumber = SERIES_NUMBERS[modality]
    made.SeriesDescription = description
    made.InstanceNumber = 1
    made.Manufacturer = MANUFACTURER
    made.ManufacturerModelName = MANUFACTURER
    made.DeviceSerialNumber = SERIAL_NUMBER
    made.SoftwareVersions = __version__
    now = datetime.now()
    made.InstanceCreationDate = now.strftime("%Y%m%d")
    made.InstanceCreationTime = now.strftime("%H%M%S")
    return made


def made_here(modality: str) -> dict[str, Any]:
    """Series, instance and equipment of a new object, as highdicom's constructors take them.

    Parameters
    ----------
    modality : str
        One of `SERIES_NUMBERS`.
    """
    return {
        "series_instance_uid": new_uid(),
        "series_number": SERIES_NUMBERS[modality],
        "sop_instance_uid": new_uid(),
        "instance_number": 1,
        "manufacturer": MANUFACTURER,
        "manufacturer_model_name": MANUFACTURER,
        "software_versions": __version__,
        "device_serial_number": SERIAL_NUMBER,
    }


def reference(source: Dataset) -> Dataset:
    """Item that refers to one instance."""
    item = Dataset()
    item.ReferencedSOPClassUID = source.SOPClassUID
    item.ReferencedSOPInstanceUID = source.SOPInstanceUID
    return item


def series_description(what: str) -> str:
    """Words for the list of series; the disclaimer stands there too (at most 64 characters).

    Examples
    --------
    >>> series_description("RNAssess masks")
    'RNAssess masks. Research use only. Not a medical device.'
    """
    return f"{what}. {DISCLAIMER}"


def mark_deidentified(made: Dataset, pseudonym: Pseudonym) -> Dataset:
    """State the method (PS3.15 basic profile, dates modified) and hide the day of the export."""
    made.PatientIdentityRemoved = "YES"
    made.LongitudinalTemporalInformationModified = "MODIFIED"
    if "BurnedInAnnotation" in made:
        made.BurnedInAnnotation = "NO"  # its pages were written anew from the de-identified case
    codes = (
        ("113100", "Basic Application Confidentiality Profile"),
        ("113107", "Retain Longitudinal Temporal Information Modified Dates Option"),
    )
    items = []
    for value, meaning in codes:
        item = Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
        items.append(item)
    made.DeidentificationMethodCodeSequence = Sequence(items)
    for tag in list(made.iterall()):
        if tag.VR == "DA" and tag.keyword not in pseudonym.shifted_dates and tag.value:
            tag.value = str(made.get("StudyDate") or "")
        if tag.VR == "DT" and tag.value:
            tag.value = f"{made.get('StudyDate') or '19000101'}000000"
        if tag.VR == "TM" and tag.value:
            tag.value = "000000"
    return made


def save_object(made: Dataset, path: Path) -> None:
    """Write one object as explicit little endian DICOM."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = made.SOPClassUID
    meta.MediaStorageSOPInstanceUID = made.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = IMPLEMENTATION_UID
    meta.ImplementationVersionName = f"RNASSESS {__version__}"[:16]
    made.file_meta = meta
    made.preamble = b"\0" * 128
    made.save_as(path, enforce_file_format=True)
