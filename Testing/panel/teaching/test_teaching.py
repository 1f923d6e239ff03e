"""Teaching rounds: hidden until revealed, undone in order, scored against known truth."""

import csv
import io
import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.teaching.file import open_round, read_round, write_round
from RNAssessLib.panel.teaching.round import EvidenceMark, TeachingRound
from RNAssessLib.panel.teaching.score import Agreement, AnswerKey, mark_distances, score_round
from RNAssessLib.panel.teaching.view import build_teaching

MARK = EvidenceMark("t1", SequenceRole.T1C, (1.0, 2.0, 3.0))


def finding(assessment, name):
    return assessment.lesion("L1").finding(name)


def test_answer_note_and_mark_are_kept_together():
    r = TeachingRound(case_id="c").answer("L1", "swi_foci", Status.PRESENT)
    r = r.write_note("L1", "swi_foci", " four foci ").mark("L1", "swi_foci", MARK)
    held = r.given("L1", "swi_foci")
    assert (held.status, held.note, held.mark) == (Status.PRESENT, "four foci", MARK)
    assert len(r.records) == 3
    assert r.undo().given("L1", "swi_foci").mark is None
    assert r.undo().undo().given("L1", "swi_foci").note == ""
    assert r.given("L2", "swi_foci") is None


def test_the_same_again_is_no_record():
    r = TeachingRound().answer("L1", "latency", Status.ABSENT)
    assert r.answer("L1", "latency", Status.ABSENT) is r


def test_nothing_changes_after_its_reveal_and_the_look_is_not_undone():
    r = TeachingRound().answer("L1", "latency", Status.ABSENT).reveal("L1", "latency")
    for change in (
        lambda: r.answer("L1", "latency", Status.PRESENT),
        lambda: r.write_note("L1", "latency", "x"),
        lambda: r.mark("L1", "latency", MARK),
    ):
        with pytest.raises(ValueError, match="start another round"):
            change()
    assert not r.can_undo
    assert r.undo() is r
    other = r.answer("L1", "swi_foci", Status.PRESENT)  # others stay open
    assert other.undo().records == r.records


def test_an_unanswered_item_is_not_read_off():
    with pytest.raises(ValueError, match="answer the item"):
        TeachingRound().reveal("L1", "latency")
    noted = TeachingRound().write_note("L1", "latency", "?")
    with pytest.raises(ValueError, match="answer the item"):
        noted.reveal("L1", "latency")


def test_another_round_keeps_the_one_before():
    r = TeachingRound(case_id="c").answer("L1", "latency", Status.ABSENT).reveal("L1")
    second = r.again().answer("L1", "latency", Status.PRESENT)
    assert second.earlier[0].records == r.records
    assert not second.is_revealed("L1", "latency")
    assert second.again().again().earlier[1].records == second.records
    assert len(second.again().again().earlier) == 2  # an empty round is none


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.sampled_from([*Status, None])),
        st.tuples(st.just("note"), st.text(max_size=8)),
        st.tuples(st.just("mark"), st.tuples(*[st.floats(-90, 90)] * 3)),
        st.tuples(st.sampled_from(["undo", "redo", "again", "reveal", "one"]), st.none()),
    ),
    max_size=14,
)


def play(r, action):
    kind, value = action
    try:
        match kind:
            case "answer":
                return r.answer("L1", "latency", value)
            case "note":
                return r.write_note("L1", "latency", value)
            case "mark":
                return r.mark("L1", "latency", EvidenceMark("t0", SequenceRole.FLAIR, value))
            case "reveal":
                return r.reveal("L1")
            case "one":
                return r.reveal("L1", "latency")
        return getattr(r, kind)()
    except ValueError:
        return r


@given(ACTIONS)
def test_json_is_an_identity_and_undo_redo_cancel(actions):
    r = TeachingRound(case_id="c")
    for action in actions:
        r = play(r, action)
    assert TeachingRound.from_json(r.to_json()) == replace(r, undone=())
    if r.can_undo:
        assert r.undo().redo() == r


def test_file_round_trip_and_refusals(tmp_path):
    r = (
        TeachingRound(case_id="a")
        .answer("L1", "latency", Status.ABSENT)
        .mark("L1", "latency", MARK)
    )
    path = tmp_path / "new folder" / "a.teaching.json"
    write_round(r, path)
    assert read_round(path) == r == open_round(path, "a")
    assert [p.name for p in path.parent.iterdir()] == ["a.teaching.json"]
    with pytest.raises(InputError, match="case 'a'"):
        open_round(path, "b")
    assert open_round(None, "b") == open_round(tmp_path / "none", "b") == TeachingRound(case_id="b")


@pytest.mark.parametrize(
    ("text", "says"),
    [("{", "Expecting"), ("[]", "not a teaching round"),
     ('{"schema": "rnassess/teaching/2"}', "teaching/2"),
     ('{"schema": "rnassess/teaching/1", "case": "c", "rounds": []}', "incomplete"),
     ('{"schema": "rnassess/teaching/1", "case": "c", "rounds": [[{"type": "x"}]]}', "unknown"),
     ('{"schema": "rnassess/teaching/1", "case": "c", "rounds": [[{"type": "answer", "lesion": "L1",'
      ' "finding": "f", "status": "maybe", "note": "", "mark": null, "at": ""}]]}', "maybe")],
)  # fmt: skip
def test_broken_files_are_one_line(tmp_path, text, says):
    path = tmp_path / "x.teaching.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as error:
        read_round(path)
    assert "\n" not in str(error.value)


# --- scores -------------------------------------------------------------------------------------


def answered(assessment, **statuses):
    r = TeachingRound(case_id=assessment.prepared.case.id)
    for name, status in statuses.items():
        r = r.answer("L1", name, Status(status))
    return r


def test_points_by_hand(assessment):
    """One right, one wrong, one without an answer; what cannot be computed is not counted."""
    truth = {f.spec.id: f.status for f in assessment.lesion("L1").findings}
    right, wrong, missed = [n for n, s in truth.items() if s is not Status.NOT_ASSESSABLE][:3]
    unknown = next(n for n, s in truth.items() if s is Status.NOT_ASSESSABLE)
    other = next(s for s in Status if s is not truth[wrong] and s is not Status.NOT_ASSESSABLE)
    r = answered(assessment, **{right: truth[right].value, wrong: other.value, unknown: "present"})
    sheet = score_round(assessment, r.reveal("L1"))
    found = {i.finding: i for i in sheet.items}
    assert found[right].agreement is Agreement.AGREES
    assert found[wrong].agreement is Agreement.DIFFERS
    assert found[missed].agreement is Agreement.NOT_ANSWERED
    assert found[unknown].agreement is Agreement.NOT_COMPARED
    countable = sum(s is not Status.NOT_ASSESSABLE for s in truth.values())
    assert (sheet.point, sheet.points) == (1, countable)
    assert sheet.percent == pytest.approx(100 / countable)
    assert sheet.hidden == len(assessment.lesion("L2").findings)
    agreed = answered(assessment, **{unknown: "not_assessable"}).reveal("L1", unknown)
    assert score_round(assessment, agreed).point == 1


def test_the_script_outweighs_the_computed_answer(assessment):
    computed = finding(assessment, "cross_boundary").status
    other = Status.ABSENT if computed is Status.PRESENT else Status.PRESENT
    key = AnswerKey({("L1", "cross_boundary"): other})
    r = answered(assessment, cross_boundary=other.value).reveal("L1", "cross_boundary")
    (item,) = score_round(assessment, r, key).items
    assert (item.agreement, item.from_script, item.computed) == (Agreement.AGREES, True, computed)
    view = build_teaching(assessment, r, "L1", "cross_boundary", key)
    assert "was made to show" in view.item.comparison.scripted


def evidence_of(assessment):
    return next(f for f in assessment.lesion("L1").findings if f.evidence)


def test_distance_of_a_mark_in_mm(assessment):
    found = evidence_of(assessment)
    place = np.asarray(found.evidence[0].point_reference_lps_mm)
    at = EvidenceMark("t1", SequenceRole.T1C, tuple(place + np.array([3.0, 4.0, 0.0])))
    point, _ = mark_distances(assessment.prepared, at, found.evidence[:1])
    assert point == pytest.approx(5.0)
    assert mark_distances(assessment.prepared, at, ()) == (None, None)


def test_distance_to_the_evidence_voxels(necrosis):
    """Inside the mask 0; 30 mm beside its hull about 30 mm less the mask's own reach."""
    _, assessment = necrosis
    found = assessment.lesions[0].finding("cross_boundary")
    evidence = found.evidence[0]
    place = np.asarray(evidence.point_reference_lps_mm)
    inside = EvidenceMark(evidence.timepoint, evidence.role, tuple(place))
    assert mark_distances(assessment.prepared, inside, (evidence,)) == (pytest.approx(0.0), 0.0)
    points = evidence.mask.grid.index_to_lps(np.argwhere(evidence.mask.array))
    way = assessment.prepared.timepoint(evidence.timepoint).to_reference.transform
    mark = place + np.array([0.0, 0.0, 30.0])
    truth = np.linalg.norm(way.apply(points) - mark, axis=1).min()
    at = EvidenceMark(evidence.timepoint, evidence.role, tuple(mark))
    point, region = mark_distances(assessment.prepared, at, (evidence,))
    assert point == pytest.approx(30.0)
    assert region == pytest.approx(truth, abs=1e-3)


def test_sheet_as_csv_and_json(assessment):
    r = answered(assessment, cross_boundary="present", swi_foci="absent")
    r = r.write_note("L1", "swi_foci", "=1+1; a vein, “2 mm”").reveal("L1")
    sheet = score_round(assessment, r)
    rows = list(csv.reader(io.StringIO(sheet.to_csv())))
    assert len({len(row) for row in rows[:-1]}) == 1
    assert rows[-1] == ["Research use only. Not a medical device."]
    total = dict(zip(rows[0], rows[-2], strict=True))
    assert (total["points"], total["points_possible"]) == (str(sheet.point), str(sheet.points))
    by_item = {row[2]: dict(zip(rows[0], row, strict=True)) for row in rows[1:-2]}
    assert by_item["swi_foci"]["note"].startswith("'=")  # no formula in a spreadsheet
    document = json.loads(sheet.to_json())
    assert document["schema"] == "rnassess/teaching-score/1"
    assert document["points"] == sum(i["points"] for i in document["items"])
    item = next(i for i in document["items"] if i["item"] == "swi_foci")
    assert item["note"].startswith("=1+1")
    assert document["disclaimer"] == "Research use only. Not a medical device."


# --- what is shown ------------------------------------------------------------------------------


def test_nothing_computed_is_shown_before_its_reveal(assessment):
    secret = [f.sentence for f in assessment.lesion("L1").findings]
    for f in assessment.lesion("L1").findings:
        view = build_teaching(assessment, TeachingRound(), "L1", f.spec.id, title="RN", sees="ring")
        shown = repr(view)
        assert view.item.comparison is None
        assert not [s for s in secret if s in shown]
        assert "'ring'" not in shown
        assert not any(row.agreement or row.icon for row in view.rows)


def test_one_revealed_item_shows_only_itself(assessment):
    r = answered(assessment, cross_boundary="absent", swi_foci="absent")
    r = r.reveal("L1", "cross_boundary")
    view = build_teaching(assessment, r, "L1", "cross_boundary")
    comparison = view.item.comparison
    computed = finding(assessment, "cross_boundary")
    assert comparison.sentence == computed.sentence
    assert comparison.sources == computed.spec.references
    assert [row.finding for row in view.rows if row.agreement] == ["cross_boundary"]
    assert build_teaching(assessment, r, "L1", "swi_foci").item.comparison is None
    assert view.progress.startswith("2 of ")


def test_title_comes_with_the_last_lesion(assessment):
    r = TeachingRound().reveal("L1")
    assert build_teaching(assessment, r, "L1", title="RN", sees="ring").title == ""
    view = build_teaching(assessment, r.reveal("L2"), "L1", title="RN", sees="ring")
    assert (view.title, view.sees) == ("RN", "ring")
    assert "points" in view.score
