"""Stand-ins for a case's work that end their process."""

import os
from pathlib import Path

from RNAssessLib.cohort.workers import CaseResult


def die_once(task, progress=None):
    """Ends its process the first time it is asked (marked by a file)."""
    mark = Path(task.path)
    if not mark.exists():
        mark.write_text("died")
        os._exit(9)
    return CaseResult(task.number, [{"case": str(task.number)}])


def die_always(task, progress=None):
    if task.number == 0:
        os._exit(9)
    return CaseResult(task.number, [{"case": str(task.number)}])
