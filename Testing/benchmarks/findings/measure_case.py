"""One random digital patient: its truth, and what every item answered."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from scripts import make_case
from sites import load_head, use_anatomy
from treatments import VOIDING
from truth import complete, unscore_slices

from RNAssessLib.case import SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Favours, Status
from RNAssessLib.findings.measure.susceptibility import find_foci
from RNAssessLib.findings.registry import evaluate_all
from RNAssessLib.phantom.head import build_head, place_lattice
from RNAssessLib.phantom.imperfection import Imperfection
from RNAssessLib.phantom.placement import move_scenario
from RNAssessLib.phantom.prepared import build_prepared
from RNAssessLib.phantom.realism import BORDER_MM, harden_scenario

R = SequenceRole
LAST = (R.T1C, R.T1, R.FLAIR, R.DWI, R.ADC, R.SWI, R.RCBV, R.T1C_DELAYED, R.PET_AA, R.PET_FDG)
ROLES = ((R.T1C,), (R.T1C, R.DWI, R.ADC), LAST)
MATCH_MM = 2.5
ANATOMIES = 24  # hard heads; cases that share one are not independent of each other


def anatomy_of(seed):
    return 1000 + seed % ANATOMIES


def place(scenario, seed, hard):
    """Random head, and the script moved into it."""
    rng = np.random.default_rng([seed, 9])
    scale = rng.uniform(0.97, 1.04, 3)
    center = np.array([*rng.uniform(-8, 8, 2), rng.uniform(20, 60)])
    scale_, center_ = tuple(map(float, scale)), tuple(map(float, center))
    if hard:
        head = replace(load_head(anatomy_of(seed)), grid=place_lattice(scale_, center_),
                       midline_mm=center_[0])  # fmt: skip
    else:
        head = build_head(scale_, center_)
    return head, move_scenario(scenario, scale, center)


def score_foci(prepared, scenario, plan):
    """(true foci, found of them, false foci) at the last visit."""
    latest = prepared.timepoints[-1]
    found = find_foci(prepared, latest, prepared.lesions[0], Thresholds()).foci
    at = latest.to_reference.transform.apply(np.array([f.point_lps_mm for f in found])
                                             ) if found else np.zeros((0, 3))  # fmt: skip
    blobs = scenario.lesions[0].states[-1].swi_foci[: len(plan.foci)]
    true = np.array([b.center_mm for b in blobs]).reshape(-1, 3)
    if not len(true) or not len(at):
        return len(true), 0, len(at)
    gap = np.linalg.norm(true[:, None] - at[None], axis=-1)
    return (
        len(true),
        int((gap.min(axis=1) < MATCH_MM).sum()),
        int((gap.min(axis=0) >= MATCH_MM).sum()),
    )


def favours_tumour(finding):
    return finding.favours is Favours.TTP


def names_reason(finding, given):
    """Whether the item is indeterminate and says which treatment made it so."""
    reason = VOIDING.get(given)
    return (finding.status is Status.INDETERMINATE and reason is not None
            and reason in finding.sentence)  # fmt: skip


def run_case(seed, hard=True):
    use_anatomy(anatomy_of(seed) if hard else None)
    plan, scenario = make_case(seed, BORDER_MM[1] if hard else 0.0)
    if scenario is None:
        return None
    if hard:
        scenario = harden_scenario(scenario, seed)
    rng = np.random.default_rng([seed, 13])
    snr = float(rng.uniform(20, 40))
    placed = place(scenario, seed, hard)
    truth, course = complete(plan, *placed)
    atlas_like = bool(rng.uniform() < 0.3)
    wrong = Imperfection(
        shift_mm=plan.shift_mm,
        anatomy_mm=1.2 if atlas_like else 0.5,
        stated_anatomy_mm=3.0 if atlas_like else 1.0,
        stated_csf_mm=1.5 if atlas_like else 1.0,
        follows_dura=atlas_like,
    )
    if atlas_like and truth["white_matter_preference"]:
        truth["white_matter_preference"] = None  # by design not answered on the atlas
    start = time.perf_counter()
    phantom = build_prepared(f"random-{seed}", seed, placed=placed, roles=ROLES, snr=snr,
                             imperfection=wrong, hard=hard)  # fmt: skip
    middle = time.perf_counter()
    prepared = phantom.prepared
    slice_mm = max(prepared.timepoints[-1].timepoint.t1c.grid.spacing_mm)
    unscore_slices(truth, course, slice_mm)
    findings = evaluate_all(prepared, prepared.lesions[0])
    stop = time.perf_counter()
    answers = {f.spec.id: f for f in findings}
    told = answers["course_pattern"].sentence
    regression = answers["spontaneous_regression"]
    return {
        "seed": seed, "hard": hard, "anatomy": anatomy_of(seed) if hard else None,
        "slice_mm": slice_mm, "site": plan.site, "boundary": plan.boundary, "shape": plan.shape,
        "core": plan.core, "structure": plan.structure, "given": plan.given, "snr": snr, "atlas_like": atlas_like,
        "notes": plan.notes, "truth": truth,
        "found": {f.spec.id: f.status.value for f in findings},
        "sentence": {f.spec.id: f.sentence for f in findings},
        "caveats": {f.spec.id: list(f.caveats)[:2] for f in findings},
        "pattern": [course["pattern"], told.split(" (")[0]],
        "direction": course["direction"],
        "continued_growth": [course["continued_growth"], favours_tumour(regression)],
        "voided": [course["voided"], names_reason(regression, plan.given)],
        "foci": score_foci(prepared, phantom.scenario, plan),
        "build_s": middle - start, "measure_s": stop - middle,
    }  # fmt: skip
