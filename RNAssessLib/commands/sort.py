"""``rnassess sort``: what a DICOM folder holds and what each series would be used for."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from RNAssessLib.case import Case, InputError

from .common import Commands, add_command, parse_thresholds, print_progress

DATES_HELP = "dates of studies: TOML or CSV of StudyInstanceUID (or folder) and YYYY-MM-DD"


def add_commands(commands: Commands) -> None:
    """Add the command of this file to the parser."""
    sort = add_command(commands, "sort", command_sort)
    sort.add_argument("folder", help="DICOM folder")
    sort.add_argument("--json", action="store_true", help="print JSON alone")
    sort.add_argument("--write", metavar="FILE", help="write a case.toml to correct")
    add_dates_option(sort)


def add_dates_option(command: argparse.ArgumentParser) -> None:
    """Add ``--dates FILE``."""
    command.add_argument("--dates", metavar="FILE", help=DATES_HELP)


def command_sort(args: argparse.Namespace) -> int:
    """Say which series is taken for what and why, from headers alone; nothing is computed."""
    from RNAssessLib.panel.sorting_table import describe_sorting, sorting_lines
    from RNAssessLib.study import propose_mapping
    from RNAssessLib.study.sorted_case_file import write_sorted_case
    from RNAssessLib.study.sorting import NO_DATES, read_dates

    folder = Path(args.folder)
    dates = read_dates(Path(args.dates), folder) if args.dates else NO_DATES
    thresholds = parse_thresholds(args.set or [])
    study = propose_mapping(folder, print_progress, dates=dates, thresholds=thresholds).sorted
    if args.json:
        print(json.dumps(describe_sorting(study), indent=1, ensure_ascii=False))
    else:
        print("\n".join(sorting_lines(study)))
    if args.write:
        write_sorted_case(study, Path(args.write))
        print(f"written: {args.write}", file=sys.stderr)
    if study.problems:
        raise InputError(folder, "; ".join(study.problems))
    return 0


def open_case(args: argparse.Namespace) -> Case:
    """Read the case of a command, after printing how its folder was sorted to standard error.

    The table comes before the images are read, so it is there also when reading fails.

    Parameters
    ----------
    args : Namespace
        ``case``, ``set`` and, where the command has it, ``dates``.

    Raises
    ------
    InputError
        What `read_case` raises; dates for a case file, which holds its own.
    """
    from RNAssessLib.panel.sorting_table import sorting_lines
    from RNAssessLib.study import is_case_file, propose_mapping, read_case
    from RNAssessLib.study.sorting import NO_DATES, read_dates

    path = Path(args.case)
    given = getattr(args, "dates", None)
    if path.is_file() or is_case_file(path):
        if given:
            raise InputError(path, "is a case file, which holds its dates; --dates is for folders")
        case = read_case(path, progress=print_progress)
        for row in case.mapping:
            place = f"{row.timepoint} " if row.timepoint else ""
            print(f"  {place}{row.role:<6} {row.what} ({row.why})", file=sys.stderr)
        return case
    dates = read_dates(Path(given), path) if given else NO_DATES
    thresholds = parse_thresholds(args.set or [])
    mapping = propose_mapping(path, print_progress, dates=dates, thresholds=thresholds)
    print("\n".join(sorting_lines(mapping.sorted)), file=sys.stderr)
    case = mapping.to_case(print_progress)
    for warning in case.warnings:
        print(f"  note: {warning}", file=sys.stderr)
    for timepoint in case.timepoints:
        for role, image in timepoint.sequences.items():
            if role.value == "ADC":
                print(f"  {timepoint.id} ADC: {image.source.why}", file=sys.stderr)
    return case
