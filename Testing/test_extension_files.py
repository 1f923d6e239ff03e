"""What pip installs is what the tree holds (CMake: ``slicer_module/test_cmake.py``)."""

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_the_wheel_carries_the_same_files():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["RNAssessLib"]
    for path in (ROOT / "RNAssessLib").rglob("*"):
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            assert any(path.match(pattern.replace("**/", "")) for pattern in patterns), path
