"""``rnassess sort``: what a DICOM folder holds and what each series would be used for."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from RNAssessLib.case import Case, InputError, Progress
from RNAssessLib.evidence import Thresholds

from .common import Commands, add_command, parse_thresholds, print_progress

if TYPE_CHECKING:
    from RNAssessLib.study import StudyMapping

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
    from RNAssessLib.panel.opening.sorting_table import describe_sorting, sorting_lines
    from RNAssessLib.study.sorted_case_file import write_sorted_case

    folder = Path(args.folder)
    study = sort_folder(args, folder).sorted
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


def sort_folder(args: argparse.Namespace, folder: Path) -> StudyMapping:
    """Sort the folder of a command with its ``--dates`` and ``--set``."""
    from RNAssessLib.study import propose_mapping
    from RNAssessLib.study.sorting import NO_DATES, read_dates

    given = getattr(args, "dates", None)
    dates = read_dates(Path(given), folder) if given else NO_DATES
    thresholds = parse_thresholds(args.set or [])
    return propose_mapping(folder, print_progress, dates=dates, thresholds=thresholds)


def choose_roles(args: argparse.Namespace, thresholds: Thresholds, keep_in: Path) -> int:
    """Serve the table of a folder to be corrected, then its case.

    Raises
    ------
    InputError
        A case file instead of a folder, or one that is there already beside the folder.
    """
    from RNAssessLib.assessment import Assessment, assess
    from RNAssessLib.panel.opening.role_chooser import RoleChooser
    from RNAssessLib.panel.session.file import open_session
    from RNAssessLib.study import is_case_file
    from RNAssessLib.study.case_file_writer import case_file_of
    from RNAssessLib.web import serve_roles

    folder = Path(args.case)
    case_file = case_file_of(folder)
    if is_case_file(folder) or case_file.exists():
        raise InputError(case_file, "is there already; correct it, or move it away to choose anew")
    chooser = RoleChooser(sort_folder(args, folder))

    def compute(case: Case, progress: Progress) -> Assessment:
        used = open_session(keep_in, case.id, to_write=True).thresholds(thresholds)
        return assess(case, used, progress=progress)

    serve_roles(
        chooser, compute, keep_in, case_file, port=args.port, open_browser=not args.no_browser,
        token=not args.no_token,
    )  # fmt: skip
    return 0


def open_case(args: argparse.Namespace) -> Case:
    """Read the case of a command, after printing how its folder was sorted to standard error.

    Parameters
    ----------
    args : Namespace
        ``case``, ``set`` and ``dates``.
    """
    from RNAssessLib.panel.opening.case_opening import read_and_tell

    dates = getattr(args, "dates", None)  # the demo has none
    return read_and_tell(
        Path(args.case),
        lambda line: print(line, file=sys.stderr),
        print_progress,
        dates=Path(dates) if dates else None,
        thresholds=parse_thresholds(args.set or []),
    )
