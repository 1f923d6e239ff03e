"""Sensitivity and specificity of the four headline items on random hand-made cases.

Run as ``python Testing/benchmarks/findings/headline_items.py [cases per item] [seed]``. Half of the
cases of an item are positive, half negative; negatives include near misses (growth up to the falx,
uniform growth, misregistration of 1 mm, restricted rim, shine-through, veins, one large bleed).
Masks are the analytic ones, so this judges the items, not the segmentation.
"""

import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2] / "findings"))
from hand_made_cases import T1, T2, Ball, R, Visit, build_case, treated

from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings import (
    central_diffusion_restriction,
    cross_boundary,
    shape_change,
    swi_foci,
)
from RNAssessLib.findings.finding import Status

LIMITS = Thresholds()
NOISE = 0.05  # SNR 20


def unit(rng):
    v = rng.normal(size=3)
    return v / np.linalg.norm(v)


def near(rng, at, length):
    return tuple(float(v) for v in np.asarray(at) + unit(rng) * length)


def cross_boundary_case(rng, positive):
    only = {"roles": (R.T1C,)}
    r = rng.uniform(6, 8)
    at = (r + rng.uniform(5, 8), rng.uniform(-8, 4), rng.uniform(6, 14))
    kind = rng.choice(["falx", "tentorium", "sulcus"])
    size = rng.uniform(2.5, 4.0)
    if kind == "tentorium":
        at = (rng.uniform(14, 26), rng.uniform(-10, 10), -18 + r + rng.uniform(2, 4))
        across = (at[0] + rng.uniform(-3, 3), at[1] + rng.uniform(-3, 3), -24 - size)
    elif kind == "sulcus":
        at = (rng.uniform(20, 28), 21 - r, rng.uniform(6, 12))
        across = (at[0] + rng.uniform(-3, 3), 31 + size / 2, at[2] + rng.uniform(-3, 3))
    else:
        across = (-3.5 - size, at[1] + rng.uniform(-4, 4), at[2] + rng.uniform(-4, 4))
    before = Visit("t0", treated().date, (Ball(at, r),), **only)
    what = str(kind)
    if positive:
        last = (Ball(at, 0.9 * r, 2.5), Ball(across, size))
    else:
        what = str(rng.choice(["same side", "up to the boundary", "old", "shrunk"]))
        if what == "same side":
            last = (Ball(at, 0.9 * r), Ball((at[0] + r + 7, at[1], at[2]), 2.5))
        elif what == "up to the boundary":
            reach = {"falx": at[0] - 1.5, "tentorium": at[2] + 20.5, "sulcus": 24.5 - at[1]}[kind]
            last = (Ball(at, reach, 3.0),)
        elif what == "old":
            before = replace(before, apart=(Ball(across, size),))
            last = (Ball(at, r), Ball(across, size))
        else:
            last = (Ball(at, 0.6 * r),)
    visits = [before, Visit("t2", T2, last, error_mm=0.7, shift=tuple(unit(rng) * 0.7), **only)]
    return what, build_case(visits, center=at, radius=r)


def shape_change_case(rng, positive):
    only = {"roles": (R.T1C,)}
    at = (rng.uniform(16, 22), rng.uniform(-4, 4), rng.uniform(6, 12))
    r = rng.uniform(5, 9)
    shift = tuple(unit(rng) * 1.0)
    if positive:
        what = str(rng.choice(["moved", "satellite gone"]))
        if what == "moved":
            move = unit(rng) * rng.uniform(5, 8)
            first, second = (Ball(at, r),), (Ball(tuple(np.add(at, move)), r * 1.1),)
        else:
            first = (Ball(at, 0.7 * r), Ball(near(rng, at, r + 8), 3.5))
            second = (Ball(at, 0.7 * r + 4.5),)
    else:
        what = str(rng.choice(["uniform growth", "uniform shrinkage", "stable, 1 mm off"]))
        factor = {"uniform growth": 1.4, "uniform shrinkage": 0.6}.get(what, 1.0)
        first, second = (Ball(at, r, 3.0),), (Ball(at, r * factor, 3.0),)
    visits = [
        treated(**only),
        Visit("t1", T1, first, error_mm=0.7, **only),
        Visit("t2", T2, second, error_mm=0.7, shift=shift, **only),
    ]
    return what, build_case(visits, center=at)


def diffusion_case(rng, positive):
    r, rim = rng.uniform(9, 13), rng.uniform(2.0, 4.0)
    core, edge = {}, {}
    restricted = {R.DWI: rng.uniform(1.8, 2.5), R.ADC: rng.uniform(0.5, 0.7)}
    if positive:
        what, core = "core", restricted
    else:
        what = str(rng.choice(["free", "rim only", "core and rim", "shine-through", "blood"]))
        if what in {"rim only", "core and rim"}:
            edge = restricted
        if what in {"core and rim", "blood"}:
            core = dict(restricted)
        if what == "shine-through":
            core = {R.DWI: 2.0, R.ADC: rng.uniform(1.2, 1.8)}
        if what == "blood":
            core[R.T1], core[R.SWI] = 1.6, 0.35
    ball = Ball((rng.uniform(16, 22), rng.uniform(-5, 5), 9.0), r, rim)
    roles = (R.T1C, R.T1, R.DWI, R.ADC, R.SWI)
    last = Visit("t2", T2, (ball,), core=core, rim=edge, roles=roles, noise=NOISE)
    return what, build_case([treated(roles=(R.T1C,)), last], center=ball.at)


def foci_case(rng, positive):
    r, at = rng.uniform(8, 11), np.array([20.0, rng.uniform(-5, 3), rng.uniform(6, 12)])
    count = int(rng.integers(3, 11)) if positive else 0
    dark, vein = [], ()
    while len(dark) < count:
        point = at + unit(rng) * rng.uniform(0.2, 1.3) * r
        clear = all(np.linalg.norm(point - b.at) > 5.5 for b in dark)
        if clear and point[0] > 6 and point[1] < 20 and point[2] > -16:
            dark.append(Ball(tuple(point), rng.uniform(1.3, 1.8)))
    what = f"{count} foci"
    if not positive:
        what = str(rng.choice(["none", "vein", "one bleed"]))
        if what == "vein":
            middle, along = at + unit(rng) * r, unit(rng) * 14
            vein = ((tuple(middle - along), tuple(middle + along)),)
        if what == "one bleed":
            dark = [Ball(tuple(at), 7.0)]
    roles = (R.T1C, R.SWI)
    ball = (Ball(tuple(at), r, 3.0),)
    last = Visit("t2", T2, ball, dark=tuple(dark), vein=vein, roles=roles, noise=NOISE)
    return what, build_case([treated(roles=(R.T1C,)), last], center=tuple(at))


ITEMS = {
    cross_boundary: cross_boundary_case,
    shape_change: shape_change_case,
    central_diffusion_restriction: diffusion_case,
    swi_foci: foci_case,
}


def wilson(hits, total):
    z, p = 1.96, hits / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * np.sqrt(p * (1 - p) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    return f"{p:.3f} ({middle - half:.3f}-{middle + half:.3f}, n = {total})"


def main(cases, seed):
    for item, make in ITEMS.items():
        tally, failures, seen = Counter(), [], [0, 0, 0]
        for number in range(cases):
            rng = np.random.default_rng([seed, number])
            positive = number % 2 == 0
            what, prepared = make(rng, positive)
            found = item.evaluate(prepared, prepared.lesion("L1"), LIMITS)
            answered = found.status is Status.PRESENT
            tally[positive, answered] += 1
            if answered != positive:
                failures.append(f"  {number} {what}: {found.status.value}: {found.sentence}")
            if item is swi_foci:
                counted = next(q.value for q in found.measurements if q.name == "foci_count")
                true = int(what.split()[0]) if positive else 0
                seen = [
                    seen[0] + min(counted, true),
                    seen[1] + true,
                    seen[2] + max(counted - true, 0),
                ]
        positives = tally[True, True] + tally[True, False]
        negatives = tally[False, True] + tally[False, False]
        print(f"{item.SPEC.id}: sensitivity {wilson(tally[True, True], positives)}, "
              f"specificity {wilson(tally[False, False], negatives)}")  # fmt: skip
        if item is swi_foci:
            print(f"  foci found {seen[0]:.0f} of {seen[1]}, false {seen[2] / cases:.2f} per case")
        print("\n".join(failures))


if __name__ == "__main__":
    given = [int(a) for a in sys.argv[1:]]
    main(given[0] if given else 60, given[1] if len(given) > 1 else 0)
