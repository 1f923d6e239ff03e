"""What cannot be saved is said until it is; a damaged file is named, and its backup taken up."""

import shutil

import pytest
from browser import Page, Served, wait_for

from RNAssessLib.panel.session.file import read_session


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A case whose file lies beside a backup, and was damaged before it was opened."""
    keep = tmp_path_factory.mktemp("kept") / "folder" / "session.json"
    keep.parent.mkdir()
    server = Served("--visits", "2", "--keep", str(keep))
    server.keep = keep
    yield server
    server.stop()


def answer(page, finding):
    page.click(f"#item-{finding}")
    wait_for(lambda: page.js("return trame.state.get('item').finding") == finding, finding, 10)
    page.press("a")


def test_not_saved_stands_there_until_it_is_saved(page, served):
    answer(page, "cross_boundary")
    wait_for(served.keep.exists, "the first answer", 10)
    shutil.move(served.keep.parent, served.keep.parent.with_name("away"))  # an unplugged disk
    answer(page, "shape_change")
    wait_for(lambda: "its folder is gone" in page.text("#unsaved"), "the sentence", 10)
    assert " ".join(page.text("#unsaved").split()).startswith("Not saved to session.json: ")
    page.press("4")  # on every page, not only beside the item
    assert "Not saved" in page.text("#unsaved")
    page.press("2")
    shutil.move(served.keep.parent.with_name("away"), served.keep.parent)
    page.click("#save-again")
    wait_for(lambda: not page.js("return document.getElementById('unsaved')"), "saved", 10)
    kept = read_session(served.keep)
    assert [d.finding for d in kept.decisions] == ["cross_boundary", "shape_change"]


def test_a_damaged_session_opens_from_its_backup_and_says_so(tmp_path):
    from RNAssessLib.findings.finding import Status
    from RNAssessLib.panel.session.file import write_session
    from RNAssessLib.panel.session.session import ReaderSession

    keep = tmp_path / "case.session.json"
    one = ReaderSession().accept("L1", "cross_boundary", Status.PRESENT)
    write_session(one, keep)
    write_session(one.accept("L1", "shape_change", Status.PRESENT), keep)
    keep.write_bytes(b"{")
    server, page = Served("--keep", str(keep)), None
    try:
        page = Page(server.url, tmp_path / "profile")
        page.wait_for_views()
        wait_for(lambda: "backup" in page.text("#notice"), "the notice", 10)
        assert "case.session.json is damaged" in page.text("#notice")
        page.click("#notice-read")
        wait_for(lambda: not page.js("return document.getElementById('notice')"), "read", 10)
        assert (
            page.js("return trame.state.get('lesion').checklist.filter(r => r.decision).length")
            == 1
        )
    finally:
        if page is not None:
            page.close()
        server.stop()
    (aside,) = tmp_path.glob("*.damaged-*")
    assert aside.read_bytes() == b"{"
