"""What a user set for all cases, in a file of the user's own configuration folder.

Slicer keeps the same words in its own settings. Nothing of a patient is in it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from RNAssessLib.storage import write_kept

FILE = "preferences.json"
ELSEWHERE = "RNASSESS_PREFERENCES"  # another file; set and empty: nothing is kept


def user_file(
    environment: Mapping[str, str] | None = None, platform: str = sys.platform
) -> Path | None:
    """Return the user's file, None where nothing is kept.

    Windows: ``%APPDATA%``; macOS: ``~/Library/Application Support``; else ``$XDG_CONFIG_HOME`` or
    ``~/.config`` (XDG Base Directory Specification).

    Examples
    --------
    >>> user_file({"XDG_CONFIG_HOME": "/x"}, "linux").as_posix()
    '/x/rnassess/preferences.json'
    >>> user_file({"RNASSESS_PREFERENCES": ""}) is None
    True
    """
    known = os.environ if environment is None else environment
    if ELSEWHERE in known:
        return Path(known[ELSEWHERE]) if known[ELSEWHERE] else None
    home = Path(known.get("HOME") or known.get("USERPROFILE") or "~").expanduser()
    if platform == "win32":
        folder = Path(known.get("APPDATA") or home / "AppData" / "Roaming")
    elif platform == "darwin":
        folder = home / "Library" / "Application Support"
    else:
        folder = Path(known.get("XDG_CONFIG_HOME") or home / ".config")
    return folder / "rnassess" / FILE


class Preferences:
    """The user's settings; a file that cannot be read or written is as if there were none.

    Parameters
    ----------
    path : Path or None
        None keeps nothing.
    """

    def __init__(self, path: Path | None) -> None:
        self._path = path

    def get(self, name: str) -> object:
        """Return a setting, None where there is none."""
        return self._read().get(name)

    def put(self, name: str, value: object) -> None:
        """Keep a setting; the others in the file stay."""
        held = self._read()
        if self._path is None or held.get(name) == value:
            return
        text = json.dumps(held | {name: value}, indent=1, ensure_ascii=False)
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            write_kept(self._path, text + "\n", _parse)
        except (OSError, ValueError):
            return  # a reading is not stopped by a setting that could not be kept

    def _read(self) -> dict[str, Any]:
        if self._path is None:
            return {}
        try:
            return _parse(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}


def _parse(text: str) -> dict[str, Any]:
    held = json.loads(text)
    if not isinstance(held, dict):
        raise ValueError("no settings")
    return held
