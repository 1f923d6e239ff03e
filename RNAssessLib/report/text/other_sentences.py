"""What is seen on diffusion, susceptibility, perfusion, spectroscopy and PET, item by item."""

from __future__ import annotations

from RNAssessLib.findings.finding import Favours, Status

from .told import MissingFigureError, Told

P, A, UNSURE, UNKNOWN = (
    Status.PRESENT, Status.ABSENT, Status.INDETERMINATE, Status.NOT_ASSESSABLE,
)  # fmt: skip
NO_CORE = "No non-enhancing core"  # how the item's reason begins
PATTERNS = ("I", "II", "III")


def tell_diffusion(t: Told) -> str:
    """Restriction of core and rim."""
    say, finding = t.say, t.finding
    if finding.status is UNKNOWN:
        return say("There is no non-enhancing core in which diffusion could be judged.")
    if finding.status is UNSURE and "too thin" in finding.sentence:
        return say("The core is too thin for its diffusion to be judged.")
    if finding.status is UNSURE and "confined to the core cannot be told" in finding.sentence:
        return say("Diffusion is restricted in {share} of the core and in {rim} of the enhancing "
                   "rim; whether it is confined to the core cannot be told.",
                   share=t.percent("core_restricted_percent"),
                   rim=t.percent("rim_restricted_percent"))  # fmt: skip
    share = t.percent("core_restricted_percent")
    if finding.favours is Favours.TTP:
        return say("Restricted diffusion is not confined to the core: {share} of the enhancing rim "
                   "is restricted as well.",
                   share=t.percent("rim_restricted_percent"))  # fmt: skip
    adc = say.number(t.value("core_adc_ratio"), "1")
    if finding.status is A:
        return say("The core shows no restricted diffusion (ADC {adc} times that of normal white "
                   "matter).", adc=adc)  # fmt: skip
    told = say(
        "Diffusion is restricted in {share} of the core (ADC {adc} times, b1000 signal {dwi} times "
        "that of normal white matter) but not in the enhancing rim.",
        share=share, adc=adc, dwi=say.number(t.value("core_dwi_ratio"), "1"),
    )  # fmt: skip
    if finding.status is UNSURE:
        told += " " + say("This is of limited meaning: {doubt}.", doubt=t.doubt)
    return told


def tell_foci(t: Told) -> str:
    """Small susceptibility foci."""
    say, count = t.say, t.count("foci_count")
    if t.finding.favours is Favours.TTP:
        return say("No focus of susceptibility is seen in or beside the lesion.")
    if count == 0:
        return say("No small focus of susceptibility is seen, but a larger bleed could hide them.")
    told = say.many(
        "{count} small focus of susceptibility is seen in or beside the lesion ({sites}).",
        "{count} small foci of susceptibility are seen in or beside the lesion ({sites}).",
        count, sites=_sites(t),
    )  # fmt: skip
    gained = t.count("foci_gained") if t.has("foci_gained") else 0
    if gained > 0:
        told = told.removesuffix(".") + say(
            ", {gained} more than on {day}.", gained=gained, day=_first_day(t)
        )
    return told


def _sites(t: Told) -> str:
    say = t.say
    parts = (
        ("foci_rim_count", "{count} in the rim"),
        ("foci_core_count", "{count} in the core"),
        ("foci_adjacent_count", "{count} in the adjacent brain"),
    )
    found = [say(words, count=t.count(name)) for name, words in parts if t.count(name)]
    return say.join(found)


def _first_day(t: Told) -> str:
    """Day of the scan that the foci are counted against."""
    since = t.method("foci_gained").removeprefix("since ")
    if since not in t.dates:
        raise MissingFigureError("foci_gained")
    return t.say.day(t.dates[since])


def tell_blood(t: Told) -> str:
    """Blood products in the lesion."""
    say = t.say
    if t.finding.status is UNSURE:
        return ""  # a sequence is missing: the limitations say which
    parts = (
        ("t1_bright_cm3", "{volume} bright on T1 before contrast"),
        ("swi_dark_cm3", "{volume} dark on SWI"),
    )
    found = [
        say(words, volume=t.figure(name))
        for name, words in parts if t.has(name) and t.value(name) > 0
    ]  # fmt: skip
    return say("The lesion holds blood products ({parts}).", parts=say.join(found))


def tell_perfusion(t: Told) -> str:
    """Blood volume, permeability, blood flow."""
    say, finding = t.say, t.finding
    if not finding.measurements:
        return _tell_read_perfusion(t)
    told = []
    if t.has("rcbv_p95_ratio"):
        told.append(say(
            "The blood volume of the enhancing part is {median} times that of normal white matter "
            "in the median and {high} times at its hottest{verdict}.",
            median=say.number(t.value("rcbv_median_ratio"), "1"),
            high=say.number(t.value("rcbv_p95_ratio"), "1"), verdict=_perfusion_verdict(t),
        ))  # fmt: skip
    if t.has("ktrans_median_ratio"):
        value = say.number(t.value("ktrans_median_ratio"), "1")
        told.append(say("Ktrans of the enhancing part is {value} times that of normal white "
                        "matter.", value=value))  # fmt: skip
    if t.has("cbf_median_ratio"):
        value = say.number(t.value("cbf_median_ratio"), "1")
        told.append(say("Blood flow (ASL) of the enhancing part is {value} times that of normal "
                        "white matter.", value=value))  # fmt: skip
    return " ".join(told)


def _perfusion_verdict(t: Told) -> str:
    if t.finding.favours is Favours.RN:
        return t.say(", which is not raised")
    if t.finding.favours is Favours.TTP and not t.has("ktrans_median_ratio"):
        return t.say(", which is raised")
    return "" if t.finding.favours else t.say(", which is not conclusive")


def _tell_read_perfusion(t: Told) -> str:
    day = t.day(0)
    if t.finding.status is UNSURE:
        return t.say("Blood volume could not be read on {day} (entered by the reader).", day=day)
    if t.finding.status is P:
        return t.say("Blood volume was read as raised on {day} (entered by the reader).", day=day)
    return t.say("Blood volume was read as not raised on {day} (entered by the reader).", day=day)


def tell_delayed(t: Told) -> str:
    """Delayed T1 after contrast."""
    return t.say(
        "On delayed T1 contrast has washed out of {out} and accumulated in {kept} of the lesion.",
        out=t.percent("washout_percent"), kept=t.percent("accumulation_percent"),
    )  # fmt: skip


def tell_spectroscopy(t: Told) -> str:
    """Ratios as the reader gave them."""
    say = t.say
    names = (
        ("cho_cr", "choline over creatine {value}"),
        ("cho_naa", "choline over NAA {value}"),
        ("lipid_lactate_cr", "lipid and lactate over creatine {value}"),
    )
    parts = [
        say(words, value=say.number(t.value(name), "1")) for name, words in names if t.has(name)
    ]
    if "no lipid-lactate peak" in t.finding.sentence:
        parts.append(say("no lipid-lactate peak"))
    elif "a lipid-lactate peak" in t.finding.sentence:
        parts.append(say("a lipid-lactate peak"))
    return say("Spectroscopy on {day} gave {values}.", day=t.day(0), values=say.join(parts))


def tell_amino_acid(t: Told) -> str:
    """Ratios and curve of an amino-acid PET."""
    say = t.say
    curve = PATTERNS[t.count("curve") - 1] if t.has("curve") else ""
    if not t.has("tbr_max"):
        return say("The uptake curve of the amino-acid PET on {day} is of pattern {curve}; its "
                   "image is not part of the study.", day=t.day(0), curve=curve)  # fmt: skip
    told = say(
        "On amino-acid PET the tumour-to-brain ratio is {maximum} at its maximum and {mean} in the "
        "mean{verdict}.",
        maximum=say.number(t.value("tbr_max"), "1"), mean=say.number(t.value("tbr_mean"), "1"),
        verdict=_pet_verdict(t),
    )  # fmt: skip
    if curve:
        told += " " + say("Its uptake curve is of pattern {curve}.", curve=curve)
    return told


def tell_fdg(t: Told) -> str:
    """FDG uptake."""
    return t.say(
        "FDG uptake of the enhancing part is {high} times that of the brain at its hottest and "
        "{mean} times in the mean.",
        high=t.say.number(t.value("fdg_p95_ratio"), "1"),
        mean=t.say.number(t.value("fdg_mean_ratio"), "1"),
    )  # fmt: skip


def _pet_verdict(t: Told) -> str:
    if t.finding.favours is Favours.TTP:
        return t.say(", which is raised")
    if t.finding.favours is Favours.RN:
        return t.say(", which is not raised")
    return t.say(", which is not conclusive")
