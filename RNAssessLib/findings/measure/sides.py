"""Where voxels lie in relation to a lesion: near it, across a midline structure, behind CSF."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from RNAssessLib.anatomy.boundaries import BELOW, LEFT, RIGHT, VENTRICLES
from RNAssessLib.case import Compartment
from RNAssessLib.lesions.parts import box_of

from .workspace import Workspace

BoolArray = npt.NDArray[np.bool_]


def within(where: BoolArray, reach_mm: float, space: Workspace) -> BoolArray:
    """Voxels within `reach_mm` of a set; empty for an empty set."""
    box = box_of(where, margin=math.ceil(reach_mm / min(space.spacing_kji)))
    if box is None:
        return where
    near = np.zeros(where.shape, bool)
    distance = ndimage.distance_transform_edt(~where[box], sampling=space.spacing_kji)
    near[box] = distance <= reach_mm
    return near


def other_side(space: Workspace, treated: BoolArray, grown: BoolArray) -> BoolArray:
    """Voxels in the other hemisphere, or on the other side of the tentorium."""
    compartments = space.anatomy.compartments
    here = compartments[treated]
    shares = {
        "left": np.isin(here, list(LEFT)).mean(),
        "right": np.isin(here, list(RIGHT)).mean(),
        "below": np.isin(here, list(BELOW)).mean(),
    }
    opposite: set[Compartment] = {
        "left": RIGHT | BELOW,
        "right": LEFT | BELOW,
        "below": LEFT | RIGHT,
    }[max(shares, key=lambda k: shares[k])]
    return np.asarray(grown & np.isin(compartments, list(opposite)))


def behind_ventricle(space: Workspace, treated: BoolArray, grown: BoolArray) -> BoolArray:
    """Voxels whose straight way to the treated lesion leads through a ventricle."""
    behind = np.zeros(grown.shape, bool)
    cells = np.argwhere(grown)
    ventricle = np.isin(space.anatomy.compartments, VENTRICLES) & ~grown
    if not len(cells) or not ventricle.any():
        return behind
    nearest = ndimage.distance_transform_edt(
        ~treated, sampling=space.spacing_kji, return_distances=False, return_indices=True
    )
    goal = np.stack([n[tuple(cells.T)] for n in nearest], axis=1)
    crossed = np.zeros(len(cells))
    steps = 24
    for step in np.linspace(0, 1, steps):
        at = np.rint(cells + (goal - cells) * step).astype(int)
        crossed += ventricle[tuple(at.T)]
    length = np.linalg.norm((goal - cells) * np.asarray(space.spacing_kji), axis=1)
    behind[tuple(cells[crossed * length / steps > 1.0].T)] = True
    return behind
