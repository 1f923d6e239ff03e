"""Pictures made from several studies follow corrected outlines; nothing stale stays in the scene."""

from dataclasses import replace

import numpy as np
import pytest
from assessments import make_assessment
from scipy import ndimage

from RNAssessLib.amend import with_masks
from RNAssessLib.case import Mask, MaskKind, SequenceRole
from RNAssessLib.panel.hanging.plan import HangingPlan
from RNAssessLib.panel.hanging.third_row import Made
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


def test_response_map_names_colours_and_how_solid_the_lesion_is():
    assessment = make_assessment(3)
    last = assessment.prepared.timepoints[2]
    images = {**last.images, SequenceRole.T1C_DELAYED: last.images[SequenceRole.T1C]}
    levels = {**last.white_matter_level, SequenceRole.T1C_DELAYED: 400.0}
    late = replace(last, images=images, white_matter_level=levels)
    prepared = replace(assessment.prepared,
                       timepoints=(*assessment.prepared.timepoints[:2], late))  # fmt: skip
    assessment, scene = replace(assessment, prepared=prepared), new_scene()
    nodes = build_scene(scene, assessment)
    pictures = MadePictures(assessment, nodes, HangingPlan(prepared, nodes.layout.cells))
    shown = pictures.picture(Made.RESPONSE, "t2", None)
    assert "blue: washed out" in shown.legend
    assert "more solid" in shown.legend
    masks = late.lesions["L1"]
    solid, core = masks.enhancing.volume_cm3, masks.necrotic_core.volume_cm3
    assert (
        shown.details == f"enhancing share of the lesion: GTV1 {100 * solid / (solid + core):.0f} %"
    )
    table = shown.volume.GetDisplayNode().GetColorNode()
    count = table.GetNumberOfColors()
    low, middle, high = ([0.0] * 4 for _ in range(3))
    table.GetColor(0, low)
    table.GetColor(count // 2, middle)
    table.GetColor(count - 1, high)
    assert low[2] > 2 * low[0] and high[0] > 2 * high[2]  # blue below, red above
    assert sum(middle[:3]) < 0.2
    absent = pictures.picture(Made.RESPONSE, "t1", None)
    assert absent.volume is None and "no T1C_DELAYED" in absent.absent
    pictures.renew(assessment)
    assert scene.GetNodeByID(shown.volume.GetID()) is None
    scene.Clear(False)


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
