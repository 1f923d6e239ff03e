"""JSON documents that name their schema."""

from __future__ import annotations

import json
from collections.abc import Sequence
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
        data = json.loads(text, parse_constant=_refuse_constant)
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


def check_rows(rows: object, described: Sequence[object]) -> None:
    """Make sure that nothing of what a file holds was lost or turned into something else.

    Parameters
    ----------
    rows : object
        List of records as the file holds them.
    described : sequence
        The records as they would be written again.

    Raises
    ------
    ValueError
        A value is of a wrong kind.
    NewerVersionError
        A record has an entry that this version would drop.

    Examples
    --------
    >>> check_rows([{"n": 1}], [{"n": 1.0}])
    >>> check_rows([{"n": True}], [{"n": 1.0}])
    Traceback (most recent call last):
    ValueError: record 1: n is True, not a value of its kind
    """
    if not isinstance(rows, list):
        raise ValueError("its records are no list")
    for number, (row, made) in enumerate(zip(rows, described, strict=True), 1):
        for key, value in row.items():
            if not isinstance(made, dict) or key not in made:
                raise unknown_record(key)
            if not _same(value, made[key]):
                told = str(value)[:40]
                raise ValueError(f"record {number}: {key} is {told}, not a value of its kind")


def _same(held: object, made: object) -> bool:
    """Whether two JSON values are one, 1 and 1.0 alike, but not true and 1."""
    if isinstance(held, dict) and isinstance(made, dict):
        return held.keys() == made.keys() and all(_same(held[k], made[k]) for k in held)
    if isinstance(held, list) and isinstance(made, list):
        return len(held) == len(made) and all(map(_same, held, made))
    return isinstance(held, bool) == isinstance(made, bool) and held == made


def _refuse_constant(name: str) -> None:
    raise ValueError(f"it holds {name}, which is no number")


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
