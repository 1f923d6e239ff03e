"""Long work: behind a progress dialog that can be cancelled, and never a traceback."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import CancelledError, InputError

T = TypeVar("T")
Work = Callable[[Callable[[float, str], None]], object]

SHOWN_DONE = 3
LEAST_S = 0.2


class Steps:
    """What is being done, and what was done in how many seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._what, self._since, self._told = "", clock(), clock()
        self.done: list[tuple[str, float]] = []

    def tell(self, what: str) -> bool:
        """Take note of what is being done now; whether it is worth showing."""
        now = self._clock()
        if what != self._what:
            self._finish(now)
            self._what, self._since = what, now
        elif now - self._told < LEAST_S:
            return False
        self._told = now
        return True

    def _finish(self, now: float) -> None:
        if self._what:
            self.done.append((self._what, now - self._since))

    def text(self) -> str:
        """The step of now above the last ones that are done."""
        before = [f"✓ {what}: {seconds:.0f} s" for what, seconds in self.done[-SHOWN_DONE:]]
        return "\n".join((*before, f"{self._what} …"))

    def summary(self) -> str:
        """Every step with its seconds, for the log."""
        self._finish(self._clock())
        self._what = ""
        steps = "; ".join(f"{what} {seconds:.1f} s" for what, seconds in self.done)
        return f"{steps}; together {sum(s for _w, s in self.done):.1f} s"


class DialogRunner:
    """Runs what a reading computes behind the progress dialog (RNAssessLib's `Runner`)."""

    is_busy = False

    def run(
        self,
        what: str,
        compute: Callable[[Callable[[float, str], None]], T],
        then: Callable[[T], None],
        said: Callable[[str], None],
        *,
        figures: bool = True,
    ) -> None:
        """Compute, then go on with the result; the dialog says what went wrong, not `said`."""
        found: list[T] = []
        self.is_busy = True
        try:
            done = run(lambda progress: found.append(compute(progress)))
        finally:
            self.is_busy = False
        if done:
            then(found[0])


def show_failure(error: Exception, change: object) -> None:
    """Say that a page could not follow a change: a defect; the rest did."""
    logging.getLogger("RNAssess").error("%s", type(change).__name__, exc_info=error)
    text = _("Part of the panel did not follow: {error}. Details are in the log.")
    told = text.format(error=f"{type(error).__name__}: {error}")
    slicer.util.errorDisplay(told, windowTitle=_("RNAssess"))


def run(work: Work) -> bool:
    """Do `work(progress)`; True when it finished, False when cancelled or failed.

    Bad input is shown as the one line that says what is wrong. Anything else is a defect: the
    reader gets one line, the application log the rest.
    """
    steps = Steps()
    dialog = slicer.util.createProgressDialog(
        windowTitle=_("RNAssess"),
        labelText=_("Starting"),
        maximum=100,
        autoClose=False,
        autoReset=False,
        windowModality=qt.Qt.ApplicationModal,
    )

    def progress(fraction: float, what: str) -> None:
        if not steps.tell(what):
            return  # a turn of the event loop draws every view: not for every per cent
        dialog.labelText = steps.text()
        dialog.value = int(100 * min(max(fraction, 0.0), 1.0))
        slicer.app.processEvents()
        if dialog.wasCanceled:
            raise CancelledError

    problem = ""
    try:
        work(progress)
    except CancelledError:
        return False
    except InputError as error:
        problem = str(error)
    except Exception as error:
        logging.exception("RNAssess")
        text = _("Not finished, the scene is unchanged: {error}. Details are in the log.")
        problem = text.format(error=f"{type(error).__name__}: {error}")
    finally:
        dialog.close()
        dialog.deleteLater()
        logging.info("RNAssess: %s", steps.summary())
    if problem:
        slicer.util.errorDisplay(problem, windowTitle=_("RNAssess"))
    return not problem
