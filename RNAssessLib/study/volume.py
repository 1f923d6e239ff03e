"""NIfTI, NRRD and single-series DICOM volumes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import SimpleITK as sitk

from RNAssessLib.case import Image, InputError, Mask, Source

from .dicom_files import siblings_of
from .dicom_prefix import is_dicom
from .itk_grid import grid_of
from .mr_series import read_series
from .nifti_header import check_nifti, is_nifti
from .nrrd_header import check_nrrd
from .readable import check_file, understanding


def read_volume(path: Path | str) -> Image:
    """Read a 3D volume: NIfTI or NRRD file, a folder holding one DICOM series, or one of its files.

    Values as stored (scaled by the file's slope); LPS mm, as SimpleITK gives for every format.

    Raises
    ------
    InputError
        Missing or damaged file, not three-dimensional, sheared axes, values that are not finite.
    """
    path = Path(path)
    if path.is_dir():
        return read_series(sorted(p for p in path.iterdir() if p.is_file() and is_dicom(p)), path)
    check_file(path)
    if is_dicom(path):
        return read_series(siblings_of(path), path)
    with understanding(path):
        if is_nifti(path):
            check_nifti(path)
        elif path.suffix.lower() in (".nrrd", ".nhdr"):
            check_nrrd(path)
    try:
        reader = sitk.ImageFileReader()
        reader.SetFileName(str(path))
        reader.ReadImageInformation()
        if reader.GetNumberOfComponents() != 1 or "complex" in _kind(reader):
            raise InputError(path, "is a colour, vector or complex image")
        image = sitk.ReadImage(str(path), sitk.sitkFloat32)
    except (RuntimeError, MemoryError) as error:
        lines = [line for line in str(error).splitlines() if line.strip()]
        said = lines[-1].strip()[:120] if lines else "its size is not plausible"
        raise InputError(path, f"cannot be read as a volume ({said})") from None
    if image.GetDimension() == 4 and image.GetSize()[3] == 1:
        image = image[:, :, :, 0]
    if image.GetDimension() != 3:
        raise InputError(path, f"has {image.GetDimension()} dimensions, 3 are needed")
    if image.GetNumberOfComponentsPerPixel() != 1:
        raise InputError(path, "is a colour or vector image")
    try:
        grid = grid_of(image)
    except ValueError as error:
        raise InputError(path, str(error)) from None
    array = sitk.GetArrayFromImage(image)
    if not np.all(np.isfinite(array)):
        raise InputError(path, "holds values that are not finite")
    return Image(array, grid, None, Source(str(path), description=path.name))


def _kind(reader: sitk.ImageFileReader) -> str:
    return str(sitk.GetPixelIDValueAsString(reader.GetPixelIDValue())).lower()


def read_mask(path: Path | str) -> Mask:
    """Read a label map as a mask: every voxel that is not 0."""
    image = read_volume(path)
    return Mask(image.array > 0.5, image.grid)
