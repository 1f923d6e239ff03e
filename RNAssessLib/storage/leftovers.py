"""What a killed run left behind."""

from __future__ import annotations

import contextlib
import shutil
import time
from pathlib import Path

from .whole_file import HIDDEN

LEFT_BEHIND_S = 86400.0  # older ones belong to nobody any more


def clear_leftovers(folder: Path) -> None:
    """Remove what killed runs left in a folder more than a day ago."""
    with contextlib.suppress(OSError):
        for left in folder.glob(f"{HIDDEN}*"):
            with contextlib.suppress(OSError):
                if time.time() - left.lstat().st_mtime < LEFT_BEHIND_S:
                    continue
                if left.is_dir() and not left.is_symlink():
                    shutil.rmtree(left, ignore_errors=True)
                else:
                    left.unlink()
