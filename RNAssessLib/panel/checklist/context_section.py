"""What published cohorts say beside one lesion: context, never this patient's diagnosis."""

from __future__ import annotations

from collections.abc import Sequence

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import counted
from RNAssessLib.case.numbers import in_mm, signed
from RNAssessLib.course.case_response import NEW_LESION_NOTE
from RNAssessLib.course.components import ComponentStep
from RNAssessLib.course.li21 import Li21Index, Li21Indices
from RNAssessLib.course.treatment import NO_BEVACIZUMAB
from RNAssessLib.dosimetry.repeat_courses import RepeatTreatment
from RNAssessLib.evidence import published_accuracy
from RNAssessLib.lesions.component_events import ComponentEvent, ComponentFate
from RNAssessLib.prognosis.bergen import BergenScore
from RNAssessLib.prognosis.nomogram import Factor, Nomogram

from ..words.figures import figure_row
from ..words.numbers import format_chance, format_number
from ..words.rows import FigureRow, Table
from ..words.wording import quantity_label, unit_text


def context_tables(assessment: Assessment, assessed: LesionAssessment) -> tuple[Table, ...]:
    """Nomogram, Li 2021's indices, drugs and response of one lesion; empty ones are left out."""
    tables = []
    if assessed.components:
        tables.append(_components(assessed.components))
    if assessed.repeat is not None:
        tables.append(_repeat(assessment, assessed.repeat))
    if assessed.nomogram is not None:
        tables.append(_nomogram(assessed.nomogram))
    elif assessed.why_no_nomogram:
        tables.append(Table(NOMOGRAM, (), assessed.why_no_nomogram))
    if assessed.bergen is not None:
        tables.append(_bergen(assessed.bergen))
    if assessed.li21 is not None:
        tables.append(_li21(assessed.li21))
    if assessed.clinical is not None:
        rows = tuple(figure_row(q) for q in assessed.clinical.quantities)
        notes = [f"{e.timepoint}: {n}" for e in assessed.clinical.entries for n in e.notes]
        if assessed.clinical.quantity("bevacizumab_cycles").value:
            notes += [f"{a.text} [{a.source}]" for a in published_accuracy("bevacizumab")]
        tables.append(Table("Drugs and condition", rows, "; ".join(notes)))
    if assessment.response:
        tables.append(_response(assessment))
    if assessed.risk_context:
        title = "Published risk beside this lesion's dose: literature, not its probability"
        tables.append(Table(title, tuple(figure_row(q) for q in assessed.risk_context)))
    return tuple(tables)


def _repeat(assessment: Assessment, repeat: RepeatTreatment) -> Table:
    dates = {p.course.id: p.course.date.isoformat() for p in assessment.prepared.courses}
    told = ", ".join(f"{name} ({dates[name]})" for name in repeat.course_ids)
    first = _text_row(
        "Course in force", f"{repeat.in_force} ({dates[repeat.in_force]})",
        "the last course of this lesion before the latest scan; months, baseline, prescription, "
        "BED and nomogram follow it", "course_in_force",
    )  # fmt: skip
    rows = (first, *(figure_row(q) for q in repeat.quantities))
    return Table(f"Treated more than once: {told}", rows, "; ".join(repeat.warnings))


def _components(steps: Sequence[ComponentStep]) -> Table:
    rows = []
    for step in steps:
        where = f"{step.before} to {step.after}"
        if step.undefined:
            rows.append(_text_row(where, f"– ({step.undefined})", "", "components"))
        elif not step.events:
            rows.append(_text_row(where, "no enhancement at either", "", "components"))
        unsure = [e for e in step.events if e.fate is ComponentFate.UNSURE]
        rows += [_event(where, event) for event in step.events if event not in unsure]
        if unsure:
            rows.append(_unsure(where, unsure))
    return Table("Enhancing parts followed, each with its core", tuple(rows))


def _event(where: str, event: ComponentEvent) -> FigureRow:
    counts = {
        ComponentFate.MERGED: f"{event.parts_before} parts merged",
        ComponentFate.SPLIT: f"split into {event.parts_after} parts",
    }
    text = f"{counts.get(event.fate, event.fate.value)}: {_sizes(event)}"
    doubt = format_number(event.uncertainty_cm3, "cm3")
    tip = f"difference known within {doubt} {unit_text('cm3')}, from the outlines' error"
    return _text_row(where, text, tip, "components")


def _unsure(where: str, events: Sequence[ComponentEvent]) -> FigureRow:
    """One row for all of them: small parts beside a lesion come and go with a threshold."""
    largest = f"the largest {_sizes(events[0])}" if len(events) > 1 else _sizes(events[0])
    text = f"{counted(len(events), 'small part')} outlined otherwise: {largest}"
    tip = (
        "no change is told: the other scan shows what only one outline holds, too, or is not "
        "sensitive enough there"
    )
    return _text_row(where, text, tip, "components")


def _sizes(event: ComponentEvent) -> str:
    before, after = (
        format_number(v, "cm3") for v in (event.volume_before_cm3, event.volume_after_cm3)
    )
    return f"{before} to {after} {unit_text('cm3')}"


NOMOGRAM = (
    "Nomogram of recurrence of a lesion that enlarged after radiotherapy (PP23): relative odds"
)
INSIDE = "no criterion of exclusion is recorded"


def _nomogram(nomogram: Nomogram) -> Table:
    rows = [_factor(factor) for factor in nomogram.factors]
    outside = nomogram.inputs.outside if nomogram.inputs else ()
    told = f"outside it: {'; '.join(outside)}" if outside else INSIDE
    rows.insert(0, _text_row("PP23's cohort", told, "eligibility of PP23 Methods", "cohort"))
    odds = figure_row(nomogram.relative_odds)
    if nomogram.relative_odds_interval is not None:
        odds = _text_row(
            "Relative odds", f"{odds.value}{_interval(nomogram.relative_odds_interval, '1')}",
            odds.tip, "relative_odds",
        )  # fmt: skip
    rows.append(odds)
    rows += [figure_row(q) for q in nomogram.alternatives]
    rows += [figure_row(nomogram.total_points), _calibrated(nomogram)]
    notes = nomogram.inputs.notes if nomogram.inputs else ()
    plans = (f"{a.text} [{a.source}]" for a in published_accuracy("pp23_plans"))
    note = " ".join((*(f"{n}." for n in notes), nomogram.discrimination, *plans, *nomogram.remarks))
    return Table(NOMOGRAM, tuple(rows), note, "nomogram")


def _interval(ends: tuple[float, float], unit: str) -> str:
    low, high = (format_number(v, unit) for v in ends)
    return f" ({low} to {high})"


def _calibrated(nomogram: Nomogram) -> FigureRow:
    """Return the probability with its interval, labelled as what it is."""
    row = figure_row(nomogram.calibrated_percent)
    text = f"{row.value} {row.unit}".strip()
    if nomogram.calibrated_interval is not None:
        value = format_chance(nomogram.calibrated_percent.value or 0.0)
        low, high = (format_chance(end) for end in nomogram.calibrated_interval)
        text = f"{value} % ({low} to {high} %)"
    return _text_row("Calibrated estimate, not from the paper", text, row.tip, row.name)


def _factor(factor: Factor) -> FigureRow:
    text = f"OR {factor.odds_ratio:.3g}"
    if factor.category != factor.reference:
        text += f" ({factor.low:.3g} to {factor.high:.3g})"
    text += (
        f" · {counted(round(factor.points), 'point')}"
        if factor.in_model
        else " · screened, not in the model"
    )
    return _text_row(
        f"{factor.name}: {factor.category}", text, f"reference class: {factor.reference}",
        factor.name,
    )  # fmt: skip


def _bergen(found: BergenScore) -> Table:
    words = {True: "present, 0 points", False: "absent, 1 point", None: "not known, 0 or 1 point"}
    rows = [
        _text_row(c.name.capitalize(), f"{words[c.present]} ({c.why})", "", "bergen")
        for c in found.characteristics
    ]
    points = f"{found.least}" if found.least == found.most else f"{found.least} to {found.most}"
    rows.append(_text_row("Points", f"{points} of {len(rows)}", found.published, "bergen_points"))
    note = f"Published: {found.published}. " + " ".join(
        f"{a.text} [{a.source}]" for a in published_accuracy("clinical_modifiers")
    )
    return Table("Bergen criteria at the time of treatment: literature", tuple(rows), note)


def _li21(indices: Li21Indices) -> Table:
    # without bevacizumab there is nothing to halve the steroid after
    rows = tuple(
        _index(item) for item in indices.indices if item.quantity.undefined != NO_BEVACIZUMAB
    )
    title = f"Li 2021's indices at {indices.timepoint}, beside the range of its 40 patients"
    return Table(title, rows, " ".join(indices.remarks), "three_axes")


def _index(item: Li21Index) -> FigureRow:
    row = figure_row(item.quantity)
    if item.low is None or item.high is None:
        return row
    unit = unit_text(item.quantity.unit)
    low, high = (format_number(v, item.quantity.unit) for v in (item.low, item.high))
    middle = "" if item.middle is None else format_number(item.middle, item.quantity.unit)
    cohort = f"LI21: {low} to {high} {unit}".rstrip() + (
        f", {item.middle_is} {middle}" if middle else ""
    )
    return _text_row(
        quantity_label(item.quantity.name), f"{row.text} ({cohort})", f"{row.tip}; {item.source}",
        row.name,
    )  # fmt: skip


def _response(assessment: Assessment) -> Table:
    rows = []
    for entry in assessment.response:
        if entry.result is None:
            text, tip = f"– ({entry.undefined})", ""
        else:
            result = entry.result
            category = "no category" if result.response is None else result.response.value
            text = f"{category}, summed diameters {in_mm(result.sum_mm)} mm"
            if result.change_from_nadir_percent is not None:
                change = signed(result.change_from_nadir_percent, "percent")
                text += f", {change} % from the nadir of "
                text += f"{in_mm(result.nadir_mm)} mm"
            tip = "; ".join(result.notes)
        rows.append(_text_row(entry.timepoint, text, tip, "response"))
    latest = assessment.response[-1].result
    notes = (*(latest.notes if latest else ()), NEW_LESION_NOTE)
    title = "RANO-BM category of all measurable lesions together"
    return Table(title, tuple(rows), "; ".join(notes))


def _text_row(label: str, text: str, tip: str, name: str) -> FigureRow:
    return FigureRow(label, text, "", tip, name=name, method=tip, defined=True)
