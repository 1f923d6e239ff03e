"""Every subscriber hears of every change once and in order, whatever the others do."""

import gc

import pytest

from RNAssessLib.panel.reading.changes import (
    Change,
    Changes,
    LevelsChanged,
    RowChanged,
    log_failure,
)


class Page:
    def __init__(self, changes, kind=Change):
        self.heard = []
        changes.on(kind, self.hear)

    def hear(self, change):
        self.heard.append(change)


def rows(*keys):
    return [RowChanged(key) for key in keys]


def test_a_page_hears_of_its_kind_only_and_of_everything_when_it_asks_for_that():
    changes = Changes()
    some, every = Page(changes, RowChanged), Page(changes)
    changes.tell(RowChanged("dose"), LevelsChanged())
    assert some.heard == [RowChanged("dose")]
    assert every.heard == [RowChanged("dose"), LevelsChanged()]


def test_a_subscription_ends_with_its_owner():
    changes, kept = Changes(), []
    page = Page(changes)
    page.heard = kept
    changes.tell(LevelsChanged())
    del page
    gc.collect()
    changes.tell(LevelsChanged())
    assert kept == [LevelsChanged()]
    assert not changes._subscriptions


def test_a_function_ends_with_the_owner_it_is_given():
    changes, kept = Changes(), []
    owner = Page(Changes())
    changes.on(Change, kept.append, owner)
    changes.tell(LevelsChanged())
    del owner
    gc.collect()
    changes.tell(LevelsChanged())
    assert kept == [LevelsChanged()]


def test_an_ended_subscription_hears_nothing_also_when_it_ends_while_others_are_told():
    changes, kept = Changes(), []
    changes.on(Change, lambda _: later.end())
    later = changes.on(Change, kept.append)
    changes.tell(LevelsChanged())
    assert kept == []


def test_the_same_method_twice_is_told_once():
    changes = Changes()
    page = Page(changes)
    assert changes.on(Change, page.hear) is changes.on(Change, page.hear)
    changes.tell(LevelsChanged())
    assert page.heard == [LevelsChanged()]


def test_one_error_does_not_stop_the_others_and_is_not_lost():
    failures = []
    changes = Changes(lambda error, change: failures.append((error, change)))
    before = Page(changes)

    def fail(change):
        raise RuntimeError("page is gone")

    changes.on(RowChanged, fail)
    after = Page(changes)
    changes.tell(*rows("dose", "growth"))
    assert before.heard == after.heard == rows("dose", "growth")
    assert [(str(e), c) for e, c in failures] == [("page is gone", c) for c in rows("dose", "growth")]  # fmt: skip


def test_an_error_is_written_to_the_log(caplog):
    log_failure(RuntimeError("page is gone"), LevelsChanged())
    assert "LevelsChanged: a page failed" in caplog.text
    assert "page is gone" in caplog.text


def test_a_change_made_by_a_listener_is_told_after_the_one_it_hears_of_to_all():
    changes = Changes()

    def answer(change):
        if change.choice == "dose":
            changes.tell(RowChanged("growth"))

    first = Page(changes)
    changes.on(RowChanged, answer)
    last = Page(changes)
    changes.tell(*rows("dose", "difference"))
    assert first.heard == last.heard == rows("dose", "difference", "growth")


def test_none_is_lost_or_doubled_in_a_long_row():
    changes = Changes()
    pages = [Page(changes) for _ in range(5)]
    sent = rows(*(str(n) for n in range(500)))
    for change in sent:
        changes.tell(change)
    assert all(page.heard == sent for page in pages)


def test_who_subscribes_while_others_are_told_hears_of_the_next_one():
    changes, late = Changes(), []
    changes.on(Change, lambda _: late or late.append(Page(changes)))
    changes.tell(LevelsChanged())
    changes.tell(LevelsChanged())
    assert late[0].heard == [LevelsChanged()]


def test_changes_cannot_be_altered():
    with pytest.raises(AttributeError):
        RowChanged("dose").choice = "growth"
