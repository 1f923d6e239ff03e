"""qMRMLNodeComboBox without Slicer: lists the nodes of its types in the scene, none first."""

from PySide6 import QtCore, QtWidgets

from RNAssessLib.scene.observing import Observers


class qMRMLNodeComboBox(QtWidgets.QComboBox):  # noqa: N801 - Slicer's name
    """Follows the scene; as strict about its types as the real one."""

    currentNodeIDChanged = QtCore.Signal(str)  # noqa: N815

    def __init__(self):
        super().__init__()
        self._types, self._attributes, self._scene = [], {}, None
        self._none = self._add = self._remove = False
        self._observers = observers = Observers()
        self.destroyed.connect(lambda: observers.remove_all())  # Qt may go before the scene
        self.currentIndexChanged.connect(
            lambda _index: self.currentNodeIDChanged.emit(self._current())
        )

    nodeTypes = QtCore.Property(  # noqa: N815
        list, lambda self: self._types, lambda self, types: self._set("_types", list(types))
    )
    noneEnabled = QtCore.Property(  # noqa: N815
        bool, lambda self: self._none, lambda self, on: self._set("_none", on)
    )
    addEnabled = QtCore.Property(  # noqa: N815
        bool, lambda self: self._add, lambda self, on: self._set("_add", on)
    )
    removeEnabled = QtCore.Property(  # noqa: N815
        bool, lambda self: self._remove, lambda self, on: self._set("_remove", on)
    )
    currentNodeID = QtCore.Property(  # noqa: N815
        str, lambda self: self._current(), lambda self, node: self.setCurrentNodeID(node)
    )

    def _set(self, name, value):
        setattr(self, name, value)
        self._fill()

    def addAttribute(self, node_type, name, value=None):
        assert value is None
        self._attributes[node_type] = name
        self._fill()

    def setMRMLScene(self, scene):
        self._scene = scene
        for event in (scene.NodeAddedEvent, scene.NodeRemovedEvent):
            self._observers.set(event, scene, event, self._fill)
        self._fill()

    def _current(self):
        return self.currentData() or ""

    def setCurrentNodeID(self, node):
        self.setCurrentIndex(max(self.findData(node), 0))

    def _fill(self, *_):
        if self._scene is None:
            return
        held = self._current()
        self.blockSignals(True)
        self.clear()
        if self._none:
            self.addItem("None", "")
        for kind in self._types:
            nodes = (self._scene.GetNthNodeByClass(n, kind)
                     for n in range(self._scene.GetNumberOfNodesByClass(kind)))  # fmt: skip
            for node in nodes:
                wanted = self._attributes.get(kind)
                if wanted is None or node.GetAttribute(wanted) is not None:
                    self.addItem(node.GetName(), node.GetID())
        self.setCurrentNodeID(held)
        self.blockSignals(False)
