"""What CMake installs is what the tree holds."""

import re
from fnmatch import fnmatch
from pathlib import Path

ROOT = Path(__file__).parents[1]


def listed(text, variable):
    block = re.search(rf"set\({variable}(.*?)\)", text, re.S)
    assert block, variable
    return block.group(1).replace("${MODULE_NAME}", "RNAssess").split()


def test_module_files_are_listed():
    text = (ROOT / "RNAssess" / "CMakeLists.txt").read_text(encoding="utf-8")
    names = listed(text, "MODULE_PYTHON_SCRIPTS") + listed(text, "MODULE_PYTHON_RESOURCES")
    present = {
        p.relative_to(ROOT / "RNAssess").as_posix()
        for p in (ROOT / "RNAssess").rglob("*")
        if p.suffix in {".py", ".ui", ".png"}
    }
    assert set(names) == present


def test_library_files_match_the_installed_patterns():
    text = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    patterns = [p.strip('"') for p in listed(text, "RNASSESS_LIB_PATTERNS")]
    left_out = [
        p
        for p in (ROOT / "RNAssessLib").rglob("*")
        if p.is_file()
        and p.suffix != ".pyc"
        and not any(fnmatch(p.name, pattern) for pattern in patterns)
    ]
    assert left_out == []


def test_the_wheel_carries_the_same_files():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]["RNAssessLib"]
    for path in (ROOT / "RNAssessLib").rglob("*"):
        if path.is_file() and path.suffix not in {".py", ".pyc"}:
            assert any(path.match(pattern.replace("**/", "")) for pattern in patterns), path
