"""What changes while a reader works, as typed events; pages subscribe to what they show."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from inspect import ismethod
from typing import Any, TypeVar
from weakref import ReferenceType, WeakMethod, ref

from RNAssessLib.assessment import Assessment
from RNAssessLib.findings.finding import Status

from ..session.session import ReaderSession
from ..words.rows import JumpTo


@dataclass(frozen=True)
class Change:
    """Anything that changed; whoever subscribes to it hears of everything."""


@dataclass(frozen=True)
class SelectionChanged(Change):
    """The reader turned to a lesion or an item, perhaps to the same one again.

    Attributes
    ----------
    lesion_id, finding_id : str
        Empty when there is none.
    jump : JumpTo or None
        Where it is best seen.
    other_lesion, other_item : bool
        Whether it is another one than before; another lesion is another item, too.
    """

    lesion_id: str
    finding_id: str
    jump: JumpTo | None
    other_lesion: bool
    other_item: bool


@dataclass(frozen=True)
class AnswerChanged(Change):
    """What waits for its reason, or what is wrong.

    Attributes
    ----------
    pending : Status or None
    problem : str
        One sentence, or empty.
    """

    pending: Status | None
    problem: str


@dataclass(frozen=True)
class RecordsChanged(Change):
    """The session holds something else: an answer, an event, a measurement, undo.

    Attributes
    ----------
    before, after : ReaderSession
    by_reader : bool
        False when it came from the file (taken over, or written by another process).
    """

    before: ReaderSession
    after: ReaderSession
    by_reader: bool = True


@dataclass(frozen=True)
class AssessmentChanged(Change):
    """Another assessment of the same case; its kinds say what is another one in it.

    Attributes
    ----------
    before, after : Assessment
    """

    before: Assessment
    after: Assessment


@dataclass(frozen=True)
class FiguresChanged(AssessmentChanged):
    """Another assessment of the same case: any figure, warning or item may be another one."""


@dataclass(frozen=True)
class PlacesChanged(AssessmentChanged):
    """An image lies elsewhere; told after `FiguresChanged`."""


@dataclass(frozen=True)
class OutlinesChanged(AssessmentChanged):
    """A lesion's outline is another one; told after `FiguresChanged`."""


@dataclass(frozen=True)
class PrescriptionChanged(AssessmentChanged):
    """Another prescription: indices and isodose levels, the checklist does not."""


@dataclass(frozen=True)
class AssessedAgain(AssessmentChanged):
    """Every item was answered again with other thresholds."""


@dataclass(frozen=True)
class LevelsChanged(Change):
    """Isodose levels, their colours or whether they are shown."""


@dataclass(frozen=True)
class RowChanged(Change):
    """What the rows below T1c and FLAIR are told to show.

    Attributes
    ----------
    choice : str
        A content's key, `FOLLOW` or `OFF`.
    """

    choice: str


@dataclass(frozen=True)
class RoundChanged(Change):
    """A learner's round of a lesson: an answer, a note, a mark, something revealed."""


C = TypeVar("C", bound=Change)
Listener = Callable[[Any], object]
Failed = Callable[[Exception, Change], None]


def log_failure(error: Exception, change: Change) -> None:
    """Write a listener's error to the log, with its traceback."""
    name = type(change).__name__
    logging.getLogger("RNAssess").error("%s: a page failed", name, exc_info=error)


class Subscription:
    """One listener; `end` it, or let its owner go."""

    def __init__(self, kind: type[Change], listen: Listener, owner: object | None) -> None:
        self.kind = kind
        self._is_on = True
        self._method = WeakMethod(listen) if ismethod(listen) else None
        self._listen = None if self._method else listen
        self._owner: ReferenceType[Any] | None = None if owner is None else ref(owner)

    def end(self) -> None:
        """Hear of nothing any more."""
        self._is_on, self._listen = False, None

    @property
    def listener(self) -> Listener | None:
        """Whom to tell, None once it ended or its owner is gone."""
        if not self._is_on or (self._owner is not None and self._owner() is None):
            return None
        return self._method() if self._method is not None else self._listen


class Changes:
    """Tells every subscriber of every change: once, in order, whatever another one does.

    A change that a listener makes is told after the one it listens to, so that all hear of them in
    the same order. A listener's error is handed to `failed`; the others are told nevertheless.

    Parameters
    ----------
    failed : callable
        ``failed(error, change)``; writes to the log by default.

    Examples
    --------
    >>> heard, changes = [], Changes()
    >>> subscription = changes.on(RowChanged, heard.append)
    >>> changes.tell(RowChanged("dose"), LevelsChanged())
    >>> heard
    [RowChanged(choice='dose')]
    """

    def __init__(self, failed: Failed = log_failure) -> None:
        self._failed = failed
        self._subscriptions: list[Subscription] = []
        self._waiting: deque[Change] = deque()
        self._is_telling = False

    def on(
        self, kind: type[C], listen: Callable[[C], object], owner: object | None = None
    ) -> Subscription:
        """Subscribe to a kind of change and what is derived from it.

        Parameters
        ----------
        kind : type of Change
        listen : callable
            ``listen(change)``. A bound method is held weakly: it ends with its object. The same
            one subscribed to the same kind again is told once.
        owner : object, optional
            With a function: it ends with this object, which the function must not hold.
        """
        for held in self._subscriptions:
            if held.kind is kind and held.listener == listen:
                return held
        made = Subscription(kind, listen, owner)
        self._subscriptions.append(made)
        return made

    def tell(self, *changes: Change) -> None:
        """Tell everyone, after what is being told now."""
        self._waiting.extend(changes)
        if self._is_telling:
            return
        self._is_telling = True
        try:
            while self._waiting:
                self._tell_one(self._waiting.popleft())
        finally:
            self._is_telling = False

    def _tell_one(self, change: Change) -> None:
        self._subscriptions = [s for s in self._subscriptions if s.listener is not None]
        for subscription in tuple(self._subscriptions):
            listen = subscription.listener  # gone when one before ended it
            if listen is None or not isinstance(change, subscription.kind):
                continue
            try:
                listen(change)
            except Exception as error:
                self._failed(error, change)
