"""DVH as Slicer's own plot nodes, so that it is saved with the scene and opens in any plot view."""

from __future__ import annotations

from collections.abc import Sequence

import slicer
from vtkmodules.vtkCommonCore import vtkDoubleArray

from RNAssessLib.panel.dose.dose_section import overlay_curves
from RNAssessLib.panel.reading.view_model import CourseView, DvhCurve, DvhMark

from .convert import hex_to_rgb
from .reading_layout import PLOT_TAG

MARK_WIDTH, CURVE_WIDTH = 1.0, 2.0


def build_chart(
    scene: slicer.vtkMRMLScene, courses: Sequence[CourseView]
) -> slicer.vtkMRMLPlotChartNode:
    """Add tables, series and the chart of all courses' curves along physical dose."""
    chart = scene.AddNewNodeByClass("vtkMRMLPlotChartNode", "RNAssess DVH")
    chart.SetTitleVisibility(False)
    chart.SetXAxisTitle("Dose (Gy)")
    chart.SetYAxisTitle("Volume (%)")
    chart.SetYAxisRangeAuto(False)
    chart.SetYAxisRange(0.0, 105.0)
    chart.SetGridVisibility(True)
    chart.SetLegendVisibility(True)
    for curve in overlay_curves(courses):
        series = _add_series(scene, curve.name, curve.dose_gy, curve.volume_percent)
        _style_curve(series, curve)
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    for mark in courses[0].marks if courses else ():
        series = _add_series(scene, mark.label, (mark.dose_gy,) * 2, (0.0, 100.0))
        _style_mark(series, mark)
        chart.AddAndObservePlotSeriesNodeID(series.GetID())
    return chart


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
    for title, values in (("Dose (Gy)", doses), ("Volume (%)", volumes)):
        column = vtkDoubleArray()
        column.SetName(title)
        for value in values:
            column.InsertNextValue(value)
        table.AddColumn(column)
    series = scene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", name)
    series.SetAndObserveTableNodeID(table.GetID())
    series.SetXColumnName("Dose (Gy)")
    series.SetYColumnName("Volume (%)")
    series.SetPlotType(slicer.vtkMRMLPlotSeriesNode.PlotTypeScatter)
    series.SetMarkerStyle(slicer.vtkMRMLPlotSeriesNode.MarkerStyleNone)
    return series


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
