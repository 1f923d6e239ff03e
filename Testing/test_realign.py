"""A registration corrected by hand: what rests on it is redone, what does not stays."""

import numpy as np
import pytest

from RNAssessLib.case import BY_HAND, InputError, Mask, MaskKind, RegistrationGrade, RigidTransform
from RNAssessLib.lesions.correction import correct_masks
from RNAssessLib.panel.alignment.check import moved
from RNAssessLib.realign import images_of, place_by_hand, realign, registration_of

from .findings.hand_made_cases import (
    CENTER,
    HEAD,
    T1,
    T2,
    Ball,
    R,
    Visit,
    build_case,
    treated,
    with_contours,
)

AWAY = (9.0, -5.0, 4.0)


@pytest.fixture(scope="module")
def prepared():
    """The first follow-up lies far from where it belongs."""
    visits = (
        treated(),
        Visit("t1", T1, (Ball(CENTER, 9.0, rim=3.0),), shift=AWAY, grade=RegistrationGrade.BAD,
              error_mm=11.0),
        Visit("t2", T2, (Ball(CENTER, 11.0, rim=3.0),)),
    )  # fmt: skip
    return with_contours(build_case(visits))


def error_mm(found, true):
    points = HEAD + 40.0 * np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, -1]])
    own = true.inverse().apply(points)
    return float(np.linalg.norm(found.transform.apply(own) - points, axis=1).max())


def truth(prepared):
    wrong = registration_of(prepared, "t1", None).transform
    return wrong.then(RigidTransform.from_parts(np.eye(3), -np.asarray(AWAY)))


def test_it_settles_from_where_the_reader_put_it(prepared):
    true = truth(prepared)
    near = moved(true, shift_mm=(3.0, -2.0, 2.0), turn_degrees=(0.0, 0.0, 4.0), about_mm=HEAD)
    found = place_by_hand(prepared, "t1", None, near)
    assert error_mm(found, true) < 1.0
    assert found.by_reader
    assert found.moving == "t1"


def test_a_wrong_place_is_not_called_good(prepared):
    far = moved(truth(prepared), shift_mm=(15.0, 0.0, 0.0))
    found = place_by_hand(prepared, "t1", None, far, settle=False)
    assert found.transform is far
    assert found.quality.grade is not RegistrationGrade.GOOD
    assert found.by_reader and found.notes[0] == BY_HAND


def test_lesions_of_that_study_are_found_again(prepared):
    found = place_by_hand(prepared, "t1", None, truth(prepared), settle=False)
    again = realign(prepared, "t1", None, found)
    assert [a is b for a, b in zip(prepared.timepoints, again.timepoints, strict=True)] == [
        True, False, True
    ]  # fmt: skip
    timepoint = again.timepoint("t1")
    whole = timepoint.lesions["L1"].enhancing.array | timepoint.lesions["L1"].necrotic_core.array
    middle = timepoint.nawm.grid.index_to_lps(np.argwhere(whole).mean(axis=0))
    placed = timepoint.to_reference.transform.apply(middle) - HEAD
    assert np.linalg.norm(placed - CENTER) < 1.5
    assert Mask(whole, timepoint.nawm.grid).volume_cm3 == pytest.approx(3.05, rel=0.1)
    assert again.anatomy is prepared.anatomy


def test_a_sequence_is_sampled_anew_from_its_own_grid(prepared):
    role = R.ADC
    held = registration_of(prepared, "t2", role)
    shifted = moved(held.transform, shift_mm=(4.0, 0.0, 0.0))
    found = place_by_hand(prepared, "t2", role, shifted, settle=False)
    again = realign(prepared, "t2", role, found)
    if found.is_usable:
        grid = prepared.timepoint("t2").nawm.grid
        step = np.linalg.inv(np.reshape(grid.direction, (3, 3))) @ (4.0, 0.0, 0.0)
        assert step[0] == pytest.approx(4.0, abs=0.1)
        before, after = (p.timepoint("t2").images[role].array for p in (prepared, again))
        core = np.s_[20:-20, 20:-20, 20:-24]
        moved_by = np.abs(after[20:-20, 20:-20, 24:-20] - before[core]).mean()
        assert moved_by < 0.5 * np.abs(after[core] - before[core]).mean()
    else:
        assert role not in again.timepoint("t2").images
    assert again.timepoint("t2").to_t1c[role] is found
    assert again.timepoint("t2").to_reference is prepared.timepoint("t2").to_reference


def test_what_the_reader_drew_stays(prepared):
    old = prepared.timepoint("t1").lesions["L1"].enhancing
    drawn = old.array.copy()
    drawn[tuple(np.argwhere(drawn)[0])] = False
    edited = correct_masks(prepared, "t1", "L1", {MaskKind.ENHANCING: Mask(drawn, old.grid)})
    found = place_by_hand(edited, "t1", None, truth(prepared), settle=False)
    again = realign(edited, "t1", None, found)
    assert np.array_equal(again.timepoint("t1").lesions["L1"].enhancing.array, drawn)


def test_what_cannot_be_moved_is_said(prepared):
    with pytest.raises(InputError, match="is the reference"):
        images_of(prepared, "t0", None)
    with pytest.raises(InputError, match="no RCBV"):
        registration_of(prepared, "t1", R.RCBV)
    with pytest.raises(InputError, match="no timepoint"):
        registration_of(prepared, "t7", None)
