"""The whole way on hard digital patients: images in, answers out, against the script.

    python Testing/benchmarks/headline/hard.py --first 5000 --cases 30

The random scripts and heads of `Testing/benchmarks/findings`, imaged as whole heads at all three
visits and given to the product as a case: registration, brain extraction, anatomy from the atlas,
segmentation and settling run. One patient in four has no pre-contrast T1. `--t1-only` images T1c
and T1 alone, half the time: enough for all that rests on outlines. One JSON per patient
(resumable, `--folder`), and HARD.md beside this file.
"""

import argparse
import json
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parents[1] / "findings"))
sys.path.insert(1, str(Path(__file__).parents[3]))  # the library need not be installed
from report import HEADLINE, by_kind, failures, item_rows
from run import ANATOMIES, anatomy_of, place
from scripts import make_case
from sites import use_anatomy
from truth import complete

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import MaskKind, SequenceRole
from RNAssessLib.phantom.patient import Visit, build_scanner, image_patient
from RNAssessLib.phantom.realism import BORDER_MM, harden_scanner, harden_scenario
from RNAssessLib.preparation import prepare

HERE = Path(__file__).parent
R = SequenceRole
LAST = (R.DWI, R.ADC, R.SWI)
ROLES = (R.T1C, R.T1, R.FLAIR, *LAST)
NO_T1_EVERY = 4
FROM_LAST = ("central_diffusion_restriction", "swi_foci", "oedema_ratio", "haemorrhage")
NOT_IMAGED = ("perfusion", "delayed_contrast", "amino_acid_pet", "fdg_pet")


def has_t1(seed):
    """Patients of one anatomy take turns (they all have the same remainder of 4)."""
    return (seed // ANATOMIES) % NO_T1_EVERY != 0


def build(seed, t1_only):
    """(plan, truth, patient) of one seed; None where the script finds no place."""
    use_anatomy(anatomy_of(seed))
    plan, scenario = make_case(seed, BORDER_MM[1])
    if scenario is None:
        return None
    scenario = harden_scenario(scenario, seed)
    head, scenario = place(scenario, seed, True)
    truth, pattern = complete(plan, head, scenario)
    left_out = (*NOT_IMAGED, *(FROM_LAST if t1_only else ()))
    truth = {k: v for k, v in truth.items() if k not in left_out}
    truth["white_matter_preference"] = None  # by design not answered on the atlas
    shown = {role: (2,) for role in LAST}
    if not has_t1(seed):
        shown[R.T1] = ()
    scenario = replace(scenario, shown=shown)
    snr = float(np.random.default_rng([seed, 13]).uniform(20, 40))
    visits = []
    for number in range(len(scenario.dates)):
        rng = np.random.default_rng([seed, number, 21])
        scanner = build_scanner(rng, number, snr, 1.0)
        scanner = harden_scanner(scanner, np.random.default_rng([seed, number, 313]))
        visits.append(Visit(number, head, scanner, rng))
    roles = ROLES[:2] if t1_only else ROLES
    return plan, (truth, pattern), image_patient(f"hard-{seed}", seed, scenario, visits, roles)


def overlap(prepared, patient):
    """Largest registration error (mm), and the Dice of enhancement at every visit."""
    errors, dices = [], []
    for timepoint in prepared.timepoints:
        known = patient.truth[timepoint.id]
        grid = timepoint.timepoint.t1c.grid
        points = grid.index_to_lps(np.argwhere(timepoint.brain.array)[::5000])
        moved = timepoint.to_reference.transform.apply(points)
        errors.append(np.linalg.norm(moved - known.to_reference.apply(points), axis=1).mean())
        mask = known.mask(0, MaskKind.ENHANCING, grid).array
        own = timepoint.lesions["L1"].enhancing.array
        dices.append(2 * float((mask & own).sum()) / max(int(mask.sum() + own.sum()), 1))
    return float(max(errors)), dices


def lost_parts(prepared, patient):
    """True separate enhancing parts of the last visit: (volume cm3, share outlined, anywhere)."""
    timepoint = prepared.timepoints[-1]
    grid = timepoint.timepoint.t1c.grid
    mask = patient.truth[timepoint.id].mask(0, MaskKind.ENHANCING, grid).array
    own = timepoint.lesions["L1"].enhancing.array
    new = timepoint.new_enhancement.array
    labels, count = ndimage.label(mask, np.ones((3, 3, 3)))
    out = []
    for number in range(1, count + 1):
        part = labels == number
        volume = float(part.sum()) * grid.voxel_volume_cm3
        if volume >= 0.03:
            out.append([volume, float(own[part].mean()), float((own | new)[part].mean())])
    return out


def run_case(seed, t1_only):
    """Row of one patient, as the findings benchmark's, with what segmentation made of it."""
    start = time.perf_counter()
    made = build(seed, t1_only)
    if made is None:
        return None
    plan, (truth, pattern), patient = made
    middle = time.perf_counter()
    prepared = prepare(patient.case)
    later = time.perf_counter()
    lesion = assess_prepared(prepared).lesions[0]
    stop = time.perf_counter()
    error, dices = overlap(prepared, patient)
    told = lesion.finding("course_pattern").sentence
    return {
        "seed": seed, "hard": True, "anatomy": anatomy_of(seed), "site": plan.site,
        "boundary": plan.boundary, "shape": plan.shape, "core": plan.core,
        "structure": plan.structure, "notes": plan.notes, "truth": truth,
        "found": {f.spec.id: f.status.value for f in lesion.findings},
        "sentence": {f.spec.id: f.limitation or f.sentence for f in lesion.findings},
        "pattern": [pattern, told.split(" (")[0]], "t1": has_t1(seed),
        "slice_mm": [max(t.timepoint.t1c.grid.spacing_mm) for t in prepared.timepoints],
        "registration_mm": error, "dice": dices, "parts": lost_parts(prepared, patient),
        "build_s": middle - start, "prepare_s": later - middle, "measure_s": stop - later,
    }  # fmt: skip


def load_or_run(seed, t1_only, folder):
    file = folder / f"{'t1' if t1_only else 'whole'}-{seed}.json"
    if file.exists():
        return json.loads(file.read_text(encoding="utf-8"))
    row = run_case(seed, t1_only)
    if row is not None:
        file.write_text(json.dumps(row), encoding="utf-8")
    return row


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
    parser.add_argument("--folder", type=Path, default=HERE / "cases")
    parser.add_argument("--no-report", action="store_true")
    args = parser.parse_args()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    args.folder.mkdir(parents=True, exist_ok=True)
    rows = []
    # heads are expensive: all patients of one anatomy together
    for seed in sorted(range(args.first, args.first + args.cases), key=anatomy_of):
        row = load_or_run(seed, args.t1_only, args.folder)
        if row is None:
            print(seed, "no place for such a lesion", flush=True)
            continue
        rows.append(row)
        wrong = [i for i, t in row["truth"].items()
                 if t is not None and t != (row["found"][i] == "present")]  # fmt: skip
        print(seed, row["site"], row["boundary"], row["shape"], row["core"], row["structure"],
              f"{row['build_s']:.0f}+{row['prepare_s']:.0f}+{row['measure_s']:.0f} s",
              [round(d, 2) for d in row["dice"]], "OTHER" if wrong else "ok", wrong, flush=True)  # fmt: skip
    if not args.no_report:
        words = f"--first {args.first} --cases {args.cases}" + " --t1-only" * args.t1_only
        write_results(rows, HERE / "HARD.md", f"python Testing/benchmarks/headline/hard.py {words}")


if __name__ == "__main__":
    main()
