"""The patient's ventricles: shifted, widened, and beside a cyst that is none."""

import numpy as np
import pytest

from RNAssessLib.anatomy.ventricles import follow_own_ventricles
from RNAssessLib.case import Compartment

SHAPE = (70, 90, 90)
K, J, I = np.indices(SHAPE).astype(float)  # noqa: E741


def ellipsoid(center, radii):
    return sum(((a - c) / r) ** 2 for a, c, r in zip((K, J, I), center, radii, strict=True)) <= 1


LEFT_ATLAS = ellipsoid((35, 45, 55), (7, 18, 4))
RIGHT_ATLAS = ellipsoid((35, 45, 35), (7, 18, 4))


def scene(left, right):
    """Atlas labels, and a T1c in which the patient's ventricles are `left` and `right`."""
    brain = ellipsoid((35, 45, 45), (33, 43, 43))
    parts = np.zeros(SHAPE, np.uint8)
    parts[brain & (I >= 45)] = Compartment.LEFT_CEREBRUM
    parts[brain & (I < 45)] = Compartment.RIGHT_CEREBRUM
    parts[LEFT_ATLAS] = Compartment.LEFT_LATERAL_VENTRICLE
    parts[RIGHT_ATLAS] = Compartment.RIGHT_LATERAL_VENTRICLE
    t1c = np.where(brain, 1.0, 0.0).astype(np.float32)
    t1c[left | right] = 0.3
    t1c += np.random.default_rng(0).normal(0, 0.03, SHAPE).astype(np.float32)
    return parts, t1c, brain


def dice(a, b):
    return 2.0 * np.count_nonzero(a & b) / (np.count_nonzero(a) + np.count_nonzero(b))


@pytest.mark.parametrize(
    ("center", "radii"), [((35, 45, 58), (7, 18, 4)), ((35, 45, 55), (10, 20, 7))],
    ids=["pushed 3 mm", "wide"],
)  # fmt: skip
def test_own_ventricle_replaces_the_atlas(center, radii):
    left = ellipsoid(center, radii)
    parts, t1c, brain = scene(left, RIGHT_ATLAS)
    follow_own_ventricles(parts, t1c, brain, (1.0, 1.0, 1.0))
    assert dice(parts == Compartment.LEFT_LATERAL_VENTRICLE, left) > 0.93
    assert dice(parts == Compartment.RIGHT_LATERAL_VENTRICLE, RIGHT_ATLAS) > 0.93
    assert not (parts[brain] == Compartment.OUTSIDE).any()


def test_compressed_ventricle_disappears_and_becomes_brain():
    rest = ellipsoid((35, 35, 55), (4, 6, 3))
    parts, t1c, brain = scene(rest, RIGHT_ATLAS)
    follow_own_ventricles(parts, t1c, brain, (1.0, 1.0, 1.0))
    assert dice(parts == Compartment.LEFT_LATERAL_VENTRICLE, rest) > 0.85
    assert (parts[LEFT_ATLAS & ~rest] == Compartment.LEFT_CEREBRUM).mean() > 0.8


def test_cyst_that_swallows_the_atlas_ventricle_is_no_ventricle():
    cyst = ellipsoid((35, 40, 66), (14, 16, 13))
    parts, t1c, brain = scene(cyst, RIGHT_ATLAS)
    follow_own_ventricles(parts, t1c, brain, (1.0, 1.0, 1.0))
    inside = ellipsoid((35, 40, 66), (12, 14, 11))
    assert (parts[inside] == Compartment.LEFT_LATERAL_VENTRICLE).mean() < 0.05


def test_small_cavity_with_an_enhancing_rim_is_no_ventricle():
    cavity = ellipsoid((35, 62, 56), (5, 5, 5))
    rim = ellipsoid((35, 62, 56), (7, 7, 7)) & ~cavity
    left = ellipsoid((35, 38, 55), (7, 11, 4))
    parts, t1c, brain = scene(left | cavity, RIGHT_ATLAS)
    t1c[rim] = 1.9
    follow_own_ventricles(parts, t1c, brain, (1.0, 1.0, 1.0))
    assert not (parts[cavity] == Compartment.LEFT_LATERAL_VENTRICLE).any()
    assert dice(parts == Compartment.LEFT_LATERAL_VENTRICLE, left) > 0.9


def test_excluded_lesion_is_never_ventricle():
    lesion = ellipsoid((35, 60, 55), (6, 6, 5))
    parts, t1c, brain = scene(LEFT_ATLAS | lesion, RIGHT_ATLAS)
    follow_own_ventricles(parts, t1c, brain, (1.0, 1.0, 1.0), lesion)
    assert not (parts[lesion] == Compartment.LEFT_LATERAL_VENTRICLE).any()


def test_without_any_dark_voxel_the_atlas_stays():
    nothing = np.zeros(SHAPE, bool)
    parts, t1c, brain = scene(nothing, nothing)
    before = parts.copy()
    follow_own_ventricles(parts, t1c, brain, (1.0, 1.0, 1.0))
    assert (parts == before).all()
