"""Stacks to visits: what was scanned on one day of the patient's life, and which day that was."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date
from pathlib import Path

from RNAssessLib.case import InputError
from RNAssessLib.plausible.check_case import day_bounds
from RNAssessLib.plausible.day import judge_day

from ..readable import check_file
from .stacks import Stack

ONE_VISIT_DAYS = 1  # a study that runs past midnight is one visit


@dataclass(frozen=True, eq=False)
class Visit:
    """Stacks of one study (or what is left of it without a study UID) that lie close in time.

    Attributes
    ----------
    study_uid : str
    date : date or None
        None: no usable date anywhere.
    stacks : tuple of Stack
    note : str
        How the date came about, where it is not plainly the study's; empty else.
    """

    study_uid: str
    date: Date | None
    stacks: tuple[Stack, ...]
    note: str = ""

    @property
    def time(self) -> float | None:
        """Seconds since midnight at which the study began."""
        known = [s.first.study_time for s in self.stacks if s.first.study_time is not None]
        return min(known) if known else None

    @property
    def identity_removed(self) -> bool:
        """Whether any of its files says that it was de-identified."""
        return any(s.first.identity_removed for s in self.stacks)


@dataclass(frozen=True)
class GivenDates:
    """Dates the user supplies, by StudyInstanceUID, SeriesInstanceUID or folder."""

    by_uid: Mapping[str, Date]
    by_folder: Mapping[Path, Date]

    def of(self, stack: Stack) -> Date | None:
        """Date given for a stack; that of its series goes before that of its study."""
        for uid in (stack.series_uid, stack.first.study_uid):
            if uid in self.by_uid:
                return self.by_uid[uid]
        for parent in stack.first.path.resolve().parents:
            if parent in self.by_folder:
                return self.by_folder[parent]
        return None


NO_DATES = GivenDates({}, {})


def read_dates(path: Path, folder: Path) -> GivenDates:
    """Read a file of dates: TOML ``"what" = 2025-01-08`` or CSV ``what,2025-01-08``.

    ``what`` is a StudyInstanceUID, a SeriesInstanceUID or a folder relative to the study's.

    Raises
    ------
    InputError
        The file cannot be read, a value is no ISO date, or a name is neither a UID nor a folder.
    """
    check_file(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
        pairs = tomllib.loads(text) if path.suffix == ".toml" else _csv(text, path)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(path, f"cannot be read as dates: {error}") from None
    by_uid, by_folder = {}, {}
    for what, value in pairs.items():
        day = _date_of(value)
        if day is None:
            raise InputError(path, f"{what}: {value!r} is no date (YYYY-MM-DD)")
        judged = judge_day(day, day_bounds("date of a study", Date.today()))
        if judged.value is None:
            raise InputError(path, f"{what}: {judged.told.rstrip('.')}")
        if all(c.isdigit() or c == "." for c in what):
            by_uid[what] = day
        elif (folder / what).is_dir():
            by_folder[(folder / what).resolve()] = day
        else:
            raise InputError(path, f"{what!r} is neither a UID nor a folder of {folder}")
    return GivenDates(by_uid, by_folder)


def _csv(text: str, path: Path) -> dict[str, str]:
    pairs = {}
    for row in csv.reader(text.splitlines()):
        if not row or row[0].startswith("#") or row[-1].strip().lower() == "date":
            continue
        if len(row) < 2:
            raise InputError(path, f"{row[0]!r}: a line is a name, a comma and a date")
        pairs[row[0].strip()] = row[1].strip()
    return pairs


def _date_of(value: object) -> Date | None:
    if isinstance(value, Date):
        return Date(value.year, value.month, value.day)
    try:
        return Date.fromisoformat(str(value))
    except ValueError:
        return None


def build_visits(stacks: Iterable[Stack], given: GivenDates = NO_DATES) -> tuple[Visit, ...]:
    """Group stacks by study; a study whose days lie apart is taken apart, and that is noted."""
    studies: dict[object, list[Stack]] = defaultdict(list)
    for stack in stacks:
        first = stack.first
        studies[first.study_uid or (given.of(stack) or first.date)].append(stack)
    visits = [v for members in studies.values() for v in _visits_of_study(members, given)]
    return tuple(sorted(visits, key=lambda v: (v.date or Date.max, v.time or 0.0, v.study_uid)))


def _visits_of_study(members: Sequence[Stack], given: GivenDates) -> list[Visit]:
    dated: dict[Date, list[Stack]] = defaultdict(list)
    undated = []
    for stack in members:
        day = given.of(stack) or stack.first.date
        if day is None:
            undated.append(stack)
        else:
            dated[day].append(stack)
    if not dated:
        return [Visit(members[0].first.study_uid, None, tuple(members))]
    runs: list[list[Date]] = []
    for day in sorted(dated):
        if runs and (day - runs[-1][0]).days <= ONE_VISIT_DAYS:
            runs[-1].append(day)
        else:
            runs.append([day])
    visits = []
    for run in runs:
        own = [s for day in run for s in dated[day]]
        own += undated if len(runs) == 1 else []
        visits.append(
            Visit(own[0].first.study_uid, run[0], tuple(own), _note(run, runs, own, given))
        )
    if undated and len(runs) > 1:
        visits.append(Visit(undated[0].first.study_uid, None, tuple(undated)))
    return visits


def _note(
    run: Sequence[Date], runs: Sequence[Sequence[Date]], own: Sequence[Stack], given: GivenDates
) -> str:
    notes = []
    if any(given.of(s) for s in own):
        notes.append("date given by the user")
    elif own[0].first.date_source not in ("", "StudyDate"):
        notes.append(f"no StudyDate, date from {own[0].first.date_source}")
    if len(run) > 1:
        notes.append(f"series of {run[0]} and {run[-1]} in one study taken as one visit")
    if len(runs) > 1:
        days = ", ".join(str(r[0]) for r in runs)
        notes.append(f"one StudyInstanceUID over several days ({days}) taken as several visits")
    return "; ".join(notes)
