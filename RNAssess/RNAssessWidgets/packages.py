"""Python packages that Slicer does not ship; installed only when the user says so."""

from __future__ import annotations

import importlib
import importlib.util

import slicer
from slicer.i18n import tr as _

ATLAS = {"nilearn": "nilearn>=0.11"}
REPORT = {
    "matplotlib": "matplotlib>=3.8",
    "jinja2": "jinja2>=3.1",
    "jsonschema": "jsonschema>=4.20",
}
PDF = REPORT | {"reportlab": "reportlab>=4.2"}
DICOM = PDF | {"highdicom": "highdicom>=0.26", "contourpy": "contourpy>=1.2"}
CORE = {"pydicom": "pydicom>=3.0", "SimpleITK": "SimpleITK>=2.3", "scipy": "scipy>=1.11"}


def missing(packages: dict[str, str]) -> list[str]:
    """Return the requirements whose module cannot be found."""
    return [text for name, text in packages.items() if importlib.util.find_spec(name) is None]


def ensure(packages: dict[str, str], purpose: str) -> bool:
    """Return whether all packages are there; the user is asked before anything is installed."""
    wanted = missing(packages)
    if not wanted:
        return True
    question = _("{purpose} needs {names}, which Slicer does not ship. Install now?")
    text = question.format(purpose=purpose, names=", ".join(wanted))
    if not slicer.util.confirmOkCancelDisplay(text, windowTitle=_("RNAssess")):
        return False
    slicer.util.pip_install(wanted)
    importlib.invalidate_caches()
    return not missing(packages)
