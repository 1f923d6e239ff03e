"""The hard mode: maps that never fold, truth that follows them, and nothing changed without it."""

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.case import Compartment
from RNAssessLib.phantom.deformation import LATERAL, Build, compute_deformation
from RNAssessLib.phantom.ghosting import move_during_scan
from RNAssessLib.phantom.hard_head import mirror_labels
from RNAssessLib.phantom.lesion_script import Blob, LesionState
from RNAssessLib.phantom.roughness import Roughness
from RNAssessLib.phantom.waves import Waves

C = Compartment
SHAPE = (80, 90, 84)


def toy_labels():
    """Two hemispheres with a ventricle each, in an ellipsoid of 64 x 74 x 68 mm."""
    index = np.moveaxis(np.indices(SHAPE), 0, -1) - (np.array(SHAPE) - 1) / 2
    inside = np.linalg.norm(index / (32.0, 37.0, 34.0), axis=-1) < 1
    left = index[..., 2] > 0
    labels = np.where(inside, np.where(left, C.LEFT_CEREBRUM, C.RIGHT_CEREBRUM), 0)
    for side, name in ((1, C.LEFT_LATERAL_VENTRICLE), (-1, C.RIGHT_LATERAL_VENTRICLE)):
        away = np.linalg.norm((index - (0, 0, 10 * side)) / (6.0, 12.0, 5.0), axis=-1)
        labels[away < 1] = name
    return labels.astype(np.uint8)


@pytest.fixture(scope="module")
def labels():
    return toy_labels()


@pytest.fixture(scope="module")
def moved(labels):
    return compute_deformation(Build(1001, ventricles_mm=4.0, shift_mm=6.0), labels)


def test_the_map_does_not_fold(moved):
    assert moved.jacobian().min() > 0.0


def test_there_and_back_is_where_it_started(moved):
    start = np.stack(np.meshgrid(*[np.arange(15.0, n - 15, 7) for n in SHAPE], indexing="ij"), -1)
    there = moved.place(start)
    back = there + np.stack(
        [ndimage.map_coordinates(f, np.moveaxis(there, -1, 0), order=1) for f in moved.back], -1
    )
    gap = np.linalg.norm(back - start, axis=-1)
    assert gap.mean() < 0.15
    assert gap.max() < 1.0


def test_volume_of_a_carried_compartment_is_the_integral_of_the_jacobian(moved, labels):
    carried = moved.carry(labels, 0)
    for names in (LATERAL, (C.LEFT_CEREBRUM,), (C.RIGHT_CEREBRUM,)):
        # template volume of a region = sum over its patient voxels of dV(template)/dV(patient)
        there = np.isin(carried, names)
        assert moved.jacobian()[there].sum() == pytest.approx(
            np.isin(labels, names).sum(), rel=0.04
        )


def test_wide_ventricles_are_wider_and_the_midline_goes_over(labels):
    calm = ((20.0, 1e-6),)
    wide = compute_deformation(Build(1, bends=calm, ventricles_mm=3.0), labels).carry(labels, 0)
    assert np.isin(wide, LATERAL).sum() > 1.3 * np.isin(labels, LATERAL).sum()
    pushed = compute_deformation(Build(1, bends=calm, ventricles_mm=0.0, shift_mm=5.0), labels)
    middle = (np.array(SHAPE) - 1) / 2
    step = pushed.place(middle) - middle
    # the flow slows as it leaves the middle: a little less than the velocity there
    assert step[2] == pytest.approx(5.0, abs=0.3)
    assert np.abs(step[:2]).max() < 0.05
    assert np.abs(pushed.place(np.array([40.0, 45.0, 2.0])) - (40.0, 45.0, 2.0)).max() < 0.05


def test_mirror_image_changes_sides_and_keeps_volumes(labels):
    mirrored = mirror_labels(labels)
    for left, right in ((C.LEFT_CEREBRUM, C.RIGHT_CEREBRUM), LATERAL):
        assert np.array_equal(mirrored == left, (labels == right)[..., ::-1])
    assert np.array_equal(mirror_labels(mirrored), labels)


def lesion(rough=None, **more):
    return LesionState((Blob((0.0, 0.0, 0.0), (9.0, 9.0, 9.0)),), rim_mm=2.5, rough=rough, **more)


def lattice(step):
    axis = np.arange(-16.0, 16.0, step)
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)


def test_waves_are_bounded_and_belong_to_the_place():
    points = lattice(1.0)
    wave = Waves(3, 4.0)
    found = wave.at(points)
    assert np.abs(found).max() <= 1.0
    assert found.std() == pytest.approx(0.5, abs=0.1)
    assert np.array_equal(wave.at(points[4:9]), found[4:9])


def test_a_rough_border_stays_within_its_bound():
    rough = Roughness(11, border_mm=1.5, rim_share=0.5)
    points = lattice(0.5)
    parts = lesion(rough).parts(points)
    whole = (parts["enhancing"] + parts["core"]) >= 0.5
    away = np.linalg.norm(points, axis=-1)
    assert whole[away < 9.0 - 1.5].all()
    assert not whole[away > 9.0 + 1.5].any()
    plain = lesion().parts(points)
    smooth = (plain["enhancing"] + plain["core"]) >= 0.5
    # the pattern has no mean: the volume stays, the border does not
    assert whole.sum() == pytest.approx(smooth.sum(), rel=0.15)
    assert (whole ^ smooth).sum() > 0.03 * smooth.sum()


def test_rim_thickness_varies_as_stated():
    rough = Roughness(12, border_mm=0.0, rim_share=0.5)
    points = lattice(0.5)
    core = lesion(rough).parts(points)["core"] >= 0.5
    depth = 9.0 - np.linalg.norm(points, axis=-1)
    assert core[depth > 2.5 * 1.5 + 0.01].all()
    assert not core[depth < 2.5 * 0.5 - 0.01].any()
    between = core[(depth > 1.25) & (depth < 3.75)]
    assert 0.2 < between.mean() < 0.8


def test_smooth_lesions_know_nothing_of_roughness():
    points = lattice(1.0)
    depth = 9.0 - np.linalg.norm(points, axis=-1)
    expected = np.clip(0.5 + (depth + 6.0), 0.0, 1.0)
    parts = lesion().parts(points)
    inside = np.clip(0.5 + depth, 0.0, 1.0)
    assert parts["oedema"] == pytest.approx(expected * (1.0 - inside))


def test_a_head_at_rest_has_no_ghosts_and_motion_keeps_the_signal():
    image = np.zeros((2, 64, 32), np.float32)
    image[:, 20:40, 8:24] = 100.0
    rng = np.random.default_rng(1)
    assert move_during_scan(image, 0.0, 1.0, rng) == pytest.approx(image, abs=1e-3)
    moved = move_during_scan(image, 0.5, 1.0, np.random.default_rng(2))
    # every line of k-space only changes its phase (Parseval)
    assert np.sum(moved.astype(float) ** 2) == pytest.approx(
        np.sum(image.astype(float) ** 2), rel=1e-5
    )
    assert moved[:, :10].max() > 1.0  # a replica in the air
    assert moved[:, :, :8].max() < 1e-3  # and none along the other axis
