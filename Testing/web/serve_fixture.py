"""Serve the hand-made assessment, as the tests and a curious developer need it.

Usage: python Testing/web/serve_fixture.py [--visits N] [--fine] [--slow] [--roles] [--port P]
"""

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "scene"))

from assessments import FINE, Detail, make_assessment

from RNAssessLib.case import SequenceRole
from RNAssessLib.web import serve


def load_slowly(progress):
    """A load that takes its time and can be cancelled."""
    for step in range(100):
        progress(step / 100, f"step {step}")
        time.sleep(0.1)
    return make_assessment()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--visits", type=int, default=2)
    parser.add_argument("--fine", action="store_true")
    parser.add_argument("--slow", action="store_true")
    parser.add_argument("--roles", action="store_true", help="with ADC and SWI")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--keep", type=Path, help="file that keeps the decisions")
    args = parser.parse_args()
    roles = [SequenceRole.T1C, SequenceRole.FLAIR]
    if args.roles:
        roles += [SequenceRole.ADC, SequenceRole.SWI]
    if args.slow:
        source = load_slowly
    else:
        source = make_assessment(args.visits, FINE if args.fine else Detail(), tuple(roles))
    serve(source, port=args.port, open_browser=False, keep_in=args.keep)


if __name__ == "__main__":
    main()
