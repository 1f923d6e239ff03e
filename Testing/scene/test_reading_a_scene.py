"""What both shells do in a scene: look, turn, move an image by hand, hang, mark, follow the reader."""

import numpy as np
import pytest
from assessments import make_assessment

from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.alignment.check import moved
from RNAssessLib.panel.hanging.third_row import build_third_rows
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.teaching.round import EvidenceMark
from RNAssessLib.scene import build_scene, looking, new_scene, read_session
from RNAssessLib.scene.follow import SceneFollower
from RNAssessLib.scene.hand import SceneHand
from RNAssessLib.scene.hanging import CaseHanging
from RNAssessLib.scene.mark_node import MarkNode
from RNAssessLib.scene.placing import read_place

POINT = (-20.0, -30.0, 45.0)  # LPS
T1C = SequenceRole.T1C


@pytest.fixture
def case():
    assessment, scene = make_assessment(2), new_scene()
    yield assessment, scene, build_scene(scene, assessment)
    scene.Clear(False)


@pytest.fixture
def node(case):
    return looking.slice_nodes(case[2])[0]


def test_every_view_of_the_layout_is_there_and_looks_at_one_point(case):
    nodes = case[2]
    views = looking.slice_nodes(nodes)
    assert len(views) == len(list(nodes.layout))
    for view in views:
        looking.look(view, POINT, Plane.CORONAL)
    assert {looking.plane_of(view) for view in views} == {Plane.CORONAL}
    assert looking.middle_lps(nodes) == pytest.approx(POINT)


def test_turning_keeps_the_middle_and_says_the_way_across(node):
    looking.look(node, POINT, Plane.AXIAL)
    assert looking.normal_lps(node) == pytest.approx((0.0, 0.0, 1.0))
    looking.turn(node, Plane.SAGITTAL)
    assert looking.center_of(node) == pytest.approx((20.0, 30.0, 45.0))  # RAS
    assert np.abs(looking.normal_lps(node)) == pytest.approx((1.0, 0.0, 0.0))


def test_the_shorter_side_shows_what_was_asked_for(node):
    node.SetDimensions(400, 200, 1)
    looking.set_field(node, 80.0)
    assert looking.field_of(node) == pytest.approx(80.0)
    assert node.GetFieldOfView()[0] == pytest.approx(160.0)


def test_an_image_in_hand_tells_of_its_moves_and_goes_back(case):
    assessment, _scene, nodes = case
    heard = []
    hand = SceneHand(lambda: heard.append(True))
    hand.take(nodes, ("t1", None))
    held = assessment.prepared.timepoint("t1").to_reference.transform
    assert np.allclose(hand.read().moving_to_fixed, held.moving_to_fixed)
    hand.put(moved(held, shift_mm=(4.0, 0.0, 0.0)))
    assert heard
    hand.lay_over(assessment.prepared, 0.3)
    assert hand.release(held) is True  # views were shared
    assert hand.node is None
    there = read_place(nodes.transforms["t1"]).moving_to_fixed
    assert np.allclose(there, held.moving_to_fixed)
    count = len(heard)
    nodes.transforms["t1"].Modified()
    assert len(heard) == count  # let go of


class Shelf(CaseHanging):
    """Remembers what was put where."""

    def __init__(self, assessment, nodes):
        super().__init__(assessment, nodes, lambda: "L1")
        self.shown = {}

    def put(self, cell, picture):
        self.shown[cell.view] = picture


def test_the_row_hangs_and_a_view_shows_the_study_before_and_its_own_again():
    assessment, scene = make_assessment(2), new_scene()
    rows = {row.key: row for row in build_third_rows(assessment.prepared)}
    nodes = build_scene(scene, assessment, extra_row=1)
    hanging = Shelf(assessment, nodes)
    hanging.plan.row = rows["difference"]
    hanging.hang()
    below = [cell for cell in nodes.layout if cell.role is None]
    assert [bool(hanging.shown[c.view].volume) for c in below] == [False, True]  # none before t0
    last = next(c for c in nodes.layout if c.role is T1C and c.timepoint == "t1")
    assert hanging.flip(last)
    assert hanging.shown[last.view].volume is nodes.volumes["t0", T1C]
    hanging.unflip()
    assert hanging.shown[last.view].volume is nodes.volumes["t1", T1C]
    scene.Clear(False)


def test_a_mark_is_one_point_where_it_was_put(case):
    mark = MarkNode(case[1])
    mark.show(None)
    assert mark.count == 0
    for _ in range(2):
        mark.show(EvidenceMark("t1", T1C, POINT))
    ras = [0.0, 0.0, 0.0]
    mark.node().GetNthControlPointPosition(0, ras)
    assert mark.count == 1 and ras == pytest.approx([20.0, 30.0, 45.0])
    mark.remove()
    assert mark.count == 0


def test_the_scene_holds_what_the_reader_recorded_and_nothing_of_a_case_that_was_let_go(case):
    assessment, scene, nodes = case
    reading = Reading(assessment)
    follower = SceneFollower(reading.changes)
    follower.take(nodes, reading.assessment)
    finding = reading.lesion.checklist[0].finding
    reading.select(finding)
    reading.accept()
    assert [d.finding for d in read_session(scene).decisions] == [finding]
    follower.take(None, None)
    reading.undo()
    assert [d.finding for d in read_session(scene).decisions] == [finding]
