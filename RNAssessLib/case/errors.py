"""Errors a user can act on."""

from __future__ import annotations

from pathlib import Path

from .plain_text import plain_text


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
        self.reason = " ".join(reason.split())
        super().__init__(plain_text(f"{self.path}: {self.reason}"))


class NotAssessableError(Exception):
    """A quantity that the given images cannot answer; the message says why and what would help."""


class CancelledError(Exception):
    """The reader cancelled a long computation."""
