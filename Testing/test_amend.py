"""An edit of the clinical events renews exactly what depends on them."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from RNAssessLib.amend import with_events
from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.finding import Status
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.phantom.prepared import build_prepared

K = EventKind


@pytest.fixture(scope="module")
def assessed():
    """LI21's course, which holds FLAIR at each of six visits, without its events."""
    from RNAssessLib.case import SequenceRole as R

    roles = [(R.T1C, R.FLAIR)] * 5 + [(R.T1C, R.FLAIR, R.DWI, R.ADC, R.SWI)]
    prepared = build_prepared("li21_bevacizumab", 1, roles=roles).prepared
    events = prepared.case.events
    prepared = replace(prepared, case=replace(prepared.case, events=()))
    return assess_prepared(prepared), events


def everything(assessment):
    """What readers see of a lesion, to compare."""
    return [
        (a.findings, a.clinical, a.li21, a.nomogram, assessment.response)
        for a in assessment.lesions
    ]


def test_it_is_the_same_as_assessing_again(assessed):
    without, events = assessed
    edited = with_events(without, events)
    prepared = without.prepared
    again = assess_prepared(replace(prepared, case=replace(prepared.case, events=events)))
    assert everything(edited) == everything(again)
    assert everything(edited) != everything(without)
    assert everything(with_events(edited, ())) == everything(without)
    assert with_events(edited, events) is edited


def test_caveats_warnings_and_response_follow(assessed):
    without, events = assessed
    lesion = with_events(without, events).lesions[0]
    assert "not evidence of necrosis" in " ".join(lesion.finding("course_pattern").caveats)
    assert "shrinks oedema" in " ".join(lesion.finding("oedema_ratio").caveats)
    assert lesion.clinical.quantity("half_steroid_days").value == 7.0
    assert lesion.li21.timepoint == "t2"
    assert lesion.nomogram.inputs.targeted_therapy is None  # no drug is recorded, none denied
    assert without.lesions[0].nomogram.inputs.targeted_therapy is None
    drug = ClinicalEvent(K.TARGETED, date(2024, 4, 1), drug="osimertinib")
    treated = with_events(without, (drug,)).lesions[0]
    assert "osimertinib" in treated.finding("clinical_modifiers").sentence
    assert treated.nomogram.inputs.targeted_therapy is True


def test_other_items_are_kept_as_they_are(assessed):
    without, _ = assessed
    kps = ClinicalEvent(K.KPS, date(2024, 6, 1), value=80.0)
    edited = with_events(without, (kps,))
    pairs = zip(without.lesions[0].findings, edited.lesions[0].findings, strict=True)
    assert [a.spec.id for a, b in pairs if a is not b] == ["clinical_modifiers"]


def test_items_declare_the_events_they_read(assessed):
    """An item that read an undeclared kind would not be renewed."""
    prepared, lesion = assessed[0].prepared, assessed[0].prepared.lesions[0]
    days = [t.date + timedelta(days=9) for t in prepared.timepoints[:-1]]
    texts = {"drug": "dexamethasone", "text": "radiation necrosis", "dose_mg_per_day": 8.0}
    before = {f.spec.id: f for f in assessed[0].lesions[0].findings}
    for item in REGISTRY:
        kinds = [k for k in K if k not in item.SPEC.events]
        events = tuple(ClinicalEvent(k, d, value=70.0, **texts) for k in kinds for d in days)
        given = replace(prepared, case=replace(prepared.case, events=events))
        if before[item.SPEC.id].status is not Status.NOT_ASSESSABLE and kinds:
            assert item.evaluate(given, lesion, Thresholds()) == before[item.SPEC.id]
    read = {k for item in REGISTRY for k in item.SPEC.events}
    assert read == set(K)
