"""The reader's corrected outlines put into the assessment."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from RNAssessLib.amend import with_outlines
from RNAssessLib.assessment import Assessment
from RNAssessLib.case import InputError, PreparedCase, PreparedTimepoint, Progress, silent
from RNAssessLib.lesions.correction import correct_masks

from ..outlines.records import MaskChange
from ..session.session import ReaderSession

KEPT = 4  # states that undo and redo reach without drawing anew
MISFIT = "a corrected outline no longer fits and is left out"


class Outlines:
    """A case's outlines after the reader's corrections.

    Parameters
    ----------
    given : PreparedCase
        As it was prepared, before any correction.
    """

    def __init__(self, given: PreparedCase) -> None:
        self._given = given
        self._known: OrderedDict[tuple[MaskChange, ...], _State] = OrderedDict()

    @property
    def given(self) -> PreparedCase:
        """The case before any correction."""
        return self._given

    def drawn(self, session: ReaderSession) -> PreparedCase:
        """Return the case with the outlines of the session."""
        return replace(self._given, timepoints=self._after(session.mask_changes).timepoints)

    def follow(
        self, assessment: Assessment, session: ReaderSession, progress: Progress = silent
    ) -> Assessment:
        """Return the assessment with the outlines of the session.

        Everything that rests on them is measured anew; the same assessment is returned when
        nothing changes. Corrections that no longer fit the case (another T1c, a lesion that is
        gone) are left out and said in a warning.
        """
        state = self._after(session.mask_changes)
        prepared = replace(assessment.prepared, timepoints=state.timepoints)
        if all(a is b for a, b in zip(state.timepoints, assessment.prepared.timepoints,
                                      strict=True)):  # fmt: skip
            prepared = assessment.prepared
        followed = with_outlines(assessment, prepared, progress)
        kept = [w for w in followed.warnings if not w.startswith(MISFIT)]
        warnings = (*kept, *(f"{MISFIT}: {text}" for text in state.problems))
        return followed if warnings == followed.warnings else replace(followed, warnings=warnings)

    def _after(self, changes: tuple[MaskChange, ...]) -> _State:
        """Timepoints after corrections, from the latest state that is still known."""
        known = next((n for n in range(len(changes), 0, -1) if changes[:n] in self._known), 0)
        state = self._known[changes[:known]] if known else _State(self._given.timepoints)
        for number in range(known, len(changes)):
            state = self._apply(state, changes[number])
            self._known[changes[: number + 1]] = state
        if changes:
            self._known.move_to_end(changes)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return state

    def _apply(self, state: _State, change: MaskChange) -> _State:
        case = replace(self._given, timepoints=state.timepoints)
        try:
            drawn = correct_masks(case, change.timepoint, change.lesion, change.unpacked())
        except InputError as error:
            return _State(state.timepoints, (*state.problems, str(error)))
        return _State(drawn.timepoints, state.problems)


class _State:
    """Timepoints, and which corrections did not fit."""

    def __init__(
        self, timepoints: Sequence[PreparedTimepoint], problems: tuple[str, ...] = ()
    ) -> None:
        self.timepoints = tuple(timepoints)
        self.problems = problems
