"""The page *Cohort* in a real Chromium: filters, plots whose points open their case, privacy."""

import csv
import json

import pytest
from browser import Page, Served, wait_for

from RNAssessLib.cli import main
from RNAssessLib.disclaimer import DISCLAIMER
from Testing.web.reading.test_accessibility import faults

for needed in ("pandas", "statsmodels", "sklearn"):
    pytest.importorskip(needed)

HOSTILE = "<b id='injected'>{{ 6 * 7 }}</b>"
MARKS = "return document.querySelectorAll('#plot-scatter .mark').length"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A simulated cohort; the images of one case are known, a technique means harm."""
    folder = tmp_path_factory.mktemp("cohort")
    assert main(["phantom", "cohort", "--n", "60", "--seed", "3", "--out", str(folder)]) == 0
    rows = rows_of(folder)
    for number, row in enumerate(rows):
        row["technique"] = HOSTILE if number % 2 else "linac"
    with (folder / "cohort.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        file.write(DISCLAIMER + "\n")
    (folder / "known.toml").write_text('id = "known"\n')
    (folder / "cases").mkdir()
    kept = {"case": str(folder / "known.toml"), "rows": [{"case": rows[0]["case"]}]}
    (folder / "cases" / "a.json").write_text(json.dumps(kept))
    return folder


def rows_of(folder):
    lines = (folder / "cohort.csv").read_text().splitlines()
    return list(csv.DictReader(lines[:-1]))


@pytest.fixture(scope="module")
def opened(folder, tmp_path_factory):
    server = Served("--cohort", str(folder))
    page = Page(server.url, tmp_path_factory.mktemp("chromium"))
    try:
        yield page
        assert page.errors() == []
    finally:
        page.close()
        server.stop()


@pytest.fixture
def page(opened):
    wait_for(lambda: opened.text(".rn-cohort h1") == "Cohort", "the page", 60)
    opened.click("#cohort-clear")
    wait_for(lambda: shown(opened) == str(len_all(opened)), "the whole cohort", 20)
    return opened


def shown(page):
    return page.text("#cohort-summary").split()[0]


def len_all(page):
    return int(page.text("#cohort-summary").split()[-1])


def choose(page, field, value):
    """Give a field a value as its user would: the value, then the event of a change."""
    page.js(
        "const e = document.querySelector(arguments[0]); e.value = arguments[1];"
        "e.dispatchEvent(new Event('change', {bubbles: true}))",
        f"#cohort-{field}", value,
    )  # fmt: skip


def test_it_reminds_hides_ids_and_can_be_used_by_everybody(page, folder):
    assert DISCLAIMER in page.text(".rn-cohort")
    assert "Ids are new ones" in page.text("#cohort-privacy")
    own = {row["case"] for row in rows_of(folder)} | {row["patient"] for row in rows_of(folder)}
    sent = page.js("return document.body.outerHTML + JSON.stringify(trame.state.state)")
    assert [name for name in own if name in sent] == []
    assert faults(page) == []


def test_texts_of_the_table_stay_texts(page):
    assert page.js("return document.querySelector('#injected')") is None
    options = page.js(
        "return [...document.querySelector('#cohort-technique').options].map(o => o.value)"
    )
    assert options == ["", HOSTILE, "linac"]
    choose(page, "technique", HOSTILE)
    wait_for(lambda: int(shown(page)) < len_all(page), "the filter", 20)
    assert "{{ 6 * 7 }}" in page.text("tbody")


def test_filters_leave_the_rows_that_they_name(page, folder):
    rows = rows_of(folder)
    choose(page, "reference", "necrosis")
    count = sum(row["reference"] == "necrosis" for row in rows)
    wait_for(lambda: shown(page) == str(count), "necroses", 20)
    assert (
        page.js("return document.querySelectorAll('#plot-scatter .mark.progression').length") == 0
    )
    choose(page, "figure", "bed_gy")
    choose(page, "low", "60,5")
    wait_for(lambda: shown(page) != str(count), "the range", 20)
    above = [r for r in rows if r["reference"] == "necrosis" and float(r["bed_gy"]) >= 60.5]
    assert shown(page) == str(len(above))


def test_a_small_group_is_not_shown(page, folder):
    values = sorted(float(row["nomogram_gtv_cm3"]) for row in rows_of(folder))
    assert values[-4] > values[-5]
    choose(page, "figure", "nomogram_gtv_cm3")
    choose(page, "low", str(values[-4]))
    wait_for(lambda: "Fewer than 5" in page.text("#cohort-summary"), "the sentence", 20)
    assert page.js("return document.querySelectorAll('tbody tr, .mark').length") == 0
    assert page.text("#plot-roc .why")


def test_plots_follow_their_fields(page, folder):
    count = page.js(MARKS)
    assert count == sum(bool(r["bed_per_gtv"] and r["latency_months"]) for r in rows_of(folder))
    choose(page, "x", "v12_gy_cm3")
    wait_for(lambda: "V12" in page.text("#plot-scatter h2"), "the axis", 20)
    assert page.js("return document.querySelectorAll('#plot-boxes .box').length") == 2
    assert "AUC" in page.text("#plot-roc figcaption")
    assert "Slope" in page.text("#plot-calibration figcaption")


def test_a_point_without_images_says_so(page):
    page.js(
        "const there = [...document.querySelectorAll('[data-row]')].map(e => e.dataset.row);"
        "[...document.querySelectorAll('#plot-scatter .mark')].find(e => !there.includes(e.dataset.at))"
        ".dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    wait_for(lambda: "not known" in page.text("#cohort-problem"), "the sentence", 20)


def test_a_point_opens_its_case_by_key_and_comes_back(page, folder):
    first = "document.querySelector('#plot-scatter .mark')"
    page.js(f"{first}.focus()")
    page.press("\ue014")  # right
    at = "return document.activeElement.dataset.at"
    second = "return document.querySelectorAll('#plot-scatter .mark')[1].dataset.at"
    assert page.js(at) == page.js(second)
    page.press("\ue012")  # left
    assert page.js(at) == page.js(f"return {first}.dataset.at")
    choose(page, "reference", rows_of(folder)[0]["reference"])
    wait_for(lambda: int(shown(page)) < len_all(page), "the filter", 20)
    filtered = shown(page)
    known = page.js(
        "trame.trigger('cohort_page', [0]);"
        "return [...document.querySelectorAll('[data-row]')].map(e => e.dataset.row)"
    )
    while not known:
        page.click("#cohort-on")
        known = page.js(
            "return [...document.querySelectorAll('[data-row]')].map(e => e.dataset.row)"
        )
    page.js(f"document.querySelector('#plot-scatter .mark[data-at=\"{known[0]}\"]').focus()")
    page.press("\ue007")  # Enter
    page.wait_for_views()
    page.click("#item-cross_boundary")
    page.press("a")
    wait_for(lambda: page.probe()["decisions"] == 1, "the decision", 20)
    page.press("C")
    wait_for(lambda: page.text(".rn-cohort h1") == "Cohort", "the way back", 30)
    assert shown(page) == filtered  # as it was left
    assert (folder / "known.session.json").is_file()
