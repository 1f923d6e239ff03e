"""Files that are named like DICOM and are none: counted aloud, a folder's together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from RNAssessLib.case import counted


@dataclass(frozen=True)
class NotDicom:
    """Such files of one folder.

    Attributes
    ----------
    place : str
        The folder below the study's; empty for the study's own.
    files : int
    first : str
        Name of the first of them.
    """

    place: str
    files: int
    first: str

    @property
    def why(self) -> str:
        """Why they are not used.

        Examples
        --------
        >>> NotDicom("swi", 12, "IM001.dcm").why
        'no DICOM, though named so: the first one is IM001.dcm'
        """
        return f"no DICOM, though named so: the first one is {self.first}"

    @property
    def told(self) -> str:
        """One line.

        Examples
        --------
        >>> NotDicom("swi", 12, "IM001.dcm").told
        '12 files in swi that are no DICOM, though named so: the first one is IM001.dcm'
        """
        where = f" in {self.place}" if self.place else ""
        be = "is" if self.files == 1 else "are"
        return f"{counted(self.files, 'file')}{where} that {be} {self.why}"


def tell_not_dicom(paths: Sequence[Path], folder: Path) -> tuple[NotDicom, ...]:
    """Group such files by folder, in the order of their names."""
    groups: dict[Path, list[Path]] = defaultdict(list)
    for path in sorted(paths):
        groups[path.parent].append(path)
    return tuple(
        NotDicom(_below(place, folder), len(found), found[0].name)
        for place, found in groups.items()
    )


def _below(place: Path, folder: Path) -> str:
    inside = place.is_relative_to(folder)
    name = place.relative_to(folder).as_posix() if inside else place.name
    return "" if name == "." else name
