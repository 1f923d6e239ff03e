"""Real Qt widgets (PySide6, offscreen) behind PythonQt's manners, for testing without Slicer.

PythonQt, Slicer's Qt binding, differs from PySide6 in what product code writes: properties are
attributes (``label.text``, not ``label.text()``), ``name`` is the object name, signals connect by
their signature (``button.connect("clicked()", f)``), file dialogs return one string. `Wrapped`
gives PySide6 objects those manners and is strict: a property that does not exist cannot be set.

MRML is real (slicer-core); ``slicer.util`` is Slicer's own file from there. What only the
application has (``slicer.app``, the scripted-module base classes) is stood in for here.
"""

from __future__ import annotations

import inspect
import sys
import tempfile
import types
import unittest
from pathlib import Path

import settings_stand_in
from node_chooser import qMRMLNodeComboBox
from PySide6 import QtCore, QtGui, QtTest, QtUiTools, QtWidgets
from slicer_views import LayoutManager

from RNAssessLib.scene.observing import Observers

BINDINGS = (QtWidgets, QtGui, QtCore, QtUiTools, QtTest)
MODULE_FOLDER = Path(__file__).parents[2] / "RNAssess"


def wrap(value):
    if isinstance(value, QtCore.QObject):
        return Wrapped(value)
    if isinstance(value, (list, tuple)):
        return type(value)(wrap(v) for v in value)
    return value


def unwrap(value):
    return object.__getattribute__(value, "raw") if isinstance(value, Wrapped) else value


class SignalProxy:
    """``button.clicked.connect(f)``; PythonQt passes as many arguments as `f` takes."""

    def __init__(self, signal):
        self.signal = signal

    def connect(self, slot):
        count = _positional(slot)
        self.signal.connect(lambda *args: slot(*[wrap(a) for a in args[:count]]))

    def emit(self, *args):
        self.signal.emit(*[unwrap(a) for a in args])


def _positional(slot) -> int:
    kinds = [p.kind for p in inspect.signature(slot).parameters.values()]
    if inspect.Parameter.VAR_POSITIONAL in kinds:
        return 99
    return sum(k is inspect.Parameter.POSITIONAL_OR_KEYWORD for k in kinds)


class Wrapped:
    """A QObject with PythonQt's manners."""

    def __init__(self, raw):
        object.__setattr__(self, "raw", raw)

    def __eq__(self, other):
        return self.raw == unwrap(other)

    def __hash__(self):
        return hash(self.raw)

    def __bool__(self):
        return True

    def __getattr__(self, name):
        raw = self.raw
        if name == "name":
            return raw.objectName()
        if raw.metaObject().indexOfProperty(name) >= 0:
            return wrap(raw.property(name))
        value = getattr(raw, name)
        if isinstance(value, QtCore.SignalInstance):
            return SignalProxy(value)
        if callable(value):
            return lambda *args, **kw: wrap(
                value(*[unwrap(a) for a in args], **{k: unwrap(v) for k, v in kw.items()})
            )
        return value

    def __setattr__(self, name, value):
        name = "objectName" if name == "name" else name
        if self.raw.metaObject().indexOfProperty(name) < 0:
            raise AttributeError(f"{type(self.raw).__name__} has no property {name!r}")
        if not self.raw.setProperty(name, unwrap(value)):
            raise TypeError(f"{type(self.raw).__name__}.{name} does not take {value!r}")

    def connect(self, signature, slot):
        meta = self.raw.metaObject()
        plain = bytes(QtCore.QMetaObject.normalizedSignature(signature)).decode()
        if meta.indexOfSignal(plain) < 0:
            raise AttributeError(f"{type(self.raw).__name__} has no signal {signature}")
        name, _, types_ = signature.partition("(")
        signal = getattr(self.raw, name)
        wanted = len([t for t in types_.rstrip(")").split(",") if t])
        count = min(_positional(slot), wanted)
        signal.connect(lambda *args: slot(*[wrap(a) for a in args[:count]]))


class ClassProxy:
    """``qt.QLabel("x")`` and ``qt.QMessageBox.Ok``."""

    def __init__(self, cls):
        self.cls = cls

    def __call__(self, *args, **kw):
        return wrap(self.cls(*[unwrap(a) for a in args], **kw))

    def __getattr__(self, name):
        return getattr(self.cls, name)


class FileDialog:
    """PythonQt returns the chosen path alone; tests say what the user chooses."""

    chosen = ""

    @classmethod
    def getOpenFileName(cls, *_args):
        return cls.chosen

    @classmethod
    def getSaveFileName(cls, *_args):
        return cls.chosen

    @classmethod
    def getExistingDirectory(cls, *_args):
        return cls.chosen


class Settings:
    """QSettings of the application, forgotten after the test."""

    kept: dict = {}  # noqa: RUF012

    def value(self, key):
        return self.kept.get(key)

    def contains(self, key):
        return key in self.kept

    def setValue(self, key, value):
        self.kept[key] = value


class QtModule(types.ModuleType):
    """The module ``qt``."""

    def __getattr__(self, name):
        if name == "QFileDialog":
            return FileDialog
        if name == "QSettings":
            return Settings
        if name == "QUiLoader":
            return UiLoader
        if name == "SIGNAL":
            return lambda signature: f"2{signature}"
        for binding in BINDINGS:
            found = getattr(binding, name, None)
            if found is not None:
                is_object = isinstance(found, type) and issubclass(found, QtCore.QObject)
                return ClassProxy(found) if is_object else found
        raise AttributeError(f"qt has no {name}")


class ctkCollapsibleButton(QtWidgets.QWidget):  # noqa: N801 - CTK's name
    """Title button that shows or hides what is in it."""

    def __init__(self, parent=None):
        super().__init__(parent)
        self._text = ""
        self._collapsed = False
        self.setContentsMargins(4, 24, 4, 4)

    def _set_text(self, text):
        self._text = text
        self.update()

    def _set_collapsed(self, collapsed):
        self._collapsed = collapsed
        for child in self.findChildren(QtWidgets.QWidget, options=QtCore.Qt.FindDirectChildrenOnly):
            child.setVisible(not collapsed)
        self.setMaximumHeight(26 if collapsed else 16777215)

    text = QtCore.Property(str, lambda self: self._text, _set_text)
    collapsed = QtCore.Property(bool, lambda self: self._collapsed, _set_collapsed)

    def paintEvent(self, event):
        painter = QtGui.QPainter(self)
        painter.drawText(8, 17, ("▸ " if self._collapsed else "▾ ") + self._text)


class qMRMLWidget(QtWidgets.QWidget):  # noqa: N801 - Slicer's name
    """Widget that knows the scene."""

    entered = True
    isEntered = QtCore.Property(bool, lambda self: self.entered)  # noqa: N815

    def setMRMLScene(self, scene):
        self.scene = scene


class qMRMLPlotView(QtWidgets.QWidget):  # noqa: N801 - Slicer's name
    """Draws the series of the chart that its view node names.

    As in ``qMRMLPlotView.cxx``: while the widget is disabled nothing is taken from the nodes, also
    not later when it is enabled again, and a chart without a plot is painted black.
    """

    scene = node = None
    plotted: tuple = ()

    def __init__(self, parent=None):
        super().__init__(parent)
        self.observers = observers = Observers()
        self.destroyed.connect(lambda: observers.remove_all())  # Qt may go before the scene

    def setMRMLScene(self, scene):
        self.scene = scene
        self._take()

    def setMRMLPlotViewNode(self, node):
        if node is self.node:
            return
        self.observers.remove_all()
        self.node = node
        if node is not None:
            self.observers.set("node", node, "ModifiedEvent", self._take)
        self._take()

    def mrmlPlotViewNode(self):
        return self.node

    def _take(self, *_):
        if self.scene is None or self.node is None or not self.isEnabled():
            return
        chart = self.scene.GetNodeByID(self.node.GetPlotChartNodeID() or "")
        count = chart.GetNumberOfPlotSeriesNodes() if chart is not None else 0
        self.plotted = tuple(chart.GetNthPlotSeriesNode(n) for n in range(count))
        self.update()

    def series(self):
        return list(self.plotted)

    def paintEvent(self, event):
        painter = QtGui.QPainter(self)
        painter.fillRect(self.rect(), QtGui.QColor("white" if self.plotted else "black"))
        if not self.plotted:
            return
        area = QtCore.QRectF(self.rect()).adjusted(36, 10, -100, -26)
        painter.drawRect(area)
        styles = (
            QtCore.Qt.NoPen, QtCore.Qt.SolidLine, QtCore.Qt.DashLine, QtCore.Qt.DotLine,
            QtCore.Qt.DashDotLine, QtCore.Qt.DashDotDotLine,
        )  # fmt: skip
        tables = [s.GetTableNode().GetTable() for s in self.series()]
        top = max((t.GetValue(t.GetNumberOfRows() - 1, 0).ToDouble() for t in tables), default=1)
        for n, (series, table) in enumerate(zip(self.series(), tables, strict=True)):
            colour = QtGui.QColor.fromRgbF(*series.GetColor())
            painter.setPen(QtGui.QPen(colour, series.GetLineWidth(), styles[series.GetLineStyle()]))
            points = [
                QtCore.QPointF(
                    area.left() + area.width() * table.GetValue(r, 0).ToDouble() / top,
                    area.bottom() - area.height() * table.GetValue(r, 1).ToDouble() / 105,
                )
                for r in range(table.GetNumberOfRows())
            ]
            painter.drawPolyline(points)
            y = area.top() + 14 + 16 * n
            painter.drawLine(area.right() + 6, y - 4, area.right() + 30, y - 4)
            painter.setPen(QtGui.QColor("black"))
            painter.drawText(QtCore.QPointF(area.right() + 34, y), series.GetName())
        painter.drawText(QtCore.QPointF(area.center().x() - 20, self.height() - 6), "Dose (Gy)")


class UiLoader:
    """QUiLoader that knows Slicer's and CTK's widgets of the .ui file."""

    def load(self, file):
        loader = QtUiTools.QUiLoader()
        for cls in (ctkCollapsibleButton, qMRMLWidget):
            loader.registerCustomWidget(cls)
        return wrap(loader.load(unwrap(file)))


class Application:
    """What the module asks of ``slicer.app``."""

    applicationName = "Slicer"  # noqa: N815
    temporaryPath = property(lambda self: tempfile.gettempdir())  # noqa: N815

    def __init__(self, scene):
        self.startup = []
        self._settings = settings_stand_in.SettingsDialog()
        self._layout = LayoutManager(scene)
        self._home = tempfile.TemporaryDirectory(prefix="slicer-settings-")
        self.slicerUserSettingsFilePath = str(Path(self._home.name) / "Slicer.ini")

    def connect(self, signature, slot):
        assert signature == "startupCompleted()"
        self.startup.append(slot)

    def layoutManager(self):
        return wrap(self._layout)

    def commandOptions(self):
        return settings_stand_in.command_options()

    def settingsDialog(self):
        return self._settings

    def close(self):
        self._layout.close()
        self._home.cleanup()

    def applicationLogic(self):
        return self._layout.application

    def processEvents(self):
        QtWidgets.QApplication.processEvents()

    def focusWidget(self):
        return wrap(QtWidgets.QApplication.focusWidget())

    def topLevelWidgets(self):
        return []

    def testingEnabled(self):
        return False


class ScriptedLoadableModule:
    def __init__(self, parent):
        self.parent = parent
        self.moduleName = type(self).__name__

    def getDefaultModuleDocumentationLink(self, docPage=None):  # noqa: N803
        return ""


class ScriptedLoadableModuleWidget:
    def __init__(self, parent=None):
        self.parent = parent
        self.layout = parent.layout()

    def resourcePath(self, filename):
        return str(MODULE_FOLDER / "Resources" / filename)

    def setup(self):
        pass


class ScriptedLoadableModuleLogic:
    moduleName = "RNAssess"  # noqa: N815

    def getParameterNode(self):
        import slicer

        node = slicer.mrmlScene.GetSingletonNode(self.moduleName, "vtkMRMLScriptedModuleNode")
        if node is None:
            node = slicer.vtkMRMLScriptedModuleNode()
            node.SetSingletonTag(self.moduleName)
            node.SetAttribute("ModuleName", self.moduleName)
            node = slicer.mrmlScene.AddNode(node)
        return node


class ScriptedLoadableModuleTest(unittest.TestCase):
    def delayDisplay(self, message, msec=None):
        pass


def parameter_node_wrapper(cls):  # noqa: C901
    """Typed attributes over a vtkMRMLScriptedModuleNode, connected to check boxes."""
    fields = {name: vars(cls)[name] for name in cls.__annotations__}

    class Node:
        def __init__(self, node):
            self.__dict__["node"] = node
            for name, default in fields.items():
                if node.GetParameter(name) == "" and str(default):
                    node.SetParameter(name, str(default))

        def __getattr__(self, name):
            if name in fields:
                text = self.node.GetParameter(name)
                return text == "True" if isinstance(fields[name], bool) else text
            return getattr(self.node, name)

        def __setattr__(self, name, value):
            if type(value) is not type(fields[name]):
                raise TypeError(f"{name} takes {type(fields[name]).__name__}, not {value!r}")
            self.node.SetParameter(name, str(value))

        def connectGui(self, ui):
            boxes = {w.property("SlicerParameterName"): w for w in vars(ui).values()}
            boxes = {name: w for name, w in boxes.items() if name}

            def show(*_):
                for name, box in boxes.items():
                    if box.checked != getattr(self, name):
                        box.checked = getattr(self, name)

            show()
            for name, box in boxes.items():
                box.connect("toggled(bool)", lambda on, name=name: setattr(self, name, on))
            return self.node.AddObserver("ModifiedEvent", show)

        def disconnectGui(self, tag):
            self.node.RemoveObserver(tag)

    Node.__name__ = cls.__name__
    return Node


class SampleDataLogic:
    """Same arguments as Slicer's; sources need lists of the same length."""

    sources: dict = {}  # noqa: RUF012

    @staticmethod
    def registerCustomSampleDataCategory(category, title):
        pass

    @classmethod
    def registerCustomSampleDataSource(
        cls, category="Custom", sampleName=None, uris=None, fileNames=None, nodeNames=None,  # noqa: N803
        customDownloader=None, thumbnailFileName=None, loadFileTypes=None, loadFiles=None,  # noqa: N803
        loadFileProperties=None, checksums=None, loadFileType=None,  # noqa: N803
    ):  # fmt: skip
        assert len(uris) == len(fileNames)
        source = types.SimpleNamespace(sampleName=sampleName, customDownloader=customDownloader)
        cls.sources[category, sampleName] = (source, thumbnailFileName)


def _module(name, **members):
    module = types.ModuleType(name)
    vars(module).update(members)
    return module


def install(monkeypatch):
    """Put the stand-ins in place for one test; everything is taken back by `monkeypatch`."""
    import slicer
    import slicer.util

    from RNAssessLib.scene import new_scene

    Settings.kept.clear()
    application = QtWidgets.QApplication.instance() or QtWidgets.QApplication([])
    scene = new_scene()
    for name in ("vtkMRMLPlotViewNode", "vtkMRMLPlotChartNode", "vtkMRMLPlotSeriesNode"):
        if not scene.IsNodeClassRegistered(name):
            scene.RegisterNodeClass(getattr(slicer, name)())
    stand_ins = {
        "qt": QtModule("qt"),
        "ctk": _module(
            "ctk",
            ctkSettingsPanel=settings_stand_in.ctkSettingsPanel,
            ctkBooleanMapper=ClassProxy(settings_stand_in.ctkBooleanMapper),
            ctkDirectoryButton=ClassProxy(settings_stand_in.ctkDirectoryButton),
        ),
        "slicer.i18n": _module("i18n", tr=lambda text: text, translate=lambda _c, text: text),
        "slicer.parameterNodeWrapper": _module(
            "parameterNodeWrapper", parameterNodeWrapper=parameter_node_wrapper
        ),
        "slicer.ScriptedLoadableModule": _module(
            "ScriptedLoadableModule",
            **{
                c.__name__: c
                for c in (ScriptedLoadableModule, ScriptedLoadableModuleWidget,
                          ScriptedLoadableModuleLogic, ScriptedLoadableModuleTest)
            },
        ),
        "SampleData": _module("SampleData", SampleDataLogic=SampleDataLogic),
    }  # fmt: skip
    for name, module in stand_ins.items():
        monkeypatch.setitem(sys.modules, name, module)
    for name in [n for n in sys.modules if n.split(".")[0] in ("RNAssess", "RNAssessWidgets")]:
        monkeypatch.delitem(sys.modules, name)
    for name, value in {
        "app": Application(scene),
        "mrmlScene": scene,
        "util": slicer.util,
        "modules": types.SimpleNamespace(),
        "qMRMLNodeComboBox": ClassProxy(qMRMLNodeComboBox),
        "qMRMLPlotView": ClassProxy(qMRMLPlotView),
        "qMRMLWidget": ClassProxy(qMRMLWidget),
        "qSlicerFileDialog": types.SimpleNamespace(Read=0, Write=1),
    }.items():
        monkeypatch.setattr(slicer, name, value, raising=False)
    monkeypatch.syspath_prepend(str(MODULE_FOLDER))
    return application


def make_parent():
    """The widget in which Slicer shows a module."""
    parent = qMRMLWidget()
    QtWidgets.QVBoxLayout(parent)
    return wrap(parent)
