"""A reader at work on one case: the same in both shells. No page, no scene, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from typing import TypeVar

from RNAssessLib.assessment import Assessment, assess_prepared, with_prescriptions
from RNAssessLib.case import (
    ClinicalEvent,
    Mask,
    MaskKind,
    Progress,
    Registration,
    SequenceRole,
    part,
)
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.lesions.correction import correct_masks
from RNAssessLib.realign import images_of

from ..measuring.measurements import Measurement
from ..session.session import ReaderSession
from .changes import AssessedAgain, Change, Changes, LevelsChanged, PrescriptionChanged
from .reader_case import ReaderCase
from .recording import Recording, nothing
from .running import AtOnce, Done, Keeper, KeepsNothing, Runner, Said
from .view_model import PanelView, build_panel

T = TypeVar("T")
AGAIN_SHARE = 0.9  # of the progress bar


class Reading(Recording):
    """A reader at work on one assessment; every change goes through here and is told.

    Parameters
    ----------
    assessment : Assessment
        As it was computed, before anything the reader did.
    session : ReaderSession, optional
        Decisions made before.
    runner : Runner, optional
        Runs what takes time; at once by default.
    keeper : Keeper, optional
        Saves every record, or says why nothing may be recorded; nothing is saved by default.
    changes : Changes, optional
        Who is told; a shell that outlives its cases has one for all of them.

    Attributes
    ----------
    assessment : Assessment
        With everything the reader did.
    session : ReaderSession
    panel : PanelView
        What the panel shows of both.
    """

    def __init__(
        self,
        assessment: Assessment,
        session: ReaderSession | None = None,
        runner: Runner | None = None,
        keeper: Keeper | None = None,
        changes: Changes | None = None,
    ) -> None:
        self.changes = changes or Changes()
        self.runner: Runner = runner or AtOnce()
        self.keeper: Keeper = keeper or KeepsNothing()
        self.session = session or ReaderSession().for_case(assessment.prepared.case.id)
        self._case = ReaderCase(assessment)
        self.assessment = self._case.follow(assessment, self.session)
        self.panel: PanelView = build_panel(self.assessment, self.session)
        self._begin()

    @property
    def events(self) -> tuple[ClinicalEvent, ...]:
        """Clinical events that hold now."""
        return self.assessment.prepared.case.events

    @property
    def given_events(self) -> tuple[ClinicalEvent, ...]:
        """Clinical events that the case itself holds."""
        return self._case.given_events

    # --- what is recorded ---- --------------------------------------------------------------------

    def edit_events(self, events: Sequence[ClinicalEvent], said: Said | None = None) -> None:
        """Take an edited list of clinical events; what depends on it is computed anew."""
        session = self.session.set_events(events, self._case.given_events)
        self.follow("Following the events", session, said=said)

    def measure(self, measurements: Sequence[Measurement]) -> None:
        """Take another list of measurements."""
        self.follow("Measuring", self.session.set_measurements(measurements))

    def set_threshold(self, key: str, value: float | None) -> None:
        """Change a threshold; it is used once the case is assessed again. Raises as the session."""
        self.follow("Changing a threshold", self.session.set_threshold(key, value))

    def correct(
        self,
        timepoint: str,
        outlines: Mapping[str, Mapping[MaskKind, Mask]],
        done: Done = nothing,
        said: Said | None = None,
    ) -> None:
        """Take corrected outlines of lesions; every number that rests on them follows.

        Parameters
        ----------
        timepoint : str
        outlines : mapping of lesion id to mapping of MaskKind to Mask
        done, said : callable
            As `follow`.

        Raises
        ------
        InputError
            They do not fit the case.
        """
        session, prepared = self.session, self.assessment.prepared
        for lesion, masks in outlines.items():
            prepared = correct_masks(prepared, timepoint, lesion, masks)  # before it is kept
            session = session.set_masks(timepoint, lesion, masks)
        self.follow(f"Applying the outline at {timepoint}", session, done, said)

    def place(
        self,
        timepoint: str,
        role: SequenceRole | None,
        placed: Registration,
        done: Done = nothing,
        said: Said | None = None,
    ) -> None:
        """Take a registration that the reader accepted; its study is prepared again."""
        images = images_of(self.assessment.prepared, timepoint, role)
        session = self.session.set_place(timepoint, role, placed, images)
        self.follow(f"Placing {placed.moving}", session, done, said)

    # --- figures that are no records --------------------------------------------------------------

    def prescribe(
        self,
        course: str,
        target: str,
        dose_gy: float,
        fields: MutableMapping[str, DoseField] | None = None,
        done: Done = nothing,
        said: Said | None = None,
        runner: Runner | None = None,
    ) -> None:
        """Use the reader's prescription for a target; as `with_prescriptions`, by the runner.

        A shell may give another runner: where a second is too short for its own.
        """

        def compute(tell: Progress) -> Assessment:
            tell(0.1, f"{target}: {dose_gy:g} Gy")
            found = with_prescriptions(self.assessment, course, {target: dose_gy}, fields)
            tell(0.9, "")  # the last moment at which it can be cancelled
            return found

        def take(assessment: Assessment) -> None:
            self._replace(assessment, PrescriptionChanged(self.assessment, assessment))
            done()

        runner = runner or self.runner
        runner.run("Prescription", compute, take, said or self.tell)

    def assess_again(self, done: Done = nothing, said: Said | None = None) -> None:
        """Answer every item with the session's thresholds; nothing is aligned again."""
        session = self.session

        def compute(tell: Progress) -> Assessment:
            share = part(tell, 0.0, AGAIN_SHARE)
            found = assess_prepared(self.assessment.prepared, session.thresholds(), share)
            return self._case.follow(found, session, part(tell, AGAIN_SHARE, 1.0))

        def take(assessment: Assessment) -> None:
            self._replace(assessment, AssessedAgain(self.assessment, assessment))
            done()

        self.runner.run("Assessing again", compute, take, said or self.tell)

    def replace(self, assessment: Assessment) -> None:
        """Go on with other answers to the same case that the shell computed, and showed before.

        For a shell that cannot show them without failing; told as `assess_again`.
        """
        self._replace(assessment, AssessedAgain(self.assessment, assessment))

    def change_levels(self, act: Callable[[], T]) -> T:
        """Do something to the isodose levels, which the scene holds, and tell of it."""
        found = act()
        self.changes.tell(LevelsChanged())
        return found

    def _replace(self, assessment: Assessment, change: Change) -> None:
        self.assessment = assessment
        self.panel = build_panel(assessment, self.session)
        self.changes.tell(change)
