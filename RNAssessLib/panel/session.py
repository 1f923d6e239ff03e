"""What the reader decided and changed. The computed findings are never edited."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import Enum
from typing import Any

from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Finding, Status

SCHEMA_ID = "rnassess/session/1"


class DecisionKind(Enum):
    """How the reader came to an answer; the value is the JSON word."""

    ACCEPTED = "accepted"
    OVERRIDDEN = "overridden"
    SET_BY_HAND = "set_by_hand"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Decision:
    """One decision about one item of one lesion.

    Attributes
    ----------
    lesion, finding : str
        Ids.
    kind : DecisionKind
    status : Status
        What the reader holds to be true.
    computed : Status or None
        What was computed when the reader decided; None when it was not recorded.
    reason : str
        Required when the computed answer was overridden.
    at : str
        ISO time.
    """

    lesion: str
    finding: str
    kind: DecisionKind
    status: Status
    computed: Status | None
    reason: str
    at: str

    @property
    def accepted(self) -> bool:
        """Whether the computed answer was accepted."""
        return self.kind is DecisionKind.ACCEPTED


@dataclass(frozen=True)
class ThresholdChange:
    """One threshold set to another value; None goes back to the default."""

    key: str
    value: float | None
    at: str


Record = Decision | ThresholdChange


@dataclass(frozen=True)
class ReaderSession:
    """Everything one reader did with one case; immutable, every change gives a new session.

    Attributes
    ----------
    records : tuple of Decision or ThresholdChange
        In the order in which they were made; a later one supersedes an earlier one.
    undone : tuple of Decision or ThresholdChange
        What redo would bring back, the next one last.
    case_id : str
        Case the session belongs to; empty when it was never tied to one.

    Examples
    --------
    >>> s = ReaderSession().accept("L1", "swi_foci", Status.PRESENT)
    >>> s = s.override("L1", "swi_foci", Status.ABSENT, "a vein on minIP")
    >>> s.decision("L1", "swi_foci").status.value, s.undo().decision("L1", "swi_foci").accepted
    ('absent', True)
    >>> ReaderSession.from_json(s.to_json()) == s
    True
    """

    records: tuple[Record, ...] = ()
    undone: tuple[Record, ...] = ()
    case_id: str = ""

    # --- what holds now ---------------------------------------------------------------------------

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """Every decision ever made, superseded ones included."""
        return tuple(r for r in self.records if isinstance(r, Decision))

    def decision(self, lesion: str, finding: str) -> Decision | None:
        """Return the decision that holds for an item, None when there is none."""
        for decision in reversed(self.decisions):
            if (decision.lesion, decision.finding) == (lesion, finding):
                return None if decision.kind is DecisionKind.WITHDRAWN else decision
        return None

    @property
    def changed_thresholds(self) -> Mapping[str, float]:
        """Thresholds that the reader set, key to value."""
        changed: dict[str, float] = {}
        for record in self.records:
            if isinstance(record, ThresholdChange):
                if record.value is None:
                    changed.pop(record.key, None)
                else:
                    changed[record.key] = record.value
        return changed

    def thresholds(self) -> Thresholds:
        """Thresholds to assess with: the defaults with the reader's changes."""
        return Thresholds(self.changed_thresholds)

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return bool(self.records)

    @property
    def can_redo(self) -> bool:
        """Whether there is something to make again."""
        return bool(self.undone)

    # --- decisions --------------------------------------------------------------------------------

    def decide(
        self, lesion: str, finding: Finding, status: Status, reason: str = ""
    ) -> ReaderSession:
        """Record the reader's answer to a computed finding, whichever kind of decision it is.

        The computed answer is accepted, an answer where none could be computed is set by hand,
        any other is an override.

        Raises
        ------
        ValueError
            When an override gives no reason.
        """
        if status is finding.status:
            return self.accept(lesion, finding.spec.id, finding.status)
        if finding.status is Status.NOT_ASSESSABLE:
            return self.set_by_hand(lesion, finding.spec.id, status, reason)
        return self.override(lesion, finding.spec.id, status, reason, finding.status)

    def accept(self, lesion: str, finding: str, computed: Status) -> ReaderSession:
        """Accept the computed answer."""
        kind = DecisionKind.ACCEPTED
        return self._with(Decision(lesion, finding, kind, computed, computed, "", _now()))

    def override(
        self,
        lesion: str,
        finding: str,
        status: Status,
        reason: str,
        computed: Status | None = None,
    ) -> ReaderSession:
        """Put another answer beside the computed one; raises ValueError without a reason."""
        if not reason.strip():
            raise ValueError("an override needs a reason")
        kind = DecisionKind.OVERRIDDEN
        decision = Decision(lesion, finding, kind, status, computed, reason.strip(), _now())
        return self._with(decision)

    def set_by_hand(
        self, lesion: str, finding: str, status: Status, reason: str = ""
    ) -> ReaderSession:
        """Answer an item that could not be computed (read elsewhere, other sequence …)."""
        kind = DecisionKind.SET_BY_HAND
        computed = Status.NOT_ASSESSABLE
        return self._with(Decision(lesion, finding, kind, status, computed, reason.strip(), _now()))

    def withdraw(self, lesion: str, finding: str) -> ReaderSession:
        """Take the decision about an item away; nothing happens when there is none."""
        held = self.decision(lesion, finding)
        if held is None:
            return self
        kind = DecisionKind.WITHDRAWN
        return self._with(replace(held, kind=kind, reason="", at=_now()))

    def set_threshold(self, key: str, value: float | None) -> ReaderSession:
        """Change a threshold, or go back to its default with None.

        It takes effect when the case is assessed again with `thresholds`.

        Raises
        ------
        KeyError
            For a key that ``evidence.toml`` does not hold.
        ValueError
            For a value that is not a finite number.
        """
        Thresholds().criterion(key)
        if value is not None and not abs(value) < float("inf"):
            raise ValueError(f"{key}: {value} is not a number")
        return self._with(ThresholdChange(key, value, _now()))

    # --- history ----------------------------------------------------------------------------------

    def undo(self) -> ReaderSession:
        """Take the latest record back; nothing happens when there is none."""
        if not self.records:
            return self
        return replace(self, records=self.records[:-1], undone=(*self.undone, self.records[-1]))

    def redo(self) -> ReaderSession:
        """Make the latest undone record again; nothing happens when there is none."""
        if not self.undone:
            return self
        return replace(self, records=(*self.records, self.undone[-1]), undone=self.undone[:-1])

    def for_case(self, case_id: str) -> ReaderSession:
        """Tie the session to a case.

        Raises
        ------
        ValueError
            When it already belongs to another one.
        """
        if self.case_id not in ("", case_id):
            raise ValueError(f"these decisions belong to case {self.case_id}, not {case_id}")
        return replace(self, case_id=case_id)

    def _with(self, record: Record) -> ReaderSession:
        return replace(self, records=(*self.records, record), undone=())

    # --- JSON -------------------------------------------------------------------------------------

    def to_json(self) -> str:
        """Return the session as JSON text; what was undone is left out."""
        document = {
            "schema": SCHEMA_ID,
            "case": self.case_id,
            "records": [_describe(record) for record in self.records],
        }
        return json.dumps(document, ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str) -> ReaderSession:
        """Read what `to_json` wrote; raises ValueError, saying why, for anything else."""
        data = json.loads(text)
        schema = data.get("schema") if isinstance(data, dict) else None
        if schema != SCHEMA_ID:
            raise ValueError(f"not a reader session of this version: schema {schema!r}")
        try:
            records = tuple(_parse(row) for row in data["records"])
            return cls(records, (), str(data.get("case", "")))
        except (KeyError, TypeError) as error:
            raise ValueError(f"incomplete reader session: {error}") from None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def _describe(record: Record) -> dict[str, Any]:
    if isinstance(record, ThresholdChange):
        return {"type": "threshold", "key": record.key, "value": record.value, "at": record.at}
    return {
        "type": "decision",
        "lesion": record.lesion,
        "finding": record.finding,
        "kind": record.kind.value,
        "status": record.status.value,
        "computed": record.computed.value if record.computed else None,
        "reason": record.reason,
        "at": record.at,
    }


def _parse(row: dict[str, Any]) -> Record:
    if row["type"] == "threshold":
        value = row["value"]
        Thresholds().criterion(row["key"])
        return ThresholdChange(row["key"], None if value is None else float(value), row["at"])
    if row["type"] != "decision":
        raise ValueError(f"unknown record {row['type']!r}")
    computed = row["computed"]
    kind = DecisionKind(row["kind"])
    if kind is DecisionKind.OVERRIDDEN and not str(row["reason"]).strip():
        raise ValueError(f"the override of {row['finding']} has no reason")
    return Decision(
        str(row["lesion"]), str(row["finding"]), kind, Status(row["status"]),
        None if computed is None else Status(computed), str(row["reason"]), str(row["at"]),
    )  # fmt: skip
