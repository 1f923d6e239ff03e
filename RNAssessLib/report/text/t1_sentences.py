"""What is seen on T1 with contrast, item by item: whole sentences that name the finding."""

from __future__ import annotations

from RNAssessLib.findings.finding import Favours, Status

from .told import Told

P, A, UNSURE = Status.PRESENT, Status.ABSENT, Status.INDETERMINATE
LEAST_NODULE_CM3 = 0.01


def tell_boundary(t: Told) -> str:
    """Enhancement across falx, tentorium, ventricle or sulcus."""
    say = t.say
    beyond = say(t.method("beyond_boundary_mm").removeprefix("depth beyond "))
    volume, day = t.figure("component_cm3"), t.day(0)
    if t.finding.status is UNSURE:
        return say(
            "On {day} new enhancement of {volume} lies beyond {boundary}, but it cannot be taken "
            "as separate: {doubt}.",
            day=day, volume=volume, boundary=beyond, doubt=t.doubt,
        )  # fmt: skip
    if t.value("gap_mm") == 0:
        return say(
            "On {day} the lesion wraps the ventricle in one piece with {volume} beyond it, and its "
            "ring is open toward the ventricle.", day=day, volume=volume,
        )  # fmt: skip
    return say(
        "A new, separate enhancing focus of {volume} lies beyond {boundary} on {day}, {gap} from "
        "the treated lesion, where the median dose was {dose}.",
        day=day, volume=volume, boundary=beyond, gap=t.figure("gap_mm"),
        dose=t.figure("dose_median_gy"),
    )  # fmt: skip


def tell_shape(t: Told) -> str:
    """One part grew while another regressed."""
    told = t.say(
        "Between {before} and {after} {grown} of the lesion grew while {regressed} of it "
        "regressed.",
        before=t.day(0), after=t.day(1), grown=t.figure("grown_cm3"),
        regressed=t.figure("regressed_cm3"),
    )  # fmt: skip
    if t.finding.status is UNSURE:
        told += " " + t.say("This is of limited meaning: {doubt}.", doubt=t.doubt)
    return told


def tell_rim(t: Told) -> str:
    """Thin rim, thick rim, nodule or solid enhancement."""
    say, status = t.say, t.finding.status
    if status is P:
        return say(
            "The lesion enhances as a thin rim of {thickness} without a nodule.",
            thickness=t.figure("rim_median_mm"),
        )
    if status is UNSURE:
        return say(
            "The enhancement is solid or nodular, which is of limited meaning here: {doubt}.",
            doubt=t.doubt,
        )
    if not t.has("rim_median_mm"):
        return say("The lesion enhances solidly, without a thin rim.")
    if t.value("solid_cm3") >= LEAST_NODULE_CM3 and "nodule in" in t.finding.name:
        return say(
            "The rim holds a nodular or solid part of {volume}.", volume=t.figure("solid_cm3")
        )
    return say(
        "The enhancing rim is thick ({thickness}) but holds no nodule.",
        thickness=t.figure("rim_median_mm"),
    )


def tell_cluster(t: Told) -> str:
    """Several separate parts in the high-dose region."""
    count = t.count("parts_in_high_dose")
    if t.finding.status is P:
        return t.say.many(
            "{count} separate enhancing part lies within the high-dose region.",
            "{count} separate enhancing parts lie within the high-dose region.",
            count,
        )
    return t.say.many(
        "{count} separate enhancing part lies within the high-dose region; whether it forms a "
        "cluster is not certain.",
        "{count} separate enhancing parts lie within the high-dose region; whether they form a "
        "cluster is not certain.",
        count,
    )


def tell_white_matter(t: Told) -> str:
    """Preference for white matter."""
    if t.finding.status is UNSURE:
        return t.say("Whether the enhancement spares the cortex cannot be told: {doubt}.",
                     doubt=t.doubt)  # fmt: skip
    return t.say(
        "The enhancement keeps to white matter and spares the cortex ({share} of it lies in white "
        "matter, against {around} of the tissue around).",
        share=t.percent("white_matter_percent"), around=t.percent("white_matter_around_percent"),
    )  # fmt: skip


def tell_ring(t: Told) -> str:
    """Open ring."""
    if t.finding.status is P:
        return t.say("The enhancing ring is open toward cortex, CSF or ventricle over {share} of "
                     "its surface.", share=t.percent("open_percent"))  # fmt: skip
    if "slices this thick" in t.finding.sentence:
        return t.say("Whether the enhancing ring is open cannot be told: the gap lies in the first "
                     "or last of thick slices, which hide a thin rim.")  # fmt: skip
    return t.say("The enhancing ring is open over {share} of its surface, not clearly toward "
                 "cortex, CSF or ventricle.", share=t.percent("open_percent"))  # fmt: skip


def tell_holes(t: Told) -> str:
    """Swiss-cheese pattern."""
    count = t.count("small_holes")
    if t.finding.status is P:
        return t.say("The enhancement is riddled with {count} small holes (Swiss-cheese or "
                     "soap-bubble pattern).", count=count)  # fmt: skip
    return t.say("The {count} small holes in the enhancement are too few for a Swiss-cheese "
                 "pattern.", count=count)  # fmt: skip


def tell_both(t: Told) -> str:
    """Nodule beside a ring; the other answers repeat what the rim's sentence says."""
    if t.finding.status is not P:
        return ""
    return t.say(
        "A nodule of {volume} lies beside a thin ring or where enhancement had regressed before; "
        "both processes may be present side by side.", volume=t.figure("nodule_cm3"),
    )  # fmt: skip


def tell_new(t: Told) -> str:
    """Enhancement away from the treated lesions."""
    if t.finding.status is UNSURE:
        return t.say("An enhancing focus away from the treated lesions is seen on {day}, of which "
                     "it is not certain that it is new.", day=t.day(0))  # fmt: skip
    return t.say.many(
        "{count} new enhancing focus lies away from the treated lesions on {day}, of {volume} and "
        "{distance} from the nearest of them; a new metastasis has to be excluded.",
        "{count} new enhancing foci lie away from the treated lesions on {day}, the largest of "
        "{volume} and {distance} from the nearest of them; new metastases have to be excluded.",
        t.count("new_components"),
        day=t.day(0), volume=t.figure("largest_cm3"), distance=t.figure("distance_mm"),
    )  # fmt: skip


def tell_latency(t: Told) -> str:
    """First enlargement."""
    if not t.has("latency_months"):
        return t.say("It has not enlarged since radiotherapy.")
    return t.say(
        "After radiotherapy it was first larger on {day}, at {months} months (from {before} to "
        "{after}).",
        day=t.day(0), months=t.say.number(t.value("latency_months"), "months"),
        before=t.figure("smallest_cm3"), after=t.figure("enlarged_cm3"),
    )  # fmt: skip


def tell_regression(t: Told) -> str:
    """Course after the first enlargement."""
    say, finding = t.say, t.finding
    if finding.favours is Favours.TTP:
        return say("Since then the whole lesion has grown from scan to scan, and no part of it has "
                   "regressed.")  # fmt: skip
    if finding.status is P and finding.name.startswith("stable"):
        return say("It has since been stable for {months} months, and no treatment that would "
                   "explain this is on record.",
                   months=say.number(t.value("interval_months"), "months"))  # fmt: skip
    if finding.status is P:
        return say(
            "It has since regressed from {before} to {after} within {months} months, and no "
            "treatment that would explain this is on record.",
            before=t.figure("compared_cm3"), after=t.figure("latest_cm3"),
            months=say.number(t.value("interval_months"), "months"),
        )  # fmt: skip
    return _tell_unsure_course(t)


def _tell_unsure_course(t: Told) -> str:
    say, sentence = t.say, t.finding.sentence
    if "has enlarged again" in sentence:
        return say("It has since regressed and enlarged again.")
    _, explained, what = sentence.partition("it may be the effect of ")
    if explained:
        return say("It has since regressed or been stable, which may be the effect of {what}.",
                   what=t.free(what.rstrip(".")))  # fmt: skip
    if "regressed meanwhile" in sentence:
        return say("Since then it has kept growing, but a part of it regressed meanwhile.")
    if "change enhancement" in sentence:
        return say("Since then it has kept growing, but bevacizumab and its end change "
                   "enhancement.")  # fmt: skip
    return say("Since then it has neither clearly regressed, nor been stable for long, nor grown "
               "from scan to scan.")  # fmt: skip


def tell_dose(t: Told) -> str:
    """Dose of what has grown."""
    if not t.has("dose_median_gy"):
        return t.say("It has not grown beyond what may be error since {day}.", day=t.day(0))
    high = t.method("high_dose_percent").removeprefix("share receiving at least ")
    since = t.day(1)
    return t.say(
        "The {volume} that have grown since {day} had received a median of {dose}; {share} of this "
        "volume lies within the {isodose} isodose.",
        volume=t.figure("new_enhancement_cm3"), day=since, dose=t.figure("dose_median_gy"),
        share=t.percent("high_dose_percent"), isodose=t.say.localise(high),
    )  # fmt: skip
