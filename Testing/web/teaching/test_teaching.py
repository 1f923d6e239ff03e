"""A teaching round in a real browser: fill, mark, reveal, compare, score; a class that looks on."""

import csv
import http.client
import io
import json
import re
import urllib.error
import urllib.request

import numpy as np
import pytest
from assessments import SATELLITE
from browser import SMALL, Page, Served, wait_for

SECRETS = ("40 mm across the falx", "whole lesion grew", "no rCBV map", "favours RN")


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    kept = tmp_path_factory.mktemp("answers")
    server = Served("--visits", "3", "--roles", "--teach", "1", "--keep", str(kept))
    server.kept = kept / "1.teaching.json"
    yield server
    server.stop()


@pytest.fixture(scope="module")
def opened_lesson(school, tmp_path_factory):
    page = Page(school.url, tmp_path_factory.mktemp("learner"))
    try:
        page.wait_for_views()
        yield page
    finally:
        page.close()


@pytest.fixture
def lesson(opened_lesson):
    """A fresh round."""
    opened_lesson.js("trame.trigger('teach_again')")
    opened_lesson.settle()
    wait_for(lambda: opened_lesson.probe()["answers"] == 0, "a fresh round", 5)
    yield opened_lesson
    assert opened_lesson.errors() == []


def state(page):
    return page.js("return JSON.stringify(trame.state.state ?? trame.state.get())")


def answer(page, item, status):
    page.click(f"#item-{item}")
    wait_for(lambda: page.js("return trame.state.get('item').finding") == item, item, 5)
    page.click(f'[data-answer="{status}"]')
    wait_for(
        lambda: page.js("return trame.state.get('teach').item.given") == status, "the answer", 5
    )


def mark_center(page, view="Green"):
    from selenium.webdriver.common.action_chains import ActionChains

    before = page.probe()["answers"]
    cell = page.driver.find_element("css selector", f'.rn-cell[data-view="{view}"]')
    ActionChains(page.driver).move_to_element(cell).perform()
    page.press("k")
    wait_for(lambda: page.probe()["answers"] == before + 1, "the mark", 5)


def test_nothing_computed_is_on_the_page_before_the_reveal(lesson):
    for item in ("cross_boundary", "shape_change", "perfusion"):
        lesson.click(f"#item-{item}")
        wait_for(lambda i=item: lesson.js("return trame.state.get('item').finding") == i, item, 5)
        whole = lesson.js("return document.body.innerText") + state(lesson)
        assert not [secret for secret in SECRETS if secret in whole]
    assert "Title of case" not in whole
    assert lesson.js("return document.querySelectorAll('.rn-cell.lit').length") == 0


def test_views_stay_until_the_reveal_and_then_go_to_the_evidence(lesson):
    before = lesson.probe()["offsets"]
    answer(lesson, "cross_boundary", "present")
    assert lesson.probe()["offsets"] == before
    lesson.press("r")

    def there():
        return all(abs(o - SATELLITE[2]) < 0.05 for o in lesson.probe()["offsets"].values())

    wait_for(there, "the evidence", 10)
    wait_for(
        lambda: "40 mm across the falx" in lesson.text("#teach-comparison"),
        "the computed answer",
        10,
    )


def test_a_round_from_answer_to_score_sheet(lesson, school):
    answer(lesson, "cross_boundary", "present")
    lesson.driver.find_element("css selector", "#teach-note").send_keys("right of the falx\ue007")
    wait_for(lambda: "right of" in lesson.js("return trame.state.get('teach').item.note"), "it", 5)
    mark_center(lesson)
    assert lesson.probe()["mark"] == 1
    answer(lesson, "shape_change", "present")
    lesson.click("#item-cross_boundary")
    lesson.click("#teach-reveal")
    wait_for(lambda: "agrees" in lesson.text("#teach-comparison"), "the comparison", 5)
    assert "40 mm across the falx" in lesson.text("#teach-comparison")
    assert "LA22" in lesson.text("#teach-comparison")
    # the mark was made in the middle of the picture, on the treated lesion
    held = json.loads(school.kept.read_text(encoding="utf-8"))["rounds"][-1]
    mark = next(r["mark"] for r in reversed(held) if r["type"] == "answer" and r["mark"])
    wanted = np.linalg.norm(np.asarray(mark["location_lps_mm"]) - SATELLITE)
    said = float(re.search(r"lies ([\d.]+) mm", lesson.text("#teach-distance")).group(1))
    assert said == pytest.approx(wanted, abs=0.1)
    assert lesson.text("#item-shape_change .token").strip() == ""  # the other one stays hidden
    lesson.click("#teach-reveal-all")
    wait_for(lambda: "1 of 2 points (50 %)" in lesson.text("#teach-score"), "the score", 5)
    assert "differs" in lesson.text("#item-shape_change .token")
    assert "nothing to compare with" in lesson.text("#item-perfusion .token")
    assert lesson.text("#teach-title") == "Title of case 1"
    sheet = lesson.driver.execute_async_script(
        "const done = arguments[0]; trame.trigger('teach_sheet', ['csv']).then(done)"
    )
    rows = list(csv.reader(io.StringIO(sheet)))
    by_item = {r[2]: dict(zip(rows[0], r, strict=True)) for r in rows[1:-2]}
    assert by_item["cross_boundary"]["note"] == "right of the falx"
    assert by_item["cross_boundary"]["mark_distance_mm"] == f"{wanted:.1f}"
    assert rows[-1] == ["Research use only. Not a medical device."]


def test_a_sentence_in_the_note_stays_with_its_item_and_runs_no_shortcut(lesson):
    items = ("cross_boundary", "shape_change")
    for item in items:
        answer(lesson, item, "absent")
        note = lesson.driver.find_element("css selector", "#teach-note")
        note.send_keys(f"{item}: no ring, 7 of 9; revealed k j u y?\ue007")
        wait_for(
            lambda i=item: lesson.js("return trame.state.get('teach').item.note").startswith(i),
            "the note", 10,
        )  # fmt: skip
    shown = "return document.querySelector('#teach-note').value"
    for item in items:
        lesson.click(f"#item-{item}")
        wait_for(lambda i=item: lesson.js("return trame.state.get('item').finding") == i, item, 5)
        wait_for(lambda i=item: lesson.js(shown).startswith(f"{i}: no ring"), "its own note", 10)
        assert lesson.js("return trame.state.get('teach').item.given") == "absent"
        assert lesson.js("return trame.state.get('teach').item.comparison") is None


def test_undo_takes_answers_back_but_not_a_look(lesson):
    answer(lesson, "shape_change", "absent")
    answer(lesson, "shape_change", "indeterminate")
    lesson.click("#undo")
    wait_for(lambda: lesson.js("return trame.state.get('teach').item.given") == "absent", "it", 5)
    lesson.click("#redo")
    wait_for(lambda: "indet" in lesson.js("return trame.state.get('teach').item.given"), "it", 5)
    lesson.press("r")
    wait_for(lambda: lesson.text("#teach-comparison"), "the comparison", 5)
    assert not lesson.driver.find_element("css selector", "#undo").is_enabled()
    assert not lesson.driver.find_elements("css selector", '[data-answer="absent"]')
    assert "indeterminate" in lesson.text("#teach-given")


def test_keys_answer_and_an_item_without_answer_is_not_read_off(lesson):
    lesson.click("#item-perfusion")
    lesson.press("r")
    wait_for(lambda: "answer the item" in lesson.text("#teach-problem"), "the reason", 5)
    lesson.press("9")
    wait_for(
        lambda: lesson.js("return trame.state.get('teach').item.given") == "not_assessable", "9", 5
    )


def test_a_click_marks_after_the_button_and_shows_on_the_image(lesson):
    lesson.click("#item-shape_change")
    lesson.settle()
    before = lesson.picture("Red")
    lesson.click("#teach-mark")
    wait_for(lambda: lesson.js("return trame.state.get('marking')"), "the mode", 5)
    lesson.click('.rn-cell[data-view="Red"]')
    wait_for(lambda: lesson.probe()["mark"] == 1, "the mark", 5)
    lesson.settle()
    ring = np.abs(lesson.picture("Red") - (0xA6, 0xFF, 0x4D)).max(axis=2) < 60
    was = np.abs(before - (0xA6, 0xFF, 0x4D)).max(axis=2) < 60
    assert ring.sum() > was.sum() + 10
    assert lesson.text("#teach-show-mark").startswith("▸ your mark: t0 T1c")


@pytest.mark.parametrize("size", [SMALL, (3840, 2160)])
def test_everything_is_in_reach_at_both_sizes(lesson, size, tmp_path):
    lesson.resize(size)
    try:
        answer(lesson, "cross_boundary", "present")
        mark_center(lesson)
        lesson.press("r")
        lesson.settle()
        lesson.driver.save_screenshot(str(tmp_path / f"teach-{size[0]}.png"))
        for selector in (".rn-teach-foot", "#teach-reveal-all", "#sheet-json"):
            box = lesson.js(
                f"return document.querySelector('{selector}').getBoundingClientRect().toJSON()"
            )
            assert box["right"] <= size[0]
            assert box["bottom"] <= size[1]
    finally:
        lesson.resize(SMALL)


def test_no_serious_accessibility_fault(lesson):
    from Testing.web.reading.test_accessibility import faults

    answer(lesson, "cross_boundary", "present")
    assert faults(lesson) == []
    lesson.press("r")
    wait_for(lambda: lesson.text("#teach-comparison"), "the comparison", 5)
    lesson.settle()
    assert faults(lesson) == []


def test_answers_survive_the_server(tmp_path):
    for first in (True, False):
        server, page = Served("--teach", "1", "--keep", str(tmp_path)), None
        try:
            page = Page(server.url, tmp_path / f"profile-{first}")
            page.wait_for_views()
            if first:
                answer(page, "shape_change", "absent")
            page.click("#item-shape_change")
            wait_for(
                lambda p=page: p.js("return trame.state.get('teach').item?.given") == "absent",
                "the answer", 5,
            )  # fmt: skip
        finally:
            if page is not None:
                page.close()
            server.stop()


def test_a_set_is_a_list_and_one_case_after_another_opens(tmp_path):
    from Testing.web.reading.test_accessibility import faults

    server, page = Served("--teach", "2", "--keep", str(tmp_path)), None
    try:
        page = Page(server.url, tmp_path / "profile")
        wait_for(lambda: "Case 2" in page.text(".rn-lessons"), "the list", 20)
        assert "Title of case" not in page.text(".rn-lessons")
        assert faults(page) == []
        page.click('[data-lesson="0"]')
        page.wait_for_views()
        answer(page, "shape_change", "absent")
        page.click("#teach-reveal-all")
        wait_for(lambda: page.text("#teach-title"), "the title", 5)
        page.click("#close-lesson")
        wait_for(lambda: "1 answered" in page.text(".rn-lessons"), "the list again", 10)
        assert "Title of case 1" in page.text(".rn-lessons")
        assert "Title of case 2" not in page.text(".rn-lessons")
        page.click('[data-lesson="1"]')
        page.wait_for_views()
        page.settle()
        for view in page.js(
            "return [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent)"
            ".map(e => e.dataset.view)"
        ):
            assert (page.picture(view).max(axis=2) > 60).mean() > 0.3
        assert page.probe()["answers"] == 0
        answer(page, "shape_change", "present")
        assert page.errors() == []
    finally:
        if page is not None:
            page.close()
        server.stop()


# --- a class ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def class_room(tmp_path_factory):
    server = Served("--visits", "2", "--teach", "1", "--class")
    line = server.process.stdout.readline()
    server.view_url = re.search(r"http://\S+", line).group()
    yield server
    server.stop()


def status_of(url, **headers):
    request = urllib.request.Request(url, headers=headers)
    try:
        with urllib.request.urlopen(request) as found:
            return found.status
    except urllib.error.HTTPError as error:
        return error.code


def test_wrong_and_missing_tokens_are_refused(class_room):
    base = class_room.url.split("/?")[0]
    port = base.rsplit(":", 1)[1]
    assert status_of(f"{base}/index.html") == 403
    assert status_of(f"{base}/?token=wrong") == 403
    assert status_of(f"{base}/?token=") == 403
    assert status_of(f"{base}/__rnassess/rnassess.js") == 403
    assert status_of(f"{base}/index.html", Cookie=f"rnassess-token-{port}=wrong") == 403
    assert status_of(f"{base}/") == 403
    connection = http.client.HTTPConnection("127.0.0.1", int(port))
    connection.request("GET", "/ws", headers={
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    })  # fmt: skip
    assert connection.getresponse().status == 403
    connection.close()
    assert class_room.url != class_room.view_url
    assert len(class_room.url.split("token=")[1]) >= 32


def test_the_right_token_moves_into_a_cookie(class_room):
    port = class_room.port
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", class_room.view_url.split(str(port))[1])
    found = connection.getresponse()
    cookie = found.getheader("Set-Cookie")
    assert found.status == 200
    assert 'url=/index.html"' in found.read().decode()
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    connection.close()


def state_of(page: Page) -> dict:
    """What a reader can change: without how often, and whether now, pictures are being drawn."""
    return {k: v for k, v in page.probe().items() if k not in ("idle", "drawn", "renders")}


def test_a_class_sees_what_the_leader_does_and_changes_nothing(class_room, tmp_path):
    leader = Page(class_room.url, tmp_path / "leader")
    viewer = None
    try:
        leader.wait_for_views()
        viewer = Page(class_room.view_url, tmp_path / "viewer")
        viewer.wait_for_views()
        assert "token" not in viewer.js("return location.href")
        assert viewer.js("return document.documentElement.dataset.role") == "viewer"
        assert leader.js("return document.documentElement.dataset.role") == "leader"
        answer(leader, "cross_boundary", "present")
        wait_for(
            lambda: viewer.js("return trame.state.get('teach').item?.given") == "present",
            "the leader's answer", 5,
        )  # fmt: skip
        before = state_of(leader)
        for act in ("trame.trigger('teach_answer', ['absent'])", "trame.trigger('teach_reveal')",
                    "trame.trigger('key', ['coronal', ''])", "trame.state.set('tab', 'dose')",
                    "trame.trigger('teach_reveal_all')"):  # fmt: skip
            viewer.js(act)
        viewer.press("v")
        viewer.press("x")
        leader.settle()
        assert state_of(leader) == before
        assert leader.js("return trame.state.get('tab')") == "checklist"
        leader.press("r")
        wait_for(lambda: "agrees" in viewer.text("#teach-comparison"), "the comparison", 5)
        leader.settle()
        viewer.driver.save_screenshot(str(tmp_path / "viewer.png"))
        difference = np.abs(leader.picture("Red") - viewer.picture("Red")).mean()
        assert difference < 3.0
        assert "Looking on" in viewer.js(
            "return getComputedStyle(document.querySelector('.rn-bar'), '::after').content"
        )
    finally:
        leader.close()
        if viewer is not None:
            viewer.close()


def test_a_host_for_others_always_asks_for_a_token():
    from RNAssessLib.web.serving.access import needs_token
    from RNAssessLib.web.serving.app import RNAssessApp
    from RNAssessLib.web.serving.server import run

    assert needs_token("0.0.0.0")
    with pytest.raises(ValueError, match="a token is needed"):
        run(object.__new__(RNAssessApp), port=0, host="0.0.0.0", open_browser=False, token=False)
    with pytest.raises(ValueError, match="a token is needed"):
        run(
            object.__new__(RNAssessApp),
            port=0,
            host="127.0.0.1",
            open_browser=False,
            for_class=True,
            token=False,
        )
