"""Item 4: small susceptibility foci in and beside the lesion (LA25 §2.3)."""

from __future__ import annotations

from RNAssessLib.case import EventKind, Lesion, PreparedCase, Quantity, SequenceRole, counted
from RNAssessLib.case.numbers import in_cm3, in_mm
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Evidence,
    Favours,
    Finding,
    FindingSpec,
    Status,
    Strength,
    graded,
)

from .measure.pointing import point_at, point_at_mask
from .measure.susceptibility import Site, Susceptibility, find_foci
from .measure.timepoints import had_whole_brain_radiotherapy, usable_follow_ups, why_unusable

SPEC = FindingSpec(
    id="swi_foci",
    number=4,
    title="Susceptibility foci",
    question="Are there several small susceptibility foci in the rim, the core or beside them?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.3",),
    needs=(SequenceRole.SWI,),
    why="Necrosis typically comes with several small foci, often increasing; necrosis without any "
    "is uncommon, so their absence raises concern for tumour. They are not specific.",
    events=(EventKind.WBRT,),
    reads=ENHANCEMENT,
)
GROUP = "swi_foci"
NOT_SPECIFIC = "bleeding within a tumour shows foci as well (LA25 §2.3)"


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Count at the latest follow-up with SWI, beside every earlier scan with SWI."""
    usable = usable_follow_ups(prepared, lesion, SPEC.needs)
    scans = list(usable.timepoints)
    baseline = prepared.baseline(lesion)
    if why_unusable(baseline, SPEC.needs) is None and baseline not in scans:
        scans.insert(0, baseline)
    series = [find_foci(prepared, t, lesion, thresholds) for t in scans]
    latest = series[-1]
    count = len(latest.foci)
    multiple = thresholds[f"{GROUP}.multiple_count"]
    caveats = [*_caveats(prepared, latest), *usable.remarks]
    at = latest.timepoint.id
    if count >= multiple:
        sentence = f"{count} small foci at {at}: {_sites(latest)}{_trend(series)}."
        return _answer(series, thresholds, Status.PRESENT, Favours.RN, graded("swi_foci.multiple"),
                       sentence, [NOT_SPECIFIC, *caveats])  # fmt: skip
    if count > 0:
        sentence = f"Only {count} small {_noun(count)} at {at}: {_sites(latest)}{_trend(series)}."
        return _answer(series, thresholds, Status.INDETERMINATE, None, None, sentence, caveats)
    if latest.large:
        sentence = (
            f"No small foci at {at}, but a bleed of {in_cm3(latest.large[0].volume_cm3)} cm³ that "
            "could hide them."
        )
        return _answer(series, thresholds, Status.INDETERMINATE, None, None, sentence, caveats)
    sentence = f"No susceptibility focus in or beside the lesion at {at}."
    caveats.insert(0, "absence of foci raises concern for tumour; necrosis without them is "
                      "uncommon (LA25 §2.3)")  # fmt: skip
    return _answer(
        series, thresholds, Status.ABSENT, Favours.TTP, graded("swi_foci.none"), sentence, caveats
    )


def _noun(count: int) -> str:
    return "focus" if count == 1 else "foci"


def _sites(item: Susceptibility) -> str:
    parts = [f"{item.count(site)} in the {site.value}" for site in Site if item.count(site)]
    return ", ".join(parts)


def _trend(series: list[Susceptibility]) -> str:
    if len(series) < 2:
        return ""
    counts = ", ".join(f"{s.timepoint.id} {len(s.foci)}" for s in series[:-1])
    return f" (before: {counts})"


def _caveats(prepared: PreparedCase, latest: Susceptibility) -> list[str]:
    caveats = []
    if latest.large:
        caveats.append(
            f"a bleed of {in_mm(latest.large[0].length_mm)} mm says little: large haemorrhage "
            "occurs in tumour and after radiotherapy (LA25 §2.3)"
        )
    if had_whole_brain_radiotherapy(prepared):
        caveats.append(
            "whole-brain radiotherapy scatters foci through the brain; necrosis concentrates them "
            "and brings them earlier (LA25 §2.3); foci elsewhere in the brain are not counted here"
        )
    if latest.vessels:
        caveats.append(f"{latest.vessels} vein-like dark structures were left out")
    return caveats


def _answer(
    series: list[Susceptibility],
    thresholds: Thresholds,
    status: Status,
    favours: Favours | None,
    strength: Strength | None,
    sentence: str,
    caveats: list[str],
) -> Finding:
    return Finding(
        SPEC,
        status,
        favours,
        strength,
        sentence,
        measurements=_measurements(series),
        criteria=_criteria(thresholds),
        evidence=_evidence(series[-1]),
        caveats=tuple(caveats),
    )


def _measurements(series: list[Susceptibility]) -> tuple[Quantity, ...]:
    latest = series[-1]
    at = f"at {latest.timepoint.id}"
    figures = [
        Quantity("foci_count", float(len(latest.foci)), "count", at),
        Quantity("foci_cm3", sum(f.volume_cm3 for f in latest.foci), "cm3", at),
        Quantity("foci_rim_count", float(latest.count(Site.RIM)), "count", at),
        Quantity("foci_core_count", float(latest.count(Site.CORE)), "count", at),
        Quantity("foci_adjacent_count", float(latest.count(Site.ADJACENT)), "count", at),
        Quantity("large_bleeds", float(len(latest.large)), "count", at),
    ]
    if len(series) > 1:
        gained = float(len(latest.foci) - len(series[0].foci))
        figures.append(Quantity("foci_gained", gained, "count", f"since {series[0].timepoint.id}"))
    else:
        figures.append(
            Quantity("foci_gained", None, "count", "change over time",
                     undefined="only one scan with SWI")
        )  # fmt: skip
    return tuple(figures)


def _evidence(latest: Susceptibility) -> tuple[Evidence, ...]:
    timepoint = latest.timepoint
    shown = latest.foci or latest.large
    to_reference = timepoint.to_reference.transform
    points = tuple(
        point_at(timepoint, to_reference.apply(f.point_lps_mm), f"focus in the {f.site.value}",
                 role=SequenceRole.SWI)
        for f in shown
    )  # fmt: skip
    if not latest.foci or latest.mask.is_empty:
        return points
    whole = point_at_mask(
        timepoint, latest.mask, counted(len(latest.foci), "focus", "foci"), role=SequenceRole.SWI
    )
    return (*points, whole)


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("multiple_count", "contrast", "uneven_factor", "largest_mm", "adjacent_mm",
             "vessel_elongation", "vessel_length_mm")  # fmt: skip
    return tuple(thresholds.criterion(f"{GROUP}.{name}") for name in names)
