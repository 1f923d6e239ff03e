"""Everything a panel shows, as rows of text: the same for the browser and for Slicer."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.assessment import Assessment
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.evidence import all_criteria

from ..checklist.lesion_rows import ChecklistRow, LesionView, SerialRow, StatusCount
from ..checklist.lesion_section import build_lesion
from ..course.case_section import build_case
from ..dose.dose_section import build_accumulated, build_dose, risk_table
from ..session.session import ReaderSession
from ..words.dose_rows import CourseView, DvhCurve, DvhMark
from ..words.figures import criterion_row, figure_row
from ..words.rows import (
    CaseView,
    CourseRow,
    CriterionRow,
    EventRow,
    FigureRow,
    JumpTo,
    MappingRow,
    RegistrationRow,
    Table,
    TimepointRow,
)
from ..words.style import IsodoseLevel, default_isodoses

__all__ = [
    "CaseView", "ChecklistRow", "CourseRow", "CourseView", "CriterionRow", "DvhCurve", "DvhMark",
    "EventRow", "FigureRow", "JumpTo", "LesionView", "MappingRow", "PanelView", "RegistrationRow",
    "SerialRow", "StatusCount", "Table", "TimepointRow", "build_panel", "figure_row",
    "threshold_rows",
]  # fmt: skip


@dataclass(frozen=True)
class PanelView:
    """The whole panel.

    Attributes
    ----------
    pending_thresholds : tuple of str
        What the reader changed that the shown assessment does not use yet.
    """

    disclaimer: str
    case_title: str
    case: CaseView
    isodoses: tuple[IsodoseLevel, ...]
    lesions: tuple[LesionView, ...]
    courses: tuple[CourseView, ...]
    risk_context: Table
    pending_thresholds: tuple[str, ...]
    can_undo: bool
    can_redo: bool

    def lesion(self, lesion_id: str) -> LesionView:
        """Return the view of `lesion_id`; raises KeyError."""
        for lesion in self.lesions:
            if lesion.id == lesion_id:
                return lesion
        raise KeyError(lesion_id)

    @property
    def timepoints(self) -> tuple[str, ...]:
        """One line per timepoint."""
        return tuple(row.text for row in self.case.timepoints)

    @property
    def alignment(self) -> tuple[str, ...]:
        """One line per registration to the reference space."""
        return tuple(row.text for row in self.case.registrations)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the reader should know about the input."""
        return self.case.warnings

    @property
    def mapping(self) -> tuple[tuple[str, str, str], ...]:
        """Role, data and reason, row by row."""
        return tuple(
            (row.role, row.what, "ignored" if row.ignored else row.why) for row in self.case.mapping
        )


def build_panel(assessment: Assessment, session: ReaderSession | None = None) -> PanelView:
    """Build the panel of an assessment with the reader's decisions.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession, optional
        An empty one by default.

    Returns
    -------
    PanelView
    """
    session = session or ReaderSession()
    return PanelView(
        disclaimer=DISCLAIMER,
        case_title=f"Case {assessment.prepared.case.id}",
        case=build_case(assessment),
        isodoses=default_isodoses(assessment),
        lesions=tuple(build_lesion(assessment, a, session) for a in assessment.lesions),
        courses=(
            *(build_dose(assessment, c) for c in assessment.courses),
            *(build_accumulated(total) for total in assessment.accumulated),
        ),
        risk_context=risk_table(assessment.risk_context),
        pending_thresholds=_pending(assessment, session),
        can_undo=session.can_undo,
        can_redo=session.can_redo,
    )


def threshold_rows(session: ReaderSession | None = None) -> tuple[CriterionRow, ...]:
    """Every threshold with the reader's value beside its default, in the order of the file."""
    thresholds = (session or ReaderSession()).thresholds()
    return tuple(criterion_row(thresholds.criterion(c.key)) for c in all_criteria())


def _pending(assessment: Assessment, session: ReaderSession) -> tuple[str, ...]:
    """Return what the reader changed that the shown assessment does not use yet."""
    used = {c.key: c.value for c in assessment.changed_criteria}
    wanted = {c.key: c.value for c in session.thresholds().changed_criteria()}
    keys = [key for key in (*wanted, *used) if wanted.get(key) != used.get(key)]
    return tuple(
        criterion_row(session.thresholds().criterion(key)).text for key in dict.fromkeys(keys)
    )
