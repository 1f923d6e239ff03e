"""JSON documents that name their schema."""

from __future__ import annotations

import json
from typing import Any

from RNAssessLib.storage import NewerVersionError


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
        The text is no JSON, or a document of another kind.
    NewerVersionError
        A later version of RNAssess wrote it.

    Examples
    --------
    >>> load_versioned('{"schema": "a/1", "n": 2}', "a/1", "note")["n"]
    2
    >>> load_versioned('[1]', "a/1", "note")
    Traceback (most recent call last):
    ValueError: not a note of this version: schema None
    """
    try:
        data = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    found = data.get("schema") if isinstance(data, dict) else None
    if found != schema:
        if _number(found, schema) > _number(schema, schema):
            raise NewerVersionError(
                f"was written by a newer RNAssess ({found}; this one reads {schema}): update "
                "RNAssess; the file is left as it is"
            )
        raise ValueError(f"not a {what} of this version: schema {found!r}")
    document: dict[str, Any] = data
    return document


def _number(found: object, schema: str) -> int:
    """Version number of a schema of the same kind, 0 for anything else."""
    kind = schema.rpartition("/")[0]
    name, _, number = str(found).rpartition("/")
    return int(number) if name == kind and number.isascii() and number.isdigit() else 0


def unknown_record(kind: object) -> NewerVersionError:
    """Error for a record of a kind that this version does not have."""
    return NewerVersionError(
        f"holds a record of the unknown kind {str(kind)[:40]!r}: a newer RNAssess may have written "
        "it; the file is left as it is"
    )
