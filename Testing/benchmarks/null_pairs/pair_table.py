"""RESULTS.md of the pairs: false alarms, change of volume against the printed ±, every fault."""

import json
import math
import sys
from collections import Counter
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(1, str(Path(__file__).parents[1]))
from shares import wilson

ALARMS = ("cross_boundary", "shape_change", "clustered_enhancement", "new_lesions",
          "spontaneous_regression", "course_pattern", "rano", "parts")  # fmt: skip
THIN_MM, MEASURED_CM3 = 1.25, 1.0  # where the issue bounds the ± itself
# voxels of 1 mm made from slices of 5.5 mm (../shared/data/README.md): no thin slices
ACQUIRED_MM = {"fg6692_atlas": 5.5, "fg6692_two_spaces": 5.5}


def clopper_upper(count, total, alpha=0.05):
    """Exact one-sided upper bound of a share (Clopper and Pearson)."""
    if count >= total:
        return 1.0
    return float(stats.beta.ppf(1 - alpha, count + 1, total - count))


def steps_of(rows):
    """Two examinations in a row each, the later beside the one before it."""
    return [
        {**row, "visits": row["visits"][n : n + 2],
         "volumes": {k: v[n : n + 2] for k, v in row.get("volumes", {}).items()}}
        for row in rows for n in range(len(row["visits"]) - 1)
    ]  # fmt: skip


def change_of(row, name):
    """(before, after, ± of the difference) of a volume in cm³; None where one is not measured."""
    values = row.get("volumes", {}).get(name, [])
    if len(values) != 2 or any(v is None or u is None for v, u in values):
        return None
    (a, ua), (b, ub) = values
    return a, b, math.hypot(ua, ub)


def slices_mm(row):
    """Slice thickness of both scans as acquired: resampling to thin voxels adds no detail."""
    least = ACQUIRED_MM.get(row.get("head"), 0.0)
    return [max(v["slice_mm"], least) for v in row["visits"]]


def apart(rows, name):
    """Pairs whose volume ± its error share no value: from there the product tells a change."""
    values = [r["volumes"][name] for r in rows if any((change_of(r, name) or (0, 0))[:2])]
    return sum(abs(b - a) > ua + ub for (a, ua), (b, ub) in values), len(values)


def within(rows, name):
    """(pairs whose change lies within the printed ±, pairs measured at all)."""
    found = [c for c in (change_of(r, name) for r in rows) if c and max(c[0], c[1]) > 0]
    return sum(abs(b - a) <= u for a, b, u in found), len(found)


def share(count, total):
    if total == 0:
        return "none"
    low, high = wilson(count, total)
    return f"{count}/{total} = {count / total:.3f} ({low:.3f}-{high:.3f})"


def printed_percent(rows, name="t1c_with_core_cm3"):
    """(± in percent of the volume of each scan in thin slices with over 1 cm³, those of scans that
    have thin voxels and were acquired in thicker slices)."""
    thin, thinned = [], []
    for row in rows:
        volumes = row.get("volumes", {}).get(name, [])
        scans = zip(row["visits"], slices_mm(row), volumes, strict=False)
        for visit, slice_mm, (value, error) in scans:
            if visit["slice_mm"] <= THIN_MM and error is not None and (value or 0) > MEASURED_CM3:
                (thin if slice_mm <= THIN_MM else thinned).append(100.0 * error / value)
    return thin, thinned


GROUPS = (("under 1 cm³", 0.0, 1.0), ("1 to 10 cm³", 1.0, 10.0), ("over 10 cm³", 10.0, math.inf))
SLICES = (("up to 1.25 mm", 0.0, THIN_MM), ("up to 3 mm", THIN_MM, 3.0), ("over 3 mm", 3.0, 99.0))


def by_group(rows, name="t1c_with_core_cm3"):
    """± of one scan and how often the change lies within it, by size of the lesion and slices.

    A pair counts with its larger volume and its thicker slices, as acquired.
    """
    lines = ["| lesion | slices | steps | ± of one scan, median / largest (%) | below 10 % | change "
             "within ± |", "|---|---|---|---|---|---|"]  # fmt: skip
    for size, low, high in GROUPS:
        for slices, thin, thick in SLICES:
            own, percent = [], []
            for row in rows:
                change = change_of(row, name)
                if change is None or not low < max(change[:2]) <= high:
                    continue
                if not thin < max(slices_mm(row)) <= thick:
                    continue
                own.append(row)
                percent += [100.0 * e / v for v, e in row["volumes"][name] if v]
            if not own:
                continue
            told = f"{np.median(percent):.1f} / {max(percent):.1f}"
            lines.append(f"| {size} | {slices} | {len(own)} | {told} | "
                         f"{share(sum(p < 10 for p in percent), len(percent))} | "
                         f"{share(*within(own, name))} |")  # fmt: skip
    return lines


def by_head(rows):
    lines = ["| head | times | with an alarm | " + " | ".join(ALARMS) + " | answered | T1c volume "
             "within ± | change, median / largest (%) |",
             "|---|" + "---|" * (len(ALARMS) + 5)]  # fmt: skip
    for head in dict.fromkeys(r["head"] for r in rows):
        own = [r for r in rows if r["head"] == head]
        steps = steps_of(own)
        count = Counter(a for r in own for a in r["alarms"])
        inside, measured = within(steps, "t1c_with_core_cm3")
        moves = [abs(c[1] - c[0]) / max(c[0], c[1]) * 100.0
                 for c in (change_of(r, "t1c_with_core_cm3") for r in steps)
                 if c and max(c[0], c[1]) > 0]  # fmt: skip
        told = f"{np.median(moves):.1f} / {max(moves):.1f}" if moves else "-"
        cells = [str(count[a]) for a in ALARMS]
        lines.append(f"| {head} | {len(own)} | {sum(bool(r['alarms']) for r in own)} | "
                     + " | ".join(cells) + f" | {answered(own)} | {inside}/{measured} | {told} |")  # fmt: skip
    return lines


def answered(rows):
    """Share of the four items that were answered at all (present or absent)."""
    said = [r["status"][i] for r in rows if "status" in r for i in ALARMS[:4]]
    return f"{sum(s in ('present', 'absent') for s in said)}/{4 * len(rows)}"


def describe(row):
    told = []
    for visit in row["visits"]:
        snr = "no noise added" if visit["snr"] is None else f"SNR {visit['snr']:.0f}"
        place = "its lattice" if not visit["spacing_mm"] else f"{visit['axes']} stack of its own"
        bare = ", stripped" if visit["strip"] else ""
        told.append(f"{visit['rotation_deg']:.0f}° / {visit['shift_mm']:.0f} mm, {place}, slices "
                    f"{visit['slice_mm']:.1f} mm, {snr}, γ {visit['gamma']:.2f}{bare}")  # fmt: skip
    return "; ".join(told)


def faults(rows):
    lines = []
    for row in rows:
        if not row["alarms"]:
            continue
        told = {**row["sentences"], "rano": f"RANO: {', '.join(row['rano'])}",
                "parts": f"parts: {', '.join(row.get('followed', ()))}"}  # fmt: skip
        said = "; ".join(told[a] for a in row["alarms"])
        lines.append(f"- {row['head']} {row['seed'][-1]} ({describe(row)}): {said}")
    return lines or ["none"]


def tell_percent(percent):
    if not percent:
        return "no such scan"
    below = share(sum(p < 10 for p in percent), len(percent))
    return f"median {np.median(percent):.1f} %, largest {max(percent):.1f} %, {below} below 10 %"


def write_results(rows, path, command):
    """Write RESULTS.md from the JSON rows of one state of the code."""
    total, bad = len(rows), sum(bool(r["alarms"]) for r in rows)
    refused = [r for r in rows if "refused" in r]
    crashed = [r for r in rows if "crashed" in r]
    steps = steps_of(rows)
    inside, measured = within(steps, "t1c_with_core_cm3")
    thin, thinned = printed_percent(rows)
    repeated = [r["same_again"] for r in rows if "same_again" in r]
    lines = [
        "# The same head three times: what the checklist says of nothing", "",
        f"Made by `{command}`, code {', '.join(sorted({r['code'] for r in rows}))}.",
        "Every row is one head given as three examinations with nothing changed in it, before "
        "treatment and at two follow-ups (README.md says how). An alarm is any of cross boundary, "
        "shape change, clustered enhancement, new lesions, spontaneous regression *present*, a "
        "course pattern other than stable, a RANO-BM category other than stable, or a part of the "
        "lesion told as new, gone, grown, regressed, merged or split. Volumes are compared from "
        "each examination to the next. Intervals are Wilson's, 95 %; the bound is Clopper and Pearson's, one-sided "
        "95 %.", "",
        f"- heads with an alarm: **{share(bad, total)}**, at most "
        f"{clopper_upper(bad, total):.3f}",
        f"- refused by the product: {len(refused)}; crashed: {len(crashed)}",
        f"- four items answered (present or absent): {answered(rows)}",
        f"- change of the T1c volume (enhancing with core) within the printed ±: "
        f"{share(inside, measured)}; not measured in {len(steps) - measured} steps",
        "- enhancing part alone within its ±: " + share(*within(steps, "enhancing_cm3")),
        "- FLAIR volume within its ±: " + share(*within(steps, "flair_cm3")),
        f"- T1c volumes that share no value within their ± (told as a change of size): "
        f"{share(*apart(steps, 't1c_with_core_cm3'))}",
        f"- the ± of one scan, slices up to {THIN_MM:g} mm and over {MEASURED_CM3:g} cm³: "
        f"{tell_percent(thin)}",
        f"- the same for voxels of that size made from slices of 5.5 mm: {tell_percent(thinned)}",
        f"- all figures the same when assessed a second time: {share(sum(repeated), len(repeated))}",
        f"- per head: {np.median([r['assess_s'] for r in rows]):.0f} s assessment (median; "
        f"{max(r['assess_s'] for r in rows):.0f} s at most) on a machine with other work, "
        f"{max(r['peak_mb'] for r in rows)} MB at most", "",
        *by_head(rows), "", "## The ± by lesion and slices", "", *by_group(steps), "",
        "## Every alarm", "", *faults(rows),
    ]  # fmt: skip
    if refused:
        lines += ["", "## Refused", ""]
        lines += [f"- {r['head']} {r['seed'][-1]}: {r['refused']}" for r in refused]
    if crashed:
        lines += ["", "## Crashed", ""]
        lines += [f"- {r['head']} {r['seed'][-1]}: {r['crashed']}" for r in crashed]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_rows(folder, code=None):
    """Rows kept in a folder, in order of pair; those of other code are left out."""
    rows = [json.loads(p.read_text(encoding="utf-8")) for p in sorted(folder.glob("pair-*.json"))]
    return [r for r in rows if code is None or r["code"] == code]
