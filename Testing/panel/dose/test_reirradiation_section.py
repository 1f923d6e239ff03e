"""What-if inputs and rows: what the reader types is what is added up."""

from dataclasses import replace
from datetime import date

import pytest

from RNAssessLib.case import Course, PreparedCourse, Target, Technique
from RNAssessLib.panel.dose.reirradiation_section import NEW, start_what_if


@pytest.fixture
def what_if(assessment):
    return start_what_if(assessment, "L1")


def with_history(assessment, *targets):
    """The case after whole-brain radiotherapy that is known from the history only."""
    wbrt = Course("wbrt", date(2020, 5, 4), Technique.WBRT, 10, targets)
    prepared = assessment.prepared
    courses = (*prepared.courses, PreparedCourse(wbrt, None, "no dose"))
    return replace(assessment, prepared=replace(prepared, courses=courses))


def nominal(view):
    return {row.label: row.cells for row in view.nominal}


def test_starts_from_the_case(what_if):
    earlier, new = what_if.courses
    assert (earlier.total_gy, earlier.fractions) == (new.total_gy, new.fractions)
    assert (new.course, new.alpha_beta_tumour_gy, new.alpha_beta_brain_gy) == (NEW, 10.0, 2.0)
    assert what_if.shapes[0].target in {t.name for t in what_if.lesion.targets}


def test_every_input_changes_the_sum(what_if):
    earlier = what_if.courses[0].fractionation()
    what_if.change(NEW, "total_gy", "30")
    what_if.change(NEW, "fractions", "5")
    bed = nominal(what_if.view())["BED, tumour"]
    assert bed[1] == "48.00"
    assert bed[-1] == f"{earlier.bed_tumour_gy + 48:.2f} Gy"
    what_if.change(NEW, "alpha_beta_tumour_gy", "3")
    assert nominal(what_if.view())["BED, tumour"][1] == "90.00"
    what_if.change(NEW, "alpha_beta_brain_gy", "3,0")
    assert nominal(what_if.view())["EQD2, brain"][1] == "54.00"  # 30 (1 + 6/3) / (1 + 2/3)


def test_tissue_grows_with_the_dose_and_limits_name_their_source(what_if):
    what_if.change(NEW, "total_gy", "1")
    little = what_if.compute()
    what_if.change(NEW, "total_gy", "20")
    much = what_if.compute()
    for a, b in zip(little.tissues, much.tissues, strict=True):
        assert a.name == b.name
        if a.name.endswith("_before"):
            assert a.value == b.value
        else:
            assert a.value < b.value
    rows = what_if.view().limits
    assert rows[0].cells[2].startswith("doi 10.3390/cancers4020379 (Sminia and Mayer 2012)")
    assert all("limit" in row.cells[1] and row.verdict for row in rows)


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [("total_gy", "x", "not a number"), ("total_gy", "0", "cannot be the dose"),
     ("total_gy", "", "a number is missing"), ("fractions", "2.5", "not a whole number"),
     ("fractions", "0", "number of fractions"), ("alpha_beta_brain_gy", "-1", "α/β"),
     ("fractions", "nan", "number"), ("fractions", "inf", "number"), ("no_such", "1", "no field")],
)  # fmt: skip
def test_what_cannot_be_is_said_and_changes_nothing(what_if, name, text, says):
    before = what_if.courses
    with pytest.raises(ValueError, match=says):
        what_if.change(NEW, name, text)
    assert what_if.courses == before


def test_history_without_dose_waits_for_its_dose(assessment):
    what_if = start_what_if(with_history(assessment), "L1")
    assert what_if.courses[0].course == "wbrt"
    assert "without a dose, not added: wbrt" in " ".join(what_if.view().notes)
    what_if.change("wbrt", "total_gy", "30")
    assert nominal(what_if.view())["BED, tumour"][0] == "39.00"  # 30 in 10
    what_if.change("wbrt", "at_target", "no")
    assert what_if.view().heads[0] != "wbrt"


def test_a_stated_history_is_taken(assessment):
    from RNAssessLib.case import StructureRole

    brain = Target("whole brain", StructureRole.PTV, 30.0)
    what_if = start_what_if(with_history(assessment, brain), "L1")
    assert nominal(what_if.view())["EQD2, brain"][0] == "37.50"


def test_a_course_to_another_place_does_not_count_at_the_target(assessment):
    """The dose in the middle of the lesion decides, where it is known."""
    lesion = assessment.prepared.lesion("L1")
    x, y, z = lesion.center_lps_mm
    away = replace(lesion, course_id=None, targets=(), center_lps_mm=(x + 200.0, y, z))
    near = replace(lesion, course_id=None, targets=())
    for one, counts in ((away, False), (near, True)):
        prepared = replace(assessment.prepared, lesions=(one,))
        what_if = start_what_if(replace(assessment, prepared=prepared), one.id)
        assert what_if.courses[0].at_target is counts
