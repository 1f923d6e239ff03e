"""Outlines that were drawn in another editor, read back."""

import numpy as np
import pytest
from made_assessment import GRID, ball, make_assessment

from RNAssessLib.case import InputError, MaskKind
from RNAssessLib.lesions.correction import correct_masks
from RNAssessLib.panel.outlines.takeover import parts_of, read_takeover

E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741
NAMES = {"L1": "GTV1", "L2": "GTV2"}
BETWEEN = np.array([30.0, -25.0, 50.0])


@pytest.fixture(scope="module")
def prepared():
    return make_assessment().prepared


@pytest.fixture
def study(prepared):
    return prepared.timepoint("t0")


def held(study):
    return {
        f"{lesion}_{kind.value}": mask.array.copy()
        for lesion, masks in study.lesions.items()
        for kind, mask in masks.masks.items()
    }


def test_every_part_is_listed_empty_ones_too(study):
    assert [(p.key, p.name) for p in parts_of(study, NAMES)] == [
        ("L1_enhancing", "GTV1 enhancing"), ("L1_necrotic_core", "GTV1 necrotic core"),
        ("L1_oedema", "GTV1 FLAIR hyperintensity"), ("L2_enhancing", "GTV2 enhancing"),
        ("L2_necrotic_core", "GTV2 necrotic core"),
    ]  # fmt: skip


def test_nothing_drawn_changes_nothing(study):
    taken = read_takeover(study, NAMES, held(study))
    assert taken.changed == taken.emptied == () and not taken.outlines


def test_only_what_was_drawn_is_taken(study):
    drawn = held(study)
    drawn["L2_enhancing"] |= ball(GRID, BETWEEN, 2.5)
    taken = read_takeover(study, NAMES, drawn)
    assert [p.key for p in taken.changed] == ["L2_enhancing"]
    assert list(taken.outlines) == ["L2"]
    assert np.array_equal(taken.outlines["L2"][E].array, drawn["L2_enhancing"])
    assert taken.outlines["L2"][E].grid == study.lesions["L1"].enhancing.grid


def test_what_is_given_to_one_lesion_leaves_the_other(prepared, study):
    """Also when the other one was changed elsewhere and its segment still covers it."""
    given = study.lesions["L2"].enhancing.array
    far = tuple(np.argwhere(study.lesions["L1"].necrotic_core.array)[0])
    for touched in (False, True):
        drawn = held(study)
        drawn["L1_enhancing"] |= given
        if touched:
            drawn["L2_enhancing"][far] = True
        case = prepared
        for lesion, masks in read_takeover(study, NAMES, drawn).outlines.items():
            case = correct_masks(case, "t0", lesion, masks)
        now = case.timepoint("t0").lesions
        assert (now["L1"].enhancing.array & given).sum() == given.sum() > 0
        assert not (now["L2"].enhancing.array & given).any()
        assert now["L2"].enhancing.array.sum() == int(touched)
        assert not (now["L1"].enhancing.array & now["L2"].enhancing.array).any()


def test_an_emptied_part_is_named(study):
    drawn = held(study)
    drawn["L1_enhancing"][:] = False
    taken = read_takeover(study, NAMES, drawn)
    assert [p.name for p in taken.emptied] == ["GTV1 enhancing"]
    assert taken.outlines["L1"][E].is_empty


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda d: d.pop("L1_oedema"),
         "GTV1 FLAIR hyperintensity: its segment is missing at t0: undo that, or discard"),
        (lambda d: d.update(Segment_1=np.ones(GRID.shape, bool)),
         "Segment_1: is no part of a lesion: draw it into one of the listed segments, or remove it"),
        (lambda d: d.update(L1_oedema=np.ones((3, 4, 5), bool)),
         "GTV1 FLAIR hyperintensity: is not on the T1c's grid at t0"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_line(study, harm, said):
    drawn = held(study)
    harm(drawn)
    with pytest.raises(InputError) as caught:
        read_takeover(study, NAMES, drawn)
    assert str(caught.value) == said


def test_an_empty_helper_segment_is_no_fault(study):
    drawn = held(study) | {"Segment_1": np.zeros(GRID.shape, bool)}
    assert not read_takeover(study, NAMES, drawn).changed
