"""A class: sheets apart from each other, closed by the teacher's reveal, kept through anything."""

import csv
import io
import json

import pytest

from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.teaching.class_view import (
    build_class,
    build_sheet,
    sheets_as_csv,
    sheets_as_json,
)
from RNAssessLib.panel.teaching.classroom import AWAY_S, Classroom
from RNAssessLib.panel.teaching.file import Lesson, read_round
from RNAssessLib.panel.teaching.round import TeachingRound

PRESENT, ABSENT = Status.PRESENT, Status.ABSENT


@pytest.fixture
def lesson(assessment, tmp_path):
    return Lesson("Case 1", "title", lambda _: assessment, tmp_path / "1.teaching.json")


@pytest.fixture
def teacher(assessment):
    return TeachingRound(case_id=assessment.prepared.case.id)


@pytest.fixture
def room(assessment, lesson, teacher):
    made = Classroom(3)
    made.open(lesson, assessment, teacher)
    return made


@pytest.fixture
def items(assessment):
    return [f.spec.id for f in assessment.lesions[0].findings]


def row(room, number, item):
    lesion = build_sheet(room, number).lesions[0]
    return next(r for r in lesion.rows if r.finding == item)


def test_sheets_are_apart(room, items):
    assert room.answer(1, "L1", items[0], PRESENT, "mine") == ""
    assert room.answer(2, "L1", items[0], ABSENT) == ""
    assert [row(room, n, items[0]).given for n in (1, 2, 3)] == ["present", "absent", ""]
    assert [row(room, n, items[0]).note for n in (1, 2, 3)] == ["mine", "", ""]


def test_the_latest_counts_and_the_same_again_is_nothing(room, items):
    room.answer(1, "L1", items[0], PRESENT)
    room.answer(1, "L1", items[0], ABSENT)
    stamp = room.learner(1).stamp
    room.answer(1, "L1", items[0], ABSENT)
    assert room.learner(1).stamp == stamp
    assert len(room.learner(1).teaching.records) == 2  # both stay on record
    assert row(room, 1, items[0]).given == "absent"


def test_nothing_computed_is_on_a_sheet_before_the_teacher_shows_it(room, items, assessment):
    text = json.dumps([str(build_sheet(room, 1)), sheets_as_json(room), sheets_as_csv(room)])
    for finding in assessment.lesions[0].findings:
        assert finding.sentence not in text


def test_the_teacher_s_reveal_closes_an_item_on_every_sheet(room, teacher, items):
    room.answer(1, "L1", items[0], PRESENT)
    shown = teacher.answer("L1", items[0], PRESENT).reveal("L1", items[0])
    room.follow(shown)
    assert "cannot be answered any more" in room.answer(1, "L1", items[0], ABSENT)
    assert "cannot be answered any more" in room.answer(2, "L1", items[0], PRESENT)
    assert row(room, 1, items[0]).given == "present"
    assert row(room, 2, items[0]).agreement.endswith("not answered")
    assert row(room, 1, items[0]).sentence
    assert not row(room, 1, items[1]).revealed
    assert room.answer(2, "L1", items[1], PRESENT) == ""  # others stay open


def test_points_are_those_of_the_computed_answers(room, teacher, items, assessment):
    findings = assessment.lesions[0].findings
    for number, answers in ((1, [f.status for f in findings]), (2, [PRESENT] * len(findings))):
        for finding, status in zip(findings, answers, strict=True):
            assert room.answer(number, "L1", finding.spec.id, status) == ""
    room.follow(teacher.reveal("L1"))
    comparable = [f for f in findings if f.status is not Status.NOT_ASSESSABLE]
    assert room.sheet(room.learner(1)).percent == 100
    assert room.sheet(room.learner(2)).point == sum(f.status is PRESENT for f in comparable)
    assert room.sheet(room.learner(3)).point == 0
    standing = build_class(room)
    assert [r.answered for r in standing.learners] == [len(findings), len(findings), 0]
    assert sum(count for _, count in standing.items[0].counts) == 2


def test_a_new_round_is_one_for_all_and_the_old_one_is_kept(room, teacher, items):
    room.answer(1, "L1", items[0], PRESENT)
    shown = teacher.reveal("L1")
    room.follow(shown)
    room.follow(shown.again())
    assert row(room, 1, items[0]).given == ""
    assert not row(room, 1, items[0]).revealed
    assert len(room.learner(1).teaching.earlier) == 1


def test_sheets_come_back_after_the_server(room, lesson, assessment, teacher, items):
    room.answer(2, "L1", items[0], PRESENT, "kept")
    again = Classroom(3)
    again.open(lesson, assessment, teacher)
    assert (row(again, 2, items[0]).given, row(again, 2, items[0]).note) == ("present", "kept")
    assert row(again, 1, items[0]).given == ""
    again.close()
    assert build_sheet(again, 2).notice.startswith("the teacher has not opened")
    assert "not opened" in again.answer(2, "L1", items[0], ABSENT)


def test_another_case_s_sheet_is_not_overwritten(room, lesson, assessment, teacher, items):
    path = room.learner(1).keep_in
    room.answer(1, "L1", items[0], PRESENT)
    path.write_text(TeachingRound(case_id="other").answer("L1", "x", PRESENT).to_json())
    fresh = Classroom(1)
    fresh.open(lesson, assessment, teacher)
    assert fresh.answer(1, "L1", items[0], ABSENT) == ""
    assert "not kept" in build_sheet(fresh, 1).notice
    assert read_round(path).case_id == "other"


def test_what_cannot_be_saved_is_said(room, items, monkeypatch):
    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("RNAssessLib.panel.teaching.classroom.write_round", fail)
    room.answer(1, "L1", items[0], PRESENT)
    assert "disk full" in build_sheet(room, 1).notice
    assert "disk full" in build_class(room).learners[0].problem


def test_who_is_here(assessment, lesson, teacher):
    now = [100.0]
    room = Classroom(2, clock=lambda: now[0])
    room.see(1)
    assert [r.here for r in build_class(room).learners] == [True, False]
    now[0] += AWAY_S + 1
    assert [r.here for r in build_class(room).learners] == [False, False]


def test_all_sheets_as_csv_and_json(room, teacher, items, assessment):
    room.answer(1, "L1", items[0], PRESENT, "=1+1")
    room.answer(2, "L1", items[1], ABSENT)
    room.follow(teacher.answer("L1", items[0], PRESENT).reveal("L1", items[0]))
    rows = list(csv.DictReader(io.StringIO(sheets_as_csv(room))))
    table = [r for r in rows if r["learner"] in "123"]
    lesions = len(assessment.lesions)
    assert len(table) == 3 * lesions * len(items)
    first = next(r for r in table if (r["learner"], r["item"]) == ("1", items[0]))
    assert (first["answer"], first["note"], first["revealed"]) == ("present", "'=1+1", "True")
    assert first["points"] in "01"
    hidden = next(r for r in table if (r["learner"], r["item"]) == ("2", items[1]))
    assert (hidden["answer"], hidden["computed"], hidden["points"]) == ("absent", "", "")
    assert rows[-1]["learner"] == "Research use only. Not a medical device."
    document = json.loads(sheets_as_json(room))
    assert document["schema"] == "rnassess/teaching-class/1"
    assert [len(one["items"]) for one in document["learners"]] == [lesions * len(items)] * 3
    assert document["learners"][0]["items"][0]["note"] == "=1+1"


@pytest.mark.parametrize("what", [("L9", "x"), ("L1", "no_such_item")])
def test_an_item_that_is_not_there(room, what):
    assert "no such item" in room.answer(1, *what, PRESENT)


def test_a_note_has_an_end(room, items):
    assert "at most" in room.answer(1, "L1", items[0], PRESENT, "x" * 2001)
    assert row(room, 1, items[0]).given == ""
