"""Coded concepts: SNOMED CT, DICOM and UCUM where they fit, else the private scheme 99RNASSESS."""

from __future__ import annotations

from dataclasses import dataclass

from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code

from RNAssessLib.case import MaskKind
from RNAssessLib.findings.finding import FindingSpec, Status

SCHEME = "99RNASSESS"
SCHEME_NAME = "RNAssess checklist items and parts of lesions"
MEANING_LENGTH = 64


def private(value: str, meaning: str) -> Code:
    """Concept of the private scheme; the value is at most 16 characters long (VR SH)."""
    if len(value) > 16:
        raise ValueError(f"code {value!r} is longer than 16 characters")
    return Code(value, SCHEME, meaning[:MEANING_LENGTH])


@dataclass(frozen=True)
class MeasurementCode:
    """How one serial figure is coded.

    Attributes
    ----------
    name, unit : Code
    """

    name: Code
    unit: Code


RATIO = Code("1", "UCUM", "no units")
MEASUREMENTS = {
    "enhancing_cm3": MeasurementCode(codes.SCT.Volume, codes.UCUM.CubicCentimeter),
    "necrotic_core_cm3": MeasurementCode(
        private("CORE_VOLUME", "Volume of the necrotic core"), codes.UCUM.CubicCentimeter
    ),
    "t1c_with_core_cm3": MeasurementCode(
        private("WHOLE_VOLUME", "Volume of the enhancing part with its core"),
        codes.UCUM.CubicCentimeter,
    ),
    "flair_cm3": MeasurementCode(
        private("FLAIR_VOLUME", "Volume of FLAIR hyperintensity, lesion included"),
        codes.UCUM.CubicCentimeter,
    ),
    "t2_t1c_ratio": MeasurementCode(
        private("T2_T1C_RATIO", "FLAIR volume over enhancing volume with core"), RATIO
    ),
    "longest_diameter_mm": MeasurementCode(codes.SCT.LongAxis, codes.UCUM.Millimeter),
    "perpendicular_diameter_mm": MeasurementCode(codes.SCT.ShortAxis, codes.UCUM.Millimeter),
}
STATUS = {
    Status.PRESENT: codes.SCT.Present,
    Status.ABSENT: codes.SCT.Absent,
    Status.INDETERMINATE: codes.SCT.Indeterminate,
    Status.NOT_ASSESSABLE: private("NOT_ASSESSABLE", "Not assessable from the given input"),
}
# The value of a code has 16 characters; ids that are longer are shortened here, once for all.
ITEM_VALUES = {
    "central_diffusion_restriction": "CENTRAL_DIFFUS",
    "clustered_enhancement": "CLUSTERED",
    "white_matter_preference": "WHITE_MATTER",
    "clinical_modifiers": "MODIFIERS",
    "spontaneous_regression": "SPONTANEOUS",
}
SEGMENT_CATEGORY = codes.SCT.MorphologicallyAbnormalStructure
SEGMENT_TYPE = {
    MaskKind.ENHANCING: private("ENHANCING", "Enhancing part of a lesion"),
    MaskKind.NECROTIC_CORE: private("NECROTIC_CORE", "Non-enhancing core enclosed by enhancement"),
    MaskKind.OEDEMA: codes.SCT.Edema,
}
SEGMENT_RGB = {
    MaskKind.ENHANCING: (0, 229, 160),
    MaskKind.NECROTIC_CORE: (255, 111, 216),
    MaskKind.OEDEMA: (86, 180, 233),
}
LESION = codes.SCT.Lesion
READER = private("READER_MEASURED", "Measured by the reader on the images")
READER_DISC = private("DISC_SIGNAL", "Signal of the voxels in a disc")
ADC_UNIT = codes.UCUM.SquareMicrometerPerMillisecond
BRAIN = codes.SCT.Brain
PROCEDURE = Code("24590-2", "LN", "MR Brain")
TREATMENT = private("RT_COURSE_START", "Start of the course of radiotherapy")
PROCESSING = private("MASKS", "Segmentation of lesions on registered MR")


def item_code(spec: FindingSpec) -> Code:
    """Concept of a checklist item.

    Examples
    --------
    >>> from RNAssessLib.findings.swi_foci import SPEC
    >>> item_code(SPEC)
    Code(value='SWI_FOCI', scheme_designator='99RNASSESS', meaning='Susceptibility foci', \
scheme_version=None)
    """
    return private(ITEM_VALUES.get(spec.id, spec.id.upper()), spec.title)
