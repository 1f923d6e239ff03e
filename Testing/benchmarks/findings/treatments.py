"""What is given beside the radiotherapy, and how large the lesion was before it.

Drawn from a stream of its own. A regression or halt is spontaneous only where nothing was given
that would do the same; half of the entries made here are of that kind, the others are harmless.
"""

from dataclasses import replace
from datetime import timedelta

import numpy as np

from RNAssessLib.case import ClinicalEvent, EventKind

K = EventKind
# since treatment, any of these may make enhancement shrink or halt
VOIDING = {
    "steroid raised": "corticosteroid raised", "surgery": "surgery on",
    "whole-brain RT": "whole-brain radiotherapy on", "chemotherapy": "new chemotherapy",
    "targeted": "new targeted therapy", "immunotherapy": "new immunotherapy",
    "bevacizumab": "bevacizumab on",
}  # fmt: skip
HARMLESS = ("steroid tapered", "drug running before", "surgery afterwards", "KPS only")
SMALLER_FIRST = 0.6  # share of lesions that were clearly smaller before treatment
DRUGS = {"chemotherapy": K.CHEMOTHERAPY, "targeted": K.TARGETED, "immunotherapy": K.IMMUNOTHERAPY}


def smaller_before(seed, relative):
    """The bodies of three visits, the first often 1.7 to 2.6 times smaller than the second."""
    rng = np.random.default_rng([seed, 17])
    ratio = rng.uniform(1.7, 2.6)
    if rng.uniform() > SMALLER_FIRST:
        return relative
    (ball,), second, third = relative
    radius = float((union_volume(second) / ratio / (4 / 3 * np.pi)) ** (1 / 3))
    return (replace(ball, radii_mm=(radius,) * 3),), second, third


def union_volume(body):
    """Volume in mm³ of one ball or of two that overlap."""
    radii = [b.radii_mm[0] for b in body]
    total = sum(4 / 3 * np.pi * r**3 for r in radii)
    if len(body) == 1:
        return total
    assert len(body) == 2 and np.isclose(*radii)
    r, d = radii[0], np.linalg.norm(np.subtract(body[0].center_mm, body[1].center_mm))
    return total - (np.pi * (2 * r - d) ** 2 * (d + 4 * r) / 12 if d < 2 * r else 0.0)


def draw_events(plan, treated, dates):
    """Entries of the clinical timeline; sets `plan.given` to what they are."""
    rng = np.random.default_rng([plan.seed, 19])
    between = _day(rng, dates[1], dates[2])
    since = _day(rng, treated, dates[2])
    if plan.core == "bevacizumab":
        plan.given = "bevacizumab"
        return (ClinicalEvent(K.BEVACIZUMAB, dates[1] + timedelta(days=10), dose_mg_per_kg=5.0),)
    draw = rng.uniform()
    if draw < 0.4:
        return ()
    kinds = HARMLESS if draw < 0.65 else [k for k in VOIDING if k != "bevacizumab"]
    plan.given = str(rng.choice(kinds))
    return {
        "steroid raised": lambda: _steroid(treated, 4.0, since, 8.0),
        "steroid tapered": lambda: _steroid(treated, 8.0, since, 4.0),
        "surgery": lambda: (ClinicalEvent(K.SURGERY, between),),
        "surgery afterwards": lambda: (ClinicalEvent(K.SURGERY, dates[2] + timedelta(days=9)),),
        "whole-brain RT": lambda: (ClinicalEvent(K.WBRT, between),),
        "drug running before": lambda: (
            ClinicalEvent(K.IMMUNOTHERAPY, treated - timedelta(days=90), drug="nivolumab"),
        ),
        "KPS only": lambda: (ClinicalEvent(K.KPS, since, value=80),),
    }.get(plan.given, lambda: (ClinicalEvent(DRUGS[plan.given], since),))()


def unscore(plan, truth):
    """Other items whose answer the entries change: not scored, or false by their own rule."""
    if plan.given in ("surgery", "whole-brain RT", "bevacizumab") and truth["shape_change"]:
        truth["shape_change"] = False  # regression under treatment does not count
    if plan.given == "surgery" and truth["central_diffusion_restriction"]:
        truth["central_diffusion_restriction"] = None  # a surgical cavity restricts as well


def _day(rng, first, last):
    """Day of an interval, not too near its ends."""
    return first + timedelta(days=int(5 + rng.uniform() * ((last - first).days - 10)))


def _steroid(treated, before, day, after):
    return tuple(
        ClinicalEvent(K.STEROID, when, drug="dexamethasone", dose_mg_per_day=dose)
        for when, dose in ((treated - timedelta(days=30), before), (day, after))
    )
