"""Case files by *Add Data* and by dragging them onto Slicer's window."""

from __future__ import annotations

import slicer
from slicer.i18n import tr as _


class RNAssessFileReader:
    """Reader of case files; Slicer finds it by its name (``<module>FileReader``)."""

    def __init__(self, parent: object) -> None:
        self.parent = parent

    def description(self) -> str:
        """What a file is called in the list of *Add Data*."""
        return _("RNAssess case")

    def fileType(self) -> str:
        """Machine name."""
        return "RNAssessCase"

    def extensions(self) -> list[str]:
        """Which names are offered to this reader."""
        return [_("RNAssess case") + " (*.toml)"]

    def canLoadFile(self, filePath: str) -> bool:
        """Whether a file holds a case: other programs write .toml, too."""
        import tomllib
        from pathlib import Path

        try:
            content = tomllib.loads(Path(filePath).read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return False
        return "id" in content and ("timepoint" in content or "course" in content)

    def load(self, properties: dict) -> bool:
        """Open the case in the module."""
        slicer.util.selectModule("RNAssess")
        opened = slicer.util.getModuleWidget("RNAssess").openCase(properties["fileName"])
        self.parent.loadedNodes = []
        return opened
