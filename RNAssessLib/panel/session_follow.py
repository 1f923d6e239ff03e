"""Everything a reader's session changes in a freshly assessed case."""

from __future__ import annotations

from RNAssessLib.assessment import Assessment

from .session import ReaderSession
from .session_events import follow_events
from .session_outlines import Outlines


def follow_session(assessment: Assessment, session: ReaderSession) -> Assessment:
    """Return the assessment with the reader's events and outlines, as the panels show it.

    Parameters
    ----------
    assessment : Assessment
        Of the case as it was read; its thresholds are those it was assessed with.
    session : ReaderSession
    """
    given = assessment.prepared.case.events
    followed = follow_events(assessment, session, given)
    return Outlines(assessment.prepared).follow(followed, session)
