"""Caveats and reasons, which other modules word in English: which are told, and in what language.

They are recognised by their pattern (``{}`` stands for what is filled in), translated through the
catalogue, and what is filled in is translated in its turn. One that is not known is told as it is,
so that no caveat is lost.
"""

from __future__ import annotations

import re
from functools import cache

from .catalogue import SOURCE, Say

# What holds for every patient: it stands beside the item in the checklist, not in a dictated text.
BACKGROUND = (
    "absence says little: {}",
    "absence of foci raises concern for tumour; {}",
    "bleeding within a tumour shows foci as well",
    "{} vein-like dark structures were left out",
    "not part of this answer: {}",
    "a closed ring or a solid lesion is no evidence against necrosis: {}",
    "most recurrences lie in irradiated tissue as well {}",
    "most recurrences lie in irradiated tissue as well",
    "it began between {} and {} months; recurrence shares this range",
    "outside this range is no evidence against necrosis: {}",
    "the sources disagree: {}",
    "necrosis, too, may enlarge for many months before it regresses",
    "{} weighs the presence of the sign only; its absence is not described as tumour",
    "false results both ways occur",
    "in practice the map read by eye is adequate; cut-offs differ between studies",
    "blood products give falsely low, other changes falsely high blood volume",
    "less useful in metastases, which hardly infiltrate, than in gliomas",
    "it may only reflect the ratio of enhancement to core",
    "least accurate when comprehensive MRI is truly equivocal; {}",
    "least accurate when comprehensive MRI is truly equivocal",
    "uptake of normal grey matter hides small lesions; resolution is coarse",
    "where the images leave it open, necrosis is statistically more likely {}",
    "imaging is read the same way under immunotherapy",
    "no clinical events are given; they would complete this item",
    "vessels and dura are told apart by place and shape only",
    "read by eye on a map that the case does not hold, nothing was measured; {}",
    "no cut-off in the sources: read it by eye",
    "{} (Discussion) is hesitant to diagnose progression {}",
    "{} is hesitant to diagnose progression {}",
    "linac: {}", "Gamma Knife: {}", "CyberKnife: {}", "tomotherapy: {}",
    "whole-brain technique: {}", "technique not stated",
    "corticosteroids lessen the efficacy of immunotherapy",
    "bevacizumab lessens enhancement, so improvement is no evidence of necrosis; {}",
    "central restriction was also seen at {}",
    "no RCBV; {}",
    "ASL is insensitive: even active metastases may show little",
    "both curve and tumour-to-brain ratio should be assessed",
    "restriction of the enhancing rim suggests hypercellular tumour {}",
    "restriction of the enhancing rim suggests hypercellular tumour",
    "earlier follow-up {}",
    "what is hottest {}",
)  # fmt: skip
# What holds for this patient; each is a message of the catalogue.
PATTERNS = (
    "it reaches into the corpus callosum, which joins both sides below the falx: no crossing; {}",
    "it reaches into the corpus callosum, which joins both sides below the falx: no crossing",
    "{} between them enhances ({}): contiguous involvement of the meninges raises concern for "
    "tumour",
    "{} of it, {} before treatment",
    "its dose is low ({} of the prescription at most)",
    "it hangs together with the treated lesion: enhancement around {} in one piece may be "
    "necrosis (open ring) or spread along it",
    "it touches the treated lesion ({})",
    "not counted here: {} in new separate parts at {}, which the items on clustered, crossing and "
    "new enhancement judge",
    "it is a thin sheet along {}: enhancement of the meninges themselves raises concern for "
    "tumour",
    "it lies in the corpus callosum, below the falx: no crossing",
    "it reaches {} beyond {}, whose place is known to {}",
    "beside the lesion {} of {} enhances at {} ({} before treatment): look for a line of {} "
    "enhancement, along which metastases may extend; {}",
    "whether parts changed cannot be told: {}",
    "bevacizumab on {} acts on the interval {}: less enhancement under it is not evidence of "
    "necrosis",
    "between {} and {}",
    "surgery between {} and {}",
    "whole-brain radiotherapy on {} between {} and {}",
    "further radiotherapy on {} between {} and {}",
    "corticosteroid changed in or shortly before the interval {} ({}): it changes enhancement",
    "blood in the core imitates restriction ({})",
    "{} bright on pre-contrast T1",
    "{} dark on SWI",
    "bevacizumab since {}: new restriction may be coagulative necrosis, which is not expected to "
    "reflect active tumour",
    "blood in the core not excluded: {}",
    "after surgery an abscess can look the same",
    "a benign lesion is on record: necrosis follows radiosurgery of these as well, but the signs "
    "of this list were described in metastases",
    "a bleed of {} says little: large haemorrhage occurs in tumour and after radiotherapy",
    "whole-brain radiotherapy scatters foci through the brain; {}",
    "small ({}): necrosis this small may look solid",
    "regressing ({} to {}): shrinking necrosis may look solid, as does a metastasis that responds",
    "{} of it does not enhance: predominantly cystic necrosis is known",
    "tissue is known to {} only, no better than the cortex is thick; a label map of this patient "
    "would settle it",
    "there is hardly any cortex beside the lesion to be spared",
    "so much of the tissue around is white matter that a preference for it could not show",
    "what lies at the opening is not known without anatomy",
    "most of it is the separate enhancement beyond a boundary that item 1 describes",
    "steroid since {} changes enhancement",
    "bevacizumab since {} changes enhancement",
    "bevacizumab since {} shrinks oedema",
    "corticosteroid since {} shrinks oedema",
    "shrinkage {} under bevacizumab ({}) is not evidence of necrosis",
    "enlargement {} after bevacizumab had ended may be necrosis coming back or tumour",
    "no shrinkage {} under {} of bevacizumab after {}: acquired resistance has been reported",
    "the case names no treatment since, and none is denied either: ask whether steroids, "
    "bevacizumab, surgery or a new drug were given",
    "{} of the lesion is dark on SWI: blood products lower rCBV",
    "blood products not excluded: no SWI",
    "whether there is a lipid-lactate peak is not given",
    "lipid and raised choline together: the voxel may hold both",
    "raised uptake can be false: {}",
    "the tracer is {}; cut-offs and curve patterns are FET's",
    "the tracer is not stated; cut-offs and curve patterns are FET's",
    "the uptake curve is not given: {}",
    "the falx", "the tentorium", "the ventricle", "a sulcus", "the sulcus",
    "the ventricle's wall", "the brain's surface", "ependymal", "leptomeningeal",
    # why something could not be assessed
    "no {} at {}",
    "no {} at any follow-up; {}",
    "no T1 and no SWI at any follow-up; they tell blood from enhancement and restriction",
    "{} in {} that are no DICOM, though named so: the first one is {}",
    "{} in {} that is no DICOM, though named so: the first one is {}",
    "{} that are no DICOM, though named so: the first one is {}",
    "{} that is no DICOM, though named so: the first one is {}",
    "{} files", "{} file",
    "{} of {} could not be aligned with its T1c",
    "{} could not be aligned with the other scans ({})",
    "no scan after the treatment",
    "no scan from before the treatment; one would show what is new",
    "the lesion was not irradiated in any course of this case",
    "only one usable follow-up; the next one will show whether parts grow while others regress",
    "no enhancement to compare between follow-ups",
    "no enhancement at any scan",
    "the lesion does not enhance at {}",
    "the lesion does not enhance in brain tissue at {}",
    "the lesion does not enhance where perfusion could be read",
    "too little of the lesion enhances at {}",
    "too little normal {} was found at {}",
    "the lesion is not seen at {}",
    "no normal white matter to compare with at {}",
    "the lesion has not enlarged after treatment up to {}: there is nothing yet that could "
    "regress",
    "enlargement is first seen at {}, the latest scan; the next one will show whether it "
    "regresses, stays or goes on",
    "no follow-up with FLAIR shows an enhancing lesion",
    "the anatomy is not known: {}; give a label map",
    "no dose of course {}; give its RTDOSE",
    "the dose of course {} is not placed: {}",
    "no prescription dose for {}",
    "the only spectroscopy was taken before the treatment",
    "the spectroscopy names no target, and the case holds several treated lesions",
    "image quality of {} is too low: {}",
    # quality
    "contrast-to-noise {}",
    "slices of {} on a lesion of {}",
    "alignment within {}",
    "volume ± {}",
    "no T1 before contrast",
    "its voxels were interpolated from thicker slices",
    # what else may explain a regression
    "surgery on {}", "whole-brain radiotherapy on {}", "further radiotherapy on {}",
    "bevacizumab on {}", "corticosteroid raised on {}", "new {} on {}",
)  # fmt: skip
# a pattern with a gap must not swallow another one's words
_MOST_WORDS_FIRST = sorted(PATTERNS, key=lambda p: -len(p.replace("{}", "")))
SOURCES = r"LA22|LA25|LI21|PP23|ZH16|Leeman|doi"
CITED = re.compile(rf"\s*\([^()]*\b(?:{SOURCES})\b[^()]*\)")
CITED_IN = re.compile(rf"; (?:{SOURCES})\b[^();]*(?=\))")
CITED_AFTER = re.compile(rf"; (?:{SOURCES})\d*\b.*$")
SEPARATE = re.compile(r"; |, ")


def is_background(text: str) -> bool:
    """Whether a caveat holds for every patient.

    Examples
    --------
    >>> is_background("12 vein-like dark structures were left out")
    True
    >>> is_background("after surgery an abscess can look the same")
    False
    """
    plain = strip_sources(text)
    return any(_pattern(p).fullmatch(plain) for p in BACKGROUND)


def strip_sources(text: str) -> str:
    """Leave the papers' short names out; they stand in the checklist.

    Examples
    --------
    >>> strip_sources("bleeding shows foci as well (LA25 §2.3)")
    'bleeding shows foci as well'
    """
    return CITED_AFTER.sub("", CITED_IN.sub("", CITED.sub("", text)))


def translate_free(say: Say, text: str) -> str:
    """A caveat or reason in the language of the report, without its sources.

    Examples
    --------
    >>> translate_free(Say("de"), "it touches the treated lesion (0.5 mm)")
    'sie berührt die behandelte Läsion (0,5 mm)'
    >>> translate_free(Say(), "no scan after the treatment")
    'no scan after the treatment'
    """
    plain = strip_sources(text)
    if say.language == SOURCE:
        return plain
    found = _translate(say, plain)
    return found if found is not None else f"„{plain}“"


def _translate(say: Say, plain: str) -> str | None:
    for message in _MOST_WORDS_FIRST:
        match = _pattern(message).fullmatch(plain)
        if match:
            parts = [_fill(say, part) for part in match.groups()]
            return say(message).format(*parts) if parts else say(message)
    return None


def _fill(say: Say, part: str) -> str:
    """What is filled in: itself known, or a list of known things, or a figure or name."""
    whole = _translate(say, part)
    if whole is not None:
        return whole
    pieces = SEPARATE.split(part)
    if len(pieces) > 1:
        known = [_translate(say, piece) for piece in pieces]
        if all(k is not None for k in known):
            return ", ".join(k for k in known if k is not None)
    return say.localise(part)


@cache
def _pattern(message: str) -> re.Pattern[str]:
    made = "(.+?)".join(re.escape(part) for part in message.split("{}"))
    return re.compile(made.replace(r"\ at\ (.+?)", r"\ (?:at|on)\ (.+?)"))  # a date is named "on"
