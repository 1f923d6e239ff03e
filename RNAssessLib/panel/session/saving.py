"""Saving what the reader does at once; what could not be saved is kept in memory and said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

from RNAssessLib.storage import NewerVersionError, why_not_written

T = TypeVar("T")


class Saver(Generic[T]):
    """Keeps one file up to date with what is in memory.

    Parameters
    ----------
    path : Path or None
        The file; None keeps nothing.
    write : callable
        ``write(value, path)`` writes all of it in one step, or raises OSError and leaves the file
        as it was.

    Attributes
    ----------
    unsaved : str
        A sentence while the file lacks what is in memory; empty once it holds all.

    Examples
    --------
    >>> def full(value, path):
    ...     raise OSError(28, "No space left on device")
    >>> saver = Saver(Path("case.session.json"), full)
    >>> saver.save("answer")
    False
    >>> saver.unsaved.partition(". ")[0]
    'Not saved to case.session.json: the disk is full'
    """

    def __init__(self, path: Path | None, write: Callable[[T, Path], None]) -> None:
        self.path = path
        self._write = write
        self._waiting: T | None = None
        self.unsaved = ""

    def save(self, value: T) -> bool:
        """Save, or keep it for the next time; returns whether the file holds it."""
        self._waiting, self.unsaved = None, ""
        if self.path is None:
            return True
        try:
            self._write(value, self.path)
        except (OSError, NewerVersionError) as error:
            why = why_not_written(error) if isinstance(error, OSError) else str(error)
            self._waiting = value
            self.unsaved = (
                f"Not saved to {self.path.name}: {why}. What you did is kept in this window and "
                "saved with the next change; do not close it before."
            )
        return not self.unsaved

    def again(self) -> bool:
        """Try once more to save what waits; returns whether nothing waits any more."""
        return self._waiting is None or self.save(self._waiting)
