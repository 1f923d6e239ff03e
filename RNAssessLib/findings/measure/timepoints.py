"""Which timepoints an item can use, and what is missing when it can use none."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.case import (
    ClinicalEvent,
    EventKind,
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    SequenceRole,
    Technique,
)

WHY_IT_HELPS = {
    SequenceRole.T1: "a pre-contrast T1 tells blood from enhancement",
    SequenceRole.FLAIR: "FLAIR shows the oedema (LI21)",
    SequenceRole.T2: "T2 shows solid tissue against fluid",
    SequenceRole.DWI: "restriction of the necrotic centre speaks for necrosis (LA25 §2.2)",
    SequenceRole.ADC: "restriction of the necrotic centre speaks for necrosis (LA25 §2.2)",
    SequenceRole.SWI: "necrosis without small susceptibility foci is uncommon (LA25 §2.3)",
    SequenceRole.RCBV: "raised blood volume speaks for tumour (LA25 §2.4)",
    SequenceRole.KTRANS: "permeability is less disturbed by blood products (LA25 §2.4)",
    SequenceRole.CBF: "raised blood flow speaks for tumour (LA25 §2.4)",
    SequenceRole.T1C_DELAYED: "wash-out after about 75 min has been linked to tumour (LA25 §2.6)",
    SequenceRole.PET_AA: "amino-acid uptake speaks for tumour (LA25 §2.7)",
    SequenceRole.PET_FDG: "low glucose uptake speaks for necrosis (LI21 Methods)",
}


@dataclass(frozen=True)
class Usable:
    """Timepoints an item can rest on.

    Attributes
    ----------
    timepoints : tuple of PreparedTimepoint
        In order of date, never empty.
    remarks : tuple of str
        Which timepoints were left out and why.
    """

    timepoints: tuple[PreparedTimepoint, ...]
    remarks: tuple[str, ...] = ()

    @property
    def latest(self) -> PreparedTimepoint:
        """The last one."""
        return self.timepoints[-1]


def require_treated(prepared: PreparedCase, lesion: Lesion) -> PreparedCourse:
    """Course in force at the latest scan; raises NotAssessableError for an untreated lesion."""
    course = prepared.course_of(lesion)
    if course is None:
        raise NotAssessableError("the lesion was not irradiated in any course of this case")
    return course


def name_treatment(prepared: PreparedCase, lesion: Lesion, placed: PreparedCourse) -> str:
    """``treatment``, or which one where the lesion was treated more than once."""
    courses = prepared.courses_of(lesion)
    if len(courses) < 2:
        return "treatment"
    return f"treatment {courses.index(placed) + 1} ({placed.course.date.isoformat()})"


def require_baseline(prepared: PreparedCase, lesion: Lesion) -> PreparedTimepoint:
    """Last aligned scan before treatment, which comparisons start from.

    Raises
    ------
    NotAssessableError
        When there is none, or it could not be aligned.
    """
    course = require_treated(prepared, lesion)
    baseline = prepared.baseline(lesion)
    if baseline.date > course.course.date:
        raise NotAssessableError("no scan from before the treatment; one would show what is new")
    if not baseline.to_reference.is_usable:
        raise NotAssessableError(_misaligned(baseline))
    return baseline


def usable_follow_ups(
    prepared: PreparedCase, lesion: Lesion, roles: tuple[SequenceRole, ...] = ()
) -> Usable:
    """Follow-ups that are aligned and hold every sequence of `roles`.

    Raises
    ------
    NotAssessableError
        When none does; the message names what is missing and why it would help.
    """
    follow_ups = prepared.follow_ups(lesion)
    if not follow_ups:
        raise NotAssessableError("no scan after the treatment")
    kept, remarks = [], []
    for timepoint in follow_ups:
        why = why_unusable(timepoint, roles)
        if why is None:
            kept.append(timepoint)
        else:
            remarks.append(why)
    if not kept:
        raise NotAssessableError(_nothing_left(follow_ups, roles, remarks))
    return Usable(tuple(kept), tuple(remarks))


def why_unusable(timepoint: PreparedTimepoint, roles: tuple[SequenceRole, ...]) -> str | None:
    """Why an item that needs `roles` cannot use this timepoint; None when it can."""
    if not timepoint.to_reference.is_usable:
        return _misaligned(timepoint)
    for role in roles:
        if role in timepoint.to_t1c and not timepoint.to_t1c[role].is_usable:
            return f"{role.value} of {timepoint.id} could not be aligned with its T1c"
        if role not in timepoint.images:
            return f"no {role.value} at {timepoint.id}"
    return None


def _misaligned(timepoint: PreparedTimepoint) -> str:
    reasons = "; ".join(timepoint.to_reference.quality.reasons) or "poor match"
    return f"{timepoint.id} could not be aligned with the other scans ({reasons})"


def _nothing_left(
    follow_ups: tuple[PreparedTimepoint, ...],
    roles: tuple[SequenceRole, ...],
    remarks: list[str],
) -> str:
    absent = [r for r in roles if not any(r in t.timepoint.sequences for t in follow_ups)]
    if absent:
        names = " and ".join(role.value for role in absent)
        return f"no {names} at any follow-up; {WHY_IT_HELPS[absent[0]]}"
    return "; ".join(remarks)


def events_of(prepared: PreparedCase, kind: EventKind) -> tuple[ClinicalEvent, ...]:
    """Events of one kind, in order of date; what is stated as not given is none."""
    found = (e for e in prepared.case.events if e.kind is kind and not e.is_denied)
    return tuple(sorted(found, key=lambda e: e.date))


def given_before(
    prepared: PreparedCase, kind: EventKind, timepoint: PreparedTimepoint
) -> ClinicalEvent | None:
    """First event of a kind on or before a scan."""
    return next((e for e in events_of(prepared, kind) if e.date <= timepoint.date), None)


def given_between(
    prepared: PreparedCase,
    kind: EventKind,
    before: PreparedTimepoint,
    after: PreparedTimepoint,
) -> ClinicalEvent | None:
    """First event of a kind that was running after one scan and up to the next."""
    for event in events_of(prepared, kind):
        last = event.end or event.date
        if event.date <= after.date and last > before.date:
            return event
    return None


def had_whole_brain_radiotherapy(prepared: PreparedCase) -> bool:
    """Whether an event or a course says so."""
    return bool(events_of(prepared, EventKind.WBRT)) or any(
        placed.course.technique is Technique.WBRT for placed in prepared.courses
    )
