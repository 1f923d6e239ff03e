"""Blocks find shifts that are known; strayed ones do not pull the motion along."""

import numpy as np
from scipy.spatial.transform import Rotation

from RNAssessLib.case import RigidTransform
from RNAssessLib.spatial.block_matching import BlockResiduals, compute_self_similarity

POINTS = np.random.default_rng(3).uniform(-70, 70, (120, 3))
MOTION = RigidTransform.from_parts(
    Rotation.from_rotvec([0.02, -0.03, 0.015]).as_matrix(), (1.0, -2.0, 0.5)
)


def test_motion_is_found_among_strayed_blocks():
    shift = MOTION.apply(POINTS) - POINTS
    shift[::4] += np.random.default_rng(0).uniform(-6, 6, shift[::4].shape)
    blocks = BlockResiduals(POINTS, shift)
    fit = blocks.fit_motion()
    assert np.abs(fit.motion.moving_to_fixed - MOTION.moving_to_fixed).max() < 0.02
    assert 0.75 <= blocks.near_share(fit) <= 0.83  # a few strayed less than 3 mm
    assert blocks.after(MOTION).common_mm < 0.05


def test_standard_error_is_that_of_repeated_draws():
    errors, claimed = [], []
    for seed in range(60):
        noise = np.random.default_rng(seed).normal(0, 0.5, POINTS.shape)
        blocks = BlockResiduals(POINTS, MOTION.apply(POINTS) - POINTS + noise)
        fit = blocks.fit_motion()
        gap = fit.motion.apply(POINTS) - MOTION.apply(POINTS)
        errors.append(np.sqrt((gap**2).sum(axis=1).mean()))
        claimed.append(fit.error_mm)
    assert 0.7 < np.mean(claimed) / np.sqrt(np.mean(np.square(errors))) < 1.4


def test_self_similarity_does_not_depend_on_contrast():
    image = np.random.default_rng(1).normal(100, 20, (20, 22, 24)).astype(np.float32)
    alike = compute_self_similarity(image)
    assert np.allclose(compute_self_similarity(500 - 3 * image), alike, atol=1e-4)
