"""A folder dragged onto Slicer's window: taken when it holds a study, opened after the drop."""

import pytest
from PySide6 import QtCore, QtWidgets

DICOM = b"\0" * 128 + b"DICM" + b"\0" * 64


class Dialog:
    """What ``qSlicerScriptedFileDialog`` lets Python do."""

    def __init__(self, *paths):
        self.accepted = None
        self._mime = QtCore.QMimeData()
        if paths:
            self._mime.setUrls([QtCore.QUrl.fromLocalFile(str(p)) for p in paths])

    def mimeData(self):
        return self._mime

    def acceptMimeData(self, accept):
        self.accepted = accept


def target(module, *paths):
    dialog = Dialog(*paths)
    made = module.RNAssessFileDialog(dialog)
    made.isMimeDataAccepted()
    return made, dialog


@pytest.fixture
def study(tmp_path):
    series = tmp_path / "study" / "series 1"
    series.mkdir(parents=True)
    (series / "IM0001").write_bytes(DICOM)
    return tmp_path / "study"


def test_slicer_finds_the_class_and_reads_what_it_says(module, study):
    import slicer

    _made, dialog = target(module, study)
    assert dialog.fileType and dialog.description == "Open as a case in RNAssess"
    assert dialog.action == slicer.qSlicerFileDialog.Read
    assert dialog.accepted is True


def test_only_one_folder_with_a_study_is_taken(module, study, tmp_path):
    empty, notes = tmp_path / "empty", tmp_path / "notes"
    empty.mkdir()
    notes.mkdir()
    (notes / "readme.txt").write_text("nothing to read here" * 20)
    for paths in ((), (empty,), (notes,), (study, empty), (study / "series 1" / "IM0001",)):
        assert target(module, *paths)[1].accepted is False, paths
    (notes / "case.toml").write_text('id = "x"\n')
    assert target(module, notes)[1].accepted is True


def test_the_folder_is_opened_after_the_drop(module, study, monkeypatch):
    import types

    import slicer

    opened, selected = [], []
    widget = types.SimpleNamespace(openFolder=opened.append)
    monkeypatch.setattr(slicer.util, "selectModule", selected.append)
    monkeypatch.setattr(slicer.util, "getModuleWidget", lambda name: widget)
    made, _dialog = target(module, study)
    made.dropEvent()
    assert opened == []  # the program that it came from is not kept waiting
    QtWidgets.QApplication.processEvents()
    assert (selected, opened) == (["RNAssess"], [str(study)])
    made.dropEvent()  # dropped once, opened once
    QtWidgets.QApplication.processEvents()
    assert len(opened) == 1
    assert made.execDialog() is True


def test_a_dropped_case_file_is_opened_at_once(widget, assessment, monkeypatch, tmp_path):
    from Testing.slicer_module.conftest import _open

    opened = _open(widget, assessment, monkeypatch, tmp_path)
    paths = []
    monkeypatch.setattr(opened.panel.opening, "open_case", lambda path: paths.append(path) or True)
    opened.openFolder(str(tmp_path))
    assert paths == [str(tmp_path)]
