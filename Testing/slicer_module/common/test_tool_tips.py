"""Every control says what it does when the mouse rests on it."""

import pytest
from PySide6 import QtWidgets

CONTROLS = (
    QtWidgets.QAbstractButton,
    QtWidgets.QAbstractItemView,
    QtWidgets.QAbstractSlider,
    QtWidgets.QAbstractSpinBox,
    QtWidgets.QComboBox,
    QtWidgets.QLineEdit,
    QtWidgets.QTextEdit,
    QtWidgets.QPlainTextEdit,
    QtWidgets.QTabWidget,
)


WITH_PARTS = (QtWidgets.QComboBox, QtWidgets.QAbstractSpinBox, QtWidgets.QAbstractItemView)


def own(widgets):
    """Those that the module made; Qt's own parts (``qt_…``, an editor's line) have no tip."""
    for one in widgets:
        is_part = one.objectName().startswith("qt_") or any(
            isinstance(above, WITH_PARTS) for above in ancestors(one)
        )
        is_bar = isinstance(one, QtWidgets.QScrollBar | QtWidgets.QHeaderView)
        in_tabs = isinstance(one.parentWidget(), QtWidgets.QTabBar)
        if not (is_part or is_bar or in_tabs):
            yield one


def ancestors(widget):
    while (widget := widget.parentWidget()) is not None:
        yield widget


def without_tip(root):
    found = [w for kind in CONTROLS for w in root.findChildren(kind)]
    return sorted({w.objectName() or type(w).__name__ for w in own(found) if not w.toolTip()})


def test_every_control_of_the_panel_has_a_tool_tip(opened):
    assert without_tip(opened.parent.raw) == []


def test_every_control_of_the_settings_page_has_a_tool_tip(module):
    from RNAssessWidgets.common.settings_page import SettingsPage

    assert without_tip(SettingsPage()) == []


@pytest.mark.parametrize("kind", [QtWidgets.QPushButton, QtWidgets.QComboBox])
def test_a_control_without_a_tip_is_found(kind, module):
    root = QtWidgets.QWidget()
    kind(root).setObjectName("silent")
    assert without_tip(root) == ["silent"]
