"""A digital patient as a DICOM study: MR series, RTDOSE, RTSTRUCT, RTPLAN and ``truth.json``."""

from __future__ import annotations

import json
from datetime import date as Date
from pathlib import Path
from typing import Any

import numpy as np
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian

from RNAssessLib.case import (
    Case,
    Course,
    Image,
    InputError,
    MaskKind,
    Progress,
    SequenceRole,
    Timepoint,
    silent,
)
from RNAssessLib.storage import whole_folder
from RNAssessLib.study.case_file_end import close_text
from RNAssessLib.study.case_file_writer import amino_acid_pet_lines, event_lines, spectrum_lines

from .patient import DigitalPatient, uid_for
from .plan_writer import build_rt_dose, build_rt_plan, build_rt_structure_set

COURSE_FILES = {"dose": "rtdose.dcm", "structures": "rtss.dcm", "plan": "rtplan.dcm"}
MR_CLASS = "1.2.840.10008.5.1.4.1.1.4"
# role: (ScanningSequence, SequenceVariant, TR, TE, TI, contrast, description)
PARAMETERS: dict[SequenceRole, tuple[str, str, float, float, float | None, bool, str]] = {
    SequenceRole.T1C: ("GR\\IR", "MP", 1900, 2.5, 900, True, "t1 mprage post gad"),
    SequenceRole.T1: ("GR\\IR", "MP", 1900, 2.5, 900, False, "t1 mprage"),
    SequenceRole.FLAIR: ("SE\\IR", "SK", 8000, 120, 2400, False, "t2 flair"),
    SequenceRole.DWI: ("EP", "SK", 6000, 80, None, False, "dwi b1000"),
    SequenceRole.ADC: ("EP", "SK", 6000, 80, None, False, "dwi adc"),
    SequenceRole.SWI: ("GR", "SP", 28, 20, None, False, "swi"),
    SequenceRole.RCBV: ("EP", "SK", 1800, 30, None, True, "dsc rcbv"),
    SequenceRole.KTRANS: ("GR", "SP", 5, 2, None, True, "dce ktrans"),
    SequenceRole.CBF: ("SE", "SK", 4500, 12, None, False, "asl cbf"),
    SequenceRole.T1C_DELAYED: ("GR\\IR", "MP", 1900, 2.5, 900, True, "t1 mprage post gad delay"),
}
# ADC in the scanner's usual 10⁻⁶ mm²/s; the others are read as ratios only
STORED_PER_UNIT = {
    SequenceRole.ADC: 1000.0,
    SequenceRole.RCBV: 100.0,
    SequenceRole.KTRANS: 10000.0,
    SequenceRole.CBF: 10.0,
}


def write_study(patient: DigitalPatient, out: Path | str, progress: Progress = silent) -> Path:
    """Write the study into a new folder, whole or not at all.

    Raises
    ------
    InputError
        When `out` exists and is not empty.
    """
    out = Path(out)
    if out.exists() and any(out.iterdir()):
        raise InputError(out, "is not empty; choose another folder")
    with whole_folder(out, durable=False) as stage:
        visits = patient.case.timepoints
        for index, visit in enumerate(visits):
            progress(index / len(visits), f"writing visit {visit.id}")
            for role, image in visit.sequences.items():
                _write_series(patient, visit, role, image, stage / visit.id / role.value)
        for course in patient.case.courses:
            if course.dose is not None:
                _write_course(patient, course, stage / course.id)
        text = json.dumps(describe_truth(patient), indent=1)
        (stage / "truth.json").write_text(text + "\n", encoding="utf-8")
        if needs_case_file(patient.case):
            lines = describe_case(patient.case)
            (stage / "case.toml").write_text(close_text(lines), encoding="utf-8")
        stage.chmod(0o755)  # nobody's data
    progress(1.0, "study written")
    return out


def describe_truth(patient: DigitalPatient) -> dict[str, Any]:
    """Return what ``truth.json`` holds: transforms, volumes, answers, places."""
    timepoints = []
    for visit in patient.case.timepoints:
        truth = patient.truth[visit.id]
        grid = visit.t1c.grid
        lesions = []
        for index, scripted in enumerate(patient.scenario.lesions):
            state = truth.states[index]
            native = truth.to_reference.inverse()
            lesions.append(
                {
                    "target": f"GTV{scripted.name}",
                    "enhancing_cm3": truth.mask(index, MaskKind.ENHANCING, grid).volume_cm3,
                    "necrotic_core_cm3": truth.mask(index, MaskKind.NECROTIC_CORE, grid).volume_cm3,
                    "center_lps_mm": (
                        native.apply(state.body[0].center_mm).tolist() if state.body else None
                    ),
                    "satellites_lps_mm": [
                        native.apply(b.center_mm).tolist() for b in state.satellites
                    ],
                    "swi_foci_lps_mm": [native.apply(b.center_mm).tolist() for b in state.swi_foci],
                    "core_restricted": state.core_restricted,
                }
            )
        timepoints.append(
            {
                "id": visit.id,
                "date": visit.date.isoformat(),
                "to_reference": truth.to_reference.moving_to_fixed.tolist(),
                "series": {r.value: i.source.series_uid for r, i in visit.sequences.items()},
                "lesions": lesions,
            }
        )
    return {
        "schema": "rnassess/truth/1",
        "phantom": patient.scenario.name,
        "title": patient.scenario.title,
        "sees": patient.scenario.sees,
        "seed": patient.seed,
        "spaces": "positions are LPS mm in the native space of their timepoint; to_reference "
        "carries them to the space of t0, which is the plan's",
        "timepoints": timepoints,
        "lesions": [
            {
                "target": f"GTV{lesion.name}",
                "findings": lesion.truth,
                "boundary": lesion.boundary,
                "gtv_radius_mm": lesion.gtv_radius_mm,
                "ptv_radius_mm": lesion.shot.radius_mm,
                "prescription_gy": lesion.shot.prescription_gy,
                "dose_center_reference_lps_mm": list(lesion.shot.center_mm),
                "radius_of_half_dose_mm": lesion.shot.radius_of_dose(
                    lesion.shot.prescription_gy / 2
                ),
            }
            for lesion in patient.scenario.lesions
        ],
    }


def needs_case_file(case: Case) -> bool:
    """Whether a case holds what its DICOM files cannot say."""
    history = any(course.dose is None for course in case.courses)
    return bool(case.events or case.spectra or case.amino_acid_pets or history)


def describe_case(case: Case) -> list[str]:
    """Lines of a ``case.toml`` beside the series: DICOM holds no clinical events."""
    what = "clinical events, spectroscopy, PET curves, earlier courses"
    lines = [f"# What DICOM cannot hold: {what}", f'id = "{case.id}"']
    for course in case.courses:
        lines += ["", "[[course]]", f'id = "{course.id}"', f"date = {course.date}"]
        lines += [f'technique = "{course.technique.value}"', f"fractions = {course.fractions}"]
        if course.dose is not None:
            lines += [f'{key} = "{course.id}/{name}"' for key, name in COURSE_FILES.items()]
    for visit in case.timepoints:
        lines += ["", "[[timepoint]]", f'id = "{visit.id}"', f"date = {visit.date}"]
        lines.append("[timepoint.sequences]")
        lines += [f'{role.value} = "{visit.id}/{role.value}"' for role in visit.sequences]
    for event in case.events:
        lines += event_lines(event)
    for spectrum in case.spectra:
        lines += spectrum_lines(spectrum)
    for scan in case.amino_acid_pets:
        lines += amino_acid_pet_lines(scan)
    return lines


def patient_header(patient: DigitalPatient, day: Date, study_uid: str) -> Dataset:
    """Patient and study modules shared by every object of a visit."""
    dataset = Dataset()
    dataset.PatientName = "PHANTOM^RNASSESS"
    dataset.PatientID = f"PHANTOM-{patient.case.id}"[:64]
    dataset.PatientBirthDate = ""
    dataset.PatientSex = "O"
    dataset.StudyInstanceUID = study_uid
    dataset.StudyDate = day.strftime("%Y%m%d")
    dataset.StudyTime = "090000"
    dataset.StudyID = "1"
    dataset.AccessionNumber = ""
    dataset.ReferringPhysicianName = ""
    dataset.StudyDescription = "Digital phantom, not a patient"
    dataset.Manufacturer = "RNAssess phantom"
    dataset.ManufacturerModelName = "RNAssess"
    dataset.DeviceSerialNumber = "0"
    dataset.SoftwareVersions = "1"
    dataset.PositionReferenceIndicator = ""
    dataset.SpecificCharacterSet = "ISO_IR 192"
    return dataset


def save(dataset: Dataset, path: Path) -> None:
    """Write one object as explicit little endian DICOM."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.SOPClassUID
    meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    meta.ImplementationClassUID = uid_for("rnassess implementation")
    dataset.file_meta = meta
    dataset.preamble = b"\0" * 128
    path.parent.mkdir(parents=True, exist_ok=True)
    dataset.save_as(path, enforce_file_format=True)


def _write_series(
    patient: DigitalPatient, visit: Timepoint, role: SequenceRole, image: Image, folder: Path
) -> None:
    scanning, variant, tr, te, ti, contrast, description = PARAMETERS[role]
    study = image.source.study_uid
    assert study is not None
    stored = np.clip(np.rint(image.array * STORED_PER_UNIT.get(role, 1.0)), 0, 32767)
    stored = stored.astype(np.uint16)
    axes = np.reshape(image.grid.direction, (3, 3))
    for k in range(image.grid.shape[0]):
        dataset = patient_header(patient, visit.date, study)
        dataset.SOPClassUID = MR_CLASS
        dataset.SOPInstanceUID = image.source.sop_instance_uids[k]
        dataset.Modality = "MR"
        dataset.BodyPartExamined = "BRAIN"
        dataset.SeriesInstanceUID = image.source.series_uid
        dataset.SeriesNumber = list(PARAMETERS).index(role) + 1
        dataset.SeriesDescription = description
        dataset.FrameOfReferenceUID = image.frame_of_reference_uid
        dataset.InstanceNumber = k + 1
        dataset.ImageType = ["DERIVED", "PRIMARY", "DIFFUSION", "ADC"] if (
            role is SequenceRole.ADC) else ["ORIGINAL", "PRIMARY", "M"]  # fmt: skip
        dataset.ScanningSequence = scanning.split("\\")
        dataset.SequenceVariant = variant
        dataset.ScanOptions = ""
        dataset.MRAcquisitionType = "3D" if te < 30 else "2D"
        dataset.RepetitionTime, dataset.EchoTime = tr, te
        dataset.EchoTrainLength = 1
        dataset.MagneticFieldStrength = 3
        if ti is not None:
            dataset.InversionTime = ti
        if contrast:
            dataset.ContrastBolusAgent = "gadolinium (simulated)"
        if role is SequenceRole.DWI:
            dataset.DiffusionBValue = 1000.0
        dataset.PatientPosition = "HFS"
        position = image.grid.index_to_lps([k, 0, 0])
        dataset.ImagePositionPatient = [round(float(v), 5) for v in position]
        dataset.ImageOrientationPatient = [round(float(v), 9) for v in axes[:, :2].T.ravel()]
        dataset.PixelSpacing = [image.grid.spacing_mm[1], image.grid.spacing_mm[0]]
        dataset.SliceThickness = image.grid.spacing_mm[2]
        dataset.SpacingBetweenSlices = image.grid.spacing_mm[2]
        dataset.SamplesPerPixel = 1
        dataset.PhotometricInterpretation = "MONOCHROME2"
        dataset.Rows, dataset.Columns = image.grid.shape[1], image.grid.shape[2]
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 16, 15
        dataset.PixelRepresentation = 0
        dataset.PixelData = stored[k].tobytes()
        save(dataset, folder / f"{k + 1:04d}.dcm")


def _write_course(patient: DigitalPatient, course: Course, folder: Path) -> None:
    planning = patient.case.timepoints[0]
    study = planning.t1c.source.study_uid
    assert study is not None
    header = patient_header(patient, planning.date, study)
    plan_uid = uid_for(patient.case.id, course.id, "plan")
    set_uid = uid_for(patient.case.id, course.id, "structures")
    save(
        build_rt_structure_set(header, course, planning, set_uid),
        folder / COURSE_FILES["structures"],
    )
    save(build_rt_plan(header, course, planning, plan_uid, set_uid), folder / COURSE_FILES["plan"])
    dose = build_rt_dose(header, course, plan_uid, uid_for(plan_uid, "dose"))
    save(dose, folder / COURSE_FILES["dose"])
