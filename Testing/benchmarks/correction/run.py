"""How long a corrected outline takes, against assessing the prepared case again.

    python Testing/benchmarks/correction/run.py [--whole-head]

A digital patient with four timepoints of five sequences each (T1c, FLAIR, DWI, ADC, SWI). Every
timepoint in turn gets a nodule painted onto the lesion, a wider core, and wider oedema; each edit is
measured once, on one thread. ``--whole-head`` prepares the images themselves (minutes) instead of
taking the prepared slab from the script.
"""

import argparse
import pickle
import time
from pathlib import Path

import numpy as np
import SimpleITK as sitk
from scipy import ndimage

from RNAssessLib.amend import with_masks
from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import Mask, MaskKind, SequenceRole
from RNAssessLib.phantom import build_phantom
from RNAssessLib.phantom.prepared import build_prepared
from RNAssessLib.preparation import prepare

R = SequenceRole
ROLES = (R.T1C, R.FLAIR, R.DWI, R.ADC, R.SWI)
NAME, SEED = "rn_across_falx", 3
NODULE_MM = 4.0


def make_case(whole_head):
    if whole_head:
        return prepare(build_phantom(NAME, seed=SEED, roles=ROLES).case)
    return build_prepared(NAME, SEED, roles=[ROLES] * 4).prepared


def edits(timepoint):
    masks = timepoint.lesions["L1"]
    grid = masks.enhancing.grid
    cells = np.argwhere(masks.enhancing.array)
    points = grid.index_to_lps(np.moveaxis(np.indices(grid.shape), 0, -1))
    tip = grid.index_to_lps(cells[cells[:, 1].argmax()])
    nodule = np.linalg.norm(points - tip, axis=-1) < NODULE_MM
    yield "nodule", MaskKind.ENHANCING, masks.enhancing.array | nodule
    core = masks.necrotic_core.array
    yield "core", MaskKind.NECROTIC_CORE, core | (nodule & ~masks.enhancing.array)
    if masks.oedema is not None:
        wider = ndimage.binary_dilation(masks.oedema.array, iterations=2)
        yield "oedema", MaskKind.OEDEMA, wider


def timed(work):
    wall, cpu = time.perf_counter(), time.process_time()
    result = work()
    return result, time.perf_counter() - wall, time.process_time() - cpu


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--whole-head", action="store_true")
    parser.add_argument("--prepared", help="pickled prepared case to use instead")
    args = parser.parse_args()
    sitk.ProcessObject.SetGlobalDefaultNumberOfThreads(1)
    if args.prepared:
        prepared = pickle.loads(Path(args.prepared).read_bytes())
    else:
        prepared = make_case(args.whole_head)
    shape = prepared.timepoints[0].nawm.grid.shape
    print(f"{len(prepared.timepoints)} timepoints, T1c of {shape}")
    assessment, wall, cpu = timed(lambda: assess_prepared(prepared))
    print(f"{'assessed whole':24s} {wall:6.2f} s  ({cpu:.2f} s of one core)")
    for timepoint in prepared.timepoints:
        for name, kind, array in edits(timepoint):
            mask = {kind: Mask(array, timepoint.nawm.grid)}
            _, wall, cpu = timed(lambda t=timepoint, m=mask: with_masks(assessment, t.id, "L1", m))
            print(f"{timepoint.id + ' ' + name:24s} {wall:6.2f} s  ({cpu:.2f} s of one core)")


if __name__ == "__main__":
    main()
