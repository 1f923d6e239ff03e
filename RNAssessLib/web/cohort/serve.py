"""Serve the page *Cohort* on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from RNAssessLib.cohort.browse import CohortView
from RNAssessLib.evidence import Thresholds

from ..serving.server import LOOPBACK, run
from .app import CohortApp


def serve_cohort(
    view: CohortView,
    places: Mapping[str, Path],
    thresholds: Thresholds,
    beside: Callable[[Path], Path],
    *,
    port: int = 0,
    open_browser: bool = True,
    token: bool = True,
) -> None:
    """Show a cohort, and the case of a lesion that is chosen, until interrupted.

    Parameters
    ----------
    view : CohortView
    places : mapping of str to Path
        Where the cases are, by their id in the table; others cannot be opened.
    thresholds : Thresholds
    beside : callable
        ``beside(case path)`` names the file that keeps the decisions on a case.
    port, open_browser, token
        As for `serve`. It holds figures of patients: nobody but this machine may connect.
    """
    app = CohortApp(view, places, thresholds, beside)
    run(app, port=port, host=LOOPBACK, open_browser=open_browser, token=token)
