"""Slicer's layout manager without Qt's widgets: real layout logic, slice logics and link logic.

What a real Slicer does and a bare scene does not: views are made when the layout is, each brings
its own size, and the slider of a view that is being made sends its first value later, when the
event loop turns (``qMRMLSliceControllerWidget``: ``valueChanged`` is a queued connection).
"""

import slicer
from PySide6 import QtCore
from vtkmodules.vtkCommonCore import vtkCollection
from vtkmodules.vtkRenderingAnnotation import vtkCornerAnnotation

VIEW_SIZES = ((300, 260), (301, 260), (298, 260))  # neighbours are not quite alike
SLIDER_MM = 1.0  # what a slider without an image is clamped to


class SliceView:
    """ctkVTKSliceView: its corner annotation is VTK's own."""

    def __init__(self, node):
        self._node = node
        self._corners = vtkCornerAnnotation()
        self.renders = 0

    def cornerAnnotation(self):
        return self._corners

    def scheduleRender(self):
        self.renders += 1

    @property
    def width(self):
        return self._node.GetDimensions()[0]

    @property
    def height(self):
        return self._node.GetDimensions()[1]


class SliceWidget:
    """qMRMLSliceWidget of one view."""

    def __init__(self, scene, node):
        self._view = SliceView(node)
        self._logic = slicer.vtkMRMLSliceLogic()
        self._logic.SetSliceNode(node)
        self._logic.SetMRMLScene(scene)

    def sliceLogic(self):
        return self._logic

    def sliceView(self):
        return self._view

    def mrmlSliceNode(self):
        return self._logic.GetSliceNode()

    def mrmlSliceCompositeNode(self):
        return self._logic.GetSliceCompositeNode()


class LayoutManager(QtCore.QObject):
    """qMRMLLayoutManager: makes the views that the layout node asks for."""

    layoutChanged = QtCore.Signal(int)  # noqa: N815 - Slicer's name

    def __init__(self, scene):
        super().__init__()
        self._scene = scene
        self.application = slicer.vtkMRMLApplicationLogic()
        self.application.SetMRMLScene(scene)
        self._logics = vtkCollection()
        self.application.SetSliceLogics(self._logics)
        self._layout = slicer.vtkMRMLLayoutLogic()
        self._layout.SetMRMLScene(scene)
        self._widgets = {}
        self._node = self._layout.GetLayoutNode()
        # methods, not functions made here: a scene that goes ends a batch, and the collector may
        # have emptied such a function by then
        self._tags = [
            (seen, seen.AddObserver(event, self._follow))
            for seen, event in ((self._node, "ModifiedEvent"), (scene, scene.EndBatchProcessEvent))
        ]
        self._arrangement = None

    def close(self):
        """Let go of the scene."""
        while self._tags:
            seen, tag = self._tags.pop()
            seen.RemoveObserver(tag)

    def _shown(self):
        nodes = self._layout.GetViewNodes()
        items = (nodes.GetItemAsObject(n) for n in range(nodes.GetNumberOfItems()))
        return [node for node in items if node.IsA("vtkMRMLSliceNode")]

    def _follow(self, *_):
        if not hasattr(self, "_node"):
            return  # being taken down
        arrangement = self._node.GetViewArrangement()
        if arrangement == self._arrangement or self._scene.IsBatchProcessing():
            return
        self._arrangement = arrangement
        for node in self._shown():
            if node.GetLayoutName() not in self._widgets:
                self._make(node)
        self.layoutChanged.emit(arrangement)

    def _make(self, node):
        widget = SliceWidget(self._scene, node)
        size = VIEW_SIZES[len(self._widgets) % len(VIEW_SIZES)]
        self._widgets[node.GetLayoutName()] = widget
        self._logics.AddItem(widget.sliceLogic())

        def later():
            if node.GetScene() is None:
                return
            logic = widget.sliceLogic()
            logic.ResizeSliceNode(*size)
            logic.StartSliceOffsetInteraction()
            logic.SetSliceOffset(SLIDER_MM)
            logic.EndSliceOffsetInteraction()

        QtCore.QTimer.singleShot(0, later)

    def sliceViewNames(self):
        return list(self._widgets)

    def sliceWidget(self, name):
        return self._widgets.get(name)

    def mrmlSliceLogics(self):
        return self._logics
