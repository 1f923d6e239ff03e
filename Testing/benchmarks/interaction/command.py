"""First picture from the shell command: python Testing/benchmarks/interaction/command.py

From the start of `rnassess view STUDY` until a picture stands on the page, and until every view has
its own, in a Chromium that runs already: once with nothing kept of the case, then from what the
first run kept of it, several times. A digital patient is written as a DICOM study first. RNAssess
runs from compiled bytecode, as pip leaves it: the first run writes it, whatever this environment
says. Prints its table and writes COMMAND.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(HERE.parents[1] / "web")]

from browser import Page, Served  # noqa: E402
from figures import Figure, load, table  # noqa: E402

GOAL_S = 5.0
CLI = (sys.executable, "-m", "RNAssessLib.cli")
VIEWS = "[...document.querySelectorAll('.rn-picture')].filter(p => p.offsetParent)"
SHOWN = f"return {VIEWS}.some(p => p.dataset.shown)"
ALL_SHOWN = f"const views = {VIEWS}; return views.length > 0 && views.every(p => p.dataset.shown)"
TEXT = """# First picture from the shell command

Written by `command.py` on {day}: {cores} cores, software rendering, browser and server on the same
machine; load {before} before, {after} after (1/5/15 minutes). `rnassess view` of the study of
`rnassess phantom {phantom}` (four visits), from the start of the process; the browser runs already,
RNAssess is compiled to bytecode, as pip leaves it.

{table}
"""


class Command(Served):
    """`rnassess view` in a process of its own; its address is read as it says it."""

    def __init__(self, study: Path) -> None:
        environment = {
            **os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1",
            "PYTHONPYCACHEPREFIX": str(study.with_name("bytecode")),
        }  # fmt: skip
        environment.pop("PYTHONDONTWRITEBYTECODE", None)
        self.process = subprocess.Popen(
            [*CLI, "view", str(study), "--no-browser"], cwd=study.parent, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.output = []
        self.url = self._read_url()


def first_picture(study: Path) -> tuple[float, float]:
    """Seconds from the start of the command to a picture, and to one in every view."""
    with tempfile.TemporaryDirectory() as profile:
        page = Page("about:blank", Path(profile), log_traffic=False)
        try:
            start = time.perf_counter()
            server = Command(study)
            try:
                page.driver.get(server.url)
                return _wait(page, SHOWN) - start, _wait(page, ALL_SHOWN) - start
            finally:
                server.stop()
        finally:
            page.close()


def _wait(page: Page, shown: str) -> float:
    while not page.js(shown):
        time.sleep(0.02)
    return time.perf_counter()


def measure(phantom: str, times: int) -> list[Figure]:
    """Nothing kept, then kept `times` times: the first of them and the best."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        write = [*CLI, "phantom", phantom, "--seed", "3", "--out", str(study)]
        subprocess.run(write, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        anew, _ = first_picture(study)
        kept, every = zip(*(first_picture(study) for _ in range(times)), strict=True)
    return [
        Figure("nothing kept of the case", anew, "s"),
        Figure("kept, first time", kept[0], "s", GOAL_S),
        Figure("kept, best", min(kept), "s", GOAL_S),
        Figure("kept, slowest", max(kept), "s", GOAL_S),
        Figure("kept, a picture in every view, slowest", max(every), "s"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phantom", default="rn_across_falx")
    parser.add_argument("--times", type=int, default=3, help="openings of the kept case")
    args = parser.parse_args()
    before = load()
    rows = table(measure(args.phantom, args.times))
    text = TEXT.format(day=datetime.now(UTC).date(), cores=os.cpu_count(), before=before,
                       after=load(), phantom=args.phantom, table=rows)  # fmt: skip
    (HERE / "COMMAND.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
