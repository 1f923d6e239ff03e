"""Response categories by diameter, steroid and clinical status (RANO-BM, PMC6499019)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from RNAssessLib.case import counted
from RNAssessLib.case.numbers import in_mm
from RNAssessLib.evidence import Thresholds

from .volume_change import doubt_between


class Response(Enum):
    """RANO-BM category."""

    COMPLETE = "complete response"
    PARTIAL = "partial response"
    STABLE = "stable disease"
    PROGRESSION = "progressive disease"


class SteroidUse(Enum):
    """Corticosteroid dose now against before."""

    NONE = "none"
    STABLE_OR_LESS = "stable or less"
    MORE = "more"
    UNKNOWN = "not given"


class ClinicalStatus(Enum):
    """Clinical status now against before."""

    STABLE_OR_BETTER = "stable or better"
    WORSE = "worse"
    UNKNOWN = "not given"


@dataclass(frozen=True)
class ResponseResult:
    """Category with the figures behind it.

    Attributes
    ----------
    response : Response or None
        None when no category fits; then the notes say why.
    sum_mm, baseline_mm, nadir_mm : float
        Summed longest diameters now, at baseline and at their smallest before now.
    change_from_baseline_percent, change_from_nadir_percent : float or None
        None where the reference is 0.
    notes : tuple of str
        What the category rests on and what was not known.
    """

    response: Response | None
    sum_mm: float
    baseline_mm: float
    nadir_mm: float
    change_from_baseline_percent: float | None
    change_from_nadir_percent: float | None
    notes: tuple[str, ...] = ()


def is_measurable(
    longest_mm: float,
    perpendicular_mm: float,
    slices: int,
    thresholds: Thresholds | None = None,
) -> bool:
    """Whether RANO-BM calls a lesion measurable: 10 mm long, 5 mm across, on two slices or more."""
    thresholds = thresholds or Thresholds()
    return (
        longest_mm >= thresholds["response.measurable_mm"]
        and perpendicular_mm >= thresholds["response.measurable_across_mm"]
        and slices >= thresholds["response.measurable_slices"]
    )


def assess_response(
    diameters_mm: Sequence[Sequence[float]],
    *,
    steroid: SteroidUse = SteroidUse.UNKNOWN,
    clinical: ClinicalStatus = ClinicalStatus.UNKNOWN,
    new_lesion: bool = False,
    measurable: Sequence[bool] | None = None,
    errors_mm: Sequence[Sequence[float]] | None = None,
    thresholds: Thresholds | None = None,
) -> ResponseResult:
    """Category at the last timepoint.

    Parameters
    ----------
    diameters_mm : sequence of sequences of float
        One row per timepoint, baseline first; one longest diameter per target lesion, 0 when it is
        gone. The largest five that are measurable at baseline are summed; the others are non-target
        lesions, whose progression must be unequivocal and is for the reader.
    steroid, clinical : SteroidUse, ClinicalStatus
        Now against before. What is not given is said in the notes and does not change the category.
    new_lesion : bool
        New untreated metastasis, a progression by itself.
    measurable : sequence of bool, optional
        Which lesions `is_measurable` at baseline; without it those of measurable length.
    errors_mm : sequence of sequences of float, optional
        ± of every diameter. A change of the sum that its ± explains is no response and no
        progression.

    Raises
    ------
    ValueError
        Fewer than two timepoints, no lesion, rows of different length, or no lesion that was
        measurable at baseline.

    Examples
    --------
    >>> assess_response([[20.0], [12.0]]).response.value
    'partial response'
    """
    thresholds = thresholds or Thresholds()
    rows = [tuple(float(d) for d in row) for row in diameters_mm]
    if len(rows) < 2 or not rows[0] or any(len(row) != len(rows[0]) for row in rows):
        raise ValueError("give one diameter per lesion at two or more timepoints")
    least = thresholds["response.measurable_mm"]
    told = [d >= least for d in rows[0]] if measurable is None else list(measurable)
    targets = [n for n, is_target in enumerate(told) if is_target and rows[0][n] > 0]
    if not targets:
        raise ValueError(
            f"no lesion was measurable at baseline (RANO-BM: {least:g} mm or longer); a smaller "
            "one has progressed only when that is unequivocal, which is for the reader"
        )
    chosen = sorted(targets, key=lambda n: -rows[0][n])[: int(thresholds["response.targets"])]
    sums = [sum(row[n] for n in chosen) for row in rows]
    baseline, now, nadir = sums[0], sums[-1], min(sums[:-1])
    doubts = _doubts(errors_mm or [[0.0] * len(row) for row in rows], chosen)
    since_nadir = doubt_between(doubts[int(np.argmin(sums[:-1]))], doubts[-1])
    since_start = doubt_between(doubts[0], doubts[-1])
    grown = _has_progressed(rows, chosen, now, nadir, thresholds)
    progression = new_lesion or (grown and now - nadir > since_nadir)
    drop = 100.0 * (now - baseline) / baseline
    counted_drop = drop if baseline - now > since_start or now == 0 else 0.0
    response = _category(now, counted_drop, progression, steroid, clinical, thresholds)
    left_out = len(rows[0]) - len(targets)
    notes = _notes(response, steroid, clinical, new_lesion, left_out)
    if (grown and not progression) or (drop < 0.0 and counted_drop != drop):
        doubt = since_nadir if grown else since_start
        notes = (f"the change of the diameters lies within its ± of {in_mm(doubt)} mm", *notes)
    rise = 100.0 * (now - nadir) / nadir if nadir > 0 else None
    return ResponseResult(response, now, baseline, nadir, drop, rise, notes)


def _doubts(errors_mm: Sequence[Sequence[float]], chosen: Sequence[int]) -> list[float]:
    """± of the summed diameters at each timepoint."""
    return [float(np.linalg.norm([row[n] for n in chosen])) for row in errors_mm]


def _has_progressed(
    rows: Sequence[Sequence[float]],
    chosen: Sequence[int],
    now: float,
    nadir: float,
    thresholds: Thresholds,
) -> bool:
    """Sum 20 % above its nadir and one lesion 5 mm above its own."""
    grown = now > 0 if nadir == 0 else (
        100.0 * (now - nadir) / nadir >= thresholds["response.progression_percent"]
    )  # fmt: skip
    least = thresholds["response.progression_mm"]
    return grown and any(rows[-1][n] - min(row[n] for row in rows[:-1]) >= least for n in chosen)


def _category(
    now: float,
    drop_percent: float,
    progression: bool,
    steroid: SteroidUse,
    clinical: ClinicalStatus,
    thresholds: Thresholds,
) -> Response | None:
    """First category whose conditions all hold; None under a raised steroid without progression."""
    if progression or clinical is ClinicalStatus.WORSE:
        return Response.PROGRESSION
    if steroid is SteroidUse.MORE:  # stable disease, too, asks for a stable or lower dose
        return None
    if now == 0 and steroid is not SteroidUse.STABLE_OR_LESS:
        return Response.COMPLETE
    shrunk = drop_percent <= -thresholds["response.partial_percent"]
    return Response.PARTIAL if shrunk else Response.STABLE


def _notes(
    response: Response | None,
    steroid: SteroidUse,
    clinical: ClinicalStatus,
    new_lesion: bool,
    left_out: int,
) -> tuple[str, ...]:
    notes = []
    if response is None:
        notes.append(
            "no category: response and stable disease ask for a stable or lower corticosteroid "
            "dose, and a raised dose alone is no progression"
        )
    if response in (Response.COMPLETE, Response.PARTIAL):
        notes.append("needs confirmation on a scan at least 4 weeks later")
    if response is Response.PROGRESSION:
        notes.append("after radiosurgery, radiation necrosis can meet the criteria of progression")
    if new_lesion:
        notes.append(
            "a new lesion is a progression by itself, except under immunotherapy, where it alone "
            "does not define one"
        )
    if left_out:
        notes.append(
            f"{counted(left_out, 'lesion')} not measurable at baseline and not summed: whether it "
            "progressed unequivocally is for the reader"
        )
    if steroid is SteroidUse.UNKNOWN:
        notes.append("corticosteroid not given: taken as none or unchanged")
    if clinical is ClinicalStatus.UNKNOWN:
        notes.append("clinical status not given: taken as stable")
    return tuple(notes)
