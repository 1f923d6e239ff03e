"""Outlines of two studies in a real Chromium: key, choice, lines, volumes, corrected outlines."""

import numpy as np
import pytest
from browser import Served, wait_for

SHOWN = "return [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent).length"
CHOSEN = "return ['earlier', 'later'].map(n => document.querySelector('#overlay-' + n).value)"
COLUMNS = {"t0": "Slice7", "t1": "Slice8", "t2": "Slice9"}


@pytest.fixture(scope="module")
def served():
    server = Served("--visits", "3")
    yield server
    server.stop()


def note(page, study):
    return page.text(f'.rn-cell[data-view="{COLUMNS[study]}"] .rn-tl')


def choose(page, place, study):
    page.js(
        "const s = document.querySelector('#overlay-' + arguments[0]); s.value = arguments[1];"
        "s.dispatchEvent(new Event('change'))", place, study,
    )  # fmt: skip


def wait_for_pair(page, earlier, later):
    wait_for(
        lambda: page.js("return !!document.querySelector('#overlay-later')")
        and page.js(CHOSEN) == [earlier, later], f"the pair {earlier} {later}", 10,
    )  # fmt: skip
    wait_for(lambda: f"outlines {earlier} → {later}" in note(page, later), "its title", 10)
    page.settle()


@pytest.fixture
def hung(page):
    """The row is there with the last two studies, nothing else drawn over the images."""
    page.press("i")
    page.press("G")
    wait_for(lambda: page.probe()["row"] == "overlay", "the row", 10)
    wait_for(lambda: page.js(SHOWN) == 9, "a third row", 10)
    choose(page, "later", "t2")
    choose(page, "earlier", "t1")
    wait_for_pair(page, "t1", "t2")
    yield page
    page.press("G")
    wait_for(lambda: page.js(SHOWN) == 6, "two rows", 10)
    page.press("i")


def tinted(page, study):
    """Shares of orange (later, grown) and of sky (earlier, regressed) in a picture."""
    pixels = page.picture(COLUMNS[study])
    red, green, blue = np.moveaxis(pixels, -1, 0)
    return ((red - blue > 60) & (red - green > 25)).mean(), (blue - red > 50).mean()


def test_both_pictures_show_both_outlines_and_the_third_study_says_why_not(hung):
    for study in ("t1", "t2"):
        wait_for(lambda s=study: min(tinted(hung, s)) > 0.0005, f"lines in {study}", 20)
    assert "dashed: t1" in note(hung, "t1")
    assert "solid: t2" in note(hung, "t1")
    words = note(hung, "t2")
    assert "hatched: grown " in words
    assert "cm³" in words
    absent = hung.text(f'.rn-cell[data-view="{COLUMNS["t0"]}"] .rn-absent')
    assert absent == "not one of the two studies"
    group = hung.js("return document.querySelector('#overlay-pair').title")
    assert "from alignment" in group


def test_any_two_studies_can_be_chosen(hung):
    choose(hung, "earlier", "t0")
    wait_for_pair(hung, "t0", "t2")
    assert "dashed: t0" in note(hung, "t0")
    choose(hung, "later", "t1")
    wait_for_pair(hung, "t0", "t1")
    choose(hung, "earlier", "t1")  # the later one moves on
    wait_for_pair(hung, "t1", "t2")
    choose(hung, "earlier", "t2")  # nothing after it: the lists show what holds
    wait_for_pair(hung, "t1", "t2")


def test_a_key_turns_to_the_next_two_and_the_flicker_stays_within_them(hung):
    hung.press("O")
    wait_for_pair(hung, "t0", "t1")
    hung.press("O")
    wait_for_pair(hung, "t0", "t2")
    cell = hung.driver.find_element("css selector", f'.rn-cell[data-view="{COLUMNS["t2"]}"]')
    from selenium.webdriver.common.action_chains import ActionChains

    ActionChains(hung.driver).move_to_element(cell).perform()
    hung.press("f")
    wait_for(lambda: "in the place of t2" in note(hung, "t2"), "the earlier study", 10)
    assert note(hung, "t2").startswith("t0 outlines t0 → t2")
    hung.press("f")
    wait_for(lambda: note(hung, "t2").startswith("t2 outlines"), "the later study", 10)


def test_lines_go_with_the_row(page):
    page.press("i")
    page.settle()
    page.press("G")
    wait_for(lambda: page.js(SHOWN) == 9, "a third row", 10)
    page.press("G")
    wait_for(lambda: page.js(SHOWN) == 6, "two rows", 10)
    wait_for(lambda: not page.js("return !!document.querySelector('#overlay-pair')"), "no choice")
    page.press("i")
