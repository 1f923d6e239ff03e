"""Image cases small enough to be assessed in seconds, written as NIfTI with a case file."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import numpy as np
import SimpleITK as sitk

SPACING_MM, SHAPE = (3.0, 2.5, 2.5), (40, 56, 48)  # k j i
CENTRE = np.array([2.0, 6.0, -4.0])
CASE = """id = "{name}"

[[course]]
id = "srs"
date = 2025-01-10
technique = "linac"
fractions = 1
dose = "dose.nii.gz"
structures = {{ GTV1 = "gtv.nii.gz" }}
space = "t0"
[[course.target]]
name = "GTV1"
role = "GTV"
prescription_gy = 20.0

[[timepoint]]
id = "t0"
date = 2025-01-08
brain = "brain.nii.gz"
[timepoint.sequences]
T1c = "t0.nii.gz"
[timepoint.masks]
enhancing = "mask0.nii.gz"

[[timepoint]]
id = "t1"
date = 2025-08-08
brain = "brain.nii.gz"
[timepoint.sequences]
T1c = "t1.nii.gz"
[timepoint.masks]
enhancing = "mask1.nii.gz"
"""


def write_small_case(folder: Path, seed: int) -> Path:
    """Write a case of two scans with outlines and a dose; return its case file."""
    folder.mkdir(parents=True)
    generator = np.random.default_rng(seed)
    places = [(np.arange(n) - n / 2) * s for n, s in zip(SHAPE, SPACING_MM, strict=True)]
    k, j, i = np.meshgrid(*places, indexing="ij")
    head = (k / 55) ** 2 + (j / 65) ** 2 + (i / 55) ** 2 < 1
    far = np.sqrt((k - CENTRE[0]) ** 2 + (j - CENTRE[1]) ** 2 + (i - CENTRE[2]) ** 2)
    folds = 40.0 * np.sin(k / 6) * np.sin(j / 7) * np.sin(i / 5)
    for visit, radius in enumerate((7.0 + seed % 3, 10.0 + seed % 3)):
        lesion = far < radius
        image = np.where(head, 300.0 + folds, 10.0) + 250.0 * lesion
        image += generator.normal(0.0, 8.0, SHAPE)
        _write(image.astype(np.float32), folder / f"t{visit}.nii.gz")
        _write(lesion.astype(np.uint8), folder / f"mask{visit}.nii.gz")
    _write((25.0 * np.exp(-((far / 18.0) ** 2))).astype(np.float32), folder / "dose.nii.gz")
    _write((far < 7.0 + seed % 3).astype(np.uint8), folder / "gtv.nii.gz")
    brain = (k / 48) ** 2 + (j / 58) ** 2 + (i / 48) ** 2 < 1
    _write(brain.astype(np.uint8), folder / "brain.nii.gz")
    path = folder / "case.toml"
    path.write_text(CASE.format(name=folder.name))
    return path


def _write(array: np.ndarray, path: Path) -> None:
    image = sitk.GetImageFromArray(array)
    image.SetSpacing(SPACING_MM[::-1])
    image.SetOrigin([-n * s / 2 for n, s in zip(SHAPE[::-1], SPACING_MM[::-1], strict=True)])
    sitk.WriteImage(image, str(path))


def kill_one(cluster, after: int):
    """Progress that kills one worker process once `after` cases are done."""
    done = []

    def progress(fraction: float, what: str) -> None:
        done.append(what)
        if len(done) == after:
            os.kill(next(iter(cluster.workers.values())).pid, signal.SIGKILL)

    return progress


def hide_atlas(folder: Path) -> None:
    """Let this process and those it starts do without the atlas, which is three quarters of the work.

    `folder` is put before every other place that modules are looked for in.
    """
    (folder / "nilearn").mkdir(parents=True, exist_ok=True)
    (folder / "nilearn" / "__init__.py").write_text(
        "raise ModuleNotFoundError(\"No module named 'nilearn'\", name='nilearn')\n"
    )
    old = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(folder), old)))
    sys.path.insert(0, str(folder))
