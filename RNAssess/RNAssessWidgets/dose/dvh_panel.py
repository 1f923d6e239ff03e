"""The DVH in the panel and, on request, in the layout among the images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.panel.dose.dvh_plot import DvhChoice, DvhKind, VolumeUnit, plot_as_csv
from RNAssessLib.scene import dvh_chart

from ..common import files
from ..common.page import Page

if TYPE_CHECKING:
    from ..common.given import OpenCase

HEIGHT_PX = 260
BYTE_ORDER_MARK = "\ufeff"  # a spreadsheet then takes the table for UTF-8


class DvhPanel(Page):
    """A plot view of Slicer that shows the chart of the open case."""

    def __init__(self, ui: object, case: OpenCase) -> None:
        super().__init__(ui, case)
        self.plot = slicer.qMRMLPlotView()
        self.plot.setMRMLScene(slicer.mrmlScene)
        self.plot.setMinimumHeight(HEIGHT_PX)
        ui.dvhFrame.layout().addWidget(self.plot)
        ui.dvhFrame.layout().addLayout(self._make_row())
        self._on_turn(self.on_page, "doseTabs")
        self._press(dvhLayoutButton=self.on_layout)
        self._show_button()

    def _make_row(self) -> object:
        """Unit, kind, and the table as a file."""
        row = qt.QHBoxLayout()
        self.unitBox, self.kindBox = qt.QComboBox(), qt.QComboBox()
        for text in (_("in %"), _("in cm³")):
            self.unitBox.addItem(text)
        for text in (_("cumulative"), _("differential")):
            self.kindBox.addItem(text)
        self.unitBox.toolTip = _("Unit of the volume axis")
        self.kindBox.toolTip = _("Volume that receives at least a dose, or volume per dose")
        self.saveButton = qt.QPushButton(_("Save &curves"))
        self.saveButton.toolTip = _("The curves as they are shown as a table for a spreadsheet")
        for box in (self.unitBox, self.kindBox):
            box.connect("currentIndexChanged(int)", lambda _index: self.on_choice())
            row.addWidget(box)
        self.saveButton.connect("clicked()", self.on_save)
        row.addWidget(self.saveButton)
        return row

    def choice(self) -> DvhChoice:
        """Return how the curves are to be shown."""
        unit, kind = self.unitBox.currentIndex, self.kindBox.currentIndex
        return DvhChoice(tuple(VolumeUnit)[unit], tuple(DvhKind)[kind])

    def on_choice(self) -> None:
        """Draw the curves of the chart anew."""
        if self._case.chart is not None and self._case.curves is not None:
            dvh_chart.redraw(self._case.chart, self._case.curves, self.choice())

    def on_save(self) -> None:
        """Choose a file and write the curves into it."""
        if self._case.curves is None:
            return
        path = files.ask_new_file(_("Save the curves"), "dvh.csv", _("Table (*.csv)"))
        if path:
            table = plot_as_csv(self._case.curves, self.choice())
            files.write(path, BYTE_ORDER_MARK + table)

    def show(self) -> None:
        """Show the chart of now; an empty plot when there is no case."""
        dvh_chart.show_chart(slicer.mrmlScene, self._case.chart)
        self.saveButton.enabled = self._case.curves is not None
        if self.unitBox.currentIndex or self.kindBox.currentIndex:  # the chart is made without
            self.on_choice()
        self._take()
        self._show_button()

    def on_page(self) -> None:
        """Take the chart again when the page is looked at."""
        if self._is_at(self.ui.doseTab, "doseTabs", self.ui.dvhPage):
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
        self._case.views.show_plot(not self._case.views.plot)
        self._show_button()

    def _show_button(self) -> None:
        logic, button = self._case, self.ui.dvhLayoutButton
        button.enabled = logic.chart is not None
        button.text = _("Take out of the &layout") if logic.views.plot else _("Show in the &layout")
