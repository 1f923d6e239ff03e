"""``report.txt``: whole sentences, dates, both directions told alike, and never a conclusion."""

import re
from dataclasses import replace
from types import SimpleNamespace

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind, InputError, Quantity
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.findings.finding import Status
from RNAssessLib.report.document.dictation import write_dictation
from RNAssessLib.report.text.catalogue import Say
from RNAssessLib.report.text.other_sentences import tell_diffusion
from RNAssessLib.report.text.sizes import _changes
from RNAssessLib.report.text.told import Told, name_dates

LABELS = ("T1 after contrast", "FLAIR", "Diffusion", "Susceptibility", "Perfusion", "Dose", "PET")
# what a text of findings must not hold: tallies, keys, ids of timepoints, verdicts
FORBIDDEN = (
    r"\bt[0-9]\b", r"\b(LA22|LA25|LI21|PP23|ZH16)\b", r"\d+ of \d+ could be assessed", r"[a-z]_[a-z]",
    r"\b(consistent with|diagnos\w+|suggestive of|likely|probable|confirms)\b",
    r"\b(present|absent|indeterminate|not_assessable)\b", r"Caveat", r"\bnan\b", r"\binf\b", r"[{}]",
)  # fmt: skip
NAMES = r"rn_across_falx-\d|ttp_nodule-\d|la25_fig2_small-\d"


def blocks_of(assessment, **kwargs):
    return write_dictation(assessment, wrap=False, **kwargs).rstrip("\n").split("\n\n")


@pytest.mark.parametrize("name", ["necrosis", "progression", "open"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_every_sentence_is_whole(told, name, language):
    for block in blocks_of(told[name], language=language):
        assert block[0].isupper() or block[0].isdigit(), block
        assert block.endswith("."), block
        assert "  " not in block and ".." not in block and " ." not in block, block


@pytest.mark.parametrize("name", ["necrosis", "progression", "open"])
def test_no_tally_no_key_no_verdict(told, name):
    text = re.sub(NAMES, "", write_dictation(told[name], wrap=False))
    for pattern in FORBIDDEN:
        found = re.search(pattern, text)
        assert not found, (pattern, text[max(found.start() - 60, 0) : found.end() + 30])
    assert text.count(DISCLAIMER) == 2
    assert "Interpretation: ____________________ (reader)." in text
    assert max(map(len, write_dictation(told[name]).splitlines())) <= 96


def test_necrosis_names_its_findings_by_sequence(told):
    assessment = told["necrosis"]
    text = write_dictation(assessment, wrap=False)
    places = [text.index(f"\n{label}: ") for label in LABELS if f"\n{label}: " in text]
    assert len(places) >= 5
    assert places == sorted(places)
    lesion = assessment.lesions[0]
    now, prior = lesion.serial[-1], lesion.serial[-2]
    old, new = (e.value("t1c_with_core_cm3") for e in (prior, now))
    day = assessment.prepared.timepoints[-2].date.isoformat()
    say = Say()
    assert f"{say.figure(old, 'cm3')} / " in text
    assert f"on {day} (previous study; volume now {100 * (new - old) / old:+.0f} %" in text
    assert "smallest since treatment" in text and "before treatment" in text
    assert "RANO-BM by the sum of longest diameters gives progressive disease" in text
    assert "treatment-related change can meet this criterion" in text
    assert "The lesion enhances as a thin rim of" in text
    foci = round({q.name: q.value for q in lesion.finding("swi_foci").measurements}["foci_count"])
    assert f"{foci} small foci of susceptibility are seen" in text
    assert "described in radiation necrosis: " in text
    assert "described in true tumour progression: " not in text
    assert "no way to add them up" in text


def test_progression_tells_its_decisive_sign_first(told):
    text = write_dictation(told["progression"], wrap=False)
    t1 = next(b for b in text.split("\n\n") if b.startswith("T1 after contrast"))
    assert re.match(r"T1 after contrast: (The rim holds a nodular|The lesion enhances solidly)", t1)
    assert "the whole lesion has grown from scan to scan" in text
    assert "No focus of susceptibility is seen" in text
    assert t1.count("There is no ") == 1  # negatives in one sentence
    assert "described in true tumour progression: " in text
    assert "described in radiation necrosis: " not in text


@pytest.mark.parametrize(
    ("language", "words"), [("en", "cannot be told"), ("de", "lässt sich nicht")]
)
def test_a_rim_restricted_in_part_is_not_called_free(told, language, words):
    """As many per cent of the rim as were measured, and no claim that the rim is spared."""
    finding = told["necrosis"].lesions[0].finding("central_diffusion_restriction")
    figures = tuple(
        replace(q, value=24.0) if q.name == "rim_restricted_percent" else q
        for q in finding.measurements
    )
    partly = replace(
        finding, status=Status.INDETERMINATE, favours=None, strength=None, measurements=figures,
        sentence="Whether it is confined to the core cannot be told.",
    )  # fmt: skip
    text = tell_diffusion(Told(SimpleNamespace(finding=partly), Say(language), {}))
    assert "24" in text and words in text
    assert "not in the enhancing rim" not in text and "dagegen nicht" not in text


def test_an_open_case_says_what_would_help(told):
    text = write_dictation(told["open"], wrap=False)
    assert "Not available after treatment were diffusion-weighted imaging" in text
    assert "belong to every examination" in text
    assert "which is of limited meaning here: small" in text
    assert "RANO-BM does not apply" in text
    assert "\n\nDiffusion: " not in text  # nothing is said of what was not looked at


def test_what_was_given_is_told(told):
    assessment = told["necrosis"]
    case = assessment.prepared.case
    course = assessment.prepared.courses[0].course.date
    later = course.replace(month=course.month + 2)
    events = (
        ClinicalEvent(EventKind.BEVACIZUMAB, later, dose_mg_per_kg=7.5),
        ClinicalEvent(EventKind.STEROID, course.replace(year=course.year - 1), dose_mg_per_day=4.0),
    )
    prepared = replace(assessment.prepared, case=replace(case, events=events))
    text = write_dictation(replace(assessment, prepared=prepared), wrap=False)
    assert f"On record since: Bevacizumab 7.5 mg/kg, {later.isoformat()}." in text
    assert "On record before it: Corticosteroid 4 mg per day" in text
    german = write_dictation(replace(assessment, prepared=prepared), wrap=False, language="de")
    assert "Bevacizumab 7,5 mg/kg" in german


def test_structured_variant_has_the_headings_of_a_report(told):
    blocks = blocks_of(told["progression"], structured=True)
    heads = [b for b in blocks if b.isupper()]
    assert heads == ["EXAMINATION", "CLINICAL INFORMATION", "TECHNIQUE", "COMPARISON", "FINDINGS",
                     "LIMITATIONS", "IMPRESSION"]  # fmt: skip
    assert [b for b in blocks if not b.isupper()] == blocks_of(told["progression"])


def test_unknown_language(told):
    with pytest.raises(InputError, match="xx: is no language of the report; known: en, de"):
        write_dictation(told["open"], language="xx")


def entry(timepoint, volume, error):
    return SerialEntry(timepoint, 3.0, (Quantity("t1c_with_core_cm3", volume, "cm3", "", error),))


@pytest.mark.parametrize(
    ("error", "said"), [(1.9, "volume now +11 %, within the error"), (0.2, "volume now +11 %")]
)
def test_a_change_inside_its_error_says_so(error, said):
    assert _changes(Say(), entry("t1", 3.75, error), entry("t2", 4.17, error)) == [said]


def test_from_nothing_there_is_no_percentage():
    assert _changes(Say(), entry("t1", 0.0, 0.1), entry("t2", 3.0, 0.1)) == []


def test_ids_without_a_letter_may_be_any_number():
    assert name_dates("1 part at 1", {"1": "2025-01-08"}) == "1 part at 1"
