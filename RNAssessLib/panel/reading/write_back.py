"""What the reader changed put into the case file on request; all else in it stays."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from RNAssessLib.case import InputError
from RNAssessLib.lesions.correction import edited_masks
from RNAssessLib.study.case_file_masks import write_masks
from RNAssessLib.study.case_file_writer import write_events

from .reading import Reading

Written = tuple[str, bool]  # what is said, and whether it was done


def write_events_back(reading: Reading, path: Path) -> Written:
    """Write the list of clinical events of now."""
    case = reading.assessment.prepared.case
    return _write(reading, path, "Events", lambda: write_events(case, path))


def write_outlines_back(reading: Reading, path: Path) -> Written:
    """Write the corrected outlines, label maps beside the file."""
    prepared = reading.assessment.prepared
    masks = edited_masks(prepared)
    if not masks:
        return "No outline was corrected.", True
    return _write(reading, path, ", ".join(masks), lambda: write_masks(prepared.case, masks, path))


def _write(reading: Reading, path: Path, what: str, act: Callable[[], object]) -> Written:
    refused = reading.keeper.refusal()
    if refused:
        return f"not written: {refused}", False
    try:
        act()
    except InputError as error:
        return str(error), False
    return f"{what} written to {path}", True
