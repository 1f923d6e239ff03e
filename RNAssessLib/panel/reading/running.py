"""What a reading needs of its shell: somebody who runs what takes time, and one who keeps it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from RNAssessLib.case import CancelledError, InputError, Progress, silent

from ..session.session import ReaderSession

T = TypeVar("T")
Done = Callable[[], None]
Said = Callable[[str], None]


class Runner(Protocol):
    """Runs one computation at a time: beside the loop, behind a dialog, or at once."""

    @property
    def is_busy(self) -> bool:
        """Whether something is being computed."""

    def run(
        self,
        what: str,
        compute: Callable[[Progress], T],
        then: Callable[[T], None],
        said: Said,
        *,
        figures: bool = True,
    ) -> None:
        """Compute, then go on with the result where pages and scene may be touched.

        Parameters
        ----------
        what : str
            Said meanwhile.
        compute : callable
            ``compute(progress)``, touching neither page nor scene.
        then : callable
            Takes the result; not called when it was cancelled, failed or was not begun.
        said : callable
            Takes the line that says so.
        figures : bool
            Whether figures of the panel will be others: they are grey meanwhile.
        """


class CaseRunner(Protocol):
    """Runs what brings a case before the reader."""

    def load(
        self,
        what: str,
        compute: Callable[[Progress], T],
        show: Callable[[T, Progress], None],
        said: Said,
    ) -> None:
        """Compute, then show the result, under one progress that can be cancelled until the end.

        Parameters
        ----------
        what : str
            Said meanwhile.
        compute : callable
            ``compute(progress)``, touching neither page nor scene.
        show : callable
            ``show(result, progress)``, where pages and scene may be touched; not called when it
            was cancelled or failed.
        said : callable
            Takes the line that says so, wherever that was.
        """


class AtOnce:
    """Runs at once: for tests and scripts."""

    is_busy = False

    def run(
        self,
        what: str,
        compute: Callable[[Progress], T],
        then: Callable[[T], None],
        said: Said,
        *,
        figures: bool = True,
    ) -> None:
        """Compute and go on; as `Runner.run`."""
        try:
            found = compute(silent)
        except CancelledError:
            said(f"{what}: cancelled")
        except InputError as error:
            said(str(error))
        else:
            then(found)

    def load(
        self,
        what: str,
        compute: Callable[[Progress], T],
        show: Callable[[T, Progress], None],
        said: Said,
    ) -> None:
        """Compute and show; as `CaseRunner.load`."""
        self.run(what, lambda tell: show(compute(tell), tell), lambda _: None, said)


class Keeper(Protocol):
    """Keeps what is recorded."""

    def refusal(self) -> str:
        """Why nothing may be recorded now, in one sentence; empty when it may."""

    def save(self, session: ReaderSession) -> str:
        """Save at once; returns what is wrong, or nothing."""


class KeepsNothing:
    """Where nothing is saved."""

    def refusal(self) -> str:
        """Nothing speaks against it."""
        return ""

    def save(self, session: ReaderSession) -> str:
        """Save nothing."""
        return ""
