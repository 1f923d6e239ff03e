"""Which curves of a DVH a reader looks at: along which dose, in which unit, of which lesion."""

from __future__ import annotations

from RNAssessLib.dosimetry.accumulation import DoseKind

from ..reading.reading import Reading
from ..words.dose_rows import CourseView
from .dose_section import in_other_dose, overlay
from .dvh_plot import DvhChoice, plot_as_csv
from .tissue_curves import TissueCurves

PHYSICAL = "dose"
AXES = {
    PHYSICAL: (DoseKind.PHYSICAL, ""),
    "BED, tumour": (DoseKind.BED, "bed.alpha_beta_tumour"),
    "EQD2, brain": (DoseKind.EQD2, "bed.alpha_beta_brain"),
}


class ShownCurves:
    """Curves of every course and of the selected lesion.

    Parameters
    ----------
    reading : Reading
        A learner is not shown what was found to enhance: its `hides`.

    Attributes
    ----------
    axis : str
        One of `AXES`.
    """

    def __init__(self, reading: Reading) -> None:
        self._reading, self.axis = reading, PHYSICAL
        self._tissues = TissueCurves(reading.assessment)

    def courses(self) -> list[CourseView]:
        """Courses along the dose the reader chose; sums of courses have their own."""
        reading = self._reading
        self._tissues.assessment = reading.assessment
        lesion = "" if reading.hides() else reading.lesion_id
        courses = list(self._tissues.add_to(reading.panel.courses, lesion))
        kind, ratio = AXES[self.axis]
        placed = {p.course.id: p.course for p in reading.assessment.prepared.courses}
        limits = reading.assessment.thresholds
        for index, dosimetry in enumerate(reading.assessment.courses):
            fractions = placed[dosimetry.course_id].fractions
            courses[index] = in_other_dose(
                courses[index], kind, fractions, limits[ratio] if ratio else 1.0
            )
        return courses

    def as_csv(self, index: int, choice: DvhChoice) -> str:
        """Return the curves of one course as they are shown; -1 for all courses together."""
        courses = self.courses()
        shown = overlay(courses) if index < 0 else courses[index]
        return "" if shown is None else plot_as_csv(shown, choice)
