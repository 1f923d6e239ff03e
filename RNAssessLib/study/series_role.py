"""What a DICOM series is for, from its content first and its description last."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pydicom

from RNAssessLib.case import SequenceRole

TAGS = [
    "Modality", "SeriesInstanceUID", "StudyInstanceUID", "StudyDate", "SeriesDate",
    "AcquisitionDate", "SeriesDescription", "ProtocolName", "ImageType", "ScanningSequence",
    "SequenceVariant", "SequenceName", "MRAcquisitionType", "RepetitionTime", "EchoTime",
    "InversionTime", "FlipAngle", "ContrastBolusAgent", "ContrastBolusVolume",
    "DiffusionBValue", "SOPClassUID", "SOPInstanceUID", "FrameOfReferenceUID", "SeriesNumber",
    "ImagePositionPatient", "ImageOrientationPatient", "NumberOfFrames", "Radiopharmaceutical",
    "RadiopharmaceuticalInformationSequence", "BodyPartExamined",
]  # fmt: skip
PRIVATE_B_VALUES = ((0x0019, 0x100C), (0x2001, 0x1003), (0x0043, 0x1039))
DESCRIPTION = (
    (SequenceRole.RCBV, r"r?cbv"),
    (SequenceRole.KTRANS, r"k.?trans"),
    (SequenceRole.CBF, r"\bcbf\b|asl"),
    (SequenceRole.ADC, r"\badc\b|apparent"),
    (SequenceRole.SWI, r"\bswi\b|\bswan\b|venous|suscept|t2\*|\bgre\b|hemo"),
    (SequenceRole.DWI, r"dwi|diff|trace"),
    (SequenceRole.FLAIR, r"flair|dark.?fluid|tirm"),
    (SequenceRole.T1C_DELAYED, r"delay"),
    (SequenceRole.T1C, r"t1.*(\+c|post|gad|\bgd\b|ce\b|contrast|km)|t1c|(post|gad|\+c).*t1"),
    (SequenceRole.T1, r"t1|mprage|bravo|spgr|tfe"),
    (SequenceRole.T2, r"t2"),
)


@dataclass(frozen=True)
class RoleGuess:
    """Proposed role and the tags that decided; None when the series is of no use here."""

    role: SequenceRole | None
    why: str


def b_value(dataset: pydicom.Dataset) -> float | None:
    """Diffusion b-value in s/mm² from the standard tag or the vendors' private ones."""
    if dataset.get("DiffusionBValue") is not None:
        return float(dataset.DiffusionBValue)
    for tag in PRIVATE_B_VALUES:
        if tag in dataset:
            value = dataset[tag].value
            if isinstance(value, bytes):
                continue
            first = value[0] if hasattr(value, "__len__") and not isinstance(value, str) else value
            try:
                return float(first) % 1e6  # GE adds 1e9 to the b-value
            except ValueError:
                continue
    return None


def _number(dataset: pydicom.Dataset, name: str) -> float | None:
    value = dataset.get(name)
    try:
        return float(value) if value not in (None, "") else None
    except (TypeError, ValueError):
        return None


def guess_series_role(dataset: pydicom.Dataset) -> RoleGuess:
    """Propose a role for one series from one of its headers."""
    kinds = {str(v).upper() for v in dataset.get("ImageType") or []}
    text = f"{dataset.get('SeriesDescription', '')} {dataset.get('ProtocolName', '')}".lower()
    if kinds & {"LOCALIZER", "MIP", "PROJECTION IMAGE", "SCREEN SAVE"} or re.search(
        r"local|scout|survey", text
    ):
        return RoleGuess(None, "localizer or projection")
    if dataset.get("Modality") == "PT":
        fdg = re.search(r"fdg|deoxyglucose", text + str(dataset.get("Radiopharmaceutical", "")))
        role = SequenceRole.PET_FDG if fdg else SequenceRole.PET_AA
        return RoleGuess(role, "Modality PT")
    if "ADC" in kinds:
        return RoleGuess(SequenceRole.ADC, "ImageType ADC")
    by_content = _from_parameters(dataset)
    by_text = next((role for role, pattern in DESCRIPTION if re.search(pattern, text)), None)
    if by_text in {SequenceRole.RCBV, SequenceRole.KTRANS, SequenceRole.CBF, SequenceRole.ADC,
                   SequenceRole.T1C_DELAYED}:  # fmt: skip
        return RoleGuess(by_text, f"description {dataset.get('SeriesDescription', '')!r}")
    if by_content is not None:
        return by_content
    if by_text is not None:
        return RoleGuess(by_text, f"description {dataset.get('SeriesDescription', '')!r}")
    return RoleGuess(None, "neither parameters nor description tell")


def _from_parameters(dataset: pydicom.Dataset) -> RoleGuess | None:
    b = b_value(dataset)
    if b is not None and b >= 500:
        return RoleGuess(SequenceRole.DWI, f"b = {b:g} s/mm²")
    kinds = {str(v).upper() for v in dataset.get("ImageType") or []}
    variant = dataset.get("SequenceName", "") or ""
    if kinds & {"SWI", "SW"} or "swi" in str(variant).lower():
        return RoleGuess(SequenceRole.SWI, "ImageType SWI")
    tr, te = _number(dataset, "RepetitionTime"), _number(dataset, "EchoTime")
    ti = _number(dataset, "InversionTime")
    scanning = dataset.get("ScanningSequence") or []
    scanning = {scanning} if isinstance(scanning, str) else {str(v) for v in scanning}
    if tr is None or te is None:
        return None
    if ti is not None and ti > 1400 and te > 60:
        return RoleGuess(SequenceRole.FLAIR, f"TI {ti:g} ms, TE {te:g} ms")
    if "GR" in scanning and te >= 12 and "EP" not in scanning:
        return RoleGuess(SequenceRole.SWI, f"gradient echo, TE {te:g} ms")
    if te < 30 and (tr < 1200 or (ti is not None and ti < 1400)):
        agent = dataset.get("ContrastBolusAgent")
        if agent:
            return RoleGuess(SequenceRole.T1C, f"TR {tr:g}, TE {te:g} ms, contrast agent given")
        text = str(dataset.get("SeriesDescription", "")).lower()
        if re.search(DESCRIPTION[8][1], text):
            return RoleGuess(SequenceRole.T1C, f"TR {tr:g}, TE {te:g} ms, description {text!r}")
        return RoleGuess(SequenceRole.T1, f"TR {tr:g}, TE {te:g} ms, no contrast agent")
    if te > 60 and tr > 1800 and "EP" not in scanning:
        return RoleGuess(SequenceRole.T2, f"TR {tr:g}, TE {te:g} ms")
    return None
