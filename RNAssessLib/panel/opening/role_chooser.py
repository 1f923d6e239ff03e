"""A role for every series, to be corrected before anything is computed: the same in every shell.

The chooser holds a `StudyMapping` and never changes images; its result is a ``case.toml``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from RNAssessLib.case import SequenceRole, counted
from RNAssessLib.study import StudyMapping
from RNAssessLib.study.sorted_case_file import write_sorted_case
from RNAssessLib.study.sorting import Candidate, describe_size, tell_not_dicom

from .sorting_table import missing_sequences

NOT_USED = "not used"
OPTIONS = (NOT_USED, *(role.value for role in SequenceRole))


@dataclass(frozen=True)
class ChooserRow:
    """One stack of images.

    Attributes
    ----------
    number : int
        By which `RoleChooser.choose` takes it.
    name, size, date : str
    role : str
        What it is used for now, `NOT_USED` when for nothing.
    timepoint : str
        Where it is used; empty when it is not.
    why : str
    doubtful : bool
        Evidence disagreed: the reader should look.
    """

    number: int
    name: str
    size: str
    date: str
    role: str
    timepoint: str
    why: str
    doubtful: bool


@dataclass(frozen=True, eq=False)
class RoleChooser:
    """The table as it stands; every change gives another one."""

    mapping: StudyMapping

    @property
    def rows(self) -> tuple[ChooserRow, ...]:
        """Every stack of images, in the order of dates and series."""
        why = {item.candidate: item.why for item in self.mapping.sorted.left_out if item.candidate}
        return tuple(
            self._row(number, candidate, why.get(candidate, candidate.why))
            for number, candidate in enumerate(self.mapping.sorted.candidates)
        )

    def _row(self, number: int, candidate: Candidate, why: str) -> ChooserRow:
        stack = candidate.stack
        used = self.mapping.sorted.used(stack)
        date = self.mapping.dates.of(stack) or stack.first.date
        return ChooserRow(
            number,
            stack.name,
            f"{describe_size(stack)}, {counted(len(stack.files), 'file')}",
            date.isoformat() if date else "no date",
            used[1].value if used else NOT_USED,
            used[0] if used else "",
            why,
            candidate.contrast is not None and bool(candidate.contrast.disagreement),
        )

    def choose(self, number: int, role: str) -> RoleChooser:
        """Give a stack another role, or `NOT_USED`.

        A stack that is given a role goes before every other candidate for it.

        Raises
        ------
        KeyError
            No such stack or role.
        """
        candidates = self.mapping.sorted.candidates
        if role not in OPTIONS or not 0 <= number < len(candidates):
            raise KeyError((number, role))
        stack = candidates[number].stack
        wanted = None if role == NOT_USED else SequenceRole(role)
        return RoleChooser(self.mapping.with_role(stack.series_uid, wanted, stack.label))

    @property
    def problems(self) -> tuple[str, ...]:
        """Why nothing can be computed yet; empty when it can."""
        return self.mapping.sorted.problems

    @property
    def notes(self) -> tuple[str, ...]:
        """Files that are named like DICOM and are none: a series of them would only be missing."""
        mapping = self.mapping
        return tuple(i.told for i in tell_not_dicom(mapping.headers.not_dicom, mapping.folder))

    @property
    def doubts(self) -> int:
        """Stacks in use on which the evidence disagreed."""
        return sum(row.doubtful and row.role != NOT_USED for row in self.rows)

    def missing(self) -> Iterator[str]:
        """Sequences that are missing, with the items that need them."""
        for one in missing_sequences(self.mapping.sorted):
            where = "" if one.everywhere else f" at {', '.join(one.timepoints)}"
            yield f"{one.role.value}{where}: {', '.join(one.items)}"

    def save(self, path: Path) -> None:
        """Keep the table as a ``case.toml``.

        Raises
        ------
        InputError
            The file cannot be written.
        """
        write_sorted_case(self.mapping.sorted, path)
