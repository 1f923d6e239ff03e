"""The Qt panel with real Qt widgets: click items, override, undo."""

import pytest

from . import pythonqt_shim


@pytest.fixture(scope="module")
def panel(necrosis):
    _, assessment = necrosis
    _, calls = pythonqt_shim.install()
    module = pythonqt_shim.load_product()
    widget = module.RNAssessWidget()
    widget.setup()
    jumps = []
    widget.logic.jump = jumps.append
    widget.logic.assessment = assessment
    widget.refresh()
    return widget, calls, jumps


def text(widget):
    value = widget.text
    return value() if callable(value) else value


def item_for(widget, finding):
    tree = widget.ui.checklistTree
    for n in range(22):
        item = tree.topLevelItem(n)
        if item.text(3) == finding:
            return item
    raise AssertionError(finding)


def test_every_item_and_the_disclaimer_are_shown(panel):
    widget, _, _ = panel
    assert text(widget.ui.disclaimerLabel) == "Research use only. Not a medical device."
    shown = item_for(widget, "cross_boundary")
    assert shown.text(1) == "present"
    assert shown.text(2) == "favours RN · moderate"  # its dose is below half the prescription
    assert item_for(widget, "spectroscopy").text(1) == "not assessable"


def test_a_click_goes_to_the_evidence(panel):
    widget, _, jumps = panel
    widget.ui.checklistTree.setCurrentItem(item_for(widget, "swi_foci"))
    row = widget.selectedRow()
    assert row.finding == "swi_foci"
    widget.logic.nodes = type("Nodes", (), {"markups": {}, "isodoses": {}, "segmentations": {}})()
    jumps.clear()
    widget.ui.checklistTree.setCurrentItem(item_for(widget, "cross_boundary"))
    assert jumps[-1] == widget.selectedRow().jumps[0]


def test_override_needs_a_reason_and_can_be_undone(panel):
    widget, calls, _ = panel
    widget.ui.checklistTree.setCurrentItem(item_for(widget, "shape_change"))
    widget.ui.statusComboBox.setProperty("currentIndex", 1)
    widget.ui.overrideButton.click()
    assert calls.errors[-1] == "an override needs a reason"
    widget.ui.reasonLineEdit.setProperty("text", "steroid between the scans")
    widget.ui.overrideButton.click()
    assert widget.selectedRow().decision == "reader: absent (steroid between the scans)"
    assert widget.selectedRow().status == "present"  # the computed answer stays
    widget.ui.undoButton.click()
    assert widget.selectedRow().decision == ""
    widget.ui.redoButton.click()
    widget.ui.acceptButton.click()
    assert widget.selectedRow().decision == "reader: accepted"
    assert "shape_change" in widget._parameterNode.session


def test_tables_are_filled(panel):
    widget, _, _ = panel
    assert widget.ui.serialTable.item(0, 0).text().startswith("t0")
    dose = widget.ui.doseTree.topLevelItem(0)
    assert dose.childCount() >= 2
    plain = widget.ui.caseText.property("plainText")
    assert "Alignment" in plain


def test_picture(panel, tmp_path):
    widget, _, _ = panel
    widget.window.resize(520, 900)
    picture = widget.window.grab()
    assert picture.save(str(tmp_path / "panel.png"))
