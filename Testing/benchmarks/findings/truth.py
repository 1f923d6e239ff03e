"""What is true of a placed script, counted on exact shapes; None: too near a threshold to score."""

from datetime import date

import numpy as np
from scipy import ndimage
from treatments import VOIDING, unscore

from RNAssessLib.phantom.scanner import spared_share

HALF = 0.5
FULL = np.ones((3, 3, 3))
ALONE_CM3, IN_FIELD = 0.05, 0.25


class Exact:
    """Exact masks of every visit on the head's own lattice around the lesion."""

    def __init__(self, head, scenario):
        lesion = scenario.lesions[0]
        corners = [c for s in lesion.states for c in s.reach_mm()]
        low = np.floor(head.grid.lps_to_index(np.min(corners, axis=0) - 10)).astype(int)
        high = np.ceil(head.grid.lps_to_index(np.max(corners, axis=0) + 10)).astype(int)
        box = tuple(slice(max(int(a), 0), int(b)) for a, b in zip(low, high, strict=True))
        self.grid = head.grid.crop(box)
        points = self.grid.index_to_lps(np.moveaxis(np.indices(self.grid.shape), 0, -1))
        self.white = head.shares["white"][box]
        self.grey = head.shares["grey"][box]
        self.cell = self.grid.voxel_volume_cm3
        self.spacing = self.grid.spacing_mm[::-1]
        radius = np.linalg.norm(points - np.asarray(lesion.shot.center_mm), axis=-1)
        self.dose = lesion.shot.dose_at_radius(radius) / lesion.shot.prescription_gy
        self.visits = []
        for state in lesion.states:
            spared = spared_share(head, state)
            parts = state.parts(points, None if spared is None else spared[box])
            core = parts["core"] >= HALF
            enhancing = (parts["enhancing"] >= HALF) & ~core
            own = self._irradiated(enhancing | core)
            oedema = ((parts["oedema"] >= HALF) & (self.white > HALF)) | own
            self.visits.append({"whole": own, "core": core & own, "enhancing": enhancing & own,
                                "oedema": oedema})  # fmt: skip

    def _irradiated(self, mask):
        labels, count = ndimage.label(mask, FULL)
        best = ndimage.maximum(self.dose, labels, np.arange(1, count + 1)) if count else []
        return np.isin(labels, 1 + np.flatnonzero(np.asarray(best) >= IN_FIELD))

    def volume(self, visit, part="whole"):
        return float(self.visits[visit][part].sum()) * self.cell


def step(before, after):
    """'up', 'down', 'same', or None when it is too close to call."""
    if max(before, after) < 0.3:
        return None
    ratio = after / max(before, 1e-6)
    if 1 / 1.12 < ratio < 1.12:
        return "same"
    if ratio > 1.4 and after - before > 0.15:
        return "up"
    return "down" if ratio < 1 / 1.4 and before - after > 0.15 else None


PATTERNS = {
    ("down", "up"): "Shrinkage followed by enlargement",
    ("same", "up"): "Delayed enlargement",
    ("up", "up"): "Constant enlargement",
    ("up", "same"): "Enlarged, then stable",
    ("down", "down"): "Shrinkage so far",
    ("down", "same"): "Shrinkage so far",
    ("same", "down"): "Shrinkage so far",
    ("same", "same"): "Stable so far",
}


def pattern(exact):
    steps = _steps(exact)
    if steps == ("up", "down"):
        back = step(exact.volume(0), exact.volume(2))
        if back is None:
            return None
        return "Enlargement followed by shrinkage" if back == "up" else "Transient enlargement"
    return PATTERNS.get(steps)


def latency(exact, scenario):
    """Whether the first enlargement lies 3-18 months after treatment."""
    v = [exact.volume(n) for n in range(3)]
    steps = step(v[0], v[1]), step(min(v[:2]), v[2])
    if None in steps:
        return None
    first = next((n for n, s in enumerate(steps, start=1) if s == "up"), None)
    if first is None:
        return False
    months = (scenario.dates[first] - scenario.treatment).days / (365.25 / 12)
    assert isinstance(scenario.treatment, date)
    return 3.0 <= months <= 18.0


def dose_match(exact):
    """Dose of what has grown since the smaller of the two earlier visits."""
    now = exact.visits[2]["whole"]
    since = min((1, 0), key=exact.volume)
    far = ndimage.distance_transform_edt(~exact.visits[since]["whole"], sampling=exact.spacing)
    reaching = now & (far > 2.5)
    if reaching.sum() * exact.cell < 0.4:
        # a thin shell of true growth may or may not exceed the error of the outlines
        return None if (now & (far > 1.0)).sum() * exact.cell > 0.03 else False
    share = float((exact.dose[now & (far > 1.25)] >= 0.5).mean())
    return True if share > 0.88 else False if share < 0.72 else None


def regressed_or_level(exact, scenario):
    """Larger at the first follow-up, then smaller for six weeks, or level for six months."""
    steps = _steps(exact)
    if None in steps:
        return None
    if steps[0] != "up" or steps[1] == "up":
        return False
    days = (scenario.dates[2] - scenario.dates[1]).days
    needed = 6 * 7 if steps[1] == "down" else 6 * 365.25 / 12
    return None if abs(days - needed) < 4 else days > needed


def spontaneous_regression(plan, exact, scenario):
    """The same, nothing being given that would explain it."""
    if plan.given in VOIDING:
        return False
    return regressed_or_level(exact, scenario)


def voided(plan, exact, scenario):
    """Whether a treatment alone keeps regression or stability from being spontaneous."""
    return plan.given in VOIDING and bool(regressed_or_level(exact, scenario))


def continued_growth(plan, exact):
    """Larger as a whole at both follow-ups: what raises concern for tumour; None: not scored."""
    steps = _steps(exact)
    if plan.given == "bevacizumab":
        return False
    if None in steps:
        return None
    if steps != ("up", "up"):
        return False
    return True if plan.shape == "growth" else None


def _steps(exact):
    v = [exact.volume(n) for n in range(3)]
    return step(v[0], v[1]), step(v[1], v[2])


def oedema_ratio(exact):
    whole = exact.volume(2)
    if whole < 0.1:
        return None
    ratio = exact.volume(2, "oedema") / whole
    return True if 1.4 * 1.2 < ratio < 24 / 1.2 else False if ratio < 1.4 / 1.2 else None


def white_matter(exact):
    visit = exact.visits[2]
    known = (exact.white + exact.grey) > 0.5
    white = exact.white > exact.grey
    tissue = visit["enhancing"] & known
    if tissue.sum() * exact.cell < 0.2:
        return None
    whole = ndimage.binary_fill_holes(visit["whole"])
    near = known & (ndimage.distance_transform_edt(~whole, sampling=exact.spacing) <= 8.0)
    if not (near & ~whole).any() or 1 - white[near & ~whole].mean() < 0.2:
        return None
    excess = white[tissue].mean() - white[near].mean()
    return True if excess > 0.25 else False if excess < 0.05 else None


def clustered(exact):
    labels, count = ndimage.label(exact.visits[2]["whole"], FULL)
    numbers = np.arange(1, count + 1)
    size = ndimage.sum(labels > 0, labels, numbers) * exact.cell
    dose = np.array([np.median(exact.dose[labels == n]) for n in numbers])
    sure = (size > ALONE_CM3) & (dose > 0.55)
    possible = int(((size > 0.02) & (dose > 0.45)).sum())
    return True if sure.sum() >= 3 else False if possible <= 2 else None


def cluster_gap_mm(exact):
    """Widest slice through which three parts of a cluster still show apart; 0 without a cluster.

    Two parts nearer to each other than a slice is thick may share it, and are then one on the
    image, however it is looked at: such a cluster is not scored (`unscore_slices`).
    """
    whole = exact.visits[2]["whole"]
    labels, count = ndimage.label(whole, FULL)
    numbers = np.arange(1, count + 1)
    size = ndimage.sum(labels > 0, labels, numbers) * exact.cell
    dose = np.array([np.median(exact.dose[labels == n]) for n in numbers])
    parts = np.isin(labels, numbers[(size > ALONE_CM3) & (dose > 0.55)])
    if not parts.any():
        return 0.0
    far = ndimage.distance_transform_edt(~parts, sampling=exact.spacing)
    widths = [mm for mm in np.arange(0.5, 7.0, 0.5) if ndimage.label(far < mm / 2, FULL)[1] >= 3]
    return float(max(widths, default=0.0))


def unscore_slices(truth, course, slice_mm):
    """What the slices of the T1c cannot show is not scored: the last visit's thickness in mm."""
    if truth["clustered_enhancement"] and slice_mm > course["cluster_gap_mm"]:
        truth["clustered_enhancement"] = None


def complete(plan, head, scenario):
    """Truth of every item, the plan's own and what follows from the exact shapes; and its course."""
    exact = Exact(head, scenario)
    truth = dict(plan.truth)
    core = exact.volume(2, "core")
    if core < 0.25 and plan.structure not in ("solid", "cheese"):
        truth["rim_morphology"] = truth["dual_pathology"] = None
        if truth["central_diffusion_restriction"]:
            truth["central_diffusion_restriction"] = None
    if plan.boundary in ("cross", "known", "same_side", "callosal") and plan.structure == "pepper":
        truth["cross_boundary"] = None
    if len(plan.foci) >= 3:
        truth["haemorrhage"] = truth["haemorrhage"] or None
    added = len(scenario.lesions[0].states[2].satellites) > len(
        scenario.lesions[0].states[1].satellites
    )
    if added and plan.shape in ("shrink", "two_ways"):
        truth["shape_change"] = None  # a new part beside a shrinking one is read either way
    if plan.boundary in ("cross", "known", "same_side", "callosal"):
        satellite = scenario.lesions[0].states[2].satellites[0]
        shot = scenario.lesions[0].shot
        gap = np.linalg.norm(np.subtract(satellite.center_mm, shot.center_mm))
        dose = shot.dose_at_radius(np.array(gap - satellite.radii_mm[0])) / shot.prescription_gy
        if dose < 0.32:  # near the dose from which enhancement belongs to the treated lesion
            truth["new_lesions"] = None
    if core < 0.05 and not truth["central_diffusion_restriction"]:
        truth["central_diffusion_restriction"] = None  # without a core the sign does not apply
    if truth["shape_change"] and step(exact.volume(0), exact.volume(1)) not in ("same", "up"):
        truth["shape_change"] = None  # what regresses may still be the metastasis's response
    truth["latency"] = latency(exact, scenario)
    truth["spontaneous_regression"] = spontaneous_regression(plan, exact, scenario)
    truth["dose_match"] = dose_match(exact)
    truth["oedema_ratio"] = oedema_ratio(exact)
    truth["white_matter_preference"] = white_matter(exact)
    truth["clustered_enhancement"] = clustered(exact)
    unscore(plan, truth)
    course = {
        "cluster_gap_mm": cluster_gap_mm(exact),
        "pattern": pattern(exact),
        "voided": voided(plan, exact, scenario),
        "continued_growth": continued_growth(plan, exact),
        "direction": _steps(exact)[1] if _steps(exact)[0] == "up" else "not enlarged first",
    }
    return truth, course
