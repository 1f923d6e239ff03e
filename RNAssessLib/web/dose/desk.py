"""What the reader does on the dose page: levels, prescriptions, the point under the cursor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from RNAssessLib.assessment import Assessment, with_prescriptions
from RNAssessLib.case import Progress
from RNAssessLib.dosimetry.accumulation import DoseKind
from RNAssessLib.panel.dose.dose_section import in_other_dose
from RNAssessLib.panel.words.plausible import bounds_of_level, bounds_of_prescription

from ..reading.asking import KEPT
from ..reading.content import describe_case, describe_dvh, describe_overlay
from ..reading.watch import watch
from .readout import Readout

if TYPE_CHECKING:
    from ..reading.room import ReadingRoom


PHYSICAL = "dose"
AXES = {
    PHYSICAL: (DoseKind.PHYSICAL, ""),
    "BED, tumour": (DoseKind.BED, "bed.alpha_beta_tumour"),
    "EQD2, brain": (DoseKind.EQD2, "bed.alpha_beta_brain"),
}


class DoseDesk:
    """Dose actions of a reading room; every figure, label and line follows at once."""

    def __init__(self, room: ReadingRoom) -> None:
        self._room = room
        self._state: Any = room.state
        self._isodoses = room.display.isodoses
        self._readout = Readout(room.assessment, self._isodoses.fields)

    def bind(self) -> None:
        """Take the page's requests."""
        trigger = self._room.server.trigger
        trigger("add_level")(self.add_level)
        trigger("remove_level")(self.remove_level)
        trigger("colour_level")(self.colour_level)
        trigger("preset")(self.preset)
        trigger("prescribe")(self.prescribe)
        trigger("hover")(self.hover)
        watch(self._state, "dvh_axis", self._on_axis)

    def fill(self) -> None:
        """Put legend, curves and prescriptions on the page."""
        self._state.levels = self._isodoses.rows()
        self._state.dvh_axes = list(AXES)
        if self._state.dvh_axis not in AXES:
            self._state.dvh_axis = PHYSICAL
        self._show_curves()
        self._state.prescriptions = [
            {
                "course": dosimetry.course_id,
                "target": target.name,
                "dose": target.prescription_gy,
                "source": target.prescription_source,
            }
            for dosimetry in self._room.assessment.courses
            for target in dosimetry.targets
        ]
        self._state.dose_problem = ""
        self._state.level_value = ""
        self._state.level_unit = "Gy"

    def _on_axis(self, **_: object) -> None:
        self._show_curves()

    def _show_curves(self) -> None:
        """Curves along the dose the reader chose; sums of courses have their own."""
        courses = list(self._room.reading.panel.courses)
        kind, ratio = AXES[self._state.dvh_axis or PHYSICAL]
        placed = {p.course.id: p.course for p in self._room.assessment.prepared.courses}
        for index, dosimetry in enumerate(self._room.assessment.courses):
            fractions = placed[dosimetry.course_id].fractions
            limits = self._room.assessment.thresholds
            courses[index] = in_other_dose(
                courses[index], kind, fractions, limits[ratio] if ratio else 1.0
            )
        self._state.dvh = [describe_dvh(course) for course in courses]
        self._state.dvh_all = describe_overlay(courses)

    # --- levels -----------------------------------------------------------------------------------

    def add_level(self, typed: float | str, unit: str) -> str:
        """Another isodose, in ``Gy`` or ``%`` of the prescription."""

        def add(value: float) -> str:
            problem: str = self._isodoses.add(value, unit)
            self._show_levels()
            return problem

        bounds = bounds_of_level(self._room.assessment, unit)
        return self._room.asking.take("level", typed, bounds, add)

    def remove_level(self, index: int) -> None:
        """One isodose away."""
        self._isodoses.remove(index)
        self._show_levels()

    def colour_level(self, index: int, colour: str) -> None:
        """Another colour for one isodose."""
        self._isodoses.recolour(index, colour)
        self._show_levels()

    def preset(self, fractions: int) -> None:
        """Levels usual for 1, 3 or 5 fractions."""
        self._isodoses.preset(fractions)
        self._show_levels()

    def _show_levels(self) -> None:
        self._state.levels = self._isodoses.rows()
        self._state.isodoses_on = self._isodoses.on

    # --- prescription -----------------------------------------------------------------------------

    def prescribe(self, course: str, target: str, typed: float | str) -> str:
        """Use the reader's prescription for a target; indices and isodoses follow."""
        try:
            bounds = bounds_of_prescription(self._room.assessment, course, target)
        except KeyError:
            self._state.dose_problem = f"{course} is no course with a dose"
            return ""
        field = f"prescription {course} {target}"

        def use(dose_gy: float) -> str:
            if self._room.aside.is_busy:
                return "not used: something is being computed, give it again when that is done"
            self._compute(field, course, target, dose_gy)
            return ""

        taken = self._room.asking.take(field, typed, bounds, use)
        # the field keeps what was typed until its figures are there
        return taken or (KEPT if self._room.aside.is_busy else "")

    def _compute(self, field: str, course: str, target: str, dose_gy: float) -> None:
        room = self._room

        def compute(tell: Progress) -> Assessment:
            tell(0.1, f"{target}: {dose_gy:g} Gy")
            found = with_prescriptions(
                room.assessment, course, {target: dose_gy}, self._isodoses.fields
            )
            tell(0.9, "")  # the last moment at which it can be cancelled
            return found

        def said(problem: str) -> None:
            room.asking.refuse(field, f"{problem}; what was used before holds")

        room.aside.start("Prescription", compute, self._take_prescription, said)

    def _take_prescription(self, assessment: Assessment) -> None:
        self._room.assessment = self._readout.dose.assessment = assessment
        self._room.reading.replace(assessment)
        self._isodoses.follow(assessment)
        self.fill()
        self._room.what_if.reset()
        self._state.isodoses_on = self._isodoses.on
        self._state.panel = describe_case(self._room.reading.panel)

    # --- cursor -----------------------------------------------------------------------------------

    def hover(self, view: str, across: float, down: float) -> str:
        """Return what lies under the cursor of one page, its study first; empty beside the views.

        It is the answer to the page that asked, not a variable that every page shares.
        """
        found = next((v for v in self._room.views.shown if v.cell.view == view), None)
        if found is None:
            return ""
        hanging = self._room.hanging
        text = self._readout.at(found.node, across, down, hanging.picture_of(found.cell))
        return f"{hanging.timepoint_of(found.cell)}: {text}" if text else ""
