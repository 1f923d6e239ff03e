"""Lattice of a SimpleITK image."""

from __future__ import annotations

import SimpleITK as sitk

from RNAssessLib.case import Grid


def grid_of(image: sitk.Image) -> Grid:
    """Return the lattice of a 3D SimpleITK image."""
    i, j, k = image.GetSize()
    ox, oy, oz = image.GetOrigin()
    si, sj, sk = image.GetSpacing()
    return Grid((k, j, i), (ox, oy, oz), (si, sj, sk), tuple(image.GetDirection()))
