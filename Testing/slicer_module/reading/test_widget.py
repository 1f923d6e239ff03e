"""Flows of the Slicer panel: look, click, jump, override, undo, cancel, fail."""

import dataclasses
import json
import sys
import tomllib
import types
from datetime import date
from pathlib import Path

import pytest
import pythonqt_shim
from made_assessment import ACROSS_LPS, make_assessment
from panel_driver import click, click_item, distance_to_slice, open_tabs, slice_nodes, tree_texts
from PySide6 import QtCore, QtTest, QtWidgets

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.panel.reading.view_model import build_panel


def test_empty_panel_says_so_and_offers_nothing_to_decide(widget):
    assert widget.ui.disclaimerLabel.text == "Research use only. Not a medical device."
    assert widget.ui.summaryLabel.text == "No case is open."
    for button in ("acceptButton", "recordButton", "undoButton", "redoButton", "saveButton"):
        assert not getattr(widget.ui, button).enabled, button
    assert open_tabs(widget) == ["Teach"]


def test_opened_case_fills_every_tab(opened):
    ui = opened.ui
    assert ui.lesionComboBox.count == 2
    assert ui.checklistTree.topLevelItemCount == 23
    first = ui.checklistTree.topLevelItem(0)
    assert first.text(0).splitlines() == [
        "● Enhancement across an anatomical boundary",
        "present · favours RN · strong",
    ]
    assert "– Rim morphology: not assessable" in [t[0] for t in tree_texts(ui.checklistTree.raw)]
    assert ui.serialTable.rowCount == 3
    assert ui.serialTable.item(1, 0).text() == "t1: 6.0 mo\n2025-07-10"
    flair_of_t2 = ui.serialTable.item(2, 4)
    assert flair_of_t2.text() == "–"
    assert flair_of_t2.toolTip() == "FLAIR hyperintensity: no FLAIR at this timepoint"
    assert ui.sourceButton.collapsed
    texts = tree_texts(ui.doseTree.raw)
    assert ["Gradient index GI", "– (the 10 Gy isodose is cut)"] in texts
    assert ["D98 %", "22.01 ± 0.09 Gy"] in texts
    assert ["Chiasm (optic pathway): maximum dose, limit ≤ 54 Gy", "55.00 Gy ✗ exceeded"] in texts
    case = tree_texts(ui.caseTree.raw)
    assert ["t2 T1c", "✗ bad, expected error 5.2 mm (the heads do not overlap)"
            ] in case  # fmt: skip


def test_case_tab_grades_the_images_of_every_study(opened, assessment):
    rows = [r for t in build_panel(assessment).case.timepoints for r in t.quality]
    assert len(rows) == 6
    shown = tree_texts(opened.ui.caseTree.raw)
    for row in rows:
        told = row.told.removeprefix(f"{row.timepoint} {row.lesion}: ")
        assert [f"{row.timepoint} {row.lesion}", f"{row.icon} {told}"] in shown


def test_dvh_is_a_chart_of_the_scene(opened):
    import slicer

    view = slicer.mrmlScene.GetSingletonNode("RNAssessDVH", "vtkMRMLPlotViewNode")
    chart = slicer.mrmlScene.GetNodeByID(view.GetPlotChartNodeID())
    series = [chart.GetNthPlotSeriesNode(n) for n in range(chart.GetNumberOfPlotSeriesNodes())]
    assert [s.GetName() for s in series] == ["GTV1", "brain on MR", "Dp 20 Gy", "12 Gy"]
    table = series[0].GetTableNode().GetTable()
    rows = table.GetNumberOfRows()
    middle = rows // 2
    dose, volume = (table.GetValue(middle, c).ToDouble() for c in (0, 1))
    assert volume == pytest.approx(100 * min(max(1.2 - dose / 25, 0), 1), abs=1e-9)
    assert series[0].GetLineStyle() == slicer.vtkMRMLPlotSeriesNode.LineStyleSolid


def test_dvh_in_other_units_and_as_a_table(opened, tmp_path, monkeypatch):
    import slicer

    dvh, curves = opened.panel.dvh, opened.logic.curves
    table = opened.logic.chart.GetNthPlotSeriesNode(0).GetTableNode()

    def volumes():
        column = table.GetTable().GetColumn(1)
        return [column.GetValue(n) for n in range(column.GetNumberOfTuples())]

    dvh.unitBox.setCurrentIndex(1)
    assert opened.logic.chart.GetYAxisTitle() == "volume (cm³)"
    assert volumes()[0] == pytest.approx(curves.curves[0].volume_cm3, rel=1e-5)
    dvh.kindBox.setCurrentIndex(1)
    assert opened.logic.chart.GetYAxisTitle() == "volume per dose (cm³/Gy)"
    doses = table.GetTable().GetColumn(0)
    step = doses.GetValue(1) - doses.GetValue(0)
    assert sum(volumes()) * step == pytest.approx(curves.curves[0].volume_cm3, rel=1e-4)
    path = tmp_path / "dvh.csv"
    monkeypatch.setattr(
        "RNAssessWidgets.dose.dvh_panel.qt.QFileDialog.getSaveFileName", lambda *_: str(path)
    )
    dvh.on_save()
    rows = path.read_text(encoding="utf-8-sig").splitlines()
    assert rows[0].startswith("dose (Gy),")
    assert rows[0].count(",") == len(curves.curves)
    assert rows[-1] == "Research use only. Not a medical device."
    dvh.unitBox.setCurrentIndex(0)
    dvh.kindBox.setCurrentIndex(0)
    assert slicer.mrmlScene.GetNodeByID(opened.logic.chart.GetID()) is opened.logic.chart
    assert volumes()[0] == 100


def test_click_on_an_item_moves_every_slice_to_its_evidence(opened):
    before = max(distance_to_slice(n, ACROSS_LPS) for n in slice_nodes(opened))
    assert before > 2
    click_item(opened, "cross_boundary")
    assert max(distance_to_slice(n, ACROSS_LPS) for n in slice_nodes(opened)) < 1e-6
    assert {n.GetOrientation() for n in slice_nodes(opened)} == {"Axial"}
    lit = [e for e in opened.logic.nodes.evidence if e.point.GetDisplayNode().GetVisibility()]
    assert {e.finding_id for e in lit} == {"cross_boundary"}
    assert lit[0].mask.GetDisplayNode().GetVisibility()
    assert "9.5 ± 1.3 mm" in opened.ui.detailsBrowser.plainText


def test_link_goes_to_the_second_piece_of_evidence(opened):
    click_item(opened, "cross_boundary")
    opened.ui.detailsBrowser.raw.anchorClicked.emit(QtCore.QUrl("jump:1"))
    assert {n.GetOrientation() for n in slice_nodes(opened)} == {"Coronal"}
    assert max(distance_to_slice(n, ACROSS_LPS) for n in slice_nodes(opened)) < 1e-6


def test_third_row_follows_the_item(opened):
    import slicer

    click_item(opened, "swi_foci")
    names = []
    for cell in opened.logic.nodes.layout:
        if cell.role is None:
            node = slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")
            volume = slicer.mrmlScene.GetNodeByID(node.GetBackgroundVolumeID() or "")
            names.append(volume.GetName() if volume else None)
    shown = opened.logic.nodes.volumes
    role = next(r for _t, r in shown if r.value == "SWI")
    assert names[:3] == [shown["t0", role].GetName(), None, shown["t2", role].GetName()]


def test_override_needs_a_reason_and_is_undone(opened, errors):
    item = click_item(opened, "swi_foci")
    assert item.text(0).endswith("absent · favours TTP · moderate")
    ui = opened.ui
    assert ui.statusComboBox.currentText == "absent (computed)"
    ui.statusComboBox.setCurrentIndex(1)
    click(opened, "recordButton")
    assert errors == ["an override needs a reason"]
    assert not ui.undoButton.enabled
    QtTest.QTest.keyClicks(ui.reasonLineEdit.raw, "a focus on minIP")
    click(opened, "recordButton")
    assert line(opened) == "absent · favours TTP · moderate · reader ● present"
    assert "overridden (a focus on minIP)" in ui.detailsBrowser.plainText
    assert ui.reasonLineEdit.text == ""
    document = json.loads(opened.logic.nodes.document.GetText())
    assert document["session"]["records"][0]["reason"] == "a focus on minIP"
    assert "a focus on minIP" in opened._parameterNode.session
    click(opened, "undoButton")
    assert "reader" not in line(opened)
    assert json.loads(opened.logic.nodes.document.GetText())["session"]["records"] == []
    click(opened, "redoButton")
    assert line(opened).endswith("reader ● present")
    click(opened, "withdrawButton")
    assert "reader" not in line(opened)


def current(widget):
    return widget.ui.checklistTree.raw.currentItem()


def line(widget):
    return current(widget).text(0).splitlines()[1]


def test_computed_findings_are_never_edited(opened, assessment):
    before = assessment.lesions[0].findings
    click_item(opened, "shape_change")
    click(opened, "acceptButton")
    assert line(opened).endswith("reader ○ absent")
    assert assessment.lesions[0].findings is before


def test_keys_walk_the_checklist(opened):
    tree = opened.ui.checklistTree.raw
    opened.parent.raw.activateWindow()
    tree.setFocus()
    for key, title in (("n", "boundary"), ("n", "shape"), ("p", "boundary")):
        QtTest.QTest.keyClick(tree, key)
        QtWidgets.QApplication.processEvents()
        assert title in current(opened).text(0)


def test_second_lesion_is_gone_to(opened, assessment):
    opened.ui.lesionComboBox.setCurrentIndex(1)
    target = assessment.prepared.lesions[1].center_lps_mm
    assert max(distance_to_slice(n, target) for n in slice_nodes(opened)) < 1e-6
    assert "0 of 23 items" in opened.ui.summaryLabel.text
    assert opened._parameterNode.lesion == "L2"


def test_isodoses_and_outlines_follow_their_boxes(opened):
    isodoses = [i.model.GetDisplayNode() for i in opened.logic.nodes.isodoses]
    outlines = [n.GetDisplayNode() for n in opened.logic.nodes.segmentations.values()]
    at_first = [d for d in isodoses if d.GetVisibility()]
    assert len(at_first) == 2  # the prescription and 12 Gy
    assert all(d.GetVisibility() for d in outlines)
    opened.ui.isodosesCheckBox.raw.click()
    assert not any(d.GetVisibility() for d in isodoses)
    assert all(d.GetVisibility() for d in outlines)
    opened.ui.outlinesCheckBox.raw.click()
    assert not any(d.GetVisibility() for d in outlines)
    opened.ui.isodosesCheckBox.raw.click()
    assert [d for d in isodoses if d.GetVisibility()] == at_first


def levels(widget):
    tree = widget.ui.isodoseTree.raw
    return [tree.topLevelItem(i).text(0) for i in range(tree.topLevelItemCount())]


def test_levels_are_added_switched_and_removed(opened, errors):
    import slicer

    before, count = levels(opened), slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLModelNode")
    opened.ui.levelLineEdit.raw.setText("7")
    click(opened, "addLevelButton")
    assert len(levels(opened)) == len(before) + 1
    at = next(i for i, text in enumerate(levels(opened)) if text.startswith("7 Gy"))
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLModelNode") == count + 1
    tree = opened.ui.isodoseTree.raw
    display = opened.logic.isodoses.nodes[at].model.GetDisplayNode()
    tree.topLevelItem(at).setCheckState(0, QtCore.Qt.CheckState.Unchecked)
    assert not display.GetVisibility()
    tree.setCurrentItem(tree.topLevelItem(at))
    click(opened, "removeLevelButton")
    assert levels(opened) == before
    click(opened, "addLevelButton")
    opened.ui.levelLineEdit.raw.setText("90")
    click(opened, "addLevelButton")
    assert "90 Gy cannot be the isodose level" in opened.ui.doseProblemLabel.text
    assert opened.ui.levelLineEdit.text == "90"
    nodes = slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLModelNode")
    own = [i.model.GetID() for i in opened.logic.isodoses.nodes if i.level.dose_gy == 7.0]
    assert opened.openCase(
        "case.toml"
    )  # its nodes go; a level that was on is the user's, drawn anew
    assert slicer.mrmlScene.GetNodeByID(own[0]) is None
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLModelNode") == nodes


def test_prescription_changes_figures_and_lines(opened, errors):
    first = levels(opened)
    dose = opened.logic.assessment.courses[0].targets[0].prescription_gy
    volumes = []
    for wanted in (dose, round(0.8 * dose, 2)):
        opened.ui.prescriptionOverrideLineEdit.raw.setText(f"{wanted:g}")
        click(opened, "prescribeButton")
        target = opened.logic.assessment.courses[0].targets[0]
        assert (target.prescription_gy, target.prescription_source) == (wanted, "user")
        volumes.append(target.quantity("piv_cm3").value)
    assert volumes[1] > volumes[0]
    assert levels(opened) != first
    opened.ui.prescriptionOverrideLineEdit.raw.setText("0")
    click(opened, "prescribeButton")
    assert "0 Gy cannot be the prescription" in opened.ui.doseProblemLabel.text


def test_tables_are_copied_for_a_spreadsheet(opened):
    click(opened, "copyTablesButton")
    rows = [r.split("\t") for r in QtWidgets.QApplication.clipboard().text().splitlines()]
    assert rows[0] == ["course", "table", "figure", "value", "unit", "definition"]
    shown = sum(len(t.rows) for c in opened.logic.view().courses for t in c.tables)
    assert len(rows) == shown + 2
    assert rows[-1] == ["Research use only. Not a medical device."]


def test_dose_under_the_cursor(opened):
    course = opened.logic.assessment.prepared.courses[0]
    grid = course.course.dose.grid
    point = course.to_reference.transform.apply(grid.index_to_lps([5, 5, 5]))
    opened.panel.isodoses.on_cursor((-point[0], -point[1], point[2]))
    value = float(opened.ui.cursorLabel.text.split()[0])
    assert value == pytest.approx(float(course.course.dose.dose_gy[5, 5, 5]), abs=0.06)
    opened.panel.isodoses.on_cursor(None)
    assert opened.ui.cursorLabel.text == ""


def test_reopening_replaces_the_nodes_and_keeps_decisions(opened):
    import slicer

    click_item(opened, "swi_foci")
    click(opened, "acceptButton")
    count = slicer.mrmlScene.GetNumberOfNodes()
    assert opened.openCase("case.toml")
    assert slicer.mrmlScene.GetNumberOfNodes() == count
    click_item(opened, "swi_foci")
    assert line(opened).endswith("reader ○ absent")


def test_bad_input_is_one_line_and_the_scene_stays(widget, errors, monkeypatch):
    import slicer

    import RNAssessLib.study

    def fail(path, progress):
        raise InputError(path, "DoseUnits is RELATIVE, export the dose in GY")

    monkeypatch.setattr(RNAssessLib.study, "read_case", fail)
    before = slicer.mrmlScene.GetNumberOfNodes()
    assert not widget.openCase("study")
    assert errors == ["study: DoseUnits is RELATIVE, export the dose in GY"]
    assert slicer.mrmlScene.GetNumberOfNodes() == before
    assert open_tabs(widget) == ["Teach"]


def test_a_defect_is_one_line_and_no_traceback(widget, errors, monkeypatch):
    import RNAssessLib.study

    monkeypatch.setattr(RNAssessLib.study, "read_case", lambda path, progress: 1 / 0)
    assert not widget.openCase("study")
    assert errors == [
        "Not finished, the scene is unchanged: ZeroDivisionError: division by zero. "
        "Details are in the log."
    ]


def test_cancel_while_nodes_are_made_leaves_the_scene_as_it_was(opened, errors, monkeypatch):
    import slicer
    from RNAssessWidgets.common import work

    nodes, before = opened.logic.nodes, slicer.mrmlScene.GetNumberOfNodes()
    cancelled = []

    def make_dialog(**kw):
        dialog = pythonqt_shim.wrap(QtWidgets.QProgressDialog())
        cancelled.append(dialog)
        return dialog

    monkeypatch.setattr(slicer.util, "createProgressDialog", make_dialog)
    seen = []

    def job(progress):
        def watched(fraction, what):
            seen.append(what)
            if what.startswith("isodoses"):
                cancelled[0].raw.cancel()
            progress(fraction, what)

        opened.logic.show(opened.logic.assessment, opened.logic.session, watched)

    assert not work.run(job)
    assert seen[-1].startswith("isodoses")
    assert errors == []
    assert slicer.mrmlScene.GetNumberOfNodes() == before
    assert opened.logic.nodes is nodes


def test_closing_the_scene_empties_the_panel(opened):
    import slicer

    slicer.mrmlScene.Clear(0)
    assert opened.ui.summaryLabel.text == "No case is open."
    assert opened.ui.checklistTree.topLevelItemCount == 0
    assert opened.logic.assessment is None


def test_missing_packages_are_asked_for_before_anything_is_installed(module, monkeypatch):
    import slicer
    from RNAssessWidgets.common import packages

    asked, installed = [], []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay",
                        lambda text, **_: bool(asked.append(text)))  # fmt: skip
    monkeypatch.setattr(slicer.util, "pip_install", installed.append)
    assert not packages.ensure({"no_such_module_at_all": "no-such>=1"}, "The report")
    assert asked == ["The report needs no-such>=1, which Slicer does not ship. Install now?"]
    assert installed == []
    assert packages.ensure({"json": "json"}, "The report")
    assert len(asked) == 1


def test_sample_data_offers_every_digital_patient(module, monkeypatch):
    import slicer

    from RNAssessLib.phantom import list_phantoms

    module.RNAssess(types.SimpleNamespace(helpText=""))
    assert slicer.app.startup == [module.registerSampleData, module.addSettingsPage]
    pythonqt_shim.SampleDataLogic.sources.clear()
    module.registerSampleData()
    registered = pythonqt_shim.SampleDataLogic.sources
    names = {name for _category, name in registered}
    assert {"rn_across_falx", "ttp_nodule"} <= names <= set(list_phantoms())
    assert all(Path(icon).is_file() for _source, icon in registered.values())
    opened = []
    widget = types.SimpleNamespace(openPhantom=opened.append)
    monkeypatch.setattr(slicer.util, "getModuleWidget", lambda name: widget)
    monkeypatch.setattr(slicer.util, "selectModule", lambda name: None)
    source, _icon = registered["RNAssess", "ttp_nodule"]
    source.customDownloader(source)
    assert opened == ["ttp_nodule"]


def test_module_metadata(module):
    parent = types.SimpleNamespace(helpText="")
    module.RNAssess(parent)
    assert parent.categories == ["Radiotherapy"]
    assert "Not a medical device" in parent.helpText


# --- thresholds -----------------------------------------------------------------------------------

KEY = "swi_foci.multiple_count"


def edit_threshold(widget, text):
    tree = widget.ui.thresholdTree.raw
    (item,) = tree.findItems(KEY, QtCore.Qt.MatchExactly, 0)
    item.setText(1, text)
    QtWidgets.QApplication.processEvents()
    return tree.findItems(KEY, QtCore.Qt.MatchExactly, 0)[0]


def test_changed_threshold_waits_then_is_used_and_can_be_undone(opened, errors, monkeypatch):
    import RNAssessLib.assessment

    used = []

    def assess_prepared(prepared, thresholds, progress):
        used.append(thresholds[KEY])
        return make_assessment({KEY: thresholds[KEY]})

    monkeypatch.setattr(RNAssessLib.assessment, "assess_prepared", assess_prepared)
    assert not opened.ui.assessAgainButton.enabled
    assert edit_threshold(opened, "7").text(1) == "7"
    assert f"{KEY} = 7" in opened.ui.pendingLabel.text
    click(opened, "assessAgainButton")
    assert used == [7.0]
    assert opened.ui.pendingLabel.text == ""
    assert any(t[0] == KEY for t in tree_texts(opened.ui.caseTree.raw))
    edit_threshold(opened, "")
    assert opened.logic.session.changed_thresholds == {}
    assert edit_threshold(opened, "many").text(1) == "many"  # it stays, with the reason below
    assert opened.ui.pendingLabel.text == "'many' is not a number"
    assert opened.logic.session.changed_thresholds == {}


# --- clinical events ------------------------------------------------------------------------------


def event_rows(widget):
    return [texts for texts in tree_texts(widget.ui.eventTree.raw) if texts[1]]


def fill_form(widget, kind, *entries):
    """Choose a kind and type into the lines of its form, from the top."""
    ui = widget.ui
    ui.eventKindComboBox.setCurrentText(kind)
    assert ui.eventTable.rowCount == len(entries)
    for row, text in enumerate(entries):
        ui.eventTable.item(row, 1).setText(text)


def test_events_are_added_changed_removed_and_undone(opened, errors):
    assert opened.ui.writeEventsButton.enabled
    courses = [["2025-01-10", "Gamma Knife, 1 fraction"]]
    first = ["2025-09-02", "Bevacizumab 5 mg/kg"]
    assert event_rows(opened) == [*courses, first]
    fill_form(opened, "KPS", "2025-10-01", "75")
    click(opened, "addEventButton")
    assert errors == ["KPS: 75 is not a multiple of 10"]
    opened.ui.eventTable.item(1, 1).setText("70")
    click(opened, "addEventButton")
    assert event_rows(opened) == [*courses, first, ["2025-10-01", "KPS 70"]]
    assert "KPS 70" in str(tree_texts(opened.ui.caseTree.raw))
    assert opened.logic.assessment.lesions[0].clinical.entries[2].quantity("kps").value == 70.0
    document = json.loads(opened.logic.nodes.document.GetText())
    assert document["session"]["records"][0]["events"][1]["value"] == 70.0
    assert "KPS" in str(document["assessment"]) or "kps" in str(document["assessment"])

    select_event(opened, "KPS 70")
    assert opened.ui.eventKindComboBox.currentText == "KPS"
    assert opened.ui.eventTable.item(1, 1).text() == "70"
    opened.ui.eventTable.item(1, 1).setText("60")
    click(opened, "changeEventButton")
    assert event_rows(opened)[-1] == ["2025-10-01", "KPS 60"]
    select_event(opened, "KPS 60")
    click(opened, "removeEventButton")
    assert event_rows(opened) == [*courses, first]
    for expected in ("KPS 60", "KPS 70", first[1]):
        click(opened, "undoEventButton")
        assert event_rows(opened)[-1][1] == expected
    assert opened.logic.assessment.prepared.case.events == opened.logic.reader.given_events
    assert not opened.ui.undoEventButton.enabled
    click(opened, "redoEventButton")
    assert event_rows(opened)[-1][1] == "KPS 70"


def select_event(widget, text):
    tree = widget.ui.eventTree.raw
    (item,) = tree.findItems(text, QtCore.Qt.MatchExactly | QtCore.Qt.MatchRecursive, 1)
    tree.setCurrentItem(item)
    QtWidgets.QApplication.processEvents()


def test_the_modifier_item_follows_an_event(opened):
    fill_form(opened, "Targeted therapy", "2025-03-01", "", "osimertinib")
    click(opened, "addEventButton")
    row = opened.logic.view().lesions[0].row("clinical_modifiers")
    assert "osimertinib" in row.sentence
    click_item(opened, "clinical_modifiers")
    assert "osimertinib" in opened.ui.detailsBrowser.plainText


def test_edited_events_are_taken_up_when_the_case_is_opened_again(opened):
    fill_form(opened, "Symptom", "2025-03-01", "", "headache")
    click(opened, "addEventButton")
    assert opened.openCase("case.toml")
    assert "Symptom headache" in [texts[1] for texts in event_rows(opened)]


def test_events_go_to_the_case_file_on_request(opened, errors, tmp_path, monkeypatch):
    import slicer

    said = []
    monkeypatch.setattr(slicer.util, "showStatusMessage", lambda text, _ms: said.append(text),
                        raising=False)  # fmt: skip
    path = tmp_path / "case.toml"
    path.write_text('id = "made"  # mine\n')
    opened._parameterNode.casePath = str(path)
    fill_form(opened, "Symptom", "2025-03-01", "", "headache")
    click(opened, "addEventButton")
    click(opened, "writeEventsButton")
    assert said == [f"Events written to {path}"]
    text = path.read_text()
    assert "# mine" in text
    assert [e["kind"] for e in tomllib.loads(text)["event"]] == ["symptom", "bevacizumab"]
    path.write_text('id = "another"\n')
    click(opened, "writeEventsButton")
    assert errors == [f"{path}: is the case file of 'another', not of 'made'"]


# --- from scene -----------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Assignment:
    node_id: str
    name: str
    day: date | None
    role: SequenceRole | None


@pytest.fixture
def scene_reader(monkeypatch):
    """Stands in for the reader of scene nodes, which has tests of its own."""
    import RNAssessLib.study

    calls = []
    reader = types.ModuleType("RNAssessLib.study.slicer_nodes")
    reader.propose_assignments = lambda scene: (
        Assignment("vol1", "t1 post 20250108", date(2025, 1, 8), SequenceRole.T1C),
        Assignment("vol2", "unknown", None, None),
    )
    reader.read_scene_case = lambda scene, rows, **plan: calls.append((rows, plan))
    monkeypatch.setitem(sys.modules, reader.__name__, reader)
    monkeypatch.setattr(RNAssessLib.study, "slicer_nodes", reader, raising=False)
    return calls


def test_volumes_of_the_scene_are_proposed_and_corrected(widget, scene_reader, errors):
    ui = widget.ui
    click(widget, "listSceneButton")
    assert ui.sceneTable.item(0, 1).text() == "2025-01-08"
    assert ui.sceneTable.cellWidget(0, 2).currentText == "T1c"
    assert ui.sceneTable.cellWidget(1, 2).currentText == "–"
    ui.sceneTable.cellWidget(1, 2).setCurrentText("FLAIR")
    ui.sceneTable.item(1, 1).setText("2025-01-08")
    with pytest.raises(InputError, match="day of the first fraction"):
        widget.panel.opening.source.read()
    ui.treatmentDateEdit.date = QtCore.QDate(2025, 1, 10)
    with pytest.raises(InputError, match="dose of the whole course"):
        widget.panel.opening.source.read()
    ui.prescriptionLineEdit.text = "27"
    ui.fractionsLineEdit.text = "3"
    widget.panel.opening.source.read()
    ((rows, plan),) = scene_reader
    assert [(r.role, r.day) for r in rows] == [
        (SequenceRole.T1C, date(2025, 1, 8)), (SequenceRole.FLAIR, date(2025, 1, 8)),
    ]  # fmt: skip
    assert plan == {
        "treatment": date(2025, 1, 10), "fractions": 3, "prescription_gy": 27.0,
        "dose_id": "", "structures_id": "",
    }  # fmt: skip


def test_wrong_date_of_a_volume_is_one_line(widget, scene_reader, errors):
    click(widget, "listSceneButton")
    widget.ui.sceneTable.item(1, 1).setText("8 January")
    click(widget, "assessSceneButton")
    assert errors == ["unknown: '8 January' is not a date (2025-01-31)"]
