"""What a reader's edit (clinical events, outlines) makes new, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from RNAssessLib.assessment import Assessment, LesionAssessment, add_context
from RNAssessLib.case import (
    ClinicalEvent,
    LesionMasks,
    Mask,
    MaskKind,
    PreparedCase,
    PreparedTimepoint,
    Progress,
    part,
    silent,
)
from RNAssessLib.course.case_response import compute_response
from RNAssessLib.course.components import compute_component_steps
from RNAssessLib.course.serial import compute_serial
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Drawn
from RNAssessLib.findings.measure.seen_before import absent_on
from RNAssessLib.findings.registry import evaluate_again, evaluate_redrawn
from RNAssessLib.lesions.correction import correct_masks

DRAWN = {
    MaskKind.ENHANCING: Drawn.ENHANCING,
    MaskKind.NECROTIC_CORE: Drawn.NECROTIC_CORE,
    MaskKind.OEDEMA: Drawn.OEDEMA,
}


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
    thresholds = assessment.thresholds
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


def with_masks(
    assessment: Assessment, timepoint_id: str, lesion_id: str, masks: Mapping[MaskKind, Mask]
) -> Assessment:
    """Return the assessment after the reader corrected a lesion's outlines at one timepoint.

    Parameters
    ----------
    assessment : Assessment
    timepoint_id, lesion_id : str
    masks : mapping of MaskKind to Mask
        On the timepoint's T1c grid; kinds that are left out stay as they are. How they fit in
        with the other outlines: `RNAssessLib.lesions.correction.correct_masks`.

    Raises
    ------
    InputError
        Unknown timepoint or lesion, another grid, oedema where no FLAIR shows it.
    """
    corrected = correct_masks(assessment.prepared, timepoint_id, lesion_id, masks)
    return with_outlines(assessment, corrected)


def with_outlines(
    assessment: Assessment, prepared: PreparedCase, progress: Progress = silent
) -> Assessment:
    """Return the assessment of the same case with other outlines.

    Measured anew are the sizes and steps of the timepoints that changed, the items that read what
    changed, and the context that rests on them. Nothing is aligned or planned again.

    Parameters
    ----------
    assessment : Assessment
    prepared : PreparedCase
        Differs from the assessment's in lesion masks, unassigned enhancement and normal white
        matter only.
    progress : Progress
        Cancels by raising; nothing has changed then.
    """
    if prepared is assessment.prepared:
        return assessment
    thresholds = assessment.thresholds
    prepared, changes = _compare(assessment.prepared, prepared)
    if not changes.any:
        return assessment
    count = len(assessment.lesions)
    lesions = tuple(
        _remeasure(assessment, prepared, assessed, changes, thresholds,
                   part(progress, number / count, (number + 1) / count))
        for number, assessed in enumerate(assessment.lesions)
    )  # fmt: skip
    return replace(
        assessment,
        prepared=prepared,
        lesions=lesions,
        response=compute_response(prepared, lesions, thresholds),
    )


@dataclass
class _Changes:
    """Where outlines differ.

    Attributes
    ----------
    lesions : dict of lesion id to dict of timepoint id to set of Drawn
    around : set of Drawn
        What changed for every lesion.
    """

    lesions: dict[str, dict[str, set[Drawn]]] = field(default_factory=dict)
    around: set[Drawn] = field(default_factory=set)

    @property
    def any(self) -> bool:
        """Whether anything differs."""
        return bool(self.lesions or self.around)

    def seen_from(self, lesion_id: str) -> set[Drawn]:
        """What changed for one lesion."""
        own = self.lesions.get(lesion_id, {}).values()
        others = {Drawn.OTHERS} if set(self.lesions) - {lesion_id} else set()
        return set().union(*own, others, self.around)


def _compare(before: PreparedCase, after: PreparedCase) -> tuple[PreparedCase, _Changes]:
    """Differences; timepoints without one stay the objects they were, with what they remember."""
    changes, timepoints = _Changes(), []
    for old, new in zip(before.timepoints, after.timepoints, strict=True):
        differs = old is not new and _compare_timepoint(old, new, changes)
        timepoints.append(new if differs else old)
    return replace(after, timepoints=tuple(timepoints)), changes


def _compare_timepoint(old: PreparedTimepoint, new: PreparedTimepoint, changes: _Changes) -> bool:
    found = set()
    if not _same(old.new_enhancement, new.new_enhancement):
        found.add(Drawn.UNASSIGNED)
    if not _same(old.nawm, new.nawm):
        found.add(Drawn.NORMAL)
    changes.around |= found
    lesions = {
        lesion_id: parts
        for lesion_id, masks in new.lesions.items()
        if (parts := _compare_masks(old.lesions[lesion_id], masks)) is not None
    }
    for lesion_id, parts in lesions.items():
        changes.lesions.setdefault(lesion_id, {})[new.id] = parts
    return bool(found or lesions)


def _compare_masks(old: LesionMasks, new: LesionMasks) -> set[Drawn] | None:
    """Parts that differ; None when nothing does, not even who drew them."""
    parts = {DRAWN[k] for k in old.masks if not _same(old.masks[k], new.masks[k])}
    if old.boundary_error_mm != new.boundary_error_mm:
        parts |= set(DRAWN.values())
    return parts if parts or old.origin is not new.origin else None


def _same(a: Mask, b: Mask) -> bool:
    return a is b or bool((a.array == b.array).all())


def _remeasure(
    assessment: Assessment,
    prepared: PreparedCase,
    assessed: LesionAssessment,
    changes: _Changes,
    thresholds: Thresholds,
    progress: Progress,
) -> LesionAssessment:
    """One lesion with everything renewed that rests on what changed."""
    lesion = assessed.lesion
    progress(0.0, f"{lesion.id}: sizes")
    redrawn = changes.lesions.get(lesion.id, {})
    serial = {e.timepoint: e for e in assessed.serial if e.timepoint not in redrawn}
    enhancement = {
        t for t, parts in redrawn.items() if parts & {Drawn.ENHANCING, Drawn.NECROTIC_CORE}
    }
    steps = {
        (s.before, s.after): s for s in assessed.components if not {s.before, s.after} & enhancement
    }
    sizes = compute_serial(prepared, lesion, serial)
    progress(0.1, f"{lesion.id}: pieces")
    again = replace(
        assessed,
        serial=sizes,
        components=compute_component_steps(
            prepared, lesion, absent_on(thresholds), thresholds, steps
        ),
        findings=evaluate_redrawn(
            prepared, lesion, assessed.findings, changes.seen_from(lesion.id), thresholds,
            part(progress, 0.2, 0.9),
        ),
    )  # fmt: skip
    progress(0.95, f"{lesion.id}: context")
    return add_context(prepared, again, assessment.courses, thresholds)
