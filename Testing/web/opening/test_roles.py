"""Roles corrected in a real Chromium before anything is computed."""

import tomllib

import pytest
from browser import Page, Served, wait_for

from RNAssessLib.cli import main
from Testing.study.mr_makers import FLAIR, T1C, add
from Testing.web.reading.test_accessibility import faults


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("roles") / "study"
    add(folder / "a", T1C, SeriesDescription="T1 native", number=1)
    add(folder / "b", T1C, number=2)
    add(folder / "c", FLAIR, number=3)
    return folder


@pytest.fixture(scope="module")
def page(folder, tmp_path_factory):
    server = Served("--choose", str(folder))
    page = Page(server.url, tmp_path_factory.mktemp("chromium"))
    try:
        wait_for(lambda: page.text(".rn-roles h1"), "the table", 30)
        yield page
        assert page.errors() == []
    finally:
        page.close()
        server.stop()


def roles(page):
    return page.js("return [...document.querySelectorAll('select')].map(e => e.value)")


def choose(page, row, role):
    page.js(
        f"const s = document.querySelector('[data-series=\"{row}\"]'); s.value = '{role}';"
        "s.dispatchEvent(new Event('change', {bubbles: true}))"
    )


def test_a_role_is_corrected_kept_and_used(page, folder):
    assert roles(page) == ["T1", "T1c", "FLAIR"]
    assert faults(page) == []
    choose(page, 1, "not used")
    wait_for(
        lambda: page.js("return document.querySelector('#roles-start').disabled"), "no T1c", 10
    )
    assert "no contrast-enhanced T1" in page.text(".rn-error")
    choose(page, 0, "T1c")
    wait_for(lambda: roles(page)[0] == "T1c" and not page.text("p.rn-error"), "the T1c", 10)
    page.click("#roles-start")
    page.wait_for_views()
    kept = tomllib.loads(folder.with_suffix(".case.toml").read_text())
    assert kept["timepoint"][0]["sequences"] == {"T1c": "study/a", "FLAIR": "study/c"}


def test_a_table_that_is_there_is_not_overwritten(folder, capsys):
    folder.with_suffix(".case.toml").touch()
    assert main(["view", str(folder), "--choose", "--no-browser"]) == 3
    assert "is there already" in capsys.readouterr().err
