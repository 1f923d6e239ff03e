"""What was outlined elsewhere is what is measured: nothing automatic overrides it."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from RNAssessLib.case import Mask, MaskKind, MaskOrigin, SequenceRole
from RNAssessLib.course.serial import compute_serial
from RNAssessLib.phantom import build_phantom
from RNAssessLib.preparation import prepare
from RNAssessLib.spatial.head import compute_brain_mask

E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741


@pytest.fixture(scope="module")
def patient():
    return build_phantom("rn_across_falx", seed=8, timepoints=(0, 1), coarseness=2.0,
                         roles=(SequenceRole.T1C,))  # fmt: skip


def outline(patient, name):
    """Odd outlines that no method would draw: a cube with a slot, its middle as core."""
    timepoint = patient.case.timepoint(name)
    grid = timepoint.t1c.grid
    shot = patient.scenario.lesions[0].shot
    at = patient.truth[name].to_reference.inverse().apply(shot.center_mm)
    k, j, i = np.rint(grid.lps_to_index(at)).astype(int)
    block = np.zeros(grid.shape, bool)
    block[k - 4 : k + 5, j - 5 : j + 6, i - 5 : i + 6] = True
    core = np.zeros(grid.shape, bool)
    core[k - 2 : k + 3, j - 2 : j + 3, i - 2 : i + 3] = True
    wide = ndimage.binary_dilation(block, iterations=2)
    enhancing = block & ~core
    enhancing[:, j + 4, :] = False
    return grid, {E: Mask(enhancing, grid), C: Mask(core, grid), O: Mask(wide, grid)}


@pytest.fixture(scope="module")
def prepared(patient):
    """t0 with all outlines and a brain; t1 with the core alone."""
    first, second = patient.case.timepoints
    grid, masks = outline(patient, "t0")
    brain = ndimage.binary_erosion(compute_brain_mask(first.t1c).array, iterations=3)
    _, others = outline(patient, "t1")
    case = replace(
        patient.case,
        timepoints=(
            replace(first, masks=masks, brain=Mask(brain, grid)),
            replace(second, masks={C: others[C]}),
        ),
    )
    return prepare(case)


def test_a_given_brain_is_the_brain(prepared):
    given = prepared.case.timepoint("t0").brain
    np.testing.assert_array_equal(prepared.timepoint("t0").brain.array, given.array)
    assert prepared.timepoint("t1").brain.volume_cm3 > 500  # found automatically


def test_given_outlines_keep_every_voxel(prepared):
    masks, parts = prepared.case.timepoint("t0").masks, prepared.timepoint("t0").lesions["L1"]
    for kind in (E, C):
        np.testing.assert_array_equal(parts.masks[kind].array, masks[kind].array)
    lesion = masks[E].array | masks[C].array
    np.testing.assert_array_equal(parts.masks[O].array, masks[O].array | lesion)
    assert parts.origin is MaskOrigin.IMPORTED


def test_volumes_are_the_voxels_of_the_outline_in_its_own_grid(prepared):
    masks = prepared.case.timepoint("t0").masks
    entry = compute_serial(prepared, prepared.lesions[0])[0]
    voxel = masks[E].grid.voxel_volume_cm3
    assert entry.value("enhancing_cm3") == pytest.approx(masks[E].array.sum() * voxel)
    assert entry.value("necrotic_core_cm3") == pytest.approx(125 * voxel)
    assert entry.value("flair_cm3") == pytest.approx(masks[O].array.sum() * voxel)


def test_no_enhancement_is_found_beside_a_given_one(prepared):
    assert prepared.timepoint("t0").new_enhancement.is_empty


def test_a_core_alone_is_not_covered_by_computed_enhancement(prepared):
    drawn = prepared.case.timepoint("t1").masks[C].array
    parts = prepared.timepoint("t1").lesions["L1"]
    np.testing.assert_array_equal(parts.necrotic_core.array, drawn)
    assert not (parts.enhancing.array & drawn).any()
