"""The DVH in the panel and, on request, in the layout among the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import slicer
from slicer.i18n import tr as _

from RNAssessLib.scene import dvh_chart

if TYPE_CHECKING:
    from ..common.given import InScene

HEIGHT_PX = 260


class DvhPanel:
    """A plot view of Slicer that shows the chart of the open case."""

    def __init__(self, ui: object, logic: InScene) -> None:
        self.ui = ui
        self._logic = logic
        self.plot = slicer.qMRMLPlotView()
        self.plot.setMRMLScene(slicer.mrmlScene)
        self.plot.setMinimumHeight(HEIGHT_PX)
        ui.dvhFrame.layout().addWidget(self.plot)
        for tabs in (ui.tabs, ui.doseTabs):
            tabs.connect("currentChanged(int)", lambda _index: self.on_page())
        ui.dvhLayoutButton.connect("clicked()", self.on_layout)
        self._show_button()

    def show(self) -> None:
        """Show the chart of now; an empty plot when there is no case."""
        dvh_chart.show_chart(slicer.mrmlScene, self._logic.chart)
        self._take()
        self._show_button()

    def on_page(self) -> None:
        """Take the chart again when the page is looked at."""
        ui = self.ui
        if ui.tabs.currentWidget() == ui.doseTab and ui.doseTabs.currentWidget() == ui.dvhPage:
            self._take()

    def _take(self) -> None:
        """Hand the view node over anew.

        A plot view takes nothing from its nodes while it is disabled (as on a tab that waits for
        a case), and does not catch up when it is enabled: it stays a black square.
        """
        self.plot.setMRMLPlotViewNode(None)
        self.plot.setMRMLPlotViewNode(dvh_chart.view_node(slicer.mrmlScene))

    def on_layout(self) -> None:
        """Show the DVH among the views, or take it out again."""
        self._logic.setDvhInLayout(not self._logic.dvhInLayout)
        self._show_button()

    def _show_button(self) -> None:
        logic, button = self._logic, self.ui.dvhLayoutButton
        button.enabled = logic.chart is not None
        button.text = (
            _("Take out of the &layout") if logic.dvhInLayout else _("Show in the &layout")
        )
