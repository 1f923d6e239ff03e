"""RTPLAN to what was prescribed."""

from __future__ import annotations

from pathlib import Path

import pydicom

from RNAssessLib.case import InputError, Plan, PlanTarget, Source, Technique

from .dicom_files import date_of, open_dicom, uid_of


def read_plan(path: Path | str) -> Plan:
    """Read label, date, fractions, technique and prescriptions.

    Raises
    ------
    InputError
        Not an RTPLAN, or a fraction count that is not positive.
    """
    path = Path(path)
    dataset = open_dicom(path, "RTPLAN")
    groups = dataset.get("FractionGroupSequence") or []
    counts = [int(g.get("NumberOfFractionsPlanned") or 0) for g in groups]
    if any(c < 0 for c in counts):
        raise InputError(path, "NumberOfFractionsPlanned is negative")
    referenced = dataset.get("ReferencedStructureSetSequence") or []
    return Plan(
        label=str(dataset.get("RTPlanLabel") or ""),
        date=date_of(dataset, "RTPlanDate", "StudyDate"),
        fractions=sum(counts) or None,
        technique=_technique(dataset),
        targets=tuple(_targets(dataset)),
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


def _targets(dataset: pydicom.Dataset) -> list[PlanTarget]:
    targets = []
    for reference in dataset.get("DoseReferenceSequence") or []:
        dose = reference.get("TargetPrescriptionDose")
        if reference.get("DoseReferenceType") != "TARGET" or not dose:
            continue
        if reference.get("DoseReferenceStructureType") in {"COORDINATES", "POINT"}:
            continue  # a calculation point prescribes nothing to a volume
        number = reference.get("ReferencedROINumber")
        targets.append(
            PlanTarget(
                int(number) if number is not None else None,
                str(reference.get("DoseReferenceDescription") or ""),
                float(dose),
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
