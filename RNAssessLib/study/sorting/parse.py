"""One DICOM data set to a slice header; what stands above the frames of a multi-frame file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date as Date
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset

from .header import RealWorldMapping, SliceHeader
from .tags import PHILIPS_MR, SIEMENS
from .vendor_facts import (
    PrivateFacts,
    first,
    numbers,
    read_component,
    read_diffusion,
)

ENHANCED_MR = "1.2.840.10008.5.1.4.1.1.4.1"
ENHANCED_COLOUR = "1.2.840.10008.5.1.4.1.1.4.3"
ENHANCED = (ENHANCED_MR, ENHANCED_COLOUR, "1.2.840.10008.5.1.4.1.1.4.4")
CLOCK = re.compile(r"(\d{2}):?(\d{2})?:?(\d{2}(?:\.\d+)?)?")
DATES = ("StudyDate", "SeriesDate", "AcquisitionDate", "AcquisitionDateTime", "ContentDate")
# dates that anonymisers and emptied clocks leave behind; no such day is a day of a scan
PLACEHOLDERS = {Date(1900, 1, 1), Date(1901, 1, 1), Date(1970, 1, 1), Date(1980, 1, 1),
                Date(1999, 1, 1), Date(2000, 1, 1)}  # fmt: skip


def text(dataset: Dataset, name: str) -> str:
    """Value as text without outer blanks, empty when absent."""
    value = dataset.get(name)
    return "" if value is None else str(value).strip()


def words(dataset: Dataset, name: str) -> tuple[str, ...]:
    """Values of a code string, upper case."""
    value = dataset.get(name)
    if value is None or value == "":
        return ()
    items = (value,) if isinstance(value, str) else tuple(value)
    return tuple(str(v).strip().upper() for v in items)


def day(value: str) -> Date | None:
    """Date of a DA or DT value; None for what is no date.

    Examples
    --------
    >>> day("20250108"), day("2025.01.08"), day("")
    (datetime.date(2025, 1, 8), datetime.date(2025, 1, 8), None)
    """
    digits = value.replace(".", "", 2)[:8] if value[4:5] == "." else value[:8]
    if len(digits) != 8 or not digits.isdigit():
        return None
    try:
        return Date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None


def seconds(value: str) -> float | None:
    """Seconds since midnight of a TM value.

    Examples
    --------
    >>> seconds("092500.5"), seconds("0925"), seconds("")
    (33900.5, 33900.0, None)
    """
    found = CLOCK.match(value)
    if not found:
        return None
    hours, minutes, rest = found.groups()
    return int(hours) * 3600 + int(minutes or 0) * 60 + float(rest or 0)


def parse_single(dataset: Dataset, path: Path) -> SliceHeader:
    """Facts at the top level of a file: all of a single-frame one."""
    private = PrivateFacts(dataset)
    diffusion = read_diffusion(dataset, private)
    kinds = words(dataset, "ImageType")
    stated_day, day_source = _date(dataset)
    variant = words(dataset, "SequenceVariant")
    return SliceHeader(
        path=path,
        frame=None,
        sop_uid=text(dataset, "SOPInstanceUID"),
        sop_class=text(dataset, "SOPClassUID"),
        series_uid=text(dataset, "SeriesInstanceUID"),
        study_uid=text(dataset, "StudyInstanceUID"),
        frame_of_reference=text(dataset, "FrameOfReferenceUID"),
        modality=text(dataset, "Modality"),
        manufacturer=text(dataset, "Manufacturer"),
        description=text(dataset, "SeriesDescription"),
        protocol=text(dataset, "ProtocolName"),
        sequence_name=text(dataset, "SequenceName") or text(dataset, "PulseSequenceName"),
        image_type=kinds,
        date=stated_day,
        date_source=day_source,
        study_time=seconds(text(dataset, "StudyTime")),
        seconds=acquired_at(dataset, stated_day),
        identity_removed=text(dataset, "PatientIdentityRemoved") == "YES",
        series_number=int(first(dataset.get("SeriesNumber")) or 0),
        instance_number=int(first(dataset.get("InstanceNumber")) or 0),
        acquisition_number=whole(dataset.get("AcquisitionNumber")),
        temporal_position=whole(dataset.get("TemporalPositionIdentifier")),
        trigger_time=first(dataset.get("TriggerTime")),
        position=three(dataset.get("ImagePositionPatient")),
        orientation=six(dataset.get("ImageOrientationPatient")),
        rows=int(dataset.get("Rows") or 0),
        columns=int(dataset.get("Columns") or 0),
        pixel_spacing=numbers(dataset.get("PixelSpacing")),
        thickness=first(dataset.get("SliceThickness")),
        spacing_between=first(dataset.get("SpacingBetweenSlices")),
        tr=first(dataset.get("RepetitionTime")),
        te=first(dataset.get("EchoTime")),
        ti=first(dataset.get("InversionTime")) or None,
        echo_number=whole(dataset.get("EchoNumbers")),
        scanning=frozenset(words(dataset, "ScanningSequence")) | _enhanced_scanning(dataset),
        variant=frozenset(variant),
        acquisition_type=text(dataset, "MRAcquisitionType"),
        angiography=_is_angiography(dataset, variant),
        component=read_component(dataset, kinds[2:], private),
        contrast_agent=_agent(dataset),
        injection_seconds=seconds(text(dataset, "ContrastBolusStartTime")),
        b_value=diffusion.b,
        direction=diffusion.direction,
        isotropic=diffusion.isotropic,
        comments=text(dataset, "ImageComments"),
        tracer=_tracer(dataset),
        body_part=text(dataset, "BodyPartExamined").upper(),
        colour=int(dataset.get("SamplesPerPixel") or 1) > 1
        or text(dataset, "PhotometricInterpretation") == "PALETTE COLOR",
        has_pixels=bool(dataset.get("Rows")) and bool(dataset.get("Columns")),
        mosaic="MOSAIC" in kinds or bool(first(private.get(SIEMENS, "mosaic"))),
        rescale_slope=first(dataset.get("RescaleSlope")) or 1.0,
        rescale_intercept=first(dataset.get("RescaleIntercept")) or 0.0,
        rescale_type=text(dataset, "RescaleType"),
        scale_slope=first(private.get(PHILIPS_MR, "scale_slope")) or None,
        real_world=real_world(dataset.get("RealWorldValueMappingSequence")),
    )


def _date(dataset: Dataset) -> tuple[Date | None, str]:
    for name in DATES:
        found = day(text(dataset, name))
        if found and found not in PLACEHOLDERS:
            return found, name
    return None, ""


def acquired_at(dataset: Dataset, start: Date | None) -> float | None:
    """Seconds from midnight of `start` to the acquisition, past midnight included."""
    joined = text(dataset, "AcquisitionDateTime")
    if joined:
        return after(joined, start)
    clock = seconds(text(dataset, "AcquisitionTime"))
    if clock is None:
        clock = seconds(text(dataset, "SeriesTime"))
    own = day(text(dataset, "AcquisitionDate"))
    if clock is None or own is None or start is None:
        return clock
    return clock + max(0, min((own - start).days, 1)) * 86400.0


def after(stamp: str, start: Date | None) -> float | None:
    """Seconds from midnight of `start` to a DT stamp, past midnight included."""
    clock, own = seconds(stamp[8:]), day(stamp)
    if clock is None or own is None or start is None:
        return clock
    return clock + max(0, min((own - start).days, 1)) * 86400.0


def _agent(dataset: Dataset) -> str | None:
    stated = text(dataset, "ContrastBolusAgent")
    items = dataset.get("ContrastBolusAgentSequence")
    if not stated and items:
        stated = text(items[0], "CodeMeaning") or text(items[0], "CodeValue")
    return stated or None


def _tracer(dataset: Dataset) -> str:
    found = [text(dataset, "Radiopharmaceutical")]
    for item in dataset.get("RadiopharmaceuticalInformationSequence") or ():
        found.append(text(item, "Radiopharmaceutical"))
        found += [
            text(code, "CodeMeaning") for code in item.get("RadiopharmaceuticalCodeSequence") or ()
        ]
    return " ".join(f for f in found if f)


def real_world(items: Any) -> RealWorldMapping | None:  # noqa: ANN401
    """First linear item of a Real World Value Mapping Sequence."""
    for item in items or ():
        slope = first(item.get("RealWorldValueSlope"))
        if slope is None:
            continue
        units = item.get("MeasurementUnitsCodeSequence")
        unit = text(units[0], "CodeValue") if units else ""
        return RealWorldMapping(slope, first(item.get("RealWorldValueIntercept")) or 0.0, unit)
    return None


def _enhanced_scanning(dataset: Dataset) -> frozenset[str]:
    """ScanningSequence in the words of the enhanced pulse sequence module (PS3.3 C.8.13.4)."""

    def said() -> Iterator[str]:
        pulse = text(dataset, "EchoPulseSequence")
        if pulse in {"GRADIENT", "BOTH"}:
            yield "GR"
        if pulse in {"SPIN", "BOTH"}:
            yield "SE"
        if text(dataset, "EchoPlanarPulseSequence") == "YES":
            yield "EP"
        if text(dataset, "InversionRecovery") == "YES":
            yield "IR"

    return frozenset(said())


def _is_angiography(dataset: Dataset, variant: tuple[str, ...]) -> bool:
    flags = ("AngioFlag", "TimeOfFlightContrast", "PhaseContrast")
    return "TOF" in variant or any(text(dataset, f) in {"Y", "YES"} for f in flags)


def whole(value: Any) -> int | None:  # noqa: ANN401
    """Whole number of a value, None when it holds none."""
    found = first(value)
    return None if found is None else int(found)


def three(value: Any) -> tuple[float, ...]:  # noqa: ANN401
    """Three numbers of a position, empty when they are not three."""
    found = numbers(value)
    return found if len(found) == 3 else ()


def six(value: Any) -> tuple[float, ...]:  # noqa: ANN401
    """Six numbers of an orientation, empty when they are not six."""
    found = numbers(value)
    return found if len(found) == 6 else ()
