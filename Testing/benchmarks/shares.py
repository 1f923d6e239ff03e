"""Interval of a share, for the tables of the benchmarks."""

import math


def wilson(good, total, z=1.959964):
    """95 % score interval (low, high) of a share (Wilson 1927)."""
    if total == 0:
        return 0.0, 1.0
    p = good / total
    middle = (p + z * z / (2 * total)) / (1 + z * z / total)
    half = z * math.sqrt(p * (1 - p) / total + z * z / (4 * total**2)) / (1 + z * z / total)
    return max(middle - half, 0.0), min(middle + half, 1.0)
