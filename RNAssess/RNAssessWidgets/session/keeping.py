"""The file of the decisions: one process keeps it, a second one reads only until it takes over."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from RNAssessLib.panel.session.session import ReaderSession

PROGRAM = "3D Slicer"


class KeepingFile:
    """Part of the logic that saves decisions (RNAssessLib's `Keeper`); `reader` is the logic's."""

    keeping = None
    notice = ""  # what was odd about the file when it was opened

    def openKept(self, path: Path, caseId: str) -> tuple:
        """Return the Keeping of a file and the session that it holds; raises as `Keeping.open`."""
        from RNAssessLib.panel.session.keeping import Keeping

        held = self.keeping
        keeping = held if held is not None and held.path == path else Keeping(path, PROGRAM)
        return keeping, keeping.open(caseId)

    def keepWith(self, keeping: object) -> None:
        """Save to another file from now on (None: nowhere), and let the one before go."""
        from RNAssessLib.panel.session.saving import Saver

        if self.keeping is not None and self.keeping is not keeping:
            self.keeping.close()
        self.keeping = keeping
        self._saver = Saver(self.keepIn, lambda session, _path: self.keeping.write(session))

    @property
    def keepIn(self) -> Path | None:
        """File that decisions are saved to at once."""
        return None if self.keeping is None else self.keeping.path

    @property
    def unsaved(self) -> str:
        """A sentence as long as the file lacks something; empty once it holds all."""
        return self._saver.unsaved

    def refusal(self) -> str:
        """Why nothing is recorded now, in one sentence; empty when it is."""
        return "" if self.keeping is None else self.keeping.refusal()

    def save(self, session: ReaderSession) -> str:
        """Save at once: a closed window loses nothing; says once why it could not."""
        from RNAssessLib.panel.session.keeping import NotKeptError

        before = self.unsaved
        try:
            self._saver.save(session)
        except NotKeptError as error:
            return str(error)
        return self.unsaved if self.unsaved and not before else ""

    # --- two processes ----------------------------------------------------------------------------

    def hasBothToKeep(self) -> bool:
        """Whether something else than a panel changed the file: its records and ours differ."""
        from RNAssessLib.panel.session.keeping import Standing

        return self.keeping is not None and self.keeping.standing is Standing.CHANGED

    def takeOver(self) -> None:
        """Keep the file from now on and go on with what it holds; raises InputError."""
        held = self.keeping.take_over(self.session.case_id)
        self.reader.go_on("Taking the case over", held)

    def keepBoth(self) -> None:
        """Go on with the file's records and those made here behind them; raises InputError."""
        both = self.keeping.keep_both(self.session)
        self.reader.go_on("Keeping both", both, lambda: self.save(self.session))
