"""A MRML scene outside any application: what is needed to hold, write and read our nodes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import slicer
from vtkmodules.vtkCommonCore import vtkLogger, vtkOutputWindow, vtkStringOutputWindow

# Classes of Slicer's modules; the core registers its own. All of them exist in desktop Slicer.
MODULE_NODES = (
    "vtkMRMLSegmentationNode",
    "vtkMRMLSegmentationDisplayNode",
    "vtkMRMLSegmentationStorageNode",
    "vtkMRMLMarkupsFiducialNode",
    "vtkMRMLMarkupsDisplayNode",
    "vtkMRMLMarkupsFiducialDisplayNode",
    "vtkMRMLMarkupsFiducialStorageNode",
    "vtkMRMLMarkupsJsonStorageNode",
    "vtkMRMLTextNode",
    "vtkMRMLTextStorageNode",
    "vtkMRMLColorLegendDisplayNode",
    "vtkMRMLScriptedModuleNode",
    "vtkMRMLSubjectHierarchyNode",
)


def new_scene() -> slicer.vtkMRMLScene:
    """Return an empty scene that can hold and read a case (no views, no application)."""
    scene = slicer.vtkMRMLScene()
    ensure_node_classes(scene)
    slicer.vtkMRMLSliceNode.AddDefaultSliceOrientationPresets(scene, True)
    return scene


def ensure_node_classes(scene: slicer.vtkMRMLScene) -> None:
    """Teach `scene` those node classes of Slicer's modules that it does not know yet."""
    for name in MODULE_NODES:
        if not scene.IsNodeClassRegistered(name):
            scene.RegisterNodeClass(getattr(slicer, name)())


@contextmanager
def quiet_output() -> Iterator[vtkStringOutputWindow]:
    """Keep VTK's chatter (one line per archived file) off the terminal; yields where it went."""
    before = vtkOutputWindow.GetInstance()
    verbosity = vtkLogger.GetCurrentVerbosityCutoff()
    window = vtkStringOutputWindow()
    vtkOutputWindow.SetInstance(window)
    vtkLogger.SetStderrVerbosity(vtkLogger.VERBOSITY_OFF)
    try:
        yield window
    finally:
        vtkLogger.SetStderrVerbosity(verbosity)
        vtkOutputWindow.SetInstance(before)
