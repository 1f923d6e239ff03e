"""The whole way on hard digital patients: images in, answers out, against the script.

    python Testing/benchmarks/headline/hard.py --first 5000 --cases 30

The random scripts and heads of `Testing/benchmarks/findings`, imaged as whole heads at all three
visits and given to the product as a case: registration, brain extraction, anatomy from the atlas,
segmentation and settling run. One patient in four has no pre-contrast T1. `--t1-only` images T1c
and T1 alone, half the time: enough for all that rests on outlines. Writes HARD.md beside
this file, and ROWS.jsonl: a patient that is there, made by the same code (`code_digest`), is not run
again, so that a run may be stopped and taken up on another machine.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

import numpy as np
import SimpleITK as sitk

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(1, str(Path(__file__).parents[1] / "findings"))
sys.path.insert(2, str(Path(__file__).parents[1]))
sys.path.insert(3, str(Path(__file__).parents[3]))  # the library need not be installed
import measure_patient
from code_digest import code_digest
from kept_rows import KeptRows
from measure_case import anatomy_of
from report import HEADLINE, by_kind, failures, item_rows

HERE = Path(__file__).parent


def write_results(rows, path, command):
    dice = np.array([d for r in rows for d in r["dice"]])
    parts = [p for r in rows for p in r["parts"]]
    small = [p for p in parts if p[0] < 1.0]
    patterns = [(a, b) for a, b in (r["pattern"] for r in rows) if a is not None]
    lines = [
        "# Hard digital patients, the whole way", "",
        f"Made by `{command}`. {len(rows)} patients, none used for tuning, "
        f"{sum(not r['t1'] for r in rows)} without a pre-contrast T1, "
        f"{sum(max(r['slice_mm']) > 2 for r in rows)} with a T1c of slices over 2 mm at some "
        "visit. Scripts, heads and scoring as in `Testing/benchmarks/findings`, but nothing is "
        "prepared from the script: registration, brain extraction, anatomy (atlas), segmentation "
        "and settling ran. Agreement with a script, not accuracy in patients.", "",
        *item_rows(rows), "",
        f"Course pattern as in the script: {sum(a == b for a, b in patterns)}/{len(patterns)}.", "",
        f"Registration error at most {max(r['registration_mm'] for r in rows):.2f} mm. Dice of "
        f"enhancement: median {np.median(dice):.3f}, lowest {dice.min():.3f} ({len(dice)} scans).",
        "",
        f"True separate enhancing parts at the last visit: {len(parts)}; at least half outlined "
        f"{sum(p[2] >= 0.5 for p in parts)}; of those under 1 cm³ "
        f"{sum(p[2] >= 0.5 for p in small)} of {len(small)}.", "",
        f"Preparation {np.median([r['prepare_s'] for r in rows]):.0f} s median on one core of a "
        "machine busy with other work.",
    ]  # fmt: skip
    for item, key in zip(HEADLINE[:2], ("boundary", "shape"), strict=True):
        lines += ["", f"## {item} by kind of case", "", "| case | right |", "|---|---|"]
        lines += by_kind(rows, item, key)
    lines += ["", "## Disagreements", "", *failures(rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=5000)
    parser.add_argument("--cases", type=int, default=30)
    parser.add_argument("--t1-only", action="store_true", help="no FLAIR, DWI, ADC, SWI")
    parser.add_argument("--rows", type=Path, default=HERE / "ROWS.jsonl")
    parser.add_argument("--no-report", action="store_true")
    args = parser.parse_args()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    kept = KeptRows(args.rows, code_digest(measure_patient.__file__))
    print(f"code {kept.code}", flush=True)
    rows = []
    # heads are expensive: all patients of one anatomy together
    for seed in sorted(range(args.first, args.first + args.cases), key=anatomy_of):
        name = f"{'t1' if args.t1_only else 'whole'}-{seed}"
        row = kept.get(name, partial(measure_patient.run_case, seed, args.t1_only))
        if row is None:
            print(seed, "no place for such a lesion", flush=True)
            continue
        rows.append(row)
        wrong = [i for i, t in row["truth"].items()
                 if t is not None and t != (row["found"][i] == "present")]  # fmt: skip
        print(seed, row["site"], row["boundary"], row["shape"], row["core"], row["structure"],
              f"{row['build_s']:.0f}+{row['prepare_s']:.0f}+{row['measure_s']:.0f} s",
              [round(d, 2) for d in row["dice"]], "OTHER" if wrong else "ok", wrong, flush=True)  # fmt: skip
    kept.tidy()
    if not args.no_report:
        words = f"--first {args.first} --cases {args.cases}" + " --t1-only" * args.t1_only
        write_results(rows, HERE / "HARD.md", f"python Testing/benchmarks/headline/hard.py {words}")


if __name__ == "__main__":
    main()
