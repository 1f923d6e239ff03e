"""Case section: courses, timepoints, alignment, events, mapping."""

from __future__ import annotations

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import (
    ClinicalEvent,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    Registration,
    counted,
    months_between,
)
from RNAssessLib.case.numbers import as_ratio
from RNAssessLib.findings.summary import ROUTINE
from RNAssessLib.kept.image_quality import quality_of
from RNAssessLib.lesions.quality_grade import QualityGrade

from ..words.figures import criterion_row
from ..words.numbers import format_months, format_setting, format_with_unit
from ..words.rows import (
    CaseView,
    CourseRow,
    EventRow,
    MappingRow,
    QualityRow,
    RegistrationRow,
    TimepointRow,
)
from ..words.style import GRADE_COLOURS, QUALITY_COLOURS
from ..words.wording import GRADE_ICONS, GRADE_WORDS, QUALITY_ICONS, TECHNIQUE_NAMES
from .events import event_entries, event_words


def build_case(assessment: Assessment) -> CaseView:
    """Build the case section."""
    prepared = assessment.prepared
    courses = tuple(p.to_reference for p in prepared.courses if p.to_reference is not None)
    return CaseView(
        id=prepared.case.id,
        courses=tuple(_course(placed) for placed in prepared.courses),
        timepoints=tuple(_timepoint(assessment, t) for t in prepared.timepoints),
        registrations=tuple(
            registration_row(r) for r in (*(t.to_reference for t in prepared.timepoints), *courses)
        ),
        sequence_registrations=tuple(
            registration_row(r) for t in prepared.timepoints for r in t.to_t1c.values()
        ),
        anatomy=_anatomy(prepared),
        events=tuple(_event(prepared, event) for event in prepared.case.events),
        mapping=tuple(
            MappingRow(f"{m.timepoint or ''} {m.role}".strip(), m.what, m.why, m.ignored)
            for m in prepared.case.mapping
        ),
        warnings=assessment.warnings,
        changed_thresholds=tuple(criterion_row(c) for c in assessment.changed_criteria),
    )


def registration_row(registration: Registration) -> RegistrationRow:
    """Traffic light of one registration."""
    quality = registration.quality
    tip = [quality.method] if quality.method else []
    tip.append(
        f"similarity {as_ratio(quality.similarity_before)} before, "
        f"{as_ratio(quality.similarity_after)} after"
    )
    if quality.overlap_dice is not None:
        tip.append(f"overlap of the heads {as_ratio(quality.overlap_dice)} (Dice)")
    if quality.inverse_consistency_mm is not None:
        tip.append(f"forward and back {format_with_unit(quality.inverse_consistency_mm, 'mm')}")
    return RegistrationRow(
        moving=registration.moving,
        fixed=registration.fixed,
        icon=GRADE_ICONS[quality.grade],
        grade=GRADE_WORDS[quality.grade],
        colour=GRADE_COLOURS[quality.grade],
        expected_error=format_with_unit(quality.expected_error_mm, "mm"),
        reasons=registration.notes,
        usable=registration.is_usable,
        tip="; ".join(tip),
    )


def first_treatment(prepared: PreparedCase) -> PreparedCourse | None:
    """First course with a dose, from which months are counted; else the first course."""
    with_dose = [p for p in prepared.courses if p.course.dose is not None]
    return next(iter((*with_dose, *prepared.courses)), None)


def quality_rows(assessment: Assessment, timepoint: PreparedTimepoint) -> tuple[QualityRow, ...]:
    """One row per lesion: how good the images of this study are."""
    found = (quality_of(timepoint, one.lesion, assessment.thresholds) for one in assessment.lesions)
    return tuple(
        QualityRow(
            timepoint=quality.timepoint,
            lesion=quality.lesion,
            icon=QUALITY_ICONS[quality.grade],
            grade=quality.grade.value if quality.grade else "not graded",
            colour=QUALITY_COLOURS[quality.grade],
            told=quality.text,
            refused=quality.grade is QualityGrade.RED,
        )
        for quality in found
        if quality is not None
    )


def quality_lines(assessment: Assessment, timepoint: PreparedTimepoint) -> tuple[str, ...]:
    """Text of the same rows, for reports in black and white."""
    return tuple(row.told for row in quality_rows(assessment, timepoint))


def _timepoint(assessment: Assessment, timepoint: PreparedTimepoint) -> TimepointRow:
    prepared = assessment.prepared
    sequences = timepoint.timepoint.sequences
    start = first_treatment(prepared)
    months = None if start is None else months_between(start.course.date, timepoint.date)
    return TimepointRow(
        id=timepoint.id,
        date=timepoint.date.isoformat(),
        months=format_months(months),
        sequences=tuple(role.value for role in sequences),
        missing=tuple(role.value for role in ROUTINE if role not in sequences),
        is_reference=timepoint.id == prepared.reference,
        quality=quality_rows(assessment, timepoint),
    )


def prescription_text(prescription_gy: float | None, fractions: int) -> str:
    """Return a prescription in words.

    Examples
    --------
    >>> prescription_text(20.0, 1), prescription_text(27.0, 3), prescription_text(None, 1)
    ('20 Gy in 1 fraction', '27 Gy in 3 fractions', 'no prescription')
    """
    if prescription_gy is None:
        return "no prescription"
    return f"{format_setting(prescription_gy, 'Gy')} in {counted(fractions, 'fraction')}"


def _course(placed: PreparedCourse) -> CourseRow:
    course = placed.course
    targets = [
        f"{t.name} {prescription_text(t.prescription_gy, course.fractions)} "
        f"({t.prescription_source})"
        for t in course.targets
    ]
    if course.dose is None:
        placement, warning = "no dose: known from the history", False
    elif placed.to_reference is None:
        placement, warning = f"dose not placed: {placed.why_unplaced}", True
    else:
        warning = not placed.to_reference.is_usable
        placement = registration_row(placed.to_reference).text
    return CourseRow(
        id=course.id,
        date=course.date.isoformat(),
        technique=TECHNIQUE_NAMES[course.technique],
        fractions=counted(course.fractions, "fraction"),
        targets="; ".join(targets) or "no target",
        placement=placement,
        warning=warning,
    )


def _anatomy(prepared: PreparedCase) -> str:
    anatomy = prepared.anatomy
    if anatomy is None:
        return f"No anatomy: {prepared.why_no_anatomy}"
    error = format_with_unit(anatomy.boundary_error_mm, "mm")
    own = ""
    if anatomy.dura_error_mm is not None and anatomy.dura is not None and anatomy.dura.any():
        near = format_with_unit(anatomy.dura_error_mm, "mm")
        own = f"; falx and tentorium within {near} where their dura is seen"
    return f"{anatomy.source}; boundaries within {error}{own}"


def _event(prepared: PreparedCase, event: ClinicalEvent) -> EventRow:
    start = first_treatment(prepared)
    months = None if start is None else months_between(start.course.date, event.date)
    return EventRow(
        event.date.isoformat(),
        format_months(months),
        event_words(event),
        event.kind.value,
        event_entries(event),
    )
