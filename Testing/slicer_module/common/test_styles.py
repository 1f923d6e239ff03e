"""Legible in Slicer's light and dark style: colours of text come from the palette."""

import pytest
from panel_driver import click_item
from PySide6 import QtCore, QtGui, QtWidgets

LEAST = 4.5  # WCAG 2.1, success criterion 1.4.3
ROLES = QtGui.QPalette
# text, ground, alternate ground
STYLES = {"light": ("#000000", "#ffffff", "#f3f3f3"), "dark": ("#d0d0d0", "#2b2b2b", "#353535")}


def palette(style):
    text, ground, other = (QtGui.QColor(c) for c in STYLES[style])
    made = QtGui.QPalette()
    for role in (ROLES.WindowText, ROLES.Text, ROLES.ButtonText):
        made.setColor(role, text)
    for role in (ROLES.Window, ROLES.Base, ROLES.Button):
        made.setColor(role, ground)
    made.setColor(ROLES.AlternateBase, other)
    return made


@pytest.fixture(params=sorted(STYLES))
def style(request):
    """One application style; the one before comes back."""
    before = QtWidgets.QApplication.palette()
    QtWidgets.QApplication.setPalette(palette(request.param))
    yield request.param
    QtWidgets.QApplication.setPalette(before)


def luminance(colour):
    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(p) for p in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_measured_as_defined():
    white, black = QtGui.QColor("white"), QtGui.QColor("black")
    assert contrast(white, black) == pytest.approx(21.0)
    assert contrast(QtGui.QColor("#767676"), white) == pytest.approx(4.54, abs=0.01)


def test_links_and_muted_text_can_be_read(style, opened):
    from RNAssessWidgets.common import colours

    tree, browser = opened.ui.checklistTree, opened.ui.detailsBrowser
    grounds = [QtGui.QColor(c) for c in STYLES[style][1:]]
    assert colours.is_dark(browser) == (style == "dark")
    for ground in grounds:
        assert contrast(colours.muted(tree), ground) >= LEAST
        assert contrast(QtGui.QColor(colours.link(browser)), ground) >= LEAST


def test_what_is_drawn_can_be_read(style, opened, tmp_path):
    """Looked at as a picture: every colour of text in the details stands out from its ground."""
    click_item(opened, "cross_boundary")
    browser = opened.ui.detailsBrowser.raw
    assert 'href="jump:0"' in browser.toHtml()
    cursor = QtGui.QTextCursor(browser.document())
    seen = set()
    while not cursor.atEnd():
        cursor.movePosition(QtGui.QTextCursor.NextCharacter, QtGui.QTextCursor.KeepAnchor)
        brush = cursor.charFormat().foreground()
        is_set = brush.style() is not QtCore.Qt.NoBrush
        colour = brush.color() if is_set else browser.palette().color(ROLES.Text)
        seen.add(colour.name())
        cursor.clearSelection()
    ground = browser.palette().color(ROLES.Base)
    assert len(seen) == 2  # text and links
    assert all(contrast(QtGui.QColor(c), ground) >= LEAST for c in seen), seen
    picture = opened.parent.raw.grab()
    picture.save(str(tmp_path / f"{style}.png"))
    pixels = browser.viewport().grab().toImage()
    middle = pixels.pixelColor(pixels.width() - 2, pixels.height() - 2)
    assert (luminance(middle) < 0.5) == (style == "dark")


def test_muted_lines_of_the_checklist_follow_the_style(style, opened):
    from RNAssessWidgets.common import colours

    tree = opened.ui.checklistTree
    muted = colours.muted(tree).name()
    lines = [tree.raw.topLevelItem(n) for n in range(tree.raw.topLevelItemCount())]
    brushes = [line.foreground(0) for line in lines]
    used = {b.color().name() for b in brushes if b.style() is not QtCore.Qt.NoBrush}
    assert used == {muted}
