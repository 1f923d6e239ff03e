"""Corrected outlines are part of the reader's session: saved, undone, made again, taken up."""

import json

import numpy as np
import pytest

from RNAssessLib.case import InputError, Mask, MaskKind
from RNAssessLib.panel.reading.outlines import MISFIT, Outlines
from RNAssessLib.panel.session.file import open_session, read_session, write_session
from RNAssessLib.panel.session.session import ReaderSession

from ...scene.assessments import make_assessment

E, O = MaskKind.ENHANCING, MaskKind.OEDEMA  # noqa: E741


@pytest.fixture(scope="module")
def given():
    return make_assessment(visits=3)


def painted(assessment, timepoint, kind):
    old = assessment.prepared.timepoint(timepoint).lesions["L1"].masks[kind]
    array = old.array.copy()
    k, j, i = (int(n) for n in np.argwhere(array).max(axis=0))
    array[k - 1 : k + 1, j : j + 2, i : i + 2] = True
    return Mask(array, old.grid)


def volumes(assessment):
    return [e.value("enhancing_cm3") for e in assessment.lesions[0].serial]


def test_numbers_follow_undo_and_redo(given):
    outlines = Outlines(given.prepared)
    mask = painted(given, "t1", E)
    session = ReaderSession().set_masks("t1", "L1", {E: mask})
    edited = outlines.follow(given, session)
    added = mask.volume_cm3 - volumes(given)[1]
    assert added > 0
    assert volumes(edited) == [volumes(given)[0], mask.volume_cm3, volumes(given)[2]]
    taken_back = outlines.follow(edited, session.undo())
    assert volumes(taken_back) == volumes(given)
    assert taken_back.prepared.timepoint("t1") is given.prepared.timepoint("t1")
    assert volumes(outlines.follow(taken_back, session.undo().redo())) == volumes(edited)
    assert outlines.follow(edited, session) is edited


def test_long_sessions_end_where_they_should(given):
    outlines, session = Outlines(given.prepared), ReaderSession()
    assessment, seen = given, []
    for number in range(7):
        name = f"t{number % 3}"
        session = session.set_masks(name, "L1", {E: painted(assessment, name, E)})
        assessment = outlines.follow(assessment, session)
        seen.append(volumes(assessment))
    for number in range(6, 0, -1):
        session = session.undo()
        assessment = outlines.follow(assessment, session)
        assert volumes(assessment) == seen[number - 1]
    assert volumes(Outlines(given.prepared).follow(given, session)) == seen[0]


def test_resumed_to_the_voxel(given, tmp_path):
    path = tmp_path / "case.session.json"
    masks = {E: painted(given, "t2", E), O: painted(given, "t2", O)}
    session = ReaderSession(case_id="fixture-1").set_masks("t2", "L1", masks)
    write_session(session, path)
    assert path.stat().st_size < 20_000
    again = open_session(path, "fixture-1")
    assert again == session
    for kind, mask in again.mask_changes[0].unpacked().items():
        assert np.array_equal(mask.array, masks[kind].array)
        assert mask.grid == masks[kind].grid
    assert [p.name for p in tmp_path.iterdir()] == ["case.session.json"]


def test_an_empty_outline_is_kept(given):
    mask = given.prepared.timepoint("t1").lesions["L1"].enhancing
    nothing = Mask(np.zeros(mask.grid.shape, bool), mask.grid)
    session = ReaderSession.from_json(ReaderSession().set_masks("t1", "L1", {E: nothing}).to_json())
    assert session.mask_changes[0].unpacked()[E].is_empty


@pytest.mark.parametrize("harm", ["bits", "box", "kind"])
def test_a_damaged_outline_is_said_in_one_line(given, tmp_path, harm):
    session = ReaderSession().set_masks("t1", "L1", {E: painted(given, "t1", E)})
    document = json.loads(session.to_json())
    stored = document["records"][0]["masks"]
    if harm == "bits":
        stored["enhancing"]["bits"] = stored["enhancing"]["bits"][:-8] + "AAAAAAA="
    elif harm == "box":
        stored["enhancing"]["box"][1][0] += 500
    else:
        stored["vessel"] = stored.pop("enhancing")
    path = tmp_path / "s.json"
    path.write_text(json.dumps(document))
    with pytest.raises(InputError) as caught:
        read_session(path)
    assert "\n" not in str(caught.value)


def test_outlines_of_another_scan_are_left_out_with_a_warning(given):
    session = ReaderSession().set_masks("t1", "L1", {E: painted(given, "t2", E)})
    followed = Outlines(given.prepared).follow(given, session)
    assert [w for w in followed.warnings if w.startswith(MISFIT)] == [
        f"{MISFIT}: L1 at t1: the corrected enhancing is not on the T1c's grid"
    ]
    assert volumes(followed) == volumes(given)
    assert Outlines(given.prepared).follow(followed, session.undo()).warnings == given.warnings
