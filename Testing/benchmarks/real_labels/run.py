"""Outlines of real heads against the labels that come with them.

    python Testing/benchmarks/real_labels/run.py

Each head is given once, as it was scanned, with a ball of dose at its lesion and no outline; what
the product draws is compared with the label. Writes RESULTS.md beside itself.
"""

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from scipy import ndimage

sys.path.insert(0, str(Path(__file__).parents[1] / "null_pairs"))
sys.path.insert(1, str(Path(__file__).parents[3]))  # the library need not be installed
from head_sources import FG, MET, SHARED, load_head
from measure_pair import DATES, DOSE_MM, FRAMES, RX_GY, TREATED

from RNAssessLib.case import (
    Case,
    Course,
    Mask,
    MaskKind,
    SequenceRole,
    StructureRole,
    Target,
    Technique,
    Timepoint,
)
from RNAssessLib.phantom.plan import Shot, build_dose, sphere_structure
from RNAssessLib.preparation import prepare
from RNAssessLib.spatial.registration import register_rigid
from RNAssessLib.spatial.resampling import resample_array
from RNAssessLib.study.volume import read_volume

HERE = Path(__file__).parent
T1C = SequenceRole.T1C
LAYERS = 11  # of a thick slice, over which a label is averaged


@dataclass(frozen=True)
class Label:
    """A file, its numbers for what enhances and for the lesion with core, and who drew it.

    `image` is the T1c it lies on, where that is not the head's own.
    """

    file: str
    enhancing: tuple
    whole: tuple
    drawn_by: str
    image: str = ""


LABELS = {
    "brats_met_00110": Label(f"{MET}/AURORA_t1c_segmentation_predicted.nii.gz", (), (2,),
                             "a network (AURORA)"),
    "fg6692_atlas": Label(f"{FG}/mav.nii.gz", (4,), (1, 4), "a fusion of networks"),
    "glioma_native": Label(f"{FG}/mav.nii.gz", (4,), (1, 4),
                           "the same, carried here from atlas space", f"{FG}/t1c.nii.gz"),
    "slab1": Label("enhancing_slabs/brain1_label.nrrd", (), (1,), "not told"),
    "slab2": Label("enhancing_slabs/brain2_label.nrrd", (), (1,), "not told"),
}  # fmt: skip


SEEN = """## What the pictures show

Looked at on 2026-11-27, outline and label over the T1c:

- glioma_native: the label runs one voxel (0.9 mm) outside what is seen to enhance nearly everywhere, and
  holds the faint first and last slice; RNAssess draws where uptake is half its local level. Its outline
  widened by one voxel in plane overlaps by 0.87. The uptake is weak and patchy. A border halfway to each
  slice's own brightness would overlap by 0.86, but makes balls of known volume in slices this thick a
  quarter too large (`Testing/lesions/test_thick_slices.py`): it was not taken.
- glioma_native and fg6692_atlas, with core: the label closes the open ring of the upper half; RNAssess
  takes no core there, as its lower wall does not enhance.
- slab1: RNAssess follows the enhancing tissue; the label is drawn with straight edges round it and runs
  on to the dura. Left out: a faint band behind the main part (slice 15).
- slab2: the label is a box round a faint blush and two vessels; RNAssess draws the vessels and not the
  blush. There is no T1 of either slab.
"""


def dice(a, b):
    """Overlap of two masks, (K, J, I) bool arrays; 1 where they are the same."""
    return 2.0 * np.count_nonzero(a & b) / max(np.count_nonzero(a) + np.count_nonzero(b), 1)


def draw(name, data):
    """(T1c of a head, what the product calls enhancing there, the same with core)."""
    head, _ = load_head(name, data)
    images = {role: replace(image, frame_of_reference_uid=FRAMES[0])
              for role, image in head.images.items() if role not in head.apart}  # fmt: skip
    shot = Shot(tuple(map(float, head.lesion_mm)), head.radius_mm, RX_GY)
    gtv = sphere_structure("GTV", StructureRole.GTV, shot, head.radius_mm, FRAMES[0], 1)
    course = Course(
        "srs", TREATED, Technique.GAMMA_KNIFE, 1, structures=(gtv,),
        targets=(Target("GTV", StructureRole.GTV, RX_GY),),
        dose=build_dose((shot,), FRAMES[0], DOSE_MM),
    )  # fmt: skip
    prepared = prepare(Case(name, (course,), (Timepoint("t0", DATES[0], images),)))
    masks = next(iter(prepared.timepoints[0].lesions.values())).masks
    enhancing = masks[MaskKind.ENHANCING].array
    return images[T1C], enhancing, enhancing | masks[MaskKind.NECROTIC_CORE].array


def carry(inside, grid, target, moving_to_fixed):
    """Share of each voxel of thicker slices that a finer mask fills, (K, J, I) float array."""
    normal = np.asarray(target.direction).reshape(3, 3)[:, 2]
    share = np.zeros(target.shape, np.float32)
    for n in range(LAYERS):
        off = ((n + 0.5) / LAYERS - 0.5) * target.spacing_mm[2]
        layer = replace(target, origin_mm=tuple(np.asarray(target.origin_mm) + off * normal))
        share += resample_array(inside, grid, layer, moving_to_fixed) / LAYERS
    return share


def read_label(label, t1c, data):
    """{part: (label on the T1c's lattice, overlap that going there and back leaves)}."""
    drawn = read_volume(data / label.file)
    parts = {"enhancing": label.enhancing, "with core": label.whole}
    inside = {k: np.isin(np.rint(drawn.array), v) for k, v in parts.items() if v}
    if not label.image:
        return {k: (mask, None) for k, mask in inside.items()}
    own = read_volume(data / label.image)
    brain = Mask(ndimage.binary_fill_holes(ndimage.binary_opening(own.array > 0)), own.grid)
    there = register_rigid(own, t1c, moving_mask=brain).transform
    out = {}
    for k, mask in inside.items():
        placed = carry(mask, drawn.grid, t1c.grid, there) >= 0.5
        back = resample_array(placed, t1c.grid, drawn.grid, there.inverse()) >= 0.5
        out[k] = placed, dice(back, mask)
    return out


def measure(name, data):
    """Table rows of one head."""
    label = LABELS[name]
    t1c, enhancing, whole = draw(name, data)
    voxel_cm3 = float(np.prod(t1c.grid.spacing_mm)) / 1000.0
    rows = []
    for part, (drawn, most) in read_label(label, t1c, data).items():
        ours = enhancing if part == "enhancing" else whole
        most = "" if most is None else f"{most:.2f}"
        volumes = f"{ours.sum() * voxel_cm3:.1f} | {drawn.sum() * voxel_cm3:.1f}"
        rows.append(f"| {name} | {t1c.grid.spacing_mm[2]:.1f} | {part} | {volumes} | "
                    f"**{dice(ours, drawn):.3f}** | {most} | {label.drawn_by} |")  # fmt: skip
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the public MR")
    parser.add_argument("--only", nargs="+", choices=list(LABELS), default=list(LABELS))
    args = parser.parse_args()
    lines = [
        "# Outlines of real heads against the labels that come with them", "",
        "Made by `python Testing/benchmarks/real_labels/run.py`. Each head once, as it was scanned, "
        "with a ball of dose at its lesion and no outline. No label here is truth, and the settings "
        "of the product were chosen on some of these heads. *There and back*: the overlap of the "
        "label with itself after the way to the head's thicker slices and back, where it was drawn "
        "on another lattice: more cannot be asked of any outline.", "",
        "| head | slices (mm) | part | RNAssess (cm³) | label (cm³) | Dice | there and back | label by |",
        "|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name in args.only:
        for row in measure(name, args.data):
            print(row, flush=True)
            lines.append(row)
    (HERE / "RESULTS.md").write_text("\n".join([*lines, "", SEEN]), encoding="utf-8")


if __name__ == "__main__":
    main()
