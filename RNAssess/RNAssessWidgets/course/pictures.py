"""Pictures of the course: timeline, Li 2021's three axes, PP23's nomogram."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import qt
from slicer.i18n import tr as _

from RNAssessLib.case import EventKind
from RNAssessLib.panel.course.captions import caption_of
from RNAssessLib.panel.course.nomogram_gap import EVENT, find_gap

from ..common import packages
from ..common.page import Page
from ..common.windows import make_window, make_words, pixmap_of

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..common.given import OpenCase

DPI, LARGE_DPI = 88, 130
IN_PROPORTION = ("threeAxes",)  # the others keep their rows as high as their words
MATPLOTLIB = {"matplotlib": packages.REPORT["matplotlib"]}
PICTURES = {"timeline": "timeline", "threeAxes": "three_axes", "nomogram": "nomogram"}


class Pictures(Page):
    """A page each; drawn when it is looked at, at the width there is.

    `begin_event` is told the kind of event that the reader wants to enter.
    """

    def __init__(self, ui: object, case: OpenCase, begin_event: Callable[[object], None]) -> None:
        super().__init__(ui, case)
        self._begin_event = begin_event
        self._window = None
        self._stale = set(PICTURES)
        for key in PICTURES:
            self._widget(key, "Button").connect("clicked()", lambda k=key: self.enlarge(k))
        self._press(nomogramEntryButton=self.enter_input)
        self._on_turn(self.on_page, "courseTabs")

    def reset(self) -> None:
        """Forget what was drawn: another lesion, or other events."""
        self._stale = set(PICTURES)
        for key in PICTURES:
            self._widget(key, "Picture").clear()
            self._widget(key, "Caption").text = ""
        self._offer_entry()
        self.on_page()

    def _gap(self) -> object:
        lesion, assessment = self.lesion(), self._case.assessment
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
        for key in PICTURES:
            if key in self._stale and self._is_at(
                self.ui.courseTab, "courseTabs", self._widget(key, "Page")
            ):
                self._show(key)

    def enlarge(self, key: str) -> None:
        """Show a picture in a window of its own, large enough for a wall."""
        if not packages.ensure(MATPLOTLIB, _("The picture")):
            return
        figure, caption = self._figure(key)
        if figure is None:
            return
        picture, area = qt.QLabel(), qt.QScrollArea()
        picture.setPixmap(_pixmap(figure, LARGE_DPI))
        area.setWidget(picture)
        statement = qt.QLabel(self.ui.disclaimerLabel.text)
        self._window = make_window(_("RNAssess"), area, make_words(caption), statement)
        self._window.resize(picture.sizeHint.width() + 50, picture.sizeHint.height() + 110)
        self._window.show()

    def _show(self, key: str) -> None:
        picture, caption = self._widget(key, "Picture"), self._widget(key, "Caption")
        if self.lesion() is None:
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

    def _figure(self, key: str) -> tuple[Figure | None, str]:
        from RNAssessLib.report.pages import course_plots

        lesion, name = self.lesion(), PICTURES[key]
        chart = getattr(lesion, name)
        if chart is not None:
            return getattr(course_plots, f"draw_{name}")(chart), caption_of(lesion, name)
        gap = self._gap() if name == "nomogram" else None
        return None, _("Not computed for this lesion.") if gap is None else gap.text

    def _widget(self, key: str, kind: str) -> object:
        return getattr(self.ui, key + kind)


def _pixmap(figure: Figure, dpi: int) -> qt.QPixmap:
    return pixmap_of(lambda path: figure.savefig(path, dpi=dpi, facecolor="white"))
