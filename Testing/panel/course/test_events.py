"""The event editor: what is taken, what is refused in one line, undone, saved and read again."""

from datetime import date

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind
from RNAssessLib.panel.course.events import (
    FORMS,
    EventError,
    add_event,
    build_event,
    change_event,
    event_entries,
    event_words,
    remove_event,
)
from RNAssessLib.panel.reading.view_model import build_panel
from RNAssessLib.panel.session.file import open_session, write_session
from RNAssessLib.panel.session.session import ReaderSession

K = EventKind
FULL = {
    K.BEVACIZUMAB: {"date": "2025-09-02", "dose_mg_per_kg": "5"},
    K.STEROID: {"date": "2025-09-02", "end": "2025-09-20", "drug": "prednisolone",
                "dose_mg_per_day": "50"},
    K.CHEMOTHERAPY: {"date": "2025-02-01", "end": "2025-05-01", "drug": "pemetrexed"},
    K.TARGETED: {"date": "2025-02-01", "drug": "osimertinib"},
    K.IMMUNOTHERAPY: {"date": "2025-02-01", "end": "2025-05-01", "drug": "pembrolizumab"},
    K.SURGERY: {"date": "2025-03-03", "text": "resection"},
    K.WBRT: {"date": "2024-03-03", "text": "30 Gy in 10 fractions"},
    K.KPS: {"date": "2025-03-03", "value": "70"},
    K.SYMPTOM: {"date": "2025-03-03", "end": "2025-04-03", "text": "headache"},
    K.HISTOLOGY: {"date": "2024-01-03", "text": "adenocarcinoma of the lung"},
    K.PATHOLOGY: {"date": "2025-06-03", "text": "radiation necrosis, no viable tumour"},
    K.AMINO_ACID_PET: {"date": "2025-06-03", "drug": "FET", "curve": "II", "target": "L1"},
    K.SPECTROSCOPY: {"date": "2025-06-03", "cho_cr": "1.14", "cho_naa": "1.08",
                     "lipid_lactate_cr": "3.69", "text": "seen", "target": "GTV1"},
    K.PERFUSION: {"date": "2025-06-03", "text": "not raised", "target": "L1"},
}  # fmt: skip


@pytest.mark.parametrize("kind", list(K))
def test_every_kind_has_a_form_that_gives_its_entries_back(kind):
    event = build_event(kind.value, FULL[kind])
    assert event.kind is kind
    assert {n: v for n, v in event_entries(event).items() if v} == FULL[kind]
    form = next(f for f in FORMS if f.kind is kind)
    assert event_words(event).startswith(form.name)
    assert set(FULL[kind]) <= {f.name for f in form.fields}


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("kps", {"value": "75"}, "KPS: 75 is not a multiple of 10"),
        ("kps", {"value": "110"}, "KPS: 110 cannot be the KPS: from 0 and up to 100 (Karnofsky scale)"),
        ("amino_acid_pet", {"curve": "IV"},
         "Amino-acid PET, as read: Uptake curve: 'IV' is none of I, II, III"),
        ("amino_acid_pet", {"curve": "", "drug": ""},
         "Amino-acid PET, as read: none of Tracer, Uptake curve is given"),
        ("spectroscopy", {"cho_cr": "400"},
         "Spectroscopy, as read: 400 cannot be the Cho/Cr"),
        ("perfusion", {"text": ""}, "Perfusion, as read: Blood volume is missing"),
        ("kps", {"value": ""}, "KPS: KPS is missing"),
        ("kps", {"value": "good"}, "KPS: 'good' is not a number"),
        ("bevacizumab", {"date": "2.9.2025"},
         "Bevacizumab: Day: '2.9.2025' is not a date as 2025-01-31: 2025-09-02 or 2025-02-09?"),
        ("bevacizumab", {"dose_mg_per_kg": "50"},
         "Bevacizumab: 50 mg/kg cannot be the dose of bevacizumab: above 0 and up to 30 mg/kg"),
        ("bevacizumab", {"dose_mg_per_kg": "nan"},
         "Bevacizumab: 'nan' is not a number"),
        ("steroid", {"drug": "budesonide"}, "Corticosteroid: Drug: 'budesonide' is none of dexa"),
        ("steroid", {"end": "2025-09-01"},
         "Corticosteroid: ends 2025-09-01, before its first day"),
        ("steroid", {"dose_mg_per_day": "-4"},
         "Corticosteroid: -4 mg/day cannot be the daily dose of prednisolone: from 0 and up to"),
        ("symptom", {"text": "  "}, "Symptom: In words is missing"),
        ("surgery", {"date": "2999-01-01"}, "Surgery: 2999-01-01 cannot be the day: from 1900-01-01 to"),
        ("massage", {}, "'massage' is no kind of event"),
    ],
)  # fmt: skip
def test_bad_entries_are_refused_in_one_line(kind, change, said):
    entries = {**FULL.get(K(kind), {}), **change} if kind in {k.value for k in K} else {}
    with pytest.raises(EventError) as refused:
        build_event(kind, entries)
    text = str(refused.value)
    assert text.startswith(said)
    assert "\n" not in text


def test_a_decimal_comma_and_a_stopped_steroid_are_taken():
    assert build_event("bevacizumab", {"date": "2025-09-02", "dose_mg_per_kg": "7,5"}
                       ).dose_mg_per_kg == 7.5  # fmt: skip
    stopped = build_event("steroid", {**FULL[K.STEROID], "dose_mg_per_day": "0"})
    assert stopped.dose_mg_per_day == 0.0


def test_dexamethasone_equivalent_is_told():
    words = event_words(build_event("steroid", FULL[K.STEROID]))
    assert words == (
        "Corticosteroid prednisolone 50 mg/day (like 7.5 mg/day dexamethasone) until 2025-09-20"
    )
    odd = ClinicalEvent(K.STEROID, date(2025, 1, 1), drug="budesonide", dose_mg_per_day=9.0)
    assert "equivalent not known" in event_words(odd)


class TestLists:
    first = build_event("kps", FULL[K.KPS])
    second = build_event("targeted", FULL[K.TARGETED])

    def test_stay_in_order_of_date_and_untouched(self):
        before = (self.first,)
        after = add_event(before, self.second)
        assert after == (self.second, self.first)
        assert before == (self.first,)
        assert remove_event(after, 0) == before
        later = build_event("targeted", {**FULL[K.TARGETED], "date": "2025-08-01"})
        assert change_event(after, 0, later) == (self.first, later)
        assert change_event(after, 0, self.second) == after

    def test_the_same_event_twice_is_refused(self):
        with pytest.raises(EventError, match="Targeted therapy of 2025-02-01 is there already"):
            add_event((self.second,), self.second)

    def test_an_event_that_is_not_there(self):
        for index in (-1, 1):
            with pytest.raises(EventError, match="there is no event"):
                remove_event((self.first,), index)


class TestSession:
    given = (build_event("kps", FULL[K.KPS]),)
    cycle = build_event("bevacizumab", FULL[K.BEVACIZUMAB])

    def edited(self):
        return ReaderSession(case_id="made").set_events((*self.given, self.cycle), self.given)

    def test_the_case_s_own_list_holds_until_it_is_edited(self):
        assert ReaderSession().events(self.given) == self.given
        assert self.edited().events(self.given) == (*self.given, self.cycle)
        assert ReaderSession().set_events(self.given, self.given).records == ()

    def test_undo_and_redo(self):
        session = self.edited().set_events((self.cycle,), self.given)
        assert session.undo().events(self.given) == (*self.given, self.cycle)
        assert session.undo().undo().events(self.given) == self.given
        assert session.undo().redo() == session

    def test_saved_and_taken_up_again(self, tmp_path):
        everything = tuple(
            sorted((build_event(k, v) for k, v in FULL.items()), key=lambda e: e.date)
        )
        session = self.edited().set_events(everything, self.given)
        write_session(session, tmp_path / "s.json")
        again = open_session(tmp_path / "s.json", "made")
        assert again == session
        assert again.events(self.given) == everything

    def test_a_case_file_changed_meanwhile_is_noticed(self):
        session = self.edited()
        assert not session.events_differ(self.given)
        assert not session.events_differ(session.events(self.given))  # written to the case file
        assert session.events_differ((self.cycle,))
        assert not ReaderSession().events_differ((self.cycle,))

    @pytest.mark.parametrize(
        "row",
        [
            '{"kind": "massage", "date": "2025-01-01"}',
            '{"kind": "kps", "date": "1 May"}',
            '{"date": "2025-01-01"}',
            '{"kind": "kps", "date": "2025-01-01", "mood": "good"}',
        ],
    )
    def test_a_broken_list_is_refused(self, row):
        text = (
            '{"schema": "rnassess/session/1", "case": "made", "records": '
            f'[{{"type": "events", "events": [{row}], "given": [], "at": ""}}]}}'
        )
        with pytest.raises(ValueError):
            ReaderSession.from_json(text)


def test_rows_can_be_edited(assessment):
    (row,) = build_panel(assessment).case.events
    assert (row.kind, row.date) == ("bevacizumab", "2025-09-02")
    assert build_event(row.kind, row.entries) == assessment.prepared.case.events[0]
