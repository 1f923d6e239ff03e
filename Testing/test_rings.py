"""No ring of imports anywhere: a file can be understood after those it imports."""

import pytest

from RNAssessLib.docs.structure import find_ring, read_imports


@pytest.mark.parametrize("tree", ["RNAssessLib", "RNAssess"])
def test_no_ring_of_imports(tree):
    graph = read_imports(tree)
    assert len(graph) > 20
    assert find_ring(graph) == ()


def write(folder, **files):
    (folder / "tree").mkdir()
    for name, text in files.items():
        (folder / "tree" / f"{name}.py").write_text(text)
    return find_ring(read_imports("tree", folder))


def test_imports_for_type_checking_count(tmp_path):
    ring = write(
        tmp_path,
        a="from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from .b import B\n",
        b="def f():\n    from tree.a import x\n",
    )
    assert set(ring) == {"tree.a", "tree.b"}


def test_a_ring_through_the_package_is_found(tmp_path):
    assert set(write(tmp_path, __init__="from .a import x\n", a="from . import y\n")) == {
        "tree", "tree.a",
    }  # fmt: skip


def test_a_line_is_no_ring(tmp_path):
    assert write(tmp_path, a="from . import b\n", b="import tree.c\n", c="") == ()
