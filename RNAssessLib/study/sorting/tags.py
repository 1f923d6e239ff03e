"""Which DICOM elements sorting reads, the vendors' private ones included; nothing else is decoded.

The private elements are those the vendors' conformance statements and the notes of dcm2niix name.
Their block is found by the private creator, so a file whose blocks were moved is read as well.
"""

from __future__ import annotations

from pydicom.tag import BaseTag, Tag

STANDARD = (
    "SpecificCharacterSet", "ImageType", "SOPClassUID", "SOPInstanceUID", "StudyDate",
    "SeriesDate", "AcquisitionDate", "ContentDate", "AcquisitionDateTime", "StudyTime",
    "SeriesTime", "AcquisitionTime", "Modality", "Manufacturer", "SeriesDescription",
    "ComplexImageComponent", "PatientIdentityRemoved", "ContrastBolusAgent",
    "ContrastBolusAgentSequence", "BodyPartExamined", "ScanningSequence", "SequenceVariant",
    "MRAcquisitionType", "SequenceName", "PulseSequenceName", "AngioFlag", "SliceThickness",
    "RepetitionTime", "EchoTime", "InversionTime", "EchoNumbers", "SpacingBetweenSlices",
    "ProtocolName", "ContrastBolusStartTime", "TriggerTime", "FlipAngle", "EchoPulseSequence",
    "TimeOfFlightContrast", "PhaseContrast", "EchoPlanarPulseSequence", "InversionRecovery",
    "DiffusionBValue", "DiffusionDirectionality", "DiffusionGradientOrientation",
    "MRDiffusionSequence", "StudyInstanceUID", "SeriesInstanceUID", "SeriesNumber",
    "AcquisitionNumber", "InstanceNumber", "ImagePositionPatient", "ImageOrientationPatient",
    "FrameOfReferenceUID", "TemporalPositionIdentifier", "NumberOfTemporalPositions",
    "ImageComments", "SamplesPerPixel", "PhotometricInterpretation", "NumberOfFrames", "Rows",
    "Columns", "PixelSpacing", "RescaleIntercept", "RescaleSlope", "RescaleType",
    "RealWorldValueMappingSequence", "Radiopharmaceutical",
    "RadiopharmaceuticalInformationSequence", "SharedFunctionalGroupsSequence",
    "PerFrameFunctionalGroupsSequence",
)  # fmt: skip

SIEMENS = "SIEMENS MR HEADER"
GE_PARAMETERS, GE_ACQUISITION = "GEMS_PARM_01", "GEMS_ACQU_01"
PHILIPS, PHILIPS_MR = "Philips Imaging DD 001", "Philips MR Imaging DD 001"
UNITED = "Image Private Header"

# creator: (group, {name: element within the block})
PRIVATE: dict[str, tuple[int, dict[str, int]]] = {
    SIEMENS: (0x0019, {"mosaic": 0x0A, "b": 0x0C, "directionality": 0x0D, "direction": 0x0E}),
    GE_PARAMETERS: (0x0043, {"component": 0x2F, "b": 0x39}),
    GE_ACQUISITION: (0x0019, {"x": 0xBB, "y": 0xBC, "z": 0xBD}),
    PHILIPS: (0x2001, {"b": 0x03, "directionality": 0x04}),
    PHILIPS_MR: (
        0x2005, {"scale_slope": 0x0E, "component": 0x11, "x": 0xB0, "y": 0xB1, "z": 0xB2}
    ),
    UNITED: (0x0065, {"b": 0x09}),
}  # fmt: skip
BLOCKS = range(0x10, 0x14)  # where vendors put their blocks


def wanted_tags() -> list[BaseTag]:
    """Tags that a header is read for, the private creators among them.

    Without the creators a private element of implicit VR cannot be decoded at all.
    """
    tags = [Tag(name) for name in STANDARD]
    for group, elements in PRIVATE.values():
        for block in BLOCKS:
            tags.append(Tag(group, block))
            tags += [Tag(group, (block << 8) | element) for element in elements.values()]
    return list(dict.fromkeys(tags))
