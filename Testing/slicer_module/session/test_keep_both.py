"""Something else changed the file: the reader chooses between its records and both."""

from pathlib import Path

import pytest
from panel_driver import click_item

from RNAssessLib.panel.session.file import read_session, write_session
from Testing.slicer_module.checklist.test_answers import asked  # noqa: F401 - a fixture
from Testing.slicer_module.reading.test_reading_flow import press

KEPT = Path("case.session.json")


@pytest.fixture
def changed(opened, monkeypatch):
    """One answer here; then the file is replaced by one with a threshold and no answer."""
    import slicer
    from RNAssessWidgets.common import asking

    click_item(opened, "shape_change")
    press(opened, "a")
    held = read_session(KEPT)
    theirs = held.undo().set_threshold("bed.alpha_beta_tumour", 8.0)
    write_session(theirs, KEPT)
    opened.questions, opened.choice = [], None

    def choose(text, choices):
        opened.questions.append((text, tuple(choices)))
        return opened.choice

    monkeypatch.setattr(asking, "choose", choose)
    monkeypatch.setattr(slicer.util, "confirmYesNoDisplay", lambda *_a, **_k: pytest.fail("asked"))
    click_item(opened, "cross_boundary")
    return opened


def kinds(session):
    return [type(record).__name__ for record in session.records]


def test_nothing_is_written_over_it_until_the_reader_chose(changed):
    before = KEPT.read_bytes()
    press(changed, "a")
    assert KEPT.read_bytes() == before
    text, choices = changed.questions[0]
    assert "something else changed case.session.json" in text
    assert choices == ("Use what the file holds", "Keep both")
    assert [d.finding for d in changed.logic.session.decisions] == ["shape_change"]


def test_both_are_kept_and_saved(changed):
    changed.choice = 1
    press(changed, "a")  # asked, both kept
    both = read_session(KEPT)
    assert both.records == changed.logic.session.records
    assert both.changed_thresholds == {"bed.alpha_beta_tumour": 8.0}
    assert [d.finding for d in both.decisions] == ["shape_change"]
    press(changed, "a")  # and answering goes on
    assert len(changed.questions) == 1
    assert [d.finding for d in read_session(KEPT).decisions] == ["shape_change", "cross_boundary"]


def test_the_file_alone_is_gone_on_with(changed):
    changed.choice = 0
    press(changed, "a")
    assert changed.logic.session.decisions == ()
    assert changed.logic.session.changed_thresholds == {"bed.alpha_beta_tumour": 8.0}
    assert changed.panel.row().decision == ""


def test_choosing_is_asked_in_a_box_of_buttons(module, monkeypatch):
    from PySide6 import QtCore, QtWidgets
    from RNAssessWidgets.common import asking

    def click_on(words):
        def act():
            box = next(
                w for w in QtWidgets.QApplication.topLevelWidgets()
                if isinstance(w, QtWidgets.QMessageBox) and w.isVisible()
            )  # fmt: skip
            assert box.text() == "Which?"
            next(b for b in box.buttons() if b.text().replace("&", "") == words).click()

        QtCore.QTimer.singleShot(50, act)

    for words, chosen in (("second", 1), ("first", 0), ("Cancel", None)):
        click_on(words)
        assert asking.choose("Which?", ("first", "second")) == chosen
