"""The assessment as a structured report (TID 1500 in a Comprehensive 3D SR).

One measurement group per lesion and timepoint, under one tracking UID per lesion. The checklist
compares timepoints, so its answers stand in the group of the last one: each item a coded
evaluation and its sentence as text. The code is the reader's answer where there is one; the text
then names the computed one and the reason. What the reader measured follows, a group each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from highdicom.coding_schemes import CodingSchemeIdentificationItem
from highdicom.sr import (
    AlgorithmIdentification,
    Comprehensive3DSR,
    DeviceObserverIdentifyingAttributes,
    FindingSite,
    LongitudinalTemporalOffsetFromEvent,
    Measurement,
    MeasurementProperties,
    MeasurementReport,
    MeasurementsAndQualitativeEvaluations,
    ObservationContext,
    ObserverContext,
    QualitativeEvaluation,
    ReferencedSegment,
    RelationshipTypeValues,
    SourceImageForMeasurementGroup,
    SourceSeriesForSegmentation,
    TextContentItem,
    TimePointContext,
    TrackingIdentifier,
    VolumetricROIMeasurementsAndQualitativeEvaluations,
)
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from RNAssessLib import __version__
from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import InputError, MaskKind, MaskOrigin, Quantity
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.panel.checklist.answers import Answer, read_answers
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.wording import STATUS_WORDS

from .codes import (
    BRAIN,
    LESION,
    MEASUREMENTS,
    PROCEDURE,
    SCHEME,
    SCHEME_NAME,
    STATUS,
    TREATMENT,
    item_code,
)
from .objects import MANUFACTURER, SERIAL_NUMBER, made_here, series_description
from .seg import SegmentKey, TimepointSegmentation, tracking_uid
from .sources import SourceImages, derived_uid
from .sr_reader import build_reader_groups

DEVICE_UID = derived_uid("rnassess observer")


def build_structured_report(
    assessment: Assessment,
    sources: SourceImages,
    segmentations: Mapping[str, TimepointSegmentation],
    session: ReaderSession | None = None,
) -> Dataset:
    """Return the report, in the study of the last timepoint.

    Parameters
    ----------
    assessment : Assessment
    sources : SourceImages
    segmentations : mapping of timepoint id to TimepointSegmentation
        What the groups refer to.
    session : ReaderSession, optional
        The reader's answers and measurements.

    Raises
    ------
    InputError
        A T1c is not DICOM, or there is no lesion.
    """
    prepared = assessment.prepared
    if not assessment.lesions:
        raise InputError(
            prepared.case.id, "has no lesion: no structured report to write; choose other --formats"
        )
    session = session or ReaderSession()
    groups = [
        _build_group(
            assessment, assessed, read_answers(assessed, session), entry, order, sources,
            segmentations,
        )
        for assessed in assessment.lesions
        for order, entry in enumerate(assessed.serial, start=1)
    ]  # fmt: skip
    measured, referred = build_reader_groups(assessment, session, sources)
    report = MeasurementReport(
        observation_context=ObservationContext(
            observer_device_context=ObserverContext(
                observer_type=codes.DCM.Device,
                observer_identifying_attributes=DeviceObserverIdentifyingAttributes(
                    uid=DEVICE_UID, name=MANUFACTURER, manufacturer_name=MANUFACTURER,
                    model_name=MANUFACTURER, serial_number=SERIAL_NUMBER,
                ),
            )
        ),
        procedure_reported=PROCEDURE,
        imaging_measurements=[*groups, *measured],
        title=codes.DCM.ImagingMeasurementReport,
    )  # fmt: skip
    _add_text(report[0], codes.DCM.Comment, _remarks(assessment))
    evidence = [h for t in reversed(prepared.timepoints) for h in sources.slices(t.timepoint)]
    evidence += referred
    evidence += [segmentations[t.id].dataset for t in prepared.timepoints if t.id in segmentations]
    return Comprehensive3DSR(
        evidence=evidence,
        content=report[0],
        **made_here("SR"),
        is_complete=True,
        series_description=series_description("RNAssess"),
        coding_schemes=[
            CodingSchemeIdentificationItem(
                SCHEME, name=SCHEME_NAME, responsible_organization=MANUFACTURER
            )
        ],
    )


def _remarks(assessment: Assessment) -> str:
    changed = [
        f"{c.key} = {c.value:g} (default {c.default:g})" for c in assessment.changed_criteria
    ]
    told = [DISCLAIMER, f"RNAssess {assessment.version}: measured evidence, not a diagnosis."]
    if changed:
        told.append(f"Thresholds changed: {'; '.join(changed)}.")
    return " ".join((*told, *assessment.warnings))


def _build_group(
    assessment: Assessment,
    assessed: LesionAssessment,
    answers: Sequence[Answer],
    entry: SerialEntry,
    order: int,
    sources: SourceImages,
    segmentations: Mapping[str, TimepointSegmentation],
) -> Any:  # noqa: ANN401 - highdicom's two kinds of group
    prepared = assessment.prepared
    timepoint = prepared.timepoint(entry.timepoint)
    slices = sources.slices(timepoint.timepoint)
    frame = str(sources.slices(prepared.timepoint(prepared.reference).timepoint)[0]
                .FrameOfReferenceUID)  # fmt: skip
    lesion = assessed.lesion
    told = answers if entry is assessed.serial[-1] else ()
    masks = timepoint.lesions[lesion.id]
    shared = {
        "tracking_identifier": TrackingIdentifier(
            uid=tracking_uid(frame, lesion.id, MaskKind.ENHANCING), identifier=lesion.id
        ),
        "time_point_context": _time(entry, order),
        "finding_type": LESION,
        "finding_sites": [FindingSite(BRAIN)],
        "measurements": _measure(entry),
        "qualitative_evaluations": [
            QualitativeEvaluation(item_code(a.spec), STATUS[a.status]) for a in told
        ],
    }
    if masks.origin is MaskOrigin.AUTOMATIC:
        shared["algorithm_id"] = AlgorithmIdentification(MANUFACTURER, __version__)
    segmentation = segmentations.get(entry.timepoint)
    number = segmentation and segmentation.numbers.get(SegmentKey(lesion.id, MaskKind.ENHANCING))
    if segmentation and number:
        group: Any = VolumetricROIMeasurementsAndQualitativeEvaluations(
            referenced_segment=ReferencedSegment(
                sop_class_uid=segmentation.dataset.SOPClassUID,
                sop_instance_uid=segmentation.dataset.SOPInstanceUID,
                segment_number=number,
                source_series=SourceSeriesForSegmentation(str(slices[0].SeriesInstanceUID)),
            ),
            **shared,
        )
    else:
        middle = slices[len(slices) // 2]
        group = MeasurementsAndQualitativeEvaluations(
            source_images=[SourceImageForMeasurementGroup.from_source_image(middle)], **shared
        )
    for answer in told:
        _add_text(group[0], item_code(answer.spec), _tell(answer))
    return group


def _time(entry: SerialEntry, order: int) -> TimePointContext:
    offset = None
    if entry.months_after_treatment is not None:
        offset = LongitudinalTemporalOffsetFromEvent(
            value=round(entry.months_after_treatment, 3), unit=codes.UCUM.Month,
            event_type=TREATMENT,
        )  # fmt: skip
    return TimePointContext(
        time_point=entry.timepoint, time_point_order=order, temporal_offset_from_event=offset
    )


def _measure(entry: SerialEntry) -> list[Measurement]:
    return [_code(q, q.value) for q in entry.quantities
            if q.name in MEASUREMENTS and q.value is not None]  # fmt: skip


def _code(quantity: Quantity, value: float) -> Measurement:
    code = MEASUREMENTS[quantity.name]
    spread = quantity.uncertainty
    properties = None
    if spread is not None:
        properties = MeasurementProperties(
            upper_measurement_uncertainty=spread, lower_measurement_uncertainty=spread
        )
    return Measurement(name=code.name, value=value, unit=code.unit, properties=properties)


def _tell(answer: Answer) -> str:
    finding = answer.finding
    parts = [answer.told] if answer.told else []
    if answer.overridden:
        parts.append(f"Computed ({STATUS_WORDS[finding.status]}):")
    parts.append(finding.sentence)
    if answer.favours:
        strength = f" ({answer.strength.value})" if answer.strength else ""
        parts.append(f"Favours {answer.favours.value}{strength}.")
    if finding.caveats:
        parts.append(f"Caveats: {'; '.join(finding.caveats)}.")
    parts.append(f"Sources: {', '.join(finding.spec.references)}.")
    return " ".join(parts)


def _add_text(container: Dataset, name: object, words: str) -> None:
    item = TextContentItem(
        name=name, value=words, relationship_type=RelationshipTypeValues.CONTAINS
    )
    container.ContentSequence.append(item)
