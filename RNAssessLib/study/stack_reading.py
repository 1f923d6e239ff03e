"""The image that a stack gives for a role."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from RNAssessLib.case import Image, InputError, SequenceRole

from .adc_units import read_adc_map
from .diffusion import read_diffusion_stack
from .mr_series import read_volume_of
from .sorting import Stack
from .sorting.kinds import FEWEST_SLICES
from .value_scale import choose_scale

# Lesions are measured on these.
MEASURED = (SequenceRole.T1C, SequenceRole.T1, SequenceRole.FLAIR, SequenceRole.T2)


def read_stack(stack: Stack, role: SequenceRole, label: Path | str | None = None) -> Image:
    """Read the image of a role out of a stack.

    Parameters
    ----------
    stack : Stack
    role : SequenceRole
        DWI and ADC are computed where the stack holds several b-values.
    label : Path or str, optional
        What errors and the mapping call it; the folder its files lie in by default.

    Raises
    ------
    InputError
        Slices that make no volume, several images at each place, pixels that cannot be decoded, an
        ADC map in no plausible unit, no b = 0 image for an ADC.
    """
    name = label if label is not None else folder_of(stack)
    image = check_depth(_read(stack, role, name), role, name)
    files = tuple(str(f) for f in stack.files)
    source = replace(image.source, path=str(name), stack=stack.label, files=files)
    return replace(image, source=source)


def _read(stack: Stack, role: SequenceRole, name: Path | str) -> Image:
    if role in (SequenceRole.DWI, SequenceRole.ADC) and len(stack.b_values) > 1:
        diffusion = read_diffusion_stack(stack, name)
        if role is SequenceRole.DWI:
            return diffusion.dwi
        if diffusion.adc is None:
            raise InputError(name, "has no b = 0 image, no ADC can be computed")
        return diffusion.adc
    if role is SequenceRole.DWI and len(stack.volumes) > 1 and stack.b_values:
        return read_diffusion_stack(stack, name).dwi
    if len(stack.volumes) > 1:
        raise InputError(name, f"holds {len(stack.volumes)} images at each place")
    if role is SequenceRole.ADC:
        return read_adc_map(stack, name)
    slices = stack.volumes[0].slices
    return read_volume_of(slices, name, choose_scale(slices)[0])


def check_depth(image: Image, role: SequenceRole, name: Path | str) -> Image:
    """Image as it is, where lesions can be measured on as many slices.

    Raises
    ------
    InputError
        A series on which volumes are measured has fewer slices than the sorting asks for.
    """
    slices = image.array.shape[0]
    if role in MEASURED and slices < FEWEST_SLICES:
        few = "a single slice" if slices == 1 else f"{slices} slices"
        raise InputError(name, f"has {few}: a {role.value} has to show volumes")
    return image


def folder_of(stack: Stack) -> Path:
    """Folder that holds all files of a stack; the file itself when it is a single one."""
    files = stack.files
    if len(files) == 1:
        return files[0]
    parents = {f.parent for f in files}
    if len(parents) == 1:
        return parents.pop()
    shared = [p for p in files[0].parents if all(p in f.parents for f in files)]
    return shared[0]
