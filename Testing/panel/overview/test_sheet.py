"""The sheet of twenty metastases: figures, what they are sorted by, one key each."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scene"))

from RNAssessLib.case.numbers import format_number
from RNAssessLib.findings.finding import Favours, Status
from RNAssessLib.panel.checklist.answers import read_answers
from RNAssessLib.panel.checklist.signs import signs_of
from RNAssessLib.panel.overview.sheet import (
    COLUMNS,
    SheetOrder,
    build_sheet,
    lesion_responses,
    sort_sheet,
)
from RNAssessLib.panel.overview.spark import HEIGHT, WIDTH, draw_spark
from RNAssessLib.panel.reading.view_model import build_panel
from RNAssessLib.panel.session.session import ReaderSession


@pytest.fixture(scope="module")
def many():
    from many import make_many

    return make_many(20)


@pytest.fixture(scope="module")
def rows(many):
    return build_sheet(many)


def test_every_lesion_has_a_row_a_key_and_every_column(rows):
    assert [row.id for row in rows] == [f"L{n}" for n in range(1, 21)]
    assert len({row.key for row in rows}) == 20
    assert all(len(row.key) == 1 for row in rows)
    for row in rows:
        assert set(row.cells) == set(row.order) == {column.key for column in COLUMNS}


def test_keys_of_the_sheet_are_free(rows):
    from RNAssessLib.panel.words.keys import find_key

    own = {key for action in ("sheet", "escape", "help") for key in find_key(action).keys}
    assert not own & {row.key for row in rows}


def test_sizes_are_those_of_the_case_page(many, rows):
    for row, lesion in zip(rows, build_panel(many).lesions, strict=True):
        at = [head.startswith("T1c with core") for head in lesion.heads].index(True)
        assert row.cells["volume"] == lesion.serial[-1].cells[at]


def test_change_is_against_the_study_before(rows):
    from many import GROWTH

    for n, row in enumerate(rows):
        percent = 100 * (GROWTH[n % len(GROWTH)] - 1)
        assert row.order["change"] == pytest.approx(percent)
        word = format_number(abs(percent), "percent")
        assert row.cells["change"] == f"{'+' if percent >= 0 else '−'}{word} %"


def test_signs_are_those_of_the_checklist_and_not_added_up(many, rows):
    for row, assessed in zip(rows, many.lesions, strict=True):
        answers = read_answers(assessed, ReaderSession())
        for name, side in (("rn", Favours.RN), ("ttp", Favours.TTP)):
            found = signs_of(answers, side)
            assert (row.order[name] is None) == (not found)
            assert row.cells[name].startswith(found[0].bar if found else "none found")


def test_the_readers_answer_counts_before_the_computed(many):
    finding = many.lesions[1].findings[0]
    assert finding.status is Status.ABSENT
    session = ReaderSession().decide("L2", finding, Status.PRESENT, "seen on the coronal")
    row = build_sheet(many, session)[1]
    assert row.cells["rn"].startswith("✎")
    assert row.tips["rn"].endswith("(by the reader)")
    assert row.cells["decided"] == "1 of 3"


def test_response_is_told_study_by_study(many, rows):
    for row, assessed in zip(rows, many.lesions, strict=True):
        results = lesion_responses(many, assessed)
        assert len(row.cells["response"].split()) == len(results) == 2
    grown = next(row for n, row in enumerate(rows) if n % 5 == 4 and row.order["response"])
    assert grown.cells["response"].endswith("PD")


@pytest.mark.parametrize("column", [column.key for column in COLUMNS])
@pytest.mark.parametrize("down", [True, False])
def test_sorting(rows, column, down):
    ordered = sort_sheet(rows, column, down=down)
    values = [row.order[column] for row in ordered]
    known = [v for v in values if v is not None]
    assert known == sorted(known, reverse=down)
    assert values[: len(known)] == known  # what is not known stays last, either way
    assert {row.id for row in ordered} == {row.id for row in rows}


def test_sparks_stay_in_their_box_and_say_what_they_show(rows):
    for row in rows:
        for spark in (row.volume, row.dvh):
            assert spark.line
            assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in spark.line)
        assert row.volume.text.count("cm³") == 3
        assert row.volume.mark_x is not None


def test_a_spark_rises_with_its_values():
    heights = [y for _, y in draw_spark([0, 1, 2], [1.0, 2.0, 4.0], "").line]
    assert heights[0] > heights[1] > heights[2]
    assert heights[0] - heights[1] == pytest.approx((heights[1] - heights[2]) / 2, abs=0.2)


def test_one_study_only_has_no_course():
    from many import make_many

    (row,) = build_sheet(make_many(1, visits=1))
    assert (row.cells["response"], row.cells["change"]) == ("–", "–")
    assert row.order["response"] is None


def test_a_column_sorts_and_once_more_turns_round():
    order = SheetOrder()
    assert (order.column, order.down) == ("lesion", False)
    order.turn("volume")
    assert (order.column, order.down) == ("volume", True)  # the largest on top
    order.turn("volume")
    assert not order.down
    order.turn("no such column")
    assert (order.column, order.down) == ("volume", False)
    order.turn("lesion")
    assert not order.down
