"""RESULTS.md of the serial benchmark: every limit of the issue beside what was found.

python Testing/benchmarks/serial/report.py      # from results.json, without running again
"""

import json
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
FINE_MM = 1.25


def registrations(rows):
    return [(row["seed"], r) for row in rows for r in row["registration"]]


def limits_of(slice_mm):
    """Mean and 95th percentile allowed, mm."""
    return (0.5, 1.0) if slice_mm <= FINE_MM else (slice_mm / 2, slice_mm / 2)


def is_off(r):
    mean, p95 = limits_of(r["slice_mm"])
    return r["mean_mm"] >= mean or r["p95_mm"] >= p95


def registration_table(rows):
    lines = [
        "| what | n | mean error (mm) | 95th percentile over brains (mm) | worst brain's 95th (mm) |"
        " beyond the limit | of these graded good |",
        "|---|---|---|---|---|---|---|",
    ]
    found = registrations(rows)
    for name, chosen in (
        ("follow-up T1c, 1-1.2 mm slices", lambda r: r["name"] == "follow-up T1c"
         and r["slice_mm"] <= FINE_MM),
        ("follow-up T1c, 2 mm and more", lambda r: r["name"] == "follow-up T1c"
         and r["slice_mm"] > FINE_MM),
        ("FLAIR to T1c of its visit", lambda r: r["name"] == "FLAIR"),
    ):  # fmt: skip
        part = [r for _, r in found if chosen(r)]
        if not part:
            continue
        means = np.array([r["mean_mm"] for r in part])
        tails = np.array([r["p95_mm"] for r in part])
        off = [r for r in part if is_off(r)]
        unseen = sum(r["grade"] == "good" for r in off)
        lines.append(f"| {name} | {len(part)} | {means.mean():.3f} | "
                     f"{np.percentile(tails, 95):.3f} | {tails.max():.3f} | {len(off)} | {unseen} |")  # fmt: skip
    return lines


def expected_table(rows):
    part = [r for _, r in registrations(rows)]
    true = np.array([r["mean_mm"] for r in part])
    said = np.array([r["expected_mm"] for r in part])
    grades = {g: sum(r["grade"] == g for r in part) for g in ("good", "acceptable", "bad")}
    return [
        f"Stated error at least the true mean error in {np.mean(said >= true):.1%} of "
        f"{len(part)} registrations (median stated {np.median(said):.2f} mm, median true "
        f"{np.median(true):.3f} mm). Grades: {grades}."
    ]


def segmentations(rows):
    return [(row["seed"], s) for row in rows for s in row["segmentation"] if s["true_cm3"] > 0]


def segmentation_table(rows):
    lines = ["| enhancing volume | slices | n | Dice median | Dice lowest | Dice reached | volume "
             "within 10 % of the script | median volume error |",
             "|---|---|---|---|---|---|---|---|"]  # fmt: skip
    for low, high, wanted in ((1.0, 1e9, 0.90), (0.1, 1.0, 0.80)):
        for thin, text in ((True, "<= 2 mm"), (False, "3-5 mm")):
            part = [s for _, s in segmentations(rows)
                    if low <= s["true_cm3"] < high and (s["slice_mm"] <= 2.0) == thin]  # fmt: skip
            if not part:
                continue
            dice = np.array([s["dice"] for s in part])
            wrong = np.array([s["found_cm3"] / s["exact_cm3"] - 1 for s in part])
            name = f">= {low:g} cm³" if high > 1e6 else f"{low:g}-{high:g} cm³"
            lines.append(
                f"| {name} (wanted {wanted:.2f}) | {text} | {len(part)} | {np.median(dice):.3f} | "
                f"{dice.min():.3f} | {int((dice >= wanted).sum())}/{len(part)} | "
                f"{int((np.abs(wrong) <= 0.1).sum())}/{len(part)} | {np.median(wrong):+.1%} |"
            )
    return lines


def event_lines(rows):
    events = [(row["seed"], e) for row in rows for e in row["events"]]
    good = sum(e["wanted"] == e["found"] for _, e in events)
    return [f"Component events right in {good} of {len(events)} lesions "
            f"({good / max(len(events), 1):.1%}; wanted 95 %)."]  # fmt: skip


def anatomy_table(rows):
    part = [row["anatomy"] for row in rows if "falx" in row["anatomy"]]
    refused = [row["seed"] for row in rows if "falx" not in row["anatomy"]]
    lines = [f"Atlas route on {len(part)} of {len(rows)} bent heads"
             + (f"; refused: {refused}" if refused else "") + ".", "",
             "| boundary | mean distance: median of cases (mm) | worst case | 95th percentile of "
             "distance: median of cases (mm) | worst case | cases with mean < 2 mm |",
             "|---|---|---|---|---|---|"]  # fmt: skip
    for name in ("falx", "tentorium", "ventricles"):
        mean = np.array([a[name][0] for a in part])
        tail = np.array([a[name][1] for a in part])
        lines.append(f"| {name} | {np.median(mean):.2f} | {mean.max():.2f} | {np.median(tail):.2f} "
                     f"| {tail.max():.2f} | {int((mean < 2).sum())}/{len(part)} |")  # fmt: skip
    lines += ["", "| compartment | Dice median | lowest |", "|---|---|---|"]
    for name in ("left hemisphere", "right hemisphere", "below", "ventricles"):
        dice = np.array([a[f"dice {name}"] for a in part])
        lines.append(f"| {name} | {np.median(dice):.3f} | {dice.min():.3f} |")
    return lines


def failure_lines(rows):
    lines = []
    for seed, r in registrations(rows):
        if is_off(r):
            lines.append(f"- case {seed}: {r['name']} ({r['slice_mm']:g} mm slices) off by "
                         f"{r['mean_mm']:.2f} mm (95th {r['p95_mm']:.2f}), said "
                         f"{r['expected_mm']:.2f} mm, graded {r['grade']} {r['reasons']}")  # fmt: skip
    for seed, s in segmentations(rows):
        wanted = 0.9 if s["true_cm3"] >= 1 else 0.8
        wrong = s["found_cm3"] / s["exact_cm3"] - 1
        if s["true_cm3"] >= 0.1 and (s["dice"] < wanted or abs(wrong) > 0.1):
            lines.append(f"- case {seed}: lesion {s['lesion']} at {s['visit']} ({s['fate']}, "
                         f"{s['exact_cm3']:.2f} cm³, {s['slice_mm']:g} mm slices): Dice "
                         f"{s['dice']:.3f}, volume {wrong:+.0%}")  # fmt: skip
    for row in rows:
        for e in row["events"]:
            if e["wanted"] != e["found"]:
                lines.append(f"- case {row['seed']}: {e['lesion']} is {' + '.join(e['wanted'])}, "
                             f"answered {' + '.join(e['found']) or 'nothing'} {e['undefined']}")  # fmt: skip
        a = row["anatomy"]
        if "falx" not in a:
            lines.append(f"- case {row['seed']}: no anatomy: {a.get('why')}")
            continue
        lines += [f"- case {row['seed']}: {name} {a[name][0]:.2f} mm from truth on average"
                  for name in ("falx", "tentorium", "ventricles") if a[name][0] >= 2]  # fmt: skip
    return lines or ["none"]


def write_results(rows, path):
    seconds = [row["prepare_s"] for row in rows]
    kinds = {k: sum(bool(row[k]) for row in rows) for k in ("cropped", "resected")}
    text = [
        "# Serial MR: registration, segmentation, anatomy, tracking on random patients", "",
        f"{len(rows)} digital patients, {sum(bool(r.get('hard')) for r in rows)} of them hard (another "
        "anatomy than the template, irregular lesions, own vessels, motion); agreement with their scripts, "
        "not accuracy in patients. Made by `python Testing/benchmarks/serial/run.py --cases "
        f"{len(rows)}`. Bent heads (smooth deformation of 1.5 mm SD, mass effect up to a quarter of "
        "a lesion's radius), one to three lesions of 0.1-30 cm³, slices of 1-5 mm, heads up to 30 "
        f"degrees and 30 mm apart, SNR 15-30, receive field up to 25 %, {kinds['cropped']} cropped, "
        f"{kinds['resected']} resected at follow-up. Preparing two visits took "
        f"{np.median(seconds):.0f} s (median, one core of a busy machine).", "",
        "All are made from the template of the atlas route, the hard ones after a deformation that no "
        "affine map undoes: anatomy figures of the others are better than patients will give.", "",
        "## Registration", "",
        "Limits: mean < 0.5 mm and 95th percentile < 1 mm for 1 mm data, half a slice otherwise.", "",
        *registration_table(rows), "", *expected_table(rows), "",
        "## Segmentation of enhancement", "", *segmentation_table(rows), "",
        "## Tracking", "", *event_lines(rows), "",
        "## Anatomy", "", *anatomy_table(rows), "",
        "## What missed its limit", "", *failure_lines(rows), "",
    ]  # fmt: skip
    path.write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    write_results(json.loads((HERE / "results.json").read_text(encoding="utf-8")),
                  HERE / "RESULTS.md")  # fmt: skip
