"""Dose between the voxels has the same bits whatever number of cores BLAS may use."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from RNAssessLib.dosimetry.lattice import spline_matrix
from RNAssessLib.spatial.separable import weigh_along

ROOT = Path(__file__).parents[2]
SAMPLE = """
import hashlib, numpy as np
from RNAssessLib.case import DoseGrid, Grid
from RNAssessLib.dosimetry.field import DoseField
values = np.random.default_rng(3).random((36, 38, 38)).astype(np.float32)
dose = DoseGrid(values, Grid((36, 38, 38), (0.0, 0.0, 0.0), (2.0, 2.0, 2.0)))
finer = Grid((42, 48, 50), (2.1, 3.2, 4.3), (1.3, 1.4, 1.6))
print(hashlib.sha256(DoseField(dose).on(finer).tobytes()).hexdigest())
"""


def sampled_with(threads):
    env = {**os.environ, "OPENBLAS_NUM_THREADS": str(threads), "OMP_NUM_THREADS": str(threads),
           "PYTHONPATH": str(ROOT)}  # fmt: skip
    done = subprocess.run([sys.executable, "-c", SAMPLE], env=env, check=True, capture_output=True)
    return done.stdout


def test_a_dose_on_a_finer_lattice_has_the_same_bits_on_one_core_and_on_four():
    assert sampled_with(1) == sampled_with(2) == sampled_with(4)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_sums_along_an_axis_are_those_of_the_dense_product(axis):
    values = np.random.default_rng(axis).random((9, 8, 7))
    weights = spline_matrix(np.linspace(0.0, values.shape[axis] - 1.0, 13), values.shape[axis])
    dense = np.moveaxis(np.tensordot(weights.toarray(), values, (1, axis)), 0, axis)
    assert weigh_along(values, axis, weights) == pytest.approx(dense, abs=1e-14)
    assert weigh_along(values, axis, weights).shape[axis] == 13
