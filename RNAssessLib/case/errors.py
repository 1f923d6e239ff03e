"""Errors a user can act on."""

from __future__ import annotations

from pathlib import Path

from .plain_text import plain_text

LONGEST = 600  # letters of a reason: what a file holds is quoted, and may be endless


class InputError(Exception):
    """Input that cannot be read or does not fit together.

    Shells show it as one line and exit with code 3; nothing is written.

    Parameters
    ----------
    path : Path or str
        File (or folder, or scene node) at fault.
    reason : str
        What is wrong with it and, where possible, what to do.

    Examples
    --------
    >>> str(InputError("rtdose.dcm", "DoseUnits is RELATIVE, export the dose in GY"))
    'rtdose.dcm: DoseUnits is RELATIVE, export the dose in GY'
    """

    def __init__(self, path: Path | str, reason: str) -> None:
        self.path = str(path)
        line = " ".join(reason.split())
        self.reason = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
        super().__init__(plain_text(f"{self.path}: {self.reason}"))


class NotAssessableError(Exception):
    """A quantity that the given images cannot answer; the message says why and what would help."""


class CancelledError(Exception):
    """The reader cancelled a long computation."""
