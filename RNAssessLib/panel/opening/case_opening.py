"""Reading a case with its table told first: the same for the command line and for Slicer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from RNAssessLib.case import Case, InputError, Progress, SequenceRole, part, silent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.study import is_case_file, propose_mapping, read_case
from RNAssessLib.study.sorting import NO_DATES, read_dates

from .sorting_table import sorting_lines

SORTING_SHARE = 0.2
NO_THRESHOLDS = Thresholds()
Tell = Callable[[str], None]


def tell_sorting(path: Path, tell: Tell, progress: Progress = silent) -> None:
    """Tell how a DICOM folder is sorted; nothing for a case file or what is no folder.

    Raises
    ------
    InputError
        The folder holds no DICOM file.
    """
    if path.is_dir() and not is_case_file(path):
        for line in sorting_lines(propose_mapping(path, progress).sorted):
            tell(line)


def read_and_tell(
    path: Path,
    tell: Tell,
    progress: Progress = silent,
    *,
    dates: Path | None = None,
    thresholds: Thresholds = NO_THRESHOLDS,
) -> Case:
    """Read a case file or DICOM folder; what was taken for what is told before images are read.

    Parameters
    ----------
    path : Path
    tell : callable
        Takes one line.
    progress : Progress
    dates : Path, optional
        File of dates, for folders.
    thresholds : Thresholds

    Raises
    ------
    InputError
        What `read_case` raises; dates for a case file, which holds its own.
    """
    if is_case_file(path):
        if dates is not None:
            raise InputError(path, "is a case file, which holds its dates; --dates is for folders")
        case = read_case(path, progress)
        for row in case.mapping:
            place = f"{row.timepoint} " if row.timepoint else ""
            tell(f"  {place}{row.role:<6} {row.what} ({row.why})")
        for warning in case.warnings:
            tell(f"  note: {warning}")
        return case
    given = read_dates(dates, path) if dates is not None else NO_DATES
    mapping = propose_mapping(
        path, part(progress, 0.0, SORTING_SHARE), dates=given, thresholds=thresholds
    )
    for line in sorting_lines(mapping.sorted):
        tell(line)
    case = mapping.to_case(part(progress, SORTING_SHARE, 1.0))
    for warning in case.warnings:
        tell(f"  note: {warning}")
    for timepoint in case.timepoints:
        adc = timepoint.sequences.get(SequenceRole.ADC)
        if adc is not None:
            tell(f"  {timepoint.id} ADC: {adc.source.why}")
    return case
