"""Before or after contrast: what the evidence on each T1-weighted stack of a visit agrees on.

Evidence, strongest first: the injection's time against the acquisition's, words of the series' own
description, a contrast tag whose text says that none was given, the contrast tag, and the order of
otherwise equal series. The tag alone is weak: many scanners copy it over the whole examination.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from . import words
from .header import SliceHeader
from .stacks import Stack

NOON = 43200.0
DAY = 86400.0


@dataclass(frozen=True)
class Contrast:
    """Whether contrast had been given when a stack was acquired.

    Attributes
    ----------
    given : bool
    why : str
    disagreement : str
        Evidence that says otherwise; empty when all agrees.
    minutes : float or None
        From injection to acquisition, None when the tags do not give it.
    """

    given: bool
    why: str
    disagreement: str = ""
    minutes: float | None = None


@dataclass(frozen=True)
class _Evidence:
    says: bool
    why: str
    strong: bool


def agree_on_contrast(stacks: Sequence[Stack]) -> dict[tuple[str, str], Contrast]:
    """Contrast of every T1-weighted stack of one visit, by the stack's key."""
    evidence = {s.key: _evidence(s.first) for s in stacks}
    place = _places(stacks)
    found = {s.key: _weigh(evidence[s.key], s.first) for s in stacks}
    for stack in stacks:
        known = evidence[stack.key]
        if known and not any(e.strong for e in known) and found[stack.key].given:
            found[stack.key] = _by_order(stack, stacks, evidence, place, found[stack.key])
    return found


def minutes_since_injection(first: SliceHeader) -> float | None:
    """Minutes from injection to acquisition; None when either time is missing.

    Times without a date are taken within half a day of one another, so midnight does not matter.
    """
    if first.injection_seconds is None or first.seconds is None:
        return None
    apart = first.seconds - first.injection_seconds
    return ((apart + NOON) % DAY - NOON) / 60.0


def _evidence(first: SliceHeader) -> list[_Evidence]:
    found = []
    minutes = minutes_since_injection(first)
    if minutes is not None:
        when = f"acquired {abs(minutes):.0f} min {'after' if minutes >= 0 else 'before'} injection"
        found.append(_Evidence(minutes >= 0, when, True))
    text = words.plain(first.description or first.protocol)
    if not words.BOTH.search(text):
        if words.PRE.search(text):
            found.append(_Evidence(False, f"description {first.description!r}", True))
        elif words.POST.search(text):
            found.append(_Evidence(True, f"description {first.description!r}", True))
    agent = first.contrast_agent
    if agent is not None:
        none = bool(words.NO_AGENT.search(words.plain(agent)))
        said = f"contrast agent {agent!r}" + (" (none)" if none else "")
        found.append(_Evidence(not none, said, none))
    return found


def _weigh(found: Sequence[_Evidence], first: SliceHeader) -> Contrast:
    if not found:
        return Contrast(False, "no contrast agent")
    taken = found[0]
    against = [e.why for e in found[1:] if e.says != taken.says]
    agreeing = [e.why for e in found if e.says == taken.says]
    return Contrast(
        taken.says, ", ".join(agreeing), "; ".join(against), minutes_since_injection(first)
    )


def _by_order(
    stack: Stack,
    stacks: Sequence[Stack],
    evidence: dict[tuple[str, str], list[_Evidence]],
    place: dict[tuple[str, str], float],
    known: Contrast,
) -> Contrast:
    """Settle a stack with nothing but the tag by its place among the others."""
    proven = [
        s for s in stacks
        if any(e.strong and e.says for e in evidence[s.key]) and place[s.key] != place[stack.key]
    ]  # fmt: skip
    if proven and all(place[stack.key] < place[s.key] for s in proven):
        earliest = min(proven, key=lambda s: place[s.key])
        return Contrast(
            False,
            f"acquired before {earliest.name!r}, whose contrast is certain",
            known.why,
        )
    if proven:
        return known
    unproven = [s for s in stacks if not any(e.strong for e in evidence[s.key]) and evidence[s.key]]
    twins = [s for s in unproven if _alike(s, stack)]
    if len(twins) > 1 and place[stack.key] == min(place[s.key] for s in twins):
        return Contrast(
            False, "the first of several alike that all carry the contrast tag", known.why
        )
    if len(twins) > 1:
        return Contrast(True, f"{known.why}; a later one of several alike", known.disagreement)
    return known


def _alike(a: Stack, b: Stack) -> bool:
    """Same sequence and geometry, as a scan repeated after contrast is."""
    one, two = a.first, b.first
    return (
        a.slices == b.slices
        and one.orientation == two.orientation
        and (one.tr, one.te, one.ti) == (two.tr, two.te, two.ti)
        and one.pixel_spacing == two.pixel_spacing
        and words.plain(one.description) == words.plain(two.description)
        and one.is_derived == two.is_derived
    )


def _places(stacks: Sequence[Stack]) -> dict[tuple[str, str], float]:
    """Order within the visit: by time of acquisition where all have one, else series number."""
    if all(s.first.seconds is not None for s in stacks):
        return {s.key: s.first.seconds or 0.0 for s in stacks}
    return {s.key: float(s.first.series_number) for s in stacks}
