"""DVH and volume-time plots as SVG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from RNAssessLib.assessment import Assessment, LesionAssessment
from RNAssessLib.case import StructureRole, months_between
from RNAssessLib.dosimetry.results import CourseDosimetry
from RNAssessLib.panel.style import SERIES_COLOURS

if TYPE_CHECKING:
    from matplotlib.figure import Figure

LINE_OF_ROLE = {
    StructureRole.GTV: "-",
    StructureRole.CTV: "-.",
    StructureRole.PTV: "--",
    StructureRole.OAR: ":",
}


def encode_svg(figure: Figure) -> str:
    """Return the figure as inline SVG text, without the XML prologue."""
    import matplotlib as mpl

    buffer = io.StringIO()
    # text stays text (searchable, small); no date so that equal input gives equal bytes
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": "rnassess"}):
        figure.savefig(buffer, format="svg", metadata={"Date": None})
    text = buffer.getvalue()
    return text[text.index("<svg") :]


def draw_dvh(course: CourseDosimetry) -> Figure:
    """Cumulative DVH of a course, volume in percent of each structure against Gy."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.add_subplot()
    for index, structure in enumerate(course.structures):
        dvh = structure.dvh
        if dvh is None or dvh.volume_cm3[0] <= 0:
            continue
        axes.plot(
            dvh.dose_gy,
            100.0 * dvh.volume_cm3 / dvh.volume_cm3[0],
            LINE_OF_ROLE.get(structure.role, ":"),
            color=SERIES_COLOURS[index % len(SERIES_COLOURS)],
            label=f"{structure.name} ({dvh.volume_cm3[0]:.3g} cm³)",
        )
    for prescription in sorted({t.prescription_gy for t in course.targets if t.prescription_gy}):
        axes.axvline(prescription, color="0.5", lw=0.8)
        axes.text(prescription, 101, f"{prescription:g} Gy", fontsize=7, ha="center")
    axes.set(xlabel="Dose (Gy, physical)", ylabel="Volume (%)", xlim=(0, None), ylim=(0, 107))
    axes.grid(alpha=0.25)
    axes.legend(fontsize=7, loc="upper right")
    return figure


def draw_timeline(assessment: Assessment, lesion: LesionAssessment) -> Figure:
    """Volumes of one lesion over time, with courses and clinical events."""
    from matplotlib.figure import Figure

    prepared = assessment.prepared
    dates = {t.id: t.date for t in prepared.timepoints}
    course = prepared.course_of(lesion.lesion)
    origin = course.course.date if course else min(dates.values())
    figure = Figure(figsize=(6.4, 3.0), layout="constrained")
    axes = figure.add_subplot()
    curves = (
        ("enhancing_cm3", "enhancing (T1c)", "-", "o"),
        ("necrotic_core_cm3", "necrotic core", ":", "s"),
        ("flair_cm3", "FLAIR hyperintensity", "--", "^"),
    )
    for index, (name, label, line, marker) in enumerate(curves):
        points = [
            (months_between(origin, dates[entry.timepoint]), value)
            for entry in lesion.serial
            if (value := entry.value(name)) is not None
        ]
        if points:
            months, volumes = zip(*points, strict=True)
            axes.plot(months, volumes, line, marker=marker, ms=4, label=label,
                      color=SERIES_COLOURS[index])  # fmt: skip
    for placed in prepared.courses:
        _draw_event(axes, months_between(origin, placed.course.date), placed.course.id)
    for event in prepared.case.events:
        _draw_event(axes, months_between(origin, event.date), event.drug or event.kind.value)
    axes.set(xlabel="Months after treatment", ylabel="Volume (cm³)", ylim=(0, None))
    axes.grid(alpha=0.25)
    axes.legend(fontsize=7)
    return figure


def _draw_event(axes: object, month: float, label: str) -> None:
    from matplotlib.axes import Axes

    assert isinstance(axes, Axes)
    axes.axvline(month, color="0.45", lw=0.8, ls="-.")
    axes.text(month, 1.0, f" {label}", rotation=90, fontsize=6, va="top", ha="right",
              transform=axes.get_xaxis_transform())  # fmt: skip
