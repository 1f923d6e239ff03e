"""Serve the page *Cohort* on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Unpack

from RNAssessLib.cohort.browse import CohortView
from RNAssessLib.evidence import Thresholds

from ..serving.server import Alone, run
from .app import CohortApp


def serve_cohort(
    view: CohortView,
    places: Mapping[str, Path],
    thresholds: Thresholds,
    beside: Callable[[Path], Path],
    **how: Unpack[Alone],
) -> None:
    """Show a cohort, and the case of a lesion that is chosen; as `CohortApp`.

    It holds figures of patients: nobody but this machine may connect.
    """
    run(CohortApp(view, places, thresholds, beside), **how)
