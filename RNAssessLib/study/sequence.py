"""One sequence of a timepoint by its role: diffusion split and ADC units settled here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from RNAssessLib.case import Image, InputError, SequenceRole

from .dicom_files import is_dicom, open_dicom, siblings_of
from .mr_series import read_series
from .series_role import b_value
from .volume import read_volume

DIFFUSION_WEIGHTED = 500.0  # s/mm²: from here on an image counts as diffusion-weighted
NO_DIFFUSION = 50.0  # s/mm²: up to here an image counts as b = 0
ADC_RANGE = (0.1, 4.0)  # µm²/ms; brain, oedema and CSF lie inside


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


def read_sequence(path: Path | str, role: SequenceRole) -> Image:
    """Read the image of one role from a file or folder.

    Raises
    ------
    InputError
        What `read_volume` raises; an ADC map in no plausible unit; no b ≥ 500 s/mm² image in a
        diffusion series.
    """
    path = Path(path)
    if role in (SequenceRole.DWI, SequenceRole.ADC):
        files = dicom_files_of(path)
        if files:
            return read_diffusion_role(files, path, role)
    image = read_volume(path)
    return normalise_adc(image, path) if role is SequenceRole.ADC else image


def dicom_files_of(path: Path) -> list[Path]:
    """DICOM files behind a path: a folder's, or the series of a file; empty for NIfTI/NRRD."""
    if path.is_dir():
        return sorted(p for p in path.iterdir() if p.is_file() and is_dicom(p))
    return siblings_of(path) if is_dicom(path) else []


def read_diffusion_role(files: Sequence[Path], path: Path, role: SequenceRole) -> Image:
    """Read the DWI or ADC image out of the files of a diffusion series (or plain map)."""
    values = {b_value(open_dicom(f, header_only=True)) for f in files}
    if len(values) < 2:
        image = read_series(files, path)
        return normalise_adc(image, path) if role is SequenceRole.ADC else image
    diffusion = read_diffusion(files, path)
    if role is SequenceRole.DWI:
        return diffusion.dwi
    if diffusion.adc is None:
        raise InputError(path, "has no b = 0 image, no ADC can be computed")
    return diffusion.adc


def read_diffusion(files: Sequence[Path], path: Path) -> Diffusion:
    """Split a diffusion series by b-value and compute its ADC.

    ADC = ln(S0 / Sb) / (b - b0) with S0 the mean of *all* images up to 50 s/mm² and b0 their mean
    b-value, and Sb the geometric mean over the directions of the highest b-value. Some scanners
    number repeated b = 0 images 0, 0.001, 0.002 … s/mm²; the first alone may lie several percent
    below the others (before the steady state), and would bias the ADC by as much. Voxels without
    signal are 0.
    """
    volumes: dict[float, list[list[Path]]] = {}
    for b, group in _group_by_b(files, path).items():
        volumes[b] = _split_repeats(group)
    top = max(volumes)
    if top < DIFFUSION_WEIGHTED:
        raise InputError(path, f"highest b-value is {top:g} s/mm², no diffusion-weighted image")
    weighted = [read_series(v, path) for v in volumes[top]]
    dwi = weighted[0].with_array(np.mean([w.array for w in weighted], axis=0, dtype=np.float32))
    zeros = [(b, v) for b, repeats in volumes.items() if b <= NO_DIFFUSION for v in repeats]
    if not zeros:
        return Diffusion(dwi, None, top)
    base = np.mean([read_series(v, path).array for _, v in zeros], axis=0)
    zero = float(np.mean([b for b, _ in zeros]))
    signal = np.all([w.array > 0 for w in weighted], axis=0) & (base > 0)
    logs = np.mean([np.log(np.maximum(w.array, 1e-6)) for w in weighted], axis=0)
    adc = np.zeros_like(dwi.array)
    adc[signal] = (np.log(base[signal]) - logs[signal]) / (top - zero) * 1000.0
    count = f"{len(zeros)} image{'s' if len(zeros) > 1 else ''} at b = {zero:.3g}"
    note = replace(dwi.source, why=f"computed from {count} and {len(weighted)} at {top:g} s/mm²")
    return Diffusion(dwi, replace(dwi, array=np.maximum(adc, 0), source=note), top)


def _group_by_b(files: Sequence[Path], path: Path) -> dict[float, list[Path]]:
    groups: dict[float, list[Path]] = {}
    for file in files:
        b = b_value(open_dicom(file, header_only=True))
        if b is None:
            raise InputError(file, "states no b-value while other slices do")
        groups.setdefault(b, []).append(file)
    return groups


def _split_repeats(files: list[Path]) -> list[list[Path]]:
    """Separate volumes of one b-value (directions, averages): the n-th slice at each place."""
    places: dict[tuple[float, ...], list[tuple[int, Path]]] = {}
    for file in files:
        header = open_dicom(file, header_only=True)
        place = tuple(round(float(v), 2) for v in header.ImagePositionPatient)
        places.setdefault(place, []).append((int(header.get("InstanceNumber") or 0), file))
    repeats = min(len(v) for v in places.values())
    ordered = [[f for _, f in sorted(v)] for v in places.values()]
    return [[slices[n] for slices in ordered] for n in range(repeats)]


def normalise_adc(image: Image, path: Path | str) -> Image:
    """ADC in µm²/ms, whichever power of ten the scanner used; refuses what fits none."""
    tissue = image.array[image.array > 0]
    if tissue.size == 0:
        raise InputError(path, "the ADC map is empty")
    typical = float(np.median(tissue))
    for factor in (1.0, 1e-3, 1e3, 1e6):
        if ADC_RANGE[0] <= typical * factor <= ADC_RANGE[1]:
            return image.with_array((image.array * factor).astype(np.float32))
    raise InputError(path, f"median ADC {typical:g} fits no usual unit (mm²/s, µm²/ms)")
