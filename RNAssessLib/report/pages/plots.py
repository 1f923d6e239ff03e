"""DVH plot, and figures as SVG."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from RNAssessLib.case import StructureRole
from RNAssessLib.dosimetry.results import CourseDosimetry
from RNAssessLib.panel.words.style import SERIES_COLOURS

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
