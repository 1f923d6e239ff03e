"""Parts of a change of shape, looked up on the other scan: absent there at equal sensitivity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Lesion, Mask, MaskOrigin, PreparedTimepoint, RigidTransform
from RNAssessLib.evidence import Thresholds
from RNAssessLib.lesions.parts import parts_of
from RNAssessLib.spatial.resampling import resample_array

from .seen_before import Before, look_before
from .workspace import Workspace

BoolArray = npt.NDArray[np.bool_]
HALF = 0.5


@dataclass(frozen=True, eq=False)
class Confirmed:
    """What is left of a changed part once the other scan's image was asked.

    Attributes
    ----------
    part : Mask
        Without the pieces that the other scan shows as well.
    sure_cm3 : float
        Volume of the pieces that it does not show; the rest cannot be told.
    doubt : str
        Why not, of the largest such piece.
    """

    part: Mask
    sure_cm3: float
    doubt: str = ""


def confirm_part(
    space: Workspace,
    lesion: Lesion,
    part: Mask,
    shown: PreparedTimepoint,
    other: PreparedTimepoint,
    thresholds: Thresholds,
) -> Confirmed:
    """Ask `other` whether it shows what only the outline of `shown` holds.

    Outlines that were drawn are taken as they are. A piece hardly any of which enhances (core that
    grew inside its rim) has no contrast that could be looked up, and stands.

    Parameters
    ----------
    space : Workspace
    lesion : Lesion
    part : Mask
        On the workspace's grid.
    shown, other : PreparedTimepoint
    thresholds : Thresholds
    """
    drawn = any(t.lesions[lesion.id].origin is not MaskOrigin.AUTOMATIC for t in (shown, other))
    if drawn or part.is_empty:
        return Confirmed(part, part.volume_cm3)
    enhancing = space.carry(shown.lesions[lesion.id].enhancing, shown)
    kept, sure, doubt = np.zeros_like(part.array), 0.0, ""
    for piece in parts_of(part, 0.0):
        bright = Mask(piece.array & enhancing, piece.grid)
        verdict, reason = Before.ABSENT, ""
        if bright.volume_cm3 >= thresholds["settle.lookup_share"] * piece.volume_cm3:
            native = _native(bright, shown)
            if not native.is_empty:
                view = look_before(other, shown, native, thresholds)
                verdict, reason = view.verdict, view.reason
        if verdict is Before.SEEN:
            continue
        kept |= piece.array
        sure += piece.volume_cm3 if verdict is Before.ABSENT else 0.0
        doubt = doubt or reason
    return Confirmed(Mask(kept, part.grid), sure, doubt)


def _native(part: Mask, timepoint: PreparedTimepoint) -> Mask:
    """A mask of the reference space on a timepoint's T1c grid."""
    grid = timepoint.timepoint.t1c.grid
    back: RigidTransform = timepoint.to_reference.transform.inverse()
    points = back.apply(part.grid.index_to_lps(np.argwhere(part.array)))
    index = grid.lps_to_index(points)
    low = np.clip(np.floor(index.min(axis=0)) - 1, 0, None).astype(int)
    high = np.minimum(np.ceil(index.max(axis=0)) + 2, grid.shape).astype(int)
    out = np.zeros(grid.shape, bool)
    if np.any(high <= low):
        return Mask(out, grid)
    k, j, i = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    share = resample_array(part.array, part.grid, grid.crop((k, j, i)), back)
    out[k, j, i] = share >= HALF
    return Mask(out, grid)
