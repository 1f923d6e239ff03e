"""What the reader measured on the images, as groups of the structured report."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from highdicom.sr import (
    CoordinatesForMeasurement3D,
    GraphicTypeValues3D,
    Measurement,
    MeasurementsAndQualitativeEvaluations,
    SourceImageForMeasurementGroup,
    TrackingIdentifier,
)
from pydicom.dataset import Dataset
from pydicom.sr.codedict import codes

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import PreparedTimepoint, SequenceRole
from RNAssessLib.panel.measuring.measurements import MeasureKind, length_mm
from RNAssessLib.panel.measuring.measurements import Measurement as Measured
from RNAssessLib.panel.session.session import ReaderSession

from .codes import ADC_UNIT, RATIO, READER, READER_DISC
from .sources import SourceImages, derived_uid

Carry = Callable[[npt.ArrayLike], npt.NDArray[np.float64]]


def build_reader_groups(
    assessment: Assessment, session: ReaderSession, sources: SourceImages
) -> tuple[list[Any], list[Dataset]]:
    """Return one group per measurement of the reader, and the slices that they refer to.

    Each refers to the slice it lies on: of the T1c or FLAIR when it was made on one of them, else
    of the study's T1c, with which the measured image is aligned. A measurement on a study that the
    case no longer holds is left out.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession
    sources : SourceImages
    """
    known = {t.id: t for t in assessment.prepared.timepoints}
    groups, referred = [], []
    for number, measured in enumerate(session.measurements, start=1):
        if measured.timepoint not in known:
            continue
        slices, carry = _slices_of(measured, known[measured.timepoint], sources)
        image = _nearest(slices, carry(measured.middle_lps_mm))
        groups.append(_build_group(measured, number, image, carry))
        referred.append(image)
    return groups, referred


def _build_group(measured: Measured, number: int, image: Dataset, carry: Carry) -> Any:  # noqa: ANN401 - highdicom is untyped here
    name = f"Reader {number}: {measured.place}"
    frame = str(image.FrameOfReferenceUID)
    return MeasurementsAndQualitativeEvaluations(
        tracking_identifier=TrackingIdentifier(
            uid=derived_uid("rnassess reader", frame, measured.timepoint, repr(measured.lines)),
            identifier=name,
        ),
        finding_type=READER,
        source_images=[SourceImageForMeasurementGroup.from_source_image(image)],
        measurements=_measure(measured, frame, carry),
    )


def _slices_of(
    measured: Measured, timepoint: PreparedTimepoint, sources: SourceImages
) -> tuple[Sequence[Dataset], Carry]:
    """Slices that a measurement refers to, and what carries its points into their space."""
    path = [timepoint.to_reference]
    flair = timepoint.timepoint.sequences.get(SequenceRole.FLAIR)
    slices = sources.slices(timepoint.timepoint)
    if measured.role is SequenceRole.FLAIR and flair is not None:
        uids = flair.source.sop_instance_uids
        if uids and all(uid in sources.headers for uid in uids):
            own = timepoint.to_t1c.get(SequenceRole.FLAIR)
            path += [] if own is None else [own]
            slices = sources.slices(timepoint.timepoint, SequenceRole.FLAIR)

    def carry(point_lps_mm: npt.ArrayLike) -> npt.NDArray[np.float64]:
        point = np.asarray(point_lps_mm, float)
        for registration in path:
            point = registration.transform.inverse().apply(point)
        return point

    return slices, carry


def _nearest(slices: Sequence[Dataset], point: np.ndarray) -> Dataset:
    """Slice whose plane lies nearest to a point (LPS mm)."""
    turn = np.asarray([float(v) for v in slices[0].ImageOrientationPatient])
    normal = np.cross(turn[:3], turn[3:])
    depths = [float(normal @ [float(v) for v in s.ImagePositionPatient]) for s in slices]
    return slices[int(np.argmin(np.abs(np.asarray(depths) - normal @ point)))]


def _measure(measured: Measured, frame_uid: str, carry: Carry) -> list[Measurement]:
    if measured.kind is MeasureKind.MEAN:
        return _measure_disc(measured)
    codes_of = {
        MeasureKind.RULER: (codes.SCT.Length,),
        MeasureKind.DIAMETERS: (codes.SCT.LongAxis, codes.SCT.ShortAxis),
    }
    made = []
    for name, line in zip(codes_of[measured.kind], measured.lines, strict=False):
        drawn = CoordinatesForMeasurement3D(
            GraphicTypeValues3D.POLYLINE, np.stack([carry(point) for point in line]), frame_uid
        )
        made.append(
            Measurement(
                name, length_mm(line), codes.UCUM.Millimeter, referenced_coordinates=[drawn]
            )
        )
    return made


def _measure_disc(measured: Measured) -> list[Measurement]:
    """Radius, mean and standard deviation; the last two only where voxels lie inside."""
    unit = ADC_UNIT if measured.role is SequenceRole.ADC else RATIO
    figures = (
        (measured.mean, codes.SCT.Mean),
        (measured.deviation, codes.SCT.StandardDeviation),
    )
    radius = Measurement(codes.SCT.Radius, measured.lengths_mm[0], codes.UCUM.Millimeter)
    return [
        *(Measurement(READER_DISC, value, unit, derivation=what)
          for value, what in figures if value is not None),
        radius,
    ]  # fmt: skip
