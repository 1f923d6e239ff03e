"""What the nomogram asks for, taken from plan indices and timeline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.case import ClinicalEvent, EventKind, Lesion, StructureRole
from RNAssessLib.dosimetry.results import CourseDosimetry, TargetDosimetry

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
        Given before the scan in question.
    tc_target : str
        Target volume whose coverage was used.
    dropping_zone_bed_gy : float or None
        Mean BED of PTV minus GTV; screened by PP23, not in its final model.
    why_missing : tuple of (str, str)
        Input name and reason, for each that is None.
    """

    gtv_cm3: float | None
    bed_gy: float | None
    tc_percent: float | None
    targeted_therapy: bool | None
    tc_target: str = ""
    dropping_zone_bed_gy: float | None = None
    why_missing: tuple[tuple[str, str], ...] = ()


def read_inputs(
    course: CourseDosimetry, lesion: Lesion, events: Sequence[ClinicalEvent]
) -> NomogramInputs:
    """Take the inputs from plan indices and timeline.

    TC is the PTV's where there is one, else the GTV's. Targeted therapy counts as not given only
    when the case holds clinical events at all.
    """
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
    given = any(e.kind is EventKind.TARGETED for e in events) if events else None
    if given is None:
        missing.append(("targeted_therapy", "the case states no clinical events"))
    zone = take(main, "dropping_zone_dmean_bed_gy", "dropping_zone_bed_gy")
    return NomogramInputs(
        volume, bed, coverage, given, main.name if main else "", zone, tuple(missing)
    )
