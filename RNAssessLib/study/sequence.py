"""One sequence of a timepoint by its role: from a file, a folder, or one stack of a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from RNAssessLib.case import Image, InputError, SequenceRole
from RNAssessLib.evidence import Thresholds

from .adc_units import normalise_adc
from .dicom_files import siblings_of
from .dicom_prefix import is_dicom
from .diffusion import Diffusion, read_diffusion_stack
from .sorting import Stack, build_stacks, read_slices
from .sorting.roles import propose_candidates, rank_candidates
from .stack_reading import check_depth, read_stack
from .volume import read_volume

__all__ = ["Diffusion", "normalise_adc", "read_diffusion", "read_sequence"]


def read_sequence(path: Path | str, role: SequenceRole) -> Image:
    """Read the image of one role from a file or folder.

    A DICOM folder may hold one series with several stacks (echoes, phases, b-values); the one that
    the role asks for is taken.

    Raises
    ------
    InputError
        What `read_volume` raises; several series; an ADC map in no plausible unit; no b ≥ 500 s/mm²
        image in a diffusion series.
    """
    path = Path(path)
    files = dicom_files_of(path)
    if files:
        return read_stack(_stack_for(files, path, role), role, path)
    image = check_depth(read_volume(path), role, path)
    return normalise_adc(image, path) if role is SequenceRole.ADC else image


def dicom_files_of(path: Path) -> list[Path]:
    """DICOM files behind a path: a folder's, or the series of a file; empty for NIfTI/NRRD."""
    if path.is_dir():
        files = sorted(p for p in path.iterdir() if p.is_file() and is_dicom(p))
        if not files:
            raise InputError(path, "holds no DICOM slice")
        return files
    return siblings_of(path) if path.exists() and is_dicom(path) else []


def _stack_for(files: Sequence[Path], path: Path, role: SequenceRole) -> Stack:
    stacks = build_stacks(read_slices(files))
    uids = {s.series_uid for s in stacks}
    if len(uids) > 1:
        raise InputError(path, f"holds {len(uids)} series, one is needed")
    if len(stacks) == 1:
        return stacks[0]
    fitting = rank_candidates(propose_candidates(stacks, Thresholds(), {}), role)
    if fitting:
        return fitting[0].stack
    names = ", ".join(repr(s.label) for s in stacks)
    raise InputError(path, f"holds several images ({names}); name one with series_uid and stack")


def read_diffusion(files: Sequence[Path], path: Path) -> Diffusion:
    """Take the files of one diffusion series apart.

    Raises
    ------
    InputError
        What `read_diffusion_stack` raises; files that make several stacks.
    """
    return read_diffusion_stack(_stack_for(files, path, SequenceRole.DWI), path)
