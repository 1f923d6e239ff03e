"""What-if of another course: the reader's inputs and what follows from them, as rows of text."""

from __future__ import annotations

from dataclasses import dataclass, field

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import (
    Lesion,
    Mask,
    NotAssessableError,
    PreparedCourse,
    Quantity,
    RigidTransform,
)
from RNAssessLib.dosimetry.fractionation import (
    LimitCheck,
    PlanShape,
    Reirradiation,
    TissueCells,
)
from RNAssessLib.dosimetry.reirradiation import PARTS, compute_reirradiation
from RNAssessLib.dosimetry.tissue_cells import compute_tissue_cells, dose_at, usable_doses
from RNAssessLib.evidence import Thresholds, published_accuracy
from RNAssessLib.plausible import Entry, read_number
from RNAssessLib.plausible.check_case import max_dose_gy

from ..words.numbers import format_number, format_quantity, format_setting
from ..words.wording import unit_text
from .what_if_input import NEW, CourseInput

__all__ = ["NEW", "CourseInput", "WhatIf", "WhatIfRow", "WhatIfView", "build_what_if",
           "start_what_if"]  # fmt: skip

PART_LABELS = {
    "bed_tumour_gy": "BED, tumour",
    "eqd2_tumour_gy": "EQD2, tumour",
    "bed_brain_gy": "BED, brain",
    "eqd2_brain_gy": "EQD2, brain",
}
TISSUE_LABELS = {
    "brain_eqd2_d2_gy": "Normal brain, D2 % as EQD2",
    "brain_eqd2_dmean_gy": "Normal brain, mean EQD2",
    "brain_eqd2_d0_03cc_gy": "Normal brain, hottest 0.03 cm³ as EQD2",
    "brain_over_cm3": "Normal brain above the EQD2 limit",
    "brain_v12_equivalent_cm3": "Normal brain, V12-equivalent",
}


@dataclass(frozen=True)
class WhatIfRow:
    """Label and one cell per column; `tip` holds the definition, `verdict` icon and word."""

    label: str
    cells: tuple[str, ...]
    tip: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class WhatIfView:
    """Everything the section shows below its inputs."""

    heads: tuple[str, ...]
    nominal: tuple[WhatIfRow, ...]
    tissues: tuple[WhatIfRow, ...]
    why_no_tissues: str
    limits: tuple[WhatIfRow, ...]
    notes: tuple[str, ...]
    published: tuple[str, ...]


@dataclass(eq=False)
class WhatIf:
    """Inputs of a what-if for one lesion, and what is kept between two answers.

    Attributes
    ----------
    assessment : Assessment
    lesion : Lesion
    courses : tuple of CourseInput
        Earlier ones in time, the planned one last.
    shapes : tuple of PlanShape
        Plans that the new dose may be shaped like.
    shape : int
        Index of the chosen one.
    """

    assessment: Assessment
    lesion: Lesion
    courses: tuple[CourseInput, ...]
    shapes: tuple[PlanShape, ...]
    shape: int = 0
    _cells: dict[str, tuple[TissueCells, ...] | str] = field(default_factory=dict)

    @property
    def shape_names(self) -> tuple[str, ...]:
        """One line per plan of `shapes`."""
        return tuple(f"{s.target} of {s.course}, {s.prescription_gy:g} Gy" for s in self.shapes)

    def change(self, course: str, name: str, text: str) -> None:
        """Change one field of one course; raises ValueError and leaves everything as it was."""
        self.courses = tuple(
            c.changed(name, text) if c.course == course else c for c in self.courses
        )

    def read(self, course: str, name: str, text: str) -> Entry:
        """What would become of one field as it was typed; raises KeyError for an unknown course."""
        held = next((c for c in self.courses if c.course == course), None)
        if held is None:
            raise KeyError(course)
        placed = [p.course for p in self.assessment.prepared.courses if p.course.id == course]
        return read_number(text, held.bounds(name, max_dose_gy(placed[0]) if placed else None))

    def choose_shape(self, index: int) -> None:
        """Take another plan's shape; indices beyond the list are ignored."""
        if 0 <= index < len(self.shapes):
            self.shape = index

    def compute(self) -> Reirradiation:
        """Return the figures for the present inputs."""
        thresholds = self.assessment.thresholds
        new = self.courses[-1].fractionation()
        assert new is not None
        known = [(c, c.fractionation()) for c in self.courses[:-1]]
        shape = self.shapes[self.shape] if self.shapes else None
        cells = self._tissues(shape.course) if shape else "no earlier plan has a dose grid"
        return compute_reirradiation(
            new,
            [f for c, f in known if f is not None and c.at_target],
            thresholds,
            shape=shape,
            tissues=() if isinstance(cells, str) else cells,
            elsewhere=[f for c, f in known if f is not None and not c.at_target],
            why_no_cells=cells if isinstance(cells, str) else "",
        )

    def view(self) -> WhatIfView:
        """Return the figures as rows of text."""
        return build_what_if(self.compute(), self.courses)

    def _tissues(self, course_id: str) -> tuple[TissueCells, ...] | str:
        if course_id not in self._cells:
            usable = usable_doses(self.assessment.prepared.courses)
            shaped = next(p for p in usable if p.course.id == course_id)
            try:
                found = compute_tissue_cells(usable, shaped, _brain(self.assessment))
                self._cells[course_id] = found
            except NotAssessableError as error:
                self._cells[course_id] = str(error)
        return self._cells[course_id]


def start_what_if(assessment: Assessment, lesion_id: str) -> WhatIf:
    """First inputs: earlier courses as the case states them, the new one like the last of them."""
    prepared = assessment.prepared
    lesion = prepared.lesion(lesion_id)
    thresholds = assessment.thresholds
    ratios = (thresholds["bed.alpha_beta_tumour"], thresholds["bed.alpha_beta_brain"])
    placed = sorted(prepared.courses, key=lambda p: p.course.date)
    earlier = [_earlier(p, lesion, thresholds, ratios) for p in placed]
    last = next((c for c in reversed(earlier) if c.total_gy is not None), None)
    total, fractions = (last.total_gy, last.fractions) if last else (20.0, 1)
    new = CourseInput(NEW, "New course", total, fractions, *ratios)
    shapes = [
        PlanShape(p.course.id, t.name, t.prescription_gy)
        for p in reversed(usable_doses(placed))
        for t in p.course.targets
        if t.prescription_gy
    ]
    own = {t.name for t in lesion.targets}
    shapes.sort(key=lambda s: s.target not in own)  # this lesion's own plan first
    return WhatIf(assessment, lesion, (*earlier, new), tuple(shapes))


def _earlier(
    placed: PreparedCourse, lesion: Lesion, thresholds: Thresholds, ratios: tuple[float, float]
) -> CourseInput:
    course = placed.course
    own = {t.name for t in lesion.targets_in(course.id)}
    doses = [t.prescription_gy for t in course.targets if t.prescription_gy]
    named = [t.prescription_gy for t in course.targets if t.name in own and t.prescription_gy]
    total = max(named or doses, default=None)
    here = True
    if total is not None and not named and usable_doses([placed]):
        share = thresholds["reirradiation.same_place_percent"] / 100
        here = dose_at(placed, lesion.center_lps_mm) >= share * total
    title = f"{course.id} · {course.date.isoformat()}"
    return CourseInput(course.id, title, total, course.fractions, *ratios, at_target=here)


def _brain(assessment: Assessment) -> tuple[Mask, RigidTransform] | None:
    prepared = assessment.prepared
    timepoint = prepared.timepoint(prepared.reference)
    if timepoint.brain is None or timepoint.brain.is_empty:
        return None
    return timepoint.brain, timepoint.to_reference.transform


# --- rows -----------------------------------------------------------------------------------------


def build_what_if(result: Reirradiation, courses: tuple[CourseInput, ...]) -> WhatIfView:
    """Build the rows of a what-if."""
    known = [c for c in courses if c.at_target and c.total_gy is not None]
    found = {q.name: q for q in (*result.cumulative, *result.tissues)}
    nominal = tuple(_nominal_row(part, known, found[f"cumulative_{part}"]) for part in PARTS)
    tissues, why = [], ""
    for quantity in result.tissues:
        if quantity.value is None:
            why = quantity.undefined or ""
        elif not quantity.name.endswith("_before"):
            before = found[f"{quantity.name}_before"]
            assert before.value is not None
            unit = unit_text(quantity.unit)
            change = format_number(quantity.value - before.value, quantity.unit, fine=True)
            cells = (format_quantity(before), format_quantity(quantity), f"+{change} {unit}")
            tissues.append(WhatIfRow(_tissue_label(quantity.name), cells, quantity.method))
    missing = [c.title for c in courses if c.total_gy is None]
    notes = (*result.assumptions, *result.cautions)
    if missing:
        notes = (*notes, f"without a dose, not added: {', '.join(missing)}")
    return WhatIfView(
        (*(c.course for c in known), "sum"),
        nominal,
        tuple(tissues),
        why,
        tuple(_limit_row(check) for check in result.limits),
        notes,
        tuple(f"{a.text} [{a.source}]" for a in published_accuracy("reirradiation")),
    )


def _nominal_row(part: str, known: list[CourseInput], total: Quantity) -> WhatIfRow:
    fractionations = [f for f in (c.fractionation() for c in known) if f is not None]
    cells = [format_number(getattr(f, part), "Gy", fine=True) for f in fractionations]
    return WhatIfRow(PART_LABELS[part], (*cells, f"{format_quantity(total)} Gy"), total.method)


def _tissue_label(name: str) -> str:
    if name in TISSUE_LABELS:
        return TISSUE_LABELS[name]
    return f"{name.removesuffix('_eqd2_dmax_gy')}, highest EQD2"


def _limit_row(check: LimitCheck) -> WhatIfRow:
    criterion = check.criterion
    limit = format_setting(criterion.value, criterion.unit)
    if criterion.is_changed:
        limit += f" (default {criterion.default:g})"
    name = check.quantity.name
    label = "At the target, nominal EQD2, brain" if name.startswith("cum") else _tissue_label(name)
    value = f"{format_quantity(check.quantity)} {unit_text(check.quantity.unit)}"
    source = criterion.source
    if criterion.key.startswith("oar."):
        source += ", stated as physical dose, read here as EQD2"
    tip = "; ".join(text for text in (criterion.note, check.quantity.method) if text)
    return WhatIfRow(
        label, (value, f"limit {limit}", source), tip,
        "✓ met" if check.met else "✗ exceeded",
    )  # fmt: skip
