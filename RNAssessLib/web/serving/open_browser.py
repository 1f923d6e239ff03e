"""Opening the reader's browser without showing the token to the machine's other users."""

from __future__ import annotations

import os
import secrets
import tempfile
import webbrowser
from collections.abc import Callable
from html import escape
from pathlib import Path

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>RNAssess</title>
<meta name="referrer" content="no-referrer"><meta http-equiv="refresh" content="0; url={url}">
<p>RNAssess: <a href="{url}">go on to the page</a>.</p></html>
"""


def open_privately(url: str) -> Callable[[], None]:
    """Open an address that holds a token in the system's browser.

    A command line can be read by every user of the machine. The browser is therefore handed a file
    that nobody else can read, which leads on to the address.

    Parameters
    ----------
    url : str

    Returns
    -------
    callable
        Removes the file; to be called once the page came, and at the end.
    """
    path = _write_private(PAGE.format(url=escape(url, quote=True)))
    webbrowser.open(path.as_uri())
    return lambda: path.unlink(missing_ok=True)


def _write_private(text: str) -> Path:
    """Write where the browser can read, too: one in a sandbox (snap) sees the home, not /tmp."""
    name = f"rnassess-{secrets.token_hex(8)}.html"
    for folder in (Path.home(), Path(tempfile.gettempdir())):
        path = folder / name
        try:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError:
            continue
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        return path
    raise OSError(f"no folder to write {name} to")
