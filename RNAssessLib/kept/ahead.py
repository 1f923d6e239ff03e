"""A kept case read in a thread of its own while the program still loads what shows it.

Inflating and copying arrays leave Python's lock to others: on a second core it costs no time.
"""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from .container import Contents, read_container


def read_ahead(file: Path) -> Future[Contents]:
    """Begin to read a kept case.

    Parameters
    ----------
    file : Path

    Returns
    -------
    Future of Contents
        Its result raises as `read_container`. Whether what is read still stands is asked by who
        uses it.
    """
    pool = ThreadPoolExecutor(1, thread_name_prefix="rnassess-kept")
    try:
        return pool.submit(read_container, file)
    finally:
        pool.shutdown(wait=False)
