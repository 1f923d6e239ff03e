"""Numbers typed on the page: asked about, refused, computing; whose numbers stand there."""

import pytest
from browser import Page, Served, wait_for
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.keys import Keys

from Testing.web.dose.test_dose_desk import type_into
from Testing.web.outlines.test_correction import drag, views_of

TAB = "\ue004"
# one line per frame: field, heading of the target's table, whether the figures are grey
WATCH = """
window.rnSeen = [];
const look = () => {
  if (!window.rnSeen) return;
  const field = document.querySelector('[data-prescription]');
  const heading = [...document.querySelectorAll('h3')].find((h) => h.innerText.startsWith('GTV1 '));
  if (field && heading && field._rnGuard && field._rnGuard.sent) {
    const grey = Boolean(heading.closest('.rn-figures') && heading.closest('.rn-computing, .rn-pending'));
    window.rnSeen.push([field.value, heading.innerText, grey]);
  }
  requestAnimationFrame(look);
};
look();
"""


@pytest.fixture(scope="module")
def served():
    server = Served("--visits", "2", "--course")
    yield server
    server.stop()


@pytest.fixture
def dose(page):
    page.press("3")
    page.js("document.querySelectorAll('.rn-editor').forEach((e) => { e.open = true; })")
    shown = "return Boolean(document.querySelector('[data-prescription]').offsetParent)"
    wait_for(lambda: page.js(shown), "the fields", 20)
    yield page
    page.js("window.rnSeen = null; document.activeElement.blur()")
    page.press("2")


def prescribe(page, text):
    type_into(page, '[data-prescription="GTV1"]', text + TAB)


def held(page):
    first = page.js("return trame.state.get('prescriptions')[0]")
    return first["dose"], first["source"]


def field(page):
    return page.js("return document.querySelector('[data-prescription=\"GTV1\"]').value")


def asked(page):
    return page.text("#prescription-editor .rn-ask")


def test_a_habit_of_cgy_is_asked_about_and_what_was_typed_stays(dose):
    before = held(dose)
    prescribe(dose, "2000")
    wait_for(lambda: "2000 looks like cGy: 20 Gy?" in asked(dose), "the question", 10)
    assert "cannot be the prescription of GTV1" in asked(dose)
    assert "the dose reaches 28 Gy" in asked(dose)
    assert "meant" not in asked(dose)  # beyond sense: no way to insist
    assert (field(dose), held(dose)) == ("2000", before)
    dose.js("document.activeElement.blur()")
    dose.press("x")  # the page is built anew
    dose.settle()
    assert field(dose) == "2000"
    dose.click('#prescription-editor [data-answer="instead"]')
    wait_for(lambda: held(dose) == (20, "user"), "20 Gy", 20)
    wait_for(lambda: field(dose) == "20", "20 Gy in the field", 10)
    assert asked(dose) == ""


def test_what_is_odd_is_used_when_it_is_meant(dose):
    before = held(dose)
    prescribe(dose, "26")
    wait_for(lambda: "unusual" in asked(dose), "the question", 10)
    dose.click('#prescription-editor [data-answer="back"]')
    wait_for(lambda: asked(dose) == "" and field(dose) == f"{before[0]:g}", "the dose before", 10)
    prescribe(dose, "26")
    wait_for(lambda: "unusual" in asked(dose), "the question", 10)
    assert held(dose) == before
    dose.click('#prescription-editor [data-answer="yes"]')
    wait_for(lambda: held(dose) == (26, "user"), "26 Gy", 20)


def test_the_old_figures_never_stand_beside_the_new_dose(dose):
    prescribe(dose, "18")
    wait_for(lambda: held(dose)[0] == 18, "18 Gy", 20)
    wait_for(lambda: "18 Gy" in dose.text("[aria-labelledby=tab-dose]"), "its heading", 10)
    dose.js(WATCH)
    prescribe(dose, "21,5")
    wait_for(lambda: held(dose)[0] == 21.5, "21.5 Gy", 20)
    wait_for(lambda: field(dose) == "21.5", "the field", 10)
    dose.settle()
    seen = dose.js("return window.rnSeen")
    new = [(heading, grey) for value, heading, grey in seen if value in ("21,5", "21.5")]
    assert any(grey for _, grey in new)
    assert [heading for heading, grey in new if not grey and "21.5 Gy" not in heading] == []


def test_a_level_that_is_no_number_is_refused_beside_its_field(dose):
    for text, why in (("abc", "not a number"), ("900", "cannot be the isodose level")):
        type_into(dose, "#level-value", text)
        dose.click("#add-level")
        wait_for(lambda w=why: w in dose.text("#isodose-editor .rn-ask"), why, 10)
        assert dose.js("return document.querySelector('#level-value').value") == text
    count = len(dose.js("return trame.state.get('levels')"))
    type_into(dose, "#level-value", "7,5" + Keys.ENTER)
    wait_for(lambda: len(dose.js("return trame.state.get('levels')")) == count + 1, "7.5 Gy", 10)
    assert dose.text("#isodose-editor .rn-ask") == ""


def test_what_is_half_typed_outlives_a_page_that_is_built_anew(page):
    page.press("4")
    page.click("#new-event")
    wait_for(lambda: page.text("#event-form"), "the form", 10)
    page.js(
        "document.querySelector('#event-kind').value = 'kps';"
        "document.querySelector('#event-kind').dispatchEvent(new Event('change', {bubbles: true}))"
    )
    wait_for(
        lambda: page.js("return document.querySelector('#event-form [name=value]')"), "KPS", 10
    )
    typed = page.driver.find_element("css selector", "#event-form [name=value]")
    typed.send_keys("7")
    page.js("trame.trigger('key', ['coronal', '']); trame.trigger('key', ['isodoses', ''])")
    wait_for(lambda: page.probe()["plane"] == "coronal", "coronal", 10)
    page.settle()
    assert page.js("return document.querySelector('#event-form [name=value]').value") == "7"
    page.js("trame.trigger('key', ['axial', '']); trame.trigger('key', ['isodoses', ''])")
    typed.send_keys("5")
    page.js(
        "document.querySelector('#event-form [name=date]').value = '2025-10-01';"
        "document.querySelector('#event-form [name=date]').dispatchEvent(new Event('input', {bubbles: true}))"
    )
    page.click("#save-event")
    wait_for(lambda: "75 is not a multiple of 10" in page.text("#event-problem"), "why", 10)
    assert page.js("return document.querySelector('#event-form [name=value]').value") == "75"
    type_into(page, "#event-form [name=value]", "0")
    page.click("#save-event")
    wait_for(lambda: "0 is unusual as the KPS" in page.text("#event-odd"), "the question", 10)
    events = len(page.js("return trame.state.get('panel').events"))
    page.click("#event-back")
    wait_for(lambda: not page.text("#event-odd"), "back", 10)
    assert len(page.js("return trame.state.get('panel').events")) == events
    page.click("#save-event")
    page.click("#event-yes")
    wait_for(lambda: len(page.js("return trame.state.get('panel').events")) == events + 1, "it", 10)
    page.press("u")
    wait_for(lambda: len(page.js("return trame.state.get('panel').events")) == events, "undone", 10)
    page.press("2")


# --- whose numbers --------------------------------------------------------------------------------


def counts(page):
    return page.js(
        "return Object.fromEntries(trame.state.get('lesion').counts.map(c => [c.word, c.count]))"
    )


def test_the_counts_follow_the_reader(page):
    page.press("2")
    page.click("#item-shape_change")
    wait_for(
        lambda: page.js("return trame.state.get('item').finding") == "shape_change", "item", 10
    )
    before, computed = counts(page), page.js("return trame.state.get('item').computed")
    key, word = ("7", "absent") if computed == "present" else ("6", "present")
    page.press(key)
    wait_for(lambda: page.js("return document.activeElement.id") == "reason", "the reason", 10)
    ActionChains(page.driver).send_keys("a vein" + Keys.ENTER).perform()
    wait_for(lambda: counts(page) != before, "other counts", 10)
    after = counts(page)
    assert after[word] == before[word] + 1
    assert sum(after.values()) == sum(before.values())
    assert "1 otherwise than computed" in page.text(".rn-counts")
    page.press("u")
    wait_for(lambda: counts(page) == before, "the counts before", 10)


def position(page):
    return page.js("return trame.state.get('position')")


def test_the_readout_belongs_to_the_view_and_follows_the_slice(page, tmp_path, served):
    page.press("x")
    cells = page.js("return [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent)"
                    ".map(e => e.dataset.view)")  # fmt: skip
    for view in (cells[0], cells[-1]):
        element = page.driver.find_element("css selector", f'.rn-cell[data-view="{view}"]')
        ActionChains(page.driver).move_to_element_with_offset(element, 9, 7).perform()
        study = page.js("return trame.state.get('cells')[arguments[0]].timepoint", view)
        wait_for(lambda s=study: page.text("#readout").startswith(f"{s}: "), study, 10)
        inside = page.js(
            "const r = document.querySelector('#readout').getBoundingClientRect(),"
            "c = arguments[0].getBoundingClientRect();"
            "return r.left >= c.left && r.right <= c.right && r.bottom <= c.bottom && r.top >= c.top",
            element,
        )
        assert inside
    still = page.text("#readout")
    where = position(page)
    for _ in range(6):
        page.press(Keys.ARROW_UP)
    wait_for(lambda: position(page) != where and page.text("#readout") != still, "another dose", 10)
    page.settle()
    by_key = page.text("#readout")
    chain = ActionChains(page.driver)
    chain.move_by_offset(1, 0).move_by_offset(-1, 0).perform()
    page.settle()
    assert page.text("#readout") == by_key  # what was said without a move is what is there
    other = Page(served.url, tmp_path)
    try:
        other.wait_for_views()
        assert other.text("#readout") == ""
    finally:
        other.close()
    panel = page.driver.find_element("css selector", ".rn-tabs")
    ActionChains(page.driver).move_to_element(panel).perform()
    wait_for(lambda: page.text("#readout") == "", "nothing under the cursor", 10)


# --- a drawn outline ------------------------------------------------------------------------------


@pytest.fixture
def drawn(page):
    """A stroke on the page Correct, not applied."""
    page.press("5")
    wait_for(lambda: page.js("return trame.state.get('tab')") == "correct", "the page", 10)
    wait_for(
        lambda: page.js("return document.querySelector('#part-enhancing').offsetParent"), "it", 10
    )
    page.click("#part-enhancing")
    page.settle()
    drag(page, views_of(page, "t1")[0], (18.0, 0.0), (18.0, 6.0))
    wait_for(lambda: page.js("return trame.state.get('draft').on"), "a draft", 10)
    yield page
    page.js("trame.trigger('draft_answer', ['discard'])")
    wait_for(lambda: not page.js("return trame.state.get('draft').on"), "no draft", 20)
    page.js("trame.state.set('tab', 'checklist')")
    page.settle()


def test_leaving_an_outline_asks_and_a_notice_stands_on_every_page(drawn):
    page = drawn
    assert "not applied" in page.text("#draft")
    page.press("2")
    wait_for(lambda: page.text("#draft-keep"), "the question", 10)
    item = page.js("return trame.state.get('item').finding")
    page.press("n")  # no letter is a shortcut while it is asked
    page.settle()
    assert page.js("return trame.state.get('item').finding") == item
    page.press(Keys.ESCAPE)
    wait_for(lambda: not page.text("#draft-keep"), "no question", 10)
    for key in "1234":
        page.press(key)
        wait_for(lambda: "all numbers are without it" in page.text("#draft"), f"page {key}", 10)
    page.press("u")  # elsewhere it takes back what was recorded, not a stroke that is not seen
    page.settle()
    assert page.js("return trame.state.get('correct').strokes") == 1
    page.click("#draft-go")
    wait_for(lambda: page.js("return trame.state.get('tab')") == "correct", "the page", 10)


def test_applying_from_the_question_shows_progress(drawn):
    page = drawn
    page.js(
        "window.rnWork = []; new MutationObserver(() => { const w = document.querySelector('#work');"
        "if (w) window.rnWork.push([w.innerText, Boolean(document.querySelector('.rn-computing'))]); })"
        ".observe(document.body, {subtree: true, childList: true, characterData: true})"
    )
    page.press("2")
    page.click("#draft-apply")
    wait_for(lambda: not page.js("return trame.state.get('draft').on"), "it is applied", 40)
    seen = page.js("return window.rnWork")
    assert any("Applying the outline at t1" in text and grey for text, grey in seen)
    wait_for(lambda: not page.js("return trame.state.get('work').on"), "nothing going on", 20)
    page.press("u")
    wait_for(lambda: not page.js("return trame.state.get('work').on"), "taken back", 20)
    page.settle()


def test_a_reason_is_typed_also_on_the_page_of_the_brush(drawn):
    page = drawn
    page.press("2")
    wait_for(lambda: page.text("#draft-keep"), "the question", 10)
    page.press(Keys.ESCAPE)
    wait_for(lambda: not page.text("#draft-keep"), "no question", 10)
    page.click("#item-shape_change")
    wait_for(
        lambda: page.js("return trame.state.get('item').finding") == "shape_change", "item", 10
    )
    computed = page.js("return trame.state.get('item').computed")
    page.press("7" if computed == "present" else "6")
    wait_for(lambda: page.js("return document.activeElement.id") == "reason", "the reason", 10)
    page.click("#tab-correct")
    wait_for(lambda: page.js("return trame.state.get('tab')") == "correct", "the page", 10)
    strokes, ball = (page.js(f"return trame.state.get('correct').{n}") for n in ("strokes", "ball"))
    page.js("document.activeElement.blur()")
    ActionChains(page.driver).send_keys("bdg").perform()
    wait_for(lambda: page.js("return trame.state.get('reason')") == "bdg", "the reason", 10)
    assert page.js("return trame.state.get('correct').strokes") == strokes
    assert page.js("return trame.state.get('correct').ball") == ball
    page.press(Keys.ESCAPE)
    wait_for(lambda: page.js("return trame.state.get('pending')") == "", "taken back", 10)
