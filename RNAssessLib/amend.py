"""What a reader's edit of the clinical events makes new, and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from RNAssessLib.assessment import Assessment, LesionAssessment, add_context, compute_response
from RNAssessLib.case import ClinicalEvent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.registry import evaluate_again


def with_events(assessment: Assessment, events: Sequence[ClinicalEvent]) -> Assessment:
    """Return the assessment with another list of clinical events.

    Items that take the changed kinds of event into account are answered anew; so are clinical
    course, response, Li 2021's indices and nomogram. Nothing is aligned, segmented or planned
    again.

    Parameters
    ----------
    assessment : Assessment
    events : sequence of ClinicalEvent
        The whole list.
    """
    before = assessment.prepared.case.events
    events = tuple(sorted(events, key=lambda e: e.date))
    if events == before:
        return assessment
    thresholds = Thresholds({c.key: c.value for c in assessment.changed_criteria})
    changed = {e.kind for e in set(before) ^ set(events)}
    case = replace(assessment.prepared.case, events=events)
    prepared = replace(assessment.prepared, case=case)

    def renew(assessed: LesionAssessment) -> LesionAssessment:
        lesion = assessed.lesion
        found = evaluate_again(prepared, lesion, assessed.findings, changed, thresholds)
        again = replace(assessed, findings=found)
        return add_context(prepared, again, assessment.courses, thresholds)

    lesions = tuple(renew(assessed) for assessed in assessment.lesions)
    return replace(
        assessment,
        prepared=prepared,
        lesions=lesions,
        response=compute_response(prepared, lesions, thresholds),
    )
