"""Going on with a file that another process kept or changed, without a shell."""

import pytest

from RNAssessLib.panel.reading.going_on import GoingOn
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.reading.write_back import write_events_back, write_outlines_back
from RNAssessLib.panel.session.file import read_session, write_session
from RNAssessLib.panel.session.keeping import Standing
from RNAssessLib.panel.session.store import Store

from ..made_assessment import make_assessment


@pytest.fixture
def path(tmp_path):
    return tmp_path / "case.session.json"


@pytest.fixture
def going_on(path):
    """A reader with one answer in the file, which then changes from outside to none."""
    assessment = make_assessment()
    store, session = Store.open(path, "a test", assessment.prepared.case.id)
    reading, said = Reading(assessment, session, keeper=store), []
    reading.select("cross_boundary")
    reading.accept()
    write_session(read_session(path).undo(), path)
    reading.select("shape_change")
    reading.accept()  # refused: the file is another one
    made = GoingOn(reading, store, said.append)
    made.reading, made.store, made.said = reading, store, said
    yield made
    store.close()


def findings(session):
    return [decision.finding for decision in session.decisions]


def test_nothing_was_written_over_it(going_on, path):
    assert going_on.has_both and going_on.store.standing is Standing.CHANGED
    assert findings(read_session(path)) == []
    assert findings(going_on.reading.session) == ["cross_boundary"]


def test_the_file_alone(going_on):
    going_on.take_over()
    assert findings(going_on.reading.session) == [] and not going_on.has_both


def test_both(going_on, path):
    going_on.keep_both()
    assert findings(read_session(path)) == ["cross_boundary"]
    assert findings(going_on.reading.session) == ["cross_boundary"]
    assert going_on.store.standing is Standing.OWN and going_on.said == []


def test_not_while_something_is_computed(going_on):
    going_on.reading.runner.is_busy = True
    going_on.take_over()
    del going_on.reading.runner.is_busy
    assert going_on.said == ["something is being computed: take the case over when it is done"]


def test_the_same_file_is_gone_on_with_in_its_store(going_on, path):
    again, _ = Store.open(path, "a test", going_on.reading.session.case_id, going_on.store)
    assert again is going_on.store


def test_writing_back_says_what_and_where_or_why_not(going_on, tmp_path):
    file = tmp_path / "case.toml"
    file.write_text('id = "another"\n')
    said, done = write_events_back(going_on.reading, file)
    assert said.startswith("not written: Read-only") and not done
    going_on.take_over()
    said, done = write_events_back(going_on.reading, file)
    assert "not of" in said and not done
    file.write_text(f'id = "{going_on.reading.session.case_id}"\n')
    assert write_events_back(going_on.reading, file) == (f"Events written to {file}", True)
    assert write_outlines_back(going_on.reading, file) == ("No outline was corrected.", True)
