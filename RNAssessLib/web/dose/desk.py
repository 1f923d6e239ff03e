"""What the reader does on the dose page: levels, prescriptions, the point under the cursor."""

from __future__ import annotations

from collections.abc import Callable

from RNAssessLib.panel.dose.dose_section import overlay
from RNAssessLib.panel.dose.dvh_plot import DvhChoice, DvhKind, VolumeUnit, build_plot
from RNAssessLib.panel.dose.shown_curves import AXES, PHYSICAL, ShownCurves
from RNAssessLib.panel.reading.changes import (
    FiguresChanged,
    PrescriptionChanged,
    RoundChanged,
    SelectionChanged,
)
from RNAssessLib.panel.words.plausible import bounds_of_level, bounds_of_prescription
from RNAssessLib.report.interactive.dvh import describe_plot
from RNAssessLib.scene.readout import Readout

from ..reading.asking import KEPT
from ..reading.desk import Desk, Requests
from ..reading.stage import Stage
from ..reading.watch import watch

TAB = "dose"
VOLUMES = VolumeUnit.PERCENT.value, DvhKind.CUMULATIVE.value


class DoseDesk(Desk):
    """Dose page; every figure, label and line follows at once."""

    def __init__(self, stage: Stage) -> None:
        super().__init__(stage)
        self._isodoses, reading = stage.display.isodoses, stage.reading
        self._readout = Readout(reading.assessment, self._isodoses.fields)
        self._curves = ShownCurves(reading)
        self._drawn_for: str | None = None
        reading.changes.on(PrescriptionChanged, self._follow)
        reading.changes.on(SelectionChanged, self._on_selection)
        for kind in (FiguresChanged, RoundChanged):
            reading.changes.on(kind, self._on_curves)

    def requests(self) -> Requests:
        """Levels, prescriptions, the cursor."""
        return {
            "add_level": self.add_level,
            "remove_level": self._change(self._isodoses.remove),
            "colour_level": self._change(self._isodoses.recolour),
            "preset": self._change(self._isodoses.preset),
            "prescribe": self.prescribe,
            "hover": self.hover,
            "save_curves": self.save_curves,
        }

    def bind(self) -> None:
        """Take the page's requests, and follow its axis."""
        super().bind()
        for name in ("dvh_axis", "dvh_unit", "dvh_kind", "tab"):
            watch(self._state, name, self._on_curves)

    def fill(self) -> None:
        """Put curves and prescriptions on the page."""
        self._state.dvh_axes = list(AXES)
        if self._state.dvh_axis not in AXES:
            self._state.dvh_axis = PHYSICAL
        self._state.dvh_units = [unit.value for unit in VolumeUnit]
        self._state.dvh_kinds = [kind.value for kind in DvhKind]
        if self._state.dvh_unit not in self._state.dvh_units:
            self._state.dvh_unit, self._state.dvh_kind = VOLUMES
        self._state.dvh, self._state.dvh_all = [], None
        self._show_curves()
        self._state.prescriptions = [
            {
                "course": dosimetry.course_id,
                "target": target.name,
                "dose": target.prescription_gy,
                "source": target.prescription_source,
            }
            for dosimetry in self._reading.assessment.courses
            for target in dosimetry.targets
        ]
        self._state.dose_problem = ""
        self._state.level_value = ""
        self._state.level_unit = "Gy"

    # --- curves -----------------------------------------------------------------------------------

    def _on_curves(self, *_: object, **__: object) -> None:
        self._show_curves()

    def _on_selection(self, _: SelectionChanged) -> None:
        """Another lesion's enhancement stands beside the targets."""
        if self._drawn_for != self._reading.lesion_id:
            self._show_curves()

    def _show_curves(self) -> None:
        """Draw the curves; what is outlined on images is measured once the page is looked at."""
        if self._state.tab != TAB:
            self._drawn_for = None
            return
        self._drawn_for = self._reading.lesion_id
        self._curves.axis = self._state.dvh_axis or PHYSICAL
        courses, choice = self._curves.courses(), self._choice()
        self._state.dvh = [describe_plot(build_plot(course, choice)) for course in courses]
        both = overlay(courses)
        self._state.dvh_all = None if both is None else describe_plot(build_plot(both, choice))

    def _choice(self) -> DvhChoice:
        return DvhChoice(VolumeUnit(self._state.dvh_unit), DvhKind(self._state.dvh_kind))

    def save_curves(self, index: int) -> str:
        """Return the curves of one plot as CSV, as they are shown; -1 for all courses together."""
        return self._curves.as_csv(index, self._choice())

    # --- levels -----------------------------------------------------------------------------------

    def add_level(self, typed: float | str, unit: str) -> str:
        """Another isodose, in ``Gy`` or ``%`` of the prescription."""

        def add(value: float) -> str:
            return self._reading.change_levels(lambda: self._isodoses.add(value, unit))

        bounds = bounds_of_level(self._reading.assessment, unit)
        return self._asking.take("level", typed, bounds, add)

    def _change(self, act: Callable[..., None]) -> Callable[..., None]:
        """Do something to the levels as the page asks, and tell of it."""
        return lambda *values: self._reading.change_levels(lambda: act(*values))

    # --- prescription -----------------------------------------------------------------------------

    def prescribe(self, course: str, target: str, typed: float | str) -> str:
        """Use the reader's prescription for a target; indices and isodoses follow."""
        try:
            bounds = bounds_of_prescription(self._reading.assessment, course, target)
        except KeyError:
            self._state.dose_problem = f"{course} is no course with a dose"
            return ""
        field = f"prescription {course} {target}"

        def use(dose_gy: float) -> str:
            if self._reading.runner.is_busy:
                return "not used: something is being computed, give it again when that is done"
            self._reading.prescribe(course, target, dose_gy, self._isodoses.fields, said=said)
            return ""

        def said(problem: str) -> None:
            self._asking.refuse(field, f"{problem}; what was used before holds")

        taken = self._asking.take(field, typed, bounds, use)
        # the field keeps what was typed until its figures are there
        return taken or (KEPT if self._reading.runner.is_busy else "")

    def _follow(self, change: PrescriptionChanged) -> None:
        self._readout.dose.assessment = change.after
        self._reading.change_levels(lambda: self._isodoses.follow(change.after))
        self.fill()

    # --- cursor -----------------------------------------------------------------------------------

    def hover(self, view: str, across: float, down: float) -> str:
        """Return what lies under the cursor of one page, its study first; empty beside the views.

        It is the answer to the page that asked, not a variable that every page shares.
        """
        found = self._views.find(view)
        if found is None:
            return ""
        hanging = self._hanging
        text = self._readout.at(found.node, across, down, hanging.picture_of(found.cell))
        return f"{hanging.plan.timepoint_of(found.cell)}: {text}" if text else ""
