"""What could not be assessed and what would help, in whole sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Date

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Status
from RNAssessLib.kept.image_quality import quality_of
from RNAssessLib.lesions.quality_grade import QualityGrade
from RNAssessLib.panel.checklist.answers import Answer

from .catalogue import Say
from .free_text import translate_free
from .lesion import TELLERS
from .other_sentences import NO_CORE
from .told import Told

R = SequenceRole
# what a sequence is called where it is missing
MISSING = {
    R.T1: "T1 before contrast",
    R.FLAIR: "FLAIR",
    R.DWI: "diffusion-weighted imaging",
    R.ADC: "an ADC map",
    R.SWI: "susceptibility-weighted imaging",
    R.RCBV: "perfusion (blood volume)",
    R.T1C_DELAYED: "delayed T1 after contrast",
    R.PET_AA: "amino-acid PET",
    R.PET_FDG: "FDG PET",
}
ROUTINE = (R.FLAIR, R.DWI, R.ADC, R.SWI)  # LA25 §7: they belong to every examination
BY_ROLE = {
    "perfusion": R.RCBV, "delayed_contrast": R.T1C_DELAYED, "amino_acid_pet": R.PET_AA,
    "fdg_pet": R.PET_FDG,
}  # fmt: skip
ABSENT_EVERYWHERE = "at any follow-up"


def tell_missing(
    say: Say, assessment: Assessment, answers: Sequence[Sequence[Answer]]
) -> list[str]:
    """Sequences that no follow-up has, and which of them would help."""
    held = {role for t in assessment.prepared.timepoints[1:] for role in t.timepoint.sequences}
    held = held or set(assessment.prepared.timepoints[-1].timepoint.sequences)
    settled = {
        BY_ROLE.get(a.spec.id)
        for one in answers for a in one if a.status is not Status.NOT_ASSESSABLE
    }  # fmt: skip
    missing = [r for r in MISSING if r not in held and r not in settled]
    names = [say(MISSING[role]) for role in missing]
    spectra = any(
        a.spec.id == "spectroscopy" and a.status is Status.NOT_ASSESSABLE
        for one in answers for a in one
    )  # fmt: skip
    if spectra:
        names.append(say("spectroscopy"))
    if not names:
        return []
    told = [say("Not available after treatment were {names}.", names=say.join(names))]
    routine = [say(MISSING[r]) for r in ROUTINE if r in missing]
    if routine:
        told.append(say("Most helpful would be {names}, which belong to every examination.",
                        names=say.join(routine)))  # fmt: skip
    elif R.RCBV in missing and any(_is_open(one) for one in answers):
        told.append(say("As the signs do not all point one way, perfusion would help most; "
                        "amino-acid PET where waiting is risky."))  # fmt: skip
    elif R.RCBV in missing:
        told.append(say("Of these, perfusion would add most."))
    return told


def _is_open(answers: Sequence[Answer]) -> bool:
    """Whether signs point both ways, or none points anywhere."""
    return len({a.favours for a in answers if a.favours is not None}) != 1


def tell_unassessed(say: Say, answers: Sequence[Answer], dates: Mapping[str, Date]) -> list[str]:
    """What could not be judged for another reason than a sequence that is nowhere."""
    by_reason: dict[str, list[str]] = {}
    for answer in answers:
        why = answer.finding.limitation
        if answer.status is not Status.NOT_ASSESSABLE or answer.spec.id not in TELLERS:
            continue
        if ABSENT_EVERYWHERE in why or answer.spec.id == "spectroscopy" or why.startswith(NO_CORE):
            continue
        reason = Told(answer, say, dates).free(why)
        by_reason.setdefault(reason, []).append(say(answer.spec.title))
    return [
        say("Not to be judged: {titles} ({reason}).", titles="; ".join(titles), reason=reason)
        for reason, titles in by_reason.items()
    ]


def tell_quality(say: Say, assessment: Assessment, dates: Mapping[str, Date]) -> list[str]:
    """How good the images are; in one sentence where all are good."""
    worse = []
    for timepoint in assessment.prepared.timepoints:
        for one in assessment.lesions:
            found = quality_of(timepoint, one.lesion, assessment.thresholds)
            if found is not None and found.grade in (QualityGrade.YELLOW, QualityGrade.RED):
                worse.append(found)
    if not worse:
        return [say("Image quality is good on all dates.")]
    # what holds for several dates or lesions is said once
    days: dict[tuple[QualityGrade | None, tuple[str, ...], str], dict[str, None]] = {}
    for found in worse:
        key = (found.grade, found.reasons, found.lesion)
        days.setdefault(key, {})[found.timepoint] = None
    lesions: dict[tuple[QualityGrade | None, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for (grade, reasons, lesion), seen in days.items():
        lesions.setdefault((grade, reasons, tuple(seen)), []).append(lesion)
    every = len(assessment.lesions)
    return [
        _tell_one(say, grade, reasons, [dates[t] for t in seen], of if len(of) < every else ())
        for (grade, reasons, seen), of in lesions.items()
    ]


def _tell_one(
    say: Say,
    grade: QualityGrade | None,
    why: Sequence[str],
    days: Sequence[Date],
    lesions: Sequence[str],
) -> str:
    """A sentence; no lesions: it holds for all of the case."""
    reasons = ", ".join(translate_free(say, reason) for reason in why)
    values = {"day": say.join([say.day(day) for day in days]), "reasons": reasons}
    if grade is QualityGrade.RED:
        words = "Image quality on {day} is too low for the main signs ({reasons})."
        more = "Image quality on {day} is too low for the main signs of {lesion} ({reasons})."
    else:
        words = "Image quality on {day} is limited ({reasons})."
        more = "Image quality on {day} is limited for {lesion} ({reasons})."
    return say(more, lesion=say.join(lesions), **values) if lesions else say(words, **values)
