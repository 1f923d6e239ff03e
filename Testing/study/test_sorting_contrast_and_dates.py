"""Before or after contrast by agreement of evidence; visits and their days, never guessed."""

from datetime import date as Date

import pytest

from RNAssessLib.case import InputError
from RNAssessLib.cli import main
from RNAssessLib.study import propose_mapping
from RNAssessLib.study.sorting import read_dates

from .mr_makers import FLAIR, T1, T1C, add


def sort(folder, **options):
    return propose_mapping(folder, **options).sorted


def roles(folder):
    (timepoint,) = sort(folder).timepoints
    return {role.value: taken.stack.name for role, taken in timepoint.sequences.items()}


def why(folder, role):
    (timepoint,) = sort(folder).timepoints
    return next(t.why for r, t in timepoint.sequences.items() if r.value == role)


# --- contrast -------------------------------------------------------------------------------------


@pytest.mark.parametrize("agent", ["NO", "none", "N", "0", "Without", "No contrast", "nativ"])
def test_an_agent_that_is_none(tmp_path, agent):
    add(tmp_path / "a", T1, SeriesDescription="T1 a", ContrastBolusAgent=agent, number=1)
    add(tmp_path / "b", T1, SeriesDescription="T1 b", ContrastBolusAgent="Dotarem", number=2)
    assert roles(tmp_path) == {"T1c": "T1 b", "T1": "T1 a"}
    assert "(none)" in why(tmp_path, "T1")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("T1 MPRAGE pre", "T1 MPRAGE post"),
        ("t1_mprage_nativ", "t1_mprage_KM"),
        ("AX T1 W/O", "AX T1 +GD"),
        ("T1 sans inj", "T1 gado"),
        ("T1 -C", "T1 +C"),
        ("T1 C-", "T1 C+"),
        ("T1 unenhanced", "T1 enhanced"),
        ("T1 post op without contrast", "T1 post op with contrast"),
    ],
)
def test_words_go_before_a_copied_tag(tmp_path, before, after):
    add(tmp_path / "a", T1C, SeriesDescription=before, number=1)
    add(tmp_path / "b", T1C, SeriesDescription=after, number=2)
    assert roles(tmp_path) == {"T1c": after, "T1": before}
    assert "PLEASE CHECK" in why(tmp_path, "T1")  # the tag says otherwise


@pytest.mark.parametrize("hour", ["09", "23"])
def test_injection_time_goes_before_words(tmp_path, hour):
    # 23:55 to 00:10: past midnight
    start, late = (f"{hour}0500", f"{hour}2000") if hour == "09" else ("235500", "001000")
    early = "090000" if hour == "09" else "234500"
    add(tmp_path / "a", T1, AcquisitionTime=early, ContrastBolusStartTime=start, number=1,
        SeriesDescription="T1 a")  # fmt: skip
    add(tmp_path / "b", T1, AcquisitionTime=late, ContrastBolusStartTime=start, number=2,
        SeriesDescription="T1 b")  # fmt: skip
    assert roles(tmp_path) == {"T1c": "T1 b", "T1": "T1 a"}
    assert "15 min after injection" in why(tmp_path, "T1c")


def test_series_order_when_all_carry_the_tag(tmp_path):
    for number, folder in ((2, "x"), (7, "a")):  # the order of folders says nothing
        add(tmp_path / folder, T1C, SeriesDescription="T1 MPRAGE", number=number)
    (timepoint,) = sort(tmp_path).timepoints
    numbers = {r.value: t.stack.first.series_number for r, t in timepoint.sequences.items()}
    assert numbers == {"T1": 2, "T1c": 7}
    assert "first of several alike" in why(tmp_path, "T1")


def test_tag_alone_on_one_scan(tmp_path):
    add(tmp_path / "a", T1, SeriesDescription="T1 a", ContrastBolusAgent="Gadovist")
    assert roles(tmp_path) == {"T1c": "T1 a"}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        (
            {"ContrastBolusStartTime": "090000", "AcquisitionTime": "101500"},
            "75 min after injection",
        ),
        ({"AcquisitionTime": "101500"}, "70 min after the first contrast-enhanced series"),
        ({"SeriesDescription": "T1 MPRAGE +C delayed"}, "delayed by its description"),
    ],
)
def test_delayed_contrast(tmp_path, changes, reason):
    add(tmp_path / "a", T1C, AcquisitionTime="090500", number=1, ContrastBolusStartTime="090000")
    add(tmp_path / "b", T1C, **{"number": 9, "AcquisitionTime": "093000", **changes})
    found = why(tmp_path, "T1C_DELAYED")
    assert reason in found
    assert "5 min after injection" in why(tmp_path, "T1c")


def test_a_second_scan_five_minutes_later_is_not_delayed(tmp_path):
    add(tmp_path / "a", T1C, AcquisitionTime="090500", number=1)
    add(tmp_path / "b", T1C, AcquisitionTime="091200", number=2)
    assert set(roles(tmp_path)) == {"T1c"}


# --- dates ----------------------------------------------------------------------------------------

NO_DATE = {"StudyDate": None, "SeriesDate": None, "AcquisitionDate": None}


def test_no_dates_at_all(tmp_path, capsys):
    add(tmp_path / "a", T1C, **NO_DATE)
    assert main(["sort", str(tmp_path)]) == 3
    assert "--dates" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("day", ["19000101", "19700101"])
def test_placeholder_days_are_no_days(tmp_path, day):
    add(tmp_path / "a", T1C, StudyDate=day, SeriesDate=day, AcquisitionDate=day)
    assert "no usable date" in sort(tmp_path).problems[0]


@pytest.mark.parametrize("kind", ["toml uid", "csv uid", "csv folder"])
def test_dates_from_a_file(tmp_path, kind):
    study = tmp_path / "study"
    add(study / "t0", T1C, study="1.2.3.1")
    add(study / "t1", T1C, study="1.2.3.2", **NO_DATE)
    given = tmp_path / f"dates.{kind.split()[0]}"
    given.write_text(
        {"toml uid": '"1.2.3.2" = 2025-04-02\n', "csv uid": "study,date\n1.2.3.2,2025-04-02\n",
         "csv folder": "# moved\nt1,2025-04-02\n"}[kind]
    )  # fmt: skip
    found = sort(study, dates=read_dates(given, study))
    assert [(t.id, t.date) for t in found.timepoints] == [
        ("t0", Date(2025, 1, 8)), ("t1", Date(2025, 4, 2))
    ]  # fmt: skip
    assert found.timepoints[1].notes == ("date given by the user",)
    assert main(["sort", str(study), "--dates", str(given)]) == 0


@pytest.mark.parametrize(
    ("text", "reason"),
    [("t9,2025-01-01\n", "neither a UID nor a folder"), ("t0,yesterday\n", "no date"),
     ("t0\n", "a comma and a date")],
)  # fmt: skip
def test_bad_dates(tmp_path, text, reason):
    (tmp_path / "t0").mkdir()
    (tmp_path / "d.csv").write_text(text)
    with pytest.raises(InputError, match=reason):
        read_dates(tmp_path / "d.csv", tmp_path)
    with pytest.raises(InputError, match="no such file"):
        read_dates(tmp_path / "none.csv", tmp_path)


@pytest.mark.parametrize("changes", [{}, {"PatientIdentityRemoved": "YES", "StudyTime": "080000"}])
def test_studies_with_one_date_by_deidentification(tmp_path, changes):
    add(tmp_path / "a", T1C, study="1.2.3.1", **changes)
    later = {**changes, "StudyTime": "150000"} if changes else {}
    add(tmp_path / "b", T1C, study="1.2.3.2", **later)
    (problem,) = sort(tmp_path).problems
    assert "same date 2025-01-08" in problem
    assert "1.2.3.1" in problem
    assert "1.2.3.2" in problem


def test_two_studies_of_a_day_do_not_mix(tmp_path):
    add(tmp_path / "a", T1C, study="1.2.3.1", StudyTime="080000")
    add(tmp_path / "b", T1C, study="1.2.3.2", StudyTime="150000", SeriesDescription="T1 +C late")
    add(tmp_path / "c", FLAIR, study="1.2.3.2", StudyTime="150000")
    found = sort(tmp_path)
    assert roles(tmp_path) == {"T1c": "T1 +C late", "FLAIR": "FLAIR"}  # the fuller study
    assert "2 studies with a T1c" in found.timepoints[0].notes[0]
    assert "another study" in found.left_out[0].why
    case = propose_mapping(tmp_path).to_case()
    assert any("2 studies with a T1c" in warning for warning in case.warnings)


@pytest.mark.parametrize(("frame", "joins"), [("1.2.3.4", True), ("9.9", False)])
def test_flair_of_another_study_joins_in_the_same_frame_of_reference_only(tmp_path, frame, joins):
    add(tmp_path / "a", T1C, study="1.2.3.1")
    add(tmp_path / "b", FLAIR, study="1.2.3.2", FrameOfReferenceUID=frame)
    assert ("FLAIR" in roles(tmp_path)) is joins
    if joins:
        assert "of another study" in why(tmp_path, "FLAIR")


@pytest.mark.parametrize("by", ["SeriesDate", "StudyDate"])
def test_a_study_past_midnight_is_one_visit(tmp_path, by):
    add(tmp_path / "a", T1C, StudyDate="20250108")
    late = {"StudyDate": "20250109"} if by == "StudyDate" else {}
    add(tmp_path / "b", FLAIR, **late, SeriesDate="20250109", AcquisitionDate="20250109")
    (timepoint,) = sort(tmp_path).timepoints
    assert timepoint.date == Date(2025, 1, 8)
    assert len(timepoint.sequences) == 2
    assert bool(timepoint.notes) is (by == "StudyDate")


def test_one_study_uid_over_months_is_several_visits(tmp_path):
    add(tmp_path / "a", T1C)
    add(tmp_path / "b", T1C, StudyDate="20250408")
    found = sort(tmp_path)
    assert [str(t.date) for t in found.timepoints] == ["2025-01-08", "2025-04-08"]
    assert all("over several days" in t.notes[0] for t in found.timepoints)


def test_date_of_the_series_where_the_study_has_none(tmp_path):
    add(tmp_path / "a", T1C, StudyDate=None)
    (timepoint,) = sort(tmp_path).timepoints
    assert timepoint.notes == ("no StudyDate, date from SeriesDate",)


def test_a_visit_without_t1c_is_named(tmp_path):
    add(tmp_path / "a", T1C)
    add(tmp_path / "b", FLAIR, study="1.2.3.2", StudyDate="20250301")
    found = sort(tmp_path)
    assert len(found.timepoints) == 1
    assert "no T1c on 2025-03-01" in found.left_out[0].why


def test_a_follow_up_whose_t1c_is_broken_is_refused(tmp_path):
    add(tmp_path / "a", T1C)
    paths = add(tmp_path / "b", T1C, study="1.2.3.2", StudyDate="20250301")
    paths[2].unlink()
    (problem,) = sort(tmp_path).problems
    assert "2025-03-01" in problem
    assert "not evenly spaced" in problem
