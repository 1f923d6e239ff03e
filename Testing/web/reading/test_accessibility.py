"""Axe finds no serious accessibility fault on any page of the panel."""

from importlib.util import find_spec
from pathlib import Path

import pytest
from browser import wait_for

RUN = """
const done = arguments[arguments.length - 1];
axe.run(document).then((result) => done(result.violations.map((v) => (
  {id: v.id, impact: v.impact, help: v.help, where: v.nodes.slice(0, 3).map((n) => n.html)}))));
"""


def faults(page):
    if not page.js("return typeof axe === 'object'"):
        script = Path(find_spec("axe_core_python").origin).with_name("axe.min.js")
        page.js(script.read_text(encoding="utf-8"))
    found = page.driver.execute_async_script(RUN)
    return [v for v in found if v["impact"] in ("serious", "critical")]


@pytest.mark.parametrize("tab", ["case", "checklist", "dose", "course"])
def test_no_serious_fault(page, tab):
    page.click("#item-cross_boundary" if tab == "checklist" else f"#tab-{tab}")
    page.js("document.querySelectorAll('.rn-editor').forEach((e) => { e.open = true; })")
    page.settle()
    try:
        assert faults(page) == []
    finally:
        page.click("#tab-checklist")


def test_no_serious_fault_in_the_help(page):
    page.press("h")
    wait_for(lambda: page.text(".rn-help h1") == "Keys and mouse", "the help", 5)
    try:
        assert faults(page) == []
    finally:
        page.press("\ue00c")


def test_pictures_say_what_they_are(page):
    words = page.js(
        "return [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent)"
        ".map(e => e.querySelector('.rn-picture').ariaLabel)"
    )
    assert all("T1c" in w or "FLAIR" in w for w in words), words
