"""A teaching round: the learner answers first, then sees what was computed. Pure state."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from RNAssessLib.findings.finding import Status

from ..session.versioned import check_rows, load_versioned
from .round_records import (
    EvidenceMark,
    LearnerAnswer,
    Record,
    Reveal,
    describe_record,
    parse_record,
)

__all__ = ["EvidenceMark", "LearnerAnswer", "Record", "Reveal", "TeachingRound"]

SCHEMA_ID = "rnassess/teaching/1"


@dataclass(frozen=True)
class TeachingRound:
    """One learner's round through one case; immutable, every change gives a new round.

    Attributes
    ----------
    records : tuple of LearnerAnswer or Reveal
        In the order in which they were made.
    undone : tuple of LearnerAnswer
        What redo would bring back, the next one last.
    case_id : str
    earlier : tuple of TeachingRound
        Rounds through the same case before this one, oldest first.
    notice : str
        What the learner must know about where the round was read from; never saved.

    Examples
    --------
    >>> r = TeachingRound(case_id="c").answer("L1", "swi_foci", Status.PRESENT)
    >>> r.undo().given("L1", "swi_foci") is None, r.is_revealed("L1", "swi_foci")
    (True, False)
    >>> r = r.reveal("L1", "swi_foci")
    >>> r.is_revealed("L1", "swi_foci"), r.is_revealed("L1", "latency"), r.can_undo
    (True, False, False)
    >>> TeachingRound.from_json(r.to_json()) == r
    True
    """

    records: tuple[Record, ...] = ()
    undone: tuple[LearnerAnswer, ...] = ()
    case_id: str = ""
    earlier: tuple[TeachingRound, ...] = ()
    notice: str = field(default="", compare=False)

    # --- what holds now ---------------------------------------------------------------------------

    def given(self, lesion: str, finding: str) -> LearnerAnswer | None:
        """Return what holds for an item, None when nothing was given."""
        for record in reversed(self.records):
            if isinstance(record, LearnerAnswer) and (record.lesion, record.finding) == (
                lesion,
                finding,
            ):
                empty = record.status is None and not record.note and record.mark is None
                return None if empty else record
        return None

    def is_answered(self, lesion: str, finding: str) -> bool:
        """Whether a status was given."""
        held = self.given(lesion, finding)
        return held is not None and held.status is not None

    def is_revealed(self, lesion: str, finding: str) -> bool:
        """Whether the computed answer of an item may be shown."""
        return any(
            isinstance(r, Reveal) and r.lesion == lesion and r.finding in ("", finding)
            for r in self.records
        )

    def all_revealed(self, lesion: str) -> bool:
        """Whether everything about a lesion may be shown."""
        return self.is_revealed(lesion, "")

    @property
    def answered(self) -> frozenset[tuple[str, str]]:
        """(lesion, finding) of every item that has a status."""
        pairs = {(r.lesion, r.finding) for r in self.records if isinstance(r, LearnerAnswer)}
        return frozenset(pair for pair in pairs if self.is_answered(*pair))

    @property
    def revealed_lesions(self) -> frozenset[str]:
        """Lesions about which everything may be shown."""
        return frozenset(r.lesion for r in self.records if isinstance(r, Reveal) and not r.finding)

    @property
    def can_undo(self) -> bool:
        """Whether an answer can be taken back; a look at the computed answer cannot."""
        return bool(self.records) and isinstance(self.records[-1], LearnerAnswer)

    @property
    def can_redo(self) -> bool:
        """Whether there is an answer to give again."""
        return bool(self.undone)

    # --- actions ----------------------------------------------------------------------------------

    def answer(self, lesion: str, finding: str, status: Status | None) -> TeachingRound:
        """Give a status, or take it away with None.

        Raises
        ------
        ValueError
            When the computed answer has been shown.
        """
        return self._change(lesion, finding, status=status)

    def write_note(self, lesion: str, finding: str, note: str) -> TeachingRound:
        """Write a note beside an item; raises ValueError after its reveal."""
        return self._change(lesion, finding, note=note.strip())

    def mark(self, lesion: str, finding: str, mark: EvidenceMark | None) -> TeachingRound:
        """Point at the evidence, or take the mark away; raises ValueError after its reveal."""
        return self._change(lesion, finding, mark=mark)

    def reveal(self, lesion: str, finding: str = "") -> TeachingRound:
        """Show the computed answer of one item, or of all that are left (empty id).

        Raises
        ------
        ValueError
            One item that has no answer yet: it would only be read off.
        """
        if finding and not self.is_answered(lesion, finding):
            raise ValueError("answer the item before its computed answer is shown")
        if self.all_revealed(lesion) or (finding and self.is_revealed(lesion, finding)):
            return self
        records = (*self.records, Reveal(lesion, finding, _now()))
        return replace(self, records=records, undone=())

    def show(self, lesion: str, finding: str) -> TeachingRound:
        """Close one item because its computed answer is shown to the class, answered or not."""
        if self.is_revealed(lesion, finding):
            return self
        records = (*self.records, Reveal(lesion, finding, _now()))
        return replace(self, records=records, undone=())

    def undo(self) -> TeachingRound:
        """Take the latest answer back; nothing happens before the first or after a reveal."""
        last = self.records[-1] if self.records else None
        if not isinstance(last, LearnerAnswer):
            return self
        return replace(self, records=self.records[:-1], undone=(*self.undone, last))

    def redo(self) -> TeachingRound:
        """Give the latest answer that was taken back again."""
        if not self.undone:
            return self
        return replace(self, records=(*self.records, self.undone[-1]), undone=self.undone[:-1])

    def again(self) -> TeachingRound:
        """Start another round; this one is kept. An empty round stays."""
        if not self.records:
            return self
        done = replace(self, earlier=(), undone=())
        return TeachingRound(case_id=self.case_id, earlier=(*self.earlier, done))

    def _change(self, lesion: str, finding: str, **what: Any) -> TeachingRound:  # noqa: ANN401
        if self.is_revealed(lesion, finding):
            raise ValueError("its computed answer has been shown: start another round")
        held = self.given(lesion, finding)
        before = held or LearnerAnswer(lesion, finding, None, "", None, "")
        after = replace(before, **what)
        if after == before:
            return self
        records = (*self.records, replace(after, at=_now()))
        return replace(self, records=records, undone=(), notice="")

    # --- JSON -------------------------------------------------------------------------------------

    def to_json(self) -> str:
        """Return the round and those before it as JSON text; what was undone is left out."""
        document = {
            "schema": SCHEMA_ID,
            "case": self.case_id,
            "rounds": [[describe_record(r) for r in one.records] for one in (*self.earlier, self)],
        }
        return json.dumps(document, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> TeachingRound:
        """Read what `to_json` wrote; raises ValueError, saying why, for anything else."""
        data = load_versioned(text, SCHEMA_ID, "teaching round")
        try:
            case_id = data["case"]
            if not isinstance(case_id, str):
                raise ValueError(f"its case is {str(case_id)[:40]}, not a name")
            rounds = [
                cls(tuple(parse_record(row) for row in rows), (), case_id)
                for rows in data["rounds"]
            ]
            for rows, one in zip(data["rounds"], rounds, strict=True):
                check_rows(rows, [describe_record(record) for record in one.records])
            return replace(rounds[-1], earlier=tuple(rounds[:-1]))
        except (KeyError, TypeError, IndexError, AttributeError, OverflowError) as error:
            raise ValueError(f"incomplete teaching round: {error!r}") from None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
