"""DVH plot of the panel."""

from __future__ import annotations

from collections.abc import Sequence

from RNAssessLib.panel.view_model import CourseView


def build_dvh(courses: Sequence[CourseView]) -> None:
    """Interactive DVH with toggles in its legend (plotly, served by this host)."""
    import plotly.graph_objects as go
    from trame.widgets import plotly

    figure = go.Figure()
    for course in courses:
        for curve in course.curves:
            figure.add_scatter(
                x=curve.dose_gy,
                y=curve.volume_percent,
                name=curve.name,
                mode="lines",
                line={"color": curve.colour, "dash": curve.dash, "width": 2},
                hovertemplate="%{x:.2f} Gy: %{y:.1f} %",
            )
    figure.update_layout(
        template="plotly_dark",
        height=240,
        margin={"l": 42, "r": 8, "t": 8, "b": 36},
        paper_bgcolor="#101419",
        plot_bgcolor="#0b0d10",
        legend={"orientation": "h", "y": 1.12},
        xaxis={"title": "Dose (Gy)", "rangemode": "tozero"},
        yaxis={"title": "Volume (%)", "range": [0, 105]},
        font={"size": 11},
    )
    plotly.Figure(figure=figure, display_mode_bar=False, style="height: 240px;")
