"""Prepared from the script: exact when asked to be, wrong by as much as asked otherwise."""

import numpy as np
import pytest

from RNAssessLib.case import MaskKind, SequenceRole, Tissue
from RNAssessLib.phantom.imperfection import NONE, Imperfection
from RNAssessLib.phantom.prepared import build_prepared

ONLY_T1C = [(SequenceRole.T1C,)] * 4


@pytest.fixture(scope="module")
def exact():
    return build_prepared("ttp_nodule", 4, roles=ONLY_T1C, imperfection=NONE)


def test_volumes_are_those_of_the_script(exact):
    for timepoint, state in zip(
        exact.prepared.timepoints, exact.scenario.lesions[0].states, strict=True
    ):
        masks = timepoint.lesions["L1"]
        whole = masks.enhancing.volume_cm3 + masks.necrotic_core.volume_cm3
        wanted = 4 / 3 * np.pi * np.prod(state.body[0].radii_mm) / 1000
        assert whole == pytest.approx(wanted, rel=0.04)


def test_masks_lie_where_the_image_shines(exact):
    for timepoint in exact.prepared.timepoints:
        image = timepoint.timepoint.t1c
        mask = timepoint.lesions["L1"].masks[MaskKind.ENHANCING]
        assert mask.grid.matches(image.grid)
        level = timepoint.white_matter_level[SequenceRole.T1C]
        assert np.median(image.array[mask.array]) / level == pytest.approx(1.95, abs=0.15)


def test_points_of_a_follow_up_land_on_the_lesion(exact):
    lesion = exact.prepared.lesions[0]
    for timepoint in exact.prepared.timepoints:
        mask = timepoint.lesions["L1"].enhancing
        middle = mask.grid.index_to_lps(np.argwhere(mask.array)).mean(axis=0)
        at = timepoint.to_reference.transform.apply(middle)
        assert np.linalg.norm(at - np.asarray(lesion.center_lps_mm)) < 1.0


def test_misregistration_has_the_length_asked_for():
    # no turn: the shift alone is left
    wrong = Imperfection(shift_mm=1.0, turn_degrees=0.0, outline_mm=0.0, vessel_share=0.0)
    moved = build_prepared("ttp_nodule", 4, roles=ONLY_T1C, imperfection=wrong).prepared
    true = build_prepared("ttp_nodule", 4, roles=ONLY_T1C, imperfection=NONE).prepared
    for a, b in zip(moved.timepoints[1:], true.timepoints[1:], strict=True):
        point = np.array([3.0, -9.0, 40.0])
        gap = a.to_reference.transform.apply(point) - b.to_reference.transform.apply(point)
        assert np.linalg.norm(gap) == pytest.approx(1.0, abs=1e-6)


def test_anatomy_knows_white_matter_where_the_reference_tissue_is(exact):
    prepared = exact.prepared
    for timepoint in prepared.timepoints[::3]:
        cells = np.argwhere(timepoint.nawm.array)[::50]
        points = timepoint.to_reference.transform.apply(timepoint.nawm.grid.index_to_lps(cells))
        index = np.rint(prepared.anatomy.grid.lps_to_index(points)).astype(int)
        inside = np.all((index >= 0) & (index < prepared.anatomy.grid.shape), axis=1)
        tissue = prepared.anatomy.tissue[tuple(index[inside].T)]
        assert (tissue == Tissue.WHITE_MATTER).mean() > 0.97
