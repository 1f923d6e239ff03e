"""The reader's answer on the page: picked, reasoned, saved; never taken for anything else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.reading.changes import AnswerChanged, RecordsChanged
from RNAssessLib.panel.session.records import Decision
from RNAssessLib.panel.words.wording import STATUS_WORDS

from ..reading.desk import Act, Action, Desk, Requests
from ..reading.stage import Stage

SAVE, DISCARD, STAY = "save", "discard", "stay"
# what the page reads wherever there is a checklist
UNANSWERED: dict[str, Any] = {"reason": "", "leaving": "", "said": {"text": "", "turn": 0}}


class Answering(Desk):
    """Answers to the selected item; the page's half is ``static/answers.js``.

    An answer that differs from the computed one waits for its reason. While a reason is typed but
    not saved, whatever would lose it (another item, lesion or case, another answer) asks first.
    """

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._next: Act | None = None  # what waits for "save or discard?"
        self._said = 0
        stage.reading.changes.on(AnswerChanged, self.show)
        stage.reading.changes.on(RecordsChanged, self._say)

    def requests(self) -> Requests:
        """Pick, save, take back, leave."""
        return {
            "choose": self.choose,
            "decide": self._reading.decide,
            "take_back": self._reading.take_back,
            "leave": self.answer_leaving,
        }

    def keys(self) -> Mapping[str, Action]:
        """Accept, or another answer."""
        answers = {f"answer_{s.value}": _choose(self, s.value) for s in Status}
        return {"accept": lambda _: self.leave(self._reading.accept), **answers}

    def fill(self) -> None:
        """Put the page's variables there."""
        self._state.update(UNANSWERED)
        self.show()

    def show(self, _: object = None) -> None:
        """Bring the page up to what is pending."""
        reading, state = self._reading, self._state
        state.pending = reading.pending.value if reading.pending else ""
        state.problem = reading.problem
        if reading.pending is None:
            state.reason = ""

    def choose(self, status: str) -> None:
        """Pick an answer for the selected item; one that is its own reason is saved at once."""
        chosen, row = Status(status), self._reading.row
        if row is not None and chosen is row.computed:
            self.leave(lambda: self._reading.choose(chosen))
        else:  # records nothing yet, also while something is computed; a typed reason stays
            self._reading.choose(chosen)

    def escape(self) -> bool:
        """Drop an answer that waits for its reason."""
        waits = self._reading.pending is not None
        if waits:
            self._reading.take_back()
        return waits

    # --- leaving with a reason half typed ---------------------------------------------------------

    def leave(self, act: Act) -> None:
        """Do what would lose a typed reason, after asking where there is one."""
        state, reading = self._state, self._reading
        if reading.pending is None or not str(state.reason or "").strip():
            reading.take_back()
            act()
            return
        self._next = act
        title = reading.row.title if reading.row else ""
        word = STATUS_WORDS[reading.pending]
        state.leaving = f"{title}: the reason for the answer {word} is not saved."

    def answer_leaving(self, what: str) -> None:
        """``save`` or ``discard`` the reason and go on, or ``stay``."""
        act, self._next = self._next, None
        self._state.leaving = ""
        if what == STAY or act is None:
            return
        if what == SAVE:
            self._reading.decide(str(self._state.reason))
            if self._reading.pending is not None:
                return  # refused: the page says why
        else:
            self._reading.take_back()
        act()

    # --- what was recorded ------------------------------------------------------------------------

    def _say(self, change: RecordsChanged) -> None:
        """Show for a moment what an answer was recorded as; other records show by themselves."""
        if not change.by_reader:
            return
        before, records = change.before.records, change.after.records
        if len(records) <= len(before) or not isinstance(records[-1], Decision):
            self._state.said = {"text": "", "turn": self._said}
            return
        self._said += 1
        made = records[-1]
        row = self._reading.panel.lesion(made.lesion).row(made.finding)
        text = f"{row.number} {row.title}: {row.decision}"
        self._state.said = {"text": text, "turn": self._said}


def _choose(desk: Answering, status: str) -> Action:
    return lambda _: desk.choose(status)
