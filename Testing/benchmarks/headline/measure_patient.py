"""One hard digital patient, the whole way: images in, answers out."""

import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parents[1] / "findings"))
sys.path.insert(1, str(Path(__file__).parents[3]))  # the library need not be installed
from measure_case import ANATOMIES, anatomy_of, place
from scripts import make_case
from sites import use_anatomy
from truth import complete, unscore_slices

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import MaskKind, SequenceRole
from RNAssessLib.phantom.patient import Visit, build_scanner, image_patient
from RNAssessLib.phantom.realism import BORDER_MM, harden_scanner, harden_scenario
from RNAssessLib.preparation import prepare

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
    truth, course = complete(plan, head, scenario)
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
    slices = max(visits[-1].scanner.spacing_mm[R.T1C])
    unscore_slices(truth, course, slices)
    return plan, (truth, course), image_patient(f"hard-{seed}", seed, scenario, visits, roles)


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
    plan, (truth, course), patient = made
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
        "given": plan.given, "pattern": [course["pattern"], told.split(" (")[0]], "t1": has_t1(seed),
        "slice_mm": [max(t.timepoint.t1c.grid.spacing_mm) for t in prepared.timepoints],
        "registration_mm": error, "dice": dices, "parts": lost_parts(prepared, patient),
        "build_s": middle - start, "prepare_s": later - middle, "measure_s": stop - later,
    }  # fmt: skip
