"""What was examined, against what, and what was given: the head of the dictated report."""

from __future__ import annotations

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import ClinicalEvent, PreparedCourse, SequenceRole
from RNAssessLib.panel.session.reader_work import measured_rows, outline_rows
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.words.wording import EVENT_NAMES, TECHNIQUE_NAMES

from .catalogue import Say
from .free_text import translate_free
from .told import iso_dates, name_dates

R = SequenceRole
ACQUIRED = {
    R.T1: "T1 before contrast",
    R.T1C: "T1 after contrast",
    R.FLAIR: "FLAIR",
    R.T2: "T2",
    R.DWI: "diffusion-weighted imaging",
    R.ADC: "ADC",
    R.SWI: "susceptibility-weighted imaging",
    R.RCBV: "perfusion (blood volume)",
    R.KTRANS: "perfusion (Ktrans)",
    R.CBF: "arterial spin labelling",
    R.T1C_DELAYED: "delayed T1 after contrast",
    R.PET_AA: "amino-acid PET",
    R.PET_FDG: "FDG PET",
}


def tell_technique(say: Say, assessment: Assessment) -> list[str]:
    """Sequences of the latest study."""
    latest = assessment.prepared.timepoints[-1]
    held = [say(words) for role, words in ACQUIRED.items() if role in latest.timepoint.sequences]
    return [say("MRI of the brain on {day} with {sequences}.",
                day=say.day(latest.date), sequences=say.join(held))]  # fmt: skip


def tell_comparison(say: Say, assessment: Assessment) -> list[str]:
    """Earlier studies and how well they lie over each other."""
    *earlier, latest = assessment.prepared.timepoints
    if not earlier:
        return [say("There is no earlier study to compare with.")]
    days = [say.day(t.date) for t in reversed(earlier)]
    told = [say("Compared with {days}.", days=say.join(days))]
    usable = [t for t in (*earlier, latest) if t.to_reference.is_usable]
    worst = max((t.to_reference.quality.expected_error_mm for t in usable), default=0.0)
    if len(usable) > 1 and worst > 0:
        told.append(say("The studies are aligned to within {error}.",
                        error=say.figure(worst, "mm")))  # fmt: skip
    for timepoint in (*earlier, latest):
        if not timepoint.to_reference.is_usable:
            told.append(say("The study of {day} could not be aligned and is not compared.",
                            day=say.day(timepoint.date)))  # fmt: skip
        elif timepoint.to_reference.by_reader:
            told.append(say("The study of {day} was aligned by hand.",
                            day=say.day(timepoint.date)))  # fmt: skip
    return told


def tell_treatment(say: Say, assessment: Assessment) -> list[str]:
    """Courses with their doses, and everything on record before and since."""
    prepared = assessment.prepared
    told = [_tell_course(say, placed) for placed in prepared.courses]
    last = max((p.course.date for p in prepared.courses), default=None)
    given = sorted((e for e in prepared.case.events if not e.is_denied), key=lambda e: e.date)
    denied = [say(EVENT_NAMES[e.kind]) for e in prepared.case.events if e.is_denied]
    if last is not None:
        before = [_tell_event(say, e) for e in given if e.date < last]
        since = [_tell_event(say, e) for e in given if e.date >= last]
        if before:
            told.append(say("On record before it: {events}.", events="; ".join(before)))
        if since:
            told.append(say("On record since: {events}.", events="; ".join(since)))
    elif given:
        told.append(say("On record: {events}.",
                        events="; ".join(_tell_event(say, e) for e in given)))  # fmt: skip
    if denied:
        told.append(say("Stated as not given: {names}.", names=say.join(denied)))
    if not given and not denied:
        told.append(say("No medication or surgery is on record, which does not mean that none was "
                        "given."))  # fmt: skip
    return told


def _tell_course(say: Say, placed: PreparedCourse) -> str:
    course = placed.course
    doses = [
        f"{t.name} {say.localise(f'{t.prescription_gy:g}')} Gy"
        for t in course.targets if t.prescription_gy
    ]  # fmt: skip
    values = {"day": say.day(course.date), "technique": say(TECHNIQUE_NAMES[course.technique])}
    if doses:
        return say.many(
            "Radiotherapy on {day} ({technique}, {count} fraction): {doses}.",
            "Radiotherapy on {day} ({technique}, {count} fractions): {doses}.",
            course.fractions, doses=", ".join(doses), **values,
        )  # fmt: skip
    return say.many(
        "Radiotherapy on {day} ({technique}, {count} fraction), dose not stated.",
        "Radiotherapy on {day} ({technique}, {count} fractions), dose not stated.",
        course.fractions, **values,
    )  # fmt: skip


def _tell_event(say: Say, event: ClinicalEvent) -> str:
    what = [say(EVENT_NAMES[event.kind])]
    what += [event.drug] if event.drug else []
    if event.dose_mg_per_kg is not None:
        what.append(say.localise(f"{event.dose_mg_per_kg:g} mg/kg"))
    if event.dose_mg_per_day is not None:
        what.append(say("{dose} mg per day", dose=say.localise(f"{event.dose_mg_per_day:g}")))
    if event.value is not None:
        what.append(say.localise(f"{event.value:g}"))
    if event.text:
        what.append(f"({event.text})")
    when = say.day(event.date)
    if event.end is not None:
        when = say("{first} to {last}", first=when, last=say.day(event.end))
    return f"{' '.join(what)}, {when}"


def tell_reader(say: Say, assessment: Assessment, session: ReaderSession) -> list[str]:
    """What the reader measured and drew."""
    told = []
    measured = [
        f"{say(m.title.lower())} {say.localise(m.value)} "
        f"({say.localise(m.date) or m.timepoint}, {_place(say, m.place)})"
        for m in measured_rows(assessment, session)
    ]
    if measured:
        told.append(say("Measured by the reader on the images: {measured}.",
                        measured="; ".join(measured)))  # fmt: skip
    drawn = [
        say("{lesion} on {day}: {parts}", lesion=row.lesion, day=say.localise(row.date),
            parts=say.join([say(p) for p in row.parts.split(" and ")]))
        for row in outline_rows(assessment, session)
    ]  # fmt: skip
    if drawn:
        told.append(say("Outlines corrected by the reader, and all figures with them: {drawn}.",
                        drawn="; ".join(drawn)))  # fmt: skip
    return told


def _place(say: Say, place: str) -> str:
    """``T1c, axial``: the plane is a word of the language."""
    image, _, plane = place.partition(", ")
    return f"{image}, {say(plane)}"


def tell_notes(say: Say, assessment: Assessment) -> list[str]:
    """Warnings of the case."""
    dates = iso_dates({t.id: t.date for t in assessment.prepared.timepoints})
    return [
        say("Note: {words}.", words=translate_free(say, name_dates(w, dates)).rstrip("."))
        for w in assessment.warnings
    ]
