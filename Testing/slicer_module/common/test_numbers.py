"""Numbers typed into the Slicer panel: taken, asked about, refused beside their field; drafts."""

import pytest
from panel_driver import click
from PySide6 import QtWidgets

from Testing.slicer_module.checklist.test_answers import asked, type_into  # noqa: F401
from Testing.slicer_module.outlines.test_outlines import editor, grown, paint, start, volumes  # noqa: F401


def dose_of(widget):
    return widget.logic.assessment.courses[0].targets[0].prescription_gy


def prescribe(widget, text):
    field = widget.ui.prescriptionOverrideLineEdit
    field.raw.clear()
    type_into(field, text)
    click(widget, "prescribeButton")


def highest(widget):
    return float(widget.logic.assessment.prepared.courses[0].course.dose.dose_gy.max())


def test_a_decimal_comma_is_a_decimal_comma(opened, asked):  # noqa: F811
    """A number field of Qt made 205 Gy of 20,5."""
    dose = round(0.7 * min(highest(opened), 25.0), 1)
    prescribe(opened, f"{dose:g}".replace(".", ","))
    assert dose_of(opened) == pytest.approx(dose)
    assert asked == []


@pytest.mark.parametrize("agrees", [False, True])
def test_a_habit_of_cgy_is_asked_about(opened, asked, agrees):  # noqa: F811
    before, asked.answer = dose_of(opened), agrees
    prescribe(opened, "2000")
    assert "2000 looks like cGy: 20 Gy?" in asked[0]
    assert dose_of(opened) == (20.0 if agrees else before)
    if not agrees:
        assert "cannot be the prescription" in opened.ui.doseProblemLabel.text
        assert opened.ui.prescriptionOverrideLineEdit.text == "2000"


def test_figures_are_grey_while_they_are_computed(opened, monkeypatch):
    seen = []

    def look(*_, **__):
        seen.append((opened.ui.doseTree.enabled, opened.ui.doseProblemLabel.text))

    monkeypatch.setattr(opened.logic.reader, "prescribe", look)
    prescribe(opened, "18")
    assert seen == [(False, "computing")]
    assert opened.ui.doseTree.enabled
    assert opened.ui.doseProblemLabel.text == ""


@pytest.mark.parametrize(("meant", "count"), [(False, 0), (True, 1)])
def test_an_odd_event_is_taken_when_it_is_meant(opened, asked, meant, count):  # noqa: F811
    asked.answer = meant
    opened.ui.eventKindComboBox.setCurrentText("KPS")
    for row, text in enumerate(("2025-10-01", "0")):
        opened.ui.eventTable.item(row, 1).setText(text)
    click(opened, "addEventButton")
    assert "0 is unusual as the KPS" in asked[0]
    assert len(opened.logic.session.records) == count


def test_an_outline_that_is_not_applied_says_so_on_every_page(serial, editor, asked):  # noqa: F811
    ui = serial.ui
    assert not ui.draftLabel.visible
    start(serial, editor)
    paint(editor, "L1_enhancing", grown(serial))
    before = volumes(serial)
    ui.tabs.setCurrentWidget(ui.checklistTab)
    QtWidgets.QApplication.processEvents()
    assert len(asked) == 1 and "Apply it now?" in asked[0]
    for page in (ui.checklistTab, ui.doseTab, ui.courseTab, ui.caseTab):
        ui.tabs.setCurrentWidget(page)
        assert "all numbers are without them" in ui.draftLabel.text
    assert volumes(serial) == before
    asked.answer = True
    ui.tabs.setCurrentWidget(ui.checklistTab)
    QtWidgets.QApplication.processEvents()
    assert volumes(serial) != before
    assert not ui.draftLabel.visible
