"""Compartments of the ICBM152 template, derived from its own tissue maps.

Nothing is shipped: the seeds below (MNI mm, RAS as in the literature) and a watershed along the
CSF give cerebrum, cerebellum and brainstem; the symmetric template's midline is x = 0.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk
from scipy import ndimage

from RNAssessLib.case import Compartment, Grid
from RNAssessLib.spatial.atlas import load_template
from RNAssessLib.spatial.balls import deeper

CEREBRUM, CEREBELLUM, BRAINSTEM = 1, 2, 3
SEEDS_RAS: tuple[tuple[int, tuple[float, float, float], float], ...] = (
    (CEREBRUM, (30, 10, 25), 12), (CEREBRUM, (30, -45, 30), 12), (CEREBRUM, (48, -15, -20), 6),
    (CEREBRUM, (15, -88, 8), 8), (CEREBRUM, (30, 5, -30), 6), (CEREBRUM, (20, -12, 5), 7),
    (CEREBRUM, (20, 40, -10), 8), (CEREBRUM, (40, -50, -12), 4), (CEREBRUM, (20, -70, -1), 4),
    (CEREBELLUM, (25, -62, -38), 13), (CEREBELLUM, (8, -62, -25), 6),
    (CEREBELLUM, (35, -50, -35), 6), (CEREBELLUM, (10, -58, -14), 3),
    (CEREBELLUM, (35, -75, -28), 4),
    (BRAINSTEM, (3, -27, -32), 7), (BRAINSTEM, (3, -32, -48), 5), (BRAINSTEM, (6, -22, -14), 3),
)  # fmt: skip


@cache
def compute_template_labels() -> npt.NDArray[np.uint8]:
    """Compartment of every template voxel (values of `Compartment`); computed once."""
    template = load_template()
    grid = template.t1.grid
    x, y, z = _ras_axes(grid)
    brain = ndimage.binary_fill_holes(template.brain.array)
    tissue = template.wm.array + template.gm.array
    parts = _separate(tissue, brain, (x, y, z))
    labels = np.zeros(grid.shape, np.uint8)
    left = x < 0
    labels[(parts == CEREBRUM) & left] = Compartment.LEFT_CEREBRUM
    labels[(parts == CEREBRUM) & ~left] = Compartment.RIGHT_CEREBRUM
    labels[(parts == CEREBELLUM) & left] = Compartment.LEFT_CEREBELLUM
    labels[(parts == CEREBELLUM) & ~left] = Compartment.RIGHT_CEREBELLUM
    labels[parts == BRAINSTEM] = Compartment.BRAINSTEM
    _add_callosum(labels, template.wm.array, (x, y, z))
    _add_ventricles(labels, brain, tissue, (x, y, z))
    return labels


def _ras_axes(grid: Grid) -> tuple[npt.NDArray[np.floating], ...]:
    """RAS coordinates, as the literature writes, shaped so that they broadcast over (K, J, I)."""
    k, j, i = grid.shape
    lps = [
        grid.origin_mm[axis] + grid.spacing_mm[axis] * np.arange(n) for axis, n in ((0, i), (1, j),
                                                                                  (2, k))
    ]  # fmt: skip
    return -lps[0][None, None, :], -lps[1][None, :, None], lps[2][:, None, None]


def _ball(
    ras: tuple[npt.NDArray[np.floating], ...], center: tuple[float, float, float], radius: float
) -> tuple[tuple[slice, slice, slice], npt.NDArray[np.bool_]]:
    """Box around a ball, and the ball inside it."""
    cuts = []
    for axis, at in zip(ras, center, strict=True):
        inside = np.flatnonzero(np.abs(axis.ravel() - at) < radius)
        cuts.append(slice(int(inside[0]), int(inside[-1]) + 1))
    x, y, z = cuts
    distance = sum(
        (axis.ravel()[cut].reshape(shape) - at) ** 2
        for axis, cut, at, shape in zip(ras, cuts, center, ((1, 1, -1), (1, -1, 1), (-1, 1, 1)),
                                        strict=True)
    )  # fmt: skip
    return (z, y, x), np.asarray(distance < radius**2)


def _separate(
    tissue: npt.NDArray[np.float32],
    brain: npt.NDArray[np.bool_],
    ras: tuple[npt.NDArray[np.floating], ...],
) -> npt.NDArray[np.uint8]:
    markers = np.zeros(brain.shape, np.uint8)
    for label, (sx, sy, sz), radius in SEEDS_RAS:
        for side in (sx, -sx):
            box, near = _ball(ras, (side, sy, sz), radius)
            markers[box][near & brain[box]] = label
    # CSF clefts are the ridges between the basins
    height = 1.0 - ndimage.gaussian_filter(np.minimum(tissue, 1.0), 0.7)
    k, j, i = (slice(max(s.start - 2, 0), s.stop + 2)
               for s in ndimage.find_objects(brain.astype(np.uint8))[0])  # fmt: skip
    flooded = sitk.MorphologicalWatershedFromMarkers(
        sitk.GetImageFromArray(height[k, j, i]), sitk.GetImageFromArray(markers[k, j, i]),
        markWatershedLine=False, fullyConnected=False,
    )  # fmt: skip
    parts = np.zeros(brain.shape, np.uint8)
    parts[k, j, i] = sitk.GetArrayFromImage(flooded)
    parts[~brain] = 0
    return parts


def _add_callosum(
    labels: npt.NDArray[np.uint8],
    white: npt.NDArray[np.float32],
    ras: tuple[npt.NDArray[np.floating], ...],
) -> None:
    x, y, z = ras
    box = (np.abs(x) < 9) & (y > -44) & (y < 34) & (z > -8) & (z < 34) & (white > 0.6)
    middle, _ = ndimage.label(box)
    seed = (np.abs(x) < 2) & (y > 14) & (y < 30) & (z > 0) & (z < 22) & box
    back = (np.abs(x) < 2) & (y > -42) & (y < -32) & (z > 5) & (z < 22) & box
    keep = set(np.unique(middle[seed | back])) - {0}
    labels[np.isin(middle, list(keep)) & (labels < Compartment.LEFT_CEREBELLUM)] = (
        Compartment.CORPUS_CALLOSUM
    )


def _add_ventricles(
    labels: npt.NDArray[np.uint8],
    brain: npt.NDArray[np.bool_],
    tissue: npt.NDArray[np.float32],
    ras: tuple[npt.NDArray[np.floating], ...],
) -> None:
    x, y, z = ras
    csf = brain & (tissue < 0.5)
    deep = deeper(brain, (1.0, 1.0, 1.0), 12.0)
    third = csf & (np.abs(x) < 4) & (y > -32) & (y < 8) & (z > -16) & (z < 6)
    fourth = csf & (np.abs(x) < 12) & (y > -58) & (y < -34) & (z > -46) & (z < -18)
    box = csf & deep & (np.abs(x) < 42) & (y > -70) & (y < 38) & (z > -24) & (z < 36) & ~third
    box &= ~((z < -2) & (np.abs(x) < 18))
    components, _ = ndimage.label(box)
    seeds = (np.abs(np.abs(x) - 10) < 5) & (y > -25) & (y < 20) & (z > 10) & (z < 22) & box
    seeds |= (np.abs(np.abs(x) - 27) < 6) & (y > -45) & (y < -30) & (z > -2) & (z < 10) & box
    lateral = np.isin(components, sorted(set(np.unique(components[seeds])) - {0}))
    labels[lateral & (x < 0)] = Compartment.LEFT_LATERAL_VENTRICLE
    labels[lateral & (x >= 0)] = Compartment.RIGHT_LATERAL_VENTRICLE
    labels[third] = Compartment.THIRD_VENTRICLE
    labels[fourth] = Compartment.FOURTH_VENTRICLE
