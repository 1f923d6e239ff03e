"""The reader's decisions: immutable, undone in order, saved whole, never touching the findings."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from RNAssessLib.case import InputError
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.file import read_session, restore_session, write_session
from RNAssessLib.panel.session.session import DecisionKind, ReaderSession


def find(assessment, finding):
    return assessment.lesion("L1").finding(finding)


def test_decide_tells_the_kinds_apart(assessment):
    empty = ReaderSession()
    present = find(assessment, "cross_boundary")
    accepted = empty.decide("L1", present, Status.PRESENT)
    assert accepted.decisions[0].kind is DecisionKind.ACCEPTED
    overridden = empty.decide("L1", present, Status.ABSENT, " a vessel ")
    assert overridden.decisions[0].kind is DecisionKind.OVERRIDDEN
    assert overridden.decisions[0].reason == "a vessel"
    assert overridden.decisions[0].computed is Status.PRESENT
    by_hand = empty.decide("L1", find(assessment, "spectroscopy"), Status.PRESENT)
    assert by_hand.decisions[0].kind is DecisionKind.SET_BY_HAND
    assert empty.records == ()


@pytest.mark.parametrize("reason", ["", "  ", "\n"])
def test_override_without_reason_is_refused(assessment, reason):
    with pytest.raises(ValueError, match="needs a reason"):
        ReaderSession().decide("L1", find(assessment, "swi_foci"), Status.PRESENT, reason)


def test_lesions_are_apart():
    session = ReaderSession().accept("L1", "swi_foci", Status.ABSENT)
    assert session.decision("L2", "swi_foci") is None


def test_withdrawn_decision_is_gone_but_on_record():
    session = ReaderSession().accept("L1", "swi_foci", Status.ABSENT).withdraw("L1", "swi_foci")
    assert session.decision("L1", "swi_foci") is None
    assert len(session.records) == 2
    assert session.undo().decision("L1", "swi_foci").accepted
    assert session.withdraw("L1", "swi_foci") is session


def test_a_new_decision_forgets_what_was_undone():
    session = ReaderSession().accept("L1", "latency", Status.ABSENT).undo()
    assert session.can_redo
    assert not session.accept("L1", "shape_change", Status.ABSENT).can_redo


def test_thresholds_change_and_go_back():
    key = "swi_foci.multiple_count"
    session = ReaderSession().set_threshold(key, 5.0)
    assert session.thresholds()[key] == 5.0
    assert session.undo().thresholds()[key] == ReaderSession().thresholds()[key]
    assert session.set_threshold(key, None).changed_thresholds == {}
    with pytest.raises(KeyError, match="no threshold"):
        session.set_threshold("swi_foci.no_such", 1.0)
    for bad in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="not a number"):
            session.set_threshold(key, bad)


ACTIONS = st.lists(
    st.one_of(
        st.tuples(st.just("accept"), st.sampled_from(["L1", "L2"]), st.sampled_from(list(Status))),
        st.tuples(st.just("override"), st.sampled_from(["L1", "L2"]), st.text(min_size=1)),
        st.tuples(st.just("withdraw"), st.sampled_from(["L1", "L2"]), st.none()),
        st.tuples(st.just("threshold"), st.none(), st.floats(0.1, 50)),
    ),
    max_size=12,
)


def apply(session, action):
    kind, lesion, value = action
    if kind == "accept":
        return session.accept(lesion, "latency", value)
    if kind == "override":
        if not value.strip():
            return session
        return session.override(lesion, "latency", Status.ABSENT, value, Status.PRESENT)
    if kind == "withdraw":
        return session.withdraw(lesion, "latency")
    return session.set_threshold("bed.alpha_beta_tumour", value)


@given(ACTIONS)
def test_undo_all_then_redo_all_and_json_are_identities(actions):
    states = [ReaderSession(case_id="c")]
    for action in actions:
        after = apply(states[-1], action)
        if after is not states[-1]:
            states.append(after)
    session = states[-1]
    for before in reversed(states[:-1]):
        session = session.undo()
        assert session.records == before.records
    for after in states[1:]:
        session = session.redo()
        assert session.records == after.records
    assert ReaderSession.from_json(session.to_json()) == states[-1]


def test_file_round_trip(tmp_path, assessment):
    session = ReaderSession(case_id="made").decide(
        "L1", find(assessment, "swi_foci"), Status.PRESENT, "a focus on minIP: “3 mm”"
    )
    path = tmp_path / "session.json"
    write_session(session, path)
    assert read_session(path) == session
    assert [p.name for p in tmp_path.iterdir()] == ["session.json"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "Expecting"),
        ("[]", "not a reader session"),
        ('{"schema": "rnassess/session/9", "records": []}', "rnassess/session/9"),
        ('{"schema": "rnassess/session/1"}', "incomplete"),
        ('{"schema": "rnassess/session/1", "records": [{"type": "vote"}]}', "vote"),
        ('{"schema": "rnassess/session/1", "records": [{"type": "threshold", "key": "a.b"}]}',
         "incomplete"),
    ],
)  # fmt: skip
def test_broken_files_are_one_line(tmp_path, text, says):
    path = tmp_path / "session.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says) as error:
        read_session(path)
    assert "\n" not in str(error.value)
    assert str(path) in str(error.value)


def test_an_override_without_reason_is_refused_when_read(tmp_path):
    session = ReaderSession().override("L1", "latency", Status.ABSENT, "why")
    document = json.loads(session.to_json())
    document["records"][0]["reason"] = " "
    with pytest.raises(ValueError, match="no reason"):
        ReaderSession.from_json(json.dumps(document))


def test_decisions_stay_with_their_case():
    session = ReaderSession(case_id="a").accept("L1", "latency", Status.ABSENT)
    assert restore_session(session.to_json(), "a") == session
    assert restore_session(session.to_json(), "b") == ReaderSession(case_id="b")
    with pytest.raises(ValueError, match="belong to case a"):
        session.for_case("b")
