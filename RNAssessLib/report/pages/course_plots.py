"""Timeline, LI21's three axes and the nomogram as figures of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from RNAssessLib.assessment import LesionAssessment
from RNAssessLib.case.numbers import fixed
from RNAssessLib.panel.course.nomogram_chart import NomogramChart, NomogramRow, build_nomogram_chart
from RNAssessLib.panel.course.three_axes import ACROSS, PATIENT, UP, ThreeAxes, build_three_axes
from RNAssessLib.panel.course.timeline_chart import (
    KPS_COLOUR,
    STEROID_COLOUR,
    Timeline,
    TimelineLane,
)
from RNAssessLib.panel.words.style import BLUE, VERMILION

from .plots import encode_svg, literal

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DASHES = {"solid": "-", "dash": "--", "dot": ":"}
MARKERS = {"circle": "o", "triangle-up": "^", "square": "s"}
LANE_INCH, SMALL, LONGEST = 0.2, 7, 60
SEGMENTS = {
    "frame": ("0.75", 0.8, "-"),
    "range": (BLUE, 3.0, "-"),
    "middle": (BLUE, 0.9, "--"),
    "drop": ("0.35", 0.9, ":"),
    "unknown": (VERMILION, 1.6, "--"),
}


def draw_context(assessed: LesionAssessment) -> dict[str, dict[str, str]]:
    """Pictures that stand beside the tables of the cohort's figures."""
    drawn = {}
    if assessed.li21 is not None:
        axes = build_three_axes(assessed.li21)
        drawn["three_axes"] = {"svg": encode_svg(draw_three_axes(axes)), "caption": axes.note}
    chart = build_nomogram_chart(assessed.nomogram)
    if chart is not None:
        caption = f"{chart.formula}. {chart.estimate}."
        drawn["nomogram"] = {"svg": encode_svg(draw_nomogram(chart)), "caption": caption}
    return drawn


def draw_timeline(timeline: Timeline) -> Figure:
    """Volumes; treatments and results lane by lane; corticosteroid and KPS."""
    from matplotlib.figure import Figure

    drugs = bool(timeline.steroid or timeline.kps)
    lanes = LANE_INCH * max(len(timeline.lanes), 1) + 0.1
    heights = [1.5, 1.1, lanes, *([0.8] if drugs else [])]
    figure = Figure(figsize=(7.2, sum(heights) + 0.8), layout="constrained")
    parts = figure.subplots(len(heights), 1, sharex=True, height_ratios=heights, squeeze=False)
    axes = [row[0] for row in parts]
    room = 0.03 * (timeline.last - timeline.first or 1.0)
    axes[0].set_xlim(timeline.first - room, timeline.last + 2 * room)
    for place, name in enumerate(("T1c (cm³)", "FLAIR (cm³)")):
        _draw_volumes(axes[place], timeline, place, name)
    _draw_lanes(axes[2], timeline)
    if drugs:
        _draw_steroid(axes[3], timeline)
    for part in axes:
        for bar in timeline.radiotherapy:
            part.axvline(bar.start, color="0.2", lw=1.2)
        part.grid(axis="x", alpha=0.25)
    axes[-1].set_xlabel(timeline.axis + (f"\n{timeline.note}" if timeline.note else ""))
    return figure


def _draw_volumes(axes: Axes, timeline: Timeline, place: int, name: str) -> None:
    curves = [curve for curve in timeline.curves if curve.part == place]
    for curve in curves:
        axes.errorbar(
            curve.months, curve.values, yerr=curve.spread, color=curve.colour,
            ls=DASHES[curve.dash], marker=MARKERS[curve.marker], ms=5, lw=1.5, capsize=2.5,
            elinewidth=0.9, label=literal(curve.name),
        )  # fmt: skip
    axes.set_ylabel(name, fontsize=8)
    axes.set_ylim(0, None)
    axes.grid(axis="y", alpha=0.25)
    if curves:
        axes.legend(fontsize=SMALL, loc="lower left", ncols=2, bbox_to_anchor=(0, 1.0),
                    frameon=False, borderaxespad=0)  # fmt: skip
    else:
        axes.text(0.5, 0.5, "not measured", transform=axes.transAxes, ha="center", fontsize=SMALL)


def _draw_lanes(axes: Axes, timeline: Timeline) -> None:
    for row, lane in enumerate(timeline.lanes):
        _draw_lane(axes, row, lane)
    axes.set_yticks(range(len(timeline.lanes)), [literal(lane.name) for lane in timeline.lanes])
    axes.set_ylim(max(len(timeline.lanes), 1) - 0.4, -0.6)
    axes.tick_params(axis="y", labelsize=SMALL, length=0)


def _draw_lane(axes: Axes, row: int, lane: TimelineLane) -> None:
    for bar in lane.bars:
        if bar.stop > bar.start:
            axes.plot((bar.start, bar.stop), (row, row), color="0.6", lw=9, solid_capstyle="butt")
            if bar.is_open:
                axes.plot(bar.stop, row, ">", color="0.25", ms=7)
        else:
            axes.plot(bar.start, row, "d", color="0.15", ms=5)
    words = lane.words if len(lane.words) <= LONGEST else lane.words[: LONGEST - 1] + "…"
    first, last = (f(b) for f, b in ((min, [b.start for b in lane.bars]),
                                     (max, [b.stop for b in lane.bars])))  # fmt: skip
    left, right = axes.get_xlim()
    after, before = (right - last) / (right - left), (first - left) / (right - left)
    needed = 0.011 * len(words) + 0.03
    if after >= needed or (after >= before and after > 0.25):
        at, shift, side = last, 8, "left"
    elif before >= needed:
        at, shift, side = first, -8, "right"
    else:  # over the bar itself
        at, shift, side = max(first, left), 4, "left"
    axes.annotate(literal(words), (at, row), xytext=(shift, 0), textcoords="offset points", ha=side,
                  va="center", fontsize=6, color="0.1", clip_on=True)  # fmt: skip


def _draw_steroid(axes: Axes, timeline: Timeline) -> None:
    axes.set_ylabel("Dexam.\nequiv.\n(mg/day)", fontsize=SMALL, color=STEROID_COLOUR)
    if timeline.steroid:
        months, doses = zip(*timeline.steroid, strict=True)
        axes.step(months, doses, where="post", color=STEROID_COLOUR, lw=1.6)
        axes.fill_between(months, doses, step="post", color=STEROID_COLOUR, alpha=0.18)
    axes.set_ylim(0, None)
    if timeline.kps:
        other = axes.twinx()
        months, scores = zip(*timeline.kps, strict=True)
        other.plot(months, scores, "-.", marker="P", color=KPS_COLOUR, ms=6, lw=1.2)
        for month, score in timeline.kps:
            other.annotate(fixed(score, 0), (month, score), xytext=(0, 5), fontsize=6,
                           textcoords="offset points", ha="center")  # fmt: skip
        other.set_ylim(0, 118)
        other.set_yticks((0, 50, 100))
        other.set_ylabel("KPS (+)", fontsize=SMALL)


def draw_three_axes(chart: ThreeAxes) -> Figure:
    """LI21's three axes with the cohort's ranges and the patient."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(4.8, 3.9), layout="constrained")
    axes = figure.add_subplot()
    for segment in chart.segments:
        colour, width, line = SEGMENTS[segment.style]
        (x0, y0), (x1, y1) = segment.start, segment.stop
        axes.plot((x0, x1), (y0, y1), color=colour, lw=width, ls=line, solid_capstyle="butt")
    for word in chart.words:
        axes.text(*word.at, word.text, ha=word.anchor, va="center", fontsize=SMALL)
    if chart.patient is not None:
        axes.plot(*chart.patient, "D", color=VERMILION, ms=8, mec="k")
        axes.annotate(PATIENT, chart.patient, xytext=(8, 6), textcoords="offset points",
                      fontsize=8, fontweight="bold")  # fmt: skip
    axes.set(xlim=ACROSS, ylim=UP, aspect="equal")
    axes.axis("off")
    return figure


def draw_nomogram(chart: NomogramChart) -> Figure:
    """One row per factor in log odds, then their sum."""
    from matplotlib.figure import Figure

    count = len(chart.rows)
    figure = Figure(figsize=(9.4, 0.52 * count + 0.9), layout="constrained")
    axes = figure.add_subplot()
    axes.axvline(0.0, color="0.4", lw=1)
    axes.axhline(count - 1.55, color="0.4", lw=0.8)
    for row, entry in enumerate(chart.rows):
        _draw_factor(axes, row, entry)
    axes.set_yticks(range(count), [entry.label for entry in chart.rows], fontsize=8)
    axes.set_xticks([at for at, _ in chart.ticks], [text for _, text in chart.ticks], fontsize=8)
    axes.set(xlim=chart.ends, ylim=(count - 0.4, -0.6))
    axes.set_xlabel(chart.axis, fontsize=8)
    axes.grid(axis="x", alpha=0.25)
    return figure


def _draw_factor(axes: Axes, row: int, entry: NomogramRow) -> None:
    axes.plot((entry.low, entry.high), (row, row), color=BLUE, lw=2 if entry.is_sum else 1.4)
    for cut, end, marker in zip(entry.cut, (entry.low, entry.high), "<>", strict=True):
        axes.plot(end, row, marker if cut else "|", color=BLUE, ms=7, clip_on=False)
    for other in entry.others:
        axes.plot(other.log_odds, row, "o", mfc="white", mec="0.45", ms=5)
        axes.annotate(other.text, (other.log_odds, row), xytext=(0, 6), fontsize=6, ha="center",
                      textcoords="offset points", color="0.3",
                      bbox={"fc": "w", "ec": "none", "pad": 0.6})  # fmt: skip
    shape = "D" if entry.is_sum else "o"
    axes.plot(entry.log_odds, row, shape, color=VERMILION, mec="k", ms=8)
    axes.text(1.01, row, entry.text, transform=axes.get_yaxis_transform(), fontsize=8, va="center",
              fontweight="bold" if entry.is_sum else "normal")  # fmt: skip
