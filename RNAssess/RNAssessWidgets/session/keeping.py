"""The file of the decisions: one process keeps it, a second one reads only until it takes over."""

from __future__ import annotations

from pathlib import Path

PROGRAM = "3D Slicer"


class KeepingFile:
    """Part of the logic that saves decisions; `session` and `_take` are the logic's."""

    keeping = None
    keepProblem = ""

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

    def readOnly(self) -> str:
        """Why nothing is recorded now, in one sentence; empty when it is."""
        return "" if self.keeping is None else self.keeping.refusal()

    def takeOver(self) -> None:
        """Keep the file from now on and show what it holds; raises InputError."""
        self._take(self.keeping.take_over(self.assessment.prepared.case.id))

    def hasBothToKeep(self) -> bool:
        """Whether something else than a panel changed the file: its records and ours differ."""
        from RNAssessLib.panel.session.keeping import Standing

        return self.keeping is not None and self.keeping.standing is Standing.CHANGED

    def keepBoth(self) -> None:
        """Go on with the file's records and those made here behind them; raises InputError."""
        self._take(self.keeping.keep_both(self.session))
        self._keep()

    def mayRecord(self) -> bool:
        """Whether a change would be kept; `keepProblem` says why not."""
        self.keepProblem = self.readOnly()
        return not self.keepProblem

    def _keep(self) -> None:
        """Save at once: a closed window loses nothing; `keepProblem` says once why it could not."""
        from RNAssessLib.panel.session.keeping import NotKeptError

        before = self.unsaved
        try:
            self._saver.save(self.session)
        except NotKeptError as error:
            self.keepProblem = str(error)
        if self.unsaved and not before:
            self.keepProblem = self.unsaved
