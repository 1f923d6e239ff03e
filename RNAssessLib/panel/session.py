"""What the reader decided. The computed findings are never edited."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

from RNAssessLib.findings.finding import Status

SCHEMA_ID = "rnassess/session/1"


@dataclass(frozen=True)
class Decision:
    """One decision about one item of one lesion.

    Attributes
    ----------
    lesion, finding : str
    status : Status
        What the reader holds to be true; equal to the computed one when accepted.
    accepted : bool
        The computed answer was accepted.
    reason : str
        Required when it was not.
    at : str
        ISO time.
    """

    lesion: str
    finding: str
    status: Status
    accepted: bool
    reason: str
    at: str


@dataclass(frozen=True)
class ReaderSession:
    """Decisions with undo and redo; immutable, every change gives a new session.

    Examples
    --------
    >>> s = ReaderSession().accept("L1", "swi_foci", Status.PRESENT)
    >>> s = s.override("L1", "swi_foci", Status.ABSENT, "a vein on minIP")
    >>> s.decision("L1", "swi_foci").status.value, s.undo().decision("L1", "swi_foci").accepted
    ('absent', True)
    >>> ReaderSession.from_json(s.to_json()).decisions == s.decisions
    True
    """

    decisions: tuple[Decision, ...] = ()
    undone: tuple[Decision, ...] = field(default=())

    def decision(self, lesion: str, finding: str) -> Decision | None:
        """Return the latest decision about an item, None when there is none."""
        for decision in reversed(self.decisions):
            if (decision.lesion, decision.finding) == (lesion, finding):
                return decision
        return None

    def accept(self, lesion: str, finding: str, computed: Status) -> ReaderSession:
        """Accept the computed answer."""
        return self._with(Decision(lesion, finding, computed, True, "", _now()))

    def override(self, lesion: str, finding: str, status: Status, reason: str) -> ReaderSession:
        """Set another answer, with a reason; raises ValueError without one."""
        if not reason.strip():
            raise ValueError("an override needs a reason")
        return self._with(Decision(lesion, finding, status, False, reason.strip(), _now()))

    def undo(self) -> ReaderSession:
        """Take the latest decision back; nothing happens when there is none."""
        if not self.decisions:
            return self
        return ReaderSession(self.decisions[:-1], (*self.undone, self.decisions[-1]))

    def redo(self) -> ReaderSession:
        """Make the latest undone decision again."""
        if not self.undone:
            return self
        return ReaderSession((*self.decisions, self.undone[-1]), self.undone[:-1])

    def _with(self, decision: Decision) -> ReaderSession:
        return replace(self, decisions=(*self.decisions, decision), undone=())

    def to_json(self) -> str:
        """Return the session as JSON text."""
        rows = [{**asdict(d), "status": d.status.value} for d in self.decisions]
        return json.dumps({"schema": SCHEMA_ID, "decisions": rows})

    @classmethod
    def from_json(cls, text: str) -> ReaderSession:
        """Read what `to_json` wrote; raises ValueError for anything else."""
        data = json.loads(text)
        if data.get("schema") != SCHEMA_ID:
            raise ValueError(f"not a reader session: {data.get('schema')!r}")
        return cls(
            tuple(Decision(**{**row, "status": Status(row["status"])}) for row in data["decisions"])
        )


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
