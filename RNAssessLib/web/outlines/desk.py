"""Correcting outlines on the page: a brush over the views, applied when the reader says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from trame_server import Server

from RNAssessLib.case import InputError, Mask, MaskKind, PreparedTimepoint
from RNAssessLib.lesions.correction import edited_masks
from RNAssessLib.panel.outlines.brush_tool import STEP_MM, Tool
from RNAssessLib.panel.outlines.draft import OutlineDraft
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.words.style import MASK_NAMES
from RNAssessLib.scene import SceneNodes
from RNAssessLib.scene.outlines import DraftNode
from RNAssessLib.scene.segmentations import mask_colour
from RNAssessLib.study.case_file_masks import write_masks

from ..hanging.changes import ViewsSettled
from ..hanging.linked_view import LinkedView
from ..hanging.views import SerialViews
from ..reading.asking import KEPT
from ..reading.desk import Act, Desk, Requests
from .correction_view import describe_correction
from .draft_notice import CORRECT, DraftNotice
from .stroke import Stroke

PAINT, ERASE = "paint", "erase"
CHANGING = ("apply", "discard", "smooth", "largest")  # the draft


class CorrectionDesk(Desk):
    """Brush, draft and what becomes of it.

    Parameters
    ----------
    server : trame Server
    reading : Reading
    views : SerialViews
    nodes : SceneNodes
    case_file : Path, optional
        File that corrected outlines are written to on request.
    """

    def __init__(
        self,
        server: Server,
        reading: Reading,
        views: SerialViews,
        nodes: SceneNodes,
        case_file: Path | None = None,
    ) -> None:
        super().__init__(server, reading)
        self._views, self._nodes, self._case_file = views, nodes, case_file
        self._tool = Tool()
        self._draft: OutlineDraft | None = None
        self._node: DraftNode | None = None
        self._stroke: Stroke | None = None
        self._notice = DraftNotice(server.state, lambda: self.where, self.act)
        reading.changes.on(ViewsSettled, self.show_scale)

    def leave(self, act: Act) -> None:
        """Do what would lose a draft, after asking where there is one."""
        self._notice.leave(act)

    @property
    def where(self) -> str:
        """Lesion and study of a draft with strokes in it; empty when there is none."""
        draft = self._draft
        if draft is None or not draft.strokes:
            return ""
        return f"{draft.lesion_id} at {draft.timepoint.id}"

    def requests(self) -> Requests:
        """Brush, draft, file."""
        return {
            "brush": self.brush,
            "correct_tool": self.choose,
            "correct_do": self.act,
            "write_outlines": self.write,
            "draft_answer": self._notice.answer,
        }

    def bind(self) -> None:
        """Take the page's requests, and watch which page of the panel is left."""
        super().bind()
        self._notice.bind()

    def fill(self) -> None:
        """Put the page's variables there, nothing drawn."""
        self._drop()
        self._state.correct_kinds = [
            {"value": k.value, "name": MASK_NAMES[k], "colour": mask_colour(k)} for k in MaskKind
        ]
        self._state.correct_said = ""
        self._state.correct_problem = ""
        self._state.brush_share = {}
        self._show()

    # --- tool -------------------------------------------------------------------------------------

    def choose(self, name: str, value: Any) -> str:  # noqa: ANN401 - as the page sends it
        """Take one setting of the brush; what cannot be changes nothing, is said and stays."""
        self._state.correct_problem = ""
        try:
            self._tool = self._tool.set(name, value)
        except ValueError as error:
            self._state.correct_problem = str(error)
            return KEPT
        self._show()
        self.show_scale()
        return ""

    # --- brush ------------------------------------------------------------------------------------

    def brush(self, view: str, phase: str, places: Sequence[Sequence[float]]) -> None:
        """Follow the hand.

        Parameters
        ----------
        view : str
        phase : str
            ``down``, ``move`` or ``up``.
        places : sequence of (across, down)
            Shares 0..1 of the view's width and height.
        """
        linked = self._views.find(view)
        if linked is None:
            return
        if self._reading.runner.is_busy:
            self._state.correct_problem = "not drawn: something is being computed"
            return
        if phase == "down" and not self._open_for(linked):
            return
        if self._draft is None or self._draft.timepoint.id != linked.cell.timepoint:
            return
        try:
            for place in places:
                self._way().go_to(linked, place, self._tool)
        except ValueError as error:
            self._state.correct_problem = str(error)
        if phase == "up":
            self._draft.end()
            self._stroke = None
        self._redraw()

    def _way(self) -> Stroke:
        """Stroke of now; a new one when none is being drawn."""
        assert self._draft is not None
        self._stroke = self._stroke or Stroke(self._draft)
        return self._stroke

    def _open_for(self, linked: LinkedView) -> bool:
        """Begin a stroke, and a draft when there is none; False when another one is open."""
        lesion, timepoint = self._reading.lesion_id, linked.cell.timepoint
        self._state.correct_problem = self._state.correct_said = ""
        draft = self._draft
        if draft is None:
            if not lesion:
                return False
            draft = OutlineDraft(self._timepoint(timepoint), lesion)
            self._draft, self._node = draft, DraftNode(self._nodes, timepoint)
        elif (draft.timepoint.id, draft.lesion_id) != (timepoint, lesion):
            self._state.correct_problem = (
                f"apply or discard the outline of {draft.lesion_id} at {draft.timepoint.id} first"
            )
            return False
        draft.begin()
        self._stroke = None
        return True

    def _timepoint(self, timepoint_id: str) -> PreparedTimepoint:
        return self._reading.assessment.prepared.timepoint(timepoint_id)

    # --- what is done with the draft --------------------------------------------------------------

    def act(self, what: str, then: Callable[[], None] | None = None) -> None:
        """Apply (and then do something), discard, smooth, keep the largest, or a brush's key."""
        self._state.correct_problem = ""
        tool = self._tool
        if self._reading.runner.is_busy and what in CHANGING:
            self._tell("not done: something is being computed")
        elif what == "apply":
            self._apply(then or (lambda: None))
        elif what == "discard":
            self._drop()
        elif what in ("smooth", "largest"):
            self._reshape(what)
        elif what in ("smaller", "larger"):
            step = STEP_MM if what == "larger" else -STEP_MM
            self.choose("radius", tool.radius_mm + step)
        elif what in (PAINT, ERASE):
            self.choose("erase", what == ERASE)
        elif what == "ball":
            self.choose("ball", not tool.ball)
        self._show()

    def _reshape(self, what: str) -> None:
        """Smooth the part, or leave its largest piece; without a draft, at the latest study."""
        if self._draft is None:
            timepoint = self._reading.assessment.prepared.timepoints[-1].id
            linked = [v for v in self._views.shown if v.cell.timepoint == timepoint]
            if not linked or not self._open_for(linked[0]):
                return
        assert self._draft is not None
        kind = self._tool.kind
        if kind not in self._draft.arrays:
            self._state.correct_problem = "this part is not outlined here"
        elif what == "smooth":
            self._draft.smooth(kind)
        else:
            self._draft.keep_largest(kind)
        self._redraw()

    def _apply(self, then: Callable[[], None]) -> None:
        draft = self._draft
        if draft is None:
            return
        draft.end()
        refused = self._reading.keeper.refusal()
        if refused:  # the drawing stays
            self._state.correct_problem = f"not recorded: {refused}"
            return
        changed = draft.changed()
        if not changed:
            self._drop()
            return
        names = ", ".join(MASK_NAMES[kind] for kind in changed)

        def done() -> None:
            self._drop()
            self._show()
            self._state.correct_said = (
                f"taken over at {draft.timepoint.id}: {names}; u takes it back"
            )
            then()

        try:  # until it is done, and when it is cancelled, the draft stays
            self._reading.correct(draft.timepoint.id, {draft.lesion_id: changed}, done, self._tell)
        except InputError as error:
            self._tell(str(error))

    def _tell(self, problem: str) -> None:
        self._state.correct_problem = problem

    def write(self) -> None:
        """Put the corrected outlines into the case file, label maps beside it."""
        if self._case_file is None:
            return
        prepared = self._reading.assessment.prepared
        masks = edited_masks(prepared)
        self._state.correct_problem = self._state.correct_said = ""
        if not masks:
            self._state.correct_said = "no outline was corrected"
            return
        refused = self._reading.keeper.refusal()
        if refused:
            self._state.correct_problem = f"not written: {refused}"
            return
        try:
            write_masks(prepared.case, masks, self._case_file)
        except InputError as error:
            self._state.correct_problem = str(error)
        else:
            self._state.correct_said = f"{', '.join(masks)} written to {self._case_file}"

    def undo(self) -> bool:
        """Take the latest stroke back; False when none is being drawn on the page *Correct*."""
        if self._draft is None or self._state.tab != CORRECT or self._reading.runner.is_busy:
            return False
        if not self._draft.undo() or not self._draft.strokes:
            self._drop()
        self._redraw()
        return True

    def _drop(self) -> None:
        if self._node is not None:
            self._node.remove()
        self._draft, self._node, self._stroke = None, None, None

    # --- page -------------------------------------------------------------------------------------

    def show_scale(self, _: object = None) -> None:
        """How large the brush is in every view, as a share of its height."""
        shares = {}
        for linked in self._views.shown:
            field = float(linked.node.GetFieldOfView()[1])
            shares[linked.cell.view] = 2.0 * self._tool.radius_mm / field if field > 0 else 0.0
        self._state.brush_share = shares

    def _redraw(self) -> None:
        if self._draft is not None and self._node is not None:
            kind = self._tool.kind
            for shown in {kind, *self._draft.changed()}:
                if shown in self._draft.arrays:
                    self._node.show(shown, Mask(self._draft.arrays[shown], self._draft.grid))
        self._show()

    def _show(self) -> None:
        tool, draft = self._tool, self._draft
        self._notice.show()
        self._state.correct = describe_correction(tool, draft)
