"""``rnassess phantom``: digital patients."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .common import Commands, add_command, complete_phantoms, print_progress


def add_commands(commands: Commands) -> None:
    """Add the command of this file to the parser."""
    phantom = add_command(commands, "phantom", command_phantom, thresholds=False)
    name = phantom.add_argument("name", help="list, or the name of a digital patient")
    name.completer = complete_phantoms  # type: ignore[attr-defined]
    phantom.add_argument("--seed", type=int, default=0)
    phantom.add_argument("--out", metavar="DIR")


def command_phantom(args: argparse.Namespace) -> int:
    """List the digital patients, or write one as a DICOM study with truth.json."""
    from RNAssessLib.phantom import build_phantom, list_phantoms, write_study

    if args.name == "list":
        print("\n".join(list_phantoms()))
        return 0
    if args.name not in list_phantoms():
        print(f"rnassess phantom: no {args.name!r}; see: rnassess phantom list", file=sys.stderr)
        return 2
    if not args.out:
        print("rnassess phantom: --out DIR is missing", file=sys.stderr)
        return 2
    patient = build_phantom(args.name, seed=args.seed)
    print(write_study(patient, Path(args.out), progress=print_progress))
    return 0
