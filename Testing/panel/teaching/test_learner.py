"""A learner's selection is the reading's; computed answers are hidden until they are revealed."""

import pytest

from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.reading.changes import RoundChanged, SelectionChanged
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.teaching.desk import TeachingDesk
from RNAssessLib.panel.teaching.file import Lesson, standing_of
from RNAssessLib.panel.teaching.learner import Learner

from ..made_assessment import make_assessment

ITEM = "cross_boundary"


@pytest.fixture
def lesson(tmp_path):
    assessment = make_assessment()
    return Lesson("case 1", "title", lambda _: assessment, tmp_path / "round.json")


@pytest.fixture
def learner(lesson):
    assessment = lesson.load(None)
    reading = Reading(assessment)
    made = Learner(reading, TeachingDesk(assessment, lesson))
    made.reading, made.heard = reading, []
    for kind in (RoundChanged, SelectionChanged):
        reading.changes.on(kind, made.heard.append)
    return made


def test_an_item_is_turned_to_without_its_evidence(learner):
    assert learner.reading.select(ITEM) is None  # no place to jump to
    assert learner.desk.finding_id == ITEM and learner.reading.hides()


def test_revealed_it_is_turned_to_again_with_its_evidence(learner):
    learner.reading.select(ITEM)
    learner.act(lambda desk: desk.answer(Status.PRESENT))
    learner.act(lambda desk: desk.reveal(), moves=True)
    assert not learner.reading.hides()
    assert isinstance(learner.heard[-2], RoundChanged)
    assert learner.heard[-1].jump == learner.reading.row.jumps[0]


def test_what_is_wrong_goes_with_the_item(learner):
    learner.reading.select(ITEM)
    learner.act(lambda desk: desk.reveal())
    assert learner.desk.problem == "answer the item before its computed answer is shown"
    learner.reading.step(1)
    assert learner.desk.problem == ""


def test_the_end_hides_nothing_and_lets_the_file_go(learner, lesson):
    learner.reading.select(ITEM)
    learner.act(lambda desk: desk.answer(Status.PRESENT))
    learner.end()
    assert not learner.reading.hides()
    assert standing_of(lesson) == {"standing": "1 answered", "title": ""}


def test_a_lesson_is_over_once_all_of_the_lesion_is_revealed(learner):
    assert not learner.is_over
    for row in learner.reading.lesion.checklist:
        learner.reading.select(row.finding)
        learner.act(lambda desk: desk.answer(Status.ABSENT))
    learner.reveal_all()
    assert learner.is_over
