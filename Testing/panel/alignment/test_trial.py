"""Another place tried by hand, without a shell: moved, measured, accepted, put back."""

import numpy as np
import pytest

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.panel.alignment.check import Overlay
from RNAssessLib.panel.alignment.trial import UNMOVED, Trial, key_of, list_places
from RNAssessLib.panel.reading.reading import Reading

from ...scene.assessments import make_assessment

MIDDLE = (-20.0, -30.0, 45.0)


@pytest.fixture(scope="module")
def given():
    return make_assessment(visits=2)


@pytest.fixture
def trial(given):
    reading, shown = Reading(given), []
    made = Trial(lambda: reading, lambda: MIDDLE, lambda: shown.append(made.said))
    made.reading, made.shown = reading, shown
    made.open(("t1", None))
    made.back()
    return made


def shift(trial):
    held = trial.held.transform.moving_to_fixed
    return trial.hand.read().moving_to_fixed[:3, 3] - held[:3, 3]


def test_every_registration_is_listed_with_what_it_is_placed_on(given):
    rows = [(p.timepoint, p.role, p.to) for p in list_places(given.prepared)]
    assert rows[0] == ("t0", "FLAIR", "T1c") and ("t1", "T1c", "t0 T1c") in rows
    assert all(key_of(p.timepoint, p.role) == p.key for p in list_places(given.prepared))


def test_the_reference_cannot_be_moved(trial):
    with pytest.raises(InputError, match="is the reference"):
        trial.open(("t0", None))
    assert trial.key == ("t1", None)  # what was open stays


def test_moved_left_by_mm_and_back(trial):
    assert trial.moved() == UNMOVED
    trial.move("shift", "left", 4.0)
    assert shift(trial) == pytest.approx((4.0, 0.0, 0.0))
    assert trial.moved() == "4.0 mm, 0.0°"
    trial.back()
    assert trial.moved() == UNMOVED


def test_turned_about_the_middle_of_the_views(trial):
    trial.move("turn", "superior", 10.0)
    assert trial.moved() == "0.0 mm, 10.0°"  # the middle stays where it is


def test_a_sequence_is_turned_in_the_space_of_its_own_t1c(trial):
    trial.open(("t1", SequenceRole.FLAIR))
    inverse = trial.prepared.timepoint("t1").to_reference.transform.inverse()
    assert trial.center() == pytest.approx(tuple(inverse.apply(MIDDLE)))


def test_the_picture_follows_the_hand(trial):
    before = trial.draw(Overlay(False, 1.0)).astype(int)
    trial.move("shift", "anterior", 20.0)
    assert np.abs(trial.draw(Overlay(False, 1.0)) - before).mean() > 5


def test_accepted_is_measured_first_kept_and_said(trial, given):
    trial.move("shift", "right", 3.0)
    trial.accept()
    (change,) = trial.reading.session.place_changes
    assert change.name == "t1 T1c"
    was, now = (a.prepared.timepoint("t1").to_reference for a in (given, trial.reading.assessment))
    moved = now.transform.moving_to_fixed[:3, 3] - was.transform.moving_to_fixed[:3, 3]
    assert moved == pytest.approx((-3.0, 0.0, 0.0)) and now.by_reader
    assert trial.said.startswith("t1 T1c placed anew") and trial.shown[-1] == trial.said


def test_what_was_measured_of_another_place_is_dropped(trial):
    class Later:
        is_busy = False

        def run(self, what, compute, then, said, *, figures=True):
            self.then, self.found = then, compute(lambda *_: None)

    later = trial.reading.runner = Later()
    trial.measure(settle=False)
    trial.move("shift", "left", 1.0)  # the reader went on meanwhile
    later.then(later.found)
    assert trial.found is None and shift(trial) == pytest.approx((1.0, 0.0, 0.0))
