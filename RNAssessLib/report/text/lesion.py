"""One lesion in prose: course, then sequence by sequence, its negatives in one sentence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.findings.finding import Favours, Status
from RNAssessLib.panel.checklist.answers import Answer
from RNAssessLib.panel.words.wording import STATUS_WORDS

from . import other_sentences as other
from . import t1_sentences as t1
from .catalogue import Say
from .free_text import is_background
from .sizes import tell_flair
from .told import MissingFigureError, Told

Teller = Callable[[Told], str]
TELLERS: dict[str, Teller] = {
    "cross_boundary": t1.tell_boundary,
    "shape_change": t1.tell_shape,
    "rim_morphology": t1.tell_rim,
    "clustered_enhancement": t1.tell_cluster,
    "white_matter_preference": t1.tell_white_matter,
    "open_ring": t1.tell_ring,
    "swiss_cheese": t1.tell_holes,
    "dual_pathology": t1.tell_both,
    "latency": t1.tell_latency,
    "spontaneous_regression": t1.tell_regression,
    "dose_match": t1.tell_dose,
    "new_lesions": t1.tell_new,
    "central_diffusion_restriction": other.tell_diffusion,
    "swi_foci": other.tell_foci,
    "haemorrhage": other.tell_blood,
    "perfusion": other.tell_perfusion,
    "delayed_contrast": other.tell_delayed,
    "spectroscopy": other.tell_spectroscopy,
    "amino_acid_pet": other.tell_amino_acid,
    "fdg_pet": other.tell_fdg,
}
NEGATIVES = {
    "cross_boundary": "no new enhancement beyond falx, tentorium, ventricle or sulcus",
    "shape_change": "no part that grew while another regressed",
    "clustered_enhancement": "no cluster of separate enhancing parts",
    "white_matter_preference": "no clear preference for white matter",
    "open_ring": "no open ring",
    "swiss_cheese": "no Swiss-cheese pattern",
    "haemorrhage": "no haemorrhage",
    "new_lesions": "no new enhancement away from the treated lesions",
}
COURSE = ("latency", "spontaneous_regression")
GROUPS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("T1 after contrast", ("rim_morphology", "cross_boundary", "shape_change",
                           "clustered_enhancement", "white_matter_preference", "open_ring",
                           "swiss_cheese", "dual_pathology")),
    ("FLAIR", ()),
    ("Diffusion", ("central_diffusion_restriction",)),
    ("Susceptibility", ("swi_foci", "haemorrhage")),
    ("Perfusion", ("perfusion", "delayed_contrast")),
    ("Spectroscopy", ("spectroscopy",)),
    ("PET", ("amino_acid_pet", "fdg_pet")),
    ("Dose", ("dose_match",)),
)  # fmt: skip
ELSEWHERE = "new_lesions"
SIDES = {
    Favours.RN: "Of the findings above these are described in radiation necrosis: {names}.",
    Favours.TTP: "Of the findings above these are described in true tumour progression: {names}.",
}


@dataclass(frozen=True)
class Paragraph:
    """One paragraph with what it is about (a sequence); no label for the first one."""

    label: str
    text: str

    @property
    def labelled(self) -> str:
        """Text behind its label."""
        return f"{self.label}: {self.text}" if self.label else self.text


def tell_findings(
    say: Say,
    assessment: Assessment,
    assessed: LesionAssessment,
    answers: Sequence[Answer],
    dates: Mapping[str, Date],
) -> list[Paragraph]:
    """Sequence by sequence; those of which nothing is known are left to the limitations."""
    by_id = {a.spec.id: a for a in answers}
    told = []
    for label, items in GROUPS:
        own = [by_id[i] for i in items if i in by_id]
        sentences = _tell_group(say, own, dates)
        if label == "FLAIR":
            flair = tell_flair(say, assessment, assessed, dates)
            sentences = [flair, *sentences] if flair else sentences
        if sentences:
            told.append(Paragraph(say(label), " ".join(sentences)))
    return told


def tell_course(say: Say, answers: Sequence[Answer], dates: Mapping[str, Date]) -> list[str]:
    """When it enlarged, and what it did since."""
    return _tell_group(say, [a for a in answers if a.spec.id in COURSE], dates)


def tell_elsewhere(say: Say, answers: Sequence[Answer], dates: Mapping[str, Date]) -> list[str]:
    """Enhancement away from the treated lesions."""
    return _tell_group(say, [a for a in answers if a.spec.id == ELSEWHERE], dates)


def _tell_group(say: Say, answers: Sequence[Answer], dates: Mapping[str, Date]) -> list[str]:
    positive, negative = [], []
    for answer in answers:
        if _is_negative(answer):
            negative.append(say(NEGATIVES[answer.spec.id]))
        elif sentence := tell_answer(say, answer, dates):
            positive.append(sentence)
    if negative:
        positive.append(say("There is {what}.", what=say.join(negative)))
    return positive


def _is_negative(answer: Answer) -> bool:
    """Whether the answer is one of those that share a sentence."""
    return (
        answer.spec.id in NEGATIVES
        and not answer.overridden
        and answer.status is Status.ABSENT
        and answer.favours is None
    )


def tell_answer(say: Say, answer: Answer, dates: Mapping[str, Date]) -> str:
    """Sentence of one item; empty where there is nothing to say about it here."""
    told = Told(answer, say, dates)
    if answer.overridden:
        return _tell_reader(told)
    finding = answer.finding
    no_core = finding.limitation.startswith(other.NO_CORE)
    if finding.status is Status.NOT_ASSESSABLE and not no_core:
        return ""
    teller = TELLERS.get(answer.spec.id)
    if teller is None:
        return ""
    try:
        return teller(told)
    except MissingFigureError:
        return told.free(finding.sentence)


def _tell_reader(told: Told) -> str:
    """Answer of the reader, the computed one and the reason."""
    say, answer = told.say, told.answer
    title, word = say(answer.spec.title), say(STATUS_WORDS[answer.status])
    if answer.finding.status is Status.NOT_ASSESSABLE:
        sentence = say("{title}: {answer} in the reader's judgement; it could not be computed.",
                       title=title, answer=word)  # fmt: skip
    else:
        sentence = say("{title}: {answer} in the reader's judgement; computed as {computed}.",
                       title=title, answer=word,
                       computed=say(STATUS_WORDS[answer.finding.status]))  # fmt: skip
    if answer.decision is not None and answer.decision.reason:
        reason = answer.decision.reason.rstrip(". ")
        sentence += " " + say("Reason: {reason}.", reason=reason)
    return sentence


def tell_sides(say: Say, answers: Sequence[Answer]) -> list[str]:
    """Which signs the sources describe in which process; they are named, never added up."""
    lines = []
    for side, words in SIDES.items():
        names = [
            say(a.name) + (f" ({say('answer of the reader')})" if a.overridden else "")
            for a in answers if a.favours is side
        ]  # fmt: skip
        if names:
            lines.append(say(words, names="; ".join(names)))
    if not lines:
        lines.append(say("None of these findings is described as a sign of radiation necrosis or "
                         "of true tumour progression."))  # fmt: skip
    elif len(lines) == len(SIDES):
        lines.append(say("The signs point both ways, and the sources give no way to add them up."))
    else:
        lines.append(say("The sources give no way to add them up."))
    accepted = [
        say(a.name) for a in answers if a.decision is not None and not a.overridden
    ]  # fmt: skip
    if accepted:
        lines.append(say("Accepted by the reader: {names}.", names="; ".join(accepted)))
    return lines


def patient_caveats(
    say: Say, answers: Sequence[Answer], dates: Mapping[str, Date], told: str
) -> list[str]:
    """Caveats that hold for this patient and that the text has not told yet, item by item."""
    lines: list[str] = []
    known = told
    for answer in answers:
        if answer.status is Status.NOT_ASSESSABLE or answer.overridden:
            continue
        if answer.spec.id not in TELLERS:
            continue
        view = Told(answer, say, dates)
        own = [view.free(c) for c in answer.finding.caveats if not is_background(c)]
        new = [words for words in dict.fromkeys(own) if words not in known]
        if new:
            known += " ".join(new)
            lines.append(f"{say(answer.spec.title)}: {'; '.join(new)}")
    return lines
