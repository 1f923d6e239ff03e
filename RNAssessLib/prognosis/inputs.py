"""What the nomogram asks for, taken from plan indices and timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.case import ClinicalEvent, Lesion, StructureRole
from RNAssessLib.dosimetry.results import CourseDosimetry, TargetDosimetry
from RNAssessLib.evidence import Thresholds

from .cohort import Setting, add_whole_brain, find_targeted_therapy, leaves_cohort

# What the model needs, in words.
INPUT_WORDS = {
    "gtv_cm3": "GTV",
    "bed_gy": "BED",
    "tc_percent": "target coverage TC",
    "targeted_therapy": "targeted therapy",
}


@dataclass(frozen=True)
class NomogramInputs:
    """What the model asks for; None where it is not known.

    Attributes
    ----------
    gtv_cm3, bed_gy, tc_percent : float or None
    targeted_therapy : bool or None
        Given before the MRI that showed the enlargement; None when nothing is recorded.
    tc_target : str
        Target volume whose coverage was used.
    dropping_zone_bed_gy : float or None
        Mean BED of PTV minus GTV; screened by PP23, not in its final model.
    why_missing : tuple of (str, str)
        Input name and reason, for each that is None.
    notes : tuple of str
        How inputs were read: what BED includes, why targeted therapy counts or does not.
    outside : tuple of str
        Where the patient is outside PP23's cohort.
    """

    gtv_cm3: float | None
    bed_gy: float | None
    tc_percent: float | None
    targeted_therapy: bool | None
    tc_target: str = ""
    dropping_zone_bed_gy: float | None = None
    why_missing: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    outside: tuple[str, ...] = ()


def read_inputs(
    course: CourseDosimetry,
    lesion: Lesion,
    events: Sequence[ClinicalEvent],
    setting: Setting | None = None,
    thresholds: Thresholds | None = None,
) -> NomogramInputs:
    """Take the inputs from plan indices and timeline.

    TC is the PTV's where there is one, else the GTV's.

    Parameters
    ----------
    course : CourseDosimetry
        The one in force.
    lesion : Lesion
    events : sequence of ClinicalEvent
    setting : Setting, optional
        Dates against which drugs and whole-brain radiotherapy are read; not compared without it.
    thresholds : Thresholds, optional
    """
    limits = thresholds or Thresholds()
    names = {t.name for t in lesion.targets}
    targets = [t for t in course.targets if t.name in names]
    gtv = next((t for t in targets if t.role is StructureRole.GTV), None)
    ptv = next((t for t in targets if t.role is StructureRole.PTV), None)
    main = ptv or gtv or (targets[0] if targets else None)
    missing: list[tuple[str, str]] = []

    def take(target: TargetDosimetry | None, name: str, label: str) -> float | None:
        if target is None:
            missing.append((label, f"no target of this lesion in course {course.course_id}"))
            return None
        try:
            quantity = target.quantity(name)
        except KeyError:
            missing.append((label, f"{target.name} states no {INPUT_WORDS.get(label, name)}"))
            return None
        if quantity.value is None:
            missing.append((label, quantity.undefined or ""))
        return quantity.value

    volume = take(gtv or main, "gtv_cm3", "gtv_cm3")
    bed = take(main, "bed_gy", "bed_gy")
    coverage = take(main, "tc_percent", "tc_percent")
    bed, why, included = add_whole_brain(bed, setting, limits)
    if why:
        missing.append(("bed_gy", why))
    given, told = find_targeted_therapy(events, setting)
    if given is None:
        missing.append(("targeted_therapy", told))
    zone = take(main, "dropping_zone_dmean_bed_gy", "dropping_zone_bed_gy")
    notes = [f"BED {included}"] if included else []
    if given is not None and told:
        notes.append(f"targeted therapy: {told}")
    return NomogramInputs(
        volume, bed, coverage, given, main.name if main else "", zone, tuple(missing),
        tuple(notes), leaves_cohort(setting, events, limits),
    )  # fmt: skip
