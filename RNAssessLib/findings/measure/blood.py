"""Blood inside a lesion: bright before contrast, or dark on SWI (LA25 §2.2, §2.3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import (
    Lesion,
    NotAssessableError,
    PreparedCase,
    PreparedTimepoint,
    SequenceRole,
)
from RNAssessLib.evidence import Thresholds

from .reference_tissue import contralateral_level, ratio_in
from .timepoints import why_unusable

BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Blood:
    """Blood-like signal in a region of one timepoint.

    Attributes
    ----------
    bright_share, dark_share : float or None
        Shares of the region T1-bright and SWI-dark; None without that sequence.
    bright, dark : (K, J, I) bool array or None
        The voxels, T1c grid.
    """

    bright_share: float | None
    dark_share: float | None
    bright: BoolArray | None
    dark: BoolArray | None

    def reaches(self, share: float) -> bool:
        """Whether either share is at least `share`."""
        known = [s for s in (self.bright_share, self.dark_share) if s is not None]
        return any(s >= share for s in known)

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Sequences that would tell and are missing."""
        missing = []
        if self.bright_share is None:
            missing.append("pre-contrast T1")
        if self.dark_share is None:
            missing.append("SWI")
        return tuple(missing)


def find_blood(
    prepared: PreparedCase,
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    region: BoolArray,
    thresholds: Thresholds,
) -> Blood:
    """Look for T1-bright and SWI-dark voxels in a region (not empty) of the T1c grid."""
    bright = _beyond_level(prepared, timepoint, lesion, SequenceRole.T1, region,
                           thresholds["haemorrhage.t1_ratio"], above=True)  # fmt: skip
    dark = _beyond_level(prepared, timepoint, lesion, SequenceRole.SWI, region,
                         thresholds["haemorrhage.swi_ratio"], above=False)  # fmt: skip
    size = int(np.count_nonzero(region))
    return Blood(
        None if bright is None else float(np.count_nonzero(bright)) / size,
        None if dark is None else float(np.count_nonzero(dark)) / size,
        bright,
        dark,
    )


def _beyond_level(
    prepared: PreparedCase,
    timepoint: PreparedTimepoint,
    lesion: Lesion,
    role: SequenceRole,
    region: BoolArray,
    limit: float,
    *,
    above: bool,
) -> BoolArray | None:
    if why_unusable(timepoint, (role,)) is not None:
        return None
    try:
        level = contralateral_level(prepared, timepoint, lesion, role).value
    except NotAssessableError:
        return None
    ratio = ratio_in(timepoint, role, region, level)
    found = np.zeros(region.shape, bool)
    found[region] = ratio >= limit if above else ratio <= limit
    return found
