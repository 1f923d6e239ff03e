"""A case file that was cut: refused where RNAssess wrote it, told where it can be seen at all."""

from dataclasses import replace
from datetime import date

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind, InputError
from RNAssessLib.study import read_case, write_case_file
from RNAssessLib.study.case_file_end import END, close_text, doubt_of_end
from RNAssessLib.study.case_file_writer import write_events

from .test_case_file import CASE, folder  # noqa: F401

EVENT = ClinicalEvent(EventKind.KPS, date(2025, 9, 3), value=80.0)


@pytest.fixture
def own(folder):  # noqa: F811
    """A case file as RNAssess writes it."""
    path = folder / "case.toml"
    path.write_text(close_text(CASE.splitlines()))
    return path


def test_every_cut_of_our_own_file_is_refused(own):
    whole = own.read_text()
    ends = [n + 1 for n, letter in enumerate(whole[:-1]) if letter == "\n"]
    assert len(ends) > 20
    for end in ends:
        own.write_text(whole[:end])
        with pytest.raises(InputError) as refused:
            read_case(own)
        assert "\n" not in str(refused.value)
    assert "has lost its last line" in refused.value.reason
    own.write_text(whole)
    assert not [w for w in read_case(own).warnings if "cut" in w]


def test_lines_moved_behind_the_end_do_not_matter(own):
    with own.open("a") as file:
        file.write('[[event]]\nkind = "kps"\ndate = 2025-09-03\nvalue = 80\n')
    assert EVENT in read_case(own).events


def test_events_are_written_before_the_end(own):
    case = read_case(own)
    write_events(replace(case, events=(EVENT,)), own)
    assert own.read_text().splitlines()[-1] == END
    assert own.read_text().count(END) == 2  # promised and kept
    assert read_case(own).events == (EVENT,)


def test_events_are_not_written_into_a_cut_file(own):
    case = read_case(own)
    cut = own.read_text().rpartition(END)[0]
    own.write_text(cut)
    with pytest.raises(InputError, match="has lost its last line"):
        write_events(case, own)
    assert own.read_text() == cut


def test_what_we_write_is_closed(own):
    case = replace(read_case(own), courses=(), timepoints=())
    write_case_file(case, own.with_name("again.toml"))
    assert own.with_name("again.toml").read_text().splitlines()[-1] == END


@pytest.mark.parametrize(
    ("end", "told"),
    [('\n[[event]]\nkind = "kps"\ndate = 2025-09-03\nvalue = 8', "«value = 8», does not end"),
     ("\n[anatomy]\n", "«[anatomy]», is empty"), ("\n[[event]]  # later\n", "is empty"),
     ("\nvalue = 8\n", ""), ("\r\nvalue = 8\r\n", ""), (f"\nvalue = 8\n{END}", "")],
)  # fmt: skip
def test_a_file_written_by_hand(end, told):
    assert told in doubt_of_end(f'id = "c"{end}')
    assert bool(doubt_of_end(f'id = "c"{end}')) == bool(told)


def test_the_reader_is_told_of_a_value_that_may_be_shorter(folder):  # noqa: F811
    path = folder / "case.toml"
    path.write_text(CASE + '[[event]]\nkind = "kps"\ndate = 2025-09-03\nvalue = 80')
    assert any("«value = 80», does not end" in w for w in read_case(path).warnings)


def test_a_note_longer_than_any_report_is_refused(folder):  # noqa: F811
    path = folder / "case.toml"
    path.write_text(
        CASE + f'[[event]]\nkind = "symptom"\ndate = 2025-09-03\ntext = "{"x" * 20_000}"\n'
    )
    with pytest.raises(InputError, match="text = 'xxx") as refused:
        read_case(path)
    assert len(str(refused.value)) < 500
