"""Every control has a key: letters over it, typed after one key, use it."""

import pytest
from browser import wait_for

CONTROLS = "button, input, select, textarea, summary, a[href], .rn-item"
MARKS = "return [...document.querySelectorAll('.rn-hints kbd')].map(k => k.innerText)"
SEEN = f"""return [...document.querySelectorAll('{CONTROLS}')].filter((e) => {{
  const b = e.getBoundingClientRect();
  return !e.disabled && e.checkVisibility()
    && e.contains(document.elementFromPoint(b.left + b.width / 2, b.top + b.height / 2)); }}).length"""


def opened(page):
    page.press(";")
    return wait_for(lambda: page.js(MARKS), "letters", 5)


def code_of(page, selector):
    """Letters that stand in the corner of a control."""
    return page.js(
        "const b = document.querySelector(arguments[0]).getBoundingClientRect();"
        "return [...document.querySelectorAll('.rn-hints kbd')].find(k => {"
        " const at = [parseFloat(k.style.left), parseFloat(k.style.top)];"
        " return Math.hypot(at[0] - b.left, at[1] - b.top) < 1.5; }).innerText",
        selector,
    )


def use(page, selector):
    opened(page)
    for letter in code_of(page, selector):
        page.press(letter)
    assert page.js(MARKS) == []


@pytest.mark.parametrize("tab", ["checklist", "case", "dose", "course", "correct", "align"])
def test_letters_stand_on_every_control_and_each_only_once(page, tab):
    page.click(f"#tab-{tab}")
    page.js("document.querySelectorAll('.rn-editor').forEach((e) => { e.open = true; })")
    try:
        seen = page.js(SEEN)
        marks = opened(page)
        assert len(marks) == seen > 20
        assert len(set(marks)) == len(marks)
        assert len({len(m) for m in marks}) == 1  # none is the beginning of another
        page.press("\ue00c")
        assert page.js(MARKS) == []
    finally:
        page.js("document.activeElement.blur()")
        page.press("2")


def test_typing_them_presses_the_button(page):
    before = page.probe()["isodoses"]
    use(page, "[data-level='0']")
    wait_for(lambda: page.probe()["isodoses"] != before, "another isodose", 5)
    use(page, "[data-level='0']")
    wait_for(lambda: page.probe()["isodoses"] == before, "the isodose again", 5)
    page.js("document.activeElement.blur()")


def test_typing_them_enters_a_field_and_letters_then_are_text(page):
    page.click("#tab-dose")
    page.js("document.querySelector('#isodose-editor').open = true")
    use(page, "#level-value")
    assert page.js("return document.activeElement.id") == "level-value"
    page.press(";")
    assert page.js(MARKS) == []
    page.js("const f = document.querySelector('#level-value'); f.value = ''; f.blur()")
    page.press("2")


def test_a_letter_that_stands_nowhere_closes_them(page):
    opened(page)
    page.press("y")
    assert page.js(MARKS) == []
    assert page.probe()["decisions"] == 0
