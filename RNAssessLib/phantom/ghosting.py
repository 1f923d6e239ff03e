"""Motion during the acquisition, made where it arises: in k-space, line by line."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


def move_during_scan(
    image: Array, motion_mm: float, spacing_mm: float, rng: np.random.Generator
) -> Array:
    """Ghosts and blur along the phase encoding of each slice (axis 1).

    The head moves to and fro along the phase encoding while its lines are read; every line then
    carries the phase of where the head was. Breathing and pulsation give the replicas, a short
    excursion the ringing.

    Parameters
    ----------
    image : (K, J, I) array
        Signal without noise, at rest.
    motion_mm : float
        Amplitude of the periodic part.
    spacing_mm : float
        Of axis 1.
    rng : numpy.random.Generator

    Returns
    -------
    (K, J, I) array
        Magnitude.
    """
    lines = image.shape[1]
    order = np.arange(lines) / lines
    period = rng.uniform(8.0, 16.0)
    path = motion_mm * np.sin(2 * np.pi * (period * order + rng.uniform()))
    start = rng.uniform(0.62, 0.85)  # away from the centre of k-space, as most excursions are
    path += 2.0 * motion_mm * ((order > start) & (order < start + 0.03))
    # centre of k-space in the middle of the scan
    frequency = np.fft.fftshift(np.fft.fftfreq(lines))
    phase = np.fft.ifftshift(np.exp(-2j * np.pi * frequency * path / spacing_mm))
    space = np.fft.fft(image, axis=1) * phase[None, :, None]
    return np.abs(np.fft.ifft(space, axis=1)).astype(np.float32)
