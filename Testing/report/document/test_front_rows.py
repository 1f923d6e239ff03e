"""The front page of many lesions: every size is told, and one limit of all of them once."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scene"))
from many import make_many

from RNAssessLib.panel.checklist.answers import read_answers
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.report.document.front_rows import lesion_rows, limits_text


@pytest.fixture(scope="module")
def many():
    return make_many(12)


def test_the_size_before_is_told_where_it_is_the_smallest_too(many):
    dates = [t.date.isoformat() for t in many.prepared.timepoints]
    for row in lesion_rows(many, ReaderSession()):
        assert "cm³" in row[2]
        assert dates[-2] in row[2]
    assert any(row[3] == "the study before" for row in lesion_rows(many, ReaderSession()))


def test_a_limit_of_all_lesions_on_all_dates_is_one_sentence(many):
    answers = [read_answers(one, ReaderSession()) for one in many.lesions]
    told = limits_text(many, answers)
    assert told.count("Image quality") == 1
    days = [t.date.isoformat() for t in many.prepared.timepoints]
    assert f"on {days[0]}, {days[1]} and {days[2]} is limited (" in told
    assert "L1" not in told
