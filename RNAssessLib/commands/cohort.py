"""``rnassess cohort | cohort-report``: many cases to one table, and what it says."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from RNAssessLib.case import counted
from RNAssessLib.storage import check_folder

from .common import Commands, add_command, parse_thresholds, print_progress


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
        "--jobs", type=_count, default=1, metavar="N", help="processes on this machine"
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


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number


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
    return 0


def command_report(args: argparse.Namespace) -> int:
    """Analyse a cohort table: accuracy of each item, the papers' own analyses."""
    _write_report(args, Path(args.table), Path(args.out), None)
    return 0


def _write_report(args: argparse.Namespace, table: Path, out: Path, left_out: int | None) -> None:
    from RNAssessLib.cohort.frame import join_outcomes, read_frame
    from RNAssessLib.cohort.report import write_cohort_report

    frame = read_frame(table)
    if args.outcome:
        frame = join_outcomes(frame, Path(args.outcome))
    written = write_cohort_report(
        frame, out, left_out=left_out, identified=args.identified,
        key=Path(args.key) if args.key else None, progress=print_progress,
    )  # fmt: skip
    print(written[0])
