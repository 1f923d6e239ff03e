"""What a real Slicer did and a bare scene did not show: each seen wrong there first."""

import dock
import pytest
import segment_editor
from panel_driver import click, click_item, slice_nodes
from PySide6 import QtCore, QtWidgets

from RNAssessLib.case import SequenceRole
from Testing.slicer_module.hanging.test_hanging import composite, label, volume_in

RED = (0.9, 0.16, 0.16)


def cells(widget):
    return list(widget.logic.nodes.layout)


def hung(widget):
    return {cell.view: composite(cell).GetBackgroundVolumeID() for cell in cells(widget)}


def corner(cell):
    import slicer

    view = slicer.app.layoutManager().sliceWidget(cell.view).sliceView()
    return view.cornerAnnotation()


@pytest.fixture
def editor(serial, monkeypatch):
    editor, editor.selected = segment_editor.install(monkeypatch, serial)
    return editor


# --- 1: the wrong study under a right name --------------------------------------------------------


def test_the_segment_editor_leaves_every_study_in_its_views(serial, editor):
    import slicer

    before = hung(serial)
    serial.ui.tabs.setCurrentWidget(serial.ui.caseTab)
    serial.ui.caseTabs.setCurrentWidget(serial.ui.outlinesPage)
    serial.ui.outlineStudyComboBox.setCurrentIndex(1)
    click(serial, "editOutlinesButton")
    assert hung(serial) == before
    slicer.util.selectModule("RNAssess")
    click(serial, "discardOutlinesButton")
    assert hung(serial) == before
    assert editor.autoShowSourceVolumeNode  # as it was found


def test_what_the_editor_put_into_the_views_goes_on_coming_back(serial, editor):
    """A reader who opens the Segment Editor from Slicer's own module list."""
    import slicer

    before = hung(serial)
    role = slicer.vtkMRMLSegmentationNode.GetReferenceImageGeometryReferenceRole()
    first = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLSegmentationNode")
    first.GetDisplayNode().RemoveAllViewNodeIDs()
    first.SetNodeReferenceID(role, serial.logic.nodes.volumes["t1", SequenceRole.T1].GetID())
    slicer.util.selectModule("SegmentEditor")
    assert hung(serial) != before
    slicer.util.selectModule("RNAssess")
    assert hung(serial) == before


def test_a_view_names_what_it_shows_and_says_in_red_when_it_is_another(serial):
    cell = cells(serial)[0]
    other = serial.logic.nodes.volumes["t1", SequenceRole.T1]
    assert label(cell) == "t0 T1c" and colour(cell) != pytest.approx(RED)
    composite(cell).SetBackgroundVolumeID(other.GetID())
    assert label(cell) == "t1 T1 ≠ t0 T1c"
    assert colour(cell) == pytest.approx(RED)
    assert "t1 T1, not t0 T1c" in corner(cell).GetText(7)
    assert corner(cell).GetTextProperty().GetColor() == pytest.approx(RED)
    composite(cell).SetBackgroundVolumeID(None)
    assert label(cell) == "nothing ≠ t0 T1c"
    serial.enter()
    assert label(cell) == "t0 T1c" and colour(cell) != pytest.approx(RED)


def test_an_image_laid_over_another_for_alignment_is_named_with_it(serial):
    first, second = cells(serial)[:2]
    below = composite(first).GetBackgroundVolumeID()
    own = composite(second).GetBackgroundVolumeID()
    composite(second).SetForegroundVolumeID(own)
    composite(second).SetForegroundOpacity(0.5)
    composite(second).SetBackgroundVolumeID(below)
    assert label(second) == "t1 T1c over t0 T1c" and colour(second) != pytest.approx(RED)
    composite(second).SetForegroundOpacity(0.0)
    assert label(second) == "t0 T1c ≠ t1 T1c" and colour(second) == pytest.approx(RED)


def colour(cell):
    import slicer

    node = slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
    return node.GetLayoutColor()


def test_a_volume_chosen_or_loaded_stays_out_of_other_studies_views(serial):
    """Linked views scroll together; which image they show is not passed on."""
    import slicer

    before = hung(serial)
    first, other = cells(serial)[0], serial.logic.nodes.volumes["t1", SequenceRole.T1]
    logic = slicer.app.layoutManager().sliceWidget(first.view).sliceLogic()
    node = composite(first)
    logic.StartSliceCompositeNodeInteraction(node.BackgroundVolumeFlag)
    node.SetBackgroundVolumeID(other.GetID())
    logic.EndSliceCompositeNodeInteraction()
    assert {v: i for v, i in hung(serial).items() if v != first.view} == {
        v: i for v, i in before.items() if v != first.view
    }
    serial.enter()
    slicer.app.applicationLogic().GetSelectionNode().SetActiveVolumeID(other.GetID())
    slicer.app.applicationLogic().PropagateVolumeSelection(0)
    assert hung(serial) == before


def test_views_are_slicers_own_again_when_the_scene_is_closed(serial):
    import slicer

    first = cells(serial)[0]
    assert not composite(first).GetDoPropagateVolumeSelection()
    slicer.mrmlScene.Clear(0)
    assert composite(first).GetDoPropagateVolumeSelection()
    flags = composite(first).GetInteractionFlagsModifier()
    assert flags & composite(first).BackgroundVolumeFlag
    assert corner(first).GetText(7) == ""


# --- 2: at home at the lesion ---------------------------------------------------------------------


def fields(widget):
    return [min(n.GetFieldOfView()[:2]) for n in slice_nodes(widget)]


def test_the_case_opens_at_the_lesion_also_when_the_layout_is_made_later(serial):
    dock.settle()
    home = serial.panel.lesion().home.point_reference_lps_mm
    shown = 3 * len(serial.logic.nodes.layout.columns)
    offsets = [n.GetSliceOffset() for n in slice_nodes(serial)][:shown]
    assert offsets == pytest.approx([home[2]] * shown)


def test_every_view_shows_lesion_and_dose_at_the_same_size(serial):
    from RNAssessLib.scene.views import near_field_mm

    dock.settle()
    lesion = serial.logic.assessment.prepared.lesions[0]
    shown = 3 * len(serial.logic.nodes.layout.columns)
    wanted = near_field_mm(lesion.radius_mm)
    assert fields(serial)[:shown] == pytest.approx([wanted] * shown, rel=1e-6)


# --- 3: the DVH -----------------------------------------------------------------------------------


def test_dvh_has_its_curves_when_it_is_looked_at(opened):
    opened.ui.tabs.setCurrentWidget(opened.ui.doseTab)
    opened.ui.doseTabs.setCurrentWidget(opened.ui.dvhPage)
    dock.settle()
    plot = opened.panel.dvh.plot.raw
    assert plot.series()[0].GetName() == "GTV1"
    image = plot.grab().toImage()
    assert image.pixelColor(3, 3).name() == "#ffffff"


def test_dvh_goes_into_the_layout_on_request_and_back(opened):
    import slicer

    from Testing.slicer_module.reading.test_reading_flow import layout_node

    click(opened, "dvhLayoutButton")
    assert 'class="vtkMRMLPlotViewNode"' in layout_node().GetCurrentLayoutDescription()
    view = slicer.mrmlScene.GetSingletonNode("RNAssessDVH", "vtkMRMLPlotViewNode")
    assert 'singletontag="RNAssessDVH"' in layout_node().GetCurrentLayoutDescription()
    assert view.GetPlotChartNodeID() == opened.logic.chart.GetID()
    assert opened.logic.chart.GetLegendVisibility()
    click(opened, "dvhLayoutButton")
    assert "vtkMRMLPlotViewNode" not in layout_node().GetCurrentLayoutDescription()


# --- 4: the dock ----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["threeAxesPage", "nomogramPage", "timelinePage"])
def test_a_long_caption_does_not_widen_the_panel(serial, page):
    held = dock.open_dock(serial)
    before = held.width()
    assert before <= dock.WIDTH
    serial.ui.tabs.setCurrentWidget(serial.ui.courseTab)
    serial.ui.courseTabs.setCurrentWidget(getattr(serial.ui, page))
    caption = getattr(serial.ui, page.replace("Page", "Caption"))
    caption.text = "exp(0.52 + 1.10 + 0 + 0.43) = 7.77; " * 12
    dock.settle()
    assert held.width() == before
    raw = caption.raw
    assert raw.height() >= raw.heightForWidth(raw.width()) - 1  # it wraps and is read whole


def test_no_tab_takes_more_than_its_dock(serial):
    held = dock.open_dock(serial)
    for tabs in ("tabs", "caseTabs", "doseTabs", "courseTabs"):
        raw = getattr(serial.ui, tabs).raw
        for index in range(raw.count()):
            raw.setCurrentIndex(index)
            dock.settle()
            assert held.width() <= dock.WIDTH, raw.tabText(index)
    inside = serial.parent.raw
    for child in inside.findChildren(QtWidgets.QWidget):
        if child.isVisible() and isinstance(child, (QtWidgets.QLabel, QtWidgets.QPushButton)):
            right = child.mapTo(inside, child.rect().topRight()).x()
            within_area = child
            while within_area is not None and not isinstance(
                within_area, QtWidgets.QAbstractScrollArea
            ):
                within_area = within_area.parentWidget()
            if within_area is None or within_area.isAncestorOf(inside):
                assert right <= inside.width(), child.objectName()


# --- 5: evidence ----------------------------------------------------------------------------------


def lit_points(widget):
    return [e for e in widget.logic.nodes.evidence if e.point.GetDisplayNode().GetVisibility()]


def views_of(item):
    display = item.point.GetDisplayNode()
    return {display.GetNthViewNodeID(n) for n in range(display.GetNumberOfViewNodeIDs())}


def study_views(widget, timepoint):
    import slicer

    return {
        slicer.mrmlScene.GetSingletonNode(c.view, "vtkMRMLSliceNode").GetID()
        for c in cells(widget)
        if c.timepoint == timepoint
    }


def test_evidence_is_a_small_mark_in_its_own_study_and_plane(opened):
    click_item(opened, "cross_boundary")
    lit = lit_points(opened)
    axial = [e for e in lit if e.evidence.plane.value == "axial"]
    coronal = [e for e in lit if e.evidence.plane.value == "coronal"]
    assert len(axial) == 1 and not coronal
    assert views_of(axial[0]) == study_views(opened, axial[0].evidence.timepoint)
    display = axial[0].point.GetDisplayNode()
    assert not display.GetPointLabelsVisibility() and display.GetGlyphScale() <= 2.0
    opened.panel.on_link(QtCore.QUrl("jump:1"))
    assert {e.evidence.plane.value for e in lit_points(opened)} == {"coronal"}


def test_its_words_show_under_the_mouse_only(opened):
    import slicer

    crosshair = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLCrosshairNode")
    opened.onCursorMoved(crosshair, None)
    click_item(opened, "cross_boundary")
    (item,) = lit_points(opened)
    cell = next(c for c in cells(opened) if c.timepoint == item.evidence.timepoint)
    node = slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
    x, y, z = item.evidence.point_reference_lps_mm
    display = item.point.GetDisplayNode()
    place(crosshair, node, (-x, -y, z))
    opened.onCursorMoved(crosshair, None)
    assert display.GetPointLabelsVisibility()
    place(crosshair, node, (-x + 30, -y, z))
    opened.onCursorMoved(crosshair, None)
    assert not display.GetPointLabelsVisibility()


def place(crosshair, node, ras):
    import vtk

    inverse = vtk.vtkMatrix4x4()
    vtk.vtkMatrix4x4.Invert(node.GetXYToRAS(), inverse)
    across, up, _z, _w = inverse.MultiplyPoint((*ras, 1.0))
    crosshair.SetCursorPositionXYZ((across, up, 0.0), node)


# --- 6: names -------------------------------------------------------------------------------------


def test_names_are_short_and_date_and_months_stand_in_the_corner(serial):
    row = serial.panel.view.case.timepoints[1]
    for cell in (c for c in cells(serial) if c.timepoint == "t1" and c.role):
        assert label(cell) == f"t1 {cell.role.value}"
        assert volume_in(cell).GetName() == f"t1 {cell.role.value}"
        assert corner(cell).GetText(7) == f"t1 {cell.role.value}\n{row.date}, {row.months} months"


# --- 7: a scene that is opened again --------------------------------------------------------------


@pytest.fixture
def reopened(serial, tmp_path, monkeypatch):
    """The scene of an open case saved, closed and opened again."""
    import slicer

    from RNAssessLib.findings.finding import Status
    from RNAssessLib.scene.archive import open_mrb, save_mrb

    lesion = serial.panel.lesion()
    serial.logic.decide(lesion.id, "cross_boundary", Status.ABSENT, "seen in the scene")
    serial.onPanelChanged(lesion.id, "cross_boundary")
    serial._parameterNode.casePath = str(tmp_path / "case.toml")
    save_mrb(slicer.mrmlScene, tmp_path / "reading.mrb")
    slicer.mrmlScene.Clear(0)
    dock.settle()
    assert serial.logic.assessment is None and not serial.ui.savedSceneButton.visible
    open_mrb(tmp_path / "reading.mrb", slicer.mrmlScene)
    dock.settle()
    return serial


def answer(widget):
    return widget.panel.view.lesions[0].row("cross_boundary")


def test_the_case_of_an_opened_scene_is_gone_on_with_from_its_file(reopened):
    import slicer

    assert reopened.ui.savedSceneButton.visible
    count = slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode")
    click(reopened, "savedSceneButton")
    assert answer(reopened).overridden
    assert not reopened.ui.savedSceneButton.visible
    # the nodes of before went, none is there twice
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLScalarVolumeNode") == count


@pytest.mark.parametrize("chosen", ["", "moved.toml"])
def test_a_path_that_is_gone_is_asked_for(reopened, tmp_path, monkeypatch, chosen):
    import pythonqt_shim
    import slicer

    (tmp_path / "case.toml").rename(tmp_path / "moved.toml")
    asked = []

    def ask(text, **_):
        asked.append(text)
        return bool(chosen)

    monkeypatch.setattr(slicer.util, "confirmYesNoDisplay", ask)
    pythonqt_shim.FileDialog.chosen = str(tmp_path / chosen) if chosen else ""
    click(reopened, "savedSceneButton")
    assert "no longer there" in asked[0] and "images in the scene" in asked[0]
    assert answer(reopened).overridden
    assert reopened.casePath() == (str(tmp_path / "moved.toml") if chosen else "")


# --- 8: nomogram ----------------------------------------------------------------------------------


def lacking_nomogram():
    from RNAssessLib.prognosis.inputs import NomogramInputs
    from RNAssessLib.prognosis.nomogram import compute_nomogram

    told = (("targeted_therapy", "none is recorded"),)
    return compute_nomogram(NomogramInputs(10.0, 79.2, 97.0, None, why_missing=told))


def test_nomogram_names_what_is_unknown_and_leads_to_where_it_is_entered(opened, monkeypatch):
    from dataclasses import replace

    ui, assessment = opened.ui, opened.logic.assessment
    lesions = tuple(replace(one, nomogram=lacking_nomogram()) for one in assessment.lesions)
    monkeypatch.setattr(opened.logic, "assessment", replace(assessment, lesions=lesions))
    opened.panel.pictures.reset()
    ui.tabs.setCurrentWidget(ui.courseTab)
    ui.courseTabs.setCurrentWidget(ui.nomogramPage)
    assert "targeted therapy not known (none is recorded)" in ui.nomogramCaption.text
    assert "Relative odds 0.0211 if without targeted therapy" in ui.nomogramCaption.text
    click(opened, "nomogramEntryButton")
    assert ui.courseTabs.currentWidget() == ui.eventPage
    assert "targeted" in ui.eventKindComboBox.currentText.lower()
    assert ui.eventTable.item(2, 0).text() == "Drug, optional"


# --- 9: progress ----------------------------------------------------------------------------------


def test_progress_names_what_is_done_and_how_long_it_took(widget, monkeypatch, caplog):
    import logging

    import slicer
    from RNAssessWidgets.common import work

    turns, texts = [], []
    real = slicer.util.createProgressDialog

    def create(**options):
        dialog = real(**options)
        monkeypatch.setattr(
            slicer.app, "processEvents", lambda: (turns.append(1), texts.append(dialog.labelText))
        )
        return dialog

    monkeypatch.setattr(slicer.util, "createProgressDialog", create)

    def job(progress):
        for step in ("finding the brain at t0", "placing the dose"):
            for percent in range(100):
                progress(percent / 100, step)

    with caplog.at_level(logging.INFO):
        assert work.run(job)
    assert texts[0] == "finding the brain at t0 …"
    assert texts[-1] == "✓ finding the brain at t0: 0 s\nplacing the dose …"
    assert len(turns) < 10  # not one for each of 200 calls: each draws every view
    assert "finding the brain at t0 0.0 s; placing the dose 0.0 s; together" in caplog.text
