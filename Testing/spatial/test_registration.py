"""Known motions are recovered; wrong pairings are called bad."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from RNAssessLib.case import Grid, Image, RegistrationGrade, RigidTransform
from RNAssessLib.spatial.atlas import load_template
from RNAssessLib.spatial.head import compute_brain_mask, is_skull_stripped
from RNAssessLib.spatial.registration import register_rigid, trust_frame_of_reference
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


def test_a_false_claim_of_one_frame_is_noticed():
    fixed = load_template().t1
    moving, _ = moved_template(12, (15, 10, 5))
    trusted = trust_frame_of_reference(moving, fixed, moving_name="a", fixed_name="b")
    assert trusted.quality.grade is not RegistrationGrade.GOOD
