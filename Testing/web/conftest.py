"""Tests of this folder share a browser, a served case, and the hand-made assessments."""

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "scene")]


@pytest.fixture(scope="module")
def served():
    from browser import Served

    server = Served("--visits", "3", "--roles")
    yield server
    server.stop()


@pytest.fixture(scope="module")
def opened(served, tmp_path_factory):
    from browser import Page

    page = Page(served.url, tmp_path_factory.mktemp("chromium"))
    try:
        page.wait_for_views()
        yield page
    finally:
        page.close()


@pytest.fixture
def page(opened):
    opened.settle()
    yield opened
    assert opened.errors() == []


@pytest.fixture
def on_tab(page):
    """A page of the panel by its key; the checklist again afterwards."""
    from browser import wait_for

    def go(key, selector):
        page.press(key)
        wait_for(lambda: page.text(selector), f"{selector} by key {key}", 10)
        return page

    yield go
    page.js("document.activeElement.blur()")
    page.press("2")


@pytest.fixture(scope="session")
def assessment():
    from assessments import make_assessment

    return make_assessment(2)
