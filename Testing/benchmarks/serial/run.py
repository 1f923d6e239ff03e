"""Registration, segmentation, anatomy and tracking on random serial patients of known truth.

    python Testing/benchmarks/serial/run.py --cases 60 --jobs 2

Each patient (`patients.py`): a bent ICBM152 head with mass effect, one to three lesions of 0.1 to
30 cm³ with a fate, two visits up to 30 degrees and 30 mm apart, slices of 1 to 5 mm, oblique, with
gain, receive field, noise down to SNR 15, some cropped, some resected. The whole way from images to
the prepared case runs. Writes results.json and RESULTS.md beside itself.
"""

import argparse
import json
import os
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
from pathlib import Path

import numpy as np
import SimpleITK as sitk

sys.path.insert(0, str(Path(__file__).parent))
from patients import make_patient
from report import write_results
from surfaces import compare_anatomy

from RNAssessLib.case import MaskKind, SequenceRole
from RNAssessLib.course.components import compute_component_steps
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.seen_before import absent_on
from RNAssessLib.preparation import prepare

HERE = Path(__file__).parent


def brain_points(patient):
    brain = patient.compartments
    index = np.argwhere(brain.array > 0)[::9973]
    return brain.grid.index_to_lps(index)


def measure_registration(patient, prepared):
    """Target registration error of the follow-up and of each sequence, against what was claimed."""
    points = brain_points(patient)
    rows = []
    for visit in prepared.timepoints:
        truth = patient.patient.truth[visit.id]
        own = truth.to_reference.inverse().apply(points)
        if visit.id != prepared.reference:
            error = np.linalg.norm(visit.to_reference.transform.apply(own) - points, axis=1)
            rows.append(
                describe("follow-up T1c", visit.to_reference, error, max(patient.slices_mm))
            )
        for role, placed in visit.to_t1c.items():
            error = np.linalg.norm(placed.transform.apply(own) - own, axis=1)
            slices = max(visit.timepoint.sequences[role].grid.spacing_mm)
            rows.append(describe(role.value, placed, error, slices))
    return rows


def describe(name, registration, error, slice_mm):
    return {
        "name": name, "slice_mm": slice_mm, "mean_mm": float(error.mean()),
        "p95_mm": float(np.percentile(error, 95)),
        "expected_mm": registration.quality.expected_error_mm,
        "grade": registration.quality.grade.value, "reasons": list(registration.quality.reasons),
    }  # fmt: skip


def measure_segmentation(patient, prepared):
    rows = []
    lesions = patient.patient.scenario.lesions
    for visit in prepared.timepoints:
        truth = patient.patient.truth[visit.id]
        for number, lesion in enumerate(lesions):
            found = next(m for i, m in visit.lesions.items() if i.endswith(lesion.name))
            grid = found.enhancing.grid
            real = truth.mask(number, MaskKind.ENHANCING, grid).array
            core = truth.mask(number, MaskKind.NECROTIC_CORE, grid).array
            mine = found.enhancing.array
            both = int(real.sum() + mine.sum())
            whole, my_whole = real | core, mine | found.necrotic_core.array
            voxel = grid.voxel_volume_cm3
            rows.append({
                "lesion": lesion.name, "visit": visit.id, "fate": patient.fates[number],
                "slice_mm": max(grid.spacing_mm),
                "true_cm3": float(real.sum() * voxel), "found_cm3": float(mine.sum() * voxel),
                "true_whole_cm3": float(whole.sum() * voxel),
                "found_whole_cm3": float(my_whole.sum() * voxel),
                "dice": 2.0 * int((real & mine).sum()) / both if both else 1.0,
                "exact_cm3": exact_volume(truth, number, grid),
            })  # fmt: skip
    return rows


def exact_volume(truth, number, grid):
    """Enhancing volume of the script itself, sampled finely, in cm³."""
    state = truth.states[number]
    if state.is_empty:
        return 0.0
    low, high = state.reach_mm()
    step = 0.4
    axes = [np.arange(a, b, step) for a, b in zip(low, high, strict=True)]
    total = 0.0
    for x in axes[0]:
        plane = np.stack(np.meshgrid([x], axes[1], axes[2], indexing="ij"), axis=-1)
        total += float(state.parts(plane)["enhancing"].sum())
    return total * step**3 / 1000.0


def measure_events(patient, prepared):
    rows = []
    for number, lesion in enumerate(prepared.lesions):
        wanted = sorted(patient.fates[number].split("+"))
        (step,) = compute_component_steps(prepared, lesion, absent_on(Thresholds()))
        rows.append({"lesion": lesion.id, "wanted": wanted,
                     "found": sorted(e.fate.value for e in step.events),
                     "undefined": step.undefined})  # fmt: skip
    return rows


def load_or_run(seed, hard, folder):
    """Row of a patient: from its file when an earlier run got so far, else made and kept."""
    file = folder / f"{'hard' if hard else 'plain'}-{seed}.json"
    if file.exists():
        return json.loads(file.read_text(encoding="utf-8"))
    row = run_case(seed, hard)
    folder.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    part.write_text(json.dumps(row), encoding="utf-8")
    part.replace(file)
    return row


def run_case(seed, hard=True):
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    patient = make_patient(seed, hard)
    start = time.perf_counter()
    prepared = prepare(patient.patient.case)
    seconds = time.perf_counter() - start
    assert SequenceRole.FLAIR in prepared.timepoints[0].to_t1c
    return {
        "seed": seed, "hard": hard, "fates": patient.fates, "slices_mm": patient.slices_mm, **patient.notes,
        "registration": measure_registration(patient, prepared),
        "segmentation": measure_segmentation(patient, prepared),
        "events": measure_events(patient, prepared),
        "new_cm3": {t.id: t.new_enhancement.volume_cm3 for t in prepared.timepoints
                    if t.new_enhancement is not None},
        "anatomy": compare_anatomy(patient, prepared), "prepare_s": seconds,
        "warnings": list(prepared.warnings),
    }  # fmt: skip


def summarise(row):
    follow = row["registration"][0] if row["registration"] else {}
    errors = " ".join(f"{r['name']} {r['mean_mm']:.2f}({r['expected_mm']:.2f},{r['grade']})"
                      for r in row["registration"])  # fmt: skip
    dice = " ".join(f"{s['true_cm3']:.2f}:{s['dice']:.2f}" for s in row["segmentation"])
    events = " ".join(f"{e['wanted']}{'=' if e['wanted'] == e['found'] else '!' + str(e['found'])}"
                      for e in row["events"])  # fmt: skip
    return (f"{row['seed']} {row['slices_mm']} {errors} | {dice} | {events} | "
            f"{row['anatomy']} | {row['prepare_s']:.0f} s {bool(follow)}")  # fmt: skip


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cases", type=int, default=60)
    parser.add_argument("--first", type=int, default=1000, help="seeds below 1000 served tuning")
    parser.add_argument("--hard", action=argparse.BooleanOptionalAction, default=True)
    parser.add_argument(
        "--folder", default=str(HERE / "cases"), help="one file per patient: resumable"
    )
    parser.add_argument("--seeds", help="only these, with commas between")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--out", default=str(HERE / "results.json"))
    parser.add_argument("--no-report", action="store_true")
    args = parser.parse_args()
    rows = []
    seeds = range(args.first, args.first + args.cases)
    if args.seeds:
        seeds = [int(s) for s in args.seeds.split(",")]
    with ProcessPoolExecutor(args.jobs) as pool:
        for row in pool.map(load_or_run, seeds, repeat(args.hard), repeat(Path(args.folder))):
            rows.append(row)
            print(summarise(row), flush=True)
            Path(args.out).write_text(json.dumps(rows, indent=0), encoding="utf-8")
    if not args.no_report:
        write_results(rows, HERE / "RESULTS.md")


if __name__ == "__main__":
    main()
