"""Reading in the Slicer panel: layout, keys, what is drawn, autosave and resume."""

import json
import xml.etree.ElementTree as ElementTree

import pytest
from made_assessment import ACROSS_LPS, make_assessment
from panel_driver import click, click_item, distance_to_slice, slice_nodes
from PySide6 import QtCore, QtTest, QtWidgets

from RNAssessLib.panel.session.file import read_session
from RNAssessLib.panel.session.session import ReaderSession


def press(widget, *keys):
    """Press keys with the focus on the tabs."""
    widget.parent.raw.activateWindow()
    tabs = widget.ui.tabs.raw
    tabs.setFocus()
    QtWidgets.QApplication.processEvents()
    for key in keys:
        held = QtCore.Qt.ShiftModifier if key.isupper() else QtCore.Qt.NoModifier
        QtTest.QTest.keyClick(tabs, key, held)
        QtWidgets.QApplication.processEvents()


def layout_node():
    import slicer

    return slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")


def shown_views():
    """View names row by row, as the layout manager is told."""
    root = ElementTree.fromstring(layout_node().GetCurrentLayoutDescription())
    return [[v.get("singletontag") for v in line.iter("view")] for line in root.findall("item")]


def third_row(widget):
    """Name of the volume in each view of the third row."""
    import slicer

    names = []
    for cell in widget.logic.nodes.layout:
        if cell.role is None:
            node = slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")
            volume = slicer.mrmlScene.GetNodeByID(node.GetBackgroundVolumeID() or "")
            names.append(volume.GetName() if volume else None)
    return names


def names_of(widget, role):
    volumes = widget.logic.nodes.volumes
    found = {t: node.GetName() for (t, r), node in volumes.items() if r.value == role}
    return [found.get(t) for t in widget.logic.nodes.layout.columns]


# --- hanging protocol -----------------------------------------------------------------------------


def test_layout_holds_exactly_the_views_of_the_case(opened):
    wanted = [[cell.view for cell in row] for row in opened.logic.nodes.layout.cells]
    assert len(wanted) == 4  # ADC above DWI takes two
    assert shown_views() == wanted[:3]
    press(opened, "e")
    assert not opened.ui.thirdRowCheckBox.checked
    assert shown_views() == wanted[:2]
    press(opened, "e")
    assert shown_views() == wanted[:3]
    click_item(opened, "central_diffusion_restriction")
    assert shown_views() == wanted
    click_item(opened, "swi_foci")
    assert shown_views() == wanted[:3]


def test_third_row_is_filled_from_the_start_and_follows_the_item(opened):
    assert third_row(opened)[:3] == names_of(opened, "DWI")  # the first that takes one row
    click_item(opened, "swi_foci")
    assert third_row(opened)[:3] == names_of(opened, "SWI")
    click_item(opened, "cross_boundary")  # T1c and FLAIR are enough: the row stays
    assert third_row(opened)[:3] == names_of(opened, "SWI")
    click_item(opened, "central_diffusion_restriction")
    assert third_row(opened) == [*names_of(opened, "ADC"), *names_of(opened, "DWI")]


def test_a_scene_file_names_a_layout_that_every_slicer_has(opened):
    import slicer

    ours = layout_node().GetViewArrangement()
    assert ours > 1000
    slicer.mrmlScene.InvokeEvent(slicer.vtkMRMLScene.StartSaveEvent)
    assert layout_node().GetViewArrangement() == opened.logic.nodes.layout.arrangement
    slicer.mrmlScene.InvokeEvent(slicer.vtkMRMLScene.EndSaveEvent)
    assert layout_node().GetViewArrangement() == ours


# --- keys -----------------------------------------------------------------------------------------


def test_next_item_by_key_jumps_and_lights_its_voxels(opened):
    press(opened, "n")
    assert max(distance_to_slice(n, ACROSS_LPS) for n in slice_nodes(opened)) < 1e-6
    lit = {
        e.finding_id
        for e in opened.logic.nodes.evidence
        if e.mask is not None and e.mask.GetDisplayNode().GetVisibility()
    }
    assert lit == {"cross_boundary"}


def test_isodoses_by_key_and_opacity(opened):
    displays = [i.model.GetDisplayNode() for i in opened.logic.nodes.isodoses]
    press(opened, "[", "[")
    assert opened.ui.opacitySlider.value == 60
    assert {d.GetSliceIntersectionOpacity() for d in displays} == {0.6}
    press(opened, "]")
    assert {d.GetSliceIntersectionOpacity() for d in displays} == {0.8}
    press(opened, "i")
    assert not any(d.GetVisibility() for d in displays)
    assert not opened.ui.isodosesCheckBox.checked


def test_the_images_alone_and_back(opened):
    drawn = [i.model.GetDisplayNode() for i in opened.logic.nodes.isodoses]
    drawn += [n.GetDisplayNode() for n in opened.logic.nodes.segmentations.values()]
    at_first = [d for d in drawn if d.GetVisibility()]
    assert len(at_first) == 2 + len(opened.logic.nodes.segmentations)
    press(opened, "o")
    assert not any(d.GetVisibility() for d in drawn)
    press(opened, "o")
    assert [d for d in drawn if d.GetVisibility()] == at_first


@pytest.mark.parametrize(("key", "plane"), [("v", "Coronal"), ("s", "Sagittal"), ("x", "Axial")])
def test_planes_by_key_keep_the_place(opened, key, plane):
    click_item(opened, "cross_boundary")
    press(opened, key)
    assert {n.GetOrientation() for n in slice_nodes(opened)} == {plane}
    assert max(distance_to_slice(n, ACROSS_LPS) for n in slice_nodes(opened)) < 1e-6


def test_one_view_alone_under_the_mouse(opened):
    import slicer

    crosshair = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLCrosshairNode")
    press(opened, "m")
    assert layout_node().GetNumberOfMaximizedViewNodes() == 0
    view = slice_nodes(opened)[1]
    crosshair.SetCursorPositionXYZ((5.0, 5.0, 0.0), view)
    press(opened, "m")
    assert layout_node().IsMaximizedViewNode(view)
    press(opened, "m")
    assert layout_node().GetNumberOfMaximizedViewNodes() == 0


def test_accept_undo_and_redo_by_key(opened):
    press(opened, "n", "a")
    assert len(opened.logic.session.records) == 1
    press(opened, "u")
    assert opened.logic.session.records == ()
    press(opened, "y")
    assert len(opened.logic.session.records) == 1


def test_pages_by_key_and_letters_typed_into_a_field_stay_there(opened):
    for key, page in (
        ("3", "doseTab"),
        ("0", "reportTab"),
        ("5", "caseTab"),
        ("T", "teachTab"),
        ("2", "checklistTab"),
    ):
        press(opened, key)
        assert opened.ui.tabs.currentWidget() == getattr(opened.ui, page)
    press(opened, "5")
    assert opened.ui.caseTabs.currentWidget() == opened.ui.outlinesPage
    press(opened, "2", "n")
    field = opened.ui.reasonLineEdit.raw
    field.setFocus()
    QtTest.QTest.keyClicks(field, "an ion")
    assert opened.ui.reasonLineEdit.text == "an ion"
    assert opened.logic.session.records == ()


def test_another_module_gets_its_keys_back(opened):
    opened.exit()
    press(opened, "n")
    assert opened.panel.row() is None
    opened.enter()
    press(opened, "n")
    assert opened.panel.row().finding == "cross_boundary"


def test_the_list_of_keys_names_every_key(opened, monkeypatch):
    import slicer

    said = []
    monkeypatch.setattr(slicer.util, "infoDisplay", lambda text, **_: said.append(text))
    click(opened, "keysButton")
    (text,) = said
    for entry in opened.panel.flow.shortcuts.keys:
        assert entry.does in text
        assert all(key in text for key in entry.keys)


# --- autosave and resume --------------------------------------------------------------------------


def decide(widget, finding):
    click_item(widget, finding)
    click(widget, "acceptButton")


def test_every_decision_is_saved_beside_the_case_and_taken_up_again(opened, module, tmp_path):
    decide(opened, "swi_foci")
    file = tmp_path / "case.session.json"
    kept = ReaderSession.from_json(file.read_text())
    assert kept == opened.logic.session and len(kept.records) == 1
    opened._parameterNode.session = ""  # as in a new scene
    assert opened.openCase("case.toml")
    assert opened.logic.session == kept
    click(opened, "undoButton")
    assert json.loads(file.read_text())["records"] == []


def test_decisions_of_the_scene_win_when_they_are_the_later_ones(opened, tmp_path):
    decide(opened, "swi_foci")
    early = (tmp_path / "case.session.json").read_text()
    later = opened.logic.session.to_json().replace('"at": "2', '"at": "3')
    opened._parameterNode.session = later
    assert opened.openCase("case.toml")
    assert opened.logic.session.to_json() == later
    assert (tmp_path / "case.session.json").read_text() == early


def test_another_cases_decisions_are_never_overwritten(opened, tmp_path, errors):
    file = tmp_path / "case.session.json"
    other = ReaderSession(case_id="other").to_json()
    file.write_text(other)
    assert not opened.openCase("case.toml")
    assert errors == ["case.session.json: holds the decisions of case 'other', not 'made'"]
    assert file.read_text() == other


def test_a_folder_that_cannot_be_written_is_said_once(opened, errors, monkeypatch):
    import RNAssessLib.panel.session.keeping as keeping

    def full(session, path):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(keeping, "write_session", full)
        decide(opened, "swi_foci")
        decide(opened, "shape_change")
    assert len(errors) == 1
    assert errors[0].startswith("Not saved to case.session.json: the disk is full.")
    assert opened.logic.unsaved == errors[0]
    assert opened.ui.unsavedLabel.visible
    assert len(ReaderSession.from_json(opened._parameterNode.session).records) == 2
    decide(opened, "open_ring")  # the next change saves all three
    assert opened.logic.unsaved == opened.ui.unsavedLabel.text == ""
    assert len(read_session(opened.logic.keepIn).records) == 3


def test_the_last_case_is_one_click_away(opened, monkeypatch):
    import RNAssessLib.study

    read = []
    case = make_assessment().prepared.case
    monkeypatch.setattr(
        RNAssessLib.study, "read_case", lambda path, progress: (read.append(path), case)[1]
    )
    assert opened.ui.openLastButton.enabled
    click(opened, "openLastButton")
    assert read == ["case.toml"]


def test_no_last_case_on_a_fresh_machine(widget):
    assert not widget.ui.openLastButton.enabled


# --- legible in a side panel ----------------------------------------------------------------------


def test_the_panel_fits_400_pixels_and_no_button_is_cut_off(opened):
    window = opened.parent.raw
    window.resize(400, 900)
    pages = [("tabs", n) for n in range(6)]
    pages += [("caseTabs", n) for n in range(opened.ui.caseTabs.count)]
    pages += [("doseTabs", n) for n in range(3)] + [("courseTabs", n) for n in range(5)]
    for name, index in pages:
        tabs = getattr(opened.ui, name).raw
        if name == "caseTabs":
            opened.ui.tabs.setCurrentWidget(opened.ui.caseTab)
        if name == "doseTabs":
            opened.ui.tabs.setCurrentWidget(opened.ui.doseTab)
        if name == "courseTabs":
            opened.ui.tabs.setCurrentWidget(opened.ui.courseTab)
        tabs.setCurrentIndex(index)
        QtWidgets.QApplication.processEvents()
        assert window.width() == 400, (name, index)
        for button in window.findChildren(QtWidgets.QPushButton):
            if button.isVisible():
                text = button.fontMetrics().size(QtCore.Qt.TextShowMnemonic, button.text())
                assert button.width() >= text.width() + 8, button.objectName()
        bar = tabs.tabBar()
        last = bar.tabRect(bar.count() - 1)
        assert last.right() <= bar.width(), (name, "tabs are cut off")


@pytest.mark.parametrize("points", [8, 10, 16])
def test_no_column_of_sizes_needs_scrolling_at_400_pixels(opened, points):
    """Whatever font the machine has: one with wide letters once hid three columns."""
    table = opened.ui.serialTable.raw
    font = table.font()
    font.setPointSize(points)
    table.setFont(font)
    opened.parent.raw.resize(400, 900)
    opened.ui.tabs.setCurrentWidget(opened.ui.courseTab)
    opened.ui.courseTabs.setCurrentWidget(opened.ui.sizePage)
    QtWidgets.QApplication.processEvents()
    assert table.columnCount() == 8
    assert table.horizontalHeader().length() <= table.viewport().width()
