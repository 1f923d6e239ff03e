"""Enhancement that belongs to no lesion is drawn for whoever corrects an outline, else not."""

from RNAssessLib.scene.outlines import DraftNode, redraw_lesions
from RNAssessLib.scene.segmentations import OUTSIDE


def shows(nodes, segment, timepoint="t1"):
    return nodes.segmentations[timepoint].GetDisplayNode().GetSegmentVisibility(segment)


def test_it_is_there_and_not_drawn(built):
    """On real heads it is vessels, dura and marrow: no outline for that beside the lesion's."""
    _, nodes = built
    segmentation = nodes.segmentations["t1"].GetSegmentation()
    assert segmentation.GetSegment(OUTSIDE).GetName() == "enhancement outside the lesions"
    assert not shows(nodes, OUTSIDE)
    assert shows(nodes, "L1_enhancing")


def test_it_shows_while_an_outline_is_drawn(built):
    _, nodes = built
    draft = DraftNode(nodes, "t1")
    assert shows(nodes, OUTSIDE)
    draft.remove()
    assert not shows(nodes, OUTSIDE)


def test_outlines_redrawn_leave_it_hidden(assessment, built):
    _, nodes = built
    prepared = assessment.prepared
    lesions = {lesion.id: lesion for lesion in prepared.lesions}
    redraw_lesions(nodes.segmentations["t1"], prepared.timepoint("t1"), lesions)
    assert not shows(nodes, OUTSIDE)
    assert shows(nodes, "L1_enhancing")
