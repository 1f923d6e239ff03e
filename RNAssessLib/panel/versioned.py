"""JSON documents that name their schema."""

from __future__ import annotations

import json
from typing import Any


def load_versioned(text: str, schema: str, what: str) -> dict[str, Any]:
    """Read a JSON object of one schema.

    Parameters
    ----------
    text : str
    schema : str
        Value of its key ``schema``.
    what : str
        Its name in the message.

    Raises
    ------
    ValueError
        The text is no JSON, or a document of another kind or version.

    Examples
    --------
    >>> load_versioned('{"schema": "a/1", "n": 2}', "a/1", "note")["n"]
    2
    >>> load_versioned('[1]', "a/1", "note")
    Traceback (most recent call last):
    ValueError: not a note of this version: schema None
    """
    data = json.loads(text)
    found = data.get("schema") if isinstance(data, dict) else None
    if found != schema:
        raise ValueError(f"not a {what} of this version: schema {found!r}")
    document: dict[str, Any] = data
    return document
