"""Two servers on one case: the second is read-only, takes over knowingly, and nothing is undone."""

import json

import pytest
from browser import Page, Served, wait_for

from Testing.web.reading.test_accessibility import faults


@pytest.fixture(scope="module")
def keep(tmp_path_factory):
    return tmp_path_factory.mktemp("kept") / "case.session.json"


@pytest.fixture(scope="module")
def servers(keep):
    made = [Served("--keep", str(keep))]
    yield made
    for server in made:
        server.stop()


def records(keep):
    return [r["finding"] for r in json.loads(keep.read_text())["records"]] if keep.exists() else []


def accept(page, finding):
    page.click(f"#item-{finding}")
    wait_for(lambda: page.js("return trame.state.get('item').finding") == finding, finding, 10)
    page.settle()
    page.press("a")


def test_the_second_reads_only_until_it_takes_over(servers, keep, tmp_path):
    first = Page(servers[0].url, tmp_path / "first")
    pages = [first]
    try:
        first.wait_for_views()
        accept(first, "cross_boundary")
        wait_for(lambda: records(keep) == ["cross_boundary"], "the answer in the file", 10)
        assert first.text("#keeping") == ""

        servers.append(Served("--keep", str(keep)))
        second = Page(servers[1].url, tmp_path / "second")
        pages.append(second)
        second.wait_for_views()
        assert "Read-only: this case has been open in the browser panel" in second.text("#keeping")
        assert faults(second) == []
        second.driver.save_screenshot(str(tmp_path / "read_only.png"))
        accept(second, "shape_change")
        wait_for(lambda: "not recorded: Read-only" in second.text(".rn-error"), "the refusal", 10)
        assert records(keep) == ["cross_boundary"]
        assert "accepted" not in second.text("#decision")

        accept(first, "perfusion")
        wait_for(lambda: second.probe()["decisions"] == 2, "the first one's answer followed", 10)
        second.click("#take-over")
        wait_for(lambda: not second.text("#keeping"), "no word any more", 10)
        wait_for(
            lambda: "took this case over" in first.text("#keeping"), "the first one's notice", 10
        )
        first.driver.save_screenshot(str(tmp_path / "lost.png"))
        accept(second, "shape_change")
        wait_for(
            lambda: records(keep) == ["cross_boundary", "perfusion", "shape_change"],
            "all three",
            10,
        )
        accept(first, "shape_change")
        first.settle()
        assert records(keep) == ["cross_boundary", "perfusion", "shape_change"]

        servers[1].stop()
        assert "rnassess: Read-only: this case has been open" in "".join(servers[1].output)
        wait_for(lambda: "has ended" in first.text("#keeping"), "word of its end", 10)
        first.click("#take-over")
        wait_for(lambda: not first.text("#keeping"), "no word any more", 10)
        first.press("u")
        wait_for(lambda: records(keep) == ["cross_boundary", "perfusion"], "its undo", 10)
    finally:
        for page in pages:
            page.close()


def test_a_change_from_outside_is_asked_about(servers, keep, tmp_path):
    page = Page(servers[0].url, tmp_path / "chromium")
    try:
        page.wait_for_views()
        before = records(keep)
        held = json.loads(keep.read_text())
        held["records"] = held["records"][:1]
        keep.write_text(json.dumps(held))
        wait_for(
            lambda: "something else changed" in page.text("#keeping"), "word of the change", 10
        )
        accept(page, "shape_change")
        page.settle()
        assert records(keep) == before[:1]
        page.click("#keep-both")
        wait_for(lambda: records(keep) == before, "both", 10)
        assert page.text("#keeping") == ""
    finally:
        page.close()


def test_a_killed_one_leaves_no_lock_that_counts(servers, keep, tmp_path):
    servers[0].kill()
    servers.append(Served("--keep", str(keep)))
    page = Page(servers[-1].url, tmp_path / "chromium")
    try:
        page.wait_for_views()
        assert page.text("#keeping") == ""
        assert page.probe()["decisions"] == len(records(keep))
    finally:
        page.close()
