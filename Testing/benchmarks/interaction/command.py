"""First picture from the shell command: python Testing/benchmarks/interaction/command.py

From the start of `rnassess view STUDY` until a picture stands on the page, in a Chromium that runs
already: once with nothing kept of the case, then from what the first run kept of it, several times.
A digital patient is written as a DICOM study first. Prints its table and writes COMMAND.md.
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
SHOWN = "return [...document.querySelectorAll('.rn-picture[data-shown]')].some(p => p.offsetParent)"
TEXT = """# First picture from the shell command

Written by `command.py` on {day}: {cores} cores, software rendering, browser and server on the same
machine; load {before} before, {after} after (1/5/15 minutes). `rnassess view` of the study of
`rnassess phantom {phantom}` (four visits), from the start of the process; the browser runs already.

{table}
"""


class Command(Served):
    """`rnassess view` in a process of its own; its address is read as it says it."""

    def __init__(self, study: Path) -> None:
        environment = {**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUNBUFFERED": "1"}
        self.process = subprocess.Popen(
            [*CLI, "view", str(study), "--no-browser"], cwd=study.parent, env=environment,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.output = []
        self.url = self._read_url()


def first_picture(study: Path) -> float:
    """Seconds from the start of the command to a picture."""
    with tempfile.TemporaryDirectory() as profile:
        page = Page("about:blank", Path(profile), log_traffic=False)
        try:
            start = time.perf_counter()
            server = Command(study)
            try:
                page.driver.get(server.url)
                while not page.js(SHOWN):
                    time.sleep(0.02)
                return time.perf_counter() - start
            finally:
                server.stop()
        finally:
            page.close()


def measure(phantom: str, times: int) -> list[Figure]:
    """Nothing kept, then kept `times` times: the first of them and the best."""
    with tempfile.TemporaryDirectory() as folder:
        study = Path(folder) / "study"
        write = [*CLI, "phantom", phantom, "--seed", "3", "--out", str(study)]
        subprocess.run(write, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
        anew = first_picture(study)
        kept = [first_picture(study) for _ in range(times)]
    return [
        Figure("nothing kept of the case", anew, "s"),
        Figure("kept, first time", kept[0], "s", GOAL_S),
        Figure("kept, best", min(kept), "s", GOAL_S),
        Figure("kept, slowest", max(kept), "s", GOAL_S),
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
