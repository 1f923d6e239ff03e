"""Item 3: diffusion restriction confined to the necrotic centre (LA25 §2.2)."""

from __future__ import annotations

import re
from datetime import date as Date

from RNAssessLib.case import (
    EventKind,
    Lesion,
    Mask,
    PreparedCase,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import as_ratio, in_cm3, in_percent
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Evidence,
    Favours,
    Finding,
    FindingSpec,
    Status,
    Strength,
    graded,
)

from .measure.diffusion import Restriction, measure_restriction
from .measure.pointing import point_at_mask
from .measure.timepoints import events_of, given_before, usable_follow_ups

SPEC = FindingSpec(
    id="central_diffusion_restriction",
    number=3,
    title="Central diffusion restriction",
    question="Is diffusion restricted in the non-enhancing core and only there?",
    favours_when_present=Favours.RN,
    references=("LA25 §2.2",),
    needs=(SequenceRole.DWI, SequenceRole.ADC),
    why="Restriction confined to the necrotic centre favours necrosis. Hypercellular tumour "
    "restricts in the rim as well; bevacizumab and blood imitate it.",
    events=(
        EventKind.BEVACIZUMAB,
        EventKind.SURGERY,
        EventKind.HISTOLOGY,
        EventKind.PATHOLOGY,
    ),
    reads=(*ENHANCEMENT, Drawn.NORMAL),
)
GROUP = "central_diffusion_restriction"
ABSENCE = "LA25 §2.2 weighs the presence of the sign only; its absence is not described as tumour"
SMALL_CELL = re.compile(r"(?<!non-)(?<!non )\b(small[- ]cell|sclc)\b", re.I)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """Judge the latest follow-up with DWI and ADC; earlier ones are told beside it."""
    usable = usable_follow_ups(prepared, lesion, SPEC.needs)
    series = [measure_restriction(prepared, t, lesion, thresholds) for t in usable.timepoints]
    latest = series[-1]
    caveats = [*_earlier(series, thresholds), *usable.remarks]
    least = thresholds[f"{GROUP}.smallest_core_cm3"]
    share = thresholds[f"{GROUP}.core_share"]
    at = latest.timepoint.id
    if latest.core_cm3 < least:
        why = (
            f"No non-enhancing core to look at on {at} ({in_cm3(latest.core_cm3)} cm³), so the "
            "sign does not apply"
        )
        return _answer(
            latest, thresholds, Status.NOT_ASSESSABLE, None, None, f"{why}.", caveats,
            limitation=why,
        )  # fmt: skip
    if latest.core_share < share and latest.may_hide(thresholds):
        return _answer(
            latest, thresholds, Status.INDETERMINATE, None, None,
            f"The core at {at} ({in_cm3(latest.core_cm3)} cm³) is too thin for the DWI voxels: "
            f"{in_percent(100 * latest.core_share)} % of it is restricted.", caveats,
        )  # fmt: skip
    if latest.core_share < share:
        assert latest.core_adc_ratio is not None  # a core with a share has its ratio
        return _answer(
            latest, thresholds, Status.ABSENT, None, None,
            f"The core is not restricted at {at}: ADC {as_ratio(latest.core_adc_ratio)} times "
            f"normal white matter, {in_percent(100 * latest.core_share)} % of the core restricted.",
            [ABSENCE, *caveats],
        )  # fmt: skip
    if latest.rim_share >= thresholds[f"{GROUP}.rim_share"]:
        caveats.insert(0, _hypercellular_caveat(prepared))
        return _answer(
            latest, thresholds, Status.ABSENT, Favours.TTP,
            graded("central_diffusion_restriction.rim"),
            f"Restriction at {at} is not confined to the core: "
            f"{in_percent(100 * latest.rim_share)} % of the rim is restricted as well."
            f"{_solidity(latest)}", caveats,
        )  # fmt: skip
    return _confined(prepared, latest, series, caveats, thresholds)


def _confined(
    prepared: PreparedCase,
    latest: Restriction,
    series: list[Restriction],
    caveats: list[str],
    thresholds: Thresholds,
) -> Finding:
    """Core restricted, rim not: what could imitate it decides."""
    mimics = []
    blood = latest.blood
    if blood is not None and blood.reaches(thresholds[f"{GROUP}.blood_share"]):
        mimics.append(f"blood in the core imitates restriction ({_describe(latest)})")
    drug = given_before(prepared, EventKind.BEVACIZUMAB, latest.timepoint)
    if drug is not None and not _was_there_before(series, drug.date, thresholds):
        mimics.append(
            f"bevacizumab since {drug.date.isoformat()}: new restriction may be coagulative "
            "necrosis, which is not expected to reflect active tumour (LA25 §2.2)"
        )
    if blood is not None and blood.unchecked:
        caveats.append(f"blood in the core not excluded: no {' and no '.join(blood.unchecked)}")
    if _surgery_before(prepared, latest):
        caveats.append("after surgery an abscess can look the same")
    assert latest.core_adc_ratio is not None and latest.core_dwi_ratio is not None
    sentence = (
        f"At {latest.timepoint.id} {in_percent(100 * latest.core_share)} % of the core is "
        f"restricted (ADC {as_ratio(latest.core_adc_ratio)}, "
        f"DWI {as_ratio(latest.core_dwi_ratio)} times normal white matter) "
        f"and {in_percent(100 * latest.rim_share)} % of the rim."
    )
    if latest.rim_share >= thresholds[f"{GROUP}.rim_doubt_share"]:
        told = f"{sentence} Whether it is confined to the core cannot be told."
        return _answer(latest, thresholds, Status.INDETERMINATE, None, None, told,
                       [*mimics, *caveats])  # fmt: skip
    if mimics:
        told = f"{sentence} {mimics[0][0].upper()}{mimics[0][1:]}."
        return _answer(latest, thresholds, Status.INDETERMINATE, None, None, told,
                       [*mimics, *caveats])  # fmt: skip
    return _answer(latest, thresholds, Status.PRESENT, Favours.RN,
                   graded("central_diffusion_restriction.core"), sentence,
                   caveats)  # fmt: skip


def _solidity(latest: Restriction) -> str:
    """T2 of a core whose rim restricts: hypercellular tumour without enhancement looks solid."""
    if latest.core_t2_ratio is None:
        return ""
    return (
        f" The core is {as_ratio(latest.core_t2_ratio)} times as bright as normal white matter on "
        "T2; solid tissue is darker there than necrosis (LA25 §2.2)."
    )


def _hypercellular_caveat(prepared: PreparedCase) -> str:
    kinds = (EventKind.HISTOLOGY, EventKind.PATHOLOGY)
    texts = [event.text for kind in kinds for event in events_of(prepared, kind)]
    recorded = any(SMALL_CELL.search(text) for text in texts)
    known = ", which is on record here" if recorded else ""
    return (
        "restriction of the enhancing rim suggests hypercellular tumour (small cell lung "
        f"cancer{known}; LA25 §2.2, Fig 5)"
    )


def _describe(restriction: Restriction) -> str:
    blood = restriction.blood
    assert blood is not None
    parts = []
    if blood.bright_share is not None:
        parts.append(f"{in_percent(100 * blood.bright_share)} % bright on pre-contrast T1")
    if blood.dark_share is not None:
        parts.append(f"{in_percent(100 * blood.dark_share)} % dark on SWI")
    return ", ".join(parts)


def _is_confined(item: Restriction, thresholds: Thresholds) -> bool:
    return (
        item.core_cm3 >= thresholds[f"{GROUP}.smallest_core_cm3"]
        and item.core_share >= thresholds[f"{GROUP}.core_share"]
        and item.rim_share < thresholds[f"{GROUP}.rim_share"]
    )


def _was_there_before(series: list[Restriction], date: Date, thresholds: Thresholds) -> bool:
    return any(_is_confined(r, thresholds) for r in series if r.timepoint.date < date)


def _surgery_before(prepared: PreparedCase, latest: Restriction) -> bool:
    return given_before(prepared, EventKind.SURGERY, latest.timepoint) is not None


def _earlier(series: list[Restriction], thresholds: Thresholds) -> list[str]:
    seen = [r.timepoint.id for r in series[:-1] if _is_confined(r, thresholds)]
    return [f"central restriction was also seen at {', '.join(seen)}"] if seen else []


def _answer(
    latest: Restriction,
    thresholds: Thresholds,
    status: Status,
    favours: Favours | None,
    strength: Strength | None,
    sentence: str,
    caveats: list[str],
    *,
    limitation: str = "",
) -> Finding:
    return Finding(
        SPEC,
        status,
        favours,
        strength,
        sentence,
        measurements=_measurements(latest),
        criteria=_criteria(thresholds),
        evidence=_evidence(latest),
        caveats=tuple(caveats),
        limitation=limitation,
    )


def _measurements(latest: Restriction) -> tuple[Quantity, ...]:
    where = f"at {latest.timepoint.id}, over {latest.where}"
    no_core, no_rim = "no core", "no enhancement"
    figures = [
        Quantity("core_cm3", latest.core_cm3, "cm3", f"at {latest.timepoint.id}"),
        Quantity("core_restricted_percent", 100 * latest.core_share, "percent", where),
        Quantity("rim_restricted_percent", 100 * latest.rim_share, "percent", where),
    ]
    for name, value, why in (
        ("core_adc_ratio", latest.core_adc_ratio, no_core),
        ("core_dwi_ratio", latest.core_dwi_ratio, no_core),
        ("rim_adc_ratio", latest.rim_adc_ratio, no_rim),
        (
            "core_t2_ratio",
            latest.core_t2_ratio,
            "no core, or no T2: how solid it looks is read by eye",
        ),
    ):
        undefined = why if value is None else None
        figures.append(Quantity(name, value, "1", f"median {where}", undefined=undefined))
    return tuple(figures)


def _evidence(latest: Restriction) -> tuple[Evidence, ...]:
    if not latest.restricted_core.any():
        return ()
    mask = Mask(latest.restricted_core, latest.timepoint.nawm.grid)
    return (
        point_at_mask(latest.timepoint, mask, "restricted core", role=SequenceRole.ADC),
        point_at_mask(latest.timepoint, mask, "restricted core", role=SequenceRole.DWI),
    )


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("adc_ratio", "dwi_ratio", "core_share", "rim_share", "rim_doubt_share",
             "smallest_core_cm3", "blood_share")  # fmt: skip
    return tuple(thresholds.criterion(f"{GROUP}.{name}") for name in names)
