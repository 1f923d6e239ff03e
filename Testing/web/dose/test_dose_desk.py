"""Isodose editor, prescriptions, read-out and tables in a real browser."""

import csv
import io
import re

import numpy as np
import pytest
from browser import wait_for


@pytest.fixture
def desk(page):
    page.press("3")
    page.js("document.querySelectorAll('.rn-editor').forEach((e) => { e.open = true; })")
    shown = "return Boolean(document.querySelector('#level-value').offsetParent)"
    wait_for(lambda: page.js(shown), "the fields", 20)
    yield page
    page.js("document.activeElement.blur()")
    page.press("2")


def labels(page):
    return page.js("return trame.state.get('levels').map(l => l.label)")


def coloured(pixels, colour):
    rgb = [int(colour[i : i + 2], 16) for i in (1, 3, 5)]
    return int((np.abs(pixels - rgb).max(axis=2) < 40).sum())


def type_into(page, selector, text):
    field = page.driver.find_element("css selector", selector)
    field.send_keys("\ue009" + "a" + "\ue009")  # Ctrl-A: what is typed takes the place of the rest
    field.send_keys(text)


def test_a_level_is_added_in_gy_recoloured_and_removed(desk):
    before = labels(desk)
    type_into(desk, "#level-value", "7")
    desk.click("#add-level")
    wait_for(lambda: len(labels(desk)) == len(before) + 1, "another level", 5)
    assert [t for t in labels(desk) if t.startswith("7 Gy")]
    at = next(i for i, t in enumerate(labels(desk)) if t.startswith("7 Gy"))
    desk.js(f"trame.trigger('colour_level', [{at}, '#ff00ff'])")
    wait_for(
        lambda: desk.js(f"return trame.state.get('levels')[{at}].colour") == "#ff00ff", "magenta", 5
    )
    desk.settle()
    assert coloured(desk.picture("Red"), "#ff00ff") > 30
    desk.click(f'[data-remove="{at}"]')
    wait_for(lambda: labels(desk) == before, "the levels of before", 5)
    desk.settle()
    assert coloured(desk.picture("Red"), "#ff00ff") == 0


def test_percent_of_the_prescription_and_what_cannot_be(desk):
    highest = desk.js("return Math.max(...trame.state.get('prescriptions').map(p => p.dose))")
    before = labels(desk)
    desk.js("trame.state.set('level_unit', '%')")
    type_into(desk, "#level-value", "65")
    desk.click("#add-level")
    wait_for(lambda: any("(65 %" in t for t in labels(desk)), "65 %", 5)
    assert any(t.startswith(f"{0.65 * highest:g} Gy") for t in labels(desk))
    desk.click("#add-level")
    wait_for(lambda: "there already" in desk.text(".rn-told"), "the reason", 5)
    type_into(desk, "#level-value", "abc")
    desk.click("#add-level")
    wait_for(lambda: "not a number" in desk.text(".rn-told"), "the reason", 5)
    type_into(desk, "#level-value", "9000")
    desk.click("#add-level")
    wait_for(lambda: "cannot be the isodose level" in desk.text(".rn-told"), "the reason", 5)
    desk.click('[data-preset="1"]')
    wait_for(lambda: labels(desk) == before, "the usual levels", 5)


def test_presets_follow_the_fractions(desk):
    desk.click('[data-preset="3"]')
    wait_for(lambda: any(t.startswith("20 Gy") for t in labels(desk)), "20 Gy", 5)
    desk.click('[data-preset="1"]')
    wait_for(lambda: any(t.startswith("12 Gy") for t in labels(desk)), "12 Gy", 5)


def test_another_prescription_changes_numbers_and_lines_at_once(desk):
    def figure(label):
        rows = desk.js("return trame.state.get('panel').courses[0].tables[0].rows")
        return next(r["value"] for r in rows if r["label"].startswith(label))

    first = desk.js("return trame.state.get('prescriptions')")
    target, dose = first[0]["target"], first[0]["dose"]
    coverage, levels = figure("Prescription isodose volume"), labels(desk)
    type_into(desk, f'[data-prescription="{target}"]', f"{0.6 * dose:g}\ue004")
    wait_for(
        lambda: desk.js("return trame.state.get('prescriptions')[0].source") == "user",
        "the reader's prescription", 5,
    )  # fmt: skip
    assert float(figure("Prescription isodose volume").split()[0]) > float(coverage.split()[0])
    assert "checklist items" in " ".join(desk.js("return trame.state.get('panel').warnings"))
    type_into(desk, f'[data-prescription="{target}"]', "-3\ue004")
    wait_for(
        lambda: "cannot be the prescription" in desk.text("#prescription-editor .rn-told"),
        "the reason",
        5,
    )
    type_into(desk, f'[data-prescription="{target}"]', f"{dose:g}\ue004")
    wait_for(lambda: labels(desk) == levels, "the lines of before", 5)
    assert figure("Prescription isodose volume") == coverage


def test_cursor_reads_dose_and_value(page):
    from selenium.webdriver.common.action_chains import ActionChains

    page.click("#item-shape_change")
    page.press("x")
    cell = page.driver.find_element("css selector", '.rn-cell[data-view="Red"]')
    ActionChains(page.driver).move_to_element(cell).perform()
    wait_for(lambda: " Gy · " in page.text("#readout"), "the dose under the cursor", 5)
    text = page.text("#readout")
    assert re.match(
        r"t0: T1c [\d.]+ · [\d.]+ Gy · \d+ % · BED₁₀ [\d.]+ Gy · BED₂ [\d.]+ Gy", text
    ), text
    panel = page.driver.find_element("css selector", ".rn-tabs")
    ActionChains(page.driver).move_to_element(panel).perform()
    wait_for(lambda: page.text("#readout") == "", "nothing under the cursor", 5)


def test_tables_leave_as_csv_with_units_and_statement(page):
    text = page.js("return rnTables.lines(',')")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["course", "table", "figure", "value", "unit", "definition"]
    paddick = next(r for r in rows if len(r) > 2 and r[2].startswith("Conformity index"))
    assert float(paddick[3].split()[0]) > 0.3
    assert "TV_PIV" in paddick[5]
    assert rows[-1] == ["Research use only. Not a medical device."]


def test_curves_along_bed_and_eqd2(desk):
    def last_dose():
        return desk.js("const x = trame.state.get('dvh')[0].data[0].x; return x[x.length - 1]")

    physical = last_dose()
    for axis, expected in (
        ("BED, tumour", physical * (1 + physical / 10)),  # one fraction
        ("EQD2, brain", physical * (1 + physical / 2) / 2),
    ):
        desk.js(f"trame.state.set('dvh_axis', '{axis}')")
        wait_for(lambda e=expected: abs(last_dose() - e) < 1e-6 * e, axis, 5)
    title = desk.js("return trame.state.get('dvh')[0].layout.xaxis.title.text")
    assert title == "EQD2, α/β 2 Gy (Gy)"
    desk.js("trame.state.set('dvh_axis', 'dose')")
    wait_for(lambda: last_dose() == physical, "physical dose", 5)
