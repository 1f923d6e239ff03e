"""Do the headline findings agree with the script behind each digital patient?

    python Testing/benchmarks/headline/run.py --seeds 10

Writes RESULTS.md beside itself: one row per phantom, and every disagreement by name. Also the
registration error, the overlap of masks with the truth, and the time of each stage.
"""

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import SimpleITK as sitk

sys.path.insert(0, str(Path(__file__).parent))
from measure_patient import overlap

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.phantom import build_phantom
from RNAssessLib.preparation import prepare

PHANTOMS = ("rn_across_falx", "ttp_nodule", "ttp_near_falx")
ITEMS = ("cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci")


def run_one(name, seed):
    patient = build_phantom(name, seed)
    start = time.perf_counter()
    prepared = prepare(patient.case)
    middle = time.perf_counter()
    assessment = assess_prepared(prepared)
    stop = time.perf_counter()
    found = {i: assessment.lesions[0].finding(i).status.value for i in ITEMS}
    truth = patient.scenario.lesions[0].truth
    error, dices = overlap(prepared, patient)
    return found, truth, error, min(dices), middle - start, stop - middle


def use_one_thread():
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)


def run_all(name, args):
    """Results of every seed, in order; several at a time share the machine."""
    if args.jobs < 2:
        yield from (run_one(name, seed) for seed in range(args.seeds))
        return
    context = get_context("spawn")
    with ProcessPoolExecutor(args.jobs, context, initializer=use_one_thread) as pool:
        yield from pool.map(run_one, [name] * args.seeds, range(args.seeds))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="digital patients at the same time")
    parser.add_argument("--phantoms", nargs="+", default=list(PHANTOMS))
    args = parser.parse_args()
    if args.threads:
        sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(args.threads)
    lines = [
        "# Headline findings against the digital patients' scripts",
        "",
        f"{args.seeds} seeds each; made by `python Testing/benchmarks/headline/run.py "
        f"{' '.join(sys.argv[1:])}`.",
        "",
        "| phantom | " + " | ".join(ITEMS) + " | worst registration error (mm) | lowest Dice of "
        "enhancement | prepare (s, median) | measure (s, median) |",
        "|---|" + "---|" * (len(ITEMS) + 4),
    ]
    misses = []
    for name in args.phantoms:
        rows = []
        for seed, row in enumerate(run_all(name, args)):
            rows.append(row)
            print(name, seed, row, flush=True)
            misses += [
                f"- {name}, seed {seed}: {item} is {row[0][item]}, the script says {row[1][item]}"
                for item in ITEMS
                if row[0][item] != row[1][item]
            ]
        agree = [f"{sum(r[0][i] == r[1][i] for r in rows)} / {len(rows)}" for i in ITEMS]
        lines.append(
            f"| {name} | "
            + " | ".join(agree)
            + f" | {max(r[2] for r in rows):.2f} | {min(r[3] for r in rows):.3f} "
            + f"| {np.median([r[4] for r in rows]):.0f} | {np.median([r[5] for r in rows]):.0f} |"
        )
    lines += ["", "Disagreements:", "", *(misses or ["none"])]
    Path(__file__).with_name("RESULTS.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
