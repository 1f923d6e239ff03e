"""Correcting an outline in a real browser: painted, applied, every number follows, undone."""

import numpy as np
import pytest
from browser import LARGE, SMALL, Served, wait_for
from selenium.webdriver.common.action_chains import ActionChains

RADIUS_MM, AWAY_MM = 10.0, 24.0


@pytest.fixture(scope="module")
def served():
    """Voxels of a millimetre: what is painted has the brush's volume."""
    server = Served("--visits", "3", "--fine")
    yield server
    server.stop()


def views_of(page, timepoint):
    return page.js(
        "return [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent"
        " && e.querySelector('.rn-tl').innerText.startsWith(arguments[0]))"
        ".map(e => e.dataset.view)", timepoint
    )  # fmt: skip


def enhancing_cm3(page, timepoint):
    """What the page's table of sizes says."""
    return float(page.js(
        "const row = [...document.querySelectorAll('#correct-sizes tbody tr')]"
        ".find(r => r.cells[0].innerText === arguments[0]);"
        "return row.cells[1].innerText.match(/[0-9.]+/)[0]", timepoint
    ))  # fmt: skip


def drawn_cm3(page):
    """Volumes of the enhancing part in the draft: before and now."""
    cells = page.js(
        "return [...document.querySelectorAll('#correct-volumes tbody tr')]"
        ".map(r => [...r.cells].map(c => c.innerText))"
    )
    row = next(c for c in cells if "nhancing" in c[0])
    return float(row[1]), float(row[2])


def set_field(page, selector, text):
    field = page.driver.find_element("css selector", selector)
    field.send_keys("\ue009" + "a" + "\ue009")
    field.send_keys("\ue017" + text + "\ue004")


def still(page, view):
    """A view's picture with the mouse away from the views."""
    panel = page.driver.find_element("css selector", "#tab-correct")
    ActionChains(page.driver).move_to_element(panel).perform()
    page.settle()
    return page.picture(view)


def drag(page, view, *places_mm, field_mm=80.0):
    """Left button down at the first place (mm right and down of the middle), up at the last."""
    element = page.driver.find_element("css selector", f'.rn-cell[data-view="{view}"]')
    per_mm = min(element.size["width"], element.size["height"]) / field_mm
    chain = ActionChains(page.driver)
    for number, (right, down) in enumerate(places_mm):
        chain.move_to_element_with_offset(element, int(right * per_mm), int(down * per_mm))
        if number == 0:
            chain.click_and_hold()
    chain.release().perform()


@pytest.fixture
def desk(page):
    page.press("5")
    shown = "return Boolean(document.querySelector('#correct-sizes').offsetParent)"
    wait_for(lambda: page.js(shown), "the table of sizes", 10)
    page.click("#part-enhancing")
    set_field(page, "#brush-radius", f"{RADIUS_MM:g}")
    page.js("document.activeElement.blur()")
    wait_for(lambda: page.js("return trame.state.get('correct').radius") == "10", "the brush", 5)
    yield page
    page.js("document.activeElement.blur()")
    if page.js("return trame.state.get('correct').drawing"):
        page.press("\ue003")
    page.press("2")


def test_a_ball_is_painted_applied_and_undone(desk):
    page, (view, *_) = desk, views_of(desk, "t1")
    start, other = enhancing_cm3(page, "t1"), enhancing_cm3(page, "t2")
    before = still(page, view)
    if not page.js("return trame.state.get('correct').ball"):
        page.press("g")
    drag(page, view, (AWAY_MM, 0.0))
    wait_for(lambda: page.js("return trame.state.get('correct').strokes") == 1, "a stroke", 10)
    was, now = drawn_cm3(page)
    assert was == pytest.approx(start, abs=0.006)
    assert now - was == pytest.approx(4 / 3 * np.pi * (RADIUS_MM / 10) ** 3, rel=0.01)
    assert (np.abs(still(page, view) - before).max(axis=2) > 25).mean() > 0.02
    assert enhancing_cm3(page, "t1") == start  # nothing follows until it is applied
    page.press("\ue007")
    wait_for(lambda: enhancing_cm3(page, "t1") == pytest.approx(now, abs=0.006), "the new size", 20)
    assert enhancing_cm3(page, "t2") == other
    assert (np.abs(still(page, view) - before).max(axis=2) > 25).mean() > 0.002
    page.press("u")
    wait_for(lambda: enhancing_cm3(page, "t1") == start, "the size before", 20)
    assert (np.abs(still(page, view) - before).max(axis=2) > 25).mean() < 0.001
    page.press("y")
    wait_for(lambda: enhancing_cm3(page, "t1") == pytest.approx(now, abs=0.006), "redone", 20)
    page.press("u")
    wait_for(lambda: enhancing_cm3(page, "t1") == start, "the size before", 20)


def test_strokes_are_taken_back_and_the_window_stays(desk):
    page, (view, *_) = desk, views_of(desk, "t2")
    window = page.js("return trame.state.get('cells')[arguments[0]].window", view)
    drag(page, view, (AWAY_MM, 0.0), (AWAY_MM, 12.0), (AWAY_MM - 8, 16.0))
    wait_for(lambda: page.js("return trame.state.get('correct').strokes") == 1, "a stroke", 10)
    page.press("d")
    drag(page, view, (AWAY_MM, 0.0))
    wait_for(lambda: page.js("return trame.state.get('correct').strokes") == 2, "another", 10)
    once = drawn_cm3(page)[1]
    page.press("u")
    wait_for(lambda: page.js("return trame.state.get('correct').strokes") == 1, "one back", 10)
    assert drawn_cm3(page)[1] > once
    drag(page, views_of(page, "t1")[0], (AWAY_MM, 0.0))
    wait_for(lambda: "first" in page.text("#correct-problem"), "that one study is drawn on", 10)
    page.press("u")
    wait_for(lambda: not page.js("return trame.state.get('correct').drawing"), "no draft", 10)
    page.press("b")
    assert page.js("return trame.state.get('cells')[arguments[0]].window", view) == window


def test_what_is_no_number_is_said(desk):
    set_field(desk, "#brush-low", "bright")
    wait_for(lambda: "is not a number" in desk.text("#correct-problem"), "the problem", 5)
    set_field(desk, "#brush-low", "1,2")
    wait_for(lambda: not desk.text("#correct-problem"), "no problem", 5)
    assert desk.js("return trame.state.get('correct').low") == "1.2"
    set_field(desk, "#brush-low", "")
    wait_for(lambda: desk.js("return trame.state.get('correct').low") == "", "no limit", 5)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_it_is_legible(desk, size, tmp_path):
    desk.resize(size)
    desk.settle()
    over = desk.js(
        "const p = document.querySelector('.rn-correct');"
        "return [p.scrollWidth - p.clientWidth, p.getBoundingClientRect().bottom - innerHeight]"
    )
    assert over[0] <= 1 and over[1] <= 1
    desk.driver.save_screenshot(str(tmp_path / f"correct-{size[0]}.png"))
    desk.resize(SMALL)
    desk.settle()
