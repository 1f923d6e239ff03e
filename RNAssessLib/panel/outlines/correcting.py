"""An outline that the reader corrects with a brush: drawn, taken back, taken over."""

from __future__ import annotations

from collections.abc import Callable

import numpy.typing as npt

from RNAssessLib.case import InputError

from ..reading.reading import Reading
from ..reading.recording import nothing
from ..reading.running import Done
from ..words.style import MASK_NAMES
from .brush_tool import STEP_MM, Tool
from .draft import OutlineDraft
from .stroke import Stroke

PAINT, ERASE = "paint", "erase"
CHANGING = ("apply", "discard", "smooth", "largest")  # the draft
BUSY = "something is being computed"


class Correcting:
    """Brush, draft and what becomes of it; the draft is nobody else's until it is applied.

    Parameters
    ----------
    reading : Reading
    latest : callable
        Returns the study that is drawn on where none was chosen; empty when it is not seen.
    show : callable
        Told when there is something else to show.

    Attributes
    ----------
    tool : Tool
    draft : OutlineDraft or None
    said, problem : str
        What became of it, and what is wrong.
    """

    def __init__(self, reading: Reading, latest: Callable[[], str], show: Done) -> None:
        self._reading, self._latest, self._show = reading, latest, show
        self.tool = Tool()
        self.draft: OutlineDraft | None = None
        self._stroke: Stroke | None = None
        self.said = self.problem = ""

    @property
    def where(self) -> str:
        """Lesion and study of a draft with strokes in it; empty when there is none."""
        draft = self.draft
        if draft is None or not draft.strokes:
            return ""
        return f"{draft.lesion_id} at {draft.timepoint.id}"

    def drop(self) -> None:
        """Nothing is drawn any more."""
        self.draft, self._stroke = None, None

    def set(self, name: str, value: object) -> bool:
        """Take one setting of the brush; what cannot be changes nothing and is said."""
        self.problem = ""
        try:
            self.tool = self.tool.set(name, value)
        except ValueError as error:
            self.problem = str(error)
        return not self.problem

    # --- brush ------------------------------------------------------------------------------------

    def may_draw(self) -> bool:
        """Whether nothing is being computed; it is said else."""
        if self._reading.runner.is_busy:
            self.problem = f"not drawn: {BUSY}"
        return not self._reading.runner.is_busy

    def begin(self, timepoint: str) -> bool:
        """Begin a stroke, and a draft when there is none; False when another one is open."""
        lesion = self._reading.lesion_id
        self.problem = self.said = ""
        draft = self.draft
        if draft is None:
            if not lesion:
                return False
            prepared = self._reading.assessment.prepared
            draft = self.draft = OutlineDraft(prepared.timepoint(timepoint), lesion)
        elif (draft.timepoint.id, draft.lesion_id) != (timepoint, lesion):
            self.problem = (
                f"apply or discard the outline of {draft.lesion_id} at {draft.timepoint.id} first"
            )
            return False
        draft.begin()
        self._stroke = Stroke(draft)
        return True

    def draws_on(self, timepoint: str) -> bool:
        """Whether a study's outline is being drawn."""
        return self.draft is not None and self.draft.timepoint.id == timepoint

    def go_to(self, point_lps_mm: npt.ArrayLike, normal_lps: npt.ArrayLike) -> None:
        """Follow the hand to a place in reference space, as `Stroke.go_to`."""
        assert self.draft is not None
        self._stroke = self._stroke or Stroke(self.draft)
        try:
            self._stroke.go_to(point_lps_mm, normal_lps, self.tool)
        except ValueError as error:
            self.problem = str(error)

    def end(self) -> None:
        """The hand is lifted."""
        if self.draft is not None:
            self.draft.end()
        self._stroke = None

    def undo(self) -> bool:
        """Take the latest stroke back; False when none is being drawn."""
        if self.draft is None or self._reading.runner.is_busy:
            return False
        if not self.draft.undo() or not self.draft.strokes:
            self.drop()
        return True

    # --- what is done with the draft --------------------------------------------------------------

    def act(self, what: str, then: Done = nothing) -> None:
        """Apply (and then do something), discard, smooth, keep the largest, or a brush's key."""
        self.problem = ""
        if self._reading.runner.is_busy and what in CHANGING:
            self.problem = f"not done: {BUSY}"
        elif what == "apply":
            self._apply(then)
        elif what == "discard":
            self.drop()
        elif what in ("smooth", "largest"):
            self._reshape(what)
        elif what in ("smaller", "larger"):
            step = STEP_MM if what == "larger" else -STEP_MM
            self.set("radius", self.tool.radius_mm + step)
        elif what in (PAINT, ERASE):
            self.set("erase", what == ERASE)
        elif what == "ball":
            self.set("ball", not self.tool.ball)
        self._show()

    def _reshape(self, what: str) -> None:
        """Smooth the part, or leave its largest piece; without a draft, at the latest study."""
        if self.draft is None and not (self._latest() and self.begin(self._latest())):
            return
        assert self.draft is not None
        kind = self.tool.kind
        if kind not in self.draft.arrays:
            self.problem = "this part is not outlined here"
        elif what == "smooth":
            self.draft.smooth(kind)
        else:
            self.draft.keep_largest(kind)

    def _apply(self, then: Done) -> None:
        """Take it over; until it is done, and when it is cancelled or refused, it stays."""
        draft = self.draft
        if draft is None:
            return
        draft.end()
        changed = draft.changed()
        if not changed:
            self.drop()
            return
        names = ", ".join(MASK_NAMES[kind] for kind in changed)

        def done() -> None:
            self.drop()
            self.said = f"taken over at {draft.timepoint.id}: {names}; u takes it back"
            self._show()
            then()

        try:
            self._reading.correct(draft.timepoint.id, {draft.lesion_id: changed}, done, self._tell)
        except InputError as error:
            self._tell(str(error))

    def _tell(self, problem: str) -> None:
        self.problem = problem
        self._show()
