"""Long work: behind a progress dialog that can be cancelled, and never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Callable

import qt
import slicer
from slicer.i18n import tr as _

Work = Callable[[Callable[[float, str], None]], object]


def run(work: Work) -> bool:
    """Do `work(progress)`; True when it finished, False when cancelled or failed.

    Bad input is shown as the one line that says what is wrong. Anything else is a defect: the
    reader gets one line, the application log the rest.
    """
    from RNAssessLib.case import CancelledError, InputError

    dialog = slicer.util.createProgressDialog(
        windowTitle=_("RNAssess"),
        labelText=_("Starting"),
        maximum=100,
        autoClose=False,
        autoReset=False,
        windowModality=qt.Qt.ApplicationModal,
    )

    def progress(fraction: float, what: str) -> None:
        dialog.labelText = what
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
    if problem:
        slicer.util.errorDisplay(problem, windowTitle=_("RNAssess"))
    return not problem
