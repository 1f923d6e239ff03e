"""The browser app: serial views on the left, the panel on the right."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from trame.app import TrameApp
from trame_slicer import module as trame_slicer_module
from trame_slicer.core import LayoutManager, SlicerApp
from trame_slicer.rca_view import register_rca_factories
from vtkmodules.vtkCommonCore import vtkObject

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Plane, Status
from RNAssessLib.panel.session import ReaderSession
from RNAssessLib.panel.style import STATUS_WORDS
from RNAssessLib.panel.view_model import JumpTo, LesionView, build_panel
from RNAssessLib.scene import build_scene

from .page import build_page, build_view_overlay
from .views import SerialViews

LAYOUT = "serial"
# what stands at the left, right, top and bottom of a view (keys: as on an axial one)
PLANE_LETTERS = {
    Plane.AXIAL: {"R": "R", "L": "L", "A": "A", "P": "P"},
    Plane.CORONAL: {"R": "R", "L": "L", "A": "S", "P": "I"},
    Plane.SAGITTAL: {"R": "A", "L": "P", "A": "S", "P": "I"},
}


class RNAssessApp(TrameApp):
    """One assessment in a browser.

    Parameters
    ----------
    assessment : Assessment
    server : trame server, optional
        A new one by default.
    """

    def __init__(self, assessment: Assessment, server: Any = None) -> None:  # noqa: ANN401
        super().__init__(server)
        self.server.enable_module(trame_slicer_module)
        self.assessment = assessment
        self.session = ReaderSession()
        self._slicer = SlicerApp()
        vtkObject.GlobalWarningDisplayOff()  # one deprecation line per view is no news to a reader
        self.nodes = build_scene(self._slicer.scene, assessment)
        # lossless: JPEG smears one-pixel isodoses into the image
        register_rca_factories(
            self._slicer.view_manager,
            self.server,
            slice_view_ui_f=self._overlay,
            rca_encoder="png",
        )
        self.views = SerialViews(self._slicer, assessment.prepared, self.nodes, self._views_moved)
        self._layouts = LayoutManager(self._slicer.scene, self._slicer.view_manager, self.server)
        self._layouts.register_layout(LAYOUT, self.views.layout())
        self._layouts.set_layout(LAYOUT)
        self._fill_state()
        self.ui = build_page(self, self._layouts)
        self.views.connect()
        # a reloaded page starts black: send it every view once
        self.server.controller.add("on_client_connected")(self._render_all)
        if self.panel.lesions:
            self.show_lesion(self.panel.lesions[0].id)

    # --- state ------------------------------------------------------------------------------------

    def _fill_state(self) -> None:
        self.panel = build_panel(self.assessment, self.session)
        state = self.server.state
        state.trame__title = "RNAssess"
        state.disclaimer = self.panel.disclaimer
        state.case_title = self.panel.case_title
        state.tab = "checklist"
        state.lesion_ids = [lesion.id for lesion in self.panel.lesions]
        state.lesion_titles = [lesion.title for lesion in self.panel.lesions]
        state.lesion = ""
        state.finding = ""
        state.isodoses = [
            {"dose": level.dose_gy, "label": level.label, "colour": level.colour, "on": True}
            for level in self.panel.isodoses
        ]
        state.isodoses_on = True
        state.outlines_on = True
        roles = {
            role for t in self.assessment.prepared.timepoints for role in t.timepoint.sequences
        }
        state.lower_roles = [
            r.value for r in SequenceRole if r in roles and r is not SequenceRole.T1C
        ]
        state.lower_role = self.views.lower_role.value
        state.offset_text = ""
        state.plane_letters = PLANE_LETTERS[self.views.plane]
        state.statuses = [{"title": STATUS_WORDS[s], "value": s.value} for s in Status]
        state.override_status = ""
        state.override_reason = ""
        state.message = ""
        state.courses = [
            {
                "title": course.title,
                "warnings": list(course.warnings),
                "tables": [asdict(table) for table in course.tables],
            }
            for course in self.panel.courses
        ]
        state.risk = asdict(self.panel.risk_context)
        state.case_lines = list(self.panel.timepoints)
        state.alignment = list(self.panel.alignment)
        state.warnings = list(self.panel.warnings)
        state.mapping = [list(row) for row in self.panel.mapping]
        state.help_on = False
        state.change("isodoses", "isodoses_on")(self._isodoses_changed)
        state.change("outlines_on")(self._outlines_changed)
        state.change("lower_role")(self._lower_role_changed)

    def _current(self) -> LesionView:
        return self.panel.lesion(self.server.state.lesion)

    def _publish_lesion(self) -> None:
        """Rows of the current lesion, as plain data for the page."""
        lesion, state = self._current(), self.server.state
        state.summary = lesion.summary
        state.next_steps = list(lesion.next_steps)
        state.serial_heads = list(lesion.heads)
        state.serial = [asdict(row) for row in lesion.serial]
        state.checklist = [
            {
                "id": row.finding,
                "number": row.number,
                "title": row.title,
                "icon": row.icon,
                "status": row.status,
                "favours": row.favours,
                "strength": row.strength,
                "sentence": row.sentence,
                "details": list(row.details),
                "decision": row.decision,
                "overridden": row.overridden,
                "jumps": len(row.jumps),
            }
            for row in lesion.checklist
        ]

    # --- actions ----------------------------------------------------------------------------------

    def show_lesion(self, lesion_id: str) -> None:
        """Show a lesion and go to its target."""
        self.server.state.lesion = lesion_id
        self.server.state.finding = ""
        self._publish_lesion()
        self._go(self._current().home)

    def show_finding(self, finding_id: str) -> None:
        """Select an item: go to its evidence, light it, let the lower row follow."""
        self.server.state.finding = finding_id
        row = next(r for r in self._current().checklist if r.finding == finding_id)
        for (lesion, finding), node in self.nodes.markups.items():
            lit = lesion == row.lesion and finding == finding_id
            node.GetDisplayNode().SetVisibility(lit)
        if row.jumps:
            self._go(row.jumps[0])

    def step_finding(self, by: int) -> None:
        """Select the next (or previous) item."""
        ids = [row.finding for row in self._current().checklist]
        current = self.server.state.finding
        at = ids.index(current) + by if current in ids else 0
        self.show_finding(ids[at % len(ids)])

    def _go(self, jump: JumpTo) -> None:
        if jump.role is not SequenceRole.T1C:
            self.server.state.lower_role = jump.role.value
            self.views.show_lower(jump.role)
        self.views.jump(jump.point_reference_lps_mm, jump.plane)

    def accept(self) -> None:
        """Accept the computed answer of the selected item."""
        finding = self._selected()
        if finding is not None:
            self._decide(self.session.accept(self.server.state.lesion, *finding))

    def override(self, status: str, reason: str) -> None:
        """Set another answer, with its reason."""
        state, finding = self.server.state, self._selected()
        if finding is None or not status:
            return
        try:
            session = self.session.override(state.lesion, finding[0], Status(status), reason)
        except ValueError as error:
            state.message = str(error)
            return
        state.override_status = state.override_reason = ""
        self._decide(session)

    def undo(self) -> None:
        """Take the latest decision back."""
        self._decide(self.session.undo())

    def redo(self) -> None:
        """Make it again."""
        self._decide(self.session.redo())

    def _selected(self) -> tuple[str, Status] | None:
        finding = self.server.state.finding
        if not finding:
            return None
        lesion = self.assessment.lesion(self.server.state.lesion)
        return finding, lesion.finding(finding).status

    def _decide(self, session: ReaderSession) -> None:
        self.session = session
        self.panel = build_panel(self.assessment, session)
        self.server.state.message = ""
        self._publish_lesion()

    # --- views ------------------------------------------------------------------------------------

    def _render_all(self, **_: object) -> None:
        for view in self.views.views():
            view.schedule_render()

    def _overlay(self, server: Any, view_id: str, view: Any) -> None:  # noqa: ANN401
        build_view_overlay(self, view)

    def _views_moved(self) -> None:
        self.server.state.offset_text = self.views.position_text()
        self.server.state.plane_letters = PLANE_LETTERS[self.views.plane]
        self.server.state.flush()

    def _isodoses_changed(
        self, isodoses: list[dict[str, Any]], isodoses_on: bool, **_: object
    ) -> None:
        shown = {entry["dose"]: entry["on"] and isodoses_on for entry in isodoses}
        for dose, node in self.nodes.isodoses.items():
            node.GetDisplayNode().SetVisibility(bool(shown.get(dose, True)))

    def _outlines_changed(self, outlines_on: bool, **_: object) -> None:
        for node in self.nodes.segmentations.values():
            node.GetDisplayNode().SetVisibility(bool(outlines_on))

    def _lower_role_changed(self, lower_role: str, **_: object) -> None:
        self.views.show_lower(SequenceRole(lower_role))
