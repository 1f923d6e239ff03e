"""Assessment to MRML nodes; every function takes the scene."""

from .archive import new_scene, open_mrb, register_nodes, save_mrb
from .build import SceneNodes, add_isodoses, build_scene
from .layout import serial_layout_xml, view_name

__all__ = [
    "SceneNodes",
    "add_isodoses",
    "build_scene",
    "new_scene",
    "open_mrb",
    "register_nodes",
    "save_mrb",
    "serial_layout_xml",
    "view_name",
]
