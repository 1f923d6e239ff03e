"""The reader's answer on the page: picked, reasoned, saved; never taken for anything else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.records import Decision
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.wording import STATUS_WORDS

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom

Act = Callable[[], None]
SAVE, DISCARD, STAY = "save", "discard", "stay"


class Answering:
    """Answers of a reading room; the page's half is ``static/answers.js``.

    An answer that differs from the computed one waits for its reason. While a reason is typed but
    not saved, whatever would lose it (another item, lesion or case, another answer) asks first.

    Parameters
    ----------
    room : ReadingRoom
    """

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._next: Act | None = None  # what waits for "save or discard?"
        self._said = 0

    def bind(self) -> None:
        """Take the page's requests."""
        trigger = self._room.server.trigger
        trigger("choose")(self.choose)
        trigger("decide")(self.decide)
        trigger("take_back")(self.take_back)
        trigger("leave")(self.answer_leaving)

    def fill(self) -> None:
        """Put the page's variables there."""
        state = self._room.state
        state.reason, state.leaving, state.said = "", "", {"text": "", "turn": 0}

    def show(self) -> None:
        """Bring the page up to what is pending."""
        reading, state = self._room.reading, self._room.state
        state.pending = reading.pending.value if reading.pending else ""
        state.problem = reading.problem
        if reading.pending is None:
            state.reason = ""

    # --- what the reader does ---------------------------------------------------------------------

    def accept(self) -> None:
        """Accept the computed answer of the selected item."""
        self.leave(lambda: self._room.records.do(self._room.reading.accept))

    def choose(self, status: str) -> None:
        """Pick an answer for the selected item; one that is its own reason is saved at once."""
        chosen, row = Status(status), self._room.reading.row

        if row is not None and chosen is row.computed:
            self.leave(lambda: self._room.records.do(lambda: self._room.reading.choose(chosen)))
        else:  # records nothing yet, also while something is computed; a typed reason stays
            self._room.reading.choose(chosen)
            self._room.show_panel()

    def decide(self, reason: str) -> None:
        """Save the picked answer with its reason."""
        self._room.records.do(lambda: self._room.reading.decide(reason))

    def take_back(self) -> None:
        """Drop the picked answer with its reason; nothing is recorded."""
        self._room.reading.take_back()
        self._room.show_panel()

    # --- leaving with a reason half typed ---------------------------------------------------------

    def leave(self, act: Act) -> None:
        """Do what would lose a typed reason, after asking where there is one."""
        state, reading = self._room.state, self._room.reading
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
        self._room.state.leaving = ""
        if what == STAY or act is None:
            return
        if what == SAVE:
            self.decide(str(self._room.state.reason))
            if self._room.reading.pending is not None:
                return  # refused: the page says why
        else:
            self.take_back()
        act()

    # --- what was recorded ------------------------------------------------------------------------

    def say(self, before: ReaderSession) -> None:
        """Show for a moment what an answer was recorded as; other records show by themselves."""
        after = self._room.reading.session
        if len(after.records) <= len(before.records) or not isinstance(after.records[-1], Decision):
            self._room.state.said = {"text": "", "turn": self._said}
            return
        self._said += 1
        made = after.records[-1]
        row = self._room.reading.panel.lesion(made.lesion).row(made.finding)
        text = f"{row.number} {row.title}: {row.decision}"
        self._room.state.said = {"text": text, "turn": self._said}
