"""The Slicer module on real Qt widgets, offscreen, without Slicer."""

import ctypes
import importlib
import os
import sys
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "panel"))
sys.path.insert(0, str(Path(__file__).parents[1] / "scene"))

if sys.version_info < (3, 12):
    # Recent PySide6 wheels are built for interpreters in which None, True and False are immortal
    # (3.12 on): every call that returns one of them takes a reference too many, and Python 3.11
    # aborts in the end. Give these objects references to spare.
    for _constant in (None, True, False, NotImplemented, Ellipsis):
        ctypes.c_ssize_t.from_address(id(_constant)).value += 1 << 40

# after the platform is set
import pythonqt_shim
from made_assessment import make_assessment
from PySide6 import QtWidgets


@pytest.fixture
def module(monkeypatch):
    import slicer

    pythonqt_shim.install(monkeypatch)
    yield importlib.import_module("RNAssess")
    slicer.app.close()


@pytest.fixture
def errors(monkeypatch, module):
    import slicer

    said = []
    monkeypatch.setattr(slicer.util, "errorDisplay", lambda text, **_: said.append(text))
    return said


@pytest.fixture
def widget(module, errors):
    """The module's widget, shown, without a case."""
    parent = pythonqt_shim.make_parent()
    widget = module.RNAssessWidget(parent)
    widget.setup()
    widget.enter()
    parent.raw.resize(560, 1000)
    parent.raw.show()
    QtWidgets.QApplication.processEvents()
    yield widget
    widget.setParameterNode(None)
    widget.cleanup()
    parent.raw.hide()


@pytest.fixture(scope="module")
def assessment():
    return make_assessment()


@pytest.fixture(scope="module")
def measured():
    """Three studies whose sizes and items are really measured."""
    import assessments

    role = assessments.R
    roles = (role.T1C, role.FLAIR, role.ADC, role.DWI, role.T1)
    return assessments.make_assessment(3, roles=roles)


@pytest.fixture
def serial(widget, measured, monkeypatch, tmp_path):
    """The widget with these studies open."""
    return _open(widget, measured, monkeypatch, tmp_path)


@pytest.fixture
def opened(widget, assessment, monkeypatch, tmp_path):
    """The widget after a case was opened; decisions are saved beside its file."""
    return _open(widget, assessment, monkeypatch, tmp_path)


def _open(widget, assessment, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    case_id = assessment.prepared.case.id
    (tmp_path / "case.toml").write_text(f'id = "{case_id}"\n')
    import RNAssessLib.kept.store
    import RNAssessLib.study

    monkeypatch.setattr(
        RNAssessLib.study, "read_case", lambda path, progress: assessment.prepared.case
    )
    monkeypatch.setattr(
        RNAssessLib.kept.store,
        "assess_kept",
        lambda place, read, *_, **__: (read(None), assessment)[1],
    )
    assert widget.openCase("case.toml")
    QtWidgets.QApplication.processEvents()
    return widget
