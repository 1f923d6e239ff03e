"""Window of a sequence at first sight: one table for the views, the pictures and the report."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import PreparedTimepoint, SequenceRole

# In units of the white-matter level; a display choice, nothing is measured with it.
WINDOW = {
    SequenceRole.T1C: (0.0, 2.0),
    SequenceRole.T1: (0.0, 1.6),
    SequenceRole.FLAIR: (0.0, 2.4),
    SequenceRole.T2: (0.0, 2.6),
    SequenceRole.DWI: (0.0, 2.8),
    SequenceRole.ADC: (0.0, 2.6),
    SequenceRole.SWI: (0.0, 1.5),
    SequenceRole.RCBV: (0.0, 4.0),
    SequenceRole.T1C_DELAYED: (0.0, 2.0),
}
PERCENTILES = (1.0, 99.5)


def window_of(
    prepared: PreparedTimepoint, role: SequenceRole, values: npt.NDArray[Any]
) -> tuple[float, float]:
    """Lowest and highest value shown of a sequence.

    Parameters
    ----------
    prepared : PreparedTimepoint
    role : SequenceRole
    values : array of any shape
        Of the whole image, in its own units; looked at where there is no white-matter level.

    Returns
    -------
    tuple of float
        In the image's units: from its white matter, else from its own positive values.
    """
    level = prepared.white_matter_level.get(role)
    if level and role in WINDOW:
        low, high = WINDOW[role]
        return low * level, high * level
    inside = values[np.isfinite(values) & (values > 0)]
    if inside.size == 0:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(inside, PERCENTILES))
    return low, max(high, low + 1e-6)
