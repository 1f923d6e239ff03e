"""Outlines corrected with Slicer's Segment Editor: handed over, read back, every number follows."""

import numpy as np
import pytest
import segment_editor
from panel_driver import click, tree_texts

from RNAssessLib.case import MaskKind, MaskOrigin, SequenceRole
from RNAssessLib.case.numbers import in_cm3, signed
from RNAssessLib.panel.session.file import read_session
from RNAssessLib.scene.segmentations import OUTSIDE

E = MaskKind.ENHANCING
STUDY = 1


@pytest.fixture
def editor(serial, monkeypatch):
    editor, selected = segment_editor.install(monkeypatch, serial)
    serial.ui.tabs.setCurrentWidget(serial.ui.caseTab)
    serial.ui.outlineStudyComboBox.setCurrentIndex(STUDY)
    serial.ui.caseTabs.setCurrentWidget(serial.ui.outlinesPage)
    editor.selected = selected
    return editor


def study(widget):
    return widget.logic.assessment.prepared.timepoints[STUDY]


def paint(editor, part, array):
    """What the Segment Editor leaves in a segment: a labelmap over the whole T1c."""
    import slicer

    from RNAssessLib.scene.convert import to_oriented_image

    node = editor.parameters.GetSegmentationNode()
    binary = slicer.vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
    segment = node.GetSegmentation().GetSegment(part)
    segment.RemoveRepresentation(binary)
    segment.AddRepresentation(binary, to_oriented_image(array, editor.grid))


def start(widget, editor):
    click(widget, "editOutlinesButton")
    editor.grid = study(widget).timepoint.t1c.grid
    return editor.parameters.GetSegmentationNode()


def grown(widget):
    """Enhancing part with one voxel layer more towards one side."""
    array = study(widget).lesions["L1"].enhancing.array.copy()
    k, j, i = np.argwhere(array).max(axis=0)
    array[k - 1 : k + 1, j : j + 3, i : i + 3] = True
    return array


def volumes(widget):
    return [e.value("enhancing_cm3") for e in widget.logic.assessment.lesions[0].serial]


def rows(widget):
    return tree_texts(widget.ui.outlineTree.raw)


def test_parts_of_the_study_are_listed(serial, editor):
    held = study(serial).lesions["L1"]
    assert [r[0] for r in rows(serial)] == [
        "GTV1 enhancing",
        "GTV1 necrotic core",
        "GTV1 FLAIR hyperintensity",
    ]
    assert [r[1] for r in rows(serial)] == [in_cm3(m.volume_cm3) for m in (
        held.enhancing, held.necrotic_core, held.oedema)]  # fmt: skip
    assert not serial.ui.applyOutlinesButton.enabled


def test_the_editor_gets_outlines_t1c_and_the_lesion(serial, editor):
    node = start(serial, editor)
    assert editor.selected == ["SegmentEditor"]
    t1c = serial.logic.nodes.volumes["t1", SequenceRole.T1C]
    assert editor.parameters.GetSourceVolumeNode() is t1c
    assert node.GetParentTransformNode() is serial.logic.nodes.transforms["t1"]
    assert editor.parameters.GetSelectedSegmentID() == "L1_enhancing"
    assert editor.parameters.GetOverwriteMode() == editor.parameters.OverwriteNone
    segmentation = node.GetSegmentation()
    names = [segmentation.GetNthSegment(n).GetName() for n in range(3)]
    assert names == ["GTV1 enhancing", "GTV1 necrotic core", "GTV1 FLAIR hyperintensity"]
    # one outline is seen, not two
    given = serial.logic.nodes.segmentations["t1"]
    assert not given.GetDisplayNode().GetSegmentVisibility("L1_enhancing")
    if given.GetSegmentation().GetSegment(OUTSIDE):  # some of it may belong to a lesion
        assert given.GetDisplayNode().GetSegmentVisibility(OUTSIDE)


def test_handed_over_and_read_back_is_the_same_to_the_voxel(serial, editor):
    start(serial, editor)
    drawn = serial.panel.outlines.editing._drawn()
    held = study(serial).lesions["L1"].masks
    for kind, mask in held.items():
        assert np.array_equal(drawn[f"L1_{kind.value}"], mask.array), kind
    click(serial, "applyOutlinesButton")
    assert serial.ui.outlineSaidLabel.text == "Nothing was changed."
    assert serial.logic.session.records == ()


def test_every_number_follows_and_undo_takes_it_back(serial, editor, tmp_path):
    import slicer

    before = volumes(serial)
    start(serial, editor)
    array = grown(serial)
    paint(editor, "L1_enhancing", array)
    slicer.util.selectModule("RNAssess")
    wanted = array.sum() * editor.grid.voxel_volume_cm3
    assert rows(serial)[0][1:] == [
        in_cm3(before[1]), in_cm3(wanted), signed(wanted - before[1], "cm3")
    ]  # fmt: skip
    assert rows(serial)[1][2:] == [rows(serial)[1][1], "="]
    click(serial, "applyOutlinesButton")
    assert volumes(serial) == [before[0], pytest.approx(wanted), before[2]]
    assert study(serial).lesions["L1"].origin is MaskOrigin.EDITED
    assert in_cm3(wanted) in serial.ui.serialTable.item(1, 1).text()
    assert "GTV1 enhancing" in serial.ui.outlineSaidLabel.text
    kept = read_session(tmp_path / "case.session.json")
    assert np.array_equal(kept.mask_changes[0].unpacked()[E].array, array)
    given = serial.logic.nodes.segmentations["t1"]
    shown = slicer.util.arrayFromSegmentBinaryLabelmap(
        given, "L1_enhancing", editor.parameters.GetSourceVolumeNode()
    )
    assert np.array_equal(shown > 0, array)
    assert given.GetDisplayNode().GetSegmentVisibility("L1_enhancing")
    click(serial, "undoOutlinesButton")
    assert volumes(serial) == before
    assert study(serial).lesions["L1"].origin is MaskOrigin.AUTOMATIC
    click(serial, "redoOutlinesButton")
    assert volumes(serial)[1] == pytest.approx(wanted)


def test_taken_up_again_when_the_case_is_opened(serial, editor):
    start(serial, editor)
    paint(editor, "L1_enhancing", grown(serial))
    click(serial, "applyOutlinesButton")
    now = volumes(serial)
    serial.enter()
    serial._parameterNode.session = ""
    assert serial.openCase("case.toml")
    assert volumes(serial) == now


def test_a_removed_segment_is_said_and_nothing_is_lost(serial, editor, errors):
    node = start(serial, editor)
    array = grown(serial)
    paint(editor, "L1_enhancing", array)
    node.GetSegmentation().RemoveSegment("L1_oedema")
    click(serial, "applyOutlinesButton")
    assert errors == [
        "GTV1 FLAIR hyperintensity: its segment is missing at t1: undo that, or discard"
    ]
    assert serial.logic.session.records == ()
    assert np.array_equal(serial.panel.outlines.editing._drawn()["L1_enhancing"], array)
    assert serial.ui.applyOutlinesButton.enabled


@pytest.mark.parametrize("sure", [False, True])
def test_an_empty_segment_is_asked_about(serial, editor, monkeypatch, sure):
    import slicer

    asked = []
    monkeypatch.setattr(
        slicer.util, "confirmYesNoDisplay", lambda text, **_: (asked.append(text), sure)[1]
    )
    start(serial, editor)
    paint(editor, "L1_necrotic_core", np.zeros(editor.grid.shape, bool))
    click(serial, "applyOutlinesButton")
    assert asked == ["GTV1 necrotic core: the segment is empty. Is nothing of it left at t1?"]
    assert len(serial.logic.session.records) == int(sure)
    assert study(serial).lesions["L1"].necrotic_core.is_empty is sure
    assert serial.panel.outlines.editing.is_open is not sure


def test_discard_and_another_case_leave_no_copy(serial, editor):
    import slicer

    def copies():
        nodes = slicer.util.getNodesByClass("vtkMRMLSegmentationNode")
        return [n for n in nodes if n.GetAttribute("RNAssess.editing")]

    start(serial, editor)
    assert len(copies()) == 1 and not serial.ui.outlineStudyComboBox.enabled
    click(serial, "discardOutlinesButton")
    assert copies() == [] and serial.ui.outlineStudyComboBox.enabled
    start(serial, editor)
    assert serial.openCase("case.toml")
    assert copies() == []


def test_a_segmentation_that_is_gone_is_said(serial, editor, errors):
    import slicer

    node = start(serial, editor)
    slicer.mrmlScene.RemoveNode(node)
    serial.panel.outlines.apply()
    assert errors == ["t1: the segmentation is no longer there"]
