"""One hour's reading scripted in about five minutes: python Testing/benchmarks/soak/run.py

The real web server in its own process, a headless Chromium on it. A round walks items, answers,
undoes, turns and scrolls, switches isodoses, adds and removes a level, prescribes, asks the what-if,
paints, applies and takes back an outline, edits an event, turns the pages, opens and closes a second
tab, reloads. The server's resident memory is read after a garbage collection, at the end of every
round. Writes RESULTS.md beside this file.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
sys.path[:0] = [str(ROOT / "web"), str(ROOT / "scene")]

from browser import Page, Served, wait_for  # noqa: E402
from selenium.webdriver.common.action_chains import ActionChains  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

WARM_UP = 0.3  # of the time: caches of pictures, undo states and fonts fill
LIMIT_PERCENT = 5.0
CALL = """
const [name, values, done] = arguments;
trame.trigger(name, values).then((v) => done(v === undefined ? null : v), (e) => done("failed: " + e));
"""
TEXT = """# An hour's work in {minutes:.1f} minutes

Written by `run.py` on {day}: {cores} cores shared with other work, load {load} at the end. {rounds} rounds,
{actions} actions of a reader ({kinds}), {reloads} reloads, {tabs} second tabs.

Resident memory of the server after a garbage collection: {first:.0f} MiB after the warm-up (the first
{warm:.0f} % of the rounds, at least one), {last:.0f} MiB at the end: **{growth:+.1f} %** (limit {limit:g} %, medians of
three rounds each). Highest {highest:.0f} MiB. Errors in the browser's console: {errors}.

| round | after s | MiB |
|---|---|---|
{rows}
"""


class Reader:
    """Works through the page as a reader does, and counts what was done."""

    def __init__(self, served: Served, folder: Path) -> None:
        self.served, self.folder = served, folder
        self.page = Page(served.url, folder / "profile", log_traffic=False)
        self.page.wait_for_views()
        self.actions: dict[str, int] = {}
        self.reloads = self.tabs = 0

    def call(self, what: str, name: str, *values: object) -> object:
        """Ask the server for something, as a click does; waits for its answer."""
        self.actions[what] = self.actions.get(what, 0) + 1
        found = self.page.driver.execute_async_script(CALL, name, list(values))
        if isinstance(found, str) and found.startswith("failed"):
            raise AssertionError(f"{name}{values}: {found}")
        return found

    def key(self, what: str, action: str) -> None:
        """Do what a key stands for."""
        self.call(what, "key", action, "")

    def rest(self) -> None:
        """Wait until nothing is computed any more."""
        wait_for(lambda: not self.page.js("return trame.state.get('work').on"), "the work", 60)

    def work(self, number: int) -> None:
        """One round: some minutes of reading."""
        page = self.page
        self.page.js("trame.state.set('tab', 'checklist')")
        items = page.js("return trame.state.get('lesion').checklist.map((r) => r.finding)")
        for finding in items:
            self.call("items", "select_item", finding)
            self.key("answers", "accept")
        computed = page.js("return trame.state.get('item').computed")
        other = "absent" if computed != "absent" else "present"
        self.call("answers", "choose", other)
        self.call("answers", "decide", f"seen in round {number}")
        for _ in range(len(items) + 1):
            self.key("undo", "undo")
        for action in ("coronal", "sagittal", "axial", "zoom", "zoom"):
            self.key("views", action)
        for action in ("slice_up", "slice_down5", "slice_up5", "slice_down"):
            self.key("slices", action)
        page.settle()
        self.key("isodoses", "isodoses")
        self.key("isodoses", "isodoses")
        self.dose(number)
        self.outline()
        self.events()
        for tab in ("case", "dose", "course", "correct", "align", "checklist"):
            self.actions["pages"] = self.actions.get("pages", 0) + 1
            page.js(f"trame.state.set('tab', '{tab}')")
        page.settle()
        if number % 4 == 1:
            self.second_tab(number)
        elif number % 4 == 3:
            page.driver.refresh()
            page.wait_for_views()
            self.reloads += 1

    def dose(self, number: int) -> None:
        """Levels, prescriptions, the what-if."""
        self.call("levels", "preset", (1, 3, 5)[number % 3])
        self.call("levels", "add_level", "7,5", "Gy")
        index = self.page.js("return trame.state.get('levels').findIndex((l) => l.dose === 7.5)")
        if index >= 0:
            self.call("levels", "remove_level", index)
        first = self.page.js("return trame.state.get('prescriptions')[0]")
        for dose in ("18", "2000", "20"):
            self.call("prescriptions", "prescribe", first["course"], first["target"], dose)
            self.rest()
        self.call("what if", "what_if_open")
        self.call("what if", "what_if", "new", "fractions", str(1 + number % 5))
        self.call("what if", "what_if", "new", "total_gy", "24")

    def outline(self) -> None:
        """A stroke, applied and taken back."""
        self.page.js("trame.state.set('tab', 'correct')")
        view = self.page.js("return trame.state.get('shown_views')[0]")
        for phase, place in (("down", [0.7, 0.5]), ("move", [0.72, 0.55]), ("up", [0.72, 0.56])):
            self.call("strokes", "brush", view, phase, [place])
        self.call("outlines", "correct_do", "apply")
        self.rest()
        self.key("undo", "undo")
        self.rest()

    def events(self) -> None:
        """An event added and taken back."""
        self.call("events", "new_event")
        self.call("events", "event_kind", "kps", {})
        self.call("events", "save_event", {"date": "2025-10-01", "value": "70"})
        self.key("undo", "undo")

    def second_tab(self, number: int) -> None:
        """Another tab on the same case, and away with it."""
        first = self.page.driver.current_window_handle
        self.page.driver.switch_to.new_window("tab")
        self.page.driver.get(self.served.url)
        self.page.wait_for_views()
        ActionChains(self.page.driver).send_keys("n" + Keys.ARROW_UP).perform()
        self.page.settle()
        self.page.driver.close()
        self.page.driver.switch_to.window(first)
        self.tabs += 1

    def memory_mib(self) -> float:
        """Resident memory of the server after a garbage collection."""
        return float(self.call("memory", "memory"))


def soak(
    seconds: float, rounds: int = 10_000
) -> tuple[Reader, list[tuple[float, float]], list[str]]:
    """Work for that long; returns the reader, (seconds, MiB) by round, errors of the console."""
    with tempfile.TemporaryDirectory(prefix="rnassess-soak-") as name:
        folder = Path(name)
        served = Served("--visits", "3", "--course", "--memory", "--keep", str(folder / "s.json"))
        try:
            reader = Reader(served, folder)
            start, seen = time.monotonic(), []
            while time.monotonic() - start < seconds and len(seen) < rounds:
                reader.work(len(seen))
                seen.append((time.monotonic() - start, reader.memory_mib()))
            errors = reader.page.errors()
            reader.page.close()
        finally:
            served.stop()
    return reader, seen, errors


def median(values: list[float]) -> float:
    """Middle of an odd number of values, the upper of two."""
    return sorted(values)[len(values) // 2]


def growth_percent(memory: list[float], warm_up: float = WARM_UP) -> tuple[float, float, float]:
    """Median of three rounds after the warm-up, of the last three, and the growth in percent."""
    warm = max(int(len(memory) * warm_up), 1)  # the first round is never counted
    first, last = median(memory[warm : warm + 3]), median(memory[-3:])
    return first, last, 100.0 * (last - first) / first


def main() -> int:
    """Run, print, write RESULTS.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0)
    args = parser.parse_args()
    reader, seen, errors = soak(60 * args.minutes)
    memory = [mib for _, mib in seen]
    first, last, growth = growth_percent(memory)
    text = TEXT.format(
        minutes=seen[-1][0] / 60, day=datetime.now(UTC).date(), cores=os.cpu_count(),
        load=f"{os.getloadavg()[0]:.1f}", rounds=len(seen), actions=sum(reader.actions.values()),
        kinds=", ".join(f"{n} {what}" for what, n in sorted(reader.actions.items())),
        reloads=reader.reloads, tabs=reader.tabs, first=first, last=last, growth=growth,
        warm=100 * WARM_UP, limit=LIMIT_PERCENT, highest=max(memory), errors=len(errors),
        rows="\n".join(f"| {n} | {at:.0f} | {mib:.0f} |" for n, (at, mib) in enumerate(seen, 1)),
    )  # fmt: skip
    print(text, *errors, sep="\n")
    (HERE / "RESULTS.md").write_text(text, encoding="utf-8")
    return int(growth >= LIMIT_PERCENT)


if __name__ == "__main__":
    sys.exit(main())
