"""One open case: builds scene, views and the parts of the page, and wires them together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from trame_server import Server
from trame_slicer.core import SlicerApp

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.session.preferences import Preferences, user_file
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.session.store import Store
from RNAssessLib.scene import SceneNodes, build_layout, build_scene, first_point
from RNAssessLib.scene.cut_lines import CutLines
from RNAssessLib.scene.display import Display
from RNAssessLib.scene.follow import SceneFollower
from RNAssessLib.scene.host import quiet_output

from ..alignment.desk import RegistrationDesk
from ..checklist.answering import Answering
from ..checklist.checklist_desk import ChecklistDesk
from ..course.desk import CourseDesk
from ..dose.desk import DoseDesk
from ..dose.what_if_desk import WhatIfDesk
from ..hanging.display_desk import DisplayDesk
from ..hanging.grid_desk import GridDesk
from ..hanging.hanging import Hanging
from ..hanging.overlay_desk import OverlayDesk
from ..hanging.views import SerialViews
from ..measuring.desk import MeasureDesk
from ..outlines.desk import CorrectionDesk
from ..overview.sheet_desk import SheetDesk
from ..session.keeping_desk import KeepingDesk
from .aside import Aside
from .asking import Asking
from .desk import Act, Action, Desk
from .frame import Frame
from .pages import build_reading_page
from .stage import Stage

BETWEEN_S = 0.03  # between two items' evidence: what the reader does comes first


class ReadingRoom:
    """A case on the page. Its parts know the reading, and neither the room nor each other.

    Attributes
    ----------
    checklist_template : str
        Name of the template of the checklist's page.
    edits_events : bool
    reading : Reading
    views, display, lines, hanging
        What the parts of the page draw on.
    on_close : callable or None
        Closes the case, where there is a list to go back to.

    Parameters
    ----------
    server : trame Server
        Running.
    assessment : Assessment
    session : ReaderSession, optional
    store : Store, optional
        Where decisions are kept.
    case_file : Path, optional
        File that edited clinical events are written to on request.
    """

    checklist_template = "checklist"
    edits_events = True

    def __init__(
        self,
        server: Server,
        assessment: Assessment,
        session: ReaderSession | None = None,
        store: Store | None = None,
        case_file: Path | None = None,
    ) -> None:
        self.on_close: Callable[[], None] | None = None
        self._completing: asyncio.Task[None] | None = None
        self.server = server
        self.state: Any = server.state
        self.aside, self.asking = Aside(server), Asking(server)
        self.store = store or Store()
        self.reading = Reading(assessment, session, self.aside, self.store)
        self._build_scene()
        self._build_views()
        self.desks: tuple[Desk, ...] = self._build_desks(case_file)

    @property
    def nodes(self) -> SceneNodes:
        """Nodes of the scene, with the evidence of now."""
        return self.scene.nodes

    # --- what the page draws on -------------------------------------------------------------------

    def _build_scene(self) -> None:
        """Views first: one made later would put a fresh node in the place of the scene's."""
        assessment = self.reading.assessment
        with quiet_output():
            self.app = SlicerApp()
        below = max((len(row.contents) for row in self.reading.third_rows), default=0)
        self.views = SerialViews(self.app, build_layout(assessment.prepared, extra_row=below))
        nodes = build_scene(
            self.app.scene, assessment, session=self.reading.session, extra_row=below, lean=True
        )
        self.scene = SceneFollower(self.reading.changes)
        self.scene.take(nodes, assessment)

    def _build_views(self) -> None:
        self.display = display = Display(self.reading.assessment, self.nodes)
        self.lines = CutLines(
            self.views.views, display.cut_models, display.cut_segmentations, self.views.line_scale
        )
        display.isodoses.on_change = self.lines.changed
        self.hanging = Hanging(self.reading, self.nodes, self.views, display)

    # --- the parts of the page --------------------------------------------------------------------

    def _build_desks(self, case_file: Path | None) -> tuple[Desk, ...]:
        """Parts in the order in which they are told of a change: views before words."""
        stage = Stage(
            self.server, self.reading, self.asking, self.scene, self.views, self.display,
            self.hanging,
        )  # fmt: skip
        self.frame = Frame(stage)
        self.shown = DisplayDesk(stage, Preferences(user_file()))
        self.grid = GridDesk(stage)
        self.measuring = MeasureDesk(stage, self.grid.look_at)
        self.correction = CorrectionDesk(stage, case_file)
        return (
            self.frame,
            self.shown,
            self.grid,
            OverlayDesk(stage),
            self.measuring,
            self.correction,
            *self._build_checklist(stage),
            RegistrationDesk(stage),
            DoseDesk(stage),
            WhatIfDesk(stage),
            CourseDesk(stage, case_file, edits=self.edits_events, is_hidden=self._is_hidden),
            KeepingDesk(stage, self.store),
        )

    def _build_checklist(self, stage: Stage) -> Sequence[Desk]:
        self.answering = Answering(stage)
        leave = self.answering.leave
        return ChecklistDesk(stage, leave), self.answering, SheetDesk(stage, leave)

    def _is_hidden(self) -> bool:
        """Whether what was computed about the selected lesion is hidden."""
        return False

    def open(self) -> None:
        """Put the case on the page."""
        self.views.start(first_point(self.reading.assessment), self.reading.radius_mm)
        with self.state:
            self._fill_state()
            for linked in self.views.views:
                self.server.root_server.controller.rc_area_register(linked.frames)
            self._bind()
            build_reading_page(self.server, self.views.views, self.checklist_template)
        self._completing = asyncio.get_running_loop().create_task(self._complete())

    async def _complete(self) -> None:
        """Put every item's evidence into the scene, once the first pictures are out and at rest.

        It is hidden until its item is chosen. In front of the first picture it took a second.
        """
        while missing := self.scene.missing():
            await asyncio.sleep(BETWEEN_S)
            if self.views.renders() and self.views.is_idle:
                with self.views.pump.still():
                    self.shown.complete(missing[0])

    def close(self) -> None:
        """Release the views."""
        if self._completing is not None:
            self._completing.cancel()
        for desk in self.desks:
            desk.close()
        self.aside.close()
        self.lines.close()
        self.views.close()

    def _fill_state(self) -> None:
        self.asking.fill()
        self.aside.fill()
        for desk in self.desks:
            desk.fill()

    def _bind(self) -> None:
        self.server.trigger("key")(self.press)
        self.server.trigger("probe")(self.probe)
        self.asking.bind()
        self.aside.bind()
        for desk in self.desks:
            desk.bind()

    # --- keys -------------------------------------------------------------------------------------

    def press(self, action: str, view: str = "") -> None:
        """Do what a key stands for; unknown ones do nothing."""
        run = self._keys().get(action)
        if run is not None:
            run(view)

    def _keys(self) -> dict[str, Action]:
        keys: dict[str, Action] = {
            "undo": lambda _: self.undo(),
            "redo": lambda _: self.reading.redo(),
            "cases": lambda _: self.leave(),
            "escape": lambda _: self.escape(),
        }
        for desk in self.desks:
            keys |= desk.keys()
        return keys

    def undo(self) -> None:
        """Take back a stroke that is being drawn, else the latest record."""
        if not self.correction.undo():
            self.reading.undo()

    def leave(self) -> None:
        """Go back to the list of cases, where there is one."""
        if self.on_close is not None:
            self._leave(self.on_close)

    def _leave(self, act: Act) -> None:
        """Do what would lose a reason or an outline, after asking where there is one."""
        self.answering.leave(lambda: self.correction.leave(act))

    def escape(self) -> None:
        """Close what is open, the innermost first."""
        if self.aside.escape():
            return
        answering = [desk for desk in self.desks if isinstance(desk, Answering)]
        over = [desk for desk in self.desks if isinstance(desk, SheetDesk)]
        for together in (over, answering, (self.frame, self.measuring), (self.grid,)):
            if any([desk.escape() for desk in together]):
                return
        self.state.images_only = False

    def probe(self) -> dict[str, Any]:
        """Return what tests and benchmarks ask: where the slices are, how many were rendered."""
        session, row = self.reading.session, self.hanging.row
        return {
            "offsets": self.views.offsets(),
            "renders": self.views.renders(),
            "idle": self.views.is_idle and not self.scene.missing(),
            "drawn": self.views.is_drawn,
            "plane": self.views.plane.value,
            "decisions": len(session.decisions),
            "field_mm": self.views.field_mm,
            "measurements": [m.value for m in session.measurements],
            "row": row.key if row else "",
            "isodoses": [
                bool(n.model.GetDisplayNode().GetVisibility()) for n in self.display.isodoses.nodes
            ],
        }
