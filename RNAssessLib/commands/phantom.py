"""``rnassess phantom``: digital patients."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .common import Commands, add_command, complete_phantoms, print_progress, whole_number

COHORT = "cohort"


def add_commands(commands: Commands) -> None:
    """Add the command of this file to the parser."""
    phantom = add_command(commands, "phantom", command_phantom, thresholds=False)
    name = phantom.add_argument("name", help="list, cohort, or the name of a digital patient")
    name.completer = complete_phantoms  # type: ignore[attr-defined]
    phantom.add_argument("--seed", type=whole_number(0), default=0)
    phantom.add_argument("--out", metavar="DIR")
    phantom.add_argument(
        "--n", type=whole_number(1), default=500, help="patients of a cohort (tables)"
    )
    phantom.add_argument(
        "--images", type=int, default=0, metavar="K", help="patients of a cohort as images, too"
    )


def command_phantom(args: argparse.Namespace) -> int:
    """List the digital patients, write one with truth.json, or a simulated cohort."""
    from RNAssessLib.phantom import build_phantom, list_phantoms, write_study

    if args.name == "list":
        print("\n".join(list_phantoms()))
        return 0
    if args.name != COHORT and args.name not in list_phantoms():
        print(f"rnassess phantom: no {args.name!r}; see: rnassess phantom list", file=sys.stderr)
        return 2
    if not args.out:
        print("rnassess phantom: --out DIR is missing", file=sys.stderr)
        return 2
    if args.name == COHORT:
        return _write_cohort(args)
    patient = build_phantom(args.name, seed=args.seed)
    print(write_study(patient, Path(args.out), progress=print_progress))
    return 0


def _write_cohort(args: argparse.Namespace) -> int:
    from RNAssessLib.cohort.simulated_files import write_cohort

    if args.n < 1 or not 0 <= args.images <= args.n:
        print("rnassess phantom: --n is 1 or more, --images at most --n", file=sys.stderr)
        return 2
    print(write_cohort(Path(args.out), args.n, args.seed, args.images, print_progress))
    return 0
