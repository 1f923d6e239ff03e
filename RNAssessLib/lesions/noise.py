"""Noise of an image, measured in even tissue."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import Image, Mask

MAD_TO_SD = 1.4826  # of a normal distribution
FEWEST_PAIRS = 50


def measure_noise(image: Image, where: Mask) -> float | None:
    """Standard deviation of the noise, from in-plane neighbours that both lie in a mask.

    Differences of neighbours leave out what varies slowly (receive field, tissue); noise that an
    interpolation has smoothed comes out too small. None when the mask is too small.
    """
    pairs = where.array[..., 1:] & where.array[..., :-1]
    if np.count_nonzero(pairs) < FEWEST_PAIRS:
        return None
    step = (image.array[..., 1:].astype(float) - image.array[..., :-1])[pairs]
    return float(MAD_TO_SD * np.median(np.abs(step - np.median(step))) / np.sqrt(2.0))
