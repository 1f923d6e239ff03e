"""Real Qt widgets (PySide6, offscreen) standing in for Slicer's PythonQt, for tests only.

PythonQt shows Qt properties as attributes (`label.text = "x"`); PySide6 does so too for modules
that ask for `true_property`, so the module under test is loaded with that line in front.
"""

import importlib.util
import os
import sys
import types
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

MODULE = Path(__file__).parents[2] / "RNAssess"


class Calls:
    """Records what the product asked Slicer's dialogs to do."""

    def __init__(self):
        self.errors, self.confirmed = [], True


def install():
    """Put `qt`, `slicer` and its submodules in place; returns (application, calls)."""
    from PySide6 import QtCore, QtGui, QtWidgets

    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    qt = types.ModuleType("qt")
    for source in (QtCore, QtGui, QtWidgets):
        for name in dir(source):
            if name.startswith("Q"):
                setattr(qt, name, getattr(source, name))
    sys.modules["qt"] = qt
    calls = Calls()
    import slicer

    slicer.mrmlScene = _scene()
    slicer.app = types.SimpleNamespace(
        connect=lambda *_: None, processEvents=application.processEvents,
        layoutManager=lambda: None,
    )  # fmt: skip
    slicer.util = types.ModuleType("slicer.util")
    slicer.util.VTKObservationMixin = _Observations
    slicer.util.loadUI = _load_ui
    slicer.util.childWidgetVariables = _children
    slicer.util.errorDisplay = calls.errors.append
    slicer.util.confirmOkCancelDisplay = lambda *_a, **_k: calls.confirmed
    slicer.util.mainWindow = lambda: None
    slicer.util.getNodesByClass = lambda _name: []
    slicer.util.createProgressDialog = lambda **_k: types.SimpleNamespace(
        labelText="", value=0, wasCanceled=False, close=lambda: None
    )
    i18n = types.ModuleType("slicer.i18n")
    i18n.tr = lambda text: text
    i18n.translate = lambda _context, text: text
    wrapper = types.ModuleType("slicer.parameterNodeWrapper")
    wrapper.parameterNodeWrapper = _parameter_node
    loadable = types.ModuleType("slicer.ScriptedLoadableModule")
    loadable.ScriptedLoadableModule = _Module
    loadable.ScriptedLoadableModuleWidget = _Widget
    loadable.ScriptedLoadableModuleLogic = _Logic
    loadable.ScriptedLoadableModuleTest = object
    sys.modules |= {
        "slicer.util": slicer.util,
        "slicer.i18n": i18n,
        "slicer.parameterNodeWrapper": wrapper,
        "slicer.ScriptedLoadableModule": loadable,
    }
    return application, calls


def load(name, path):
    """Import a product file as PythonQt would see it."""
    source = path.read_text(encoding="utf-8")
    head, future, rest = source.partition("from __future__ import annotations\n")
    code = head + future + "from __feature__ import true_property\n" + rest
    spec = importlib.util.spec_from_loader(name, loader=None, origin=str(path))
    module = importlib.util.module_from_spec(spec)
    module.__file__ = str(path)
    sys.modules[name] = module
    exec(compile(code, str(path), "exec"), module.__dict__)
    return module


def load_product():
    """Load the module and the widgets beside it."""
    package = types.ModuleType("RNAssessWidgets")
    package.__path__ = [str(MODULE / "RNAssessWidgets")]
    sys.modules["RNAssessWidgets"] = package
    package.fill = load("RNAssessWidgets.fill", MODULE / "RNAssessWidgets" / "fill.py")
    package.scene_view = load(
        "RNAssessWidgets.scene_view", MODULE / "RNAssessWidgets" / "scene_view.py"
    )
    return load("RNAssess", MODULE / "RNAssess.py")


def _scene():
    from RNAssessLib.scene import new_scene

    return new_scene()


class _Observations:
    def __init__(self):
        pass

    def addObserver(self, *_):
        pass

    def removeObservers(self):
        pass


class _Module:
    def __init__(self, parent):
        self.parent = parent


class _Widget:
    def __init__(self, parent=None):
        from PySide6 import QtWidgets

        self.parent = parent or types.SimpleNamespace(isEntered=True)
        self.window = QtWidgets.QWidget()
        self.layout = QtWidgets.QVBoxLayout(self.window)

    def setup(self):
        pass

    def resourcePath(self, name):
        return str(MODULE / "Resources" / name)


class _Logic:
    def __init__(self):
        pass

    def getParameterNode(self):
        return None


def _parameter_node(cls):
    class Wrapped:
        def __init__(self, _node):
            for name in cls.__annotations__:
                setattr(self, name, getattr(cls, name))

    return Wrapped


def _load_ui(path):
    from PySide6 import QtUiTools, QtWidgets

    class qMRMLWidget(QtWidgets.QWidget):  # noqa: N801 - Slicer's name
        def setMRMLScene(self, scene):
            self.scene = scene

    loader = QtUiTools.QUiLoader()
    loader.registerCustomWidget(qMRMLWidget)
    widget = loader.load(path)
    assert widget is not None, loader.errorString()
    return widget


def _children(widget):
    from PySide6 import QtCore

    found = types.SimpleNamespace()
    for child in widget.findChildren(QtCore.QObject):
        name = child.objectName() if callable(child.objectName) else child.objectName
        if name and not name.startswith("qt_"):
            setattr(found, name, child)
    return found
