"""A case from what SlicerRT loaded: dose and targets chosen, the plan's prescription taken."""

import types
from datetime import date

import numpy as np
import pytest
from panel_driver import click
from PySide6 import QtCore

from RNAssessLib.case import InputError


def add_volume(name, value, **attributes):
    import slicer

    from RNAssessLib.scene.convert import to_image_data

    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", name)
    node.SetAndObserveImageData(to_image_data(np.full((4, 5, 6), value, np.float32)))
    for key, text in attributes.items():
        node.SetAttribute(f"DicomRtImport.{key}", text)
    return node


def add_targets(name, segment):
    import slicer

    from RNAssessLib.case import Grid, Mask
    from RNAssessLib.scene.segmentations import add_mask, add_segmentation

    node = add_segmentation(slicer.mrmlScene, name)
    node.SetSourceRepresentationToBinaryLabelmap()
    voxels = np.zeros((4, 5, 6), bool)
    voxels[1:3, 1:4, 1:4] = True
    add_mask(
        node,
        segment,
        segment,
        Mask(voxels, Grid((4, 5, 6), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))),
        "#FFFFFF",
    )
    return node


@pytest.fixture
def loaded(widget):
    add_volume("t1 post 20250108", 1.0)
    doses = [add_volume(f"dose {n}", 10.0 * n, DoseVolume="1", DoseUnitName="GY") for n in (1, 2)]
    targets = [add_targets("first plan", "GTV1"), add_targets("second plan", "GTV2")]
    widget.ui.treatmentDateEdit.date = QtCore.QDate(2025, 1, 10)
    widget.ui.prescriptionLineEdit.text = "20"
    click(widget, "listSceneButton")
    return widget, doses, targets


def test_only_doses_are_offered_as_dose_and_images_are_not(loaded):
    source = loaded[0].panel.opening.source
    raw = source.dose.raw
    assert [raw.itemText(n) for n in range(raw.count())] == ["None", "dose 1", "dose 2"]
    assert [p.name for p in source.proposals] == ["t1 post 20250108"]


def test_of_several_doses_and_segmentations_the_chosen_ones_count(loaded):
    widget, doses, targets = loaded
    source = widget.panel.opening.source
    with pytest.raises(InputError, match=r"several dose volumes .* choose one"):
        source.read()
    source.dose.setCurrentNodeID(doses[1].GetID())
    assert {t.name for t in source.read().courses[0].targets} == {"GTV1", "GTV2"}
    source.structures.setCurrentNodeID(targets[1].GetID())
    (course,) = source.read().courses
    assert float(course.dose.dose_gy.max()) == 20.0
    assert [t.name for t in course.targets] == ["GTV2"]
    assert course.date == date(2025, 1, 10)


@pytest.mark.parametrize(("typed", "planned", "wanted"), [
    ("", 24.0, "24"), ("18", 24.0, "18"), ("", 1.0, "")])  # fmt: skip
def test_the_prescription_of_a_loaded_plan_is_taken_unless_one_was_typed(
    loaded, monkeypatch, typed, planned, wanted
):
    """1 Gy is what a plan node of SlicerRT holds before anything is set."""
    import slicer

    widget = loaded[0]
    plan = types.SimpleNamespace(GetRxDose=lambda: planned)
    held = slicer.mrmlScene
    scene = types.SimpleNamespace(GetFirstNodeByClass={"vtkMRMLRTPlanNode": plan}.get)
    monkeypatch.setattr(slicer, "mrmlScene", scene)
    widget.ui.prescriptionLineEdit.text = typed
    widget.panel.opening.source._take_plan()
    assert widget.ui.prescriptionLineEdit.text == wanted
    monkeypatch.setattr(slicer, "mrmlScene", held)
