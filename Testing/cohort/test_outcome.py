"""The reference standard: from events, from follow-up by the stated rule, from the department."""

from dataclasses import replace
from datetime import date as Date

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind, InputError
from RNAssessLib.cohort.outcome import FOLLOW_UP_ITEMS, build_reference, read_pathology
from RNAssessLib.findings import spontaneous_regression
from RNAssessLib.findings.finding import Favours, Finding, Status, Strength

from ..scene.assessments import make_assessment

pandas = pytest.importorskip("pandas")

from RNAssessLib.cohort.frame import join_outcomes, read_frame  # noqa: E402

LATE = Date(2027, 1, 1)


@pytest.fixture(scope="module")
def given():
    return make_assessment(visits=2)


def reference(given, *events, finding=None):
    case = replace(given.prepared.case, events=events)
    lesion = given.lesions[0]
    if finding is not None:
        lesion = replace(lesion, findings=(*lesion.findings, finding))
    made = replace(given, prepared=replace(given.prepared, case=case), lesions=(lesion,))
    return build_reference(made, lesion)


def regression(status, favours, strength):
    return Finding(spontaneous_regression.SPEC, status, favours, strength, "made")


FALLEN = regression(Status.PRESENT, Favours.RN, Strength.STRONG)
LEVEL = regression(Status.PRESENT, Favours.RN, Strength.MODERATE)
GROWN = regression(Status.ABSENT, Favours.TTP, Strength.WEAK)
SURGERY = ClinicalEvent(EventKind.SURGERY, LATE)


def pathology(text, day=LATE):
    return ClinicalEvent(EventKind.PATHOLOGY, day, text=text)


class TestEvents:
    @pytest.mark.parametrize(("text", "word"), [
        ("radiation necrosis", "necrosis"), ("recurrent metastasis", "progression"),
        ("necrosis without viable tumour", "necrosis"), ("gliosis", None),
        ("no necrosis. recurrence", "progression"), ("viable tumor, radiation necrosis", "both"),
    ])  # fmt: skip
    def test_words(self, text, word):
        assert read_pathology(text) == word

    def test_pathology_rests_on_no_item(self, given):
        found = reference(given, pathology("radiation necrosis"))
        assert found == {"reference": "necrosis", "reference_basis": "pathology",
                         "reference_items": None}  # fmt: skip

    def test_a_result_from_before_the_treatment_is_about_something_else(self, given):
        assert reference(given, pathology("recurrence", Date(2020, 1, 1)))["reference"] is None

    def test_two_results_that_differ_are_both(self, given):
        found = reference(given, pathology("necrosis"), pathology("recurrence"))
        assert found["reference"] == "both"

    def test_pathology_wins_over_follow_up(self, given):
        found = reference(given, pathology("recurrence"), finding=FALLEN)
        assert (found["reference"], found["reference_basis"]) == ("progression", "pathology")


class TestFollowUp:
    def test_regression_untreated_is_necrosis_and_names_its_items(self, given):
        found = reference(given, finding=FALLEN)
        assert (found["reference"], found["reference_basis"]) == ("necrosis", "follow-up")
        assert found["reference_items"].split() == list(FOLLOW_UP_ITEMS)

    def test_stability_alone_is_undetermined(self, given):
        assert reference(given, finding=LEVEL)["reference"] is None

    def test_growth_counts_once_it_was_treated(self, given):
        assert reference(given, finding=GROWN)["reference"] is None
        assert reference(given, SURGERY, finding=GROWN)["reference"] == "progression"


def test_a_result_of_several_lesions_must_name_its_target(given):
    first = given.lesions[0]
    second = (
        replace(first, lesion=replace(first.lesion, id="L2", name="GTV2", treatments=()))
        if hasattr(first.lesion, "treatments")
        else replace(first, lesion=replace(first.lesion, id="L2", name="GTV2"))
    )
    for text, word in (("necrosis", None), (f"{first.lesion.name}: necrosis", "necrosis")):
        case = replace(given.prepared.case, events=(pathology(text),))
        made = replace(given, prepared=replace(given.prepared, case=case), lesions=(first, second))
        assert build_reference(made, first)["reference"] == word


TABLE = "case,lesion,latency,reference,reference_basis,reference_items\n"


@pytest.fixture
def frame(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text(TABLE + "a,L1,present,,,\na,L2,absent,necrosis,pathology,\nb,L1,,,,\n"
                    "Research use only. Not a medical device.\n")  # fmt: skip
    return read_frame(path)


def given_table(tmp_path, text):
    path = tmp_path / "outcome.csv"
    path.write_text(text)
    return path


class TestGivenTable:
    def test_it_wins_and_brings_more(self, frame, tmp_path):
        path = given_table(tmp_path, "case,lesion,outcome,basis,items,by,on,age_years,died\n"
                           "a,L2,progression,consensus,latency,Dr X,2026-01-01,93,yes\n"
                           "b,,necrosis,pathology,,,,50,no\n")  # fmt: skip
        told = join_outcomes(frame, path)
        assert told["reference"].tolist()[1:] == ["progression", "necrosis"]
        assert told["reference_items"].tolist()[1] == "latency"
        assert told["age_years"].tolist()[1:] == [90.0, 50.0]  # nobody is found by a great age
        assert "by" not in told and "Dr X" not in told.to_csv()
        assert frame["reference"].tolist()[1] == "necrosis"  # the frame itself is as it was

    def test_pathology_given_wipes_the_items_of_a_follow_up(self, frame, tmp_path):
        frame.loc[0, ["reference", "reference_basis", "reference_items"]] = (
            "necrosis", "follow-up", "latency")  # fmt: skip
        told = join_outcomes(frame, given_table(
            tmp_path, "case,lesion,outcome,basis\na,L1,progression,pathology\n"))  # fmt: skip
        assert told["reference_basis"][0] == "pathology" and told["reference_items"][0] is None

    @pytest.mark.parametrize(("text", "why"), [
        ("case,outcome,basis\nz,necrosis,pathology\n", "no 'z'"),
        ("case,outcome,basis\nb,tumour,pathology\n", "none of necrosis"),
        ("case,outcome\nb,necrosis\n", "needs its basis"),
        ("case,outcome,basis\nb,necrosis,consensus\n", "'items'"),
        ("case,outcome,basis,items\nb,necrosis,consensus,wisdom\n", "no item is called 'wisdom'"),
        ("case,name\nb,Smith\n", "'name' is not one that may be given"),
        ("case,latency\nb,present\n", "'latency' is not one that may be given"),
        ("case,died\nb,perhaps\n", "none of yes, no"),
        ("case,age_years\nb,old\n", "is no number"),
        ("case,died\nb,yes\nb,no\n", "second row"),
        ("lesion,died\nL1,yes\n", "no column 'case'"),
        ("case,died\nb\n", "line 2 has 1 cells"),
    ])  # fmt: skip
    def test_bad_tables_are_refused_in_one_line(self, frame, tmp_path, text, why):
        with pytest.raises(InputError, match=why) as error:
            join_outcomes(frame, given_table(tmp_path, text))
        assert "outcome.csv" in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize(("text", "why"), [
    ("", "no lesion"), ("case,lesion\n", "no lesion"), ("case,lesion,x\na,L1,1\n", "unknown column 'x'"),
    ("case,lesion,latency\na,L1,maybe\n", "none of present"), ("lesion\nL1\n", "no column 'case'"),
    ("case,lesion,bed_gy\na,L1,nan\n", "is no number"),
])  # fmt: skip
def test_bad_cohort_tables_are_refused(tmp_path, text, why):
    path = tmp_path / "cohort.csv"
    path.write_text(text)
    with pytest.raises(InputError, match=why):
        read_frame(path)
