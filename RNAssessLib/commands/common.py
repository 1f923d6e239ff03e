"""What the commands share: progress on standard error, values given as KEY=VALUE."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from RNAssessLib.case import Case, InputError
from RNAssessLib.evidence import Thresholds

DISCLAIMER = "Research use only. Not a medical device."
CASE_HELP = "DICOM folder or case.toml"
PORT_HELP = "0 takes a free one"
NO_BROWSER_HELP = "serve without opening a browser"
NO_TOKEN_HELP = "let every user of this machine open the page (default: whoever has its token)"
Run = Callable[[argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def print_progress(fraction: float, what: str) -> None:
    """Show progress on standard error: one line that rewrites itself on a terminal."""
    end = "\r" if sys.stderr.isatty() else "\n"
    print(f"[{fraction:4.0%}] {what:<60}", end=end, file=sys.stderr, flush=True)


def parse_thresholds(items: Sequence[str]) -> Thresholds:
    """Read ``key=value`` changes of thresholds.

    Examples
    --------
    >>> parse_thresholds(["bed.alpha_beta_tumour=12"])["bed.alpha_beta_tumour"]
    12.0
    """
    changed = {}
    for item in items:
        key, _, value = item.partition("=")
        try:
            changed[key.strip()] = float(value)
            Thresholds({key.strip(): 0.0})
        except KeyError as error:
            raise InputError("--set", str(error.args[0])) from None
        except ValueError:
            raise InputError("--set", f"{item!r} is not key=number") from None
    return Thresholds(changed)


def parse_prescriptions(items: Sequence[str]) -> tuple[float | None, dict[str, float]]:
    """``GY`` for all targets, ``NAME=GY`` for one.

    Examples
    --------
    >>> parse_prescriptions(["18", "PTV2=24"])
    (18.0, {'PTV2': 24.0})
    """
    every, named = None, {}
    for item in items:
        name, separator, value = item.rpartition("=")
        try:
            dose = float(value)
        except ValueError:
            raise InputError("--prescription", f"{item!r} is not GY or NAME=GY") from None
        if separator:
            named[name] = dose
        else:
            every = dose
    return every, named


def add_command(
    commands: Commands, name: str, run: Run, *, thresholds: str = "--set"
) -> argparse.ArgumentParser:
    """Add a command whose help is the docstring of `run`.

    Parameters
    ----------
    commands : subparsers of argparse
    name : str
    run : callable
        Takes the parsed arguments, returns the exit code.
    thresholds : str
        Flag that changes a threshold; empty for a command that uses none.
    """
    command: argparse.ArgumentParser = commands.add_parser(name, help=(run.__doc__ or "").strip())
    command.set_defaults(run=run)
    if thresholds:
        command.add_argument(
            thresholds, dest="set", action="append", metavar="KEY=VALUE", help="change a threshold"
        )
    return command


def add_outline_options(command: argparse.ArgumentParser) -> None:
    """Add ``--brain``, ``--outlines`` and ``--labels``."""
    command.add_argument(
        "--brain", action="append", metavar="[ID=]MASK", help="brain mask on a timepoint's T1c"
    )
    command.add_argument("--outlines", metavar="DIR", help="outlines named after the timepoints")
    command.add_argument(
        "--labels", metavar="NAME", help="of their label maps: BraTS-2021, BraTS-2023, AURORA"
    )


def take_outlines(args: argparse.Namespace, case: Case) -> Case:
    """Return the case with the outlines and brain masks that the command line names."""
    from RNAssessLib.study.given_outlines import give_outlines

    return give_outlines(case, args.brain or (), args.outlines, args.labels)
