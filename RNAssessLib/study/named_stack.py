"""Stacks that a case file names by folder, series and label; each folder is read once."""

from __future__ import annotations

from pathlib import Path

from RNAssessLib.case import Image, InputError, SequenceRole

from .sorting import Stack, build_stacks, read_folder
from .stack_reading import read_stack


class NamedStacks:
    """Stacks of the folders of one case file."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[Stack, ...]] = {}

    def read(self, folder: Path, series_uid: str, label: str | None, role: SequenceRole) -> Image:
        """Read the image of a role out of one series.

        Parameters
        ----------
        folder : Path
            Holds the series, in itself or in folders in it.
        series_uid : str
        label : str or None
            Needed only where the series holds several stacks.
        role : SequenceRole

        Raises
        ------
        InputError
            The folder holds no such series or stack, or several where none is named; what
            `read_stack` raises.
        """
        if folder not in self._known:
            self._known[folder] = build_stacks(read_folder(folder).slices)
        series = [s for s in self._known[folder] if s.series_uid == series_uid]
        if not series:
            raise InputError(folder, f"holds no images of the series {series_uid}")
        fitting = [s for s in series if label is None or s.label == label]
        if len(fitting) != 1:
            names = ", ".join(repr(s.label) for s in series)
            raise InputError(folder, f"the series {series_uid} holds {names}: name one as stack")
        return read_stack(fitting[0], role, folder)
