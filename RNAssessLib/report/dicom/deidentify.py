"""A prepared case without its patient: names, ids, paths and free text gone, dates moved."""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from RNAssessLib.assessment import Assessment, assess_prepared
from RNAssessLib.case import (
    AminoAcidPet,
    AnatomyInput,
    Case,
    ClinicalEvent,
    ContourSet,
    Course,
    Image,
    InputError,
    Lesion,
    MappingEntry,
    PreparedCase,
    PreparedCourse,
    PreparedTimepoint,
    Progress,
    Registration,
    Source,
    Spectrum,
    Structure,
    Target,
    Timepoint,
    Treatment,
    silent,
)
from RNAssessLib.findings.finding import Finding
from RNAssessLib.panel.outlines.records import MaskChange
from RNAssessLib.panel.session.records import Decision, MeasurementsChange, Record
from RNAssessLib.panel.session.session import ReaderSession

from .new_names import NewNames
from .pseudonym import Pseudonym, plain_words
from .sources import SourceImages

Given = TypeVar("Given", Spectrum, AminoAcidPet)
MOVED = (
    "De-identified: names and ids are replaced, and all dates are moved by one number of days "
    "(intervals are true, calendar days are not)."
)
REASON_REMOVED = "given, but left out here: it may name people"


def deidentify_sources(sources: SourceImages, pseudonym: Pseudonym) -> SourceImages:
    """Return cleaned headers under their new UIDs."""
    clean = [pseudonym.header(header) for header in sources.headers.values()]
    return SourceImages({str(header.SOPInstanceUID): header for header in clean})


def deidentify_assessment(
    assessment: Assessment, pseudonym: Pseudonym, progress: Progress = silent
) -> Assessment:
    """Assess the de-identified case anew, so that no sentence carries an old date or name.

    Registration and segmentation are not repeated.

    Raises
    ------
    InputError
        When an item answers differently without the removed text: the export would contradict the
        reading.
    """
    thresholds = assessment.thresholds
    prepared = deidentify_prepared(assessment.prepared, pseudonym)
    again = assess_prepared(prepared, thresholds, progress)
    for before, after in zip(assessment.lesions, again.lesions, strict=True):
        for old, new in zip(before.findings, after.findings, strict=True):
            if _answer(old) != _answer(new):
                raise InputError(
                    "--deidentify",
                    f"{old.spec.title} of {before.lesion.id} reads otherwise once free text is "
                    "removed; word the events plainly (see plain_words), or export with identity",
                )
    return again


def _answer(finding: Finding) -> tuple[object, ...]:
    """What must not change: the answer and every figure behind it."""
    figures = [(q.name, q.value) for q in finding.measurements]
    return finding.status, finding.favours, finding.strength, figures


def deidentify_session(
    assessment: Assessment, session: ReaderSession, pseudonym: Pseudonym
) -> ReaderSession:
    """Return the reader's work without free text, days and old names.

    A reason stays when all its words can identify nobody (`plain_words`): half of one would say
    something else. Events and thresholds are left out: the assessment holds them.

    Parameters
    ----------
    assessment : Assessment
        Before it is de-identified.
    session : ReaderSession
    pseudonym : Pseudonym
    """
    names = {t.id: f"t{n}" for n, t in enumerate(assessment.prepared.case.timepoints)}
    kept: list[Record] = []
    for record in session.records:
        if isinstance(record, Decision):
            plain = plain_words(record.reason) == " ".join(record.reason.split())
            kept.append(replace(record, reason=record.reason if plain else REASON_REMOVED, at=""))
        elif isinstance(record, MeasurementsChange):
            made = tuple(
                replace(m, timepoint=names[m.timepoint])
                for m in record.measurements
                if m.timepoint in names
            )
            kept.append(MeasurementsChange(made, ""))
        elif isinstance(record, MaskChange) and record.timepoint in names:
            kept.append(replace(record, timepoint=names[record.timepoint], at=""))
    return ReaderSession(tuple(kept), (), pseudonym.patient_id)


def deidentify_prepared(prepared: PreparedCase, pseudonym: Pseudonym) -> PreparedCase:
    """Return the case with new ids, names, dates and UIDs; images and masks are the same arrays."""
    return _Cleaner(prepared.case, pseudonym).prepared(prepared)


class _Cleaner:
    def __init__(self, case: Case, pseudonym: Pseudonym) -> None:
        self.key = pseudonym
        self.names = NewNames.of(case)
        self.words = self.names.words

    def source(self, source: Source) -> Source:
        uids = tuple(self.key.uid(u) or "" for u in source.sop_instance_uids)
        return Source("", self.key.uid(source.series_uid), self.key.uid(source.study_uid), uids)

    def image(self, image: Image) -> Image:
        frame = self.key.uid(image.frame_of_reference_uid)
        return replace(image, frame_of_reference_uid=frame, source=self.source(image.source))

    def registration(self, registration: Registration) -> Registration:
        moving, fixed = self.words(registration.moving), self.words(registration.fixed)
        return replace(registration, moving=moving, fixed=fixed)

    def timepoint(self, timepoint: Timepoint) -> Timepoint:
        return replace(
            timepoint,
            id=self.names.timepoints[timepoint.id],
            date=self.key.day(timepoint.date),
            sequences={role: self.image(i) for role, i in timepoint.sequences.items()},
        )

    def target(self, target: Target) -> Target:
        return replace(target, name=self.names.structures[target.name], lesion=None)

    def structure(self, structure: Structure) -> Structure:
        shape = structure.shape
        if isinstance(shape, ContourSet):
            frame = self.key.uid(shape.frame_of_reference_uid)
            shape = replace(shape, frame_of_reference_uid=frame)
        return replace(structure, name=self.names.structures[structure.name], shape=shape)

    def course(self, course: Course) -> Course:
        dose = course.dose
        if dose is not None:
            dose = replace(
                dose,
                frame_of_reference_uid=self.key.uid(dose.frame_of_reference_uid),
                sop_instance_uid=self.key.uid(dose.sop_instance_uid),
                plan_uid=self.key.uid(dose.plan_uid),
                source=self.source(dose.source),
            )
        return replace(
            course,
            id=self.names.courses[course.id],
            date=self.key.day(course.date),
            targets=tuple(self.target(t) for t in course.targets),
            dose=dose,
            structures=tuple(self.structure(s) for s in course.structures),
            plan=None,
            space=self.names.timepoints.get(course.space or ""),
            planning_image=self.image(course.planning_image) if course.planning_image else None,
            structures_path="",
        )

    def event(self, event: ClinicalEvent) -> ClinicalEvent:
        return replace(
            event,
            date=self.key.day(event.date),
            end=self.key.day(event.end) if event.end else None,
            drug=plain_words(event.drug),
            text=plain_words(event.text),
            target=self.names.structures.get(event.target, ""),
        )

    def given(self, value: Given) -> Given:
        target = self.names.structures.get(value.target, "")
        return replace(value, date=self.key.day(value.date), target=target)

    def case(self, case: Case) -> Case:
        mapping = tuple(
            MappingEntry("series" if m.timepoint else "file", m.role, "",
                         self.names.timepoints.get(m.timepoint or ""), m.ignored)
            for m in case.mapping if not m.ignored
        )  # fmt: skip
        count = len(case.warnings)
        told = f"{count} warning(s) about the input files were left out: they name files or people"
        anatomy = case.anatomy
        if anatomy is not None:
            space = self.names.timepoints[anatomy.space]
            anatomy = AnatomyInput(self.image(anatomy.labels), space)
        return Case(
            id=self.key.patient_id,
            courses=tuple(self.course(c) for c in case.courses),
            timepoints=tuple(self.timepoint(t) for t in case.timepoints),
            events=tuple(self.event(e) for e in case.events),
            anatomy=anatomy,
            mapping=mapping,
            warnings=(MOVED, told) if count else (MOVED,),
            spectra=tuple(self.given(s) for s in case.spectra),
            amino_acid_pets=tuple(self.given(s) for s in case.amino_acid_pets),
        )

    def prepared_timepoint(
        self, prepared: PreparedTimepoint, timepoint: Timepoint
    ) -> PreparedTimepoint:
        return replace(
            prepared,
            timepoint=timepoint,
            images={role: self.image(i) for role, i in prepared.images.items()},
            to_t1c={role: self.registration(r) for role, r in prepared.to_t1c.items()},
            to_reference=self.registration(prepared.to_reference),
        )

    def prepared_course(self, placed: PreparedCourse, course: Course) -> PreparedCourse:
        to = self.registration(placed.to_reference) if placed.to_reference else None
        return PreparedCourse(course, to, self.words(placed.why_unplaced))

    def lesion(self, lesion: Lesion) -> Lesion:
        return replace(
            lesion,
            name=self.names.structures.get(lesion.name, "new lesion"),
            course_id=self.names.courses.get(lesion.course_id or ""),
            targets=tuple(self.target(t) for t in lesion.targets),
            treatments=tuple(
                Treatment(self.names.courses[t.course_id], tuple(map(self.target, t.targets)))
                for t in lesion.treatments
            ),
        )

    def prepared(self, prepared: PreparedCase) -> PreparedCase:
        case = self.case(prepared.case)
        return replace(
            prepared,
            case=case,
            reference=self.names.timepoints[prepared.reference],
            timepoints=tuple(
                self.prepared_timepoint(p, case.timepoint(self.names.timepoints[p.id]))
                for p in prepared.timepoints
            ),
            courses=tuple(self.prepared_course(p, self.course(p.course)) for p in prepared.courses),
            lesions=tuple(self.lesion(lesion) for lesion in prepared.lesions),
            warnings=tuple(self.words(w) for w in prepared.warnings),
        )
