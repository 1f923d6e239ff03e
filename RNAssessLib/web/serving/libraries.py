"""VTK's and Slicer's libraries, loaded quickly: half of the time before a first picture.

Python loads a library while it holds its lock, one after the other. A thread that asks the
system for them needs no lock: on a second core they are there when Python comes to import them.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from importlib.util import find_spec
from pathlib import Path
from threading import Thread, main_thread

PACKAGES = ("vtkmodules", "slicer_core", "slicer_layer_dm", "SimpleITK")


def begin_loading(packages: Sequence[str] = PACKAGES) -> Thread | None:
    """Begin to load the libraries of packages; what cannot be loaded is left to the import.

    Parameters
    ----------
    packages : sequence of str
        Top-level ones; missing ones are passed over.

    Returns
    -------
    Thread or None
        None where the system has another way of loading (only Linux is served).
    """
    if not sys.platform.startswith("linux"):
        return None
    thread = Thread(target=_load, args=(tuple(packages),), name="rnassess-libraries")
    thread.start()
    return thread


def _load(packages: Sequence[str]) -> None:
    # a function of a CDLL is called without Python's lock, unlike ctypes.CDLL(file) itself
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    for file in _extensions(packages):
        if not main_thread().is_alive():  # the program ends
            return
        dlopen(os.fsencode(file), sys.getdlopenflags())


def _extensions(packages: Sequence[str]) -> Iterator[Path]:
    for name in packages:
        spec = find_spec(name)  # of a top-level package: nothing is imported
        for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
            yield from sorted(f for f in Path(folder).iterdir() if _is_extension(f.name))


def _is_extension(name: str) -> bool:
    return name.endswith(tuple(EXTENSION_SUFFIXES)) and not name.startswith("lib")


def list_folders_once() -> None:
    """Have VTK's importer list its folder once: it searches it anew for each of 150 modules.

    Does nothing where VTK has another importer.
    """
    import vtkmodules

    found = getattr(vtkmodules, "find_lib_path", None)
    if found is not None and not hasattr(found, "searched"):
        vtkmodules.find_lib_path = _remembering(found)


def _remembering(search: Callable[..., str | None]) -> Callable[..., str | None]:
    files: dict[str, dict[str, Path]] = {}

    def find(paths: Sequence[str], module: str) -> str | None:
        for folder in map(str, paths):
            if folder not in files:
                listed = (f for f in Path(folder).iterdir() if _is_extension(f.name))
                files[folder] = {f.name.partition(".")[0]: f for f in listed}
            held = files[folder].get(module)
            if held is not None:
                return str(held.resolve())
        return search(paths, module)

    find.searched = search  # type: ignore[attr-defined]
    return find
