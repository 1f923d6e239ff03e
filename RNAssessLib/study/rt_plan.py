"""RTPLAN to what was prescribed."""

from __future__ import annotations

from pathlib import Path

import pydicom

from RNAssessLib.case import InputError, Plan, PlanTarget, Source, Technique

from .dicom_files import date_of, numbers_of, open_dicom, uid_of, whole_of
from .readable import understanding

MOST_FRACTIONS = 100  # engineering default: no course has more
LEAST_GY, MOST_GY = 0.001, 500.0  # as for a dose grid


def read_plan(path: Path | str) -> Plan:
    """Read label, date, fractions, technique and prescriptions.

    Raises
    ------
    InputError
        Not an RTPLAN, or a fraction count that is not positive.
    """
    path = Path(path)
    dataset = open_dicom(path, "RTPLAN")
    with understanding(path):
        return _plan_of(dataset, path)


def _plan_of(dataset: pydicom.Dataset, path: Path) -> Plan:
    groups = dataset.get("FractionGroupSequence") or []
    counts = [whole_of(g, path, "NumberOfFractionsPlanned", 0) for g in groups]
    if any(not 0 <= c <= MOST_FRACTIONS for c in counts):
        raise InputError(path, f"NumberOfFractionsPlanned is {max(counts, key=abs)}, not plausible")
    referenced = dataset.get("ReferencedStructureSetSequence") or []
    return Plan(
        label=str(dataset.get("RTPlanLabel") or ""),
        date=date_of(dataset, "RTPlanDate", "StudyDate"),
        fractions=sum(counts) or None,
        technique=_technique(dataset),
        targets=tuple(_targets(dataset, path)),
        sop_instance_uid=uid_of(dataset, "SOPInstanceUID"),
        structure_set_uid=uid_of(referenced[0], "ReferencedSOPInstanceUID") if referenced else None,
        source=Source(
            str(path),
            uid_of(dataset, "SeriesInstanceUID"),
            uid_of(dataset, "StudyInstanceUID"),
            (str(dataset.get("SOPInstanceUID", "")),),
            str(dataset.get("RTPlanLabel", "")),
        ),
    )


def _targets(dataset: pydicom.Dataset, path: Path) -> list[PlanTarget]:
    targets = []
    for reference in dataset.get("DoseReferenceSequence") or []:
        if reference.get("DoseReferenceType") != "TARGET":
            continue
        if not reference.get("TargetPrescriptionDose"):
            continue
        (dose,) = numbers_of(reference, path, "TargetPrescriptionDose", 1)
        if not LEAST_GY <= dose <= MOST_GY:
            raise InputError(path, f"TargetPrescriptionDose is {dose:g} Gy, not plausible")
        if reference.get("DoseReferenceStructureType") in {"COORDINATES", "POINT"}:
            continue  # a calculation point prescribes nothing to a volume
        number = None
        if reference.get("ReferencedROINumber") not in (None, ""):
            number = whole_of(reference, path, "ReferencedROINumber")
        targets.append(
            PlanTarget(
                number,
                str(reference.get("DoseReferenceDescription") or ""),
                dose,
            )
        )
    return targets


def _technique(dataset: pydicom.Dataset) -> Technique:
    beams = dataset.get("BeamSequence") or []
    text = " ".join(
        str(v or "")
        for part in (dataset, *beams)
        for v in (part.get("Manufacturer"), part.get("ManufacturerModelName"),
                  part.get("TreatmentMachineName"))
    ).lower()  # fmt: skip
    for word, technique in (
        ("gamma", Technique.GAMMA_KNIFE),
        ("leksell", Technique.GAMMA_KNIFE),
        ("cyberknife", Technique.CYBERKNIFE),
        ("accuray", Technique.CYBERKNIFE),
        ("tomo", Technique.TOMOTHERAPY),
    ):
        if word in text:
            return technique
    return Technique.LINAC if beams else Technique.OTHER
