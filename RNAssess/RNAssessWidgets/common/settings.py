"""What the user set for all cases, in Slicer's own settings file."""

from __future__ import annotations

from pathlib import Path

import qt
import slicer

KEEP_PREPARED = "RNAssess/KeepPrepared"  # 1 or 0: ctkBooleanMapper's valueAsInt
LESSON_FOLDER = "RNAssess/LessonFolder"
ISODOSE_OPACITY = "RNAssess/IsodoseOpacity"  # per cent
LAST_CASE = "RNAssess/LastCase"
ISODOSES = "RNAssess/Isodoses"  # those on last, by what they mean, one a line


def keeps_prepared() -> bool:
    """Whether an assessed case is kept beside its files, so that it opens in seconds again."""
    return slicer.util.settingsValue(KEEP_PREPARED, True, converter=slicer.util.toBool)


def lesson_folder() -> Path:
    """Folder that answers to the papers' cases are kept in."""
    return Path(slicer.util.settingsValue(LESSON_FOLDER, "", converter=str) or _usual_folder())


def _usual_folder() -> Path:
    return Path(slicer.app.slicerUserSettingsFilePath).parent / "RNAssess"


def isodose_opacity(otherwise: int) -> int:
    """Opacity of isodoses when a case is opened, in per cent."""
    return slicer.util.settingsValue(ISODOSE_OPACITY, otherwise, converter=int)


def shown_isodoses() -> tuple[str, ...]:
    """Isodoses that were on last; empty before the user chose any."""
    text = slicer.util.settingsValue(ISODOSES, "", converter=str)
    return tuple(text.splitlines())


def keep_isodoses(keys: tuple[str, ...]) -> None:
    """Remember which isodoses are on."""
    qt.QSettings().setValue(ISODOSES, "\n".join(keys))


def last_case() -> str:
    """Path of the case that was open last; empty when there was none."""
    return slicer.util.settingsValue(LAST_CASE, "", converter=str)


def keep_last_case(path: str) -> None:
    """Remember the case that is open."""
    qt.QSettings().setValue(LAST_CASE, path)
