"""How much a command tells on standard error: ``--quiet``, the usual, ``--verbose``."""

from __future__ import annotations

import platform
import sys
import time
import traceback
from dataclasses import dataclass


@dataclass
class Telling:
    """Progress and faults on standard error; one for the process, set once by the command line.

    Attributes
    ----------
    quiet : bool
        No progress; what is asked for, warnings and errors only.
    verbose : bool
        Each step on its own line with the seconds since the start, versions first, and the
        traceback of a fault of the program.
    """

    quiet: bool = False
    verbose: bool = False
    began: float = 0.0

    def start(self, *, quiet: bool, verbose: bool) -> None:
        """Begin a command."""
        self.quiet, self.verbose, self.began = quiet, verbose, time.monotonic()
        if verbose:
            print(_versions(), file=sys.stderr)

    def progress(self, fraction: float, what: str) -> None:
        """Show progress: one line that rewrites itself on a terminal, unless verbose."""
        if self.quiet:
            return
        line, end = f"[{fraction:4.0%}] {what:<60}", "\n"
        if self.verbose:
            line = f"{time.monotonic() - self.began:7.1f} s {line.rstrip()}"
        elif sys.stderr.isatty():
            end = "\r"
        print(line, end=end, file=sys.stderr, flush=True)

    def tell_fault(self, error: Exception) -> None:
        """Say in one line that the program, not the input, is at fault."""
        if self.verbose:
            traceback.print_exception(error)
        text = " ".join(str(error).split())
        ask = "" if self.verbose else " (--verbose shows where)"
        fault = f"{type(error).__name__}: {text}".rstrip(": ")
        print(f"rnassess: a fault of this program, please report it: {fault}{ask}", file=sys.stderr)


TELLING = Telling()


def _versions() -> str:
    from importlib.metadata import PackageNotFoundError, version

    from RNAssessLib import __version__

    told = [f"rnassess {__version__}", f"Python {platform.python_version()}"]
    for name in ("numpy", "scipy", "SimpleITK", "vtk", "pydicom"):
        try:
            told.append(f"{name} {version(name)}")
        except PackageNotFoundError:  # Slicer ships some without metadata
            continue
    return ", ".join(told)
