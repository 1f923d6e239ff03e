"""A learner at work on a lesson: turns to items as any reader does, their answers hidden."""

from __future__ import annotations

from collections.abc import Callable

from ..reading.changes import RoundChanged
from ..reading.reading import Reading
from .desk import TeachingDesk


class Learner:
    """A `Reading` whose answers are hidden, and the round that is answered; both shells'.

    Parameters
    ----------
    reading : Reading
        What is selected; its `hides` asks the round until `end`.
    desk : TeachingDesk
    """

    def __init__(self, reading: Reading, desk: TeachingDesk) -> None:
        self._reading, self._desk = reading, desk
        reading.hides = lambda: not self.desk.is_revealed

    @property
    def desk(self) -> TeachingDesk:
        """The round, at the item that is selected."""
        desk, reading = self._desk, self._reading
        selected = reading.lesion_id, reading.finding_id
        if selected != (desk.lesion_id, desk.finding_id):
            desk.lesion_id, desk.finding_id = selected
            desk.problem = ""
        desk.assessment = reading.assessment
        return desk

    @property
    def is_over(self) -> bool:
        """Whether everything about the selected lesion is revealed."""
        lesion = self._reading.lesion
        return lesion is not None and self._desk.teaching.all_revealed(lesion.id)

    def act(self, do: Callable[[TeachingDesk], object], *, moves: bool = False) -> None:
        """Do something to the round, which saves itself, and tell of it.

        Parameters
        ----------
        do : callable
            ``do(desk)``.
        moves : bool
            Whether other things may be shown now: the item is turned to again.
        """
        do(self.desk)
        self._reading.changes.tell(RoundChanged())
        if moves and self._reading.finding_id:
            self._reading.select(self._reading.finding_id)

    def reveal_all(self) -> None:
        """Show every computed answer of the lesion."""
        if self._reading.lesion_id:
            self.act(lambda desk: desk.reveal_all(), moves=True)

    def end(self) -> None:
        """Hide nothing any more, and let the file of answers go."""
        self._reading.hides = lambda: False
        self._desk.close()
