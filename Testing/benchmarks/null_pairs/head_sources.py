"""Heads for the pairs: public MR in ../shared/data/mr and digital patients.

Lesion centres of real heads come from the labels beside them; TCGA-FG-6692 has its label in atlas
space only, its centre in native space was found with the rigid alignment of both scans.
"""

from pathlib import Path

import numpy as np
from reacquire import Head
from scipy import ndimage

from RNAssessLib.case import Image, Mask, SequenceRole
from RNAssessLib.phantom.placement import place_scenario
from RNAssessLib.phantom.scanner import draw_truth
from RNAssessLib.study.volume import read_volume

R = SequenceRole
SHARED = Path(__file__).parents[3] / ".." / "shared" / "data" / "mr"
MET, FG, FG_NATIVE = "brats_met_00110", "null_pairs/fg6692_atlas_space", "glioma_native_with_skull"
FG_NATIVE_LESION_MM, FG_RADIUS_MM = (-34.5, -44.3, 53.8), 13.1
GD_PLACE_MM, GD_RADIUS_MM = (28.0, 12.0, 38.0), 8.0  # white matter: this head shows no lesion
SMALLEST_RADIUS_MM = 5.0

REAL = ("brats_met_00110", "glioma_native", "fg6692_atlas", "fg6692_two_spaces", "mr_gd",
        "slab1", "slab2")  # fmt: skip
DIGITAL = tuple(f"{name}:{seed}" for seed in (101, 102, 103)
                for name in ("rn_across_falx", "ttp_nodule", "ttp_near_falx"))  # fmt: skip
ALL = (*REAL, *DIGITAL)


def load_head(name, data=SHARED):
    """(head at the first visit, head at the second visit); twice the same one but for one pair."""
    if ":" in name:
        head = _digital(name)
    elif name == "fg6692_two_spaces":  # stripped in atlas space, then native with skull
        return _load_real("fg6692_atlas", data), _load_real("glioma_native", data)
    else:
        head = _load_real(name, data)
    return head, head


def available(data=SHARED):
    """Names of the heads whose files are here; the digital ones always are."""
    return ALL if (Path(data) / MET).is_dir() else DIGITAL


def _load_real(name, data):
    data = Path(data)
    if name == MET:
        files = {R.T1C: "t1c", R.T1: "t1n", R.FLAIR: "t2f"}
        images = {r: read_volume(data / MET / f"BraTS-MET-00110-000-{f}.nii.gz")
                  for r, f in files.items()}  # fmt: skip
        label = read_volume(data / MET / "AURORA_t1c_segmentation_predicted.nii.gz")
        return _bare(name, images, *_ball(label, (2,)))
    if name == "fg6692_atlas":
        files = {R.T1C: "t1c", R.T1: "t1", R.FLAIR: "fla"}
        images = {r: read_volume(data / FG / f"{f}.nii.gz") for r, f in files.items()}
        label = read_volume(data / FG / "mav.nii.gz")
        return _bare(name, images, *_ball(label, (1, 4)))
    if name == "glioma_native":
        ends = {R.T1C: "*_t1c.nii.gz", R.T1: "T1_AX*_t1.nii.gz", R.FLAIR: "*_fla.nii.gz"}
        folder = data / FG_NATIVE
        images = {r: read_volume(next(folder.glob(end))) for r, end in ends.items()}
        # the FLAIR's header is 14 degrees and 16 mm off the T1c's: another examination
        return Head(name, images, np.array(FG_NATIVE_LESION_MM), FG_RADIUS_MM, apart=(R.FLAIR,))
    if name == "mr_gd":
        images = {R.T1C: read_volume(data / "null_pairs/mr_gd/MR_Gd.nii.gz")}
        return _bare(name, images, np.array(GD_PLACE_MM), GD_RADIUS_MM)
    number = name.removeprefix("slab")
    folder = data / "enhancing_slabs"
    images = {R.T1C: read_volume(folder / f"brain{number}_image.nrrd")}
    label = read_volume(folder / f"brain{number}_label.nrrd")
    return Head(name, images, *_ball(label, (1,)))


def _ball(label, values):
    """Centre and radius of the ball of the label's volume."""
    mask = Mask(np.isin(np.rint(label.array), values), label.grid)
    radius = float((3000.0 * mask.volume_cm3 / (4.0 * np.pi)) ** (1.0 / 3.0))
    return np.array(mask.centroid_lps()), max(radius, SMALLEST_RADIUS_MM)


def _bare(name, images, center, radius):
    t1c = images[R.T1C]
    brain = ndimage.binary_fill_holes(ndimage.binary_opening(t1c.array > 0))
    return Head(name, images, center, radius, Mask(brain, t1c.grid), bare=True)


def _digital(name):
    """An untreated metastasis of a digital patient, painted without noise."""
    phantom, seed = name.split(":")
    head, scenario = place_scenario(phantom, int(seed))
    states = tuple(lesion.states[0] for lesion in scenario.lesions)
    images = {r: Image(draw_truth(head, r, states), head.grid) for r in (R.T1C, R.T1, R.FLAIR)}
    tissue = head.shares["white"] + head.shares["grey"] + head.shares["csf"]
    brain = ndimage.binary_fill_holes(ndimage.binary_opening(tissue > 0.5, iterations=2))
    lesion = scenario.lesions[0]
    center = np.array(lesion.shot.center_mm)
    return Head(name, images, center, lesion.gtv_radius_mm, Mask(brain, head.grid),
                noise_free=True)  # fmt: skip
