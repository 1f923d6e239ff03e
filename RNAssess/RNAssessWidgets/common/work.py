"""Long work: behind a progress dialog that can be cancelled, and never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import CancelledError, InputError, Progress, part
from RNAssessLib.panel.reading.steps import Steps

T = TypeVar("T")
Work = Callable[[Progress], object]
COMPUTED = 0.85  # of the progress of a case that is loaded; then it is shown


class DialogRunner:
    """Runs what a reading computes behind the progress dialog (RNAssessLib's `Runner`)."""

    is_busy = False

    def run(
        self,
        what: str,
        compute: Callable[[Progress], T],
        then: Callable[[T], None],
        said: Callable[[str], None],
        *,
        figures: bool = True,
    ) -> None:
        """Compute, then go on with the result; the dialog says what went wrong, not `said`."""
        found: list[T] = []
        if self._run(lambda progress: found.append(compute(progress))):
            then(found[0])

    def load(
        self,
        what: str,
        compute: Callable[[Progress], T],
        show: Callable[[T, Progress], None],
        said: Callable[[str], None],
    ) -> None:
        """Compute and show behind the dialog (RNAssessLib's `CaseRunner`)."""

        def job(progress: Progress) -> None:
            found = compute(part(progress, 0.0, COMPUTED))
            show(found, part(progress, COMPUTED, 1.0))

        self._run(job)

    def _run(self, job: Work) -> bool:
        self.is_busy = True
        try:
            return run(job)
        finally:
            self.is_busy = False


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
