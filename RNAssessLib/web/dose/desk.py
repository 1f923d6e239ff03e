"""What the reader does on the dose page: levels, prescriptions, the point under the cursor."""

from __future__ import annotations

from collections.abc import Callable

from trame_server import Server

from RNAssessLib.dosimetry.accumulation import DoseKind
from RNAssessLib.panel.dose.dose_section import in_other_dose
from RNAssessLib.panel.reading.changes import PrescriptionChanged
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.words.plausible import bounds_of_level, bounds_of_prescription
from RNAssessLib.scene.isodose_layer import IsodoseLayer

from ..hanging.hanging import Hanging
from ..hanging.views import SerialViews
from ..reading.asking import KEPT, Asking
from ..reading.content import describe_dvh, describe_overlay
from ..reading.desk import Desk, Requests
from ..reading.watch import watch
from .readout import Readout

PHYSICAL = "dose"
AXES = {
    PHYSICAL: (DoseKind.PHYSICAL, ""),
    "BED, tumour": (DoseKind.BED, "bed.alpha_beta_tumour"),
    "EQD2, brain": (DoseKind.EQD2, "bed.alpha_beta_brain"),
}


class DoseDesk(Desk):
    """Dose page; every figure, label and line follows at once.

    Parameters
    ----------
    server : trame Server
    reading : Reading
    isodoses : IsodoseLayer
    views : SerialViews
    hanging : Hanging
    asking : Asking
    """

    def __init__(
        self,
        server: Server,
        reading: Reading,
        isodoses: IsodoseLayer,
        views: SerialViews,
        hanging: Hanging,
        asking: Asking,
    ) -> None:
        super().__init__(server, reading)
        self._isodoses, self._views, self._hanging = isodoses, views, hanging
        self._asking = asking
        self._readout = Readout(reading.assessment, self._isodoses.fields)
        reading.changes.on(PrescriptionChanged, self._follow)

    def requests(self) -> Requests:
        """Levels, prescriptions, the cursor."""
        return {
            "add_level": self.add_level,
            "remove_level": self._change(self._isodoses.remove),
            "colour_level": self._change(self._isodoses.recolour),
            "preset": self._change(self._isodoses.preset),
            "prescribe": self.prescribe,
            "hover": self.hover,
        }

    def bind(self) -> None:
        """Take the page's requests, and follow its axis."""
        super().bind()
        watch(self._state, "dvh_axis", self._on_axis)

    def fill(self) -> None:
        """Put curves and prescriptions on the page."""
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
            for dosimetry in self._reading.assessment.courses
            for target in dosimetry.targets
        ]
        self._state.dose_problem = ""
        self._state.level_value = ""
        self._state.level_unit = "Gy"

    def _on_axis(self, **_: object) -> None:
        self._show_curves()

    def _show_curves(self) -> None:
        """Curves along the dose the reader chose; sums of courses have their own."""
        courses = list(self._reading.panel.courses)
        kind, ratio = AXES[self._state.dvh_axis or PHYSICAL]
        placed = {p.course.id: p.course for p in self._reading.assessment.prepared.courses}
        for index, dosimetry in enumerate(self._reading.assessment.courses):
            fractions = placed[dosimetry.course_id].fractions
            limits = self._reading.assessment.thresholds
            courses[index] = in_other_dose(
                courses[index], kind, fractions, limits[ratio] if ratio else 1.0
            )
        self._state.dvh = [describe_dvh(course) for course in courses]
        self._state.dvh_all = describe_overlay(courses)

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
