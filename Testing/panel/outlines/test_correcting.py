"""An outline corrected with the brush, without a shell."""

import numpy as np
import pytest

from RNAssessLib.case import MaskKind
from RNAssessLib.panel.outlines.correcting import Correcting
from RNAssessLib.panel.reading.reading import Reading

from ...scene.assessments import make_assessment

E = MaskKind.ENHANCING
UP = (0.0, 0.0, 1.0)


@pytest.fixture(scope="module")
def given():
    return make_assessment(visits=2)


@pytest.fixture
def correcting(given):
    reading = Reading(given)
    made = Correcting(reading, lambda: "t1", lambda: None)
    made.reading = reading
    made.set("ball", True)
    return made


def beside(given, timepoint="t1", by=6.0):
    """A point (reference LPS mm) at the border of the lesion."""
    study = given.prepared.timepoint(timepoint)
    mask = study.lesions["L1"].enhancing
    inside = mask.grid.index_to_lps(np.argwhere(mask.array))
    point = inside[np.argmax(inside[:, 0])] + (by, 0.0, 0.0)
    return study.to_reference.transform.apply(point)


def stroke(correcting, *points):
    assert correcting.begin("t1")
    for point in points:
        correcting.go_to(point, UP)
    correcting.end()


def volume(reading):
    return reading.assessment.lesion("L1").serial[1].value("enhancing_cm3")


def test_nothing_changes_until_it_is_applied(correcting, given):
    before = volume(correcting.reading)
    stroke(correcting, beside(given))
    assert correcting.where == "L1 at t1" and volume(correcting.reading) == before
    drawn = correcting.draft.volumes_cm3()[E][1]
    done = []
    correcting.act("apply", lambda: done.append(True))
    assert done == [True] and correcting.draft is None
    assert volume(correcting.reading) == pytest.approx(drawn) and drawn > before
    assert correcting.said.startswith("taken over at t1: enhancing")


def test_a_quick_hand_leaves_no_gaps(correcting, given):
    start = beside(given)
    way = np.array((0.0, 20.0, 0.0))
    stroke(correcting, start, start + way)
    drawn = correcting.draft.changed()[E]
    to_native = given.prepared.timepoint("t1").to_reference.transform.inverse()
    for share in np.linspace(0, 1, 21):
        index = drawn.grid.lps_to_index(to_native.apply(start + share * way))
        assert drawn.array[tuple(np.rint(index).astype(int))]


def test_strokes_are_taken_back_and_discarded(correcting, given):
    stroke(correcting, beside(given))
    stroke(correcting, beside(given, by=9.0))
    assert correcting.undo() and correcting.draft.strokes == 1
    assert correcting.undo() and correcting.draft is None
    assert not correcting.undo()
    stroke(correcting, beside(given))
    correcting.act("discard")
    assert correcting.where == "" and correcting.reading.session.records == ()


def test_one_study_at_a_time(correcting, given):
    stroke(correcting, beside(given))
    assert not correcting.begin("t0")
    assert correcting.problem == "apply or discard the outline of L1 at t1 first"


def test_nothing_is_drawn_while_something_is_computed(correcting):
    correcting.reading.runner.is_busy = True
    try:
        assert not correcting.may_draw() and correcting.problem.startswith("not drawn")
        correcting.act("apply")
        assert correcting.problem == "not done: something is being computed"
    finally:
        del correcting.reading.runner.is_busy


def test_keys_of_the_brush(correcting):
    radius = correcting.tool.radius_mm
    for what in ("larger", "erase", "ball"):
        correcting.act(what)
    assert correcting.tool.radius_mm == radius + 0.5
    assert correcting.tool.erase and not correcting.tool.ball
    assert not correcting.set("radius", "many") and "is not a number" in correcting.problem
