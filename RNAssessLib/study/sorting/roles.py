"""Which stack of a visit fills which role: candidates with reasons, the best of them taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from RNAssessLib.case import SequenceRole, counted
from RNAssessLib.evidence import Thresholds

from . import words
from .contrast import Contrast, agree_on_contrast
from .geometry import measure_spacing
from .kinds import DIFFUSION_WEIGHTED, Kind, Rank, classify
from .stacks import Stack

R = SequenceRole
NO_DIFFUSION = 50.0  # s/mm²: up to here an image counts as b = 0
USUAL_B = 1000.0  # s/mm²
COVERAGE = 0.6  # of the largest candidate's volume; less is a slab through part of the head
SET_BY_USER = "set by the user"
Choices = Mapping[tuple[str, str], SequenceRole | None]


@dataclass(frozen=True, eq=False)
class Candidate:
    """A stack and the role it could fill.

    Attributes
    ----------
    stack : Stack
    role : SequenceRole or None
        None: it fills no role, `why` says why.
    why : str
    rank : Rank
    problem : str
        Why it cannot be read although it would fill the role; empty when it can.
    contrast : Contrast or None
        T1-weighted stacks only.
    """

    stack: Stack
    role: SequenceRole | None
    why: str
    rank: Rank = Rank.ACQUIRED
    problem: str = ""
    contrast: Contrast | None = None

    @property
    def usable(self) -> bool:
        """Whether it can fill its role."""
        return self.role is not None and not self.problem


def propose_candidates(
    stacks: Sequence[Stack], thresholds: Thresholds, choices: Choices
) -> tuple[Candidate, ...]:
    """Every stack of a visit with the role it could fill.

    Parameters
    ----------
    stacks : sequence of Stack
    thresholds : Thresholds
    choices : mapping of stack key to SequenceRole or None
        What the user decided; goes before everything else.
    """
    kinds = {s.key: classify(s) for s in stacks}
    weighted = [s for s in stacks if kinds[s.key].role is R.T1]
    contrast = agree_on_contrast(weighted) if weighted else {}
    found = [_candidate(s, kinds[s.key], contrast.get(s.key)) for s in stacks]
    found = _with_delayed(found, thresholds["sorting.delayed_minutes"])
    return tuple(_chosen(c, choices) for c in found)


def _candidate(stack: Stack, kind: Kind, contrast: Contrast | None) -> Candidate:
    role, why = kind.role, kind.why
    if contrast is not None:
        role = R.T1C if contrast.given else R.T1
        why = f"{why}; {contrast.why}"
        if contrast.disagreement:
            why += f"; PLEASE CHECK: against it speaks {contrast.disagreement}"
    why = "; ".join([why, *stack.notes])
    if stack.duplicates:
        why += f"; {counted(stack.duplicates, 'repeated file')} counted once"
    return Candidate(stack, role, why, kind.rank, _problem(stack, role), contrast)


def _problem(stack: Stack, role: SequenceRole | None) -> str:
    if role is None:
        return ""
    if role is R.DWI:
        problems = (measure_spacing(v.slices).problem for v in stack.volumes)
        return next((p for p in problems if p), "")
    if len(stack.volumes) > 1:
        return f"{len(stack.volumes)} images at each place"
    return stack.spacing.problem


def _chosen(candidate: Candidate, choices: Choices) -> Candidate:
    key = candidate.stack.key
    if key not in choices:
        return candidate
    role = choices[key]
    problem = _problem(candidate.stack, role)
    return replace(candidate, role=role, why=SET_BY_USER, rank=Rank.ACQUIRED, problem=problem)


def _with_delayed(found: Sequence[Candidate], least_minutes: float) -> list[Candidate]:
    """Give late T1c scans their own role, if an early one is there."""
    enhanced = [c for c in found if c.role is R.T1C and c.usable and c.rank is not Rank.REFORMATTED]
    starts = [c.stack.first.seconds for c in enhanced if c.stack.first.seconds is not None]
    start = min(starts) if starts else None
    late = {}
    for candidate in enhanced:
        why = _why_delayed(candidate, start, least_minutes)
        if why:
            late[candidate.stack.key] = f"{candidate.why}; {why}"
    if len(late) == len(enhanced):
        return list(found)
    return [
        replace(c, role=R.T1C_DELAYED, why=late[c.stack.key]) if c.stack.key in late else c
        for c in found
    ]


def _why_delayed(candidate: Candidate, start: float | None, least_minutes: float) -> str:
    minutes = candidate.contrast.minutes if candidate.contrast else None
    if minutes is not None:
        return f"{minutes:.0f} min after injection" if minutes >= least_minutes else ""
    first = candidate.stack.first
    if words.DELAYED.search(words.plain(first.description)):
        return "delayed by its description"
    if start is not None and first.seconds is not None:
        after = (first.seconds - start) / 60.0
        if after >= least_minutes:
            return f"{after:.0f} min after the first contrast-enhanced series"
    return ""


def rank_candidates(
    candidates: Sequence[Candidate], role: SequenceRole, beside: Stack | None = None
) -> list[Candidate]:
    """Usable candidates of a role, the preferred one first.

    Acquired goes before reformatted, whole heads before slabs, 3D before 2D, thin before thick
    slices; b near 1000 s/mm² with a b = 0 for DWI, a long echo for SWI, and for T1 the one most
    like the T1c (`beside`).
    """
    usable = [c for c in candidates if c.role is role and c.usable]
    most = max((_volume(c.stack) for c in usable), default=0.0)
    return sorted(usable, key=lambda c: tuple(v for _, v in _preference(c, role, most, beside)))


def _preference(
    candidate: Candidate, role: SequenceRole, most: float, beside: Stack | None
) -> list[tuple[str, float | str]]:
    """What is preferred, in order, each with its name; smaller goes first."""
    stack, first = candidate.stack, candidate.stack.first
    terms: list[tuple[str, float | str]] = [
        ("set by the user", 0.0 if candidate.why == SET_BY_USER else 1.0),
        ("acquired as such", float(candidate.rank.value)),
        ("covers more of the head", 0.0 if _volume(stack) >= COVERAGE * most else 1.0),
    ]
    if role is R.DWI:
        b = stack.b_values
        terms.append(("has a b = 0 image", 0.0 if b and b[0] <= NO_DIFFUSION else 1.0))
        terms.append(("b nearest 1000 s/mm²", abs(b[-1] - USUAL_B) if b else 1e6))
    if role is R.SWI:
        terms.append(("longest TE", -(first.te or 0.0)))
    if role is R.T1 and beside is not None:
        other = beside.first
        same = (first.tr, first.te, first.ti) == (other.tr, other.te, other.ti)
        terms.append(("same TR, TE and TI as the T1c", 0.0 if same else 1.0))
    return [
        *terms,
        ("3D", 0.0 if first.acquisition_type == "3D" else 1.0),
        ("thinner slices", round(stack.spacing.mm, 1)),
        ("finer pixels", round(max(first.pixel_spacing, default=9.0), 2)),
        ("more slices", -float(stack.slices)),
        ("earlier series", float(first.series_number)),
        ("series UID", stack.series_uid),
        ("name", stack.label),
    ]


def why_preferred(
    taken: Candidate, other: Candidate, role: SequenceRole, beside: Stack | None
) -> str:
    """Name the first thing in which the taken stack is better."""
    most = max(_volume(taken.stack), _volume(other.stack))
    pairs = zip(
        _preference(taken, role, most, beside),
        _preference(other, role, most, beside),
        strict=True,
    )
    return next((name for (name, a), (_, b) in pairs if a != b), "alike")


def _volume(stack: Stack) -> float:
    first = stack.first
    plane = (first.pixel_spacing[0] * first.pixel_spacing[1]) if first.pixel_spacing else 1.0
    return first.rows * first.columns * plane * stack.slices * max(stack.spacing.mm, 0.1)


def can_compute_adc(stack: Stack) -> bool:
    """Whether an ADC follows from the b-values of a diffusion stack."""
    b = stack.b_values
    return bool(b) and b[0] <= NO_DIFFUSION and b[-1] >= DIFFUSION_WEIGHTED
