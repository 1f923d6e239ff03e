"""Assessment → MRML scene, on Slicer's core without Qt; every function takes the scene."""

from .archive import open_mrb, save_mrb
from .build import build_scene, first_point
from .document import read_document, read_layout, read_session, update_session
from .host import new_scene
from .layout import Cell, SerialLayout, build_layout
from .nodes import EvidenceNode, IsodoseNode, SceneNodes

__all__ = [
    "Cell",
    "EvidenceNode",
    "IsodoseNode",
    "SceneNodes",
    "SerialLayout",
    "build_layout",
    "build_scene",
    "first_point",
    "new_scene",
    "open_mrb",
    "read_document",
    "read_layout",
    "read_session",
    "save_mrb",
    "update_session",
]
