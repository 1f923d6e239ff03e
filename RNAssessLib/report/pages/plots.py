"""DVH plot, and figures as SVG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import StructureRole
from RNAssessLib.dosimetry.results import CourseDosimetry
from RNAssessLib.panel.words.style import SERIES_COLOURS

from ..text.sizes import VOLUME, figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ZERO_WIDTH = "\N{ZERO WIDTH SPACE}"
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


def literal(text: str) -> str:
    r"""Return a text that Matplotlib draws as it stands: no formula, and never left out of a key.

    Examples
    --------
    >>> print(literal("$GTV$"))
    \$GTV\$
    """
    return (ZERO_WIDTH if text.startswith("_") else "") + text.replace("$", r"\$")


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
            label=f"{literal(structure.name)} ({dvh.volume_cm3[0]:.3g} cm³)",
        )
    for prescription in sorted({t.prescription_gy for t in course.targets if t.prescription_gy}):
        axes.axvline(prescription, color="0.5", lw=0.8)
        axes.text(prescription, 101, f"{prescription:g} Gy", fontsize=7, ha="center")
    axes.set(xlabel="Dose (Gy, physical)", ylabel="Volume (%)", xlim=(0, None), ylim=(0, 107))
    axes.grid(alpha=0.25)
    axes.legend(fontsize=7, loc="upper right")
    return figure


def draw_volumes(assessment: Assessment) -> Figure:
    """Volume with core of every lesion over time, named at the end of its line."""
    from matplotlib.figure import Figure

    made = Figure(figsize=(7.2, 3.4), layout="constrained")
    axes = made.add_subplot()
    for number, assessed in enumerate(assessment.lesions):
        points = [
            (e.months_after_treatment, q.value)
            for e in assessed.serial
            if (q := figure(e, VOLUME)) is not None and e.months_after_treatment is not None
        ]
        if not points:
            continue
        months, volumes = zip(*points, strict=True)
        colour = SERIES_COLOURS[number % len(SERIES_COLOURS)]
        dash = ("-", "--", ":")[number // len(SERIES_COLOURS) % 3]
        axes.plot(months, volumes, dash, marker="o", ms=3.5, lw=1.3, color=colour,
                  label=literal(assessed.lesion.id))  # fmt: skip
    axes.set(xlabel="Months after treatment", ylabel="cm³", ylim=(0, None))
    axes.axvline(0, color="0.3", lw=1)
    axes.grid(alpha=0.25)
    axes.legend(fontsize=7, loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False,
                ncols=1 if len(assessment.lesions) <= 12 else 2)  # fmt: skip
    return made
