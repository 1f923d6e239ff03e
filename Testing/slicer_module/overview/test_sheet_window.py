"""The table of all lesions in the Slicer panel: the rows of the panel's model, sorted, opened."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scene"))


class Button:
    visible = None

    def connect(self, _signal, act):
        self.click = act


class Chooser:
    index = 0

    def setCurrentIndex(self, index):
        self.index = index


@pytest.fixture(scope="module")
def many():
    from many import make_many

    return make_many(20)


@pytest.fixture
def sheet(many, opened):
    from RNAssessWidgets.overview.sheet_window import SheetWindow

    from RNAssessLib.panel.reading.view_model import build_panel
    from RNAssessLib.panel.session.session import ReaderSession

    reader = SimpleNamespace(
        assessment=many, session=ReaderSession(), panel=build_panel(many), lesion_id="L1"
    )
    ui = SimpleNamespace(
        allLesionsButton=Button(), lesionComboBox=Chooser(),
        disclaimerLabel=SimpleNamespace(text="Research use only. Not a medical device."),
    )  # fmt: skip
    window = SheetWindow(ui, SimpleNamespace(reader=reader, desk=None))
    window.ui = ui
    return window


def test_twenty_rows_that_are_the_models(sheet, many):
    from RNAssessLib.panel.overview.sheet import COLUMNS, build_sheet

    sheet.offer()
    assert sheet.ui.allLesionsButton.visible
    sheet.ui.allLesionsButton.click()
    assert sheet.table.rowCount == 20
    for r, row in enumerate(build_sheet(many)):
        told = [sheet.table.item(r, c).text() for c in range(len(COLUMNS))]
        assert told[0] == row.cells["lesion"]
        assert told[1] == row.cells["volume"]
        assert "cm³" in told[2]


def test_a_head_sorts_and_turns_round(sheet):
    from RNAssessLib.panel.overview.sheet import COLUMNS

    sheet.show()
    at = [column.key for column in COLUMNS].index("volume")
    sheet.sort(at)
    largest = [row.order["volume"] for row in sheet.rows]
    assert largest == sorted(largest, reverse=True)
    sheet.sort(at)
    assert [row.order["volume"] for row in sheet.rows] == largest[::-1]


def test_a_row_opens_its_lesion(sheet):
    sheet.show()
    sheet.sort(1)
    wanted = sheet.rows[4].id
    sheet.open_row(4)
    assert f"L{sheet.ui.lesionComboBox.index + 1}" == wanted


def test_a_lesson_shows_no_sheet(sheet):
    sheet._case.desk = object()
    sheet.offer()
    assert not sheet.ui.allLesionsButton.visible
    sheet.show()
    assert sheet.window is None
