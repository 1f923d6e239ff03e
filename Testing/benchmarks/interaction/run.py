"""Smoothness of the browser panel, in figures: python Testing/benchmarks/interaction/run.py

Two ways: the drawing alone (scroll, render, encode; no network, no browser), and the whole way
through a real headless Chromium (key press until the last new picture is on the page). Prints a
table; the goals are those of the reading room: 8 linked views >= 10 updates/s, one view of 700 x
700 >= 25 updates/s, first picture < 5 s, panel actions < 200 ms.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "web"), str(ROOT / "scene")]

WAIT_ALL_NEW = """
const done = arguments[arguments.length - 1];
const action = arguments[0], view = arguments[1];
const images = [...document.querySelectorAll('.rn-cell')].filter(e => e.offsetParent)
  .map(e => e.querySelector('img'));
const before = images.map(i => i.src);
const start = performance.now();
const check = () => {
  if (images.every((image, at) => image.src !== before[at] && image.complete)) {
    done(performance.now() - start);
  } else if (performance.now() - start > 5000) { done(-1); } else { requestAnimationFrame(check); }
};
trame.trigger('key', [action, view]);
requestAnimationFrame(check);
"""
WAIT_TEXT = """
const done = arguments[arguments.length - 1];
const action = arguments[0];
const before = document.querySelector('.rn-detail').innerText;
const start = performance.now();
const check = () => {
  const now = document.querySelector('.rn-detail').innerText;
  if (now !== before) { done(performance.now() - start); }
  else if (performance.now() - start > 5000) { done(-1); } else { requestAnimationFrame(check); }
};
trame.trigger('key', [action, '']);
requestAnimationFrame(check);
"""


def report(name: str, value: float, unit: str, goal: str) -> None:
    print(f"{name:<52} {value:8.1f} {unit:<10} goal {goal}", flush=True)


def measure_drawing(updates: int) -> None:
    from assessments import FINE, LESION, make_assessment
    from trame_slicer.core import SlicerApp
    from vtkmodules.vtkCommonCore import vtkMultiThreader

    from RNAssessLib.scene import build_layout, build_scene
    from RNAssessLib.scene.host import quiet_output
    from RNAssessLib.web.display import Display
    from RNAssessLib.web.frames import encode_jpeg
    from RNAssessLib.web.views import SerialViews

    vtkMultiThreader.SetGlobalMaximumNumberOfThreads(1)
    assessment = make_assessment(4, FINE)
    start = time.perf_counter()
    with quiet_output():
        app = SlicerApp()
    views = SerialViews(app, build_layout(assessment.prepared))
    Display(assessment, build_scene(app.scene, assessment))
    views.start(tuple(LESION), assessment.prepared.lesions[0].radius_mm)
    report("scene and eight views made", time.perf_counter() - start, "s", "")
    for name, count, size, goal in (
        ("eight linked views, 235 x 340", 8, (235, 340), ">= 10"),
        ("one view, 700 x 700", 1, (700, 700), ">= 25"),
        ("eight linked views, 440 x 650 (2560 x 1440)", 8, (440, 650), ""),
    ):
        shown = views.views[:count]
        with quiet_output():
            for linked in shown:
                linked.frames.update_size("", {"w": size[0], "h": size[1]})
                linked.frames.capture()
        start, cpu = time.perf_counter(), time.process_time()
        for step in range(updates):
            views.scroll(1 if step % 20 < 10 else -1)
            for linked in shown:
                encode_jpeg(linked.frames.capture())
        report(f"drawn: {name}", updates / (time.perf_counter() - start), "updates/s", goal)
        per_update = 1000 * (time.process_time() - cpu) / updates
        report(f"drawn: {name}, processor time", per_update, "ms", "")
    views.close()


def measure_page(updates: int) -> None:
    from browser import Page, Served

    server = Served("--fine", "--visits", "4")
    with tempfile.TemporaryDirectory() as profile:
        start = time.perf_counter()
        page = Page(server.url, Path(profile))
        try:
            page.wait_for_views()
            report("page: browser start to all pictures", time.perf_counter() - start, "s", "< 5")
            page.settle()
            measure_actions(page, updates)
        finally:
            page.close()
            server.stop()


def measure_actions(page, updates: int) -> None:
    def repeat(script: str, actions: list[str], view: str = "") -> list[float]:
        took = []
        for at in range(updates):
            took.append(page.driver.execute_async_script(script, actions[at % len(actions)], view))
        assert min(took) > 0, "a picture never came"
        return took

    moves = ["slice_up"] * 10 + ["slice_down"] * 10
    took = repeat(WAIT_ALL_NEW, moves)
    report(
        "page: eight views, key to last picture (median)", statistics.median(took), "ms", "<= 100"
    )
    report(
        "page: eight views, one after another", 1000 / statistics.mean(took), "updates/s", ">= 10"
    )
    took = repeat(WAIT_TEXT, ["next"])
    report("page: next item, key to its text (median)", statistics.median(took), "ms", "< 200")
    took = repeat(WAIT_ALL_NEW, ["isodoses"])
    report("page: isodoses on/off in eight views (median)", statistics.median(took), "ms", "< 200")
    page.press("n")
    took = repeat(WAIT_TEXT, ["accept", "undo"])
    report("page: decision and undo, key to text (median)", statistics.median(took), "ms", "< 200")
    page.driver.execute_script("trame.trigger('key', ['maximise', 'Red'])")
    time.sleep(1.0)
    page.settle()
    took = repeat(WAIT_ALL_NEW, moves)
    report("page: one large view, key to picture (median)", statistics.median(took), "ms", "<= 40")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--updates", type=int, default=40)
    parser.add_argument("--only", choices=("drawing", "page"))
    args = parser.parse_args()
    if args.only != "page":
        measure_drawing(args.updates)
    if args.only != "drawing":
        measure_page(args.updates)


if __name__ == "__main__":
    main()
