"""Twenty metastases in a real browser: the sheet, and that nothing falls off any screen."""

import pytest
from browser import Served, wait_for
from selenium.webdriver.common.keys import Keys

from Testing.web.reading.test_accessibility import faults

SIZES = {"1366": (1366, 768), "1366 at 150 %": (911, 512), "4K": (3840, 2160)}
# Controls that are not wholly on the screen, those inside something that scrolls aside.
OFF = """
const scrolls = (e) => { for (let p = e.parentElement; p; p = p.parentElement) {
  const how = getComputedStyle(p); if (/auto|scroll/.test(how.overflowY + how.overflowX)) return true; } return false; };
return [...document.querySelectorAll('button, select, input, .rn-disclaimer, .rn-plot, [role=tab]')].filter((e) => {
  const box = e.getBoundingClientRect();
  if (!e.offsetParent || !box.width || scrolls(e)) return false;
  return box.left < -1 || box.top < -1 || box.right > innerWidth + 1 || box.bottom > innerHeight + 1;
}).map((e) => e.id || e.title || e.innerText);
"""
# What scrolls does so up and down only.
WIDER = """
return [...document.querySelectorAll('.rn-page, .rn-list, .rn-detail, .rn-sheet-table, .rn-bar, .rn-foot')]
  .filter((e) => e.offsetParent && e.scrollWidth > e.clientWidth + 1).map((e) => e.className);
"""


@pytest.fixture(scope="module")
def served():
    server = Served("--visits", "3", "--many", "20")
    yield server
    server.stop()


@pytest.fixture
def sheet(page):
    page.press("L")
    wait_for(lambda: page.text("#sheet"), "the sheet", 20)
    yield page
    page.js("document.activeElement.blur()")
    if page.js("return trame.state.get('sheet_on')"):
        page.press(Keys.ESCAPE)
        wait_for(lambda: not page.js("return trame.state.get('sheet_on')"), "no sheet", 10)


def lesions(page):
    return page.js(
        "return [...document.querySelectorAll('#sheet tbody tr')].map(r => r.dataset.lesion)"
    )


def test_twenty_rows_with_sparklines(sheet):
    assert lesions(sheet) == [f"L{n}" for n in range(1, 21)]
    assert sheet.js("return document.querySelectorAll('#sheet polyline').length") == 40
    assert "Research use only. Not a medical device." in sheet.text(".rn-sheet")
    assert faults(sheet) == []


def test_a_head_sorts_and_turns_round(sheet):
    sheet.click('[data-sort="volume"]')
    wait_for(lambda: lesions(sheet)[0] != "L1", "another order", 10)
    down = lesions(sheet)
    head = "return document.querySelector('[data-sort=\"volume\"]').closest('th').ariaSort"
    assert sheet.js(head) == "descending"
    sheet.click('[data-sort="volume"]')
    wait_for(lambda: lesions(sheet) == down[::-1], "turned round", 10)
    assert sheet.js(head) == "ascending"
    sheet.click('[data-sort="lesion"]')
    wait_for(lambda: lesions(sheet)[0] == "L1", "the order of the case", 10)


def test_one_key_opens_a_lesion(sheet):
    sheet.press("c")
    wait_for(lambda: not sheet.js("return trame.state.get('sheet_on')"), "closed", 10)
    wait_for(lambda: sheet.js("return trame.state.get('lesion').id") == "L12", "lesion 12", 10)
    sheet.press("L")
    wait_for(lambda: sheet.text("#sheet"), "the sheet", 20)
    assert sheet.js("return document.querySelector('#sheet tr.here').dataset.lesion") == "L12"
    sheet.press("1")
    wait_for(lambda: sheet.js("return trame.state.get('lesion').id") == "L1", "lesion 1", 10)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
@pytest.mark.parametrize("view", ["2", "3", "L"], ids=["checklist", "dose and DVH", "sheet"])
def test_nothing_falls_off(page, size, view):
    page.resize(size)
    try:
        page.press(view)
        if view == "L":
            wait_for(lambda: page.text("#sheet"), "the sheet", 20)
        page.settle()
        assert page.js(OFF) == []
        assert page.js(WIDER) == []
        if view != "L":
            assert faults(page) == []
    finally:
        page.press(Keys.ESCAPE)
        page.press("2")
        page.resize((1366, 768))
        page.settle()


def test_every_picture_has_a_scale_and_a_window(page):
    shown = page.js(
        "return [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent).map(e =>"
        " [e.querySelector('.rn-scale').textContent, e.querySelector('.rn-scale').offsetWidth,"
        "  e.querySelector('.rn-br').textContent, Math.min(e.clientWidth, e.clientHeight)])"
    )
    field = page.probe()["field_mm"]
    assert shown
    for words, width, window, across in shown:
        mm = float(words.removesuffix(" mm"))
        assert width == pytest.approx(mm / field * across, abs=1.5)
        assert window.strip().startswith("W ")
