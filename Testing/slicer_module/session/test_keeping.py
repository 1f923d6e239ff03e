"""Slicer and another process on one case: one sentence, read-only, take-over on request."""

from pathlib import Path

import pytest
from panel_driver import click_item

from RNAssessLib.panel.session.file import read_session
from RNAssessLib.panel.session.keeping import Keeping
from Testing.slicer_module.checklist.test_answers import asked  # noqa: F401 - a fixture
from Testing.slicer_module.reading.test_reading_flow import press

KEPT = Path("case.session.json")


def findings():
    return [d.finding for d in read_session(KEPT).decisions]


@pytest.fixture
def other(monkeypatch, tmp_path, assessment):
    """Another process that has the case open; as far as the lock goes, any other key is one."""
    monkeypatch.chdir(tmp_path)
    keeping = Keeping(tmp_path / KEPT, "the browser panel")
    keeping.session = keeping.open(assessment.prepared.case.id)
    yield keeping
    keeping.close()


def test_the_second_is_asked_and_reads_only(other, asked, opened):  # noqa: F811
    assert len(asked) == 1
    assert "Read-only: this case has been open in the browser panel" in asked[0]
    click_item(opened, "shape_change")
    press(opened, "a")
    assert opened.logic.session.records == ()
    assert not KEPT.exists()
    assert len(asked) == 2
    asked.answer = True
    press(opened, "a")  # asked again, taken over
    press(opened, "a")
    assert findings() == ["shape_change"]
    assert other.refusal().startswith("Read-only: 3D Slicer")


def test_the_first_notices_a_take_over_and_follows_it(opened, asked, assessment):  # noqa: F811
    assert asked == []
    click_item(opened, "shape_change")
    press(opened, "a")
    assert findings() == ["shape_change"]
    second = Keeping(KEPT, "the browser panel")
    session = second.open(assessment.prepared.case.id)
    session = second.take_over(session.case_id)
    second.write(session.undo())
    press(opened, "y")
    click_item(opened, "cross_boundary")
    press(opened, "a")
    assert "took this case over" in asked[-1]
    assert findings() == []
    second.close()


def test_the_lock_goes_with_the_case(opened, asked):  # noqa: F811
    import slicer

    assert Path("case.session.lock").exists()
    assert opened.openCase("case.toml")  # the same case again, in the same process
    assert asked == []
    slicer.mrmlScene.Clear(0)
    assert not Path("case.session.lock").exists()
