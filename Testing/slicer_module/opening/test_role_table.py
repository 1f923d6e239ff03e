"""Roles of a DICOM folder in Slicer, corrected before anything is computed."""

import tomllib

import pytest
import pythonqt_shim
from panel_driver import click
from PySide6 import QtWidgets

from Testing.study.mr_makers import FLAIR, T1C, add


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "study"
    add(folder / "a", T1C, SeriesDescription="T1 native", number=1)
    add(folder / "b", T1C, number=2)
    add(folder / "c", FLAIR, number=3)
    return folder


@pytest.fixture
def roles(widget, folder, monkeypatch):
    """The table as the button *Open DICOM folder* shows it, and what was opened after it."""
    opening = widget.panel.opening
    paths = []
    monkeypatch.setattr(opening, "open_case", paths.append)
    monkeypatch.setattr(opening, "_prepare_python", lambda: True)
    monkeypatch.setattr(pythonqt_shim.FileDialog, "chosen", str(folder))
    click(widget, "openFolderButton")
    yield opening.roles, paths
    if hasattr(opening.roles, "window"):
        opening.roles.window.hide()


def shown(table):
    return [table.table.cellWidget(n, 2).currentText for n in range(table.table.rowCount)]


def choose(table, row, role):
    table.table.cellWidget(row, 2).setCurrentText(role)
    QtWidgets.QApplication.processEvents()


def test_a_role_is_corrected_and_the_table_kept(roles, folder):
    table, paths = roles
    assert shown(table) == ["T1", "T1c", "FLAIR"]
    assert "PLEASE CHECK" in table.table.item(0, 3).text()
    choose(table, 1, "not used")
    assert not table.startButton.enabled
    assert "no contrast-enhanced T1" in table.problems.text
    choose(table, 0, "T1c")
    assert shown(table) == ["T1c", "not used", "FLAIR"]
    table.startButton.click()
    case_file = folder.with_suffix(".case.toml")
    assert paths == [str(case_file)]
    sequences = tomllib.loads(case_file.read_text())["timepoint"][0]["sequences"]
    assert sequences == {"T1c": "study/a", "FLAIR": "study/c"}


def test_a_table_that_was_kept_is_opened(roles, widget, folder):
    table, paths = roles
    table.startButton.click()
    click(widget, "openFolderButton")
    assert paths == [str(folder.with_suffix(".case.toml"))] * 2
