"""Smoothness of the browser panel, in figures: python Testing/benchmarks/interaction/run.py

Two ways: the drawing alone (no network, no browser), and the whole way through a real headless
Chromium on the same machine, from key press to picture. Prints both tables and, unless only one
part runs, writes RESULTS.md beside this file with the load of the machine. The goals are those of
the reading room: 8 linked views >= 10 updates/s, one view of 700 x 700 >= 25/s, first picture < 5 s,
panel actions < 200 ms; on 2 cores with software rendering, browser and server together.
"""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
# the library need not be installed
sys.path[:0] = [str(HERE), str(ROOT / "web"), str(ROOT / "scene"), str(ROOT.parent)]

from drawing import measure_drawing  # noqa: E402
from figures import Figure, load, table  # noqa: E402
from page import measure_page  # noqa: E402

TEXT = """# Smoothness of the browser panel

Written by `run.py` on {day}: {cores} cores, software rendering, browser and server on the same machine;
load {before} before, {after} after (1/5/15 minutes). Four studies of 1 mm, T1c and FLAIR: eight linked
views with five isodoses, two targets and three outlines per study. Only a quiet machine tells the rates;
processor time depends less on what else runs.

## Through a browser

A picture counts when it is in its place on the page and a frame has passed; a rate is that of
the view that got fewest. A held key repeats 30 times a second, one second in each plane through the lesion,
with eight views through slices that were not cut before. Steps that come while the views are still being
drawn are taken together, so that the pictures do not lag behind the hand. Single keys and actions start from rest. The first picture is timed from the moment at which the assessed
case is handed over and the address opened: scene, page and pictures are made in it, the browser runs.
The finer lines that follow half a second after the last change are not waited for.

{page}

## The drawing alone

Scroll, cut, render, read back and encode, one thread, each slice new.

{drawing}
"""


def results(page: list[Figure], drawing: list[Figure], before: str) -> str:
    """Text of RESULTS.md."""
    return TEXT.format(
        day=datetime.now(UTC).date(), cores=os.cpu_count(), before=before, after=load(),
        page=table(page), drawing=table(drawing),
    )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=20, help="of every single action")
    parser.add_argument("--only", choices=("drawing", "page"))
    args = parser.parse_args()
    before = load()
    page: list[Figure] = []
    drawing: list[Figure] = []
    if args.only != "drawing":
        page = measure_page(args.times)
        print(table(page), flush=True)
    if args.only != "page":
        from assessments import FINE, make_assessment

        drawing = measure_drawing(make_assessment(4, FINE))
        print(table(drawing), flush=True)
    if args.only is None:
        (HERE / "RESULTS.md").write_text(results(page, drawing, before), encoding="utf-8")
    print(f"load {before} before, {load()} after")


if __name__ == "__main__":
    main()
