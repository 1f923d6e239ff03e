"""A reader at work: every change goes one way, is told once, and can be cancelled."""

import numpy as np
import pytest

from RNAssessLib.case import CancelledError, InputError, Mask, MaskKind, Registration
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.alignment.check import moved
from RNAssessLib.panel.reading.changes import (
    AnswerChanged,
    AssessedAgain,
    Change,
    FiguresChanged,
    LevelsChanged,
    OutlinesChanged,
    PlacesChanged,
    PrescriptionChanged,
    RecordsChanged,
    RowChanged,
    SelectionChanged,
)
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.reading.selection import FOLLOW
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.realign import registration_of

from ...scene.assessments import make_assessment

E = MaskKind.ENHANCING


@pytest.fixture(scope="module")
def given():
    return make_assessment(visits=2)


class Later:
    """Holds back what takes time until it is told to go on, as a loop would."""

    def __init__(self):
        self.held = None
        self.began = []

    @property
    def is_busy(self):
        return self.held is not None

    def run(self, what, compute, then, said, *, figures=True):
        if self.is_busy:
            said(f"{what}: something is being computed, try again when it is done")
            return
        self.began.append(what)
        self.held = compute, then, said, what

    def finish(self, *, cancel_at=None):
        (compute, then, said, what), steps = self.held, []

        def progress(share, text):
            steps.append(share)
            if cancel_at is not None and len(steps) > cancel_at:
                raise CancelledError

        try:
            found = compute(progress)
        except CancelledError:
            self.held = None
            said(f"{what}: cancelled")
            return
        self.held = None
        then(found)


class Shelf:
    """A keeper that can refuse or fail."""

    def __init__(self, why="", wrong=""):
        self.why, self.wrong, self.saved = why, wrong, []

    def refusal(self):
        return self.why

    def save(self, session):
        self.saved.append(session)
        return self.wrong


def start(given, runner=None, keeper=None):
    reading = Reading(given, runner=runner, keeper=keeper)
    heard = []
    reading.changes.on(Change, heard.append)
    return reading, heard


def kinds(heard):
    return [type(change) for change in heard]


def state_of(reading):
    return (reading.assessment, reading.session, reading.panel, reading.lesion_id,
            reading.finding_id, reading.pending)  # fmt: skip


def first_item(reading):
    return next(row.finding for row in reading.lesion.checklist if row.computed is Status.PRESENT)


def painted(given):
    old = given.prepared.timepoint("t1").lesions["L1"].enhancing
    array = old.array.copy()
    k, j, i = (int(n) for n in np.argwhere(array).max(axis=0))
    array[k - 1 : k + 1, j : j + 2, i : i + 2] = True
    return {"L1": {E: Mask(array, old.grid)}}


def placed(given):
    held = registration_of(given.prepared, "t1", None)
    there = moved(held.transform, shift_mm=(3.0, -1.0, 2.0))
    return Registration(held.moving, held.fixed, there, held.quality, by_reader=True)


# --- selection ------------------------------------------------------------------------------------


def test_turning_to_an_item_tells_where_it_is_seen(given):
    reading, heard = start(given)
    jump = reading.select(first_item(reading))
    assert heard == [SelectionChanged(reading.lesion_id, reading.finding_id, jump, False, True)]
    reading.select(reading.finding_id)
    assert heard[1].other_item is False
    reading.select_lesion(reading.lesion_id)
    assert (heard[2].finding_id, heard[2].other_item) == ("", True)


def test_a_hidden_answer_is_not_jumped_to(given):
    reading, heard = start(given)
    reading.hides = lambda: reading.finding_id == item
    item = first_item(reading)
    assert reading.select(item) is None
    assert heard[0].jump is None


def test_a_row_called_by_key_hangs_until_another_item_is_chosen(given):
    reading, heard = start(given)
    key = reading.third_rows[0].key
    reading.toggle_row(key)
    assert reading.hung is reading.third_rows[0]
    reading.select(first_item(reading))
    assert reading.row_choice == FOLLOW
    reading.choose_row(key)
    reading.step(1)
    assert reading.row_choice == key
    reading.choose_row("no such row")
    assert [c.choice for c in heard if isinstance(c, RowChanged)] == [key, key]


def test_the_next_row_goes_round_the_end(given):
    reading, _ = start(given)
    seen = [reading.row_choice]
    for _ in reading.row_choices:
        reading.next_row()
        seen.append(reading.row_choice)
    assert seen == [*reading.row_choices, FOLLOW]


# --- answers --------------------------------------------------------------------------------------


def test_an_answer_is_saved_before_it_is_told(given):
    shelf = Shelf()
    reading, heard = start(given, keeper=shelf)
    reading.select(first_item(reading))
    reading.accept()
    assert kinds(heard) == [SelectionChanged, RecordsChanged, AnswerChanged]
    assert shelf.saved == [reading.session]
    assert heard[1].after.decision(reading.lesion_id, reading.finding_id).accepted
    reading.accept()  # said already
    assert len(shelf.saved) == 1
    assert kinds(heard)[3:] == [AnswerChanged]


def test_another_answer_waits_for_its_reason(given):
    reading, heard = start(given)
    reading.select(first_item(reading))
    reading.choose(Status.ABSENT)
    assert heard[-1] == AnswerChanged(Status.ABSENT, "")
    reading.decide("")
    assert heard[-1] == AnswerChanged(Status.ABSENT, "an override needs a reason")
    assert not reading.session.records
    reading.decide("a vein")
    assert heard[-1] == AnswerChanged(None, "")
    assert reading.session.decision(reading.lesion_id, reading.finding_id).reason == "a vein"
    reading.withdraw()
    assert reading.session.decision(reading.lesion_id, reading.finding_id) is None


@pytest.mark.parametrize("act", ["accept", "undo", "events", "measure", "threshold", "correct"])
def test_nothing_changes_while_another_process_keeps_the_case(given, act):
    shelf = Shelf()
    reading, heard = start(given, keeper=shelf)
    reading.select(first_item(reading))
    reading.accept()
    shelf.why, before, told = "another process keeps the case.", state_of(reading), len(heard)
    {
        "accept": reading.accept,
        "undo": reading.undo,
        "events": lambda: reading.edit_events(()),
        "measure": lambda: reading.measure(()),
        "threshold": lambda: reading.set_threshold("bed.alpha_beta_tumour", 8.0),
        "correct": lambda: reading.correct("t1", painted(given)),
    }[act]()
    assert state_of(reading) == before
    assert heard[told:] == [AnswerChanged(None, "not recorded: another process keeps the case.")]
    assert len(shelf.saved) == 1


def test_what_could_not_be_saved_is_said_and_stays_in_memory(given):
    reading, heard = start(given, keeper=Shelf(wrong="the disk is full"))
    reading.set_threshold("bed.alpha_beta_tumour", 8.0)
    assert reading.session.records
    assert heard[-1] == AnswerChanged(None, "the disk is full")


# --- what takes time ------------------------------------------------------------------------------


def test_a_correction_goes_by_the_runner_and_is_told_once_it_is_there(given):
    later, done = Later(), []
    reading, heard = start(given, later)
    before = state_of(reading)
    reading.correct("t1", painted(given), lambda: done.append("done"))
    assert (state_of(reading), heard, done) == (before, [], [])
    later.finish()
    assert kinds(heard) == [FiguresChanged, OutlinesChanged, RecordsChanged, AnswerChanged]
    assert done == ["done"]
    assert heard[0].before is before[0]
    assert heard[0].after is reading.assessment
    assert reading.assessment.lesions[0].serial[1].value("enhancing_cm3") > given.lesions[0].serial[
        1
    ].value("enhancing_cm3")
    reading.undo()
    later.finish()
    assert later.began == ["Applying the outline at t1", "Taking it back"]
    assert kinds(heard)[4:] == [FiguresChanged, OutlinesChanged, RecordsChanged, AnswerChanged]


@pytest.mark.parametrize("what", ["correct", "place", "prescribe", "thresholds"])
def test_nothing_has_changed_when_cancelled(given, what):
    later, said, done = Later(), [], []
    reading, heard = start(given, later)
    course = given.courses[0]
    before = state_of(reading)
    {
        "correct": lambda: reading.correct("t1", painted(given), done.append, said.append),
        "place": lambda: reading.place("t1", None, placed(given), done.append, said.append),
        "prescribe": lambda: reading.prescribe(
            course.course_id, course.targets[0].name, 18.0, None, done.append, said.append
        ),
        "thresholds": lambda: reading.assess_again(done.append, said.append),
    }[what]()
    later.finish(cancel_at=0)
    assert state_of(reading) == before
    assert (heard, done) == ([], [])
    assert len(said) == 1
    assert said[0].endswith(": cancelled")


def test_a_place_tells_of_places(given):
    reading, heard = start(given)
    reading.place("t1", None, placed(given))
    assert kinds(heard)[:2] == [FiguresChanged, PlacesChanged]
    assert registration_of(reading.assessment.prepared, "t1", None).by_reader
    reading.undo()
    assert reading.assessment.prepared.timepoint("t1") is given.prepared.timepoint("t1")


def test_nothing_is_recorded_while_something_is_computed(given):
    later = Later()
    reading, heard = start(given, later)
    reading.select(first_item(reading))
    reading.correct("t1", painted(given))
    reading.accept()
    assert heard[-1].problem.startswith("not recorded: something is being computed")
    assert not reading.session.records
    reading.place("t1", None, placed(given))
    assert "try again when it is done" in heard[-1].problem
    reading.accept()
    refused = reading.problem
    assert refused.startswith("not recorded: something is being computed")
    later.finish()
    assert len(reading.session.records) == 1
    assert reading.problem == refused == heard[-1].problem  # the result does not wipe it away
    reading.accept()
    assert reading.problem == ""
    assert len(reading.session.records) == 2


def test_a_case_taken_over_meanwhile_is_not_written_to(given):
    later, shelf, said, done = Later(), Shelf(), [], []
    reading, heard = start(given, later, shelf)
    before = state_of(reading)
    reading.correct("t1", painted(given), lambda: done.append("done"), said.append)
    shelf.why = "it was taken over."
    later.finish()
    assert state_of(reading) == before
    assert (heard, done, said) == ([], [], ["not recorded: it was taken over."])


def test_outlines_that_do_not_fit_are_refused_before_anything_is_begun(given):
    later = Later()
    reading, heard = start(given, later)
    with pytest.raises(InputError):
        reading.correct("t1", {"no such lesion": painted(given)["L1"]})
    assert (later.began, heard) == ([], [])


def test_a_prescription_changes_indices_and_no_record(given):
    reading, heard = start(given)
    course = given.courses[0]
    reading.prescribe(course.course_id, course.targets[0].name, 18.0)
    assert kinds(heard) == [PrescriptionChanged]
    assert reading.assessment.courses[0].targets[0].prescription_gy == 18.0
    assert not reading.session.records


def test_thresholds_are_used_once_assessed_again(given):
    reading, heard = start(given)
    reading.set_threshold("bed.alpha_beta_tumour", 8.0)
    assert reading.panel.pending_thresholds
    reading.assess_again()
    assert kinds(heard)[-1] is AssessedAgain
    assert reading.assessment.thresholds["bed.alpha_beta_tumour"] == 8.0
    assert not reading.panel.pending_thresholds


def test_what_the_file_holds_is_taken_up_and_not_saved_again(given):
    shelf = Shelf()
    reading, heard = start(given, keeper=shelf)
    item = first_item(reading)
    theirs = ReaderSession().for_case(given.prepared.case.id).accept("L1", item, Status.PRESENT)
    reading.go_on("Taking the case over", theirs)
    assert reading.session == theirs
    assert shelf.saved == []
    assert heard[0] == RecordsChanged(heard[0].before, theirs, by_reader=False)


def test_levels_are_told_and_what_was_done_is_returned(given):
    reading, heard = start(given)
    assert reading.change_levels(lambda: "beyond the dose") == "beyond the dose"
    assert heard == [LevelsChanged()]
