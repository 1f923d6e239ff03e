"""From a case as read to one that can be measured: aligned, segmented, with anatomy."""

from .align import AlignedTimepoint
from .prepare_case import find_reference, prepare
from .segment import segment_timepoint

__all__ = ["AlignedTimepoint", "find_reference", "prepare", "segment_timepoint"]
