"""Pictures made from several studies follow corrected outlines; nothing stale stays in the scene."""

import numpy as np
import pytest
from assessments import make_assessment
from scipy import ndimage

from RNAssessLib.amend import with_masks
from RNAssessLib.case import Mask, MaskKind, SequenceRole
from RNAssessLib.panel.hanging_plan import HangingPlan
from RNAssessLib.panel.third_row import Made
from RNAssessLib.scene import build_scene, new_scene
from RNAssessLib.scene.made_pictures import MadePictures


@pytest.fixture
def made():
    assessment, scene = make_assessment(3), new_scene()
    nodes = build_scene(scene, assessment)
    plan = HangingPlan(assessment.prepared, nodes.layout.cells)
    yield assessment, scene, MadePictures(assessment, nodes, plan), plan
    scene.Clear(False)


def overlay_models(scene):
    nodes = [scene.GetNthNodeByClass(n, "vtkMRMLModelNode")
             for n in range(scene.GetNumberOfNodesByClass("vtkMRMLModelNode"))]  # fmt: skip
    return [node for node in nodes if node.GetAttribute("RNAssess.overlay")]


def test_both_studies_share_their_lines(made):
    assessment, scene, pictures, plan = made
    lesion = assessment.lesions[0].lesion
    earlier, later = (pictures.picture(Made.OVERLAY, t, lesion) for t in ("t1", "t2"))
    assert plan.pair == ("t1", "t2")
    assert earlier.lines is later.lines
    assert set(later.lines) == set(overlay_models(scene))
    assert (earlier.volume.GetAttribute("RNAssess.timepoint"), earlier.title) == (
        later.volume.GetAttribute("RNAssess.timepoint").replace("t2", "t1"), later.title,
    )  # fmt: skip
    assert pictures.picture(Made.OVERLAY, "t0", lesion).absent == "not one of the two studies"
    plan.pair = ("t0", "t2")
    assert pictures.picture(Made.OVERLAY, "t0", lesion).title == "outlines t0 → t2"


def test_a_corrected_outline_is_drawn_anew_and_the_old_one_is_gone(made):
    assessment, scene, pictures, _ = made
    lesion, last = assessment.lesions[0].lesion, assessment.prepared.timepoints[-1]
    before = {c: pictures.picture(c, "t2", lesion) for c in (Made.OVERLAY, Made.GROWTH)}
    mask = last.lesions["L1"].enhancing
    wider = Mask(ndimage.binary_dilation(mask.array, iterations=2), mask.grid)
    corrected = with_masks(assessment, "t2", "L1", {MaskKind.ENHANCING: wider})
    pictures.renew(corrected)
    after = {c: pictures.picture(c, "t2", lesion) for c in before}
    grown = {c: float(p.legend.split("grown ")[1].split()[0]) for c, p in after.items()}
    added = wider.volume_cm3 - mask.volume_cm3
    start = before[Made.OVERLAY].legend.split("grown ")[1].split()[0]
    was = 0.0 if start == "none" else float(start)
    assert grown[Made.OVERLAY] == pytest.approx(was + added, rel=0.1)
    assert grown[Made.GROWTH] > 0.5 * added
    assert set(overlay_models(scene)) == set(after[Made.OVERLAY].lines)
    assert scene.GetNodeByID(before[Made.GROWTH].drawn.GetID()) is not before[Made.GROWTH].drawn
    shown = pictures.picture(SequenceRole.T1C, "t2", None)
    assert np.isfinite(shown.volume.GetImageData().GetScalarRange()).all()
