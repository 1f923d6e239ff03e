"""Which process of which machine: so that a process that is gone is told from one that runs."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

ANSWER_S = 5.0
PROC = Path("/proc")


def own_host() -> str:
    """Name of this machine on its network."""
    return socket.gethostname()


def own_space() -> str:
    """What tells this machine's processes from those of a container on it; empty where unknown."""
    try:
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot} {(PROC / 'self/ns/pid').readlink()}"
    except OSError:
        return ""


def start_of(process: int) -> str:
    """When a process of this machine was started, in words that only it has.

    Parameters
    ----------
    process : int
        Its number, which the system gives to another one later.

    Returns
    -------
    str
        Empty when there is no such process.

    Examples
    --------
    >>> import os
    >>> bool(start_of(os.getpid())), start_of(2**22 + 1)
    (True, '')
    """
    if sys.platform == "win32":
        return _start_on_windows(process)
    try:
        # after the name, which may hold anything: state, parent …, start is the 22nd in all
        fields = (PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
        state, *more = fields.rpartition(")")[2].split()
        return "" if state in "ZX" else more[18]
    except (OSError, ValueError, IndexError):
        if PROC.joinpath("self").exists():
            return ""
    asked = ("ps", "-o", "lstart=", "-p", str(process))
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=ANSWER_S, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def _start_on_windows(process: int) -> str:
    import ctypes
    from ctypes import wintypes

    limited_information, still_active = 0x1000, 259
    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined,unused-ignore]
    handle = kernel.OpenProcess(limited_information, False, process)
    if not handle:
        return ""
    try:
        code, times = wintypes.DWORD(), [wintypes.FILETIME() for _ in range(4)]
        kernel.GetExitCodeProcess(handle, ctypes.byref(code))
        if code.value != still_active:
            return ""
        if not kernel.GetProcessTimes(handle, *(ctypes.byref(time) for time in times)):
            return ""
        return f"{times[0].dwHighDateTime}:{times[0].dwLowDateTime}"
    finally:
        kernel.CloseHandle(handle)
