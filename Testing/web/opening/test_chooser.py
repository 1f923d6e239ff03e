"""A case in two clicks: a folder's cases in a real Chromium."""

import pytest
from browser import Page, Served, wait_for

from RNAssessLib.cli import main
from Testing.web.reading.test_accessibility import faults

CASE = '[[timepoint]]\nid = "t0"\ndate = 2025-01-08\n[timepoint.sequences]\nT1c = "none.nii.gz"\n'


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cases")
    for name in ("alpha", "broken", "slow"):
        (folder / f"{name}.toml").write_text(CASE)
    (folder / "more" / "beta").mkdir(parents=True)
    (folder / "more" / "beta" / "case.toml").write_text(CASE)
    (folder / "more" / "gamma.toml").write_text(CASE)
    return folder


@pytest.fixture(scope="module")
def page(folder, tmp_path_factory):
    server = Served("--cases", str(folder))
    page = Page(server.url, tmp_path_factory.mktemp("chromium"))
    try:
        listed(page)
        yield page
        assert page.errors() == []
    finally:
        page.close()
        server.stop()


def listed(page):
    wait_for(lambda: page.text(".rn-lessons h1") == "Cases", "the list", 30)


def names(page):
    return page.js("return [...document.querySelectorAll('tbody tr b')].map(e => e.innerText)")


def test_the_list_names_cases_and_folders(page, folder):
    assert names(page) == ["alpha", "broken", "slow"]
    assert page.text("#cases-folder") == str(folder.resolve())
    assert faults(page) == []


def test_one_click_opens_and_one_key_comes_back(page, folder):
    page.click('[data-case="0"]')
    page.wait_for_views()
    page.click("#item-cross_boundary")
    page.press("a")
    wait_for(lambda: page.probe()["decisions"] == 1, "the decision", 5)
    page.press("C")
    listed(page)
    assert (folder / "alpha.session.json").exists()
    first = page.js("return [...document.querySelectorAll('tbody tr td')].map(e => e.innerText)")
    assert first[2] == "1"
    page.press("1")
    page.wait_for_views()
    assert page.probe()["decisions"] == 1  # taken up again
    page.click("#close-case")
    listed(page)


def test_opening_is_cancelled_by_key(page):
    page.click('[data-case="2"]')
    wait_for(lambda: "step" in page.text(".rn-load"), "progress", 10)
    page.press("\ue00c")
    listed(page)
    assert page.text("#cases-problem") == ""


def test_a_broken_case_says_why_in_one_line_and_the_list_stays(page):
    page.click('[data-case="1"]')
    wait_for(lambda: page.text("#cases-problem"), "the reason", 20)
    problem = page.text("#cases-problem")
    assert problem.startswith("broken: ")
    assert "none.nii.gz" in problem
    assert "\n" not in problem
    assert names(page) == ["alpha", "broken", "slow"]


def test_folders_are_entered_and_left_but_never_above_the_first(page, folder):
    page.click('[data-folder="more"]')
    wait_for(lambda: names(page) == ["beta", "gamma"], "the cases inside", 10)
    page.js("trame.trigger('enter_folder', ['../..'])")
    page.js("trame.trigger('enter_folder', ['/'])")
    page.click('[data-folder=".."]')
    wait_for(lambda: names(page) == ["alpha", "broken", "slow"], "the first folder", 10)
    page.js("trame.trigger('enter_folder', ['..'])")
    assert page.text("#cases-folder") == str(folder.resolve())


def test_a_session_belongs_to_one_case(folder, capsys):
    assert main(["view", str(folder), "--no-browser", "--session", "s.json"]) == 2
    assert "one case" in capsys.readouterr().err


def test_a_missing_folder_is_one_line(tmp_path, capsys):
    assert main(["view", str(tmp_path / "nowhere"), "--no-browser"]) == 3
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
