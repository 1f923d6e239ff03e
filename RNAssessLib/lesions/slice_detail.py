"""Whether a scan's slices were thicker than its voxels say: interpolated to thinner ones."""

from __future__ import annotations

import numpy as np

from RNAssessLib.case import Image, Mask

SAMPLES, FEWEST = 100_000, 200


def is_interpolated(image: Image, tissue: Mask, most: float) -> bool:
    """Whether neighbours along one axis lie so much on straight lines that they were computed.

    In even tissue the noise of a scan differs from voxel to voxel: the second difference of white
    noise is sqrt(12) times its central difference, along every axis alike. Between two acquired
    slices interpolated ones lie on a line or a smooth curve, so that the second difference nearly
    vanishes across them and not within them. Scans that were blurred or filled with zeros in all
    axes, or within their slices, are not told.

    Parameters
    ----------
    image : Image
        As read, not resampled by the product.
    tissue : Mask
        Even tissue, as white matter away from lesions; same grid.
    most : float
        Largest ratio of the smoothest axis to the next one that is called interpolated.
    """
    cells = np.argwhere(tissue.array)
    inside = np.all((cells > 0) & (cells < np.asarray(image.array.shape) - 1), axis=1)
    cells = cells[inside]
    cells = cells[:: max(len(cells) // SAMPLES, 1)]
    if len(cells) < FEWEST:
        return False
    here = image.array[tuple(cells.T)].astype(float)
    bent, steep = np.zeros(3), np.zeros(3)
    for axis, step in enumerate(np.eye(3, dtype=int)):
        after, before = (image.array[tuple((cells + s * step).T)].astype(float) for s in (1, -1))
        bent[axis] = np.abs(after - 2.0 * here + before).mean()
        steep[axis] = np.abs(after - before).mean() / 2.0
    if not (bent > 0).any():  # no noise at all: painted
        return False
    rough = np.sort(np.divide(bent, steep, out=np.zeros(3), where=steep > 0))
    return bool(rough[0] < most * rough[1])
