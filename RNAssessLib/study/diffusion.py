"""A diffusion stack taken apart: the weighted image, and the ADC that its b-values give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from RNAssessLib.case import Image, InputError

from .mr_series import read_volume_of
from .sorting import Stack, Volume
from .value_scale import Scale, choose_scale

DIFFUSION_WEIGHTED = 500.0  # s/mm²: from here on an image counts as diffusion-weighted
NO_DIFFUSION = 50.0  # s/mm²: up to here an image counts as b = 0
FEWEST_DIRECTIONS = 3  # from which the combination of them is a repetition


@dataclass(frozen=True, eq=False)
class Diffusion:
    """A diffusion series taken apart.

    Attributes
    ----------
    dwi : Image
        Mean over directions of the highest b-value.
    adc : Image or None
        Geometric mean over directions, µm²/ms; None without a b = 0 image.
    b_value : float
    """

    dwi: Image
    adc: Image | None
    b_value: float


def read_diffusion_stack(stack: Stack, path: Path | str) -> Diffusion:
    """Split a diffusion stack by b-value and compute its ADC.

    ADC = ln(S0 / Sb) / (b - b0) with S0 the mean of *all* images up to 50 s/mm² and b0 their mean
    b-value, and Sb the geometric mean over the directions of the highest b-value. Some scanners
    number repeated b = 0 images 0, 0.001, 0.002 … s/mm²; the first alone may lie several percent
    below the others (before the steady state), and would bias the ADC by as much. Voxels without
    signal are 0.

    Raises
    ------
    InputError
        No image of 500 s/mm² or more; images taken as b = 0 that are no brighter than the weighted
        ones; what `read_volume_of` raises.
    """
    top = stack.b_values[-1] if stack.b_values else 0.0
    if top < DIFFUSION_WEIGHTED:
        raise InputError(path, f"highest b-value is {top:g} s/mm², no diffusion-weighted image")
    scale, remark = choose_scale([s for v in stack.volumes for s in v.slices])
    weighted = _directions([v for v in stack.volumes if v.b_value == top])
    dwi, logs, signal = _mean_and_log(weighted, path, scale)
    zeros = [v for v in stack.volumes if v.b_value is not None and v.b_value <= NO_DIFFUSION]
    if not zeros:
        return Diffusion(dwi, None, top)
    base = _mean([read_volume_of(v.slices, path, scale).array for v in zeros])
    if stack.notes and float(np.median(base[signal])) <= float(np.median(dwi.array[signal])):
        raise InputError(path, "images without a b-value are no brighter than the weighted ones: "
                         "they are not b = 0")  # fmt: skip
    zero = float(np.mean([v.b_value for v in zeros if v.b_value is not None]))
    signal &= base > 0
    adc = np.zeros_like(dwi.array)
    adc[signal] = (np.log(base[signal]) - logs[signal]) / (top - zero) * 1000.0
    count = f"{len(zeros)} image{'s' if len(zeros) > 1 else ''} at b = {zero:.3g}"
    why = f"computed from {count} and {len(weighted)} at {top:g} s/mm²"
    note = replace(dwi.source, why=f"{why}; {remark}" if remark else why)
    return Diffusion(dwi, replace(dwi, array=np.maximum(adc, 0), source=note), top)


def _directions(weighted: Sequence[Volume]) -> list[Volume]:
    """Directions without the combination that some scanners append to them."""
    single = [v for v in weighted if not v.isotropic and v.direction]
    combined = [v for v in weighted if v.isotropic or not v.direction]
    return single if len(single) >= FEWEST_DIRECTIONS and combined else list(weighted)


def _mean_and_log(
    volumes: Sequence[Volume], path: Path | str, scale: Scale
) -> tuple[Image, npt.NDArray[np.float32], npt.NDArray[np.bool_]]:
    """Mean image, mean logarithm, and where every image has signal."""
    first = read_volume_of(volumes[0].slices, path, scale)
    total = np.zeros(first.array.shape)
    logs = np.zeros(first.array.shape, np.float32)
    signal = np.ones(first.array.shape, np.bool_)
    files: list[str] = []
    for volume in volumes:
        image = first if volume is volumes[0] else read_volume_of(volume.slices, path, scale)
        total += image.array
        logs += np.log(np.maximum(image.array, 1e-6)) / len(volumes)
        signal &= image.array > 0
        files += image.source.files
    mean = first.with_array((total / len(volumes)).astype(np.float32))
    source = replace(first.source, files=tuple(dict.fromkeys(files)))
    return replace(mean, source=source), logs, signal


def _mean(arrays: Sequence[npt.NDArray[np.float32]]) -> npt.NDArray[np.float32]:
    return np.asarray(np.mean(arrays, axis=0), np.float32)
