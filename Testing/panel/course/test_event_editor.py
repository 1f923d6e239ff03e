"""The form of an event without a shell: refused beside its field, asked about, taken, undone."""

import pytest

from RNAssessLib.panel.course.event_editor import NEW, EventEditor
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.reading.running import KeepsNothing

from ..made_assessment import make_assessment

KPS = {"date": "2025-03-01", "value": "70"}


@pytest.fixture
def reading():
    return Reading(make_assessment())


@pytest.fixture
def editor(reading):
    return EventEditor(lambda: reading, says=True)


def kinds(reading):
    return [event.kind.value for event in reading.events]


def test_taken_and_closed(editor, reading):
    before = len(reading.events)
    editor.open("kps")
    editor.save(KPS)
    assert (editor.form, editor.problem, editor.odd) == (None, "", ())
    assert len(reading.events) == before + 1
    reading.undo()
    assert len(reading.events) == before


def test_what_cannot_be_stays_with_its_field(editor, reading):
    editor.open("kps")
    editor.save(KPS | {"value": "75"})
    assert editor.problem == "KPS: 75 is not a multiple of 10"
    assert editor.field == "value" and editor.entries["value"] == "75"
    assert reading.session.records == ()


def test_what_is_unusual_is_asked_about(editor, reading):
    editor.open("steroid")
    editor.save({"date": "2025-01-05", "drug": "dexamethasone", "dose_mg_per_day": "80"})
    assert editor.odd and reading.session.records == ()
    editor.answer(meant=False)
    assert editor.odd == () and editor.form is not None and reading.session.records == ()
    editor.save(editor.entries)
    editor.answer(meant=True)
    assert editor.form is None
    assert any(event.dose_mg_per_day == 80.0 for event in reading.events)


def test_another_kind_keeps_what_fits(editor):
    editor.new()
    editor.open("kps", editor.index, {"date": "2025-03-01", "drug": "none of its fields"})
    assert editor.index == NEW and editor.entries["date"] == "2025-03-01"


def test_changed_and_removed_by_place(editor, reading):
    editor.open("kps")
    editor.save(KPS)
    at = kinds(reading).index("kps")
    editor.edit(at)
    assert editor.entries == KPS
    editor.save(KPS | {"value": "60"})
    assert reading.events[at].value == 60.0
    editor.remove(at)
    assert "kps" not in kinds(reading)


class Refuses(KeepsNothing):
    def refusal(self):
        return "another process keeps the case."


@pytest.mark.parametrize("says", [True, False])
def test_a_refusal_is_said_by_the_form_or_by_the_reading(reading, says):
    editor, reading.keeper = EventEditor(lambda: reading, says=says), Refuses()
    editor.open("kps")
    editor.save(KPS)
    told = "not recorded: another process keeps the case."
    assert (editor.problem, reading.problem) == ((told, "") if says else ("", told))
