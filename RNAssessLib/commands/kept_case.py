"""A case for a command: the kept one while all it rests on is the same, else read and assessed."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from RNAssessLib.case import Case, Progress, silent
from RNAssessLib.evidence import Thresholds

from .common import parse_thresholds

if TYPE_CHECKING:
    from concurrent.futures import Future

    from RNAssessLib.assessment import Assessment
    from RNAssessLib.kept.container import Contents
    from RNAssessLib.kept.place import KeptPlace


@dataclass
class OpenedCase:
    """A case that a command works on.

    Attributes
    ----------
    id : str
    place : KeptPlace
    case : Case or None
        None while the kept assessment serves.
    read : callable
        Reads it when it does not.
    fresh : bool
    tell : callable
        Takes one line.
    ahead : Future of Contents, optional
        What is kept, as it is being read; used once.
    """

    id: str
    place: KeptPlace
    case: Case | None
    read: Callable[[], Case]
    fresh: bool
    tell: Callable[[str], None]
    ahead: Future[Contents] | None = None

    def assess(self, thresholds: Thresholds, progress: Progress = silent) -> Assessment:
        """Return the assessment with these thresholds; raises as `assess` does."""
        from RNAssessLib.kept.store import assess_kept

        def read(_: Progress) -> Case:
            return self.case or self.read()

        ahead, self.ahead = self.ahead, None  # else its arrays would never be given back
        return assess_kept(
            self.place, read, thresholds, progress, fresh=self.fresh,
            tell=lambda line: self.tell(f"note: {line}"), ahead=ahead,
        )  # fmt: skip


def add_fresh_option(command: argparse.ArgumentParser) -> None:
    """Add ``--fresh``."""
    command.add_argument(
        "--fresh", action="store_true", help="assess anew, even if nothing changed since last time"
    )


def _tell(line: str) -> None:
    print(line, file=sys.stderr)


def open_kept(
    args: argparse.Namespace, read: Callable[[], Case], tell: Callable[[str], None] = _tell
) -> OpenedCase:
    """Open the case of a command; reads it unless it is kept.

    Parameters
    ----------
    args : Namespace
        ``case``, ``set``; ``dates``, ``brain``, ``outlines``, ``labels`` and ``fresh`` where the
        command has them.
    read : callable
        Reads the case as the command does.
    tell : callable
        Takes one line: that the kept case is opened, or why it could not be kept.

    Raises
    ------
    InputError
        Of reading.
    """
    from RNAssessLib.kept.ahead import read_ahead
    from RNAssessLib.kept.place import kept_id

    place, fresh = _place(args), bool(getattr(args, "fresh", False))
    held = None if fresh else kept_id(place)
    if held is not None:
        tell(f"nothing changed since {place.file} was kept: it is opened (--fresh: anew)")
        return OpenedCase(held, place, None, read, fresh, tell, read_ahead(place.file))
    case = read()
    return OpenedCase(case.id, place, case, read, fresh, tell)


def _place(args: argparse.Namespace) -> KeptPlace:
    from RNAssessLib.kept.place import place_of

    named = {name: getattr(args, name, None) for name in ("dates", "brain", "outlines", "labels")}
    return place_of(Path(args.case), parse_thresholds(args.set or []), **named)
