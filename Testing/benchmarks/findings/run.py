"""Every checklist item on random digital patients of known truth.

    python Testing/benchmarks/findings/run.py --cases 300

Each case: a random script (`scripts.py`) in the ICBM152 anatomy, imaged by the scanner model
(oblique stacks, slices up to 5 mm, receive field, noise, motion), prepared from its script with realistic errors
(`RNAssessLib.phantom.prepared`): alignment, brain extraction and segmentation themselves do not
run here, the measurement of all items does. Writes results.json and RESULTS.md beside itself, and
ROWS.jsonl: a case that is there, made by the same code (`code_digest`), is not run again, so that a
run may be stopped and taken up on another machine.
"""

import argparse
import json
import sys
from functools import partial
from pathlib import Path

import SimpleITK as sitk

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1]))
sys.path.insert(2, str(Path(__file__).parents[3]))  # the library need not be installed
import measure_case
from code_digest import code_digest
from kept_rows import KeptRows
from report import write_results
from scripts import RX

HERE = Path(__file__).parent


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=300)
    parser.add_argument("--first", type=int, default=1000, help="seeds below 1000 served tuning")
    parser.add_argument("--share", type=int, nargs=2, default=(0, 1), metavar=("N", "OF"),
                        help="anatomies of one process of several, each with --rows of its own")  # fmt: skip
    parser.add_argument("--hard", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--rows", type=Path, default=HERE / "ROWS.jsonl", help="a line per case: resumable"
    )
    parser.add_argument("--out", default=str(HERE / "results.json"))
    parser.add_argument("--report", type=Path, default=HERE / "RESULTS.md")
    parser.add_argument("--no-report", action="store_true")
    args = parser.parse_args()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    assert RX == 20.0
    kept = KeptRows(args.rows, code_digest(measure_case.__file__))
    print(f"code {kept.code}", flush=True)
    rows = []
    # heads are expensive: all cases of one anatomy together
    seeds = range(args.first, args.first + args.cases)
    mine = [s for s in seeds if measure_case.anatomy_of(s) % args.share[1] == args.share[0]]
    for seed in sorted(mine, key=measure_case.anatomy_of):
        name = f"{'hard' if args.hard else 'plain'}-{seed}"
        row = kept.get(name, partial(measure_case.run_case, seed, args.hard))
        if row is None:
            print(seed, "no place for such a lesion", flush=True)
            continue
        rows.append(row)
        wrong = [i for i, t in row["truth"].items()
                 if t is not None and t != (row["found"][i] == "present")]  # fmt: skip
        print(seed, row["site"], row["boundary"], row["shape"], row["core"], row["structure"],
              f"{row['build_s']:.1f}+{row['measure_s']:.1f} s", "OTHER" if wrong else "ok", wrong,
              flush=True)  # fmt: skip
    kept.tidy()
    rows.sort(key=lambda row: row["seed"])
    Path(args.out).write_text(json.dumps(rows, indent=0), encoding="utf-8")
    if not args.no_report:
        write_results(rows, args.report)


if __name__ == "__main__":
    main()
