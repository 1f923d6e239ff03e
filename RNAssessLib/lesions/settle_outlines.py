"""Outlines of all examinations settled against one another: the order of the steps."""

from __future__ import annotations

from collections.abc import Sequence

from RNAssessLib.case import Lesion, PreparedTimepoint
from RNAssessLib.evidence import Thresholds

from .settle import settle_lesions
from .settle_oedema import settle_oedema
from .settle_uptake import settle_uptake


def settle_outlines(
    timepoints: Sequence[PreparedTimepoint], lesions: Sequence[Lesion], thresholds: Thresholds
) -> tuple[PreparedTimepoint, ...]:
    """Weak uptake by one least uptake, then parts that only some outlines hold, then oedema.

    Oedema comes last: it holds the lesion.

    Parameters
    ----------
    timepoints : sequence of PreparedTimepoint
        In order of date, each outlined by itself.
    lesions : sequence of Lesion
    thresholds : Thresholds

    Returns
    -------
    tuple of PreparedTimepoint
        Those that are outlined as before are the same objects.
    """
    settled = settle_uptake(timepoints, lesions, thresholds)
    settled = settle_lesions(settled, lesions, thresholds)
    return settle_oedema(settled, lesions, thresholds)
