"""Correcting outlines on the page: a brush over the views, applied when the reader says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from RNAssessLib.case import Mask, MaskKind
from RNAssessLib.case.numbers import in_cm3, signed
from RNAssessLib.panel.outlines.correcting import Correcting
from RNAssessLib.panel.reading.recording import nothing
from RNAssessLib.panel.reading.write_back import write_outlines_back
from RNAssessLib.panel.words.style import MASK_NAMES
from RNAssessLib.scene.looking import normal_lps
from RNAssessLib.scene.outlines import DraftNode
from RNAssessLib.scene.segmentations import mask_colour

from ..hanging.changes import ViewsSettled
from ..reading.asking import KEPT
from ..reading.desk import Act, Desk, Requests
from ..reading.stage import Stage
from .draft_notice import CORRECT, DraftNotice


class CorrectionDesk(Desk):
    """Brush, draft and what becomes of it.

    Parameters
    ----------
    stage : Stage
    case_file : Path, optional
        File that corrected outlines are written to on request.
    """

    def __init__(self, stage: Stage, case_file: Path | None = None) -> None:
        super().__init__(stage)
        self._case_file = case_file
        self._correcting = Correcting(stage.reading, self._latest, self._redraw)
        self._node: DraftNode | None = None
        self._notice = DraftNotice(self._state, lambda: self._correcting.where, self.act)
        stage.reading.changes.on(ViewsSettled, self.show_scale)

    def leave(self, act: Act) -> None:
        """Do what would lose a draft, after asking where there is one."""
        self._notice.leave(act)

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
        self._correcting.drop()
        self._correcting.said = self._correcting.problem = ""
        self._state.correct_kinds = [
            {"value": k.value, "name": MASK_NAMES[k], "colour": mask_colour(k)} for k in MaskKind
        ]
        self._state.brush_share = {}
        self._redraw()

    def _latest(self) -> str:
        timepoint = self._reading.assessment.prepared.timepoints[-1].id
        return timepoint if any(v.cell.timepoint == timepoint for v in self._views.shown) else ""

    # --- the reader acts --------------------------------------------------------------------------

    def choose(self, name: str, value: Any) -> str:  # noqa: ANN401 - as the page sends it
        """Take one setting of the brush; what cannot be stays in its field."""
        taken = self._correcting.set(name, value)
        self._show()
        self.show_scale()
        return "" if taken else KEPT

    def brush(self, view: str, phase: str, places: Sequence[Sequence[float]]) -> None:
        """Follow the hand: ``down``, ``move`` or ``up`` at shares 0..1 of a view's size."""
        linked, correcting = self._views.find(view), self._correcting
        if linked is None:
            return
        timepoint = linked.cell.timepoint
        may = correcting.may_draw() and (phase != "down" or correcting.begin(timepoint))
        if may and correcting.draws_on(timepoint):
            for across, down in places:
                point = linked.point_at(float(across), float(down))
                correcting.go_to(point, normal_lps(linked.node))
            if phase == "up":
                correcting.end()
            self._redraw()
        self._say()

    def act(self, what: str, then: Callable[[], None] = nothing) -> None:
        """Do something with the draft or the brush, as `Correcting.act`."""
        self._correcting.act(what, then)

    def write(self) -> None:
        """Put the corrected outlines into the case file, label maps beside it."""
        if self._case_file is not None:
            said, done = write_outlines_back(self._reading, self._case_file)
            self._correcting.said = said if done else ""
            self._correcting.problem = "" if done else said
            self._say()

    def undo(self) -> bool:
        """Take the latest stroke back; False when none is being drawn on the page *Correct*."""
        done = self._state.tab == CORRECT and self._correcting.undo()
        self._redraw()
        return done

    # --- page -------------------------------------------------------------------------------------

    def show_scale(self, _: object = None) -> None:
        """How large the brush is in every view, as a share of its height."""
        shares = {}
        for linked in self._views.shown:
            field = float(linked.node.GetFieldOfView()[1])
            width = 2.0 * self._correcting.tool.radius_mm
            shares[linked.cell.view] = width / field if field > 0 else 0.0
        self._state.brush_share = shares

    def _redraw(self) -> None:
        """Show the draft in its views, or take it away."""
        draft = self._correcting.draft
        if draft is None and self._node is not None:
            self._node.remove()
            self._node = None
        elif draft is not None:
            self._node = self._node or DraftNode(self._stage.scene.nodes, draft.timepoint.id)
            for shown in {self._correcting.tool.kind, *draft.changed()}:
                if shown in draft.arrays:
                    self._node.show(shown, Mask(draft.arrays[shown], draft.grid))
        self._show()

    def _show(self) -> None:
        tool, draft = self._correcting.tool, self._correcting.draft
        self._notice.show()
        self._say()
        self._state.correct = {
            "kind": tool.kind.value,
            "erase": tool.erase,
            "ball": tool.ball,
            "radius": f"{tool.radius_mm:g}",
            "low": "" if tool.limits.low is None else f"{tool.limits.low:g}",
            "high": "" if tool.limits.high is None else f"{tool.limits.high:g}",
            "drawing": draft is not None,
            "where": "" if draft is None else f"{draft.lesion_id} at {draft.timepoint.id}",
            "strokes": 0 if draft is None else draft.strokes,
            "volumes": [] if draft is None else [
                {"name": MASK_NAMES[k], "before": in_cm3(a), "now": in_cm3(b),
                 "change": signed(b - a, "cm3")}
                for k, (a, b) in draft.volumes_cm3().items()
            ],
        }  # fmt: skip

    def _say(self) -> None:
        self._state.correct_said = self._correcting.said
        self._state.correct_problem = self._correcting.problem
