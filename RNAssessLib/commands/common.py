"""What the commands share: progress on standard error, values given as KEY=VALUE."""

from __future__ import annotations

import argparse
import inspect
import sys
from collections.abc import Callable, Sequence
from typing import TypeAlias

from RNAssessLib.case import Case, InputError
from RNAssessLib.evidence import Thresholds, all_criteria
from RNAssessLib.plausible import Bounds, read_number, threshold_bounds

from .parser import Parser, suggestion
from .telling import TELLING

CASE_HELP = "DICOM folder or case.toml"
LAST_PORT = 65535
PORT_HELP = "0 takes a free one"
NO_BROWSER_HELP = "serve without opening a browser"
NO_TOKEN_HELP = "let every user of this machine open the page (default: whoever has its token)"
Run = Callable[[argparse.Namespace], int]
Commands: TypeAlias = "argparse._SubParsersAction[Parser]"


def print_progress(fraction: float, what: str) -> None:
    """Show progress on standard error, as much of it as was asked for."""
    TELLING.progress(fraction, what)


def parse_thresholds(items: Sequence[str]) -> Thresholds:
    """Read ``key=value`` changes of thresholds; an unusual one is told on standard error.

    Raises
    ------
    InputError
        No number, an unknown key, or a value that cannot be.

    Examples
    --------
    >>> parse_thresholds(["bed.alpha_beta_tumour=12"])["bed.alpha_beta_tumour"]
    12.0
    """
    changed = {}
    for item in items:
        key, equals, value = (part.strip() for part in item.partition("="))
        try:
            bounds = threshold_bounds(key)
        except KeyError as error:
            near = suggestion(key, _threshold_keys())
            raise InputError("--set", f"{error.args[0]}{near}") from None
        if not equals or not value:
            raise InputError("--set", f"{item!r} is not key=number")
        changed[key] = take_number(value, bounds, "--set")
    return Thresholds(changed)


def _threshold_keys() -> list[str]:
    return [criterion.key for criterion in all_criteria()]


def take_number(typed: object, bounds: Bounds, flag: str) -> float:
    """Read a number of the command line; an unusual one is told on standard error.

    Raises
    ------
    InputError
        It cannot be; names the flag.
    """
    entry = read_number(typed, bounds)
    if entry.value is None:
        raise InputError(flag, entry.told.rstrip("."))
    if not entry.is_taken:
        print(f"rnassess: {flag}: {entry.told}", file=sys.stderr)
    return entry.value


def whole_number(least: int, most: int | None = None) -> Callable[[str], int]:
    """Type of an option: whole numbers between two, both included; another is bad usage.

    Examples
    --------
    >>> whole_number(0, 65535)("8080")
    8080
    """
    told = f"a whole number from {least}" + (f" to {most}" if most is not None else "")

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{text[:40]!r} is not {told}")
        return number

    return read


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


def add_command(commands: Commands, name: str, run: Run, *, thresholds: bool = True) -> Parser:
    """Add a command whose help is the docstring of `run`.

    Parameters
    ----------
    commands : subparsers of argparse
    name : str
    run : callable
        Takes the parsed arguments, returns the exit code.
    thresholds : bool
        Whether it has ``--set``, which changes a threshold.
    """
    text = inspect.getdoc(run) or ""
    command = commands.add_parser(name, help=text.partition("\n")[0], description=text)
    command.set_defaults(run=run, parser=command)
    loud = command.add_mutually_exclusive_group()
    loud.add_argument("-q", "--quiet", action="store_true", help="no progress")
    loud.add_argument(
        "-v", "--verbose", action="store_true", help="time of each step; where a fault arose"
    )
    if thresholds:
        chosen = command.add_argument(
            "--set", dest="set", action="append", metavar="KEY=VALUE", help="change a threshold"
        )
        chosen.completer = lambda **_: [f"{key}=" for key in _threshold_keys()]  # type: ignore[attr-defined]
    return command


def complete_phantoms(**_: object) -> list[str]:
    """Names of the digital patients, for the shell's Tab key."""
    from RNAssessLib.phantom import list_phantoms

    return list(list_phantoms())


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
