"""Item 12: perfusion of the enhancing part (LA25 §2.4; LI21; ZH16)."""

from __future__ import annotations

from RNAssessLib.case import (
    ClinicalEvent,
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    Quantity,
    SequenceRole,
)
from RNAssessLib.case.numbers import as_ratio, in_percent
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import (
    ENHANCEMENT,
    Drawn,
    Favours,
    Finding,
    FindingSpec,
    Status,
    Strength,
    graded,
)

from .measure.blood import find_blood
from .measure.pointing import point_at_mask
from .measure.timepoints import (
    WHY_IT_HELPS,
    events_of,
    require_treated,
    usable_follow_ups,
)
from .measure.uptake import Uptake, measure_uptake, whole_lesion_region

R = SequenceRole
SPEC = FindingSpec(
    id="perfusion",
    number=14,
    title="Perfusion",
    question="Is the enhancing part hyperperfused?",
    favours_when_present=Favours.TTP,
    references=("LA25 §2.4", "LA25 Fig 6", "LI21 Methods", "ZH16 Fig 2"),
    needs=(R.RCBV,),
    why="Tumour carries more blood volume than necrosis. Both false answers occur, and blood "
    "products lower DSC; DCE is less affected, and a raised Ktrans can be the only sign.",
    events=(EventKind.PERFUSION,),
    reads=(*ENHANCEMENT, Drawn.NORMAL),
)


EARLIER_FOLLOW_UP = (
    "if everything else says necrosis a high rCBV may be false: follow up earlier (LA25 §2.4)"
)
BY_EYE = "in practice the map read by eye is adequate; cut-offs differ between studies (LA25 §2.4)"
KTRANS_ALONE = (
    "Ktrans alone: the cut-off is an engineering default, necrosis leaks as well; LA25 Fig 6 shows "
    "tumour in which it was raised and rCBV was not"
)


def evaluate(prepared: PreparedCase, lesion: Lesion, thresholds: Thresholds) -> Finding:
    """RCBV of the latest follow-up that has one; Ktrans and CBF beside it, or in its place.

    A clearly raised Ktrans counts where rCBV is normal, disturbed by blood, or missing. Without a
    map of blood volume what the reader entered as seen on one stands in its place.
    """
    found: dict[SequenceRole, tuple[PreparedTimepoint, Uptake]] = {}
    for role in (R.RCBV, R.KTRANS, R.CBF):
        try:
            timepoint = usable_follow_ups(prepared, lesion, (role,)).latest
            region = timepoint.lesions[lesion.id].enhancing.array
            hot = thresholds["perfusion.hot_percentile"]
            uptake = measure_uptake(prepared, timepoint, lesion, role, region, hot_percentile=hot)
            found[role] = (timepoint, uptake)
        except NotAssessableError:
            continue
    seen = _read_by_eye(prepared, lesion)
    if R.RCBV in found:
        return _by_blood_volume(prepared, lesion, found, thresholds)
    if seen is not None:
        return _as_read(seen)
    if found:
        return _without_blood_volume(found, thresholds)
    usable_follow_ups(prepared, lesion, (R.RCBV,))  # says what is missing
    raise NotAssessableError("the lesion does not enhance where perfusion could be read")


def _read_by_eye(prepared: PreparedCase, lesion: Lesion) -> ClinicalEvent | None:
    """The reader's latest entry on this lesion's perfusion after its treatment."""
    names = {t.name for t in lesion.targets} | {lesion.name, lesion.id}
    alone = sum(item.course_id is not None for item in prepared.lesions) <= 1
    own = [e for e in events_of(prepared, EventKind.PERFUSION)
           if e.target in names or (alone and not e.target)]  # fmt: skip
    if not own or own[-1].date <= require_treated(prepared, lesion).course.date:
        return None
    return own[-1]


def _as_read(seen: ClinicalEvent) -> Finding:
    """Answer of a map that the case does not hold."""
    status, favours, strength = {
        "raised": (Status.PRESENT, Favours.TTP, graded("perfusion.rcbv_raised")),
        "not raised": (Status.ABSENT, Favours.RN, graded("perfusion.rcbv_low")),
    }.get(seen.text, (Status.INDETERMINATE, None, None))
    caveats = (
        "read by eye on a map that the case does not hold, nothing was measured; in practice that "
        "is adequate (LA25 §2.4)",
        "blood products give falsely low, other changes falsely high blood volume (LA25 §2.4)",
    )
    return Finding(
        SPEC, status, favours, strength,
        f"Blood volume {seen.text} on {seen.date}, as entered by the reader.", caveats=caveats,
    )  # fmt: skip


def _by_blood_volume(
    prepared: PreparedCase,
    lesion: Lesion,
    found: dict[SequenceRole, tuple[PreparedTimepoint, Uptake]],
    thresholds: Thresholds,
) -> Finding:
    timepoint, uptake = found[R.RCBV]
    raised, low = thresholds["perfusion.rcbv_raised"], thresholds["perfusion.rcbv_low"]
    region = whole_lesion_region(timepoint, lesion)
    blood = find_blood(prepared, timepoint, lesion, region, thresholds)
    caveats = ["false results both ways occur (LA25 §2.4)", BY_EYE]
    dark = blood.dark_share
    bloody = dark is not None and dark >= thresholds["perfusion.blood_share"]
    if bloody:
        caveats.insert(0, f"{in_percent(100 * (dark or 0))} % of the lesion is dark on SWI: blood "
                          "products lower rCBV (LA25 §2.4)")  # fmt: skip
    elif dark is None:
        caveats.append("blood products not excluded: no SWI")
    sentence = (
        f"rCBV of the enhancing part at {timepoint.id} is {as_ratio(uptake.median)} times "
        f"{uptake.where} ({thresholds['perfusion.hot_percentile']:g}th "
        f"percentile {as_ratio(uptake.high)})."
    )
    sentence += _tell_ktrans(found, thresholds)
    if uptake.high >= raised:
        return _finding(found, thresholds, Status.PRESENT, Favours.TTP,
                        graded("perfusion.rcbv_raised"),
                        sentence, [EARLIER_FOLLOW_UP, *caveats])  # fmt: skip
    if _ktrans_is_raised(found, thresholds):
        return _finding(found, thresholds, Status.PRESENT, Favours.TTP,
                        graded("perfusion.ktrans_raised"), sentence,
                        [KTRANS_ALONE, *caveats])  # fmt: skip
    if uptake.high < low and not bloody:
        return _finding(found, thresholds, Status.ABSENT, Favours.RN,
                        graded("perfusion.rcbv_low"), sentence,
                        caveats)  # fmt: skip
    return _finding(found, thresholds, Status.INDETERMINATE, None, None, sentence, caveats)


def _without_blood_volume(
    found: dict[SequenceRole, tuple[PreparedTimepoint, Uptake]], thresholds: Thresholds
) -> Finding:
    """Ktrans and ASL have no published cut-off here and never exclude tumour."""
    parts = [
        f"{role.value} of the enhancing part is {as_ratio(uptake.median)} times {uptake.where}"
        for role, (_, uptake) in found.items()
    ]
    caveats = [f"no RCBV; {WHY_IT_HELPS[R.RCBV]}", "no cut-off in the sources: read it by eye"]
    if R.CBF in found:
        caveats.append("ASL is insensitive: even active metastases may show little (LA25 §2.4)")
    if _ktrans_is_raised(found, thresholds):
        sentence = "; ".join(parts) + "." + _tell_ktrans(found, thresholds)
        return _finding(found, thresholds, Status.PRESENT, Favours.TTP,
                        graded("perfusion.ktrans_raised"), sentence,
                        [KTRANS_ALONE, *caveats])  # fmt: skip
    return _finding(found, thresholds, Status.INDETERMINATE, None, None,
                    "; ".join(parts) + ".", caveats)  # fmt: skip


def _ktrans_is_raised(
    found: dict[SequenceRole, tuple[PreparedTimepoint, Uptake]], thresholds: Thresholds
) -> bool:
    limit = thresholds["perfusion.ktrans_raised"]
    return R.KTRANS in found and found[R.KTRANS][1].median >= limit


def _tell_ktrans(
    found: dict[SequenceRole, tuple[PreparedTimepoint, Uptake]], thresholds: Thresholds
) -> str:
    """Ktrans beside rCBV in words; empty without one."""
    if R.KTRANS not in found:
        return ""
    timepoint, uptake = found[R.KTRANS]
    word = "clearly raised" if _ktrans_is_raised(found, thresholds) else "not clearly raised"
    return f" Ktrans at {timepoint.id} is {as_ratio(uptake.median)} times {uptake.where}: {word}."


def _finding(
    found: dict[SequenceRole, tuple[PreparedTimepoint, Uptake]],
    thresholds: Thresholds,
    status: Status,
    favours: Favours | None,
    strength: Strength | None,
    sentence: str,
    caveats: list[str],
) -> Finding:
    measurements, evidence = [], []
    for role, (timepoint, uptake) in found.items():
        where = f"{role.value} at {timepoint.id} over {uptake.where}"
        key = role.value.lower()
        measurements += [
            Quantity(f"{key}_median_ratio", uptake.median, "1", f"enhancing part, {where}"),
            Quantity(f"{key}_p95_ratio", uptake.high, "1", f"high percentile, {where}"),
        ]
        evidence.append(point_at_mask(timepoint, uptake.hottest, f"hottest {key}", role=role))
    return Finding(
        SPEC, status, favours, strength, sentence,
        measurements=tuple(measurements), criteria=_criteria(thresholds),
        evidence=tuple(evidence), caveats=tuple(caveats),
    )  # fmt: skip


def _criteria(thresholds: Thresholds) -> tuple[Criterion, ...]:
    names = ("rcbv_raised", "rcbv_low", "ktrans_raised", "blood_share", "hot_percentile")
    return tuple(thresholds.criterion(f"perfusion.{name}") for name in names)
