"""What an extension of Slicer is asked for: catalogue entry, help, reader, pinned packages."""

import importlib.metadata
import json
import re
import struct
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ENTRY = ROOT / "Resources" / "ExtensionsIndex" / "RNAssess.json"
# properties of Slicer's schema 1.0.2 of a catalogue entry
KNOWN = {"$schema", "category", "scm_url", "scm_revision", "scm_type", "build_dependencies",
         "dicom_support_rule", "build_subdirectory", "enabled", "tier"}  # fmt: skip


def test_the_catalogue_entry_holds_what_the_schema_allows_and_what_cmake_says():
    entry = json.loads(ENTRY.read_text(encoding="utf-8"))
    assert {"$schema", "category", "scm_url"} <= set(entry) <= KNOWN
    assert entry["$schema"].endswith("slicer-extension-catalog-entry-schema-v1.0.2.json#")
    assert 1 <= entry["tier"] <= 5
    cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    assert f'EXTENSION_CATEGORY "{entry["category"]}"' in cmake
    assert f'EXTENSION_DEPENDS "{" ".join(entry["build_dependencies"])}"' in cmake
    homepage = re.search(r'EXTENSION_HOMEPAGE "([^"]*)"', cmake)[1]
    assert entry["scm_url"] == f"{homepage}.git"


def test_icon_and_screenshots_are_there():
    cmake = (ROOT / "CMakeLists.txt").read_text(encoding="utf-8")
    urls = re.findall(r"https://raw\S+?/main/(\S+?\.png)", cmake)
    assert len(urls) >= 2
    for path in urls:
        assert (ROOT / path).is_file(), path
    head = (ROOT / "Resources" / "RNAssess.png").read_bytes()[:24]
    assert struct.unpack(">II", head[16:24]) == (128, 128)


def test_help_has_a_page_for_every_item_and_pages_exist(module):
    from RNAssessWidgets.common import help_text

    from RNAssessLib.findings.registry import REGISTRY

    assert tuple(item.SPEC.id for item in REGISTRY) == help_text.ITEMS
    links = re.findall(r'href="[^"]*/Resources/Docs/([^"]*)"', help_text.build_help())
    assert len(links) == len(REGISTRY) + len(help_text.PAGES)
    for page in links:
        assert (ROOT / "Resources" / "Docs" / page).is_file(), page
    assert "Not a medical device" in help_text.build_help()
    assert "et al." in help_text.build_acknowledgement()


@pytest.mark.parametrize(("text", "is_case"), [
    ('id = "a"\n[[timepoint]]\nid = "t0"\n', True), ('[project]\nname = "x"\n', False),
    ("id = ", False)])  # fmt: skip
def test_a_case_file_dropped_on_slicer_is_opened(module, monkeypatch, tmp_path, text, is_case):
    import slicer

    path = tmp_path / "case.toml"
    path.write_text(text)
    reader = module.RNAssessFileReader(types.SimpleNamespace(loadedNodes=None))
    assert reader.extensions() == ["RNAssess case (*.toml)"]
    assert reader.canLoadFile(str(path)) == is_case
    opened = []
    monkeypatch.setattr(slicer.util, "selectModule", opened.append)
    widget = types.SimpleNamespace(openCase=lambda p: opened.append(p) is None)
    monkeypatch.setattr(slicer.util, "getModuleWidget", {"RNAssess": widget}.get)
    assert reader.load({"fileName": str(path)})
    assert opened == ["RNAssess", str(path)]


def test_packages_are_held_to_versions_that_the_tests_ran_with(module, monkeypatch):
    import slicer
    from packaging.requirements import Requirement
    from packaging.version import Version
    from RNAssessWidgets.common import packages

    lines = packages.CONSTRAINTS.read_text(encoding="utf-8").splitlines()
    pins = {r.name.lower(): r for r in map(Requirement, (t for t in lines if t[:1] != "#"))}
    for asked in map(Requirement, (*packages.DICOM.values(), *packages.ATLAS.values())):
        (pin,) = pins[asked.name.lower()].specifier
        assert pin.operator == "==" and pin.version in asked.specifier, asked
        assert Version(importlib.metadata.version(asked.name)) >= Version(pin.version), asked
    installed = []
    monkeypatch.setattr(slicer.util, "confirmOkCancelDisplay", lambda *_a, **_k: True)
    monkeypatch.setattr(slicer.util, "pip_install", installed.append)
    packages.ensure({"no_such_module_at_all": "no-such>=1"}, "The report")
    assert installed == [["no-such>=1", "--constraint", str(packages.CONSTRAINTS)]]


def test_every_control_has_a_tool_tip(widget):
    kinds = ("QAbstractButton", "QComboBox", "QAbstractSpinBox", "QLineEdit", "QAbstractSlider")
    without = [
        name
        for name, control in vars(widget.ui).items()
        if any(control.inherits(kind) for kind in kinds)
        and not name.startswith(("qt_", "Scroll"))  # Qt's own
        and not control.toolTip
    ]
    assert without == []
