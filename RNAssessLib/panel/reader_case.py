"""The case as the reader left it: events and corrected outlines of a session put in."""

from __future__ import annotations

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import ClinicalEvent

from .session import ReaderSession
from .session_events import follow_events
from .session_outlines import Outlines


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
        self._outlines = Outlines(assessment.prepared)

    def follow(self, assessment: Assessment, session: ReaderSession) -> Assessment:
        """Return the assessment with everything the session holds, and what rests on it.

        Parameters
        ----------
        assessment : Assessment
            Of this case, after any earlier state of the session.
        session : ReaderSession

        Returns
        -------
        Assessment
            The same one when nothing changes.
        """
        followed = follow_events(assessment, session, self.given_events)
        return self._outlines.follow(followed, session)
