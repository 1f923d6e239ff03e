"""Known motions are recovered; wrong pairings are called bad."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from RNAssessLib.case import Grid, Image, Mask, RegistrationGrade, RigidTransform
from RNAssessLib.spatial.atlas import load_template
from RNAssessLib.spatial.head import compute_brain_mask, is_skull_stripped
from RNAssessLib.spatial.registration import (
    follow_head_motion,
    register_rigid,
    trust_frame_of_reference,
)
from RNAssessLib.spatial.resampling import resample_array

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "mr"


def moved_template(degrees, shift, seed=0):
    """Template on an oblique anisotropic grid, moved, with gain, receive field and noise."""
    template = load_template().t1
    turn = Rotation.from_rotvec(np.radians(degrees) * np.array([0.5, 0.3, 0.81])).as_matrix()
    center = template.grid.center_lps
    motion = RigidTransform.from_parts(turn, center - turn @ center + np.asarray(shift))
    axes = Rotation.from_euler("xyz", (4, -3, 6), degrees=True).as_matrix() @ turn
    shape = (95, 215, 180)
    size = np.array(shape[::-1]) * (1.0, 1.0, 2.0)
    origin = motion.apply(center) - axes @ ((size - 1) / 2)
    grid = Grid(shape, tuple(float(v) for v in origin), (1.0, 1.0, 2.0), tuple(axes.ravel()))
    array = resample_array(template.array, template.grid, grid, motion)
    rng = np.random.default_rng(seed)
    ramp = 1 + 0.15 * np.linspace(-1, 1, shape[1])[None, :, None]
    noisy = array * ramp * 3.7 + rng.normal(0, 18, shape) * (array > 0)
    return Image(noisy.astype(np.float32), grid), motion


@pytest.mark.parametrize(("degrees", "shift"), [(7, (9, -6, 4)), (28, (22, -15, 14))])
def test_recovers_a_known_motion(degrees, shift):
    fixed = load_template().t1
    moving, motion = moved_template(degrees, shift)
    found = register_rigid(
        moving, fixed, moving_mask=compute_brain_mask(moving), fixed_mask=compute_brain_mask(fixed)
    )
    points = fixed.grid.index_to_lps(np.argwhere(fixed.array > 0)[::20_000])
    error = np.linalg.norm(found.transform.apply(motion.apply(points)) - points, axis=1)
    assert error.mean() < 0.5
    assert found.quality.grade is RegistrationGrade.GOOD
    assert found.quality.expected_error_mm >= 0.5 * error.mean()
    assert found.quality.similarity_after > found.quality.similarity_before


def test_another_patient_is_refused():
    folder = SHARED / "glioma_native_with_skull"
    stripped = SHARED / "brats_met_00110" / "BraTS-MET-00110-000-t1c.nii.gz"
    if not (folder.exists() and stripped.exists()):
        pytest.skip("../shared/data/mr is absent")
    from RNAssessLib.study.volume import read_volume

    other = read_volume(next(folder.glob("*GAD*")))
    fixed = read_volume(stripped)
    assert is_skull_stripped(fixed)
    assert not is_skull_stripped(other)
    found = register_rigid(
        other, fixed, moving_mask=compute_brain_mask(other), fixed_mask=compute_brain_mask(fixed)
    )
    assert found.quality.grade is RegistrationGrade.BAD
    assert found.quality.reasons


def real_series(folder, *names):
    from RNAssessLib.study.volume import read_volume

    if not (SHARED / folder).exists():
        pytest.skip("../shared/data/mr is absent")
    files = sorted((SHARED / folder).glob("*.nii*"))
    return [read_volume(next(f for f in files if name in f.name)) for name in names]


@pytest.mark.parametrize("sequence", ["FLAIR", "T2_AX", "MRHR_T1_AX_POST"])
def test_thick_series_of_one_patient_pass_and_another_patient_is_refused(sequence):
    own_t1, own = real_series("glioma_native_with_skull", "T1_AX_Other", sequence)
    found = register_rigid(own, own_t1)
    assert found.is_usable, found.quality.reasons
    # slices of 5.5 mm: half of one is the limit that the issue names
    assert found.quality.expected_error_mm < 2.75
    (other,) = real_series("brats_met_00110", "t1c")
    wrong = register_rigid(own, other)
    assert wrong.quality.grade is RegistrationGrade.BAD
    assert "find their place" in " ".join(wrong.quality.reasons)


def test_head_motion_within_a_visit_is_followed():
    fixed = load_template().t1
    truth = RigidTransform.from_parts(
        Rotation.from_euler("xyz", (2, -1, 1.5), degrees=True).as_matrix(), (1.5, 2.0, -1.0)
    )
    array = resample_array(fixed.array, fixed.grid, fixed.grid, truth)
    negative = np.where(array > 0, array.max() * 1.2 - array, 0)  # another contrast
    moving = Image(negative.astype(np.float32), fixed.grid)
    brain = Mask(fixed.array > 0, fixed.grid)
    found = follow_head_motion(moving, fixed, moving_name="a", fixed_name="b", fixed_mask=brain)
    points = fixed.grid.index_to_lps(np.argwhere(brain.array)[::20_000])
    error = np.linalg.norm(found.transform.apply(truth.apply(points)) - points, axis=1)
    assert error.mean() < 0.2
    assert found.quality.grade is RegistrationGrade.GOOD
    still = follow_head_motion(fixed, fixed, moving_name="a", fixed_name="b", fixed_mask=brain)
    assert np.array_equal(still.transform.moving_to_fixed, np.eye(4))


def test_a_false_claim_of_one_frame_is_noticed():
    fixed = load_template().t1
    moving, _ = moved_template(12, (15, 10, 5))
    trusted = trust_frame_of_reference(moving, fixed, moving_name="a", fixed_name="b")
    assert trusted.quality.grade is not RegistrationGrade.GOOD
