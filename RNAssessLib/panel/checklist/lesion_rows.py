"""Display rows of lesion and checklist: text and tokens, with nothing left to decide."""

from __future__ import annotations

from dataclasses import dataclass

from RNAssessLib.findings.finding import Status

from ..course.nomogram_chart import NomogramChart
from ..course.three_axes import ThreeAxes
from ..course.timeline_chart import Timeline
from ..words.rows import CriterionRow, FigureRow, JumpTo, Table


@dataclass(frozen=True)
class SerialRow:
    """Sizes of a lesion at one timepoint.

    Attributes
    ----------
    cells : tuple of str
        One per column head, a dash when undefined.
    tips : tuple of str
        Figure with uncertainty and definition, or why it is undefined.
    """

    timepoint: str
    date: str
    months: str
    cells: tuple[str, ...]
    tips: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChecklistRow:
    """One item of the checklist as it is shown.

    Attributes
    ----------
    icon, status, favours, strength : str
        Of the computed finding, in words; `favours` and `strength` may be empty.
    favours_colour : str
        Repeats `favours`, never alone.
    muted : bool
        Whether the item recedes (nothing could be answered and the reader has not answered).
    measurements : tuple of FigureRow
    criteria : tuple of CriterionRow
    caveats, sources, accuracy : tuple of str
        `accuracy` is published context, never the patient's probability.
    guidance : tuple of str
        Guidelines and papers beside the item.
    limitation : str
    jumps : tuple of JumpTo
        Evidence, the best first.
    decision : str
        The reader's, in words; empty when there is none.
    reader_icon, reader_status : str
        The reader's answer; empty when there is none.
    overridden : bool
        Whether the reader's answer differs from the computed one.
    stale : str
        What the reader should know when the computed answer has changed since the decision.
    choices : tuple of (Status, str)
        Answers that the reader may give, the computed one first and marked.
    """

    lesion: str
    finding: str
    number: int
    title: str
    question: str
    why: str
    icon: str
    status: str
    favours: str
    favours_colour: str
    strength: str
    muted: bool
    sentence: str
    measurements: tuple[FigureRow, ...]
    criteria: tuple[CriterionRow, ...]
    caveats: tuple[str, ...]
    limitation: str
    sources: tuple[str, ...]
    accuracy: tuple[str, ...]
    jumps: tuple[JumpTo, ...]
    decision: str
    reader_icon: str
    reader_status: str
    overridden: bool
    stale: str
    choices: tuple[tuple[Status, str], ...]
    guidance: tuple[str, ...] = ()

    @property
    def computed(self) -> Status:
        """The computed answer: the first of the choices."""
        return self.choices[0][0]

    @property
    def token(self) -> str:
        """What it favours and how strongly, ``favours RN · strong``."""
        return " · ".join(text for text in (self.favours, self.strength) if text)

    @property
    def headline(self) -> str:
        """First line in a list: icon and title; what could not be answered says so here."""
        text = f"{self.icon} {self.title}"
        return f"{text}: {self.status}" if self.muted else text

    @property
    def subline(self) -> str:
        """Second line in a list: answer, what it favours, the reader's answer; may be empty."""
        if self.muted:
            return ""
        reader = f"reader {self.reader_icon} {self.reader_status}" if self.reader_status else ""
        return " · ".join(text for text in (self.status, self.token, reader) if text)

    @property
    def details(self) -> tuple[str, ...]:
        """Everything below the sentence, one line each."""
        why = self.why or self.question
        lines = [row.line for row in self.measurements]
        lines += [f"criterion {row.text}" for row in self.criteria]
        lines += [f"caveat: {text}" for text in self.caveats]
        lines += [f"published: {text}" for text in self.accuracy]
        lines += [f"guidance: {text}" for text in self.guidance]
        lines += [f"why: {why}", f"source: {', '.join(self.sources)}"]
        return tuple(lines)


@dataclass(frozen=True)
class StatusCount:
    """How many items have a status."""

    icon: str
    word: str
    count: int


@dataclass(frozen=True)
class LesionView:
    """One lesion: sizes, checklist, summary, where it is.

    Attributes
    ----------
    summary : str
        Counts in one sentence; never a verdict.
    counts : tuple of StatusCount
    missing : tuple of str
        Sequences that items asked for and the case lacks.
    next_steps : tuple of str
        Most useful first.
    decided : str
        How many items the reader decided.
    context : tuple of Table
        Nomogram, cohort ranges, drugs and response: literature beside the lesion.
    timeline : Timeline or None
        Sizes over time with everything that was done.
    three_axes : ThreeAxes or None
        Li 2021's, with this patient.
    nomogram : NomogramChart or None
        None while an input is missing.
    """

    id: str
    title: str
    summary: str
    counts: tuple[StatusCount, ...]
    missing: tuple[str, ...]
    next_steps: tuple[str, ...]
    decided: str
    heads: tuple[str, ...]
    serial: tuple[SerialRow, ...]
    checklist: tuple[ChecklistRow, ...]
    home: JumpTo
    context: tuple[Table, ...] = ()
    timeline: Timeline | None = None
    three_axes: ThreeAxes | None = None
    nomogram: NomogramChart | None = None

    def row(self, finding: str) -> ChecklistRow:
        """Return the row of `finding`; raises KeyError."""
        for row in self.checklist:
            if row.finding == finding:
                return row
        raise KeyError(finding)

    def step(self, finding: str, by: int) -> str:
        """Return the id of the item `by` rows on, round the end; the first when none is on."""
        ids = [row.finding for row in self.checklist]
        at = ids.index(finding) + by if finding in ids else 0
        return ids[at % len(ids)]
