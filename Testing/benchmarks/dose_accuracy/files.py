"""The drawn plans as DICOM, for systems that read files."""

from datetime import date

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from RNAssessLib.case import Image, SequenceRole, Source, Timepoint
from RNAssessLib.phantom.plan_writer import build_rt_dose, build_rt_structure_set

ROOT = "1.2.826.0.1.3680043.8.498.2"


def write_plan(course, folder):
    """Write ``rtss.dcm`` and ``rtdose.dcm``; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    grid = course.dose.grid
    slices = tuple(f"{ROOT}.9.{n}" for n in range(grid.shape[0]))
    source = Source("", f"{ROOT}.8", f"{ROOT}.7", slices)
    image = Image(
        np.zeros(grid.shape, np.float32), grid, course.dose.frame_of_reference_uid, source
    )
    planning = Timepoint("t0", date(2025, 1, 8), {SequenceRole.T1C: image})
    header = Dataset()
    header.PatientID = header.PatientName = "BALL"
    header.PatientBirthDate = header.PatientSex = ""
    header.StudyInstanceUID = f"{ROOT}.7"
    header.StudyID = header.AccessionNumber = header.ReferringPhysicianName = ""
    header.StudyDate, header.StudyTime = "20250108", "100000"
    header.Manufacturer = "made"
    structures = build_rt_structure_set(header, course, planning, f"{ROOT}.1")
    _save(structures, folder / "rtss.dcm")
    _save(build_rt_dose(header, course, f"{ROOT}.2", f"{ROOT}.3"), folder / "rtdose.dcm")
    return folder


def _save(dataset, path):
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.save_as(path, enforce_file_format=True)
