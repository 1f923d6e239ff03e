"""One open case: scene, views, panel and what the reader's actions do to them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import slicer
from trame_server import Server
from trame_slicer.core import SlicerApp

from RNAssessLib.assessment import Assessment
from RNAssessLib.panel.session.keeping import Keeping
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.rows import JumpTo
from RNAssessLib.scene import build_layout, build_scene, first_point, update_session
from RNAssessLib.scene.host import quiet_output

from ..alignment.desk import RegistrationDesk
from ..checklist.answering import Answering
from ..course.desk import CourseDesk
from ..dose.desk import DoseDesk
from ..dose.what_if_desk import WhatIfDesk
from ..hanging.cut_lines import CutLines
from ..hanging.display import Display
from ..hanging.grid_desk import GridDesk
from ..hanging.hanging import Hanging
from ..hanging.overlay_desk import OverlayDesk
from ..hanging.views import SerialViews
from ..measuring.desk import MeasureDesk
from ..outlines.desk import CorrectionDesk
from ..session.record_desk import RecordDesk
from .actions import room_actions
from .aside import Aside
from .asking import Asking
from .content import describe_case, describe_item, describe_lesion
from .pages import build_reading_page
from .watch import watch
from .web_reading import Reading


class ReadingRoom:
    """A case on the page.

    Attributes
    ----------
    checklist_template : str
        Name of the template of the checklist's page.

    Parameters
    ----------
    server : trame Server
        Running.
    assessment : Assessment
    session : ReaderSession, optional
    keeping : Keeping, optional
        File that decisions are saved to.
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
        keeping: Keeping | None = None,
        case_file: Path | None = None,
    ) -> None:
        self._evidence = 0
        self.on_close: Callable[[], None] | None = None
        self.server = server
        self.state: Any = server.state
        self.reading = self._start_reading(assessment, session)
        self.assessment = assessment = self.reading.assessment
        with quiet_output():
            self.app = SlicerApp()
        below = max((len(row.contents) for row in self.reading.third_rows), default=0)
        layout = build_layout(assessment.prepared, extra_row=below)
        self.grid = GridDesk(self)
        self.views = SerialViews(self.app, layout, self.grid.moved)
        self.nodes = build_scene(
            self.app.scene,
            assessment,
            session=self.reading.session,
            extra_row=below,
        )
        self.display = Display(assessment, self.nodes)
        self.lines = CutLines(
            self.views.views,
            self._drawn_models,
            self._drawn_segmentations,
            self.views.line_scale,
        )
        self.display.isodoses.on_change = self.lines.changed
        self.hanging = Hanging(self)
        self.overlay_pair = OverlayDesk(self)
        self.measuring = MeasureDesk(self)
        self.desk = DoseDesk(self)
        self.what_if = WhatIfDesk(self)
        self.course = CourseDesk(self, case_file)
        self.correction = CorrectionDesk(self, case_file)
        self.alignment = RegistrationDesk(self)
        self.aside = Aside(server)
        self.asking = Asking(server)
        self.answering = Answering(self)
        self.records = RecordDesk(self, keeping)

    def _start_reading(self, assessment: Assessment, session: ReaderSession | None) -> Reading:
        return Reading(assessment, session)

    async def open(self) -> None:
        """Put the case on the page."""
        self.views.start(first_point(self.assessment), self._radius_mm())
        with self.state:
            self._fill_state()
            for linked in self.views.views:
                self.server.root_server.controller.rc_area_register(linked.frames)
            self._bind()
            build_reading_page(self.server, self.views.views, self.checklist_template)
        await asyncio.sleep(0)

    def close(self) -> None:
        """Release the views."""
        self.records.close()
        self.aside.close()
        self.lines.close()
        self.views.close()

    def _drawn_models(self) -> list[slicer.vtkMRMLModelNode]:
        return [*(node.model for node in self.display.isodoses.nodes), *self.hanging.lines]

    def _drawn_segmentations(self) -> list[slicer.vtkMRMLSegmentationNode]:
        return [*self.nodes.segmentations.values(), *self.nodes.targets.values()]

    # --- state of the page ------------------------------------------------------------------------

    def _fill_state(self) -> None:
        state = self.state
        panel = self.reading.panel
        state.tab = "checklist"
        state.help_on = False
        self.answering.fill()
        state.lesions = [{"id": lesion.id, "title": lesion.title} for lesion in panel.lesions]
        state.images_only = False
        state.tool = state.tool_text = ""
        state.measurements = []
        state.opacity = 100
        state.contour_key = self.display.contour_key()
        state.lit_views = []
        self.asking.fill()
        self.desk.fill()
        self.what_if.reset()
        self.course.fill()
        self.correction.fill()
        self.alignment.fill()
        self.aside.fill()
        self.records.fill()
        self.show_panel()
        self._show_overlays()
        self.grid.fill()

    def show_panel(self) -> None:
        """Bring the panel's text up to the reading."""
        reading = self.reading
        self.state.panel = describe_case(reading.panel)
        if reading.lesion is not None:
            self.state.lesion = describe_lesion(reading.lesion)
            self.state.item = describe_item(reading.lesion, reading.finding_id)
        else:
            nothing = ("checklist", "counts", "serial", "heads", "context")
            self.state.lesion = {"id": "", "title": "no lesion", "decided": ""} | {
                name: [] for name in nothing
            }
            self.state.item = {"finding": "", "jumps": [], "choices": []}
        self.answering.show()
        self.records.show()
        self.course.show()
        self.measuring.show()

    def _show_overlays(self) -> None:
        self.state.isodoses_on = self.display.isodoses.on
        self.state.contours_on = self.display.contours_on
        self.state.levels = self.display.isodoses.rows()

    # --- actions ----------------------------------------------------------------------------------

    def _bind(self) -> None:
        trigger = self.server.trigger
        trigger("key")(self.press)
        trigger("select_item")(self.select_item)
        trigger("select_lesion")(self.select_lesion)
        trigger("jump")(self.jump_to_evidence)
        trigger("toggle_level")(self.toggle_level)
        trigger("reset_window")(self.reset_window)
        trigger("choose_row")(self.grid.choose_row)
        trigger("probe")(self.probe)
        self.desk.bind()
        self.what_if.bind()
        self.course.bind()
        self.measuring.bind()
        self.overlay_pair.bind()
        self.correction.bind()
        self.alignment.bind()
        self.aside.bind()
        self.asking.bind()
        self.records.bind()
        self.answering.bind()
        watch(self.state, "opacity", self._on_opacity)

    def press(self, action: str, view: str = "") -> None:
        """Do what a key stands for; unknown ones do nothing."""
        run = self._actions().get(action)
        if run is not None:
            run(view)

    def _actions(self) -> dict[str, Callable[[str], None]]:
        return room_actions(self)

    def step_lesion(self, by: int) -> None:
        """Turn to the lesion `by` places on, round the end."""
        ids = [lesion.id for lesion in self.reading.panel.lesions]
        if len(ids) > 1:
            self.select_lesion(ids[(ids.index(self.reading.lesion_id) + by) % len(ids)])

    def next_evidence(self) -> None:
        """Take the views to the next place of the selected item."""
        row = self.reading.row
        if row is not None and row.jumps:
            self._evidence = (self._evidence + 1) % len(row.jumps)
            self.jump_to_evidence(self._evidence)

    def put(self, **values: object) -> None:
        """Put values into the page's state."""
        for name, value in values.items():
            self.state[name] = value

    def select_item(self, finding_id: str) -> None:
        """Turn to an item: views jump to its evidence, its voxels light up."""
        if finding_id != self.reading.finding_id:
            self.answering.leave(lambda: self._turn_to_item(finding_id))
        else:
            self._turn_to_item(finding_id)

    def _turn_to_item(self, finding_id: str) -> None:
        self._evidence = 0
        self.go(self.reading.select(finding_id))

    def step_item(self, by: int) -> None:
        """Turn to the item `by` rows on."""
        self.answering.leave(lambda: self.go(self.reading.step(by)))

    def select_lesion(self, lesion_id: str) -> None:
        """Turn to another lesion."""
        self.answering.leave(lambda: self._turn_to_lesion(lesion_id))

    def _turn_to_lesion(self, lesion_id: str) -> None:
        self.go(self.reading.select_lesion(lesion_id))
        self.what_if.reset()
        self.views.near(self._radius_mm())

    def leave(self) -> None:
        """Go back to the list of cases, where there is one."""
        if self.on_close is not None:
            close = self.on_close
            self.answering.leave(lambda: self.correction.notice.leave(close))

    def _radius_mm(self) -> float:
        lesions = {lesion.id: lesion for lesion in self.assessment.prepared.lesions}
        lesion = lesions.get(self.reading.lesion_id)
        return lesion.radius_mm if lesion else 0.0

    def jump_to_evidence(self, index: int) -> None:
        """Take the views to one of the selected item's places."""
        row = self.reading.row
        if row is not None and 0 <= index < len(row.jumps):
            self.go(row.jumps[index])

    def go(self, jump: JumpTo | None) -> None:
        """Light the selected item and take the views to a place."""
        self._light()
        self.grid.turn_to_item()
        if jump is not None:
            self.views.jump(jump.point_reference_lps_mm, jump.plane)
        self.state.lit_views = [] if jump is None or not self.reading.finding_id else [
            linked.cell.view
            for linked in self.views.views
            if linked.cell.timepoint == jump.timepoint
            and self.hanging.content_of(linked.cell) is jump.role
        ]  # fmt: skip
        self.show_panel()
        self.grid.show_position()

    def _light(self) -> None:
        self.display.light(self.reading.lesion_id, self.reading.finding_id)

    def escape(self) -> None:
        """Close what is open, the innermost first."""
        if self.aside.is_busy:
            self.aside.cancel()
        elif self.reading.pending is not None:
            self.answering.take_back()
        elif self.state.help_on or self.state.tool:
            self.state.help_on = False
            self.measuring.put_away()
        elif self.grid.is_one_large:
            self.grid.maximise("")
        else:
            self.state.images_only = False

    # --- what was recorded ------------------------------------------------------------------------

    def follow_reading(self) -> None:
        """Bring scene and views up to what the reader recorded."""
        shown, self.assessment = self.assessment, self.reading.assessment
        changed = self.assessment is not shown
        if changed:
            self.correction.follow(shown)
            self.alignment.follow(shown)
            self.hanging.renew()
        update_session(
            self.nodes.document, self.reading.session, self.assessment if changed else None
        )

    # --- overlays ---------------------------------------------------------------------------------

    def overlay(self, act: Callable[[], None]) -> None:
        """Change what is drawn over the images."""
        act()
        self._show_overlays()

    def toggle_level(self, index: int) -> None:
        """One isodose on or off."""
        self.overlay(lambda: self.display.isodoses.toggle_level(index))

    def set_opacity(self, percent: int) -> None:
        """Opacity of the isodoses, 20..100 %."""
        self.state.opacity = min(max(percent, 20), 100)

    def _on_opacity(self, opacity: float, **_: object) -> None:
        self.display.isodoses.set_opacity(float(opacity) / 100.0)

    def reset_window(self) -> None:
        """All sequences back to their first window."""
        self.display.reset_windows()
        self.grid.show()

    def probe(self) -> dict[str, Any]:
        """Return what tests and benchmarks ask: where the slices are, how many were rendered."""
        return {
            "offsets": self.views.offsets(),
            "renders": self.views.renders(),
            "idle": self.views.is_idle,
            "drawn": self.views.is_drawn,
            "plane": self.views.plane.value,
            "decisions": len(self.reading.session.decisions),
            "field_mm": self.views.field_mm,
            "measurements": [m.value for m in self.reading.session.measurements],
            "row": self.hanging.row.key if self.hanging.row else "",
            "isodoses": [
                bool(n.model.GetDisplayNode().GetVisibility()) for n in self.display.isodoses.nodes
            ],
        }
