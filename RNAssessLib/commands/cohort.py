"""``rnassess cohort``: many cases to one table."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from RNAssessLib.case import counted

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


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("1 or more")
    return number


def command_cohort(args: argparse.Namespace) -> int:
    """Assess many cases into one table."""
    from RNAssessLib.cohort.run import assess_cohort

    run = assess_cohort(
        [Path(case) for case in args.cases], Path(args.out), parse_thresholds(args.set or []),
        print_progress, computed_only=args.computed_only, strict=args.strict,
        jobs=args.jobs, scheduler=args.scheduler,
    )  # fmt: skip
    told = f"{counted(run.cases, 'case')} in the table, {run.kept} of them kept from before"
    print(f"\nrnassess cohort: {told}", file=sys.stderr)
    for _, reason in run.left_out:
        print(f"rnassess cohort: left out: {reason}", file=sys.stderr)
    print(run.table)
    return 0
