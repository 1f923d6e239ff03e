"""A DVH as a plotly figure in the reading room's colours."""

from __future__ import annotations

from typing import Any

from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.panel.dose.dvh_plot import DvhLine, DvhPlot, name_with_volume
from RNAssessLib.panel.words.dose_rows import DvhLimit, DvhMark

from .style import AXIS, FRAME, INK, figure_text, layout, light

MET, EXCEEDED, OF_MEAN = "triangle-left", "triangle-left-open", "diamond"
TICKED = AXIS | {"ticks": "outside"}


def describe_plot(plot: DvhPlot) -> dict[str, Any]:
    """Curves, marks and limits; every curve's value stands under the cursor.

    The statement of use is part of the figure, so that a picture saved of it carries it.
    """
    made = layout(
        size=13,
        margin={"l": 56, "r": 8, "t": 36, "b": 76},
        hovermode="x unified",
        hoverlabel={"bgcolor": "#1c2229", "bordercolor": FRAME, "font": {"color": INK},
                    "namelength": -1},
        xaxis=TICKED | {"title": {"text": figure_text(plot.dose_axis), "standoff": 4},
                        "range": [0, plot.highest_gy], "hoverformat": ".2f",
                        "ticksuffix": " Gy", "showticksuffix": "last"},
        yaxis=TICKED | {"title": {"text": plot.volume_axis}, "range": [0, plot.highest_volume]},
        legend={"orientation": "h", "x": 0, "y": -0.36, "yanchor": "top"},
        shapes=[_line_at(mark) for mark in plot.marks],
        annotations=[*(_name_of(mark) for mark in plot.marks), _statement()],
    )  # fmt: skip
    traces = [_trace(line, plot.volume_unit) for line in plot.lines]
    traces += [_limit(limit, colour) for limit, colour in plot.limits]
    return {"data": traces, "layout": made}


def _trace(line: DvhLine, unit: str) -> dict[str, Any]:
    curve = line.curve
    name = figure_text(curve.name)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": figure_text(name_with_volume(curve)),
        "x": list(line.dose_gy),
        "y": list(line.volume),
        "line": {"color": light(curve.colour), "dash": curve.dash, "width": 2},
        "hovertemplate": f"%{{y:.4~g}} {figure_text(unit)}<extra>{name}</extra>",
    }


def _limit(limit: DvhLimit, colour: str) -> dict[str, Any]:
    """A limit on the dose axis: the curve has to end to its left."""
    symbol = OF_MEAN if limit.of_mean else MET if limit.met else EXCEEDED
    return {
        "type": "scatter",
        "mode": "markers",
        "name": f"limit {figure_text(limit.structure)}",
        "x": [limit.dose_gy],
        "y": [0],
        "cliponaxis": False,
        "showlegend": False,
        "marker": {"symbol": symbol, "size": 14, "color": light(colour),
                   "line": {"color": INK, "width": 1.5}},
        "hovertemplate": f"{figure_text(limit.text)}<extra>{figure_text(limit.structure)}</extra>",
    }  # fmt: skip


def _line_at(mark: DvhMark) -> dict[str, Any]:
    return {
        "type": "line", "x0": mark.dose_gy, "x1": mark.dose_gy, "y0": 0, "y1": 1, "yref": "paper",
        "line": {"color": mark.colour, "dash": "dot", "width": 1},
    }  # fmt: skip


def _name_of(mark: DvhMark) -> dict[str, Any]:
    return {
        "x": mark.dose_gy, "y": 1.0, "yref": "paper", "yanchor": "bottom", "text": mark.label,
        "showarrow": False, "font": {"color": mark.colour},
    }  # fmt: skip


def _statement() -> dict[str, Any]:
    return {
        "x": 1.0, "y": 0.0, "xref": "paper", "yref": "paper", "xanchor": "right", "yanchor": "top",
        "yshift": -46, "text": DISCLAIMER, "showarrow": False, "font": {"color": INK, "size": 10},
    }  # fmt: skip
