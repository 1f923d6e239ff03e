"""A registration that the reader accepted is part of the session: kept, undone, taken up again."""

import json
from dataclasses import replace

import numpy as np
import pytest

from RNAssessLib.case import BY_HAND, InputError, Mask, MaskKind, Registration, SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.panel.alignment.check import moved
from RNAssessLib.panel.course.case_section import build_case
from RNAssessLib.panel.reading.places import MISFIT
from RNAssessLib.panel.reading.reader_case import ReaderCase, follow_session
from RNAssessLib.panel.session.file import open_session, read_session, write_session
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.realign import images_of, registration_of
from RNAssessLib.report.document.content import describe_moved_sequences, describe_timepoints
from RNAssessLib.report.document.json_report import describe_timepoint

from ...scene.assessments import make_assessment

E = MaskKind.ENHANCING
SHIFT = (3.0, -1.0, 2.0)


@pytest.fixture(scope="module")
def given():
    return make_assessment(visits=2)


def placed(assessment, timepoint="t1", role=None, shift=SHIFT):
    """Session in which an image lies `shift` from where it was computed."""
    held = registration_of(assessment.prepared, timepoint, role)
    there = moved(held.transform, shift_mm=shift)
    found = Registration(held.moving, held.fixed, there, held.quality, by_reader=True)
    images = images_of(assessment.prepared, timepoint, role)
    return ReaderSession(case_id="fixture-1").set_place(timepoint, role, found, images)


def offset(given, now, timepoint="t1"):
    """How far the study lies from where it was computed, mm."""
    was, is_now = (a.prepared.timepoint(timepoint).to_reference.transform for a in (given, now))
    return is_now.moving_to_fixed[:3, 3] - was.moving_to_fixed[:3, 3]


def test_the_study_lies_where_the_reader_put_it_and_undo_takes_it_back(given):
    case, session = ReaderCase(given), placed(given)
    now = case.follow(given, session)
    assert offset(given, now) == pytest.approx(SHIFT)
    study = now.prepared.timepoint("t1")
    assert study.to_reference.by_reader
    assert now.prepared.timepoint("t0") is given.prepared.timepoint("t0")
    assert case.follow(now, session) is now
    back = case.follow(now, session.undo())
    assert back.prepared.timepoint("t1") is given.prepared.timepoint("t1")
    again = case.follow(back, session.undo().redo())
    assert again.prepared.timepoint("t1") is study  # nothing is prepared twice


def test_what_is_written_without_a_panel_lies_there_too_and_keeps_its_thresholds(given):
    limits = Thresholds({"bed.alpha_beta_tumour": 8.0})
    computed = replace(given, changed_criteria=limits.changed_criteria())
    now = follow_session(computed, placed(given))
    assert offset(given, now) == pytest.approx(SHIFT)
    assert now.prepared.timepoint("t1").to_reference.by_reader
    assert now.thresholds == limits


def test_of_several_places_of_one_image_the_last_holds(given):
    first = placed(given)
    images = images_of(given.prepared, "t1", None)
    held = registration_of(given.prepared, "t1", None)
    there = moved(held.transform, shift_mm=(0.0, 5.0, 0.0))
    second = first.set_place(
        "t1", None, Registration(held.moving, held.fixed, there, held.quality, True), images
    )
    case = ReaderCase(given)
    now = case.follow(given, second)
    assert offset(given, now) == pytest.approx((0.0, 5.0, 0.0))
    assert offset(given, case.follow(now, second.undo())) == pytest.approx(SHIFT)


def test_resumed_from_its_file_exactly(given, tmp_path):
    path = tmp_path / "case.session.json"
    session = placed(given)
    write_session(session, path)
    again = open_session(path, "fixture-1")
    assert again == session
    resumed = ReaderCase(given).follow(given, again)
    there = registration_of(resumed.prepared, "t1", None)
    matrix = session.place_changes[0].transform.moving_to_fixed
    assert np.array_equal(there.transform.moving_to_fixed, matrix)
    assert there.quality == registration_of(given.prepared, "t1", None).quality


def test_corrected_outlines_stay_through_a_new_place(given):
    old = given.prepared.timepoint("t1").lesions["L1"].enhancing
    array = old.array.copy()
    k, j, i = (int(n) for n in np.argwhere(array).max(axis=0))
    array[k - 1 : k + 1, j : j + 2, i : i + 2] = True
    session = placed(given).set_masks("t1", "L1", {E: Mask(array, old.grid)})
    case = ReaderCase(given)
    now = case.follow(given, session)
    held = now.prepared.timepoint("t1").lesions["L1"].enhancing
    assert np.array_equal(held.array, array)
    # and when the place is given after the outline
    later = ReaderSession(case_id="fixture-1").set_masks("t1", "L1", {E: Mask(array, old.grid)})
    case = ReaderCase(given)
    drawn = case.follow(given, later)
    change = session.place_changes[0]
    found = Registration("t1 T1c", "t0 T1c", change.transform, change.quality, True)
    later = later.set_place("t1", None, found, images_of(given.prepared, "t1", None))
    now = case.follow(drawn, later)
    assert np.array_equal(now.prepared.timepoint("t1").lesions["L1"].enhancing.array, array)
    assert offset(given, now) == pytest.approx(SHIFT)


def test_panels_report_and_json_say_who_moved_it(given):
    now = ReaderCase(given).follow(given, placed(given))
    row = build_case(now).registrations[1]
    assert row.reasons[0] == BY_HAND == "moved by the reader"
    assert describe_timepoints(now)[1]["reasons"].startswith("moved by the reader")
    told = describe_timepoint(now.prepared.timepoint("t1"))
    assert told["to_reference"]["moved_by_reader"] is True
    assert describe_timepoint(given.prepared.timepoint("t1"))["to_reference"][
        "moved_by_reader"
    ] is False  # fmt: skip


def test_a_moved_sequence_is_named_in_the_report(given):
    flair = SequenceRole.FLAIR
    now = ReaderCase(given).follow(given, placed(given, role=flair))
    assert describe_moved_sequences(given) == []
    assert describe_moved_sequences(now) == [
        "t1 FLAIR moved by the reader onto its T1c: good, expected error 0.6 mm."
    ]
    assert offset(given, now) == pytest.approx((0.0, 0.0, 0.0))
    images = (a.prepared.timepoint("t1").images[flair].array for a in (given, now))
    assert not np.array_equal(*images)  # sampled anew


def test_a_place_on_other_images_is_left_out_with_a_warning(given):
    session = placed(given)
    other = make_assessment(visits=2)
    study = other.prepared.timepoint("t1")
    grid = replace(study.timepoint.t1c.grid, spacing_mm=(2.9, 3.0, 4.0))
    image = replace(study.timepoint.t1c, grid=grid)
    sequences = {**study.timepoint.sequences, SequenceRole.T1C: image}
    study = replace(study, timepoint=replace(study.timepoint, sequences=sequences))
    prepared = replace(other.prepared, timepoints=(other.prepared.timepoints[0], study))
    other = replace(other, prepared=prepared)
    case = ReaderCase(other)
    followed = case.follow(other, session)
    assert [w for w in followed.warnings if w.startswith(MISFIT)] == [
        f"{MISFIT}: t1 T1c: the images have other lattices now"
    ]
    assert followed.prepared.timepoint("t1").to_reference is study.to_reference
    assert not any(w.startswith(MISFIT) for w in case.follow(followed, session.undo()).warnings)


@pytest.mark.parametrize("harm", ["matrix", "grade", "grid"])
def test_a_damaged_place_is_said_in_one_line(given, tmp_path, harm):
    document = json.loads(placed(given).to_json())
    row = document["records"][0]
    if harm == "matrix":
        row["moving_to_fixed"][0] = 7.0
    elif harm == "grade":
        row["quality"]["grade"] = "fine"
    else:
        del row["fixed"]["shape"]
    path = tmp_path / "s.json"
    path.write_text(json.dumps(document))
    with pytest.raises(InputError) as caught:
        read_session(path)
    assert "\n" not in str(caught.value)
