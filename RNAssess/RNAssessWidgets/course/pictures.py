"""Pictures of the course: timeline, Li 2021's three axes, PP23's nomogram."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import qt
import slicer
from slicer.i18n import tr as _

from RNAssessLib.case import EventKind
from RNAssessLib.panel.course.nomogram_chart import build_nomogram_chart
from RNAssessLib.panel.course.nomogram_gap import EVENT, find_gap
from RNAssessLib.panel.course.three_axes import build_three_axes
from RNAssessLib.panel.course.timeline_chart import build_timeline

from ..common import packages

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..common.given import OpenCase, Shown

DPI, LARGE_DPI = 88, 130
IN_PROPORTION = ("threeAxes",)  # the others keep their rows as high as their words
MATPLOTLIB = {"matplotlib": packages.REPORT["matplotlib"]}
Drawn = tuple["Figure | None", str]


class Pictures:
    """A page each; drawn when it is looked at, at the width there is.

    `begin_event` is told the kind of event that the reader wants to enter.
    """

    def __init__(
        self, ui: object, case: OpenCase, shown: Shown, begin_event: Callable[[object], None]
    ) -> None:
        self.ui = ui
        self._case, self._shown, self._begin_event = case, shown, begin_event
        self._window = None
        self._stale = {"timeline", "threeAxes", "nomogram"}
        self._draw: dict[str, Callable[[object], Drawn]] = {
            "timeline": _timeline,
            "threeAxes": _three_axes,
            "nomogram": _nomogram,
        }
        for key in self._draw:
            self._widget(key, "Button").connect("clicked()", lambda k=key: self.enlarge(k))
        ui.nomogramEntryButton.connect("clicked()", self.enter_input)
        ui.tabs.connect("currentChanged(int)", lambda _index: self.on_page())
        ui.courseTabs.connect("currentChanged(int)", lambda _index: self.on_page())

    def reset(self) -> None:
        """Forget what was drawn: another lesion, or other events."""
        self._stale = set(self._draw)
        for key in self._draw:
            self._widget(key, "Picture").clear()
            self._widget(key, "Caption").text = ""
        self._offer_entry()
        self.on_page()

    def _gap(self) -> object:
        lesion, assessment = self._shown.lesion(), self._case.assessment
        if lesion is None or assessment is None:
            return None
        assessed = assessment.lesion(lesion.id)
        return find_gap(assessed.nomogram, assessed.why_no_nomogram)

    def _offer_entry(self) -> None:
        """Offer to enter what the nomogram lacks."""
        gap = self._gap()
        self.ui.nomogramEntryButton.setVisible(gap is not None and bool(gap.entry))

    def enter_input(self) -> None:
        """Go to where the missing input is entered: an event, or the plan's prescription."""
        ui, gap = self.ui, self._gap()
        if gap is None or not gap.entry:
            return
        if gap.entry == EVENT:
            self._begin_event(EventKind.TARGETED)
        else:
            ui.tabs.setCurrentWidget(ui.doseTab)
            ui.doseTabs.setCurrentIndex(0)

    def on_page(self) -> None:
        """Draw the page that is looked at, unless that has been done."""
        ui = self.ui
        key = next(
            (k for k in self._draw if ui.courseTabs.currentWidget() == self._widget(k, "Page")), ""
        )
        if key in self._stale and ui.tabs.currentWidget() == ui.courseTab:
            self._show(key)

    def enlarge(self, key: str) -> None:
        """Show a picture in a window of its own, large enough for a wall."""
        if not packages.ensure(MATPLOTLIB, _("The picture")):
            return
        figure, caption = self._figure(key)
        if figure is None:
            return
        self._window = qt.QDialog(slicer.util.mainWindow())
        self._window.setWindowTitle(_("RNAssess"))
        layout = qt.QVBoxLayout(self._window)
        picture, words = qt.QLabel(), qt.QLabel(caption)
        picture.setPixmap(_pixmap(figure, LARGE_DPI))
        words.setWordWrap(True)
        area = qt.QScrollArea()
        area.setWidget(picture)
        layout.addWidget(area)
        layout.addWidget(words)
        layout.addWidget(qt.QLabel(self.ui.disclaimerLabel.text))
        self._window.resize(picture.sizeHint.width() + 50, picture.sizeHint.height() + 110)
        self._window.show()

    def _show(self, key: str) -> None:
        picture, caption = self._widget(key, "Picture"), self._widget(key, "Caption")
        if self._shown.lesion() is None:
            return
        if packages.missing(MATPLOTLIB):
            caption.text = _("Pictures need matplotlib; Larger asks to install it.")
            return
        figure, caption.text = self._figure(key)
        self._stale.discard(key)
        if figure is None:
            picture.clear()
            return
        room = max(self._widget(key, "Area").width - 24, 340)
        width, height = figure.get_size_inches()
        tall = room / DPI * height / width if key in IN_PROPORTION else height
        figure.set_size_inches(room / DPI, tall)
        picture.setPixmap(_pixmap(figure, DPI))

    def _figure(self, key: str) -> Drawn:
        lesion = self._shown.lesion()
        assessment = self._case.assessment
        return self._draw[key]((assessment, assessment.lesion(lesion.id)))

    def _widget(self, key: str, kind: str) -> object:
        return getattr(self.ui, key + kind)


def _pixmap(figure: Figure, dpi: int) -> qt.QPixmap:
    """Through a file: of all ways to make a pixmap, the one that every Qt binding has."""
    with tempfile.TemporaryDirectory(prefix="RNAssess-") as folder:
        path = Path(folder) / "picture.png"
        figure.savefig(path, dpi=dpi, facecolor="white")
        return qt.QPixmap(str(path))


def _timeline(shown: tuple) -> Drawn:
    from RNAssessLib.report.pages.course_plots import draw_timeline

    return draw_timeline(build_timeline(*shown)), ""


def _three_axes(shown: tuple) -> Drawn:
    from RNAssessLib.report.pages.course_plots import draw_three_axes

    indices = shown[1].li21
    if indices is None:
        return None, _("Not computed for this lesion.")
    axes = build_three_axes(indices)
    return draw_three_axes(axes), axes.note


def _nomogram(shown: tuple) -> Drawn:
    from RNAssessLib.report.pages.course_plots import draw_nomogram

    assessed = shown[1]
    chart = build_nomogram_chart(assessed.nomogram)
    if chart is None:
        return None, find_gap(assessed.nomogram, assessed.why_no_nomogram).text
    return draw_nomogram(chart), f"{chart.formula}. {chart.estimate}."
