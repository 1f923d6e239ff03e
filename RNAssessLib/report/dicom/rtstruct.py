"""Isodoses and lesion outlines as an RT Structure Set on the reference T1c."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import InputError, MaskKind
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.panel.words.style import MASK_COLOURS, default_isodoses
from RNAssessLib.panel.words.wording import MASK_NAMES

from .codes import SEGMENT_RGB
from .objects import reference, series_description, start_object
from .plane_contours import SliceContour, contour_isodose, contour_mask
from .sources import SourceImages

SET_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
STUDY_CLASS = "1.2.840.10008.3.1.2.3.1"  # retired, yet the structure set still asks for it


@dataclass(frozen=True, eq=False)
class Region:
    """One ROI to be written.

    Attributes
    ----------
    name : str
    interpreted : str
        RT ROI Interpreted Type; empty when none fits.
    colour_rgb : tuple of int
    contours : tuple of SliceContour
    description : str
        At most 64 characters.
    """

    name: str
    interpreted: str
    colour_rgb: tuple[int, int, int]
    contours: tuple[SliceContour, ...]
    description: str


def build_structure_set(assessment: Assessment, sources: SourceImages) -> Dataset:
    """Return isodoses of every placed course and lesion outlines of every timepoint.

    All contours lie on the slices of the reference timepoint's T1c and in its frame of reference;
    outlines of other timepoints are carried there by their registration. Holes are keyholes.

    Raises
    ------
    InputError
        The reference T1c is not DICOM, or there is neither dose nor lesion.
    """
    prepared = assessment.prepared
    reference_point = prepared.timepoint(prepared.reference).timepoint
    slices = sources.slices(reference_point)
    regions = [r for r in _regions(assessment) if r.contours]
    if not regions:
        raise InputError(
            prepared.case.id, "has neither a placed dose nor a lesion: no RTSTRUCT to write; "
            "choose other --formats",
        )  # fmt: skip
    first = slices[0]
    made = start_object(first, SET_CLASS, "RTSTRUCT", series_description("RNAssess"))
    frame = str(first.FrameOfReferenceUID)
    made.FrameOfReferenceUID = frame
    made.PositionReferenceIndicator = ""
    made.OperatorsName = ""
    made.StructureSetLabel = "RNASSESS"
    made.StructureSetName = "Isodoses and lesions"
    made.StructureSetDescription = DISCLAIMER
    made.StructureSetDate = first.StudyDate
    made.StructureSetTime = "000000"
    made.ReferencedFrameOfReferenceSequence = Sequence([_frame(slices, frame)])
    made.StructureSetROISequence = Sequence(
        [_roi(n, r, frame) for n, r in enumerate(regions, start=1)]
    )
    made.ROIContourSequence = Sequence(
        [_contours(n, r, slices) for n, r in enumerate(regions, start=1)]
    )
    made.RTROIObservationsSequence = Sequence(
        [_observation(n, r) for n, r in enumerate(regions, start=1)]
    )
    made.ApprovalStatus = "UNAPPROVED"
    return made


def _regions(assessment: Assessment) -> Iterator[Region]:
    prepared = assessment.prepared
    grid = prepared.timepoint(prepared.reference).timepoint.t1c.grid
    for placed in prepared.courses:
        if placed.course.dose is None or placed.to_reference is None:
            continue
        if not placed.to_reference.is_usable:
            continue
        field = DoseField(placed.course.dose)
        for level in default_isodoses(assessment):
            yield Region(
                f"{level.dose_gy:g} Gy {placed.course.id}",
                "DOSE_REGION",
                _rgb(level.colour),
                contour_isodose(field, placed, level.dose_gy, grid),
                f"isodose {level.label}, physical dose of the whole course"[:64],
            )
    for timepoint in prepared.timepoints:
        if not timepoint.to_reference.is_usable:
            continue
        for lesion_id, masks in timepoint.lesions.items():
            for kind, mask in masks.masks.items():
                yield Region(
                    f"{lesion_id} {MASK_NAMES[kind]} {timepoint.id}",
                    "",
                    _colour(kind),
                    contour_mask(mask, timepoint.to_reference.transform, grid),
                    f"{masks.origin.value} mask of {timepoint.id}, aligned to {prepared.reference}"[
                        :64
                    ],
                )


def _colour(kind: MaskKind) -> tuple[int, int, int]:
    return _rgb(MASK_COLOURS[kind]) if kind in MASK_COLOURS else SEGMENT_RGB[kind]


def _rgb(colour: str) -> tuple[int, int, int]:
    red, green, blue = bytes.fromhex(colour.lstrip("#"))
    return red, green, blue


def _frame(slices: list[Dataset], frame: str) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID = slices[0].SeriesInstanceUID
    series.ContourImageSequence = Sequence([reference(s) for s in slices])
    study = Dataset()
    study.ReferencedSOPClassUID = STUDY_CLASS
    study.ReferencedSOPInstanceUID = slices[0].StudyInstanceUID
    study.RTReferencedSeriesSequence = Sequence([series])
    item = Dataset()
    item.FrameOfReferenceUID = frame
    item.RTReferencedStudySequence = Sequence([study])
    return item


def _roi(number: int, region: Region, frame: str) -> Dataset:
    item = Dataset()
    item.ROINumber = number
    item.ReferencedFrameOfReferenceUID = frame
    item.ROIName = region.name[:64]
    item.ROIGenerationAlgorithm = "AUTOMATIC"
    item.ROIGenerationDescription = region.description
    return item


def _contours(number: int, region: Region, slices: list[Dataset]) -> Dataset:
    item = Dataset()
    item.ReferencedROINumber = number
    item.ROIDisplayColor = list(region.colour_rgb)
    drawn = []
    for count, contour in enumerate(region.contours, start=1):
        one = Dataset()
        one.ContourNumber = count
        one.ContourImageSequence = Sequence([reference(slices[contour.slice_index])])
        one.ContourGeometricType = "CLOSED_PLANAR"
        one.NumberOfContourPoints = len(contour.points_mm)
        one.ContourData = [f"{v:.4f}" for v in contour.points_mm.ravel()]
        drawn.append(one)
    item.ContourSequence = Sequence(drawn)
    return item


def _observation(number: int, region: Region) -> Dataset:
    item = Dataset()
    item.ObservationNumber = number
    item.ReferencedROINumber = number
    item.RTROIInterpretedType = region.interpreted
    item.ROIInterpreter = ""
    return item
