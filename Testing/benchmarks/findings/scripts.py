"""Random scripts: one lesion with a body, things beside it and signals, and what is true of it.

Positions are LPS mm in the unscaled head; every head is then scaled by up to 4 %, so all margins
leave room for that.
"""

from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np
from sites import (
    CEREBELLUM,
    LEFT,
    RIGHT,
    SITES,
    csf_on_way,
    find_center,
    load_atlas,
    sample,
)
from treatments import draw_events, smaller_before

from RNAssessLib.case import Compartment, SequenceRole
from RNAssessLib.phantom.lesion_script import Blob, LesionState, Tube, union_depth
from RNAssessLib.phantom.plan import Shot
from RNAssessLib.phantom.scenario import Scenario, ScriptedLesion

R = SequenceRole
TREATED = date(2025, 1, 10)
RX = 20.0
BOUNDARY = ("cross",) * 8 + ("up_to", "same_side", "sheet", "callosal", "known", "out_of_field", "out_of_field",
                              "vessel", "none")  # fmt: skip
SHAPE = ("two_ways",) * 4 + ("growth", "one_sided", "shrink", "shrink", "stable", "misregistered")
CORE = ("restricted",) * 4 + ("plain", "plain", "rim_too", "blood", "bevacizumab")
STRUCTURE = ("ring",) * 6 + ("thick", "thick", "solid", "cheese", "cheese", "ring_nodule",
                             "ring_nodule", "cluster", "cluster", "open", "open", "open",
                             "open_white", "pepper", "pepper")  # fmt: skip
ON_FALX_MM = 2.5  # besides its own half thickness, the dura has CSF on both sides
CENTERS = 6  # places tried for a lesion before a satellite is given up


@dataclass
class Plan:
    """Choices of one case and what follows from them; truth None: not scored."""

    seed: int
    site: str
    side: float
    boundary: str
    shape: str
    core: str
    structure: str
    truth: dict = field(default_factory=dict)
    foci: tuple = ()
    notes: list = field(default_factory=list)
    shift_mm: float = 0.35
    given: str = "nothing"


def ball(center, radius, wave=0.0, phase=0.0):
    x, y, z = (float(v) for v in center)
    return Blob((x, y, z), (radius,) * 3, wave, phase)


def unit(rng):
    v = rng.normal(size=3)
    return v / np.linalg.norm(v)


def bodies(plan, rng):
    """Bodies at the three visits, centre at 0, and the largest reach from it."""
    phase, wave = rng.uniform(0, 6), rng.uniform(0, 0.5)
    r0 = rng.uniform(6.5, 9.5)
    u = unit(rng)
    if plan.shape in ("two_ways", "one_sided"):
        r, a = rng.uniform(6.5, 8.5), rng.uniform(4.0, 5.5)
        grow = rng.uniform(3.5, 5.5)
        drop = rng.uniform(3.5, 5.0) if plan.shape == "two_ways" else rng.uniform(0.0, 0.6)
        first = (ball(u * a, r, wave, phase), ball(-u * a, r, wave, phase))
        # the far side of the shrinking ball comes nearer
        last = (ball(u * (a + 0.5 * grow), r + 0.5 * grow, wave, phase),
                ball(-u * max(a - drop / 2, 0.0), r - drop / 2, wave, phase))  # fmt: skip
    else:
        r1 = rng.uniform(7.0, 9.5)
        factor = {"growth": rng.uniform(1.3, 1.6), "shrink": rng.uniform(0.55, 0.75)}
        r2 = r1 * factor.get(plan.shape, 1.0)
        first, last = (ball(0 * u, r1, wave, phase),), (ball(0 * u, r2, wave, phase),)
    found = ((ball(0 * u, r0, wave, phase),), first, last)
    reach = max(np.linalg.norm(b.center_mm) + b.radii_mm[0] for body in found for b in body)
    return found, reach + wave


def moved(blob, center):
    x, y, z = np.asarray(blob.center_mm) + center
    return replace(blob, center_mm=(float(x), float(y), float(z)))


def ball_points(center, radius, count=80):
    n = np.arange(count) + 0.5
    polar, around = np.arccos(1 - 2 * n / count), np.pi * (1 + 5**0.5) * n
    shell = np.stack([np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around),
                      np.cos(polar)], 1)  # fmt: skip
    return np.concatenate([center + radius * f * shell for f in (0.35, 0.7, 1.0)])


def nearest_on(body, points):
    """Nearest point of a union of balls for every point (N, 3)."""
    gaps = np.stack([np.linalg.norm(points - b.center_mm, axis=1) - b.radii_mm[0] for b in body])
    best = np.argmin(gaps, axis=0)
    centers = np.array([b.center_mm for b in body])[best]
    radii = np.array([b.radii_mm[0] for b in body])[best]
    way = points - centers
    return centers + way / np.linalg.norm(way, axis=1, keepdims=True) * radii[:, None]


def place_satellite(plan, all_bodies, shot, rng, accept, radius, tries, far):
    """Random ball beside the bodies for which `accept(points, center)` holds; None if there is none."""
    center = np.asarray(shot.center_mm)
    for _ in range(tries):
        at = center + unit(rng) * rng.uniform(shot.radius_mm + 1.0, far)
        gap = -max(float(union_depth(b, at)) for b in all_bodies) - radius
        if gap < 4.0:
            continue
        points = ball_points(at, radius)
        if accept(points, at):
            return ball(at, radius)
    return None


def crossing_rule(plan, body, shot, radius):
    """What makes a ball lie beyond the boundary of the plan's site, in truth."""
    atlas = load_atlas()
    other = RIGHT if plan.side > 0 else LEFT
    own = LEFT if plan.side > 0 else RIGHT

    def common(points, at):
        dose = shot.dose_at_radius(np.linalg.norm(points - shot.center_mm, axis=1))
        tissue = sample(atlas.tissue, points)
        return dose.max() > 0.27 * RX and (tissue > 0.5).mean() > 0.9

    def beyond(points, at):
        if not common(points, at):
            return False
        labels = sample(atlas.compartments, points)
        if plan.site == "falx":
            own_side = float(sample(atlas.to["left" if plan.side > 0 else "right"], at[None])[0])
            return np.isin(labels, other).mean() > 0.97 and own_side > radius + 1.0
        if plan.site == "tentorium":
            away = float(sample(atlas.to["cerebrum"], at[None])[0])
            return np.isin(labels, CEREBELLUM).mean() > 0.97 and away > radius + 1.0
        if not np.isin(labels, [*own, Compartment.CORPUS_CALLOSUM]).mean() > 0.97:
            return False
        csf, ventricle = csf_on_way(points, nearest_on(body, points))
        if plan.site == "ventricle":
            return (
                np.percentile(ventricle, 25) > 2.5
                and (labels != Compartment.CORPUS_CALLOSUM).mean() > 0.5
            )
        return np.percentile(csf, 25) > 2.0 and np.percentile(ventricle, 75) < 0.3

    def same_side(points, at):
        if not common(points, at):
            return False
        labels = sample(atlas.compartments, points)
        csf, ventricle = csf_on_way(points, nearest_on(body, points))
        return np.isin(labels, own).mean() > 0.99 and csf.max() < 0.4 and ventricle.max() < 0.1

    def callosal(points, at):
        labels = sample(atlas.compartments, points)
        return common(points, at) and (labels == Compartment.CORPUS_CALLOSUM).mean() > 0.7

    def far_away(points, at):
        dose = shot.dose_at_radius(np.linalg.norm(points - shot.center_mm, axis=1))
        labels = sample(atlas.compartments, points)
        tissue = sample(atlas.tissue, points)
        return dose.max() < 0.15 * RX and (labels > 0).all() and (tissue > 0.5).mean() > 0.9

    return {"cross": beyond, "known": beyond, "same_side": same_side, "callosal": callosal,
            "out_of_field": far_away}  # fmt: skip


def boundary_things(plan, body3, shot, rng):
    """Satellites per visit and vessels; sets the truth of items 1 and 21."""
    per_visit = [(), (), ()]
    vessels = ()
    plan.truth["cross_boundary"] = False
    plan.truth["new_lesions"] = False
    radius = float(rng.uniform(2.8, 4.0))
    last = body3[2]
    rules = crossing_rule(plan, last, shot, radius)
    if plan.boundary in rules:
        far = 60.0 if plan.boundary == "out_of_field" else 34.0
        found = place_satellite(plan, body3, shot, rng, rules[plan.boundary], radius, 1200, far)
        if found is None:
            return None, ()
        else:
            per_visit[2] = (found,)
            if plan.boundary == "known":
                per_visit = [(found,)] * 3
            plan.truth["cross_boundary"] = plan.boundary == "cross"
            plan.truth["new_lesions"] = plan.boundary == "out_of_field"
    elif plan.boundary == "sheet":
        found = dural_sheet(shot, body3, rng)
        if found is None:
            plan.boundary = "none"
        else:
            per_visit[2] = (found,)
            plan.truth["new_lesions"] = None
    elif plan.boundary == "vessel":
        way = unit(rng)
        across = np.cross(way, unit(rng))
        across /= np.linalg.norm(across)
        reach = max(np.linalg.norm(np.subtract(b.center_mm, shot.center_mm)) + b.radii_mm[0]
                    for b in last)  # fmt: skip
        middle = np.asarray(shot.center_mm) + across * (reach + rng.uniform(3.0, 8.0))
        half = way * rng.uniform(8, 13)
        vessels = (Tube(tuple(middle - half), tuple(middle + half), float(rng.uniform(0.8, 1.2))),)
        plan.truth["new_lesions"] = None
    return per_visit, vessels


def from_falx(points):
    """Distance in mm of LPS points (N, 3) from the farther of both hemispheres: 0.5 on the falx."""
    to = load_atlas().to
    return np.maximum(sample(to["left"], points), sample(to["right"], points))


def dural_sheet(shot, body3, rng):
    """Thin new enhancement on the falx itself, beside the lesion: where this head's falx lies."""
    atlas = load_atlas()
    center = np.asarray(shot.center_mm)
    across = np.arange(-10.0, 10.1, 0.5)  # a shifted midline is bent by several millimetres
    for _ in range(500):
        at = np.array([0.0, center[1] + rng.uniform(-14, 14), center[2] + rng.uniform(-10, 14)])
        line = at + np.stack([across, 0 * across, 0 * across], 1)
        at[0] = across[np.argmin(from_falx(line))]
        points = at + np.stack([np.zeros(40), *rng.uniform(-6, 6, (2, 40))], 1)
        labels = sample(atlas.compartments, points)
        if not (np.isin(labels, LEFT + RIGHT).mean() > 0.95):
            continue
        if np.quantile(from_falx(points), 0.9) > ON_FALX_MM:
            continue
        if sample(atlas.to["callosum"], at[None])[0] < 9:
            continue
        gap = -max(float(union_depth(b, p)) for b in body3 for p in points)
        dose = shot.dose_at_radius(np.linalg.norm(points - center, axis=1)).max()
        if gap > 3.5 and dose > 0.3 * RX:
            x, y, z = (float(v) for v in at)
            return Blob((x, y, z), (1.3, float(rng.uniform(6, 8)), float(rng.uniform(6, 8))))
    return None


def susceptibility(plan, body, rng):
    """Foci, or a vein, or one bleed; sets the truth of item 4 (None for one or two foci)."""
    kind = rng.choice(["many", "many", "few", "none", "none", "vein"])
    count = {"many": int(rng.integers(3, 10)), "few": int(rng.integers(1, 3))}.get(kind, 0)
    if plan.core == "blood":
        kind, count = "bleed", 0
    center = np.mean([b.center_mm for b in body], axis=0)
    reach = max(np.linalg.norm(np.subtract(b.center_mm, center)) + b.radii_mm[0] for b in body)
    atlas = load_atlas()
    placed = []
    for _ in range(3000):
        if len(placed) == count:
            break
        at = center + unit(rng) * rng.uniform(0.2, 1.0) * (reach + 5.0)
        depth = float(union_depth(body, at))
        near_border = sample(atlas.to["outside"], at[None])[0] < 8
        csf = sample(atlas.to["sulcus"], at[None])[0] < 3.5
        outside = depth < 0
        if outside and (depth < -7 or csf or near_border):
            continue
        if all(np.linalg.norm(at - p) > 5.5 for p in placed):
            placed.append(at)
    plan.foci = tuple(placed)
    vein = ()
    if kind == "vein":
        way = unit(rng)
        across = np.cross(way, unit(rng))
        across /= np.linalg.norm(across)
        middle = center + across * (reach + rng.uniform(2.0, 5.0))
        vein = (middle, way * rng.uniform(7, 12))
    truth = {"many": len(placed) >= 3, "few": None}.get(kind, False)
    plan.truth["swi_foci"] = truth
    return tuple(ball(p, float(rng.uniform(1.3, 1.9))) for p in placed), vein


def interior(plan, body, rng):
    """Rim, holes, nodules and openings of the last visit; sets the truth of items 5, 8, 17, 19."""
    biggest = max(body, key=lambda b: b.radii_mm[0])
    c, r = np.asarray(biggest.center_mm), biggest.radii_mm[0]
    made = {"rim_mm": float(rng.uniform(1.8, 2.8))}
    s = plan.structure
    truth = {"rim_morphology": True, "swiss_cheese": False, "dual_pathology": False,
             "open_ring": False}  # fmt: skip
    if s == "thick":
        made["rim_mm"] = float(rng.uniform(4.6, 5.5))
        truth["rim_morphology"] = False
    elif s == "solid":
        made["rim_mm"] = 99.0
        truth["rim_morphology"] = False
    elif s == "cheese":
        made["rim_mm"] = 99.0
        holes = []
        for _ in range(2000):
            at = c + unit(rng) * rng.uniform(0, 1) ** 0.33 * (r - 4.2)
            if len(holes) < 6 and all(np.linalg.norm(at - h) > 6.2 for h in holes):
                holes.append(at)
        made["holes"] = tuple(ball(h, float(rng.uniform(1.9, 2.3))) for h in holes)
        truth |= {"rim_morphology": None, "swiss_cheese": len(holes) >= 3 or None,
                  "dual_pathology": None}  # fmt: skip
    elif s == "ring_nodule":
        size = float(rng.uniform(4.2, 5.0))
        at = c + unit(rng) * (r - size)
        made["nodules"] = (ball(at, size),)
        truth |= {"rim_morphology": False, "dual_pathology": True}
    return made, truth


def outward_share(center, radius, cone, direction, rng, wanted):
    """Share of directions of a cone that meet `wanted` tissue within 4 mm beyond the rim."""
    atlas = load_atlas()
    tries = np.stack([unit(rng) for _ in range(600)])
    inside = tries[tries @ direction > np.cos(cone)]
    steps = radius + np.arange(0.0, 4.0, 0.5)
    points = center + inside[:, None, :] * steps[None, :, None]
    labels = sample(atlas.compartments, points)
    white = sample(atlas.shares["white"], points)
    boundary = (white < 0.5) | np.isin(
        labels, [Compartment.LEFT_LATERAL_VENTRICLE, Compartment.RIGHT_LATERAL_VENTRICLE]
    )
    share = boundary.any(axis=1).mean()
    return share if wanted == "boundary" else 1.0 - share


def opening(plan, body, rng):
    """Gap in the rim toward cortex or ventricle (positive) or toward white matter (near miss)."""
    biggest = max(body, key=lambda b: b.radii_mm[0])
    c, r = np.asarray(biggest.center_mm), biggest.radii_mm[0]
    wanted = "boundary" if plan.structure == "open" else "white"
    size = rng.uniform(0.85, 1.1)
    cone = 2 * np.arcsin(size / 2)
    for _ in range(60):
        way = unit(rng)
        if outward_share(c, r, cone, way, rng, wanted) > (0.85 if wanted == "boundary" else 0.9):
            return (ball(c + way * r, float(size * r)),)
    return ()


def make_plan(seed):
    rng = np.random.default_rng([seed, 5])
    pick = lambda options: str(rng.choice(options))  # noqa: E731
    return Plan(seed, SITES[seed % len(SITES)], 1.0 if rng.uniform() < 0.5 else -1.0,
                pick(BOUNDARY), pick(SHAPE), pick(CORE), pick(STRUCTURE)), rng  # fmt: skip


def settle(plan):
    """Combinations that contradict each other."""
    if plan.structure in ("solid", "cheese"):
        plan.core = "plain"
    if plan.structure in ("open", "open_white", "pepper", "cheese", "ring_nodule"):
        plan.shape = {"two_ways": "growth", "one_sided": "growth", "shrink": "stable"}.get(
            plan.shape, plan.shape
        )
    if plan.structure in ("cluster", "pepper"):
        plan.boundary = "none"
    if plan.boundary == "sheet":
        plan.site = "falx"
    if plan.boundary == "callosal":
        plan.site = "callosum"
    if plan.boundary == "cross" and plan.site in ("callosum", "deep"):
        plan.site = ("falx", "tentorium", "sulcus", "ventricle")[plan.seed % 4]
    if plan.boundary == "known":
        plan.site = "falx"
    if plan.shape == "misregistered":
        plan.shift_mm = 1.0


def make_case(seed, border_mm=0.0):
    """Plan and scenario (unscaled head) of one random case; None when no place was found.

    `border_mm`: how far a rough border may lie outside the scripted one.
    """
    plan, rng = make_plan(seed)
    settle(plan)
    relative, reach = bodies(plan, rng)
    prescribed = relative[0][0].radii_mm[0] + 1.0
    relative = smaller_before(seed, relative)
    reach += border_mm
    near = (0.4, 1.6) if plan.boundary == "up_to" else (0.7, 4.0)
    plan.truth["shape_change"] = plan.shape == "two_ways"
    for attempt in range(CENTERS):
        if attempt == 3 and plan.boundary in ("cross", "known"):
            plan.site = "falx"  # where there is most room on the other side
        if attempt == CENTERS - 1 and plan.boundary in ("cross", "known", "same_side", "callosal"):
            plan.notes.append(f"no place for {plan.boundary}")
            plan.boundary = "none"
        center = find_center(plan.site, plan.side, reach, rng, near)
        if center is None:
            return plan, None
        body3 = [tuple(moved(b, center) for b in body) for body in relative]
        shot = Shot(tuple(float(v) for v in center), prescribed, RX)
        satellites, vessels = boundary_things(plan, body3, shot, rng)
        if satellites is not None:
            break
    else:
        return plan, None
    foci, vein = susceptibility(plan, body3[2], rng)
    made, truth = interior(plan, body3[2], rng)
    plan.truth |= truth
    if plan.structure in ("open", "open_white"):
        made["opening"] = opening(plan, body3[2], rng)
        if not made["opening"]:
            plan.structure = "ring"
        plan.truth["open_ring"] = plan.structure == "open"
        plan.truth["rim_morphology"] = None
    if plan.structure == "pepper":
        made["spares"] = ("grey", "csf")
        plan.truth |= {"rim_morphology": None, "open_ring": None, "shape_change": None}
    plan.truth["clustered_enhancement"] = False
    if plan.structure == "cluster":
        add_cluster(plan, body3, shot, satellites, rng)
    states = states_of(plan, body3, satellites, vessels, foci, vein, made, rng)
    days = visit_days(rng)
    dates = tuple(TREATED + timedelta(days=int(d)) for d in days)
    events = draw_events(plan, TREATED, dates)
    lesion = ScriptedLesion("1", body3[0][0].radii_mm[0], shot, states)
    scenario = Scenario(f"random-{seed}", "", dates, TREATED, (lesion,), events)
    return plan, scenario


def visit_days(rng):
    first = rng.uniform(50, 300)
    return -2, int(first), int(first + rng.uniform(60, 420))


def add_cluster(plan, body3, shot, satellites, rng):
    placed = []
    for _ in range(4000):
        if len(placed) == 3:
            break
        radius = float(rng.uniform(2.4, 3.0))
        at = np.asarray(shot.center_mm) + unit(rng) * rng.uniform(6, 1.4 * shot.radius_mm)
        if -float(union_depth(body3[2], at)) - radius < 2.5:
            continue
        dose = shot.dose_at_radius(np.linalg.norm(at - shot.center_mm))
        if dose > 0.58 * RX and all(
            np.linalg.norm(at - p.center_mm) > radius + p.radii_mm[0] + 2.5 for p in placed
        ):
            placed.append(ball(at, radius))
    satellites[2] = (*satellites[2], *placed)
    plan.truth["clustered_enhancement"] = True if len(placed) >= 2 else None
    plan.truth["cross_boundary"] = None  # parts of a cluster may lie across a sulcus


def states_of(plan, body3, satellites, vessels, foci, vein, made, rng):
    truth = plan.truth
    hollow = made["rim_mm"] < 90
    restricted = plan.core in ("restricted", "rim_too", "bevacizumab") and hollow
    truth["central_diffusion_restriction"] = restricted and plan.core == "restricted"
    blood = ()
    truth["haemorrhage"] = False
    if plan.core == "blood":
        biggest = max(body3[2], key=lambda b: b.radii_mm[0])
        size = float(min(rng.uniform(4.5, 6.0), biggest.radii_mm[0] - 1.5))
        blood = (ball(biggest.center_mm, size),)
        truth["haemorrhage"] = True
    signal = signals(plan, rng)
    oedema = float(rng.uniform(0.0, 12.0))
    last = LesionState(
        body3[2], oedema_mm=oedema, satellites=satellites[2], core_restricted=restricted,
        rim_restricted=plan.core == "rim_too" and hollow, swi_foci=foci,
        vessels=vessels, blood=blood, signal=signal, **made,
    )  # fmt: skip
    if vein:
        middle, half = vein
        tube = [ball(middle + half * t, 1.1) for t in np.linspace(-1, 1, 24)]
        last = replace(last, swi_foci=(*last.swi_foci, *tube))
    between = LesionState(body3[1], rim_mm=min(made["rim_mm"], 4.0), oedema_mm=oedema,
                          satellites=satellites[1], vessels=vessels)  # fmt: skip
    if plan.structure in ("solid", "cheese"):
        between = replace(between, rim_mm=99.0)
    if made.get("spares"):
        between = replace(between, spares=made["spares"])
    first = LesionState(body3[0], rim_mm=5.0, oedema_mm=5.0, satellites=satellites[0],
                        vessels=vessels)  # fmt: skip
    return first, between, last


def signals(plan, rng):
    """Signals of advanced imaging, high or low; sets the truth of items 12, 14, 15, 16."""
    high = {k: bool(rng.uniform() < 0.5) for k in ("rcbv", "delay", "pet", "fdg")}
    plan.truth["perfusion"] = high["rcbv"]
    plan.truth["delayed_contrast"] = high["delay"]
    plan.truth["amino_acid_pet"] = high["pet"]
    plan.truth["fdg_pet"] = not high["fdg"]
    return {
        R.RCBV: float(rng.uniform(3.0, 4.5) if high["rcbv"] else rng.uniform(0.6, 1.1)),
        R.T1C_DELAYED: float(rng.uniform(1.4, 1.65) if high["delay"] else rng.uniform(2.2, 2.5)),
        R.PET_AA: float(rng.uniform(3.8, 5.0) if high["pet"] else rng.uniform(1.0, 1.5)),
        R.PET_FDG: float(rng.uniform(4.5, 6.0) if high["fdg"] else rng.uniform(0.5, 0.9)),
    }
