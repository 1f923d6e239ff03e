"""``rnassess cohort | cohort-report``: many cases to one table, and what it says."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from RNAssessLib.case import counted
from RNAssessLib.storage import check_folder

from .common import (
    LAST_PORT,
    NO_BROWSER_HELP,
    NO_TOKEN_HELP,
    PORT_HELP,
    Commands,
    add_command,
    parse_thresholds,
    print_progress,
    whole_number,
)


def add_commands(commands: Commands) -> None:
    """Add the commands of this file to the parser."""
    cohort = add_command(commands, "cohort", command_cohort)
    cohort.add_argument("cases", nargs="+", help="DICOM folders or case files, or folders of them")
    cohort.add_argument("--out", required=True, metavar="DIR")
    cohort.add_argument(
        "--computed-only", action="store_true", help="leave the readers' sessions out"
    )
    cohort.add_argument(
        "--strict", action="store_true", help="stop at the first case that cannot be used"
    )
    where = cohort.add_mutually_exclusive_group()
    where.add_argument(
        "--jobs", type=whole_number(1), default=1, metavar="N", help="processes on this machine"
    )
    where.add_argument("--scheduler", default="", metavar="ADDRESS", help="of a Dask cluster")
    cohort.add_argument(
        "--keep-prepared", action="store_true",
        help="keep each prepared case beside it (some 100 MB): other thresholds are then quick",
    )  # fmt: skip
    cohort.add_argument("--report", action="store_true", help="analyse the table, too")
    _add_report_options(cohort)

    report = add_command(commands, "cohort-report", command_report, thresholds=False)
    report.add_argument("table", help="cohort.csv")
    report.add_argument("--out", required=True, metavar="DIR")
    _add_report_options(report)


def _add_report_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--outcome", metavar="CSV", help="what the lesions turned out to be, survival, history"
    )
    command.add_argument(
        "--identified", action="store_true", help="keep the table's ids and show small counts"
    )
    command.add_argument("--key", metavar="FILE", help="keeps which new id is whose")
    command.add_argument("--view", action="store_true", help="show the cohort in the browser, too")
    command.add_argument("--port", type=whole_number(0, LAST_PORT), default=0, help=PORT_HELP)
    command.add_argument("--no-browser", action="store_true", help=NO_BROWSER_HELP)
    command.add_argument("--no-token", action="store_true", help=NO_TOKEN_HELP)


def command_cohort(args: argparse.Namespace) -> int:
    """Assess many cases into one table."""
    from RNAssessLib.cohort.run import assess_cohort

    check_folder(Path(args.out))
    run = assess_cohort(
        [Path(case) for case in args.cases], Path(args.out), parse_thresholds(args.set or []),
        print_progress, computed_only=args.computed_only, strict=args.strict,
        jobs=args.jobs, scheduler=args.scheduler, keep=args.keep_prepared,
    )  # fmt: skip
    told = f"{counted(run.cases, 'case')} in the table, {run.kept} of them kept from before"
    print(f"\nrnassess cohort: {told}", file=sys.stderr)
    for _, reason in run.left_out:
        print(f"rnassess cohort: left out: {reason}", file=sys.stderr)
    print(run.table)
    if args.report:
        _write_report(args, run.table, Path(args.out) / "analysis", len(run.left_out))
    if args.view:
        show_cohort(args, run.table)
    return 0


def command_report(args: argparse.Namespace) -> int:
    """Analyse a cohort table: accuracy of each item, the papers' own analyses."""
    _write_report(args, Path(args.table), Path(args.out), None)
    if args.view:
        show_cohort(args, Path(args.table))
    return 0


def show_cohort(args: argparse.Namespace, table: Path) -> None:
    """Show a cohort table in the browser until interrupted.

    Its cases open as far as the run's kept files, or a simulation's images, beside the table say
    where they are.
    """
    from RNAssessLib.cohort.browse import CohortView
    from RNAssessLib.cohort.kept import find_places
    from RNAssessLib.cohort.simulated_files import IMAGES
    from RNAssessLib.panel.session.file import beside
    from RNAssessLib.web.cohort import serve_cohort

    view = CohortView(
        _read_frame(table, getattr(args, "outcome", None)),
        identified=getattr(args, "identified", False),
        key=Path(args.key) if getattr(args, "key", None) else None,
    )
    places = {p.name: p for p in (table.parent / IMAGES).glob("*") if p.is_dir()}
    places |= find_places(table.parent)
    serve_cohort(
        view, places, parse_thresholds(getattr(args, "set", None) or []), beside,
        port=args.port, open_browser=not args.no_browser, token=not args.no_token,
    )  # fmt: skip


def _read_frame(table: Path, outcome: str | None) -> Any:  # noqa: ANN401 - a frame of pandas
    from RNAssessLib.cohort.frame import join_outcomes, read_frame

    frame = read_frame(table)
    return join_outcomes(frame, Path(outcome)) if outcome else frame


def _write_report(args: argparse.Namespace, table: Path, out: Path, left_out: int | None) -> None:
    from RNAssessLib.cohort.report import write_cohort_report

    written = write_cohort_report(
        _read_frame(table, args.outcome), out, left_out=left_out, identified=args.identified,
        key=Path(args.key) if args.key else None, progress=print_progress,
    )  # fmt: skip
    print(written[0])
