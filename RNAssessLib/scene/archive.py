"""Scenes on disk: one ``.mrb`` that reopens whole."""

from __future__ import annotations

import json
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import slicer
import vtk

from RNAssessLib.case import InputError

from .build import DOCUMENT_NODE


def new_scene() -> Any:  # noqa: ANN401
    """Return an empty scene that knows segmentations and markups."""
    scene = slicer.vtkMRMLScene()
    # the application logic adds the selection node that the markups logic asks for
    application = slicer.vtkMRMLApplicationLogic()
    application.SetMRMLScene(scene)
    _KEEP.append((scene, application))
    register_nodes(scene)
    return scene


def register_nodes(scene: Any) -> None:  # noqa: ANN401
    """Register the node classes of Slicer's loadable modules that RNAssess uses."""
    for name in ("vtkSlicerSegmentationsModuleLogic", "vtkSlicerMarkupsLogic"):
        logic = getattr(slicer, name)()
        logic.SetMRMLScene(scene)
        _KEEP.append((scene, logic))


# logics observe their scene and must live as long as it does
_KEEP: list[tuple[Any, Any]] = []


def save_mrb(scene: Any, path: Path | str) -> None:  # noqa: ANN401
    """Write the scene with all its data into one archive.

    Raises
    ------
    InputError
        When the archive cannot be written.
    """
    path = Path(path).resolve()
    scene.SetRootDirectory(path.parent.as_posix())
    window = vtk.vtkOutputWindow.GetInstance()
    mode = window.GetDisplayMode()
    window.SetDisplayModeToNever()  # one line per zipped file would bury the real messages
    try:
        written = scene.WriteToMRB(path.as_posix())
    finally:
        window.SetDisplayMode(mode)
    if not written or not path.is_file():
        raise InputError(path, "the scene could not be written")


def open_mrb(scene: Any, path: Path | str) -> dict[str, Any]:  # noqa: ANN401
    """Open an archive into `scene` and return the RNAssess document it carries.

    Raises
    ------
    InputError
        Not an archive with a scene, or a scene without an RNAssess document.
    """
    path = Path(path)
    try:
        with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(path) as archive:
            archive.extractall(folder)
            description = next(Path(folder).rglob("*.mrml"))
            scene.SetURL(description.as_posix())
            if not scene.Import(None):
                raise InputError(path, "the scene inside cannot be read")
    except (OSError, zipfile.BadZipFile, StopIteration) as error:
        raise InputError(path, f"is not a scene archive ({type(error).__name__})") from None
    node = scene.GetFirstNodeByName(DOCUMENT_NODE)
    if node is None or not node.IsA("vtkMRMLTextNode"):
        raise InputError(path, "was not written by RNAssess")
    document: dict[str, Any] = json.loads(node.GetText())
    return document
