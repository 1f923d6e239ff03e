"""The scene's isodoses: two at first, and those of the user's last case when there was one."""

import pytest
import slicer
from assessments import make_assessment

from RNAssessLib.scene import build_scene
from RNAssessLib.scene.isodose_layer import IsodoseLayer


@pytest.fixture
def layer():
    assessment = make_assessment()
    scene = slicer.vtkMRMLScene()
    layer = IsodoseLayer(assessment, build_scene(scene, assessment))
    layer.scene = scene  # it lives as long
    return layer


def test_two_lines_at_first(layer):
    assert layer.keys() == ("100 %", "brain")
    drawn = [bool(n.model.GetDisplayNode().GetVisibility()) for n in layer.nodes]
    assert (sum(drawn), len(drawn)) == (2, 5)


def test_what_was_on_last_is_on_again(layer):
    layer.show_only(("50 %", "7.5 Gy"))
    assert layer.keys() == ("50 %", "7.5 Gy")
    drawn = {n.level.dose_gy for n in layer.nodes if n.model.GetDisplayNode().GetVisibility()}
    assert drawn == {10.0, 7.5}


def test_a_level_that_the_dose_does_not_reach_is_left_out(layer):
    layer.show_only(("100 %", "500 Gy"))
    assert layer.keys() == ("100 %",)


def test_lines_carry_their_pattern(layer):
    brain = next(n for n in layer.nodes if n.level.dose_gy == 12.0)
    assert brain.model.GetAttribute("RNAssess.dash") == "9 4"
