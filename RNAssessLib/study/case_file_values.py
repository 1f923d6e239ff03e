"""Values of a case file by name and kind, with errors that say which one is wrong."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from datetime import date as Date
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

from RNAssessLib.case import InputError, MappingEntry
from RNAssessLib.storage import backup_of

from .case_file_end import CUT, doubt_of_end, is_cut
from .readable import check_file

E = TypeVar("E", bound=Enum)
KNOWN = {
    "": {"id", "course", "timepoint", "event", "anatomy", "spectroscopy", "outlines",
         "amino_acid_pet"},
    "course": {"id", "date", "technique", "fractions", "dose", "structures", "plan", "space",
               "target"},
    "target": {"name", "role", "prescription_gy", "isodose_percent", "lesion"},
    "timepoint": {"id", "date", "sequences", "masks", "brain", "outlines"},
    "sequence": {"folder", "series_uid", "stack"},
    "outlines": {"labels", "folder"},
    "event": {"kind", "date", "end", "drug", "dose_mg_per_kg", "dose_mg_per_day", "value", "text",
              "target", "curve", "cho_cr", "cho_naa", "lipid_lactate_cr"},
    "anatomy": {"labels", "space"},
}  # fmt: skip
OLDEST, LAST = 1900, 2100  # engineering default: years of a plausible date


class CaseFileValues:
    """Takes values out of the tables of one case file.

    Attributes
    ----------
    path : Path
        The case file.
    mapping : list of MappingEntry
        Files that it named.
    warnings : list of str
        What the reader has to be told.
    """

    path: Path
    mapping: list[MappingEntry]
    warnings: list[str]

    def _load(self) -> dict[str, Any]:
        check_file(self.path)
        kept = backup_of(self.path)
        hint = f"; the last good one is kept as {kept.name}" if kept.is_file() else ""
        try:
            text = self.path.read_text(encoding="utf-8")
            found = tomllib.loads(text)
        except OSError as error:
            raise InputError(self.path, f"cannot be read: {error.strerror}") from None
        except RecursionError:
            raise InputError(self.path, f"is nested too deeply{hint}") from None
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InputError(self.path, f"is not valid TOML: {str(error)[:200]}{hint}") from None
        if is_cut(text):
            raise InputError(self.path, CUT + hint)
        doubt = doubt_of_end(text)
        if doubt:
            self.warnings.append(f"{self.path.name}: {doubt}")
        return found

    def _tables(self, item: Mapping[str, Any], key: str) -> list[Mapping[str, Any]]:
        """Tables of one kind; none where there are none."""
        found = item.get(key, [])
        if not isinstance(found, list) or not all(isinstance(t, dict) for t in found):
            raise InputError(self.path, f"{key} is not written as [[{key}]] tables")
        return found

    def _known(self, table: str, item: Mapping[str, Any]) -> None:
        if not isinstance(item, dict):
            raise InputError(self.path, f"[{table}] is {str(item)[:40]!r}, not a table")
        unknown = sorted(set(item) - KNOWN[table])
        if unknown:
            where = f"[{table}]" if table else "the top level"
            raise InputError(self.path, f"unknown key {unknown[0]!r} in {where}")

    def _need(self, item: Mapping[str, Any], key: str, kind: type, where: str) -> Any:  # noqa: ANN401
        if key not in item:
            raise InputError(self.path, f"{where}: {key} is missing")
        value = item[key]
        if kind is float and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        if not isinstance(value, kind):
            told = repr(value)[:60]
            raise InputError(self.path, f"{where}: {key} = {told} is not a {kind.__name__}")
        if (
            isinstance(value, int | float)
            and kind is not bool
            and (isinstance(value, bool) or not math.isfinite(value))
        ):
            raise InputError(self.path, f"{where}: {key} = {value!r} is not a number")
        if isinstance(value, Date) and (
            isinstance(value, datetime) or not OLDEST <= value.year <= LAST
        ):
            raise InputError(self.path, f"{where}: {key} = {value} is not a plausible date")
        return value

    def _choice(self, value: str, options: type[E], where: str) -> E:
        try:
            return options(value)
        except ValueError:
            value = str(value)[:60]
            words = ", ".join(str(o.value) for o in options)
            raise InputError(self.path, f"{where}: {value!r} is none of {words}") from None

    def _file(self, name: Any, role: str, timepoint: str | None = None) -> Path:  # noqa: ANN401
        if not isinstance(name, str) or not name or "\0" in name:
            raise InputError(self.path, f"{role} = {str(name)[:60]!r} is not the name of a file")
        path = (self.path.parent / name).resolve() if not Path(name).is_absolute() else Path(name)
        try:
            found = path.exists()
        except OSError as error:
            raise InputError(self.path, f"{role} = {name[:60]!r}: {error.strerror}") from None
        if not found:
            raise InputError(path, f"no such file (named in {self.path.name} as {role})")
        self.mapping.append(MappingEntry(name, role, f"named in {self.path.name}", timepoint))
        return path
