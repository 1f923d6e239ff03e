"""Size of a lesion now against the study before, the smallest and the one before treatment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date as Date

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import Quantity
from RNAssessLib.case.numbers import signed
from RNAssessLib.course.response import Response, ResponseResult
from RNAssessLib.course.serial import SerialEntry
from RNAssessLib.panel.overview.sheet import lesion_responses

from .catalogue import Say

VOLUME, DIAMETER, CORE = "t1c_with_core_cm3", "longest_diameter_mm", "necrotic_core_cm3"
FLAIR = "flair_cm3"


@dataclass(frozen=True)
class Compared:
    """The studies that a lesion's size is told against; one study may be several of them.

    Attributes
    ----------
    now : SerialEntry
    prior, nadir, baseline : SerialEntry or None
        The study before; the smallest volume after treatment and before now; the last study
        before treatment. None where there is none.
    """

    now: SerialEntry
    prior: SerialEntry | None
    nadir: SerialEntry | None
    baseline: SerialEntry | None

    @property
    def others(self) -> tuple[SerialEntry, ...]:
        """Each of them once, the latest first."""
        found = [e for e in (self.prior, self.nadir, self.baseline) if e is not None]
        return tuple(dict.fromkeys(found))


def find_compared(assessment: Assessment, assessed: LesionAssessment) -> Compared | None:
    """Find the studies to compare; None without any."""
    serial = assessed.serial
    if not serial:
        return None
    prepared = assessment.prepared
    base = prepared.baseline(assessed.lesion)
    course = prepared.course_of(assessed.lesion)
    known = course is None or base.date <= course.course.date
    baseline = next((e for e in serial[:-1] if e.timepoint == base.id), None) if known else None
    start = serial.index(baseline) + 1 if baseline is not None else 0
    after = [e for e in serial[start:-1] if figure(e, VOLUME) is not None]
    nadir = min(after, key=lambda e: _value(e, VOLUME) or 0.0) if after else None
    return Compared(serial[-1], serial[-2] if len(serial) > 1 else None, nadir, baseline)


def figure(entry: SerialEntry, name: str) -> Quantity | None:
    """Size `name` of a study; None when it was not measured or is undefined."""
    found = (q for q in entry.quantities if q.name == name and q.value is not None)
    return next(found, None)


def _value(entry: SerialEntry, name: str) -> float | None:
    found = figure(entry, name)
    return None if found is None else found.value


def tell_size(
    say: Say, assessment: Assessment, assessed: LesionAssessment, dates: Mapping[str, Date]
) -> list[str]:
    """Sentences: size now, with what it compares, core, error."""
    compared = find_compared(assessment, assessed)
    if compared is None:
        return []
    now = compared.now
    when = _when(say, assessment, assessed, now, dates)
    if not _value(now, VOLUME):
        return [say("{when} no enhancement of the lesion is seen.", when=when),
                *_tell_compared(say, compared, dates)]  # fmt: skip
    told = [say("{when} the enhancing lesion with its core measures {size}.", when=when,
                size=_size(say, now))]  # fmt: skip
    told += _tell_compared(say, compared, dates)
    core = _value(now, CORE)
    if core:
        told.append(
            say("Its non-enhancing core measures {volume}.", volume=say.figure(core, "cm3"))
        )
    told += _tell_error(say, now)
    return told


def _when(
    say: Say,
    assessment: Assessment,
    assessed: LesionAssessment,
    now: SerialEntry,
    dates: Mapping[str, Date],
) -> str:
    day = dates[now.timepoint]
    if now.months_after_treatment is None:
        return say("On {day}", day=say.day(day))
    prepared = assessment.prepared
    courses = prepared.courses_of(assessed.lesion)
    placed = prepared.course_in_force(assessed.lesion, day)
    treatment = say("treatment")
    if len(courses) > 1 and placed is not None:
        treatment = say("treatment {number} ({day})", number=courses.index(placed) + 1,
                        day=say.day(placed.course.date))  # fmt: skip
    months = say.number(now.months_after_treatment, "months")
    return say("On {day}, {months} months after {treatment},",
               day=say.day(day), months=months, treatment=treatment)  # fmt: skip


def _size(say: Say, entry: SerialEntry) -> str:
    volume, longest = figure(entry, VOLUME), figure(entry, DIAMETER)
    if volume is None or not volume.value:
        return say("no visible enhancement")
    told = say.figure(volume.value, "cm3")
    if longest is None or longest.value is None:
        return told
    return say("{volume}, with a longest axial diameter of {diameter}",
               volume=told, diameter=say.figure(longest.value, "mm"))  # fmt: skip


def _tell_compared(say: Say, compared: Compared, dates: Mapping[str, Date]) -> list[str]:
    parts = []
    for entry in compared.others:
        names = [
            name
            for other, name in (
                (compared.prior, say("previous study")),
                (compared.nadir, say("smallest since treatment")),
                (compared.baseline, say("before treatment")),
            )
            if other is entry
        ]
        volume, longest = _value(entry, VOLUME), _value(entry, DIAMETER)
        size = _short(say, volume, longest)
        changes = _changes(say, entry, compared.now)
        parts.append(
            say("{size} on {day} ({what})", size=size, day=say.day(dates[entry.timepoint]),
                what="; ".join([say.join(names), *changes]))
        )  # fmt: skip
    return [say("This compares with {studies}.", studies=say.join(parts))] if parts else []


def _short(say: Say, volume: float | None, longest: float | None) -> str:
    if not volume:
        return say("no visible enhancement")
    told = say.figure(volume, "cm3")
    return told if longest is None else f"{told} / {say.figure(longest, 'mm')}"


def _changes(say: Say, before: SerialEntry, now: SerialEntry) -> list[str]:
    told = []
    for name, words, within in (
        (VOLUME, "volume now {change}", "volume now {change}, within the error"),
        (DIAMETER, "diameter {change}", "diameter {change}, within the error"),
    ):
        old, new = _value(before, name), _value(now, name)
        if not old or new is None:
            continue
        change = say.change(old, new)
        inside = abs(new - old) <= max(_error(before, name), _error(now, name))
        told.append(say(within if inside else words, change=change))
    return told


def _error(entry: SerialEntry, name: str) -> float:
    found = figure(entry, name)
    return (found.uncertainty or 0.0) if found else 0.0


def _tell_error(say: Say, now: SerialEntry) -> list[str]:
    volume, longest = _error(now, VOLUME), _error(now, DIAMETER)
    if not volume or not longest:
        return []
    errors = [say.error(q) for name in (VOLUME, DIAMETER) if (q := figure(now, name))]
    return [say("The outline leaves an error of about {volume} and {diameter}.",
                volume=errors[0], diameter=errors[1])]  # fmt: skip


def tell_flair(
    say: Say, assessment: Assessment, assessed: LesionAssessment, dates: Mapping[str, Date]
) -> str:
    """FLAIR hyperintensity now and in the study before; empty without FLAIR."""
    compared = find_compared(assessment, assessed)
    now = _value(compared.now, FLAIR) if compared else None
    if compared is None or now is None:
        return ""
    size = say.figure(now, "cm3")
    prior = compared.prior
    old = _value(prior, FLAIR) if prior is not None else None
    if prior is None or old is None:
        return say("The hyperintensity including the lesion measures {size}.", size=size)
    inside = abs(now - old) <= max(_error(prior, FLAIR), _error(compared.now, FLAIR))
    words = (
        "The hyperintensity including the lesion measures {size}, against {old} on {day} ({change}"
        ", within the error)."
        if inside
        else "The hyperintensity including the lesion measures {size}, against {old} on {day} "
        "({change})."
    )
    return say(words, size=size, old=say.figure(old, "cm3"), day=say.day(dates[prior.timepoint]),
               change=say.change(old, now) or "–")  # fmt: skip


def lesion_response(assessment: Assessment, assessed: LesionAssessment) -> ResponseResult | None:
    """RANO-BM category of the latest study by this lesion alone; None when it has none."""
    found = lesion_responses(assessment, assessed)
    return found[-1] if found else None


def tell_response(say: Say, result: ResponseResult | None, *, alone: bool) -> list[str]:
    """RANO-BM in words; `alone` where one of several lesions is meant."""
    if result is None:
        return [say("RANO-BM does not apply: no lesion was measurable before treatment.")]
    if result.response is None:
        return [say("No category of RANO-BM applies under a raised dose of corticosteroid.")]
    from_nadir = result.change_from_nadir_percent
    from_baseline = result.change_from_baseline_percent
    changes = [
        words
        for words in (
            _tell_percent(say, "{change} from the smallest", from_nadir),
            _tell_percent(say, "{change} from baseline", from_baseline),
        )
        if words
    ]
    words = (
        "By the diameter of this lesion alone RANO-BM gives {category} ({changes})."
        if alone
        else "RANO-BM by the sum of longest diameters gives {category} ({changes})."
    )
    told = [say(words, category=say(result.response.value), changes=", ".join(changes))]
    if result.response is Response.PROGRESSION:
        told.append(say("After radiosurgery treatment-related change can meet this criterion as "
                        "well."))  # fmt: skip
    return told


def _tell_percent(say: Say, words: str, value: float | None) -> str:
    return "" if value is None else say(words, change=f"{signed(value, 'percent')} %")
