"""What-if of another course in a real browser: figures follow what is typed."""

import pytest
from browser import LARGE, SMALL, wait_for


@pytest.fixture
def desk(page):
    page.press("3")
    if not page.js("return document.querySelector('#what-if').open"):
        page.click("#what-if summary")
    wait_for(lambda: page.text("#what-if-limits"), "the figures", 20)
    yield page
    page.js("document.activeElement.blur()")
    page.js("document.querySelector('#what-if').open = false")
    page.press("2")


def type_into(page, name, text):
    field = page.driver.find_element("css selector", f'[data-what-if="{name}"]')
    field.send_keys("\ue009" + "a" + "\ue009")
    field.send_keys(text + "\ue004")  # Tab: done with this field


def sums(page):
    return page.js(
        "return [...document.querySelectorAll('#what-if-nominal tbody tr')]"
        ".map(r => r.lastElementChild.innerText)"
    )


def test_sum_follows_what_is_typed(desk):
    """20 Gy once given (BED10 60, EQD2 of brain 110), 30 Gy in 5 planned (48 and 60)."""
    assert sums(desk)[0] == "120.00 Gy"
    type_into(desk, "new-total_gy", "30")
    type_into(desk, "new-fractions", "5")
    wait_for(lambda: sums(desk)[0] == "108.00 Gy", "BED of 60 and 48 Gy", 5)
    assert sums(desk) == ["108.00 Gy", "90.00 Gy", "340.00 Gy", "170.00 Gy"]
    type_into(desk, "new-alpha_beta_brain_gy", "3")
    wait_for(lambda: sums(desk)[3] == "164.00 Gy", "EQD2 of 110 and 54 Gy", 5)
    assert "different brain α/β" in desk.text("#what-if")
    type_into(desk, "new-alpha_beta_brain_gy", "2")
    limits = desk.text("#what-if-limits")
    assert "✗ exceeded" in limits
    assert "Sminia and Mayer 2012" in limits
    assert "engineering default" in limits
    assert "scaled by 30 / 20 Gy" in desk.text("#what-if")
    assert "Research use only" in desk.text("#what-if")


def test_tissue_follows_too_and_errors_are_said(desk):
    def volume():
        rows = desk.js("return trame.state.get('what_if').view.tissues")
        return float(next(r for r in rows if "V12" in r["label"])["cells"][1].split()[0])

    type_into(desk, "new-total_gy", "10")
    wait_for(lambda: desk.js("return trame.state.get('what_if').courses.at(-1).total_gy") == 10,
             "10 Gy", 5)  # fmt: skip
    little = volume()
    type_into(desk, "new-total_gy", "24")
    wait_for(lambda: volume() > little, "a larger volume", 5)
    type_into(desk, "new-total_gy", "abc")
    wait_for(lambda: "not a number" in desk.text(".what-if-asked"), "the reason", 5)
    type_into(desk, "new-total_gy", "20")
    wait_for(lambda: desk.text(".what-if-asked") == "", "no complaint", 5)


@pytest.mark.parametrize("size", [SMALL, LARGE, (3840, 2160)])
def test_it_fits_the_panel(desk, size, tmp_path):
    desk.resize(size)
    try:
        desk.settle()
        desk.js("document.querySelector('#what-if').scrollIntoView()")
        wide = desk.js(
            "const p = document.querySelector('[aria-labelledby=tab-dose]');"
            "return p.scrollWidth - p.clientWidth"
        )
        assert wide <= 0
        desk.driver.save_screenshot(str(tmp_path / f"what-if-{size[0]}.png"))
    finally:
        desk.resize(SMALL)
