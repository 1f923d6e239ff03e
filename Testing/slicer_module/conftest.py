"""The Slicer module on real Qt widgets, offscreen, without Slicer."""

import ctypes
import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "panel"))

if sys.version_info < (3, 12):
    # Recent PySide6 wheels are built for interpreters in which None, True and False are immortal
    # (3.12 on): every call that returns one of them takes a reference too many, and Python 3.11
    # aborts in the end. Give these objects references to spare.
    for _constant in (None, True, False, NotImplemented, Ellipsis):
        ctypes.c_ssize_t.from_address(id(_constant)).value += 1 << 40
