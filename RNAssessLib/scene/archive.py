"""The scene as one file that desktop Slicer opens too."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import slicer

from RNAssessLib.case import InputError

from .host import ensure_node_classes, quiet_output


def save_mrb(scene: slicer.vtkMRMLScene, path: Path) -> None:
    """Write the whole scene as ``.mrb``: all of it or nothing.

    Raises
    ------
    InputError
        When it cannot be written.
    """
    path = Path(path).resolve()
    if not path.parent.is_dir():
        raise InputError(path, f"the folder {path.parent} does not exist")
    messages = slicer.vtkMRMLMessageCollection()
    with tempfile.TemporaryDirectory(prefix=".rnassess-mrb-", dir=path.parent) as folder:
        part = Path(folder) / path.name
        with quiet_output():
            written = scene.WriteToMRB(part.as_posix(), None, messages)
        if not written:
            raise InputError(path, f"not written: {messages.GetAllMessagesAsString()}")
        part.replace(path)


def open_mrb(path: Path, scene: slicer.vtkMRMLScene) -> None:
    """Read a ``.mrb`` into `scene`, on top of what it holds.

    Raises
    ------
    InputError
        When the file is not a scene archive or a node of it cannot be read.
    """
    path = Path(path)
    ensure_node_classes(scene)
    with tempfile.TemporaryDirectory(prefix="rnassess-mrb-") as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
        except (OSError, zipfile.BadZipFile) as error:
            raise InputError(path, f"not a scene archive: {error}") from None
        found = sorted(Path(folder).rglob("*.mrml"))
        if not found:
            raise InputError(path, "not a scene archive: it holds no .mrml file")
        scene.SetURL(found[0].as_posix())
        scene.SetRootDirectory(found[0].parent.as_posix())
        messages = slicer.vtkMRMLMessageCollection()
        if not scene.Import(messages):
            raise InputError(path, f"not read whole: {messages.GetAllMessagesAsString()}")
        scene.SetStorableNodesModifiedSinceRead()
