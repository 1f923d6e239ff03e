"""Alignment in the Slicer panel: lights, pictures, moving by hand, kept with the session."""

import numpy as np
import pytest
from panel_driver import click, tree_texts
from PySide6 import QtWidgets

from RNAssessLib.case import RigidTransform, SequenceRole
from RNAssessLib.panel.session.file import read_session
from RNAssessLib.scene.placing import read_place, write_place

R = SequenceRole
SHIFT = (4.0, 0.0, 0.0)


@pytest.fixture
def page(serial):
    serial.ui.tabs.setCurrentWidget(serial.ui.caseTab)
    serial.ui.caseTabs.setCurrentWidget(serial.ui.alignPage)
    return serial


def choose(widget, name):
    tree = widget.ui.alignTree.raw
    (item,) = [
        tree.topLevelItem(n) for n in range(tree.topLevelItemCount())
        if tree.topLevelItem(n).text(0) == name
    ]  # fmt: skip
    tree.setCurrentItem(item)
    return item


def push(widget, shift=SHIFT):
    """As the reader does with a handle or in the Transforms module."""
    node = widget.panel.align.placing.node
    there = read_place(node).moving_to_fixed.copy()
    there[:3, 3] += shift
    write_place(node, RigidTransform(there))
    widget.panel.align._drawn_later()  # the timer's work, at once


def offset(widget, measured):
    was, now = (
        a.prepared.timepoint("t1").to_reference.transform.moving_to_fixed[:3, 3]
        for a in (measured, widget.logic.assessment)
    )
    return now - was


def pixels(widget):
    image = widget.ui.alignPicture.raw.pixmap().toImage()
    image = image.convertToFormat(image.Format.Format_Grayscale8)
    flat = np.frombuffer(bytes(image.constBits()), np.uint8)
    return flat.reshape(image.height(), -1)[:, : image.width()].astype(int)


def test_every_registration_has_its_light_in_words(page):
    rows = tree_texts(page.ui.alignTree.raw)
    assert len(rows) == 2 + 3 * 4  # two follow-ups; FLAIR, ADC, DWI and T1 of three studies
    assert ["t1 T1c", "✓ good", "0.6 mm"] in rows
    assert not page.ui.alignAcceptButton.enabled and not page.ui.alignSettleButton.enabled


def test_checkerboard_blend_and_share(page):
    choose(page, "t1 T1c")
    board = pixels(page)
    assert board.shape[1] / board.shape[0] == pytest.approx(578 / 190, rel=0.02)
    assert board.max() > 200
    page.ui.alignCheckerCheckBox.checked = False
    page.ui.alignShareSlider.value = 0
    fixed = pixels(page)
    page.ui.alignShareSlider.value = 100
    moving = pixels(page)
    page.ui.alignShareSlider.value = 50
    assert np.abs(pixels(page) - (fixed + moving) / 2).max() <= 2
    push(page, (20.0, 0.0, 0.0))
    page.ui.alignShareSlider.value = 100
    assert np.abs(pixels(page) - moving).mean() > 5


def test_over_each_other_in_the_views_and_apart_again(page):
    import slicer

    nodes = page.logic.nodes
    views = nodes.layout.views_of("t1")

    def shown():
        get = slicer.mrmlScene.GetSingletonNode
        return [
            (c.GetBackgroundVolumeID(), c.GetForegroundVolumeID(), c.GetForegroundOpacity())
            for c in (get(view, "vtkMRMLSliceCompositeNode") for view in views)
        ]

    before = [row[0] for row in shown()]
    choose(page, "t1 T1c")
    page.ui.alignShareSlider.value = 30
    page.ui.alignViewsCheckBox.checked = True
    ids = [nodes.volumes[t, R.T1C].GetID() for t in ("t0", "t1")]
    assert set(shown()) == {(ids[0], ids[1], 0.3)}
    choose(page, "t2 T1c")
    assert [row[0] for row in shown()] == before
    assert all(row[1] is None for row in shown())


def test_moved_measured_and_put_back(page, measured):
    choose(page, "t1 T1c")
    push(page)
    assert page.ui.alignMovedLabel.text.endswith("moved 4.0 mm, 0.0°")
    click(page, "alignMeasureButton")
    assert "moved by the reader" in page.ui.alignSaidLabel.text
    assert "expected error" in page.ui.alignSaidLabel.text
    click(page, "alignBackButton")
    assert page.ui.alignMovedLabel.text.endswith("moved 0.0 mm, 0.0°")
    assert not page.ui.alignAcceptButton.enabled
    assert page.logic.assessment is measured


def test_accepted_place_is_kept_undone_and_taken_up_again(page, measured, tmp_path):
    choose(page, "t1 T1c")
    push(page)
    click(page, "alignAcceptButton")
    assert offset(page, measured) == pytest.approx(SHIFT)
    assert "t1 T1c placed anew" in page.ui.alignSaidLabel.text
    assert any("moved by the reader" in r[1] for r in tree_texts(page.ui.alignTree.raw))
    assert any("moved by the reader" in str(r) for r in tree_texts(page.ui.caseTree.raw))
    (change,) = read_session(tmp_path / "case.session.json").place_changes
    assert change.name == "t1 T1c"
    click(page, "undoButton")
    assert offset(page, measured) == pytest.approx((0.0, 0.0, 0.0))
    node = page.logic.nodes.transforms["t1"]
    assert np.allclose(
        read_place(node).moving_to_fixed,
        measured.prepared.timepoint("t1").to_reference.transform.moving_to_fixed,
    )
    click(page, "redoButton")
    page._parameterNode.session = ""
    assert page.openCase("case.toml")
    assert offset(page, measured) == pytest.approx(SHIFT)


def test_a_place_not_accepted_goes_back_when_another_is_chosen(page, measured):
    choose(page, "t1 T1c")
    node = page.panel.align.placing.node
    push(page)
    choose(page, "t2 T1c")
    held = measured.prepared.timepoint("t1").to_reference.transform
    assert np.allclose(read_place(node).moving_to_fixed, held.moving_to_fixed)
    assert page.logic.session.records == ()


def test_a_sequence_gets_a_transform_of_its_own(page, measured):
    choose(page, "t1 FLAIR")
    node = page.panel.align.placing.node
    assert node is page.logic.nodes.volumes["t1", R.FLAIR].GetParentTransformNode()
    assert node.GetParentTransformNode() is page.logic.nodes.transforms["t1"]
    push(page)
    click(page, "alignAcceptButton")
    assert offset(page, measured) == pytest.approx((0.0, 0.0, 0.0))
    assert page.logic.assessment.prepared.timepoint("t1").to_t1c[R.FLAIR].by_reader


def test_a_stretched_image_is_said_in_one_line(page):
    choose(page, "t1 T1c")
    node = page.panel.align.placing.node
    import vtk

    matrix = vtk.vtkMatrix4x4()
    matrix.SetElement(0, 0, 1.2)
    node.SetMatrixTransformToParent(matrix)
    page.panel.align._drawn_later()
    assert page.ui.alignSaidLabel.text.endswith(
        "stretches or mirrors the image: only shift and turn it"
    )
    assert not page.ui.alignMeasureButton.enabled and page.ui.alignBackButton.enabled
    click(page, "alignBackButton")
    assert page.ui.alignMeasureButton.enabled


def test_handles_stand_in_the_middle_of_the_views_and_do_not_scale(page):
    import slicer

    choose(page, "t1 T1c")
    page.ui.alignHandlesCheckBox.checked = True
    node = page.panel.align.placing.node
    display = node.GetDisplayNode()
    assert display.GetEditorVisibility() and display.GetEditorSliceIntersectionVisibility()
    assert not display.GetEditorScalingEnabled() and not display.GetEditorScalingSliceEnabled()
    view = slicer.mrmlScene.GetSingletonNode("Red", "vtkMRMLSliceNode").GetSliceToRAS()
    middle = [view.GetElement(row, 3) for row in range(3)]
    local = node.GetCenterOfTransformation()
    matrix = node.GetMatrixTransformToParent()
    assert matrix.MultiplyPoint((*local, 1.0))[:3] == pytest.approx(middle, abs=1e-6)
    assert page.ui.alignViewsCheckBox.checked
    choose(page, "t2 T1c")
    assert not display.GetEditorVisibility()


def test_transforms_module_opens_on_this_transform(page, monkeypatch):
    import slicer

    opened = []
    monkeypatch.setattr(slicer.app, "openNodeModule", opened.append, raising=False)
    choose(page, "t1 T1c")
    click(page, "alignTransformsButton")
    assert opened == [page.logic.nodes.transforms["t1"]]


def test_it_fits_400_pixels(page):
    choose(page, "t1 T1c")
    page.parent.raw.resize(400, 900)
    QtWidgets.QApplication.processEvents()
    page.panel.align.show()
    QtWidgets.QApplication.processEvents()
    assert page.parent.raw.width() == 400
    assert page.ui.alignPicture.raw.pixmap().width() <= page.ui.alignPage.width
