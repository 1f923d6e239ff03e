"""What the reader meant is what is recorded: whole sentences typed by hand, in a real Chromium."""

import json
from functools import partial

import pytest
from browser import Served, wait_for
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

# Every letter that is a shortcut, the keys of answers and tabs, the hints' key, quotes and brackets.
SENTENCE = 'falx artefact in slice 12; "not" a gap (7 of 9), pay attention, check u/y [x]'
KEYS_OF = {"present": "6", "absent": "7", "indeterminate": "8", "not_assessable": "9"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    keep = tmp_path_factory.mktemp("kept") / "session.json"
    server = Served("--visits", "2", "--keep", str(keep))
    server.keep = keep
    yield server
    server.stop()


@pytest.fixture
def records(served):
    """Records on disk, those alone that a test has added."""

    def read():
        if not served.keep.exists():
            return []
        return json.loads(served.keep.read_text(encoding="utf-8"))["records"]

    before = len(read())
    return lambda: read()[before:]


def type_at_once(page, text):
    """All keys in one go, faster than any answer of the server."""
    ActionChains(page.driver).send_keys(text).perform()


def items(page):
    return page.js("return [...document.querySelectorAll('.rn-item')].map(e => e.dataset.finding)")


def other_answer(page):
    """An answer that differs from the computed one of the selected item."""
    computed = page.js("return trame.state.get('item').computed")
    return next(status for status in KEYS_OF if status != computed)


def is_recorded(records, count):
    return len(records()) == count


def choose(page, finding):
    page.click(f"#item-{finding}")
    wait_for(lambda: page.js("return trame.state.get('item').finding") == finding, finding, 10)


def reason_has_focus(page):
    return page.js("return document.activeElement.id") == "reason"


def test_a_sentence_typed_after_the_key_is_the_reason_on_every_item(page, records):
    wanted = []
    for finding in items(page):
        choose(page, finding)
        status = other_answer(page)
        type_at_once(page, KEYS_OF[status] + SENTENCE + Keys.ENTER)
        wanted.append((finding, status, SENTENCE))
        wait_for(partial(is_recorded, records, len(wanted)), f"one record for {finding}", 10)
    made = [(r["finding"], r["status"], r["reason"]) for r in records()]
    assert made == wanted
    assert page.js("return trame.state.get('help_on')") is False
    assert page.js("return trame.state.get('tab')") == "checklist"


def test_the_field_takes_the_focus_and_escape_takes_the_answer_back(page, records):
    choose(page, "shape_change")
    page.press(KEYS_OF[other_answer(page)])
    wait_for(lambda: reason_has_focus(page), "the focus in the field", 10)
    type_at_once(page, "half a rea" + Keys.ESCAPE)
    wait_for(lambda: not page.text("#take-back"), "no field any more", 10)
    page.press("n")
    wait_for(lambda: page.js("return trame.state.get('item').finding") != "shape_change", "next")
    assert records() == []


def test_letters_go_to_the_reason_also_when_the_focus_is_elsewhere(page, records):
    choose(page, "shape_change")
    status = other_answer(page)
    page.press(KEYS_OF[status])
    wait_for(lambda: reason_has_focus(page), "the focus in the field", 10)
    type_at_once(page, "a ")
    page.js("document.activeElement.blur()")
    type_at_once(page, "gap anteriorly" + Keys.ENTER)
    wait_for(records, "a record", 10)
    assert [(r["status"], r["reason"]) for r in records()] == [(status, "a gap anteriorly")]


@pytest.mark.parametrize("way", ["save", "discard", "stay"])
def test_leaving_with_a_reason_half_typed_asks(page, records, way):
    choose(page, "shape_change")
    status = other_answer(page)
    type_at_once(page, KEYS_OF[status] + f"a vein, {way}")
    wait_for(lambda: reason_has_focus(page), "the focus in the field", 10)
    page.click("#item-perfusion")
    wait_for(lambda: "is not saved" in page.text("#leaving"), "the question", 10)
    assert page.js("return trame.state.get('item').finding") == "shape_change"
    page.click(f"#leave-{way}")
    gone = "shape_change" if way == "stay" else "perfusion"
    wait_for(lambda: page.js("return trame.state.get('item').finding") == gone, gone, 10)
    wait_for(lambda: not page.text("#leaving"), "the question gone", 10)
    made = [(r["finding"], r["status"], r["reason"]) for r in records()]
    assert made == ([("shape_change", status, "a vein, save")] if way == "save" else [])
    if way == "stay":
        assert page.js("return document.querySelector('#reason').value") == "a vein, stay"
        type_at_once(page, Keys.ESCAPE)
        wait_for(lambda: not page.text("#take-back"), "no field any more", 10)


def browser_asks_before_leaving(page, *, trame_hears=False):
    """Whether a closed window, a reload or Back would be asked about first.

    A driver answers the browser's own question by itself, so what the page tells the browser is
    read. trame closes its line when it hears of the event.
    """
    return page.js(
        "const client = trame.client; if (!arguments[0]) trame.client = null;"
        "const event = new Event('beforeunload', { cancelable: true });"
        "window.dispatchEvent(event); trame.client = client; return event.defaultPrevented",
        trame_hears,
    )


def test_back_or_a_closed_window_with_a_reason_half_typed_is_asked_about(page, records):
    choose(page, "shape_change")
    assert not browser_asks_before_leaving(page)
    page.press(KEYS_OF[other_answer(page)])
    wait_for(lambda: reason_has_focus(page), "the focus in the field", 10)
    assert not browser_asks_before_leaving(page)  # an answer without a word of reason
    type_at_once(page, "half a rea")
    wait_for(lambda: browser_asks_before_leaving(page), "the question", 10)
    page.js("window.rnSame = true")
    assert browser_asks_before_leaving(page, trame_hears=True)
    type_at_once(page, "son")  # who stays goes on in the same page, on the same line
    wait_for(lambda: page.js("return trame.state.get('reason')") == "half a reason", "the word", 10)
    assert page.js("return window.rnSame && trame.client.isConnected()")
    type_at_once(page, Keys.ESCAPE)
    wait_for(lambda: not page.text("#take-back"), "no field any more", 10)
    assert not browser_asks_before_leaving(page)
    assert records() == []


def test_what_was_recorded_is_said_with_undo(page, records):
    choose(page, "shape_change")
    status = other_answer(page)
    type_at_once(page, KEYS_OF[status] + "a vessel" + Keys.ENTER)
    wait_for(lambda: "a vessel" in page.text("#said"), "what was recorded", 10)
    assert status.replace("_", " ") in page.text("#said")
    page.click("#said button")
    wait_for(lambda: records() == [], "the record gone", 10)
    wait_for(lambda: not page.text("#said"), "nothing said any more", 10)


def test_the_same_answer_given_again_adds_nothing(page, records):
    choose(page, "shape_change")
    page.press("a")
    wait_for(lambda: len(records()) == 1, "one record", 10)
    page.press("a")
    page.press("a")
    page.settle()
    assert len(records()) == 1
    page.press("u")
    wait_for(lambda: records() == [], "nothing left", 10)


def test_keys_do_nothing_under_an_open_dialog_or_in_a_chooser(page, records):
    choose(page, "shape_change")
    page.press("h")
    wait_for(lambda: page.text(".rn-help"), "the help", 10)
    type_at_once(page, "a" + "7" + "n" + "i")
    page.settle()
    assert page.js("return trame.state.get('item').finding") == "shape_change"
    page.press(Keys.ESCAPE)
    wait_for(lambda: not page.text(".rn-help"), "no help", 10)
    page.js("document.querySelector('#third-row').focus()")
    type_at_once(page, "a")
    page.settle()
    page.js("document.activeElement.blur()")
    assert records() == []
