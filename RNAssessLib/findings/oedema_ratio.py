"""Item 11: oedema over enhancement, V_T2 / V_T1c (LI21)."""

from __future__ import annotations

from RNAssessLib.case import (
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import as_ratio, in_cm3
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import ENHANCEMENT, Drawn, Finding, FindingSpec, Status, Strength

from .measure.pointing import point_at_mask
from .measure.timepoints import given_before, usable_follow_ups
from .measure.workspace import whole_mask

SPEC = FindingSpec(
    id="oedema_ratio",
    number=13,
    title="Oedema ratio",
    question="Is V_T2 / V_T1c in the range reported when necrosis was diagnosed?",
    favours_when_present=None,
    references=("LI21 Results",),
    needs=(SequenceRole.FLAIR,),
    why="LI21 found a median of 5.34 (1.4-24) at the diagnosis of necrosis. The range is wide and "
    "holds most tumours as well: context only.",
    events=(EventKind.BEVACIZUMAB, EventKind.STEROID),
    reads=(*ENHANCEMENT, Drawn.OEDEMA),
)


CONFLICT = (
    "the sources disagree: oedema over lesion below 10 predicted tumour in one cohort (Leeman "
    "2013), while half of LI21's necroses had a ratio of 5.34 or less"
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Ratio at the latest follow-up with FLAIR on which the lesion enhances."""
    usable = usable_follow_ups(prepared, lesion, SPEC.needs)
    shown = [
        t
        for t in usable.timepoints
        if t.lesions[lesion.id].oedema is not None and not whole_mask(t, lesion).is_empty
    ]
    if not shown:
        raise NotAssessableError("no follow-up with FLAIR shows an enhancing lesion")
    latest = shown[-1]
    ratio, figures = _measure(latest, lesion)
    low, high = thresholds["oedema.li21_low"], thresholds["oedema.li21_high"]
    inside = low <= ratio <= high
    oedema = latest.lesions[lesion.id].oedema
    assert oedema is not None
    return Finding(
        SPEC,
        Status.PRESENT if inside else Status.ABSENT,
        None,
        Strength.CONTEXT,
        f"V_T2 / V_T1c is {as_ratio(ratio)} at {latest.id} ({in_cm3(oedema.volume_cm3)} / "
        f"{in_cm3(whole_mask(latest, lesion).volume_cm3)} cm³), "
        f"{'inside' if inside else 'outside'} "
        f"LI21's range {low:g}-{high:g} (median {thresholds['oedema.li21_median']:g}).",
        measurements=figures,
        criteria=_criteria(thresholds),
        evidence=(point_at_mask(latest, oedema, "FLAIR hyperintensity", role=SequenceRole.FLAIR),),
        caveats=(*_drugs(prepared, latest), CONFLICT, *usable.remarks),
    )


def _measure(timepoint: PreparedTimepoint, lesion: Lesion) -> tuple[float, tuple[Quantity, ...]]:
    masks = timepoint.lesions[lesion.id]
    assert masks.oedema is not None
    whole = whole_mask(timepoint, lesion)
    ratio = masks.oedema.volume_cm3 / whole.volume_cm3
    around = masks.oedema.array & ~whole.array
    cell = masks.oedema.grid.voxel_volume_cm3
    return ratio, (
        Quantity("t2_t1c_ratio", ratio, "1",
                 "FLAIR volume (lesion included) over enhancement with core (LI21)"),
        Quantity("flair_cm3", masks.oedema.volume_cm3, "cm3", "lesion included"),
        Quantity("t1c_cm3", whole.volume_cm3, "cm3", "enhancement with core"),
        Quantity("oedema_lesion_ratio", float(around.sum()) * cell / whole.volume_cm3, "1",
                 "FLAIR volume without the lesion, over the lesion (doi 10.1093/neuonc/not130)"),
    )  # fmt: skip


def _drugs(prepared: PreparedCase, timepoint: PreparedTimepoint) -> list[str]:
    told = []
    for kind, name in (
        (EventKind.BEVACIZUMAB, "bevacizumab"),
        (EventKind.STEROID, "corticosteroid"),
    ):
        event = given_before(prepared, kind, timepoint)
        if event is not None:
            told.append(f"{name} since {event.date.isoformat()} shrinks oedema")
    return told


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("li21_low", "li21_median", "li21_high")
    return tuple(thresholds.criterion(f"oedema.{name}") for name in names)
