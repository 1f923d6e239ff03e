"""A reader's way through a case in a real Chromium: rows below, prior and current, measuring.

Set RNASSESS_SCREENSHOTS to a folder to keep the pictures that these tests look at.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from assessments import LESION
from browser import SMALL, Page, Served, wait_for

HUGE = (3840, 2160)
CHANGED = 25  # grey levels: well above what JPEG does to a still picture
SHOWN = "return [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent).length"


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    keep = tmp_path_factory.mktemp("kept") / "session.json"
    server = Served("--visits", "3", "--every", "--keep", str(keep))
    server.keep = keep
    yield server
    server.stop()


def changed_share(before, after):
    return float((np.abs(before - after).max(axis=2) > CHANGED).mean())


def drag(page, view, start, end):
    """Drag with the left button between two places, shares of the view's size."""
    from selenium.webdriver.common.action_chains import ActionChains

    cell = page.driver.find_element("css selector", f'.rn-cell[data-view="{view}"]')
    width, height = cell.size["width"], cell.size["height"]
    at = [(round((x - 0.5) * width), round((y - 0.5) * height)) for x, y in (start, end)]
    chain = ActionChains(page.driver).move_to_element_with_offset(cell, *at[0]).click_and_hold()
    chain.move_to_element_with_offset(cell, *at[1]).release().perform()
    return [(x / width + 0.5, y / height + 0.5) for x, y in at], (width, height)


def note(page, view):
    return page.text(f'.rn-cell[data-view="{view}"] .rn-tl')


def below_note(page, view):
    """Row of a view's picture under its words, which say whose place it takes."""
    return page.js(
        "const cell = document.querySelector(`.rn-cell[data-view=${arguments[0]}]`);"
        "const note = cell.querySelector('.rn-tl').getBoundingClientRect();"
        "return Math.ceil(note.bottom - cell.getBoundingClientRect().top)", view,
    )  # fmt: skip


def hang(page, key):
    page.js(
        "const s = document.querySelector('#third-row'); s.value = arguments[0];"
        "s.dispatchEvent(new Event('change'))", key,
    )  # fmt: skip
    row = {"": "", "item": None}.get(key, key)
    if row is not None:
        wait_for(lambda: page.probe()["row"] == row, f"row {key}", 10)
    page.settle()


def keep_picture(page, name):
    folder = os.environ.get("RNASSESS_SCREENSHOTS")
    if folder:
        page.driver.save_screenshot(str(Path(folder) / f"{name}.png"))


@pytest.mark.parametrize(
    ("key", "row", "words"),
    [
        ("g", "growth", "growth t1 → t2"),
        ("d", "difference", "T1c t2 − t1"),
        ("t", "subtraction", "T1c − T1"),
        ("w", "dose", "dose"),
    ],
)
def test_a_key_hangs_each_made_picture_and_takes_it_away(page, key, row, words):
    page.press(key)
    wait_for(lambda: page.probe()["row"] == row, f"the row {row}", 10)
    wait_for(lambda: page.js(SHOWN) == 9, "a third row", 10)
    page.wait_for_views()
    page.settle()
    assert words in note(page, "Slice9")
    assert (page.picture("Slice9").max(axis=2) > 30).mean() > 0.3
    page.press(key)
    wait_for(lambda: page.js(SHOWN) == 6, "two rows", 10)


def test_difference_says_why_the_first_study_has_none(page):
    page.press("d")
    wait_for(lambda: "no study before" in page.text('.rn-cell[data-view="Slice7"]'), "why", 10)
    page.press("d")
    wait_for(lambda: page.js(SHOWN) == 6, "two rows", 10)


def test_the_growth_map_fills_what_grew_in_its_red(page):
    page.press("c")
    page.press("i")
    page.press("g")
    wait_for(lambda: page.probe()["row"] == "growth", "the growth map", 10)
    page.settle()
    grown, before = page.picture("Slice9"), page.picture("Slice8")
    # the fill is the same over every grey: its opacity times 153, the red of #FF6677 less its green
    reddish = [(p[..., 0] - p[..., 1] > 40).mean() for p in (grown, before)]
    assert reddish[0] > 0.01 > reddish[1]  # t2 grew, t1 only regressed
    page.press("g")
    page.press("i")
    page.press("c")
    page.settle()


def test_diffusion_takes_two_rows(page):
    hang(page, "ADC+DWI")
    assert page.js(SHOWN) == 12
    page.wait_for_views()
    assert "ADC" in note(page, "Slice7")
    assert "DWI" in note(page, "Slice10")
    keep_picture(page, "diffusion-1366")
    hang(page, "item")
    wait_for(lambda: page.js(SHOWN) == 6, "two rows", 10)


def test_the_item_decides_what_hangs(page):
    page.click("#item-shape_change")
    wait_for(lambda: page.probe()["row"] == "growth", "its growth map", 10)
    page.click("#item-cross_boundary")
    wait_for(lambda: page.probe()["row"] == "", "nothing below", 10)


def test_a_row_called_by_key_ends_with_its_item_and_a_chosen_one_stays(page):
    page.click("#item-cross_boundary")
    page.press("w")
    wait_for(lambda: page.probe()["row"] == "dose", "the dose", 10)
    page.press("n")
    wait_for(lambda: page.probe()["row"] == "growth", "the growth map of the next item", 10)
    page.press("d")
    hang(page, "SWI")
    page.press("p")
    page.settle()
    assert page.probe()["row"] == "SWI"
    hang(page, "item")
    wait_for(lambda: page.probe()["row"] == "", "nothing below", 10)


def test_flicker_shows_prior_and_current_in_the_same_plane(page):
    page.click("#item-perfusion")  # no evidence lit
    page.press("x")
    page.settle()
    now, prior = page.picture("Green"), page.picture("Yellow")
    page.press("f")
    wait_for(lambda: "in the place of t2" in note(page, "Green"), "the prior", 5)
    page.settle()
    assert note(page, "Green").startswith("t1 T1c")
    flipped = page.picture("Green")
    middle = np.s_[below_note(page, "Green") : -40, 60:-60]  # the notes and the frame differ
    assert changed_share(now[middle], flipped[middle]) > 0.005
    assert changed_share(prior[middle], flipped[middle]) < 0.003
    assert len(set(page.probe()["offsets"].values())) == 1
    page.press("f")
    wait_for(lambda: "in the place" not in note(page, "Green"), "the current study", 5)
    page.settle()
    assert changed_share(now, page.picture("Green")) < 0.001


def test_every_view_says_where_its_slice_lies(page):
    notes = (
        "return [...document.querySelectorAll('.rn-bl')].filter(e => e.offsetParent)"
        ".map(e => e.innerText)"
    )

    def told():
        return set(page.js(notes)) == {f"{'SI'[offset < 0]} {abs(offset):.1f} mm"}

    page.press("x")
    page.settle()
    for key in ("\ue013", "\ue013", "\ue015", "m", "m", "\ue015"):
        page.press(key)
        page.settle()
        (offset,) = set(page.probe()["offsets"].values())
        wait_for(told, f"the position after {key!r}", 5)


def test_ruler_measures_what_was_dragged_and_is_undone(page):
    page.click("#tool-ruler")
    wait_for(lambda: "drag its length" in page.text(".rn-tool"), "the tool in hand", 5)
    ends, (width, height) = drag(page, "Red", (0.4, 0.45), (0.6, 0.6))
    wait_for(lambda: len(page.probe()["measurements"]) == 1, "the measurement", 5)
    field = page.js("return trame.state.get('position')")
    assert "mm" in field
    per_pixel = page.probe()["field_mm"] / min(width, height)
    across = np.subtract(ends[1], ends[0]) * (width, height)
    expected = float(np.hypot(*across)) * per_pixel
    shown = float(page.probe()["measurements"][0].split()[0])
    assert shown == pytest.approx(expected, abs=0.15 + 0.01 * expected)
    assert f"{shown:.1f} mm" in page.text(".rn-measured")
    page.settle()
    green = (np.abs(page.picture("Red") - (0xA6, 0xFF, 0x4D)).max(axis=2) < 60).sum()
    assert green > 20
    page.press("u")
    wait_for(lambda: not page.probe()["measurements"], "nothing measured", 5)
    page.press("y")
    wait_for(lambda: len(page.probe()["measurements"]) == 1, "the measurement again", 5)
    page.press("u")
    wait_for(lambda: not page.probe()["measurements"], "nothing measured", 5)


def test_two_diameters_are_square_and_the_longer_comes_first(page):
    page.press("D")
    drag(page, "Red", (0.45, 0.5), (0.55, 0.5))
    wait_for(lambda: "across" in page.text(".rn-tool"), "the request for the second", 5)
    drag(page, "Red", (0.5, 0.3), (0.52, 0.7))
    wait_for(lambda: len(page.probe()["measurements"]) == 1, "both diameters", 5)
    first, second = page.probe()["measurements"][0].split(" mm")[0].split(" × ")
    assert float(first) > float(second) > 0
    page.click("[data-remove-measurement]")
    wait_for(lambda: not page.probe()["measurements"], "it to be gone", 5)


def test_mean_in_a_disc_of_even_tissue(page):
    page.press("M")
    drag(page, "Yellow", (0.3, 0.75), (0.34, 0.75))
    wait_for(lambda: len(page.probe()["measurements"]) == 1, "the mean", 5)
    value = page.probe()["measurements"][0]
    assert float(value.split()[0]) == pytest.approx(400.0, rel=0.05)
    assert "voxels" in value
    page.press("u")
    wait_for(lambda: not page.probe()["measurements"], "nothing measured", 5)


def test_escape_puts_the_tool_away(page):
    page.press("R")
    wait_for(lambda: page.text(".rn-tool"), "the tool", 5)
    page.press("\ue00c")
    wait_for(lambda: not page.text(".rn-tool"), "no tool", 5)
    drag(page, "Red", (0.4, 0.4), (0.5, 0.5))
    page.settle()
    assert page.probe()["measurements"] == []
    page.press("0")


def test_measurements_are_saved_at_once_and_taken_up_again(page, served, tmp_path):
    page.press("R")
    drag(page, "Red", (0.45, 0.5), (0.55, 0.5))
    wait_for(lambda: page.probe()["measurements"], "the measurement", 5)
    held = page.probe()["measurements"]
    again = Served("--visits", "3", "--keep", str(served.keep))
    other = Page(again.url, tmp_path)
    try:
        other.wait_for_views()
        assert other.probe()["measurements"] == held
        assert held[0] in other.text(".rn-measured")
    finally:
        other.close()
        again.stop()
    page.press("u")
    wait_for(lambda: not page.probe()["measurements"], "nothing measured", 5)


def test_images_only_and_one_view_large(page):
    panel = "return document.querySelector('.rn-panel').offsetParent !== null"
    page.press("b")
    wait_for(lambda: not page.js(panel), "no panel", 5)
    page.press("m")
    wait_for(lambda: page.js(SHOWN) in (1, 6), "the views", 5)
    page.settle()
    page.press("\ue00c")
    page.press("\ue00c")
    wait_for(lambda: page.js(panel), "the panel again", 5)
    wait_for(lambda: page.js(SHOWN) == 6, "all views", 5)


def test_full_screen_by_key(page):
    page.press("F")
    wait_for(lambda: page.js("return document.fullscreenElement !== null"), "full screen", 5)
    page.press("F")
    wait_for(lambda: page.js("return document.fullscreenElement === null"), "the window again", 5)


def test_answers_by_key_ask_for_the_reason(page):
    page.click("#item-cross_boundary")
    page.press("7")
    wait_for(lambda: page.js("return !!document.querySelector('#reason')"), "the reason", 5)
    page.press("\ue00c")  # Escape takes it back; any letter or figure would be the reason
    wait_for(lambda: not page.js("return !!document.querySelector('#reason')"), "no reason", 5)
    page.press("6")
    wait_for(lambda: page.probe()["decisions"] == 1, "the computed answer accepted", 5)
    page.press("u")
    wait_for(lambda: page.probe()["decisions"] == 0, "no decision", 5)
    page.press("x")


def test_help_lists_the_whole_table(page):
    from RNAssessLib.panel.words.keys import keys_of

    page.press("h")
    wait_for(lambda: "Keys and mouse" in page.text(".rn-help"), "the help", 5)
    text = page.text(".rn-help")
    for key in keys_of("reading"):
        assert key.text in text, key.action
        assert all(cap in text for cap in key.shown)
    assert "reveal the item" not in text
    page.press("h")
    wait_for(lambda: not page.text(".rn-help"), "no help", 5)


def test_every_control_has_a_name_and_those_of_the_frame_have_a_key(page):
    page.click("#item-cross_boundary")
    unnamed = page.js(
        "return [...document.querySelectorAll('.rn button, .rn select, .rn input')]"
        ".filter(e => e.offsetParent && !(e.innerText.trim() || e.ariaLabel || e.labels?.length))"
        ".map(e => e.outerHTML)"
    )
    assert unnamed == []
    without_key = page.js(
        "return [...document.querySelectorAll('.rn-bar button, .rn-bar select, .rn-foot > button,"
        " .rn-foot .rn-group button, .rn-foot input, .rn-tabs button, .rn-check button')]"
        ".filter(e => e.offsetParent && !e.getAttribute('aria-keyshortcuts')).map(e => e.outerHTML)"
    )
    assert without_key == []


@pytest.mark.parametrize("size", [SMALL, HUGE])
def test_legible_and_whole_at_both_screens(page, size):
    page.resize(size)
    page.click("#item-shape_change")
    wait_for(lambda: page.probe()["row"] == "growth", "the growth map", 10)
    page.settle()
    keep_picture(page, f"reading-{size[0]}")
    try:
        inside = page.js(
            "const edge = (s) => document.querySelector(s).getBoundingClientRect();"
            "const bar = [...document.querySelectorAll('.rn-bar > *')].filter(e => e.offsetParent);"
            "return [bar.every(e => e.getBoundingClientRect().right <= innerWidth),"
            " edge('.rn-foot').bottom <= innerHeight + 1,"
            " document.documentElement.scrollWidth <= innerWidth,"
            " edge('.rn-grid').height > 0.8 * innerHeight]"
        )
        assert inside == [True, True, True, True]
        smallest = page.js(
            "return Math.min(...[...document.querySelectorAll('.rn button, .rn-note, .rn-item')]"
            ".filter(e => e.offsetParent && e.innerText)"
            ".map(e => parseFloat(getComputedStyle(e).fontSize)))"
        )
        # 11 px at the small screen; a 4K screen of the same width in mm has pixels a third as wide
        assert smallest >= (11 if size == SMALL else 18)
    finally:
        page.resize(SMALL)
        page.click("#item-cross_boundary")
        page.press("x")
        page.settle()


def test_the_lesion_is_where_it_was_made(page):
    """All the above left the views at the lesion's own slice or the evidence of an item."""
    page.click("#item-shape_change")
    wait_for(lambda: page.probe()["plane"] == "coronal", "coronal views", 10)
    offsets = page.probe()["offsets"].values()
    assert all(abs(abs(offset) - abs(LESION[1])) < 0.05 for offset in offsets)
    page.press("x")
