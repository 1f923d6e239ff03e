"""The patient's own lateral ventricles instead of the atlas's."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.case import Compartment
from RNAssessLib.spatial.balls import deeper, within

Bools = npt.NDArray[np.bool_]
DARK = 0.62
BRIGHT = 1.35
REACH_MM = 8.0
DEEP_MM = 15.0
RIM_SHARE = 0.75
CORE_MM = 2.0
NEAR_SHARE = 0.6
SIDES = (
    (Compartment.LEFT_LATERAL_VENTRICLE, Compartment.LEFT_CEREBRUM),
    (Compartment.RIGHT_LATERAL_VENTRICLE, Compartment.RIGHT_CEREBRUM),
)


def follow_own_ventricles(
    compartments: npt.NDArray[np.uint8],
    t1c: npt.NDArray[np.float32],
    brain: Bools,
    spacing: tuple[float, float, float],
    exclude: Bools | None = None,
) -> None:
    """Redraw the lateral ventricles from dark voxels near the atlas's, in place.

    Ventricles widen with age and are pushed by a mass; an affine atlas knows neither. A dark
    cavity that reaches far from where ventricles are, or whose wall enhances, is a cystic or
    necrotic lesion, however close it lies.

    Parameters
    ----------
    compartments : (K, J, I) uint8 array of Compartment
        From the atlas; changed.
    t1c : (K, J, I) float32 array
        In units of white matter.
    brain : (K, J, I) bool array
    spacing : tuple of float
        (k, j, i), mm.
    exclude : (K, J, I) bool array, optional
        Lesion, never a ventricle.
    """
    atlas = np.isin(compartments, [ventricle for ventricle, _ in SIDES])
    if not atlas.any():
        return
    smooth = ndimage.gaussian_filter(t1c, [0.6 / s for s in spacing], truncate=2.0)
    dark = (smooth < DARK) & brain
    dark &= deeper(brain, spacing, DEEP_MM)
    zone = within(atlas, spacing, REACH_MM)
    dark &= zone
    dark &= ~np.isin(
        compartments,
        [Compartment.THIRD_VENTRICLE, Compartment.FOURTH_VENTRICLE, Compartment.BRAINSTEM,
         Compartment.LEFT_CEREBELLUM, Compartment.RIGHT_CEREBELLUM],
    )  # fmt: skip
    cavities = _without_foreign(dark, zone, smooth, brain, spacing)
    if exclude is not None:
        cavities &= ~exclude
    labels, _ = ndimage.label(cavities)
    own = np.isin(labels, np.setdiff1d(np.unique(labels[cavities & atlas]), [0]))
    if np.count_nonzero(own) < 0.1 * np.count_nonzero(atlas):
        return  # nothing dark there (slit ventricles, or a poor image): keep the atlas's
    side = _side_of(compartments)
    for ventricle, cerebrum in SIDES:
        lost = (compartments == ventricle) & ~own
        compartments[lost] = cerebrum
    for ventricle, cerebrum in SIDES:
        compartments[own & (side == cerebrum)] = ventricle


def _without_foreign(
    dark: Bools,
    zone: Bools,
    smooth: npt.NDArray[np.float32],
    brain: Bools,
    spacing: tuple[float, float, float],
) -> Bools:
    """Leave out cavities that are no ventricle.

    A ventricle lies mostly within reach of the atlas's; a cyst beside it reaches elsewhere. And
    choroid plexus brightens some of a ventricle's wall, the rim of a necrotic lesion most of it.
    Cavities are told apart by their cores, so that thin bridges to sulci do not join them.
    """
    cavity = (smooth < DARK) & brain
    cores, _ = ndimage.label(deeper(cavity, spacing, CORE_MM))
    boxes = ndimage.find_objects(cores)
    bright = ndimage.maximum_filter(smooth, [max(round(4.0 / s), 1) for s in spacing]) > BRIGHT
    out = dark.copy()
    for number in np.unique(cores[zone & (cores > 0)]):
        margin = [int(np.ceil(2.0 * CORE_MM / s)) + 1 for s in spacing]
        wide = tuple(
            slice(max(s.start - m, 0), s.stop + m)
            for s, m in zip(boxes[int(number) - 1], margin, strict=True)
        )
        core = cores[wide] == number
        around = within(core, spacing, CORE_MM + 2.0)
        wall = around & ~within(core, spacing, CORE_MM) & ~cavity[wide]
        foreign = float(zone[wide][core].mean()) < NEAR_SHARE
        rimmed = bool(wall.any()) and float(bright[wide][wall].mean()) > RIM_SHARE
        if foreign or rimmed:
            out[wide] &= ~around
    return out


def _side_of(compartments: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Left or right cerebrum for every voxel, from the nearest labelled one."""
    side = np.zeros(compartments.shape, np.uint8)
    for ventricle, cerebrum in SIDES:
        side[np.isin(compartments, [ventricle, cerebrum])] = cerebrum
    index = ndimage.distance_transform_edt(side == 0, return_distances=False, return_indices=True)
    return np.asarray(side[tuple(index)])
