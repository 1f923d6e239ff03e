"""Libraries are loaded beside Python, and VTK's importer finds what it found before."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest
import vtkmodules

from RNAssessLib.web.serving import libraries

LOADED = """
import sys
from RNAssessLib.web.serving.libraries import begin_loading
thread = begin_loading(("no_such_package", "vtkmodules"))
thread.join()
held = open("/proc/self/maps").read()
assert "libvtkRenderingCore" in held and "vtkRenderingCore.cpython" in held
assert not any(name.startswith("vtkmodules") for name in sys.modules), "nothing is imported"
from vtkmodules.vtkRenderingCore import vtkRenderer
print(vtkRenderer().GetClassName())
"""


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux is served")
def test_libraries_are_there_before_they_are_imported():
    done = run(LOADED)
    assert done.stdout.strip().endswith("OpenGLRenderer"), done.stderr


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux is served")
def test_a_program_that_ends_at_once_ends_well():
    done = run("from RNAssessLib.web.serving.libraries import begin_loading; begin_loading()")
    assert (done.returncode, done.stderr) == (0, "")


def test_elsewhere_the_import_loads(monkeypatch):
    monkeypatch.setattr(sys, "platform", "win32")
    assert libraries.begin_loading() is None


def test_the_same_files_are_found_with_one_listing():
    search = getattr(vtkmodules.find_lib_path, "searched", vtkmodules.find_lib_path)
    find = libraries._remembering(search)
    names = [name.rpartition(".")[2] for name in sys.modules if name.startswith("vtkmodules.vtk")]
    assert len(names) > 20
    for name in (*names, "vtkNoSuchModule"):
        assert find(vtkmodules.__path__, name) == search(vtkmodules.__path__, name)


def test_a_folder_that_changes_its_ways_is_searched_as_before(tmp_path):
    (tmp_path / "vtkOne-9.6.so").touch()
    find = libraries._remembering(lambda paths, module: f"searched {module}")
    assert find([str(tmp_path)], "vtkOne") == "searched vtkOne"


def test_taking_over_twice_is_taking_over_once(monkeypatch):
    monkeypatch.setattr(vtkmodules, "find_lib_path", lambda paths, module: None)
    libraries.list_folders_once()
    held = vtkmodules.find_lib_path
    libraries.list_folders_once()
    assert vtkmodules.find_lib_path is held
    monkeypatch.delattr(vtkmodules, "find_lib_path")
    libraries.list_folders_once()
    assert not hasattr(vtkmodules, "find_lib_path")


@pytest.mark.parametrize("how", ["shown", "failed"])
def test_garbage_is_collected_again_once_the_case_is_on_the_page(how, monkeypatch, tmp_path):
    from RNAssessLib import web
    from RNAssessLib.commands import view
    from RNAssessLib.commands.kept_case import OpenedCase
    from RNAssessLib.kept.place import KeptPlace

    case = tmp_path / "case.toml"
    case.write_text('id = "c"\n')
    place = KeptPlace(Path(f"{case}.prepared"), case)
    opened = OpenedCase("c", place, None, lambda: None, False, print)
    begun, seen = [], []
    monkeypatch.setattr(view, "open_kept", lambda *_: opened)
    monkeypatch.setattr(libraries, "begin_loading", lambda: begun.append(1))

    def serve(*_, **__):
        seen.append(gc.isenabled())
        if how == "failed":
            raise OSError("no port")

    monkeypatch.setattr(web, "serve", serve, raising=False)
    from RNAssessLib.cli import main

    assert main(["view", str(case), "--no-browser"]) == (0 if how == "shown" else 3)
    assert (begun, seen) == ([1], [False])
    assert gc.isenabled()
