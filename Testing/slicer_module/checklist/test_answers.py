"""What the reader meant is what is recorded, in the Slicer panel: whole sentences, choosers, leaving."""

import pytest
from panel_driver import click, click_item
from PySide6 import QtTest, QtWidgets

from Testing.slicer_module.reading.test_reading_flow import press

SENTENCE = "falx artefact in slice 12, not a gap; pay attention (7 of 9)"


def type_into(field, text):
    field.raw.window().activateWindow()
    field.raw.setFocus()
    QtWidgets.QApplication.processEvents()
    QtTest.QTest.keyClicks(field.raw, text)
    QtWidgets.QApplication.processEvents()


@pytest.fixture
def asked(monkeypatch):
    """Questions that were asked; `asked.answer` is what the reader says."""
    import slicer

    class Asked(list):
        answer = False

    asked = Asked()

    def confirm(text, **_):
        asked.append(text)
        return asked.answer

    monkeypatch.setattr(slicer.util, "confirmYesNoDisplay", confirm)
    return asked


def test_a_sentence_in_the_reason_runs_no_shortcut_and_is_recorded(opened):
    click_item(opened, "shape_change")
    opened.ui.statusComboBox.setCurrentIndex(1)
    type_into(opened.ui.reasonLineEdit, SENTENCE)
    click(opened, "recordButton")
    (record,) = opened.logic.session.records
    status = opened.panel.row().choices[1][0]
    assert (record.finding, record.status, record.reason) == ("shape_change", status, SENTENCE)


def test_a_sentence_typed_on_every_item_is_its_reason(opened):
    wanted = []
    for finding in [row.finding for row in opened.panel.lesion().checklist]:
        click_item(opened, finding)
        opened.ui.statusComboBox.setCurrentIndex(1)
        type_into(opened.ui.reasonLineEdit, SENTENCE)
        QtTest.QTest.keyClick(opened.ui.reasonLineEdit.raw, "\r")
        wanted.append((finding, opened.panel.row().choices[1][0], SENTENCE))
    made = [(r.finding, r.status, r.reason) for r in opened.logic.session.records]
    assert made == wanted


def test_a_sentence_in_a_field_of_another_page_runs_no_shortcut(opened):
    click_item(opened, "shape_change")
    for name in ("levelLineEdit", "prescriptionOverrideLineEdit", "teachNoteLineEdit"):
        field = getattr(opened.ui, name)
        page = field.raw
        while page is not None and not isinstance(page.parent(), QtWidgets.QStackedWidget):
            page = page.parent()
        opened.ui.tabs.raw.setCurrentWidget(page) if page is not None else None
        field.raw.clear()
        type_into(field, SENTENCE)
        assert opened.logic.session.records == (), name
        assert opened.panel.row().finding == "shape_change", name
        field.raw.clear()


def test_letters_in_a_chooser_run_no_shortcut(opened):
    click_item(opened, "shape_change")
    chooser = opened.ui.statusComboBox
    type_into(chooser, "an")
    assert opened.logic.session.records == ()
    assert opened.panel.row().finding == "shape_change"


def test_a_text_that_is_only_read_leaves_the_keys_alone(opened):
    click_item(opened, "shape_change")
    type_into(opened.ui.detailsBrowser, "a")
    assert len(opened.logic.session.records) == 1


@pytest.mark.parametrize("discard", [False, True])
def test_leaving_an_item_with_a_reason_typed_asks(opened, asked, discard):
    click_item(opened, "shape_change")
    opened.ui.statusComboBox.setCurrentIndex(1)
    type_into(opened.ui.reasonLineEdit, "a vein")
    asked.answer = discard
    press(opened, "n")
    assert len(asked) == 1 and "a vein" in asked[0]
    assert (opened.panel.row().finding == "shape_change") is not discard
    assert opened.ui.reasonLineEdit.text == ("" if discard else "a vein")
    assert opened.ui.statusComboBox.currentIndex == (0 if discard else 1)
    assert opened.logic.session.records == ()


@pytest.mark.parametrize("discard", [False, True])
def test_accepting_with_a_reason_typed_asks(opened, asked, discard):
    click_item(opened, "shape_change")
    type_into(opened.ui.reasonLineEdit, "a vein")
    asked.answer = discard
    click(opened, "acceptButton")
    assert len(asked) == 1
    assert len(opened.logic.session.records) == (1 if discard else 0)


def test_what_is_chosen_stays_while_something_else_is_recorded(opened):
    click_item(opened, "shape_change")
    opened.ui.statusComboBox.setCurrentIndex(2)
    type_into(opened.ui.reasonLineEdit, "a vein")
    opened.panel.decided()
    assert opened.ui.statusComboBox.currentIndex == 2
    assert opened.ui.reasonLineEdit.text == "a vein"
