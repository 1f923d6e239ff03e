"""Finished cases on disk: a case is done again only when what it rests on has changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from RNAssessLib import __version__
from RNAssessLib.case import InputError
from RNAssessLib.evidence import Thresholds
from RNAssessLib.kept.inputs import are_same, describe, files_of
from RNAssessLib.kept.store import code_digest
from RNAssessLib.storage import why_not_written, write_whole

SCHEMA = "rnassess/cohort-case/2"
LAYERS = ("panel", "cohort")  # code that rows rest on beside the assessment's own
FOLDER = "cases"  # in the output folder; holds ids and figures of patients, like the table
Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Begun:
    """A case that is about to be done.

    Attributes
    ----------
    case : Path
    file : Path
        Where its rows will be kept.
    inputs : list
        Its files and the readers' sessions, as `describe` gives them, from before it was read.
    """

    case: Path
    file: Path
    inputs: list[list[Any]]


class KeptCases:
    """Rows of finished cases, one file for each case and setting.

    Settings are thresholds (changed ones; the evidence file's belong to the code), version, code
    and whether sessions are left out. Kept rows count while the files that the case is read from
    and the sessions beside it are the same, as for an assessed case (`RNAssessLib.kept`).

    Parameters
    ----------
    out : Path
        Output folder of the cohort.
    thresholds : Thresholds
    computed_only : bool
    """

    def __init__(
        self, out: Path, thresholds: Thresholds | None = None, computed_only: bool = False
    ) -> None:
        self.folder = out / FOLDER
        limits = thresholds or Thresholds()
        self._settings = json.dumps(
            {
                "schema": SCHEMA, "version": __version__, "code": code_digest(LAYERS),
                "computed_only": computed_only, "thresholds": dict(sorted(limits.changed.items())),
            },
            sort_keys=True,
        )  # fmt: skip

    def load(self, case: Path, sessions: Sequence[Path] = ()) -> Rows | None:
        """Rows kept of a case; None when there are none that still hold.

        Parameters
        ----------
        case : Path
            DICOM folder or case file.
        sessions : sequence of Path
            Readers' sessions; those that do not exist count as absent.
        """
        try:
            document = json.loads(self._file(case).read_text(encoding="utf-8"))
            if document["schema"] != SCHEMA or not are_same(
                document["inputs"], _inputs(case, sessions)
            ):
                return None
            rows: Rows = document["rows"]
        except (OSError, ValueError, LookupError, TypeError):  # not there, or not one of ours
            return None
        return rows

    def begin(self, case: Path, sessions: Sequence[Path] = ()) -> Begun | None:
        """Take down what a case rests on before it is read.

        None when its files cannot be read: reading it will say which and why.
        """
        try:
            inputs = describe(_inputs(case, sessions))
        except OSError:
            return None
        return Begun(case, self._file(case), inputs) if inputs else None

    def save(self, begun: Begun | None, rows: Rows) -> None:
        """Keep the rows of a case that is done; the file appears whole or not at all.

        Raises
        ------
        InputError
            It cannot be written.
        """
        if begun is None:
            return
        place = str(begun.case.resolve())
        held = {"schema": SCHEMA, "case": place, "inputs": begun.inputs, "rows": rows}
        text = json.dumps(held, ensure_ascii=False, allow_nan=False)
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(begun.file, text + "\n")
        except OSError as error:
            raise InputError(self.folder, f"cannot be written: {why_not_written(error)}") from None

    def _file(self, case: Path) -> Path:
        name = hashlib.sha256(f"{self._settings}\n{case.resolve()}".encode()).hexdigest()
        return self.folder / f"{name}.json"


def find_places(out: Path) -> dict[str, Path]:
    """Where the cases of a finished run are, by their id in the table.

    Parameters
    ----------
    out : Path
        Output folder of the cohort. Places that are gone are not named.
    """
    found: dict[str, Path] = {}
    for file in sorted((out / FOLDER).glob("*.json")):
        try:
            document = json.loads(file.read_text(encoding="utf-8"))
            place, rows = Path(document["case"]), document["rows"]
        except (OSError, ValueError, LookupError, TypeError):  # not one of ours
            continue
        if place.exists():
            found |= {str(row["case"]): place for row in rows}
    return found


def _inputs(case: Path, sessions: Sequence[Path]) -> tuple[Path, ...]:
    return files_of(case, [path for path in sessions if path.is_file()])
