"""RTSTRUCT, RTPLAN and RTDOSE objects of a digital patient."""

from __future__ import annotations

from copy import deepcopy

import numpy as np
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from RNAssessLib.case import ContourSet, Course, Structure, StructureRole, Timepoint

from .patient import uid_for

SET_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
PLAN_CLASS = "1.2.840.10008.5.1.4.1.1.481.5"
DOSE_CLASS = "1.2.840.10008.5.1.4.1.1.481.2"
MR_CLASS = "1.2.840.10008.5.1.4.1.1.4"
STUDY_CLASS = "1.2.840.10008.3.1.2.3.1"


def _start(header: Dataset, modality: str, sop_class: str, uid: str, series: str) -> Dataset:
    dataset = deepcopy(header)
    dataset.Modality = modality
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = uid
    dataset.SeriesInstanceUID = uid_for(uid, "series")
    dataset.SeriesNumber = {"RTSTRUCT": 90, "RTPLAN": 91, "RTDOSE": 92}[modality]
    dataset.SeriesDescription = series
    dataset.OperatorsName = ""
    dataset.InstanceNumber = 1
    return dataset


def _reference(sop_class: str, uid: str) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = sop_class
    item.ReferencedSOPInstanceUID = uid
    return item


def build_rt_structure_set(
    header: Dataset, course: Course, planning: Timepoint, uid: str
) -> Dataset:
    """RTSTRUCT with every structure of the course, referring to the planning T1c."""
    dataset = _start(header, "RTSTRUCT", SET_CLASS, uid, "Structures")
    dataset.StructureSetLabel = "SRS"
    dataset.StructureSetDate = course.date.strftime("%Y%m%d")
    dataset.StructureSetTime = "100000"
    image = planning.t1c
    series = Dataset()
    series.SeriesInstanceUID = image.source.series_uid
    series.ContourImageSequence = Sequence(
        _reference(MR_CLASS, sop) for sop in image.source.sop_instance_uids
    )
    study = _reference(STUDY_CLASS, str(image.source.study_uid))
    study.RTReferencedSeriesSequence = Sequence([series])
    frame = Dataset()
    frame.FrameOfReferenceUID = image.frame_of_reference_uid
    frame.RTReferencedStudySequence = Sequence([study])
    dataset.ReferencedFrameOfReferenceSequence = Sequence([frame])
    dataset.FrameOfReferenceUID = image.frame_of_reference_uid
    rois, contours, observations = [], [], []
    for structure in course.structures:
        roi = Dataset()
        roi.ROINumber = structure.number
        roi.ReferencedFrameOfReferenceUID = image.frame_of_reference_uid
        roi.ROIName = structure.name
        roi.ROIGenerationAlgorithm = "MANUAL"
        rois.append(roi)
        contours.append(_contours(structure))
        observation = Dataset()
        observation.ObservationNumber = structure.number
        observation.ReferencedROINumber = structure.number
        observation.RTROIInterpretedType = (
            structure.role.value if structure.role is not StructureRole.OTHER else ""
        )
        observation.ROIInterpreter = ""
        observations.append(observation)
    dataset.StructureSetROISequence = Sequence(rois)
    dataset.ROIContourSequence = Sequence(contours)
    dataset.RTROIObservationsSequence = Sequence(observations)
    dataset.ApprovalStatus = "UNAPPROVED"
    return dataset


def _contours(structure: Structure) -> Dataset:
    assert isinstance(structure.shape, ContourSet)
    item = Dataset()
    item.ReferencedROINumber = structure.number
    item.ROIDisplayColor = list(structure.colour_rgb or (255, 255, 255))
    drawn = []
    for number, contour in enumerate(structure.shape.contours, start=1):
        one = Dataset()
        one.ContourGeometricType = "CLOSED_PLANAR"
        one.NumberOfContourPoints = len(contour.points_mm)
        one.ContourNumber = number
        one.ContourData = [f"{v:.4f}" for v in contour.points_mm.ravel()]
        drawn.append(one)
    item.ContourSequence = Sequence(drawn)
    return item


def build_rt_plan(
    header: Dataset, course: Course, planning: Timepoint, uid: str, set_uid: str
) -> Dataset:
    """RTPLAN with fractions and one prescription per target (no beams: the dose is synthetic)."""
    dataset = _start(header, "RTPLAN", PLAN_CLASS, uid, "Plan")
    dataset.FrameOfReferenceUID = planning.t1c.frame_of_reference_uid
    dataset.RTPlanLabel = "SRS"
    dataset.RTPlanDate = course.date.strftime("%Y%m%d")
    dataset.RTPlanTime = "100000"
    dataset.RTPlanGeometry = "PATIENT"
    dataset.ReferencedStructureSetSequence = Sequence([_reference(SET_CLASS, set_uid)])
    references = []
    for number, target in enumerate(course.targets, start=1):
        item = Dataset()
        item.DoseReferenceNumber = number
        item.DoseReferenceStructureType = "VOLUME"
        item.ReferencedROINumber = course.structure(target.name).number
        item.DoseReferenceDescription = target.name
        item.DoseReferenceType = "TARGET"
        item.TargetPrescriptionDose = target.prescription_gy
        references.append(item)
    dataset.DoseReferenceSequence = Sequence(references)
    group = Dataset()
    group.FractionGroupNumber = 1
    group.NumberOfFractionsPlanned = course.fractions
    group.NumberOfBeams = 0
    group.NumberOfBrachyApplicationSetups = 0
    dataset.FractionGroupSequence = Sequence([group])
    dataset.ApprovalStatus = "UNAPPROVED"
    return dataset


def build_rt_dose(header: Dataset, course: Course, plan_uid: str, uid: str) -> Dataset:
    """RTDOSE of the whole plan, 32 bit, relative frame offsets."""
    assert course.dose is not None
    dose, grid = course.dose.dose_gy, course.dose.grid
    dataset = _start(header, "RTDOSE", DOSE_CLASS, uid, "Dose")
    dataset.FrameOfReferenceUID = course.dose.frame_of_reference_uid
    dataset.DoseUnits, dataset.DoseType = "GY", "PHYSICAL"
    dataset.DoseSummationType = "PLAN"
    dataset.ReferencedRTPlanSequence = Sequence([_reference(PLAN_CLASS, plan_uid)])
    scaling = float(f"{float(dose.max()) / 4.0e9:.9e}")
    stored = np.rint(dose.astype(np.float64) / scaling).astype(np.uint32)
    dataset.DoseGridScaling = f"{scaling:.9e}"
    dataset.ImagePositionPatient = [round(float(v), 5) for v in grid.origin_mm]
    axes = np.reshape(grid.direction, (3, 3))
    dataset.ImageOrientationPatient = [round(float(v), 9) for v in axes[:, :2].T.ravel()]
    dataset.PixelSpacing = [grid.spacing_mm[1], grid.spacing_mm[0]]
    dataset.SliceThickness = grid.spacing_mm[2]
    dataset.NumberOfFrames = grid.shape[0]
    dataset.FrameIncrementPointer = 0x3004000C
    dataset.GridFrameOffsetVector = [
        round(float(n * grid.spacing_mm[2]), 5) for n in range(grid.shape[0])
    ]
    dataset.Rows, dataset.Columns = grid.shape[1], grid.shape[2]
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 32, 32, 31
    dataset.PixelRepresentation = 0
    dataset.PixelData = stored.tobytes()
    return dataset
