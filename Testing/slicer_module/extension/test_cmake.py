"""What the CMake files install is what the module needs: evaluated, not just read.

Slicer's own CMake is not on a test machine, so the files are evaluated here: `set` and the file
lists of `install(DIRECTORY)` and `slicerMacroBuildScriptedModule` are carried out on the tree, and
the result is imported in a Python of its own.
"""

import fnmatch
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
NEEDED = {".py", ".toml", ".json", ".html", ".css", ".js", ".svg", ".po", ".typed"}


class CMakeFile:
    """Commands of one CMakeLists.txt with variables expanded."""

    def __init__(self, path: Path):
        text = re.sub(r"#[^\n]*", "", path.read_text(encoding="utf-8"))
        self.folder = path.parent
        self.variables = {"CMAKE_CURRENT_SOURCE_DIR": str(path.parent)}
        self.commands = []
        for name, body in re.findall(r"(\w+)\s*\(((?:[^()\"]|\"[^\"]*\")*)\)", text):
            words = [
                part for word in re.findall(r"\"[^\"]*\"|\S+", body) for part in self.expand(word)
            ]
            if name == "set":
                self.variables[words[0]] = ";".join(words[1:])
            self.commands.append((name, words))

    def expand(self, word):
        quoted = word.startswith('"')
        text = re.sub(r"\$\{(\w+)\}", lambda m: self.variables.get(m[1], m[0]), word.strip('"'))
        return [text] if quoted else [part for part in text.split(";") if part]

    def calls(self, name):
        return [words for command, words in self.commands if command == name]


def patterns(words):
    """(pattern, excluded) of FILES_MATCHING."""
    after = words[words.index("FILES_MATCHING") + 1 :]
    found = []
    for n, word in enumerate(after):
        if word == "PATTERN":
            excluded = n + 2 < len(after) and after[n + 2] == "EXCLUDE"
            found.append((after[n + 1], excluded))
    return found


def copied(folder: Path, rules):
    """Files that ``install(DIRECTORY folder FILES_MATCHING …)`` takes."""
    wanted = [p for p, excluded in rules if not excluded]
    unwanted = [p for p, excluded in rules if excluded]
    return {
        path
        for path in folder.rglob("*")
        if path.is_file()
        and any(fnmatch.fnmatch(path.name, p) for p in wanted)
        and not any(
            fnmatch.fnmatch(part, p) for part in path.relative_to(folder).parts for p in unwanted
        )
    }


def needed(folder: Path):
    """Every file of `folder` that is part of the program."""
    return {
        p
        for p in folder.rglob("*")
        if p.is_file() and p.suffix in NEEDED and "__pycache__" not in p.parts
    }


@pytest.fixture(scope="module")
def extension():
    return CMakeFile(ROOT / "CMakeLists.txt")


@pytest.fixture(scope="module")
def module():
    return CMakeFile(ROOT / "RNAssess" / "CMakeLists.txt")


def arguments(words, key, others):
    start = words.index(key) + 1
    stop = next((n for n in range(start, len(words)) if words[n] in others), len(words))
    return words[start:stop]


@pytest.fixture(scope="module")
def module_files(module):
    (call,) = module.calls("slicerMacroBuildScriptedModule")
    keys = {"NAME", "SCRIPTS", "RESOURCES", "WITH_GENERIC_TESTS"}
    return [name for key in ("SCRIPTS", "RESOURCES") for name in arguments(call, key, keys - {key})]


@pytest.fixture(scope="module")
def installed(tmp_path_factory, extension, module_files):
    """The folder of scripted modules as the package leaves it."""
    out = tmp_path_factory.mktemp("qt-scripted-modules")
    for name in module_files:
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / "RNAssess" / name, out / name)
    (call,) = extension.calls("install")
    source = Path(call[1])
    for path in copied(source, patterns(call)):
        target = out / source.name / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)
    return out


def test_metadata_of_the_extension(extension):
    values = extension.variables
    assert values["EXTENSION_DEPENDS"] == "SlicerRT"
    assert values["EXTENSION_CATEGORY"] == "Radiotherapy"
    for key in ("HOMEPAGE", "CONTRIBUTORS", "DESCRIPTION", "ICONURL", "SCREENSHOTURLS"):
        assert values[f"EXTENSION_{key}"], key
    assert "Not a medical device" in values["EXTENSION_DESCRIPTION"]
    icon = values["EXTENSION_ICONURL"].split("/main/")[1]
    assert (ROOT / icon).is_file()
    for url in values["EXTENSION_SCREENSHOTURLS"].split():
        assert (ROOT / url.split("/main/")[1]).is_file(), url
    order = [name for name, _words in extension.commands]
    assert order.index("project") < order.index("find_package") < order.index("add_subdirectory")
    assert extension.calls("include")[-2:] == [
        ["${Slicer_EXTENSION_GENERATE_CONFIG}"], ["${Slicer_EXTENSION_CPACK}"],
    ]  # fmt: skip


def test_library_is_installed_whole_beside_the_module(extension):
    (install,) = extension.calls("install")
    (build,) = extension.calls("file")
    for call, place in (
        (install, "${Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR}"),
        (build, "${CMAKE_BINARY_DIR}/${Slicer_QTSCRIPTEDMODULES_LIB_DIR}"),
    ):
        assert Path(call[1]) == ROOT / "RNAssessLib"
        assert call[call.index("DESTINATION") + 1] == place
        assert copied(ROOT / "RNAssessLib", patterns(call)) == needed(ROOT / "RNAssessLib")


def test_every_kind_of_file_in_the_library_is_known():
    """A new kind of data file must be added to the CMake patterns and to NEEDED."""
    kinds = {
        p.suffix
        for p in (ROOT / "RNAssessLib").rglob("*")
        if p.is_file() and "__pycache__" not in p.parts
    }
    assert kinds <= NEEDED


def test_module_lists_every_file_once(module_files):
    have = {
        p.relative_to(ROOT / "RNAssess").as_posix()
        for p in needed(ROOT / "RNAssess") | set((ROOT / "RNAssess" / "Resources").rglob("*.*"))
    }
    assert sorted(module_files) == sorted(have)


def test_installed_tree_imports_on_its_own(installed, tmp_path):
    """Every module of the library that needs no extra imports from the installed tree alone."""
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "import RNAssessLib, RNAssessLib.assessment, RNAssessLib.panel.reading.view_model\n"
        "import RNAssessLib.study, RNAssessLib.phantom\n"
        "from RNAssessLib.evidence import all_criteria\n"
        "assert all_criteria()\n"
        "from RNAssessLib.report.document.json_report import load_schema\n"
        "assert load_schema()\n"
        "print(RNAssessLib.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(installed)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert Path(done.stdout.strip()) == installed / "RNAssessLib" / "__init__.py"


SLICER_CONFIG = """
set(here ${CMAKE_CURRENT_LIST_DIR})
set(Slicer_USE_FILE ${here}/use.cmake)
set(Slicer_EXTENSION_GENERATE_CONFIG ${here}/nothing.cmake)
set(Slicer_EXTENSION_CPACK ${here}/nothing.cmake)
set(Slicer_QTSCRIPTEDMODULES_LIB_DIR lib/qt-scripted-modules)
set(Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR lib/qt-scripted-modules)
"""
USE_SLICER = """
macro(slicerMacroBuildScriptedModule)
  cmake_parse_arguments(MY "WITH_GENERIC_TESTS" "NAME" "SCRIPTS;RESOURCES" ${ARGN})
  if(MY_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "unknown: ${MY_UNPARSED_ARGUMENTS}")
  endif()
  foreach(name ${MY_SCRIPTS} ${MY_RESOURCES})
    get_filename_component(folder ${name} DIRECTORY)
    install(FILES ${name} DESTINATION ${Slicer_INSTALL_QTSCRIPTEDMODULES_LIB_DIR}/${folder})
  endforeach()
endmacro()
"""


def tree_of(folder: Path):
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


CMAKE = shutil.which("cmake", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.skipif(
    not (shutil.which("c++") and shutil.which("make")),
    reason="no compiler, which CMake's project() asks for; the same files are evaluated above",
)
def test_cmake_itself_installs_the_same_tree(installed, tmp_path):
    """Configure and install with CMake, Slicer's macros stood in for."""
    fake = tmp_path / "slicer"
    fake.mkdir()
    (fake / "SlicerConfig.cmake").write_text(SLICER_CONFIG)
    (fake / "use.cmake").write_text(USE_SLICER)
    (fake / "nothing.cmake").write_text("")
    build, out = tmp_path / "build", tmp_path / "out"
    for command in (
        [CMAKE, "-S", ROOT, "-B", build, f"-DSlicer_DIR={fake}"],
        [CMAKE, "--install", build, "--prefix", out],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    modules = Path("lib/qt-scripted-modules")
    assert tree_of(out / modules) == tree_of(installed)
    assert tree_of(build / modules / "RNAssessLib") == tree_of(installed / "RNAssessLib")


@pytest.mark.parametrize("layout", ["checkout", "installed"])
def test_module_finds_its_own_library(layout, installed, tmp_path):
    """The library of the same tree wins over one that pip installed."""
    folder = ROOT / "RNAssess" if layout == "checkout" else installed
    text = (folder / "RNAssess.py").read_text(encoding="utf-8")
    start, stop = text.index("_HERE = "), text.index("SAMPLES = ")
    code = f"import sys\nfrom pathlib import Path\n__file__ = sys.argv[1]\n{text[start:stop]}\n"
    code += "import RNAssessLib, RNAssessWidgets; print(RNAssessLib.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder / "RNAssess.py")],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    expected = ROOT if layout == "checkout" else installed
    assert Path(done.stdout.strip()) == expected / "RNAssessLib" / "__init__.py"


UI_FILES = sorted((ROOT / "RNAssess" / "Resources" / "UI").glob("*.ui"))
CONTROLS = {
    "QPushButton", "QComboBox", "QLineEdit", "QCheckBox", "QTreeWidget", "QTableWidget", "QToolButton",
    "QTextBrowser", "QPlainTextEdit", "QDateEdit", "QSpinBox", "QDoubleSpinBox", "QSlider",
}  # fmt: skip


def properties(widget):
    return {p.get("name"): p.findtext("string") for p in widget.findall("property")}


@pytest.mark.parametrize("path", UI_FILES, ids=lambda p: p.name)
def test_every_control_has_a_label_and_every_button_a_key(path):
    """A key of its own stands in the tool tip, in brackets, with Shift or without; else Alt with the underlined letter."""
    for widget in ElementTree.parse(path).iter("widget"):
        if widget.get("class") in CONTROLS:
            shown = properties(widget)
            assert shown.keys() & {"accessibleName", "toolTip"}, widget.get("name")
            if widget.get("class") in {"QPushButton", "QCheckBox", "QToolButton"}:
                keyed = re.search(r"\((Shift\+)?.{1,2}(, .+)?\)|\(\W\)", shown["toolTip"])
                assert "&" in shown["text"] or keyed, widget.get("name")


def test_keys_named_in_tool_tips_are_those_of_the_list():
    tips = " ".join(
        text or ""
        for path in UI_FILES
        for widget in ElementTree.parse(path).iter("widget")
        for name, text in properties(widget).items()
        if name == "toolTip"
    )
    code = (ROOT / "RNAssess" / "RNAssessWidgets" / "reading" / "flow.py").read_text(
        encoding="utf-8"
    )
    for key in "NPAIE6789KR?":
        assert f"({key})" in tips and f'"{key}"' in code, key
    for key in ("Ctrl+Z", "Ctrl+Y", "U", "Y", "C", "O", "[", "]"):
        assert key in tips and f'"{key}"' in code, key


@pytest.mark.parametrize("path", UI_FILES, ids=lambda p: p.name)
def test_no_letter_is_underlined_twice_on_a_page(path):
    def letters(widget, found):
        if widget.tag == "widget" and widget.get("class") == "QTabWidget":
            for page in widget.findall("widget"):
                letters_of(page)
            return
        text = properties(widget).get("text") if widget.tag == "widget" else None
        found += re.findall(r"&(\w)", (text or "").lower())
        for child in widget:
            letters(child, found)

    def letters_of(root):
        found = []
        for child in root:
            letters(child, found)
        assert len(found) == len(set(found)), (root.get("name"), found)

    letters_of(ElementTree.parse(path).getroot())
