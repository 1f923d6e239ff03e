"""The ICBM152 2009a template and its affine alignment with a patient.

The template travels inside the `nilearn` wheel (extra ``atlas``); its files are read directly, so
that nilearn itself, with everything it imports, is never loaded.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import SimpleITK as sitk

from RNAssessLib.case import Image, Mask, NotAssessableError, Source

from .itk import grid_of, to_sitk

FILES = "mni_icbm152_{}_tal_nlin_sym_09a_converted.nii.gz"


@dataclass(frozen=True, eq=False)
class AtlasTemplate:
    """Symmetric T1 template (skull-stripped) and tissue maps, LPS mm, 1 mm.

    Attributes
    ----------
    t1 : Image
        0 outside the brain.
    gm, wm : Image
        Tissue probability 0..1.
    """

    t1: Image
    gm: Image
    wm: Image

    @property
    def brain(self) -> Mask:
        """Voxels that belong to the template's brain, sulcal CSF included."""
        return Mask(self.t1.array > 0, self.t1.grid)


@dataclass(frozen=True, eq=False)
class AtlasAlignment:
    """Affine alignment of the template with one image.

    Attributes
    ----------
    template_to_image : (4, 4) array
        Carries template points to the image's space, LPS mm.
    correlation : float
        Of template and image inside the brain after alignment, 0..1.
    """

    template_to_image: npt.NDArray[np.float64]
    correlation: float


def find_template_folder() -> Path:
    """Return the folder of the template files; raises NotAssessableError without the extra."""
    spec = importlib.util.find_spec("nilearn")
    if spec is None or spec.origin is None:
        raise NotAssessableError(
            "the atlas is not installed: pip install 'rnassess[atlas]', or give a label map"
        )
    return Path(spec.origin).parent / "datasets" / "data"


@cache
def load_template() -> AtlasTemplate:
    """Read the template once; raises NotAssessableError when the extra is missing."""
    folder = find_template_folder()
    images = []
    for part, scale in (("t1", 1.0), ("gm", 1 / 255.0), ("wm", 1 / 255.0)):
        path = folder / FILES.format(part)
        if not path.exists():
            raise NotAssessableError(f"{path.name} is missing in the installed nilearn")
        image = sitk.DICOMOrient(sitk.ReadImage(str(path)), "LPS")
        array = sitk.GetArrayFromImage(image).astype(np.float32) * np.float32(scale)
        source = Source(path.name, description="ICBM152 2009a symmetric")
        images.append(Image(array, grid_of(image), None, source))
    return AtlasTemplate(*images)


def register_template(
    image: Image, mask: Mask | None = None, exclude: Mask | None = None
) -> AtlasAlignment:
    """Align the template with `image`, affine, twelve degrees of freedom.

    Parameters
    ----------
    image : Image
        Head or skull-stripped brain, T1-weighted, with or without contrast.
    mask : Mask, optional
        Brain of `image`, when known: the match then ignores skull and scalp.
    exclude : Mask, optional
        Voxels to ignore (lesion and oedema).

    Returns
    -------
    AtlasAlignment
    """
    template = load_template()
    fixed = sitk.Cast(to_sitk(template.t1.array, template.t1.grid), sitk.sitkFloat32)
    moving = sitk.Cast(to_sitk(image.array, image.grid), sitk.sitkFloat32)
    registration = _build_registration()
    # A margin around the brain lets the dark CSF and skull pull the border in place.
    seen = sitk.BinaryDilate(to_sitk(template.brain.array, template.t1.grid), [6, 6, 6])
    registration.SetMetricFixedMask(seen)
    allowed = _moving_mask(image, mask, exclude)
    if allowed is not None:
        registration.SetMetricMovingMask(allowed)
    best: tuple[float, sitk.Transform] | None = None
    for start in _starts(fixed, moving, image, mask):
        registration.SetInitialTransform(start, inPlace=True)
        registration.Execute(fixed, moving)
        value = registration.GetMetricValue()
        if best is None or value < best[0]:
            best = (value, start)
    assert best is not None
    matrix = _matrix_of(best[1])
    warped = sitk.Resample(moving, fixed, best[1], sitk.sitkLinear, 0.0)
    inside = template.brain.array
    values = sitk.GetArrayViewFromImage(warped)[inside]
    correlation = float(np.corrcoef(values, template.t1.array[inside])[0, 1])
    return AtlasAlignment(matrix, max(correlation, 0.0))


def _build_registration() -> sitk.ImageRegistrationMethod:
    registration = sitk.ImageRegistrationMethod()
    registration.SetMetricAsMattesMutualInformation(32)
    registration.SetMetricSamplingStrategy(registration.REGULAR)
    registration.SetMetricSamplingPercentagePerLevel([0.5, 0.3, 0.05])
    registration.SetShrinkFactorsPerLevel([6, 4, 2])
    registration.SetSmoothingSigmasPerLevel([3.0, 2.0, 1.0])
    registration.SmoothingSigmasAreSpecifiedInPhysicalUnitsOn()
    registration.SetInterpolator(sitk.sitkLinear)
    registration.SetOptimizerAsRegularStepGradientDescent(2.0, 0.005, 120, 0.6, 1e-6)
    registration.SetOptimizerScalesFromPhysicalShift()
    return registration


def _moving_mask(image: Image, mask: Mask | None, exclude: Mask | None) -> sitk.Image | None:
    if mask is None and exclude is None:
        return None
    allowed = np.ones(image.grid.shape, bool)
    if mask is not None:
        radius = [max(round(8.0 / s), 1) for s in image.grid.spacing_mm]
        near = sitk.BinaryDilate(to_sitk(mask.array, image.grid), radius)
        allowed &= sitk.GetArrayViewFromImage(near) > 0
    if exclude is not None:
        allowed &= ~exclude.array
    return to_sitk(allowed, image.grid)


def _starts(
    fixed: sitk.Image, moving: sitk.Image, image: Image, mask: Mask | None
) -> list[sitk.AffineTransform]:
    """First guesses: centre on centre, the patient's head straight or nodded by 15 degrees."""
    template = load_template()
    center = np.asarray(template.brain.centroid_lps())
    if mask is not None:
        there = np.asarray(mask.centroid_lps())
    else:
        level = np.percentile(image.array, 60)
        bright = Mask(image.array > max(float(level), 0.0), image.grid)
        there = np.asarray(bright.centroid_lps())
    starts = []
    for nod in (0.0, 15.0, -15.0) if mask is None else (0.0,):
        c, s = np.cos(np.radians(nod)), np.sin(np.radians(nod))
        transform = sitk.AffineTransform(3)
        transform.SetCenter(center.tolist())
        transform.SetMatrix([1.0, 0.0, 0.0, 0.0, c, -s, 0.0, s, c])
        transform.SetTranslation((there - center).tolist())
        starts.append(transform)
    return starts


def _matrix_of(transform: sitk.Transform) -> npt.NDArray[np.float64]:
    """4 x 4 matrix of an ITK transform; ITK carries fixed (template) to moving (image) points."""
    affine = sitk.AffineTransform(transform)
    matrix = np.eye(4)
    linear = np.reshape(affine.GetMatrix(), (3, 3))
    center = np.asarray(affine.GetCenter())
    matrix[:3, :3] = linear
    matrix[:3, 3] = center + np.asarray(affine.GetTranslation()) - linear @ center
    return matrix
