"""The case as the reader left it: places, events and outlines of a session put in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from RNAssessLib.assessment import Assessment, assess_prepared
from RNAssessLib.case import ClinicalEvent, Progress, part, silent
from RNAssessLib.evidence import Thresholds

from ..session.session import ReaderSession
from .events import follow_events
from .outlines import Outlines
from .places import MISFIT, Places

PLACES_SHARE = 0.5  # of the progress bar


class ReaderCase:
    """What a reader's session makes of an assessment; both shells go through here.

    Parameters
    ----------
    assessment : Assessment
        As it was computed, before anything the reader did.

    Attributes
    ----------
    given_events : tuple of ClinicalEvent
        What the case itself holds.
    """

    def __init__(self, assessment: Assessment) -> None:
        self.given_events: tuple[ClinicalEvent, ...] = assessment.prepared.case.events
        self._places = Places(assessment.prepared)
        self._placed = self._places.after((), Thresholds())
        self._outlines = Outlines(assessment.prepared)

    def follow(
        self, assessment: Assessment, session: ReaderSession, progress: Progress = silent
    ) -> Assessment:
        """Return the assessment with everything the session holds, and what rests on it.

        Parameters
        ----------
        assessment : Assessment
            Of this case, after any earlier state of the session; its thresholds hold.
        session : ReaderSession
        progress : Progress
            Another place of an image and another outline take seconds; nothing has changed when
            it is cancelled.

        Returns
        -------
        Assessment
            The same one when nothing changes.
        """
        thresholds = assessment.thresholds
        placed = self._places.after(
            session.place_changes, thresholds, part(progress, 0.0, PLACES_SHARE)
        )
        outlines = self._outlines
        if placed is not self._placed:
            now = assessment.prepared
            given = replace(placed.prepared, case=now.case, courses=now.courses)
            outlines = Outlines(given)
            drawn = outlines.drawn(session)
            assessment = assess_prepared(drawn, thresholds, part(progress, PLACES_SHARE, 1.0))
        followed = follow_events(assessment, session, self.given_events)
        rest = silent if placed is not self._placed else progress
        followed = _say(outlines.follow(followed, session, rest), placed.problems)
        self._placed, self._outlines = placed, outlines
        return followed


def follow_session(
    assessment: Assessment, session: ReaderSession, progress: Progress = silent
) -> Assessment:
    """Return a fresh assessment with everything the session holds, as the panels show it."""
    return ReaderCase(assessment).follow(assessment, session, progress)


def _say(assessment: Assessment, problems: Sequence[str]) -> Assessment:
    kept = [w for w in assessment.warnings if not w.startswith(MISFIT)]
    warnings = (*kept, *(f"{MISFIT}: {text}" for text in problems))
    return assessment if warnings == assessment.warnings else replace(assessment, warnings=warnings)
