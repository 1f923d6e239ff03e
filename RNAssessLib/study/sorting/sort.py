"""The whole way from headers to a sorted study."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

from RNAssessLib.case import SequenceRole, counted
from RNAssessLib.evidence import Thresholds

from .header import FolderHeaders
from .not_dicom import tell_not_dicom
from .roles import (
    Candidate,
    Choices,
    can_compute_adc,
    propose_candidates,
    rank_candidates,
    why_preferred,
)
from .sorted_study import LeftOut, SortedStudy, SortedTimepoint, Taken, objects_left_out
from .stacks import build_stacks
from .visits import NO_DATES, GivenDates, Visit, build_visits

R = SequenceRole


@dataclass(frozen=True, eq=False)
class _Rated:
    """A visit with its candidates."""

    visit: Visit
    candidates: tuple[Candidate, ...]

    @property
    def enhanced(self) -> list[Candidate]:
        """Candidates for T1c, the unreadable among them."""
        return [c for c in self.candidates if c.role is R.T1C]

    @property
    def name(self) -> str:
        return f"the study of {self.visit.date or 'unknown date'}"


def sort_study(
    folder: Path,
    headers: FolderHeaders,
    *,
    thresholds: Thresholds | None = None,
    dates: GivenDates = NO_DATES,
    choices: Choices | None = None,
) -> SortedStudy:
    """Sort the headers of a folder.

    Parameters
    ----------
    folder : Path
        What problems name.
    headers : FolderHeaders
    thresholds : Thresholds, optional
    dates : GivenDates
        Dates the user supplies.
    choices : mapping of stack key to SequenceRole or None, optional
        Roles the user decided.
    """
    stacks = build_stacks(headers.slices)
    used = thresholds or Thresholds()
    rated = [
        _Rated(v, propose_candidates(v.stacks, used, choices or {}))
        for v in build_visits(stacks, dates)
    ]
    result = _Sorting()
    by_day: dict[Date, list[_Rated]] = defaultdict(list)
    for one in rated:
        if one.visit.date is None:
            result.undated(one)
        else:
            by_day[one.visit.date].append(one)
    for day in sorted(by_day):
        result.one_day(day, by_day[day])
    if not result.timepoints and not result.problems:
        result.problems.append(_why_no_t1c(rated, bool(headers.slices)))
    return SortedStudy(
        folder,
        tuple(result.timepoints),
        (
            *result.left_out,
            *objects_left_out(headers.others),
            *(
                LeftOut(item.place or folder.name, "", item.files, item.why)
                for item in tell_not_dicom(headers.not_dicom, folder)
            ),
        ),
        tuple(result.problems),
        tuple(c for one in rated for c in one.candidates),
        headers.plans,
    )


class _Sorting:
    """Timepoints, what is left out and problems, as they are found."""

    def __init__(self) -> None:
        self.timepoints: list[SortedTimepoint] = []
        self.left_out: list[LeftOut] = []
        self.problems: list[str] = []

    def undated(self, one: _Rated) -> None:
        """Name a visit without a date; one with a T1c has to be dated first."""
        for candidate in one.candidates:
            self._leave(candidate, "no date in its files" if candidate.role else "")
        if one.enhanced:
            name = one.enhanced[0].stack.name
            self.problems.append(
                f"{name!r} (a T1c, series {one.enhanced[0].stack.series_uid}) carries no usable "
                "date: give it with --dates FILE or in a case.toml"
            )

    def one_day(self, day: Date, visits: Sequence[_Rated]) -> None:
        """Make a timepoint of the visits of one day, or say why there is none."""
        enhanced = [v for v in visits if v.enhanced]
        if not enhanced:
            for one in visits:
                self._leave_visit(one, f"no T1c on {day}")
            return
        if len(enhanced) > 1 and self._indistinct(day, enhanced):
            for one in visits:
                self._leave_visit(one, f"several studies of {day}, see above")
            return
        main = max(enhanced, key=lambda v: (_roles(v), v.visit.time or 0.0, v.visit.study_uid))
        notes = [main.visit.note] if main.visit.note else []
        pool, joined = list(main.candidates), []
        for other in visits:
            if other is main:
                continue
            taken = [c for c in other.candidates if _may_join(c, other, main, len(enhanced))]
            joined += taken
            pool += taken
            why = self._other_study(day, other, main)
            for candidate in other.candidates:
                if candidate not in taken:
                    self._leave(candidate, why if candidate.role else "")
        if len(enhanced) > 1:
            notes.append(f"{len(enhanced)} studies with a T1c on {day}: "
                         f"{_clock(main.visit)} is taken")  # fmt: skip
        self._timepoint(day, pool, joined, tuple(notes))

    def _indistinct(self, day: Date, enhanced: Sequence[_Rated]) -> bool:
        """Whether several studies carry one day because their dates were removed."""
        times = [v.visit.time for v in enhanced]
        hidden = any(v.visit.identity_removed for v in enhanced)
        if not hidden and None not in times and len(set(times)) == len(times):
            return False
        uids = ", ".join(v.visit.study_uid or "none" for v in enhanced)
        self.problems.append(
            f"{counted(len(enhanced), 'study', 'studies')} with a T1c carry the same date {day}"
            f"{' (de-identified)' if hidden else ' and no time that tells them apart'}: give each "
            f"its date with --dates FILE (StudyInstanceUIDs {uids})"
        )
        return True

    @staticmethod
    def _other_study(day: Date, other: _Rated, main: _Rated) -> str:
        return (
            f"another study of {day} ({_clock(other.visit)}); the T1c is of the one at "
            f"{_clock(main.visit)}. Give it a date of its own with --dates to use it"
        )

    def _timepoint(
        self, day: Date, pool: Sequence[Candidate], joined: Sequence[Candidate],
        notes: tuple[str, ...],
    ) -> None:  # fmt: skip
        ranked = rank_candidates(pool, R.T1C)
        if not ranked:
            broken = [c for c in pool if c.role is R.T1C and c.problem]
            self.problems += [f"{c.stack.name!r} ({day}), the only T1c of its day: {c.problem}"
                              for c in broken]  # fmt: skip
            for candidate in pool:
                reason = candidate.problem or "its day has no readable T1c"
                self._leave(candidate, reason if candidate.role else "")
            return
        beside = ranked[0].stack
        sequences: dict[SequenceRole, Taken] = {}
        for role in R:
            best = rank_candidates(pool, role, beside)
            if best:
                why = best[0].why
                if best[0] in joined:
                    why += f"; of another study of {day}"
                sequences[role] = Taken(best[0].stack, why, next_best=tuple(
                    c.stack for c in best[1:]))  # fmt: skip
            for other in best[1:]:
                better = why_preferred(best[0], other, role, beside)
                self._leave(other, f"{best[0].stack.name!r} is taken as {role.value}: {better}")
        for candidate in pool:
            if not candidate.usable:
                self._leave(candidate, candidate.problem)
        sequences = _with_computed_adc(sequences)
        ordered = {role: sequences[role] for role in R if role in sequences}
        self.timepoints.append(SortedTimepoint(f"t{len(self.timepoints)}", day, ordered, notes))

    def _leave_visit(self, one: _Rated, why: str) -> None:
        for candidate in one.candidates:
            self._leave(candidate, why if candidate.role else "")

    def _leave(self, candidate: Candidate, why: str) -> None:
        stack = candidate.stack
        role = f"{candidate.role.value}: " if candidate.role else ""
        reason = f"{why} ({role}{candidate.why})" if why else candidate.why
        self.left_out.append(
            LeftOut(stack.name, stack.series_uid, len(stack.files), reason, stack.label, candidate)
        )


def _roles(one: _Rated) -> int:
    return len({c.role for c in one.candidates if c.usable})


def _may_join(candidate: Candidate, other: _Rated, main: _Rated, enhanced: int) -> bool:
    """Whether a stack of another study of the day belongs to the visit.

    PET is always a study of its own. MR joins when its study has no T1c and its frame of reference
    is that of the T1c's study, so that it was scanned in one go.
    """
    if candidate.stack.first.modality == "PT":
        return enhanced == 1
    frames = {c.stack.first.frame_of_reference for c in main.enhanced}
    own = candidate.stack.first.frame_of_reference
    return not other.enhanced and bool(own) and own in frames


def _clock(visit: Visit) -> str:
    if visit.time is None:
        return "no time given"
    return f"{int(visit.time // 3600):02d}:{int(visit.time % 3600 // 60):02d}"


def _with_computed_adc(sequences: Mapping[SequenceRole, Taken]) -> dict[SequenceRole, Taken]:
    found = dict(sequences)
    dwi = found.get(R.DWI)
    if dwi is not None and R.ADC not in found and can_compute_adc(dwi.stack):
        b = dwi.stack.b_values
        found[R.ADC] = Taken(dwi.stack, f"computed from b = {b[0]:g} and {b[-1]:g} s/mm²", True)
    return found


def _why_no_t1c(rated: Sequence[_Rated], images: bool) -> str:
    if not images:
        return "holds no MR image, so no contrast-enhanced T1 (T1c)"
    plain = list(_t1_names(rated))
    hint = f" (T1-weighted, but nothing says contrast: {', '.join(plain[:4])})" if plain else ""
    what = "no contrast-enhanced T1 (T1c) series was recognised"
    return f"{what}{hint}; name the series in a case.toml"


def _t1_names(rated: Sequence[_Rated]) -> Iterator[str]:
    for one in rated:
        for candidate in one.candidates:
            if candidate.role is R.T1:
                yield repr(candidate.stack.name)
