"""A teaching round in the Slicer panel: hide, answer, mark, reveal, compare, score."""

import csv
import io
import json

import pytest
import pythonqt_shim
import vtk
from made_assessment import ACROSS_LPS, make_assessment
from panel_driver import click, click_line, distance_to_slice, open_tabs, slice_nodes, tree_texts
from PySide6 import QtCore, QtTest, QtWidgets

from RNAssessLib.panel.teaching.round import TeachingRound

ITEM = "cross_boundary"


def select(widget, finding):
    click_line(widget.ui.teachTree.raw, finding)


def row(widget, finding):
    tree = widget.ui.teachTree.raw
    for index in range(tree.topLevelItemCount()):
        item = tree.topLevelItem(index)
        if item.data(0, QtCore.Qt.UserRole) == finding:
            return item.text(0), item.text(1)
    raise AssertionError(finding)


def lit(widget):
    shown = (e for e in widget.logic.nodes.evidence if e.point.GetDisplayNode().GetVisibility())
    return {e.finding_id for e in shown}


@pytest.fixture
def lesson(opened):
    """The open case with its answers hidden."""
    click(opened, "openLessonButton")
    QtWidgets.QApplication.processEvents()
    return opened


def kept(tmp_path):
    return TeachingRound.from_json((tmp_path / "case.teaching.json").read_text())


def test_nothing_computed_shows_before_it_is_revealed(lesson):
    assert open_tabs(lesson) == ["Case", "Dose", "Teach"]
    assert lit(lesson) == set()
    assert not any(
        n.GetDisplayNode().GetVisibility() for n in lesson.logic.nodes.segmentations.values()
    )
    before = [n.GetSliceOffset() for n in slice_nodes(lesson)]
    select(lesson, ITEM)
    assert [n.GetSliceOffset() for n in slice_nodes(lesson)] == before
    assert lit(lesson) == set()
    text = lesson.ui.teachBrowser.plainText
    assert "other side of falx" in text and "9.5" not in text and "favours" not in text
    titles = [t[0] for t in tree_texts(lesson.ui.doseTree.raw)]
    assert not any("L1" in title or "Nomogram" in title for title in titles)
    assert lesson.ui.teachProgressLabel.text == "Teaching case · 0 of 23 answered"


def test_answer_note_reveal_and_compare(lesson, tmp_path):
    select(lesson, ITEM)
    click(lesson, "revealButton")
    said = "answer the item before its computed answer is shown"
    assert lesson.ui.teachProblemLabel.text == said
    click(lesson, "answerPresentButton")
    assert lesson.ui.teachProblemLabel.text == ""
    assert lesson.ui.answerPresentButton.checked and not lesson.ui.answerAbsentButton.checked
    field = lesson.ui.teachNoteLineEdit.raw
    QtTest.QTest.keyClicks(field, "beyond the falx")
    QtTest.QTest.keyClick(field, QtCore.Qt.Key_Return)
    assert kept(tmp_path).given("L1", ITEM).note == "beyond the falx"
    click(lesson, "revealButton")
    assert row(lesson, ITEM)[1] == "✓"
    text = lesson.ui.teachBrowser.plainText
    assert "agrees" in text and "beyond the falx" in text and "9.5 ± 1.3 mm" in text
    assert lit(lesson) == {ITEM}
    assert max(distance_to_slice(n, ACROSS_LPS) for n in slice_nodes(lesson)) < 1e-6
    assert not lesson.ui.answerPresentButton.enabled and not lesson.ui.undoAnswerButton.enabled
    assert "1 of 1 points" in lesson.ui.teachProgressLabel.text
    assert kept(tmp_path).is_revealed("L1", ITEM)


def test_a_wrong_answer_is_undone_before_the_reveal(lesson, tmp_path):
    select(lesson, ITEM)
    click(lesson, "answerAbsentButton")
    assert row(lesson, ITEM)[0].startswith("○ 1 ")
    click(lesson, "undoAnswerButton")
    assert row(lesson, ITEM)[0].startswith("? 1 ")
    assert kept(tmp_path).records == ()
    click(lesson, "redoAnswerButton")
    click(lesson, "revealButton")
    assert row(lesson, ITEM)[1] == "✗"
    assert "0 of 1 points (0 %)" in lesson.ui.teachProgressLabel.text


def test_keys_of_a_round(lesson):
    tabs = lesson.ui.tabs.raw
    lesson.parent.raw.activateWindow()
    tabs.setFocus()
    QtWidgets.QApplication.processEvents()
    for key in ("n", "7", "u", "6", "a", "r", "n"):
        QtTest.QTest.keyClick(tabs, key)
        QtWidgets.QApplication.processEvents()
    held = lesson.logic.desk.teaching
    assert held.given("L1", ITEM).status.value == "present"
    assert held.is_revealed("L1", ITEM)
    assert lesson.logic.desk.finding_id == "shape_change"
    assert lesson.logic.session.records == ()  # "a" accepts nothing in a lesson


# --- marks ----------------------------------------------------------------------------------------


@pytest.fixture
def mouse(lesson):
    """Moves the mouse over a view; returns what it did."""
    import slicer

    crosshair = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLCrosshairNode")

    def move(timepoint, role, lps):
        cell = next(
            c
            for c in lesson.logic.nodes.layout
            if c.timepoint == timepoint and (c.role.value if c.role else "") == role
        )
        node = slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
        node.JumpSliceByCentering(-lps[0], -lps[1], lps[2])
        to_xy = vtk.vtkMatrix4x4()
        vtk.vtkMatrix4x4.Invert(node.GetXYToRAS(), to_xy)
        x, y = to_xy.MultiplyPoint((-lps[0], -lps[1], lps[2], 1.0))[:2]
        crosshair.SetCursorPositionXYZ((x, y, 0.0), node)

    return move


def test_mark_under_the_mouse_by_key_and_its_distance(lesson, mouse, tmp_path):
    select(lesson, ITEM)
    place = (ACROSS_LPS[0] + 3.0, ACROSS_LPS[1], ACROSS_LPS[2])
    mouse("t2", "T1c", place)
    lesson.panel.teach.mark_under_cursor()
    mark = kept(tmp_path).given("L1", ITEM).mark
    assert (mark.timepoint, mark.role.value) == ("t2", "T1c")
    assert mark.point_reference_lps_mm == pytest.approx(place)
    assert row(lesson, ITEM)[1] == "◎ "
    assert "Your mark: t2 T1c" in lesson.ui.teachBrowser.plainText
    click(lesson, "answerPresentButton")
    click(lesson, "revealButton")
    assert "your mark lies 3.0 mm from the computed place" in lesson.ui.teachBrowser.plainText
    assert not lesson.ui.unmarkButton.enabled


def test_mark_by_a_click_goes_to_and_away(lesson, mouse):
    import slicer

    scene = slicer.mrmlScene
    for name in ("vtkMRMLSelectionNode", "vtkMRMLInteractionNode"):
        node = getattr(slicer, name)()
        node.SetSingletonTag("Singleton")
        scene.AddNode(node)
    interaction = scene.GetNodeByID("vtkMRMLInteractionNodeSingleton")
    select(lesson, ITEM)
    click(lesson, "markButton")
    assert interaction.GetCurrentInteractionMode() == interaction.Place
    selection = scene.GetNodeByID("vtkMRMLSelectionNodeSingleton")
    point = scene.GetNodeByID(selection.GetActivePlaceNodeID())
    mouse("t0", "FLAIR", ACROSS_LPS)
    point.AddControlPoint((-ACROSS_LPS[0], -ACROSS_LPS[1], ACROSS_LPS[2]))  # what a click does
    QtWidgets.QApplication.processEvents()
    desk = lesson.logic.desk
    assert (desk.mark_given.timepoint, desk.mark_given.role.value) == ("t0", "FLAIR")
    assert not lesson.ui.markButton.checked
    assert interaction.GetCurrentInteractionMode() == interaction.ViewTransform
    assert point.GetNumberOfControlPoints() == 1 and point.GetDisplayNode().GetVisibility()
    lesson.logic.views.go((0.0, 0.0, 0.0))
    click(lesson, "showMarkButton")
    assert max(distance_to_slice(n, ACROSS_LPS) for n in slice_nodes(lesson)) < 1e-6
    select(lesson, "shape_change")  # it belongs to the other item
    assert not point.GetDisplayNode().GetVisibility()
    select(lesson, ITEM)
    click(lesson, "unmarkButton")
    assert desk.mark_given is None and point.GetNumberOfControlPoints() == 0


# --- the end of a round ---------------------------------------------------------------------------


def test_reveal_all_then_score_sheet_then_another_round(lesson, tmp_path):
    select(lesson, ITEM)
    click(lesson, "answerPresentButton")
    for number in range(lesson.ui.lesionComboBox.count):
        lesson.ui.lesionComboBox.setCurrentIndex(number)
        click(lesson, "revealAllButton")
    assert open_tabs(lesson) == ["Case", "Checklist", "Dose", "Course", "Teach", "Report"]
    assert "Case made" in lesson.ui.teachBrowser.plainText
    lesson.ui.lesionComboBox.setCurrentIndex(0)
    pythonqt_shim.FileDialog.chosen = str(tmp_path / "score.csv")
    click(lesson, "sheetButton")
    lines = (tmp_path / "score.csv").read_text().splitlines()
    table = list(csv.reader(io.StringIO("\n".join(lines))))
    assert any(ITEM in line and "agrees" in line for line in table)
    pythonqt_shim.FileDialog.chosen = str(tmp_path / "score.json")
    click(lesson, "sheetButton")
    assert (
        json.loads((tmp_path / "score.json").read_text())["schema"] == "rnassess/teaching-score/1"
    )
    click(lesson, "againButton")
    assert "round 2" in lesson.ui.teachProgressLabel.text
    assert open_tabs(lesson) == ["Case", "Dose", "Teach"]
    assert len(kept(tmp_path).earlier) == 1


def test_a_round_is_taken_up_again_and_closing_shows_the_case(lesson):
    select(lesson, ITEM)
    click(lesson, "answerPresentButton")
    click(lesson, "closeLessonButton")
    assert open_tabs(lesson) == ["Case", "Checklist", "Dose", "Course", "Teach", "Report"]
    assert lesson.ui.teachTree.topLevelItemCount == 0
    click(lesson, "openLessonButton")
    assert lesson.ui.teachProgressLabel.text == "Teaching case · 1 of 23 answered"


def test_another_cases_answers_are_never_overwritten(opened, tmp_path, errors):
    other = TeachingRound(case_id="other").to_json()
    (tmp_path / "case.teaching.json").write_text(other)
    click(opened, "openLessonButton")
    assert len(errors) == 1 and "'other', not 'made'" in errors[0]
    assert opened.logic.desk is None
    assert (tmp_path / "case.teaching.json").read_text() == other


def test_a_paper_case_opens_hidden_and_unnamed(widget, monkeypatch):
    import slicer

    import RNAssessLib.phantom.teaching_set as teaching_set
    from RNAssessLib.panel.teaching.file import Lesson

    folders = []

    def list_lessons(name, folder):
        folders.append((name, folder))
        return [Lesson("Case 1", "Figure 1 of LA22", lambda progress: make_assessment(),
                       folder / "la22_fig1.teaching.json")]  # fmt: skip

    monkeypatch.setattr(teaching_set, "list_lessons", list_lessons)
    combo = widget.ui.lessonComboBox
    assert combo.count == 1 + len(teaching_set.list_paper_cases())
    combo.setCurrentIndex(1)
    click(widget, "openLessonButton")
    assert open_tabs(widget) == ["Case", "Dose", "Teach"]
    assert widget.ui.teachProgressLabel.text == "Case 1 · 0 of 23 answered"
    ((name, folder),) = folders
    assert name == "paper"
    assert str(folder.parent) == slicer.app.slicerUserSettingsFilePath.rsplit("/", 1)[0]
    select(widget, ITEM)
    click(widget, "answerPresentButton")
    assert (folder / "la22_fig1.teaching.json").is_file()
