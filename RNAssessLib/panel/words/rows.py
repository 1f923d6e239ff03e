"""Display rows of case and dose: text and tokens, with nothing left to decide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Plane


@dataclass(frozen=True)
class FigureRow:
    """One figure.

    Attributes
    ----------
    label, value, unit : str
        `value` holds its uncertainty, or a dash when undefined.
    tip : str
        Definition, how it was measured, and why it is undefined.
    name : str
        Machine name of the quantity.
    method : str
        Definition alone.
    defined : bool
    reason : str
        Why it is undefined; a shell shows it beside the dash.
    group : str
        Heading under which it stands.
    verdict : str
        Of a limit: icon and word, ``✓ met``.
    leads : bool
        Whether it stands first; a shell folds what does not lead, where anything does.
    """

    label: str
    value: str
    unit: str
    tip: str
    name: str = ""
    method: str = ""
    defined: bool = True
    reason: str = ""
    group: str = ""
    verdict: str = ""
    leads: bool = False

    @property
    def text(self) -> str:
        """Value with unit, or the dash with its reason."""
        if not self.defined:
            return f"{self.value} ({self.reason})"
        return f"{self.value} {self.unit}".rstrip()

    @property
    def line(self) -> str:
        """Label, figure and definition in one line."""
        method = f" ({self.method})" if self.method else ""
        return f"{self.label}: {self.text}{method}"


@dataclass(frozen=True)
class Table:
    """Figures under one heading.

    Attributes
    ----------
    title : str
    rows : tuple of FigureRow
    note : str
    picture : str
        Name of the picture that belongs to it, ``nomogram`` or ``three_axes``; else empty.
    """

    title: str
    rows: tuple[FigureRow, ...]
    note: str = ""
    picture: str = ""

    @property
    def leading(self) -> tuple[FigureRow, ...]:
        """Figures that a page opens with; all of them where none leads."""
        return tuple(row for row in self.rows if row.leads) or self.rows

    @property
    def folded(self) -> tuple[FigureRow, ...]:
        """The others."""
        return tuple(row for row in self.rows if not row.leads) if self.leading != self.rows else ()


@dataclass(frozen=True)
class JumpTo:
    """Take all views to a point; show `role` of `timepoint` in the extra row."""

    timepoint: str
    role: SequenceRole
    plane: Plane
    point_reference_lps_mm: tuple[float, float, float]
    label: str


# --- case -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class CourseRow:
    """One course of radiotherapy."""

    id: str
    date: str
    technique: str
    fractions: str
    targets: str
    placement: str
    warning: bool


@dataclass(frozen=True)
class QualityRow:
    """How good the images of one lesion at one study are.

    Attributes
    ----------
    icon, grade : str
        Shape and word; `colour` only repeats them.
    told : str
        Whole sentence part: study, lesion, grade, reasons and figures.
    refused : bool
        Whether the headline items of this lesion do not rest on this study.
    """

    timepoint: str
    lesion: str
    icon: str
    grade: str
    colour: str
    told: str
    refused: bool = False

    @property
    def text(self) -> str:
        """One line."""
        return f"{self.icon} {self.told}"


@dataclass(frozen=True)
class TimepointRow:
    """One study: date, months after treatment, sequences there are and routine ones missing."""

    id: str
    date: str
    months: str
    sequences: tuple[str, ...]
    missing: tuple[str, ...]
    is_reference: bool
    quality: tuple[QualityRow, ...] = ()

    @property
    def text(self) -> str:
        """One line."""
        lacking = f"; without {', '.join(self.missing)}" if self.missing else ""
        return f"{self.id} {self.date}: {', '.join(self.sequences)}{lacking}"


@dataclass(frozen=True)
class RegistrationRow:
    """Traffic light of one registration.

    Attributes
    ----------
    icon, grade : str
        Shape and word; `colour` only repeats them.
    expected_error : str
        In mm.
    usable : bool
        Whether items may rest on it.
    tip : str
        Method and figures of merit.
    """

    moving: str
    fixed: str
    icon: str
    grade: str
    colour: str
    expected_error: str
    reasons: tuple[str, ...]
    usable: bool
    tip: str

    @property
    def verdict(self) -> str:
        """Grade, error and reasons without naming what was aligned."""
        if self.moving == self.fixed:
            return f"{self.icon} reference space"
        reasons = f" ({'; '.join(self.reasons)})" if self.reasons else ""
        return f"{self.icon} {self.grade}, expected error {self.expected_error}{reasons}"

    @property
    def text(self) -> str:
        """One line."""
        what = self.moving if self.moving == self.fixed else f"{self.moving} to {self.fixed}"
        return f"{self.icon} {what}: {self.verdict.removeprefix(self.icon).strip()}"


@dataclass(frozen=True)
class MappingRow:
    """What was taken for what."""

    role: str
    what: str
    why: str
    ignored: bool


@dataclass(frozen=True)
class EventRow:
    """One clinical event.

    Attributes
    ----------
    date, months, text : str
    kind : str
        Its ``case.toml`` word.
    entries : mapping of field name to text
        What a form shows when it is edited.
    """

    date: str
    months: str
    text: str
    kind: str = ""
    entries: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class CriterionRow:
    """A threshold as used, beside its default and source.

    Attributes
    ----------
    text : str
        One line; says the default when another value was used.
    changed : bool
    """

    key: str
    value: float
    default: float
    unit: str
    text: str
    source: str
    note: str
    changed: bool


@dataclass(frozen=True)
class CaseView:
    """The case as read, aligned and mapped.

    Attributes
    ----------
    registrations : tuple of RegistrationRow
        Timepoints and courses to the reference space; then sequences to their T1c.
    sequence_registrations : tuple of RegistrationRow
    anatomy : str
        Where the anatomy came from, or why there is none.
    """

    id: str
    courses: tuple[CourseRow, ...]
    timepoints: tuple[TimepointRow, ...]
    registrations: tuple[RegistrationRow, ...]
    sequence_registrations: tuple[RegistrationRow, ...]
    anatomy: str
    events: tuple[EventRow, ...]
    mapping: tuple[MappingRow, ...]
    warnings: tuple[str, ...]
    changed_thresholds: tuple[CriterionRow, ...]
