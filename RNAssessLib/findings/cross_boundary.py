"""Item 1: new enhancement on the other side of an anatomical boundary (LA22; LA25 §2.1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from RNAssessLib.anatomy.boundaries import BoundaryKind
from RNAssessLib.case import (
    Compartment,
    EventKind,
    Lesion,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import in_cm3, in_gy, in_mm, in_percent
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Evidence,
    Favours,
    Finding,
    FindingSpec,
    Plane,
    Status,
    graded,
)

from .measure.beyond import NAMES, Beyond, find_beyond
from .measure.meninges import lining_figures, look_along, look_between, tell_lining
from .measure.pointing import point_at_mask
from .measure.timepoints import events_of, require_baseline, usable_follow_ups
from .measure.workspace import Workspace, open_workspace
from .measure.wrapping import Wrap, find_open_wrap

SPEC = FindingSpec(
    id="cross_boundary",
    number=1,
    title="Enhancement across an anatomical boundary",
    question="Is there new, separate enhancement on the other side of falx, tentorium, ventricle "
    "or sulcus, inside the irradiated region, or does the lesion wrap a ventricle that it leaves "
    "free?",
    favours_when_present=Favours.RN,
    references=("LA22", "LA25 §2.1"),
    needs=(SequenceRole.T1C,),
    why="Falx, tentorium and CSF stop a growing metastasis; dose does not respect them. New, "
    "non-contiguous enhancement beyond such a boundary is strongly suggestive of necrosis, unless "
    "the meninges between enhance. Around a ventricle necrosis grows in one piece.",
    events=(EventKind.HISTOLOGY, EventKind.PATHOLOGY),
    reads=(*ENHANCEMENT, Drawn.UNASSIGNED),
)

# planes in which LA22 shows each boundary (Figs 1-7)
PLANES = {
    BoundaryKind.FALX: Plane.AXIAL,
    BoundaryKind.TENTORIUM: Plane.CORONAL,
    BoundaryKind.VENTRICLE: Plane.CORONAL,
    BoundaryKind.SULCUS: Plane.SAGITTAL,
}
REACH_MM = 30.0
MOST_SHOWN = 6
ABSENCE = (
    "absence says little: only a minority of metastases lie near such a boundary, so the "
    "sensitivity is likely modest (LA22 Discussion)"
)
CALLOSUM = (
    "it reaches into the corpus callosum, which joins both sides below the falx: no crossing; the "
    "risk of necrosis is particularly high there (LA22)"
)
MELANOMA = "melanoma tends to extend along the pia (LA22): look for enhancement along the surface"


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Compare the scan before treatment with each follow-up, and look along nearby surfaces."""
    baseline = require_baseline(prepared, lesion)
    usable = usable_follow_ups(prepared, lesion)
    space = open_workspace(prepared, lesion, REACH_MM)
    _ = space.anatomy  # not assessable without it
    found = [
        beyond
        for timepoint in usable.timepoints
        for beyond in find_beyond(space, lesion, baseline, timepoint, thresholds)
    ]
    lining = look_along(space, lesion, baseline, usable.latest, thresholds)
    looked = [_look_at_meninges(space, lesion, baseline, b, thresholds) for b in found]
    remarks = (
        *tell_lining(lining, usable.latest.id, thresholds),
        *_callosum_caveat(space, lesion, usable.latest, thresholds),
        *_histology(prepared, looked),
        *usable.remarks,
    )
    answer = _answer(prepared, lesion, usable.latest, looked, remarks, thresholds)
    figures = lining_figures(lining, usable.latest.id)
    return replace(answer, measurements=(*answer.measurements, *figures))


def _answer(
    prepared: PreparedCase,
    lesion: Lesion,
    latest: PreparedTimepoint,
    looked: list[tuple[Beyond, str]],
    remarks: tuple[str, ...],
    thresholds: Thresholds,
) -> Finding:
    certain = [item for item in looked if not item[0].doubts]
    if certain:
        return _present(certain, remarks, thresholds)
    found = [item[0] for item in looked]
    wrapped = find_open_wrap(prepared, lesion, found, thresholds)
    if wrapped is not None:
        return _wrapping(found, wrapped, remarks, thresholds)
    if found:
        return _indeterminate(found, remarks, thresholds)
    return Finding(
        SPEC,
        Status.ABSENT,
        None,
        None,
        "No new separate enhancement beyond falx, tentorium, ventricle or sulcus up to "
        f"{latest.id}.",
        measurements=(Quantity("components_beyond", 0.0, "count", "new, beyond a boundary"),),
        criteria=_criteria(thresholds),
        caveats=(ABSENCE, *remarks),
    )


def _look_at_meninges(
    space: Workspace,
    lesion: Lesion,
    baseline: PreparedTimepoint,
    beyond: Beyond,
    thresholds: Thresholds,
) -> tuple[Beyond, str]:
    """The component, with a doubt if the boundary between enhances, and what is to be said."""
    name = NAMES[beyond.crossing.kind].replace("a ", "the ")
    if beyond.crossing.contiguous or beyond.crossing.kind is BoundaryKind.VENTRICLE:
        return beyond, ""
    strip = look_between(space, lesion, baseline, beyond, thresholds)
    if strip is None:
        return beyond, f" Whether {name} between them enhances could not be told."
    now, before = (in_percent(100 * v) for v in (strip.now, strip.before))
    shares = f"{now} % of it, {before} % before treatment"
    if strip.enhances(thresholds):
        doubt = (
            f"{name} between them enhances ({shares}): contiguous involvement of the meninges "
            "raises concern for tumour (LA22)"
        )
        return replace(beyond, doubts=(*beyond.doubts, doubt)), ""
    normal = 100.0 * strip.before >= thresholds["cross_boundary.meninges_percent"]
    how = "enhances no more than before treatment" if normal else "does not enhance"
    return beyond, f" {name[0].upper()}{name[1:]} between them {how} ({shares})."


def _callosum_caveat(
    space: Workspace, lesion: Lesion, timepoint: PreparedTimepoint, thresholds: Thresholds
) -> tuple[str, ...]:
    there = space.anatomy.compartments == Compartment.CORPUS_CALLOSUM
    volume = np.count_nonzero(space.whole(timepoint, lesion) & there)
    if volume * space.grid.voxel_volume_cm3 < thresholds["cross_boundary.smallest_cm3"]:
        return ()
    return (CALLOSUM,)


def _histology(prepared: PreparedCase, looked: Sequence[tuple[Beyond, str]]) -> tuple[str, ...]:
    kinds = (EventKind.HISTOLOGY, EventKind.PATHOLOGY)
    told = " ".join(e.text for kind in kinds for e in events_of(prepared, kind)).lower()
    at_surface = any(b.crossing.kind is BoundaryKind.SULCUS for b, _ in looked)
    return (MELANOMA,) if at_surface and "melanoma" in told else ()


def _present(
    found: list[tuple[Beyond, str]], remarks: tuple[str, ...], thresholds: Thresholds
) -> Finding:
    best, meninges = max(found, key=lambda item: (item[0].timepoint.date, item[0].mask.volume_cm3))
    assert best.dose_gy is not None and best.dose_share is not None
    caveats = []
    high = 100.0 * best.dose_share >= thresholds["cross_boundary.high_dose_percent"]
    if not high:
        caveats.append(
            f"its dose is low ({in_percent(100 * best.dose_share)} % of the prescription at most); "
            "LA22 saw such enhancement "
            "in the high-dose region (lowest line drawn: 42-50 %, Figs 3, 6)"
        )
    seen = sorted({beyond.timepoint.id for beyond, _ in found})
    sentence = (
        f"At {best.timepoint.id} new separate enhancement of {in_cm3(best.mask.volume_cm3)} cm³ "
        f"lies beyond {NAMES[best.crossing.kind]}, {in_mm(best.crossing.distance_mm)} mm from the "
        f"treated lesion; it had received a median of {in_gy(best.dose_gy[0])} Gy (maximum "
        f"{in_gy(best.dose_gy[1])} Gy).{meninges}"
    )
    if len(seen) > 1:
        sentence += f" Seen at {', '.join(seen)}."
    every = [beyond for beyond, _ in found]
    return Finding(
        SPEC,
        Status.PRESENT,
        Favours.RN,
        graded("cross_boundary.high_dose" if high else "cross_boundary.low_dose"),
        sentence,
        measurements=_measurements(best, len(found)),
        criteria=_criteria(thresholds),
        evidence=_evidence(every, best),
        caveats=(*caveats, *remarks),
    )


def _wrapping(
    found: list[Beyond], wrapped: Wrap, remarks: tuple[str, ...], thresholds: Thresholds
) -> Finding:
    """One piece around a ventricle whose wall it leaves free: an answer of its own."""
    best = wrapped.beyond
    return Finding(
        SPEC,
        Status.PRESENT,
        Favours.RN,
        graded("cross_boundary.wrapping"),
        f"At {best.timepoint.id} the lesion wraps the ventricle in one piece, with "
        f"{in_cm3(best.mask.volume_cm3)} cm³ beyond it, and is open toward it over "
        f"{in_percent(100 * wrapped.open_share)} % of its ring: no line of enhancement along the "
        "ventricle (LA22 Figs 6, 7).",
        measurements=_measurements(best, len(found)),
        criteria=_criteria(thresholds),
        evidence=_evidence(found, best),
        caveats=remarks,
    )


def _indeterminate(
    found: list[Beyond], remarks: tuple[str, ...], thresholds: Thresholds
) -> Finding:
    best = min(found, key=lambda b: (len(b.doubts), -b.mask.volume_cm3))
    return Finding(
        SPEC,
        Status.INDETERMINATE,
        None,
        None,
        f"At {best.timepoint.id} {in_cm3(best.mask.volume_cm3)} cm³ of new enhancement lie beyond "
        f"{NAMES[best.crossing.kind]}, but {best.doubts[0]}.",
        measurements=_measurements(best, len(found)),
        criteria=_criteria(thresholds),
        evidence=_evidence(found, best),
        caveats=(*best.doubts, *remarks),
    )


def _measurements(best: Beyond, count: int) -> tuple[Quantity, ...]:
    crossing = best.crossing
    where = f"component at {best.timepoint.id}"
    figures = [
        Quantity("components_beyond", float(count), "count", "new, all follow-ups"),
        Quantity("component_cm3", best.mask.volume_cm3, "cm3", where),
        Quantity("gap_mm", crossing.distance_mm, "mm", f"{where} to the treated lesion"),
        Quantity(
            "beyond_boundary_mm", crossing.clearance_mm, "mm",
            f"depth beyond {NAMES[crossing.kind]}", crossing.uncertainty_mm,
        ),
    ]  # fmt: skip
    if best.dose_gy is None:
        why = next((d for d in best.doubts if "irradiated" in d), "no dose")
        figures.append(Quantity("dose_median_gy", None, "Gy", where, undefined=why))
        figures.append(Quantity("dose_max_gy", None, "Gy", where, undefined=why))
    else:
        figures.append(Quantity("dose_median_gy", best.dose_gy[0], "Gy", where))
        figures.append(Quantity("dose_max_gy", best.dose_gy[1], "Gy", where))
    return tuple(figures)


def _evidence(found: list[Beyond], best: Beyond) -> tuple[Evidence, ...]:
    ordered = [best, *(b for b in found if b is not best)][:MOST_SHOWN]
    return tuple(
        point_at_mask(
            b.timepoint,
            b.mask,
            f"{in_cm3(b.mask.volume_cm3)} cm³ beyond {NAMES[b.crossing.kind]}",
            plane=PLANES[b.crossing.kind],
        )
        for b in ordered
    )


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("smallest_cm3", "irradiated_percent", "high_dose_percent", "meninges_percent")
    rings = ("smallest_percent", "largest_percent", "toward_share")
    own = tuple(thresholds.criterion(f"cross_boundary.{name}") for name in names)
    return (*own, *(thresholds.criterion(f"open_ring.{name}") for name in rings))
