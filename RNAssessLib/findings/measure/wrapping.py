"""A lesion in one piece around a ventricle, and whether it leaves the ventricle's wall free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.anatomy.boundaries import BoundaryKind
from RNAssessLib.case import Lesion, PreparedCase
from RNAssessLib.evidence import Thresholds

from .beyond import Beyond
from .rays import look_outward, opening_toward


@dataclass(frozen=True, eq=False)
class Wrap:
    """A part beyond a ventricle that hangs together with the lesion, which is open toward it.

    Attributes
    ----------
    beyond : Beyond
    open_share : float
        Share of the ring that is open.
    """

    beyond: Beyond
    open_share: float


def find_open_wrap(
    prepared: PreparedCase, lesion: Lesion, found: Sequence[Beyond], thresholds: Thresholds
) -> Wrap | None:
    """Return the latest part around a ventricle on whose scan the ring is open toward it.

    Around a ventricle no grey matter lies between, so that necrosis grows in continuity and often
    leaves the ventricle's surface without enhancement; tumour that spreads there lines it (LA22).
    What else speaks against the part, besides that it hangs together, must be nothing.
    """
    around = [
        b for b in found
        if b.crossing.kind is BoundaryKind.VENTRICLE and b.crossing.contiguous
        and len(b.doubts) == 1
    ]  # fmt: skip
    for beyond in sorted(around, key=lambda b: b.timepoint.date, reverse=True):
        ring = look_outward(beyond.timepoint, lesion)
        if ring is None or not ring.is_hollow:
            continue
        low, high = (thresholds[f"open_ring.{n}_percent"] for n in ("smallest", "largest"))
        opening = opening_toward(prepared, beyond.timepoint, ring)
        if (
            opening is not None
            and low <= 100.0 * ring.open_share <= high
            and opening.boundary_share >= thresholds["open_ring.toward_share"]
            and opening.name == "the ventricle"
        ):
            return Wrap(beyond, ring.open_share)
    return None
