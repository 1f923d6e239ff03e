"""DVH as Slicer's own plot nodes, so that it is saved with the scene and opens in any plot view."""

from __future__ import annotations

from collections.abc import Sequence

import slicer
from vtkmodules.vtkCommonCore import vtkDoubleArray

from RNAssessLib.panel.dose.dvh_plot import DvhChoice, build_plot
from RNAssessLib.panel.reading.view_model import CourseView, DvhCurve, DvhMark

from .convert import hex_to_rgb
from .reading_layout import PLOT_TAG

MARK_WIDTH, CURVE_WIDTH, LIMIT_SIZE = 1.0, 2.0, 9.0
DOSE_COLUMN, VOLUME_COLUMN = "Dose", "Volume"  # the chart's axes name the units


def build_chart(
    scene: slicer.vtkMRMLScene, shown: CourseView | None
) -> slicer.vtkMRMLPlotChartNode:
    """Add tables, series and the chart of what is shown along physical dose, cumulative in %."""
    chart = scene.AddNewNodeByClass("vtkMRMLPlotChartNode", "RNAssess DVH")
    chart.SetTitleVisibility(False)
    chart.SetXAxisTitle("Dose (Gy)")
    chart.SetYAxisTitle("Volume (%)")
    chart.SetYAxisRangeAuto(False)
    chart.SetYAxisRange(0.0, 105.0)
    chart.SetGridVisibility(True)
    chart.SetLegendVisibility(True)
    if shown is None:
        return chart
    for curve in shown.curves:
        series = _add_series(scene, curve.name, curve.dose_gy, curve.volume_percent)
        _style_curve(series, curve)
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    for mark in shown.marks:
        series = _add_series(scene, mark.label, (mark.dose_gy,) * 2, (0.0, 100.0))
        _style_mark(series, mark)
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    for limit, colour in build_plot(shown).limits:
        name = f"{limit.structure}: {limit.text}"
        series = _add_series(scene, name, (limit.dose_gy,), (0.0,))
        series.SetMarkerStyle(slicer.vtkMRMLPlotSeriesNode.MarkerStyleDiamond)
        series.SetMarkerSize(LIMIT_SIZE)
        series.SetColor(*hex_to_rgb(colour))
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    return chart


def redraw(chart: slicer.vtkMRMLPlotChartNode, shown: CourseView, choice: DvhChoice) -> None:
    """Show the curves of a chart in another unit, or differential; its nodes stay."""
    plot = build_plot(shown, choice)
    for number, line in enumerate(plot.lines):
        _fill(chart.GetNthPlotSeriesNode(number).GetTableNode(), line.dose_gy, line.volume)
    for number, mark in enumerate(shown.marks, start=len(plot.lines)):
        table = chart.GetNthPlotSeriesNode(number).GetTableNode()
        _fill(table, (mark.dose_gy,) * 2, (0.0, plot.highest_volume))
    chart.SetYAxisTitle(plot.volume_axis)
    chart.SetYAxisRange(0.0, 1.03 * plot.highest_volume)


def show_chart(scene: slicer.vtkMRMLScene, chart: slicer.vtkMRMLPlotChartNode | None) -> None:
    """Let the panel's plot view show a chart; None empties it."""
    view_node(scene).SetPlotChartNodeID(chart.GetID() if chart is not None else None)


def view_node(scene: slicer.vtkMRMLScene) -> slicer.vtkMRMLPlotViewNode:
    """Return the node of the panel's own plot view, made when there is none."""
    node = scene.GetSingletonNode(PLOT_TAG, "vtkMRMLPlotViewNode")
    if node is None:
        node = slicer.vtkMRMLPlotViewNode()
        node.SetSingletonTag(PLOT_TAG)
        node.SetName(PLOT_TAG)
        node = scene.AddNode(node)
    return node


def _add_series(
    scene: slicer.vtkMRMLScene, name: str, doses: Sequence[float], volumes: Sequence[float]
) -> slicer.vtkMRMLPlotSeriesNode:
    table = scene.AddNewNodeByClass("vtkMRMLTableNode", f"DVH {name}")
    _fill(table, doses, volumes)
    series = scene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", name)
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetXColumnName(DOSE_COLUMN)
    series.SetYColumnName(VOLUME_COLUMN)
    series.SetPlotType(slicer.vtkMRMLPlotSeriesNode.PlotTypeScatter)
    series.SetMarkerStyle(slicer.vtkMRMLPlotSeriesNode.MarkerStyleNone)
    return series


def _fill(node: slicer.vtkMRMLTableNode, doses: Sequence[float], volumes: Sequence[float]) -> None:
    """Put the two columns into a table in place of those before."""
    node.RemoveAllColumns()
    for title, values in ((DOSE_COLUMN, doses), (VOLUME_COLUMN, volumes)):
        column = vtkDoubleArray()
        column.SetName(title)
        for value in values:
            column.InsertNextValue(value)
        node.AddColumn(column)


def _line_style(dash: str) -> int:
    node = slicer.vtkMRMLPlotSeriesNode
    return {
        "solid": node.LineStyleSolid,
        "dash": node.LineStyleDash,
        "dot": node.LineStyleDot,
        "dashdot": node.LineStyleDashDot,
    }[dash]


def _style_curve(series: slicer.vtkMRMLPlotSeriesNode, curve: DvhCurve) -> None:
    series.SetColor(*hex_to_rgb(curve.colour))
    series.SetLineStyle(_line_style(curve.dash))
    series.SetLineWidth(CURVE_WIDTH)


def _style_mark(series: slicer.vtkMRMLPlotSeriesNode, mark: DvhMark) -> None:
    series.SetColor(*hex_to_rgb(mark.colour))
    series.SetLineStyle(slicer.vtkMRMLPlotSeriesNode.LineStyleDashDotDot)
    series.SetLineWidth(MARK_WIDTH)
