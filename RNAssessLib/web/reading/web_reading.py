"""What the reader is doing: which lesion, which item, which answer. No page, no scene."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import (
    ClinicalEvent,
    Mask,
    MaskKind,
    Progress,
    Registration,
    SequenceRole,
    silent,
)
from RNAssessLib.findings.finding import Finding, Status
from RNAssessLib.lesions.correction import correct_masks
from RNAssessLib.panel.hanging.third_row import ThirdRow, build_third_rows, item_row
from RNAssessLib.panel.measuring.measurements import Measurement
from RNAssessLib.panel.reading.reader_case import ReaderCase
from RNAssessLib.panel.reading.view_model import (
    ChecklistRow,
    JumpTo,
    LesionView,
    PanelView,
    build_panel,
)
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.realign import images_of


class Reading:
    """A reader at work on one assessment.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession, optional
        Decisions made before.

    """

    def __init__(self, assessment: Assessment, session: ReaderSession | None = None) -> None:
        self.session = session or ReaderSession().for_case(assessment.prepared.case.id)
        self._case = ReaderCase(assessment)
        self.assessment = assessment = self._case.follow(assessment, self.session)
        self.panel: PanelView = build_panel(assessment, self.session)
        self.lesion_id = self.panel.lesions[0].id if self.panel.lesions else ""
        self.third_rows = build_third_rows(assessment.prepared)
        self.finding_id = ""
        self.pending: Status | None = None
        self.problem = ""

    def replace(self, assessment: Assessment) -> None:
        """Go on with other figures for the same case; selection and decisions stay."""
        self.assessment = assessment
        self.panel = build_panel(assessment, self.session)

    # --- what is selected -------------------------------------------------------------------------

    @property
    def lesion(self) -> LesionView | None:
        """Selected lesion, None in a case without one."""
        return self.panel.lesion(self.lesion_id) if self.lesion_id else None

    @property
    def row(self) -> ChecklistRow | None:
        """Selected item, None when none is."""
        lesion = self.lesion
        return lesion.row(self.finding_id) if lesion and self.finding_id else None

    def select_lesion(self, lesion_id: str) -> JumpTo:
        """Turn to another lesion; returns where it is."""
        lesion = self.panel.lesion(lesion_id)
        self.lesion_id = lesion_id
        self._leave()
        return lesion.home

    def select(self, finding_id: str) -> JumpTo | None:
        """Turn to an item; returns its best evidence, None when it has none."""
        if self.lesion is None:
            return None
        row = self.lesion.row(finding_id)
        if finding_id != self.finding_id:
            self._leave()
        self.finding_id = finding_id
        return row.jumps[0] if row.jumps else None

    def step(self, by: int) -> JumpTo | None:
        """Turn to the item `by` rows on."""
        if self.lesion is None:
            return None
        return self.select(self.lesion.step(self.finding_id, by))

    def item_row(self) -> ThirdRow | None:
        """Return what the selected item is read on beyond T1c and FLAIR, None when that is all."""
        if self.row is None:
            return None
        return item_row(self.third_rows, self._finding())

    # --- the reader's answer ----------------------------------------------------------------------

    def accept(self) -> None:
        """Accept the computed answer of the selected item."""
        if self.row is not None:
            self._decide(self._finding().status, "")

    def choose(self, status: Status) -> None:
        """Pick an answer: the computed one is taken at once, another one asks for its reason."""
        if self.row is None:
            return
        if status is self._finding().status:
            self._decide(status, "")
        else:
            self.pending, self.problem = status, ""

    def take_back(self) -> None:
        """Drop the picked answer; nothing is recorded."""
        self.pending, self.problem = None, ""

    def decide(self, reason: str) -> None:
        """Save the picked answer; `problem` says what is missing."""
        if self.row is not None and self.pending is not None:
            self._decide(self.pending, reason)
        else:
            self.problem = "no answer waits for a reason: choose one first"

    @property
    def events(self) -> tuple[ClinicalEvent, ...]:
        """Clinical events that hold now."""
        return self.assessment.prepared.case.events

    def edit_events(self, events: Sequence[ClinicalEvent]) -> None:
        """Take an edited list; what depends on it is computed anew."""
        self._hold(self.session.set_events(events, self._case.given_events))

    def measure(self, measurements: Sequence[Measurement]) -> None:
        """Take another list of measurements."""
        self._hold(self.session.set_measurements(measurements))

    def corrected(
        self, timepoint_id: str, lesion_id: str, masks: Mapping[MaskKind, Mask]
    ) -> ReaderSession:
        """Session with corrected outlines; see `takes_time`.

        Raises
        ------
        InputError
            They do not fit the case.
        """
        correct_masks(self.assessment.prepared, timepoint_id, lesion_id, masks)
        return self.session.set_masks(timepoint_id, lesion_id, masks)

    def placed(
        self, timepoint: str, role: SequenceRole | None, placed: Registration
    ) -> ReaderSession:
        """Session with a registration that the reader accepted; see `takes_time`."""
        images = images_of(self.assessment.prepared, timepoint, role)
        return self.session.set_place(timepoint, role, placed, images)

    def _decide(self, status: Status, reason: str) -> None:
        try:
            session = self.session.decide(self.lesion_id, self._finding(), status, reason)
        except ValueError as error:
            self.problem = str(error)
            return
        self.take_back()
        self._hold(session)

    def takes_time(self, session: ReaderSession) -> bool:
        """Whether it has an image in another place or another outline: that takes seconds."""
        held = self.session
        return (session.place_changes, session.mask_changes) != (
            held.place_changes, held.mask_changes,
        )  # fmt: skip

    def after(self, session: ReaderSession, progress: Progress = silent) -> Assessment:
        """Assessment with another session; nothing of the reading changes."""
        return self._case.follow(self.assessment, session, progress)

    def take(self, session: ReaderSession, assessment: Assessment) -> None:
        """Go on with a session and the assessment that `after` gave for it."""
        self.assessment, self.session = assessment, session
        self.panel = build_panel(assessment, session)
        self.problem = ""  # an answer that waits for its reason goes on waiting

    def _hold(self, session: ReaderSession) -> None:
        self.take(session, self.after(session))

    def _leave(self) -> None:
        self.finding_id, self.pending, self.problem = "", None, ""

    def _finding(self) -> Finding:
        return self.assessment.lesion(self.lesion_id).finding(self.finding_id)
