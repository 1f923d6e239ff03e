"""The reader's list of clinical events put into the assessment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from RNAssessLib.amend import with_events
from RNAssessLib.assessment import Assessment
from RNAssessLib.case import ClinicalEvent

from ..session.session import ReaderSession

CHANGED_MEANWHILE = (
    "the events in the case file changed after the reader had edited them here: the edited list is "
    "used"
)


def follow_events(
    assessment: Assessment, session: ReaderSession, given: Sequence[ClinicalEvent]
) -> Assessment:
    """Return the assessment with the events of the session; the same one when nothing changes.

    Parameters
    ----------
    assessment : Assessment
    session : ReaderSession
    given : sequence of ClinicalEvent
        What the case itself holds.
    """
    followed = with_events(assessment, session.events(given))
    warnings = tuple(w for w in followed.warnings if w != CHANGED_MEANWHILE)
    if session.events_differ(given):
        warnings = (*warnings, CHANGED_MEANWHILE)
    return followed if warnings == followed.warnings else replace(followed, warnings=warnings)
