"""assess(case): everything RNAssess knows about one case, in one object."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib import __version__
from RNAssessLib.case import (
    Case,
    InputError,
    Lesion,
    PreparedCase,
    Progress,
    Quantity,
    part,
    silent,
)
from RNAssessLib.course.serial import SerialEntry, compute_serial
from RNAssessLib.dosimetry.accumulation import AccumulatedDose, accumulate_usual
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.dosimetry.results import CourseDosimetry
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.finding import Finding
from RNAssessLib.findings.registry import evaluate_all
from RNAssessLib.preparation import prepare
from RNAssessLib.prognosis.risk_context import compute_risk_context

DISCLAIMER = "Research use only. Not a medical device."


@dataclass(frozen=True)
class LesionAssessment:
    """One lesion: its course in numbers and its checklist, in clinical order."""

    lesion: Lesion
    serial: tuple[SerialEntry, ...]
    findings: tuple[Finding, ...]

    def finding(self, finding_id: str) -> Finding:
        """Return the finding with the contract id `finding_id`; raises KeyError."""
        for finding in self.findings:
            if finding.spec.id == finding_id:
                return finding
        raise KeyError(finding_id)


@dataclass(frozen=True, eq=False)
class Assessment:
    """Result that all shells, reports and exports render.

    Attributes
    ----------
    prepared : PreparedCase
    courses : tuple of CourseDosimetry
    lesions : tuple of LesionAssessment
    changed_criteria : tuple of Criterion
        Thresholds the reader changed from their default.
    risk_context : tuple of Quantity
        Literature figures beside the patient's, as text in `method`.
    warnings : tuple of str
    version : str
    accumulated : tuple of AccumulatedDose
        Sums of several courses; empty with one.
    """

    prepared: PreparedCase
    courses: tuple[CourseDosimetry, ...]
    lesions: tuple[LesionAssessment, ...]
    changed_criteria: tuple[Criterion, ...] = ()
    risk_context: tuple[Quantity, ...] = ()
    warnings: tuple[str, ...] = ()
    version: str = ""
    accumulated: tuple[AccumulatedDose, ...] = ()

    def lesion(self, lesion_id: str) -> LesionAssessment:
        """Return the assessment of `lesion_id`; raises KeyError."""
        for assessed in self.lesions:
            if assessed.lesion.id == lesion_id:
                return assessed
        raise KeyError(lesion_id)


# Shares of the whole work, measured on the demo case; they only steer the progress bar.
PREPARE_SHARE, DOSE_SHARE = 0.7, 0.1


def assess(
    case: Case, thresholds: Thresholds | None = None, progress: Progress = silent
) -> Assessment:
    """Prepare, measure and evaluate a case.

    Parameters
    ----------
    case : Case
        As a reader of `RNAssessLib.study` gives it.
    thresholds : Thresholds, optional
        Defaults of ``evidence.toml`` unless the reader changed some.
    progress : Progress
        Called with the share done; raising CancelledError inside it stops the work.

    Returns
    -------
    Assessment

    Raises
    ------
    InputError
        When the case holds nothing to assess (no timepoint).
    """
    thresholds = thresholds or Thresholds()
    if not case.timepoints:
        raise InputError(case.id, "no timepoint with a contrast-enhanced T1 (T1c)")
    prepared = prepare(case, part(progress, 0.0, PREPARE_SHARE), thresholds)
    return assess_prepared(prepared, thresholds, part(progress, PREPARE_SHARE, 1.0))


def assess_prepared(
    prepared: PreparedCase, thresholds: Thresholds | None = None, progress: Progress = silent
) -> Assessment:
    """Measure and evaluate a case that is already aligned and segmented.

    What a mask edit or a changed threshold needs: registration is not repeated.
    """
    thresholds = thresholds or Thresholds()
    with_dose = [p.course for p in prepared.courses if p.course.dose is not None]
    courses = []
    for index, course in enumerate(with_dose):
        progress(DOSE_SHARE * index / len(with_dose), f"dose of {course.id}")
        courses.append(compute_course(course, thresholds))
    lesions = []
    for index, lesion in enumerate(prepared.lesions):
        start = DOSE_SHARE + (1.0 - DOSE_SHARE) * index / len(prepared.lesions)
        stop = DOSE_SHARE + (1.0 - DOSE_SHARE) * (index + 1) / len(prepared.lesions)
        serial = compute_serial(prepared, lesion)
        findings = evaluate_all(prepared, lesion, thresholds, part(progress, start, stop))
        lesions.append(LesionAssessment(lesion, serial, findings))
    progress(1.0, "assessed")
    return Assessment(
        prepared=prepared,
        courses=tuple(courses),
        lesions=tuple(lesions),
        changed_criteria=thresholds.changed_criteria(),
        accumulated=accumulate_usual(prepared.courses, thresholds),
        risk_context=tuple(q for c in courses for q in compute_risk_context(c, thresholds)),
        warnings=(*prepared.case.warnings, *prepared.warnings),
        version=__version__,
    )
