"""The whole way, key to picture, through a real headless Chromium on the same machine."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from browser import Page, Served
from figures import Figure

WATCH = Path(__file__).with_name("watch.js").read_text(encoding="utf-8")
UP, DOWN = "ArrowUp", "ArrowDown"
REPEATS_PER_S, SWEEP = 30, 15


def measure_page(times: int) -> list[Figure]:
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as profile:
        page = Page("about:blank", Path(profile), log_traffic=False)
        server = Served("--fine", "--visits", "4")
        try:
            figures += first_pictures(page, server.url)
            page.settle()
            assert all((page.picture(view) > 60).mean() > 0.1 for view in ("Red", "Slice8")), (
                "black"
            )
            page.js(WATCH)
            figures += moving(page, times)
            figures += actions(page, times)
            figures += one_view(page)
        finally:
            page.close()
            server.stop()
    return figures


def first_pictures(page: Page, url: str) -> list[Figure]:
    """From the moment at which the assessed case is handed over; scene and page are made in it."""
    start = time.perf_counter()
    page.driver.get(url)
    one = (
        "return [...document.querySelectorAll('.rn-picture[data-shown]')].some(p => p.offsetParent)"
    )
    while not page.js(one):
        time.sleep(0.02)
    first = time.perf_counter() - start
    page.wait_for_views()
    return [
        Figure("first picture of a case", first, "s", 5),
        Figure("all eight pictures", time.perf_counter() - start, "s", 5),
    ]


def ask(page: Page, function: str, *arguments):
    words = ", ".join(f"arguments[{at}]" for at in range(len(arguments)))
    result = page.driver.execute_async_script(
        f"window.{function}({words}).then(arguments[arguments.length - 1])", *arguments
    )
    assert result != -1, f"{function} {arguments}: it never came"
    return result


def from_rest(page: Page, function: str, keys: list[str], times: int) -> list[float]:
    took = []
    for at in range(times):
        page.settle()
        took.append(ask(page, function, keys[at % len(keys)]))
    return took


def moving(page: Page, times: int) -> list[Figure]:
    took = from_rest(page, "rnToPictures", [UP] * 5 + [DOWN] * 5, times)
    figures = [
        Figure("eight views: key to the last picture, median", statistics.median(took), "ms")
    ]
    pictures, seconds, lag = hold(page, ("x", "v", "s"))
    figures.append(
        Figure("eight views: key held, pictures in every view", pictures / seconds, "/s", 10, True)
    )
    figures.append(Figure("eight views: last picture after letting go", 1000 * lag, "ms"))
    return figures


def hold(page: Page, planes: tuple[str, ...]) -> tuple[int, float, float]:
    """Pictures, seconds and longest lag (s) of sweeps through the lesion."""
    pictures, seconds, lag = 0, 0.0, 0.0
    for plane in planes:
        page.press(plane)
        page.settle()
        page.js("for (let n = 0; n < 3; n++) trame.trigger('key', ['slice_down5', ''])")
        page.settle()
        shown, took, late = ask(page, "rnHold", UP, 2 * SWEEP, REPEATS_PER_S)
        pictures, seconds, lag = pictures + shown, seconds + took / 1000, max(lag, late / 1000)
        page.js("for (let n = 0; n < 3; n++) trame.trigger('key', ['slice_down5', ''])")
        page.settle()
    return pictures, seconds, lag


def actions(page: Page, times: int) -> list[Figure]:
    figures = []
    page.press("x")
    took = from_rest(page, "rnToText", ["n"], times)
    figures.append(Figure("next item: key to its text, median", statistics.median(took), "ms", 200))
    figures.append(Figure("next item: key to its text, slowest", max(took), "ms"))
    took = from_rest(page, "rnToPictures", ["i"], times)
    figures.append(
        Figure("isodoses off and on: key to the last picture, median", statistics.median(took),
               "ms", 200)
    )  # fmt: skip
    page.click("#item-cross_boundary")
    took = from_rest(page, "rnToText", ["a", "u"], times)
    figures.append(
        Figure("decision and undo: key to the text, median", statistics.median(took), "ms", 200)
    )
    return figures


def one_view(page: Page) -> list[Figure]:
    page.press("x")
    page.settle()
    page.js("trame.trigger('key', ['maximise', 'Red'])")
    time.sleep(1.0)
    page.settle()
    # the browser's own layout of 700 x 700, whatever the screen
    page.js("document.querySelector('.rn-cell[data-view=Red]').style.cssText ="
            " 'width: 700px; height: 700px'")  # fmt: skip
    time.sleep(1.0)
    page.settle()
    size = page.js("const b = document.querySelector('.rn-cell[data-view=Red]')"
                   ".getBoundingClientRect(); return [b.width, b.height]")  # fmt: skip
    assert size == [700, 700], size
    pictures, seconds, lag = hold(page, ("x", "v", "s"))
    return [
        Figure("one view of 700 x 700: key held, pictures", pictures / seconds, "/s", 25, True),
        Figure("one view: last picture after letting go", 1000 * lag, "ms"),
    ]
