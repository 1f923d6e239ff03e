"""assess(case): everything RNAssess knows about one case, in one object."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping, Sequence
from dataclasses import dataclass, replace

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
from RNAssessLib.course.case_response import TimepointResponse, compute_response
from RNAssessLib.course.clinical_course import ClinicalCourse, compute_clinical_course
from RNAssessLib.course.components import ComponentStep, compute_component_steps
from RNAssessLib.course.li21 import Li21Indices, compute_li21_indices
from RNAssessLib.course.serial import SerialEntry, compute_serial
from RNAssessLib.dosimetry.accumulation import AccumulatedDose, accumulate_usual
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.dosimetry.field import DoseField
from RNAssessLib.dosimetry.mr_brain import add_mr_brain
from RNAssessLib.dosimetry.prescription import override_prescription
from RNAssessLib.dosimetry.repeat_courses import RepeatTreatment, compute_repeat_treatment
from RNAssessLib.dosimetry.results import CourseDosimetry
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.findings.asked import grown_voxels, measured_latency
from RNAssessLib.findings.finding import Finding
from RNAssessLib.findings.measure.seen_before import absent_on
from RNAssessLib.findings.registry import evaluate_all
from RNAssessLib.preparation import prepare
from RNAssessLib.prognosis.bergen import BergenScore, compute_bergen
from RNAssessLib.prognosis.cohort import describe_setting
from RNAssessLib.prognosis.inputs import read_inputs
from RNAssessLib.prognosis.nomogram import Nomogram, compute_nomogram
from RNAssessLib.prognosis.risk_context import compute_risk_context, compute_target_context


@dataclass(frozen=True)
class LesionAssessment:
    """One lesion: its course in numbers and its checklist, in clinical order.

    Attributes
    ----------
    lesion : Lesion
    serial : tuple of SerialEntry
    findings : tuple of Finding
    clinical : ClinicalCourse or None
        Steroid, KPS and bevacizumab beside the sizes.
    li21 : Li21Indices or None
        Li 2021's indices beside its cohort's ranges.
    nomogram : Nomogram or None
        None when no dose of its course is given; then `why_no_nomogram`.
    why_no_nomogram : str
    risk_context : tuple of Quantity
        Literature figures beside this lesion's targets.
    components : tuple of ComponentStep
        What became of each of its parts from one timepoint to the next.
    repeat : RepeatTreatment or None
        Sum of its courses beside the one in force; None when one course treated it.
    bergen : BergenScore or None
        None where the nomogram is.
    """

    lesion: Lesion
    serial: tuple[SerialEntry, ...]
    findings: tuple[Finding, ...]
    clinical: ClinicalCourse | None = None
    li21: Li21Indices | None = None
    nomogram: Nomogram | None = None
    why_no_nomogram: str = ""
    risk_context: tuple[Quantity, ...] = ()
    components: tuple[ComponentStep, ...] = ()
    repeat: RepeatTreatment | None = None
    bergen: BergenScore | None = None

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
    response : tuple of TimepointResponse
        RANO-BM category of the whole case at each follow-up.
    """

    prepared: PreparedCase
    courses: tuple[CourseDosimetry, ...]
    lesions: tuple[LesionAssessment, ...]
    changed_criteria: tuple[Criterion, ...] = ()
    risk_context: tuple[Quantity, ...] = ()
    warnings: tuple[str, ...] = ()
    version: str = ""
    accumulated: tuple[AccumulatedDose, ...] = ()
    response: tuple[TimepointResponse, ...] = ()

    @property
    def thresholds(self) -> Thresholds:
        """Thresholds that it was computed with."""
        return Thresholds({c.key: c.value for c in self.changed_criteria})

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


def with_prescriptions(
    assessment: Assessment,
    course_id: str,
    doses_gy: Mapping[str, float],
    fields: MutableMapping[str, DoseField] | None = None,
) -> Assessment:
    """Return the assessment with the reader's prescriptions for targets of one course.

    Plan indices and the literature beside them are computed anew; the checklist is not: it says so
    in a warning until the case is assessed again.

    Parameters
    ----------
    assessment : Assessment
    course_id : str
    doses_gy : mapping of target name to Gy
    fields : mapping of course id to DoseField, optional
        Prepared doses, used and filled.

    Raises
    ------
    InputError
        Unknown course or target, a dose that is not positive.
    """
    prepared = assessment.prepared
    thresholds = assessment.thresholds
    chosen = next((p for p in prepared.courses if p.course.id == course_id), None)
    if chosen is None or chosen.course.dose is None:
        raise InputError(course_id, "is no course with a dose")
    course = override_prescription(chosen.course, doses_gy)
    field = (fields or {}).get(course_id) or DoseField(chosen.course.dose)
    if fields is not None:
        fields[course_id] = field
    figures = add_mr_brain(compute_course(course, thresholds, field=field), prepared)
    placed = tuple(replace(p, course=course) if p is chosen else p for p in prepared.courses)
    courses = tuple(figures if c.course_id == course_id else c for c in assessment.courses)
    warning = f"checklist items of {course_id} still use the prescription it was assessed with"
    return replace(
        assessment,
        prepared=replace(prepared, courses=placed),
        courses=courses,
        risk_context=tuple(q for c in courses for q in compute_risk_context(c, thresholds)),
        warnings=tuple(dict.fromkeys((*assessment.warnings, warning))),
    )


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
        courses.append(add_mr_brain(compute_course(course, thresholds), prepared))
    lesions = []
    for index, lesion in enumerate(prepared.lesions):
        start = DOSE_SHARE + (1.0 - DOSE_SHARE) * index / len(prepared.lesions)
        stop = DOSE_SHARE + (1.0 - DOSE_SHARE) * (index + 1) / len(prepared.lesions)
        lesions.append(
            assess_lesion(prepared, lesion, courses, thresholds, part(progress, start, stop))
        )
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
        response=compute_response(prepared, lesions, thresholds),
    )


def assess_lesion(
    prepared: PreparedCase,
    lesion: Lesion,
    courses: Sequence[CourseDosimetry],
    thresholds: Thresholds,
    progress: Progress = silent,
) -> LesionAssessment:
    """Sizes, checklist, clinical course and published context of one lesion."""
    serial = compute_serial(prepared, lesion)
    findings = evaluate_all(prepared, lesion, thresholds, progress)
    parts = compute_component_steps(prepared, lesion, absent_on(thresholds), thresholds)
    sized = LesionAssessment(lesion, serial, findings, components=parts)
    return add_context(prepared, sized, courses, thresholds)


def add_context(
    prepared: PreparedCase,
    assessed: LesionAssessment,
    courses: Sequence[CourseDosimetry],
    thresholds: Thresholds,
) -> LesionAssessment:
    """Return a lesion with clinical course, cohort's ranges and nomogram from sizes and items."""
    lesion, serial, events = assessed.lesion, assessed.serial, prepared.case.events
    dates = [t.date for t in prepared.timepoints]
    setting = describe_setting(prepared, lesion, thresholds)
    clinical = compute_clinical_course(serial, dates, events, thresholds)
    dosimetry = next((c for c in courses if c.course_id == lesion.course_id), None)
    names = [t.name for t in lesion.targets]
    plan = [t for t in dosimetry.targets if t.name in names] if dosimetry else []
    inputs = read_inputs(dosimetry, lesion, events, setting, thresholds) if dosimetry else None
    return replace(
        assessed,
        clinical=clinical,
        li21=compute_li21_indices(
            plan[0].quantities if plan else (),
            measured_latency(assessed.findings),
            serial,
            clinical,
            thresholds,
        ),
        nomogram=None if inputs is None else compute_nomogram(inputs, thresholds),
        bergen=None
        if inputs is None or setting is None
        else compute_bergen(prepared, inputs, setting, thresholds),
        why_no_nomogram="" if dosimetry else "no dose of the course that treated it",
        risk_context=tuple(q for t in plan for q in compute_target_context(t)),
        repeat=compute_repeat_treatment(
            prepared, lesion, thresholds, grown_voxels(assessed.findings)
        ),
    )
