"""Python packages that Slicer does not ship; installed on first use, when the user says so.

Versions are held to those that the tests ran with (``Resources/constraints.txt``).
"""

from __future__ import annotations

import importlib
import importlib.util
from pathlib import Path

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

CONSTRAINTS = Path(__file__).parents[2] / "Resources" / "constraints.txt"


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
    _install(wanted)
    importlib.invalidate_caches()
    return not missing(packages)


def _install(wanted: list[str]) -> None:
    """By Slicer's own installer with its progress and log, since 5.11; else by pip_install."""
    if importlib.util.find_spec("slicer.packaging") is not None:
        from slicer import packaging

        packaging.pip_install(wanted, constraints=CONSTRAINTS, requester="RNAssess")
    else:
        slicer.util.pip_install([*wanted, "--constraint", str(CONSTRAINTS)])
