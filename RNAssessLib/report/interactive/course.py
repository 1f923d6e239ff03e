"""Timeline, three axes and nomogram as plotly figures in the reading room's colours."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from RNAssessLib.case.numbers import fixed
from RNAssessLib.panel.course.nomogram_chart import NomogramChart, NomogramRow
from RNAssessLib.panel.course.three_axes import ACROSS, PATIENT, UP, ThreeAxes
from RNAssessLib.panel.course.timeline_chart import KPS_COLOUR, STEROID_COLOUR, Timeline

from .style import AXIS, INK, MARK, RANGE, SOFT, figure_text, layout, light

SEGMENTS = {
    "frame": ("#4a545f", 1, "solid"),
    "range": (RANGE, 5, "solid"),
    "middle": (RANGE, 1, "dash"),
    "drop": (SOFT, 1, "dot"),
    "unknown": (MARK, 2, "dash"),
}


def describe_timeline(timeline: Timeline) -> dict[str, Any]:
    """Volumes; treatments and results lane by lane; corticosteroid and KPS."""
    drugs = bool(timeline.steroid or timeline.kps)
    parts = _domains(len(timeline.lanes), drugs)
    traces = [*_volumes(timeline), *_lanes(timeline), *_steroid(timeline)]
    room = 0.03 * (timeline.last - timeline.first or 1.0)
    lanes = {
        "tickvals": list(range(len(timeline.lanes))),
        "ticktext": [figure_text(lane.name) for lane in timeline.lanes],
        "range": [len(timeline.lanes) - 0.4, -0.6],
        "showgrid": False,
        "zeroline": False,
    }
    made = layout(
        margin={"l": 8, "r": 36 if timeline.kps else 8, "t": 26, "b": 36},
        showlegend=True,
        legend={"orientation": "h", "x": 0, "y": 1.01, "yanchor": "bottom"},
        xaxis=AXIS | {"title": {"text": timeline.axis, "standoff": 2}, "anchor": "y3",
                      "range": [timeline.first - room, timeline.last + room]},
        yaxis=AXIS | {"domain": parts[0], "title": {"text": "T1c (cm³)"}, "rangemode": "tozero",
                      "automargin": True},
        yaxis2=AXIS | {"domain": parts[1], "title": {"text": "FLAIR (cm³)"},
                       "rangemode": "tozero", "automargin": True},
        yaxis3=AXIS | lanes | {"domain": parts[2], "automargin": True},
        shapes=[
            {"type": "line", "x0": bar.start, "x1": bar.start, "y0": 0, "y1": 1, "yref": "paper",
             "line": {"color": INK, "width": 1}}
            for bar in timeline.radiotherapy
        ],
    )  # fmt: skip
    if drugs:
        made["xaxis"]["anchor"] = "y4"
        made["yaxis4"] = AXIS | {
            "domain": parts[3], "rangemode": "tozero", "automargin": True,
            "title": {"text": "Dexam.<br>mg/day"},
        }  # fmt: skip
    if timeline.kps:
        made["yaxis5"] = AXIS | {
            "overlaying": "y4", "side": "right", "range": [0, 112], "showgrid": False,
            "title": {"text": "KPS", "standoff": 2}, "tickvals": [0, 50, 100],
        }  # fmt: skip
    return {"data": traces, "layout": made}


def _domains(lanes: int, drugs: bool) -> list[list[float]]:
    """Heights of the parts from the top, as shares of the whole."""
    heights = [3.4, 2.4, 0.55 * max(lanes, 1) + 0.3, *([1.9] if drugs else [])]
    gap = 0.04
    scale = (1.0 - gap * (len(heights) - 1)) / sum(heights)
    top, found = 1.0, []
    for height in heights:
        bottom = max(top - scale * height, 0.0)
        found.append([bottom, top])
        top = bottom - gap
    return found


def _volumes(timeline: Timeline) -> list[dict[str, Any]]:
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": figure_text(curve.name),
            "x": list(curve.months),
            "y": list(curve.values),
            "yaxis": "y" if curve.part == 0 else "y2",
            "showlegend": curve.part == 0,  # the other one stands alone in its plot
            "error_y": {"type": "data", "array": list(curve.spread), "thickness": 1, "width": 3},
            "line": {"color": light(curve.colour), "dash": curve.dash, "width": 2},
            "marker": {"symbol": curve.marker, "size": 8},
            "text": [figure_text(label) for label in curve.labels],
            "hovertemplate": "%{text}: %{y:.2f} cm³ at %{x:.1f} months"
            f"<extra>{figure_text(curve.name)}</extra>",
        }
        for curve in timeline.curves
    ]  # fmt: skip


def _lanes(timeline: Timeline) -> list[dict[str, Any]]:
    hidden = {"type": "scatter", "yaxis": "y3", "showlegend": False, "hoverinfo": "text"}
    found = []
    for row, lane in enumerate(timeline.lanes):
        for bar in lane.bars:
            if bar.stop > bar.start:
                symbol = "triangle-right" if bar.is_open else "line-ns"
                found.append(
                    hidden | {
                        "mode": "lines+markers", "x": [bar.start, bar.stop], "y": [row, row],
                        "text": [figure_text(bar.text)] * 2,
                        "line": {"color": "#6d7883", "width": 7},
                        "marker": {"symbol": ["line-ns", symbol], "size": 10, "color": INK},
                    }
                )  # fmt: skip
        days = [bar for bar in lane.bars if bar.stop <= bar.start]
        found.append(
            hidden | {
                "mode": "markers", "x": [b.start for b in days], "y": [row] * len(days),
                "text": [figure_text(b.text) for b in days],
                "marker": {"symbol": "diamond", "size": 8, "color": INK},
            }
        )  # fmt: skip
    return found


def _steroid(timeline: Timeline) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    if timeline.steroid:
        months, doses = zip(*timeline.steroid, strict=True)
        found.append(
            {
                "type": "scatter", "mode": "lines", "name": "Dexamethasone equivalent",
                "showlegend": False,
                "x": list(months), "y": list(doses), "yaxis": "y4", "fill": "tozeroy",
                "line": {"color": light(STEROID_COLOUR), "shape": "hv", "width": 2},
                "hovertemplate": "%{y:.3g} mg/day from %{x:.1f} months<extra></extra>",
            }
        )  # fmt: skip
    if timeline.kps:
        months, scores = zip(*timeline.kps, strict=True)
        found.append(
            {
                "type": "scatter", "mode": "lines+markers+text", "name": "KPS",
                "showlegend": False,
                "x": list(months), "y": list(scores), "yaxis": "y5",
                "text": [fixed(score, 0) for score in scores], "textposition": "top center",
                "line": {"color": KPS_COLOUR, "dash": "dashdot", "width": 1},
                "marker": {"symbol": "cross", "size": 9},
            }
        )  # fmt: skip
    return found


def describe_three_axes(chart: ThreeAxes) -> dict[str, Any]:
    """LI21's three axes with the cohort's ranges and the patient."""
    traces = []
    for segment in chart.segments:
        colour, width, dash = SEGMENTS[segment.style]
        (x0, y0), (x1, y1) = segment.start, segment.stop
        traces.append(
            {"type": "scatter", "mode": "lines", "x": [x0, x1], "y": [y0, y1],
             "hoverinfo": "skip", "line": {"color": colour, "width": width, "dash": dash}}
        )  # fmt: skip
    if chart.patient is not None:
        traces.append(
            {
                "type": "scatter", "mode": "markers+text", "x": [chart.patient[0]],
                "y": [chart.patient[1]], "text": [PATIENT], "textposition": "top right",
                "hovertext": "<br>".join(axis.text for axis in chart.axes), "hoverinfo": "text",
                "marker": {"symbol": "diamond", "size": 12, "color": MARK},
                "textfont": {"color": MARK},
            }
        )  # fmt: skip
    words = [
        {"x": word.at[0], "y": word.at[1], "text": word.text, "showarrow": False,
         "xanchor": word.anchor, "font": {"size": 11, "color": INK}}
        for word in chart.words
    ]  # fmt: skip
    bare = {"visible": False}
    return {
        "data": traces,
        "layout": layout(
            showlegend=False,
            margin={"l": 4, "r": 4, "t": 4, "b": 4},
            xaxis=bare | {"range": list(ACROSS)},
            yaxis=bare | {"range": list(UP)},
            annotations=words,
        ),
    }


def describe_nomogram(chart: NomogramChart) -> dict[str, Any]:
    """One row per factor in log odds, then their sum; what is added stands above each row."""
    traces = [trace for at, row in enumerate(chart.rows) for trace in _factor(at, row)]
    words = [
        {"x": chart.ends[0], "y": at - 0.36, "text": f"<b>{row.label}</b> · {row.text}",
         "showarrow": False, "xanchor": "left", "font": {"size": 11, "color": INK}}
        for at, row in enumerate(chart.rows)
    ]  # fmt: skip
    count = len(chart.rows)
    ends = list(chart.ends)
    return {
        "data": traces,
        "layout": layout(
            showlegend=False,
            margin={"l": 8, "r": 8, "t": 4, "b": 40},
            xaxis=AXIS | {"range": ends, "tickvals": [at for at, _ in chart.ticks],
                          "ticktext": [text for _, text in chart.ticks],
                          "zerolinecolor": SOFT,
                          "title": {"text": "odds ratio, logarithmic", "standoff": 2}},
            yaxis={"visible": False, "range": [count - 0.5, -0.7]},
            shapes=[{"type": "line", "x0": ends[0], "x1": ends[1], "y0": count - 1.6,
                     "y1": count - 1.6, "line": {"color": SOFT, "width": 1}}],
            annotations=words,
        ),
    }  # fmt: skip


def _factor(at: int, row: NomogramRow) -> list[dict[str, Any]]:
    base: Mapping[str, Any] = {"type": "scatter", "hoverinfo": "text"}
    symbols = [
        shape if cut else "line-ns-open"
        for cut, shape in zip(row.cut, ("triangle-left", "triangle-right"), strict=True)
    ]
    interval = {
        **base, "mode": "lines+markers", "x": [row.low, row.high], "y": [at, at],
        "text": [row.text] * 2, "line": {"color": RANGE, "width": 3 if row.is_sum else 2},
        "marker": {"symbol": symbols, "size": 9}, "cliponaxis": False,
    }  # fmt: skip
    others = {
        **base, "mode": "markers+text", "x": [o.log_odds for o in row.others],
        "y": [at] * len(row.others), "text": [o.text for o in row.others],
        "textposition": "bottom center", "textfont": {"size": 10, "color": SOFT},
        "marker": {"symbol": "circle-open", "size": 8, "color": SOFT},
    }  # fmt: skip
    own = {
        **base, "mode": "markers", "x": [row.log_odds], "y": [at], "text": [row.text],
        "marker": {"symbol": "diamond" if row.is_sum else "circle", "size": 12, "color": MARK},
    }  # fmt: skip
    return [interval, others, own]
