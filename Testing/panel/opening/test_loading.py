"""A case comes before its reader: decisions taken up, assessed with them, shown, held; or nothing."""

import pytest
from made_assessment import make_assessment

from RNAssessLib.case import CancelledError, InputError
from RNAssessLib.panel.opening.loading import Opened, Source, load_case
from RNAssessLib.panel.reading.running import AtOnce
from RNAssessLib.panel.session.file import open_session, write_session
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.session.store import Store

KEY = "bed.alpha_beta_tumour"


@pytest.fixture(scope="module")
def assessment():
    return make_assessment()


@pytest.fixture
def kept(tmp_path, assessment):
    """File that holds a changed threshold."""
    path = tmp_path / "case.session.json"
    write_session(ReaderSession(case_id=assessment.prepared.case.id).set_threshold(KEY, 12.0), path)
    return path


def source(assessment, used=None, **more):
    def assess(thresholds, progress):
        progress(0.5, "assessing")
        if used is not None:
            used.append(thresholds[KEY])
        return assessment

    return Source(lambda progress: Opened(assessment.prepared.case.id, assess), **more)


def load(made, show=None, **more):
    shown, said = [], []
    show = show or (lambda loaded, progress: shown.append(loaded))
    load_case(AtOnce(), "Opening", made, show, said.append, program="a test", **more)
    return shown, said


def is_free(path, case_id):
    """Whether another keeper gets the file."""
    store, _ = Store.open(path, "another", case_id)
    refused = store.refusal()
    store.close()
    return not refused


def test_kept_decisions_are_taken_up_and_used(assessment, kept):
    used = []
    (loaded,), said = load(source(assessment, used, keep_in=kept))
    assert used == [12.0] and said == []
    assert loaded.assessment is assessment
    assert loaded.session.thresholds()[KEY] == 12.0
    assert loaded.store.path == kept
    loaded.store.close()


def test_without_a_file_nothing_is_kept(assessment):
    (loaded,), _ = load(source(assessment))
    assert loaded.store.path is None and loaded.session.records == ()
    assert loaded.session.case_id == assessment.prepared.case.id


def test_newer_decisions_kept_elsewhere_hold(assessment, kept):
    held = open_session(kept, assessment.prepared.case.id)
    saved = held.set_threshold(KEY, 9.0).to_json()
    used = []
    (loaded,), _ = load(source(assessment, used, keep_in=kept, saved=saved))
    assert used == [9.0]
    loaded.store.close()


@pytest.mark.parametrize("error", [InputError("t1c.nii.gz", "is cut"), CancelledError()])
def test_what_fails_is_said_and_lets_the_file_go(assessment, kept, error):
    def fail(_thresholds, _progress):
        raise error

    case_id = assessment.prepared.case.id
    made = Source(lambda progress: Opened(case_id, fail), keep_in=kept)
    shown, said = load(made)
    assert shown == [] and len(said) == 1
    assert said[0] in ("t1c.nii.gz: is cut", "Opening: cancelled")
    assert is_free(kept, case_id)


def test_cancelled_while_it_is_shown_lets_the_file_go(assessment, kept):
    def show(_loaded, _progress):
        raise CancelledError

    _, said = load(source(assessment, keep_in=kept), show)
    assert said == ["Opening: cancelled"]
    assert is_free(kept, assessment.prepared.case.id)


def test_the_file_of_the_open_case_stays_held(assessment, kept):
    (first,), _ = load(source(assessment, keep_in=kept))

    def show(_loaded, _progress):
        raise CancelledError

    load(source(assessment, keep_in=kept), show, held=first.store)
    assert first.store.refusal() == ""
    (again,), _ = load(source(assessment, keep_in=kept), held=first.store)
    assert again.store is first.store
    again.store.close()


def test_decisions_of_another_case_are_refused(assessment, kept):
    write_session(ReaderSession(case_id="someone else"), kept)
    shown, (said,) = load(source(assessment, keep_in=kept))
    assert shown == [] and "someone else" in said
