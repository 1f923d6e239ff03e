"""Where a random lesion can sit: distances to every boundary in the ICBM152 head, kept once."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy import ndimage

from RNAssessLib.anatomy.template_labels import compute_template_labels
from RNAssessLib.case import Compartment
from RNAssessLib.phantom.deformation import draw_build
from RNAssessLib.phantom.hard_head import build_hard_head
from RNAssessLib.phantom.head import MARGIN_MM, build_head

LEFT, RIGHT = (
    [Compartment.LEFT_CEREBRUM, Compartment.LEFT_LATERAL_VENTRICLE],
    [Compartment.RIGHT_CEREBRUM, Compartment.RIGHT_LATERAL_VENTRICLE],
)
CEREBELLUM = [Compartment.LEFT_CEREBELLUM, Compartment.RIGHT_CEREBELLUM]
LATERAL = [Compartment.LEFT_LATERAL_VENTRICLE, Compartment.RIGHT_LATERAL_VENTRICLE]
SITES = ("falx", "tentorium", "sulcus", "ventricle", "callosum", "deep")


@dataclass(frozen=True, eq=False)
class Atlas:
    """Compartments, tissue shares and distances (mm, float16) on the unscaled head's lattice."""

    grid: object
    compartments: np.ndarray
    shares: dict
    tissue: np.ndarray  # white and grey matter together
    to: dict  # name -> distance

    def at(self, name, index):
        return self.to[name][tuple(index.T)].astype(float)


_anatomy = None  # build of the hard head in use; None for the template


def use_anatomy(number):
    """Place the following scripts in this build's anatomy (None: the template's)."""
    global _anatomy
    _anatomy = number


def load_atlas():
    """Atlas of the anatomy in use."""
    return _load(_anatomy)


@lru_cache(maxsize=1)  # half a gigabyte each
def load_head(anatomy):
    """Unscaled head of a build, at the origin."""
    if anatomy is None:
        return build_head((1.0, 1.0, 1.0), (0.0, 0.0, 0.0))
    return build_hard_head(draw_build(anatomy), (1.0, 1.0, 1.0), (0.0, 0.0, 0.0))


@lru_cache(maxsize=1)
def _load(anatomy):
    head = load_head(anatomy)
    labels = head.compartments
    if labels is None:
        labels = np.pad(compute_template_labels(), MARGIN_MM)
    csf = head.shares["csf"] + head.shares["dura"] + head.shares["sinus"] + head.shares["choroid"]
    if "vein" in head.shares:
        csf = csf + head.shares["vein"]
    ventricles = np.isin(
        labels, [*LATERAL, Compartment.THIRD_VENTRICLE, Compartment.FOURTH_VENTRICLE]
    )
    sets = {
        "left": np.isin(labels, LEFT),
        "right": np.isin(labels, RIGHT),
        "cerebellum": np.isin(labels, CEREBELLUM),
        "cerebrum": np.isin(labels, LEFT + RIGHT),
        "ventricle": np.isin(labels, LATERAL),
        "callosum": labels == Compartment.CORPUS_CALLOSUM,
        "sulcus": (csf > 0.5) & ~ventricles & (labels > 0),
        "outside": labels == 0,
    }
    to = {n: ndimage.distance_transform_edt(~s).astype(np.float16) for n, s in sets.items()}
    tissue = head.shares["white"] + head.shares["grey"]
    return Atlas(head.grid, labels, head.shares, tissue, to)


def find_center(site, side, extent_mm, rng, near_mm=(0.7, 4.0)):
    """Random LPS point (unscaled head) for a lesion reaching `extent_mm` from its centre.

    `near_mm`: how far its border stays from the boundary of its site. None when there is no place.
    """
    atlas = load_atlas()
    own, other = ("left", "right") if side > 0 else ("right", "left")
    to, e = atlas.to, extent_mm
    low, high = e + near_mm[0], e + near_mm[1]
    tissue = atlas.tissue > 0.9
    inside = tissue & (to[own] == 0) & (to["outside"] > 0.5 * e)
    apart = to[other] > e + 0.7
    rules = {
        "falx": (to[other] > low) & (to[other] < high) & (to["callosum"] > e + 2)
        & (to["ventricle"] > e),
        "tentorium": (to["cerebellum"] > low) & (to["cerebellum"] < high) & apart,
        "sulcus": (to["sulcus"] > 0.75 * e) & (to["sulcus"] < high) & (to[other] > e + 8)
        & (to["cerebellum"] > e + 6) & (to["ventricle"] > e + 3),
        "ventricle": (to["ventricle"] > low) & (to["ventricle"] < high) & apart,
        "callosum": (to["callosum"] > low) & (to["callosum"] < high) & apart,
        "deep": (to[other] > e + 12) & (to["ventricle"] > e + 3) & (to["cerebellum"] > e + 8)
        & (to["outside"] > 14),
    }  # fmt: skip
    cells = np.argwhere(inside & rules[site])
    if len(cells) < 20:
        return None
    return atlas.grid.index_to_lps(cells[rng.integers(len(cells))])


def sample(array, points):
    """Value of a lattice array at LPS points (N, 3) of the unscaled head, nearest."""
    atlas = load_atlas()
    index = np.rint(atlas.grid.lps_to_index(points)).astype(int)
    index = np.clip(index, 0, np.asarray(array.shape) - 1)
    return array[tuple(np.moveaxis(index, -1, 0))]


def csf_on_way(start, goals):
    """Millimetres of CSF and of ventricle on straight lines from points (N, 3) to goals (N, 3)."""
    atlas = load_atlas()
    steps = np.linspace(0, 1, 60)
    way = start[:, None, :] + (goals - start)[:, None, :] * steps[None, :, None]
    length = np.linalg.norm(goals - start, axis=1)
    tissue = sample(atlas.tissue, way)
    ventricle = np.isin(sample(atlas.compartments, way),
                        [*LATERAL, Compartment.THIRD_VENTRICLE, Compartment.FOURTH_VENTRICLE])  # fmt: skip
    csf = (tissue < 0.5).mean(axis=1) * length
    return csf, ventricle.mean(axis=1) * length
