"""Hostile names on the page are text: nothing runs, nothing is markup, the policy is never broken."""

import csv
import io
import sys
from pathlib import Path

import pytest
from browser import Page, Served, wait_for

sys.path.insert(0, str(Path(__file__).parents[2] / "scene"))
from hostile import CASE, FORMULA, MARKUP, REASON

from RNAssessLib.case.plain_text import NO_TEXT, plain_text, safe_cell


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    server = Served("--hostile")
    page = Page(server.url, tmp_path_factory.mktemp("chromium"))
    try:
        page.wait_for_views()
        yield page
    finally:
        page.close()
        server.stop()


def test_nothing_runs_and_all_is_text(page):
    assert plain_text(CASE) in page.text(".rn-bar h1")
    assert MARKUP in page.js("return document.querySelector('.rn-bar').textContent")
    for key, selector in (("1", "#tab-case"), ("3", "#tab-dose"), ("4", "#tab-course"), ("5", "#tab-correct"),
                          ("2", "#tab-checklist")):  # fmt: skip
        page.press(key)
        wait_for(
            lambda s=selector: (
                page.js(f"return document.querySelector('{s}').ariaSelected") == "true"
            ),
            selector,
            20,
        )
        page.settle()
    whole = page.js("return document.body.textContent")
    assert MARKUP in whole
    assert FORMULA in whole
    assert not NO_TEXT.search(whole.replace("\n", ""))
    assert page.js("return window.hacked === undefined")
    assert page.js("return document.querySelectorAll('img[src=x], #app script').length") == 0
    assert page.errors() == []


def test_curves_carry_the_name_as_it_is(page):
    page.press("3")
    words = "return [...document.querySelectorAll('.rn-plot .legendtext')].map(e => e.textContent).join('')"
    wait_for(lambda: "onerror" in page.js(words), "the legend", 20)
    assert MARKUP in page.js(words)
    assert page.js("return document.querySelectorAll('.rn-plot img').length") == 0
    page.press("2")


def test_a_typed_reason_is_text_and_recorded_as_one_line(page):
    page.click("#item-shape_change")
    wait_for(
        lambda: page.js("return trame.state.get('item').finding") == "shape_change", "the item", 20
    )
    other = "7" if page.js("return trame.state.get('item').computed") != "absent" else "6"
    page.press(other)
    wait_for(lambda: page.js("return document.activeElement.id") == "reason", "the field", 20)
    page.js("const f = document.querySelector('#reason'); f.value = arguments[0]; f.dispatchEvent(new Event('input'));"
            "trame.trigger('decide', [arguments[0]])", REASON)  # fmt: skip
    wait_for(lambda: page.probe()["decisions"] == 1, "the answer", 20)
    assert plain_text(REASON).strip()[:40] in page.js("return document.body.textContent")
    assert page.js("return window.hacked === undefined")


def test_saved_tables_hold_no_formula(page):
    text = page.js("return rnTables.lines(',')")
    rows = list(csv.reader(io.StringIO(text)))
    cells = [cell for row in rows for cell in row]
    assert "'" + FORMULA in " ".join(cells)
    assert [cell for cell in cells if safe_cell(cell) != cell] == []
    assert any(cell.lstrip("-").replace(".", "").isdigit() for cell in cells)
