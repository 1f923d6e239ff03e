"""The README's picture of a real head in the browser panel, taken from the running product.

    python Testing/benchmarks/null_pairs/panel_picture.py

A public head with a brain metastasis, given as two examinations with nothing changed (README.md says
how), served by the panel and photographed. The planned dose is ours; head and lesion are real.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
PROJECT = HERE.parents[2]
sys.path[:0] = [str(HERE), str(PROJECT / "Testing" / "web"), str(PROJECT)]

from browser import Page, Served  # noqa: E402
from head_sources import SHARED  # noqa: E402

SIZE = (1600, 900)
HEAD, SEED = "brats_met_00110", (0, 1, 0)
PICTURE = PROJECT / "Resources" / "Screenshots" / "panel-real-head.png"


class ServedHead(Served):
    """This file in a process of its own, serving the head."""

    def __init__(self, data):
        self.process = subprocess.Popen(
            [sys.executable, "-u", __file__, "--serve", "--data", str(data)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self.output = []
        self.url = self._read_url()


def serve_head(data):
    from measure_pair import build_case

    from RNAssessLib.assessment import assess
    from RNAssessLib.web import serve

    case, _ = build_case(HEAD, SEED, data)
    serve(assess(case), port=0, open_browser=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the public MR")
    parser.add_argument("--out", type=Path, default=PICTURE)
    parser.add_argument("--serve", action="store_true", help="only serve")
    args = parser.parse_args()
    if args.serve:
        serve_head(args.data)
        return
    served = ServedHead(args.data)
    try:
        with tempfile.TemporaryDirectory() as profile:
            page = Page(served.url, Path(profile), SIZE)
            try:
                page.wait_for_views()
                page.click("#item-rim_morphology")
                page.settle()
                page.driver.save_screenshot(str(args.out))
            finally:
                page.close()
    finally:
        served.stop()


if __name__ == "__main__":
    main()
