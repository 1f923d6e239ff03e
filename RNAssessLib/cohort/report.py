"""The analyses of a cohort as files: page, tables, figures, data with dictionary, methods."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from RNAssessLib import __version__
from RNAssessLib.case import Progress, counted, part, silent
from RNAssessLib.disclaimer import DISCLAIMER

from .analyse import analyse_cohort
from .charts import anchor
from .columns import find_column
from .extras import need
from .privacy import SMALLEST, deidentify, draw_ids, suppress
from .result import Analysis, Cell, ResultTable

PAGE, LESIONS, PARQUET = "cohort.html", "lesions.csv", "cohort.parquet"
DICTIONARY, METHODS = "dictionary.csv", "methods.md"
TABLES, FIGURES = "tables", "figures"
SHOWN = (
    "patient", "lesion", "reference", "reference_basis", "nomogram_gtv_cm3", "bed_gy", "tc_percent",
    "v12_gy_cm3", "latency_months", "last_enhancing_cm3", "cross_boundary", "shape_change",
    "central_diffusion_restriction", "swi_foci", "perfusion",
)  # fmt: skip


def write_cohort_report(
    frame: Any,
    out: Path,
    *,
    left_out: int | None = None,
    identified: bool = False,
    key: Path | None = None,
    progress: Progress = silent,
) -> tuple[Path, ...]:
    """Analyse a cohort and write everything.

    Parameters
    ----------
    frame : DataFrame
        As `read_frame` and `join_outcomes` give it.
    out : Path
        Folder, created when missing.
    left_out : int or None
        Cases that could not be used.
    identified : bool
        Keep the ids of the table and show small counts.
    key : Path or None
        File that keeps which new id is whose; without it nobody can go back.

    Returns
    -------
    tuple of Path
        What was written, the page first.

    Raises
    ------
    InputError
        A library of the extra ``cohort`` is missing; the key file is none.
    """
    for module in ("jinja2", "matplotlib", "statsmodels", "lifelines", "sklearn", "dcurves"):
        need(module)
    if not identified:
        frame = deidentify(frame, draw_ids(sorted(set(frame["patient"])), key))
    found = analyse_cohort(frame, left_out, part(progress, 0.0, 0.9))
    if not identified:
        found = tuple(suppress(analysis) for analysis in found)
    # the order of the department's table would tell whose lines they are
    frame = frame.sort_values(["patient", "lesion"], kind="stable").reset_index(drop=True)
    out.mkdir(parents=True, exist_ok=True)
    written = [*_write_results(found, out), *_write_data(frame, out)]
    _put(out / METHODS, build_methods(found))
    _put(out / PAGE, _build_page(frame, found, identified))
    progress(1.0, "cohort: written")
    return (out / PAGE, out / METHODS, *written)


def _put(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="")
    return path


def build_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """CSV text with the reminder as last line; None is an empty cell."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return f"{text.getvalue()}{DISCLAIMER}\n"


def _write_results(found: Sequence[Analysis], out: Path) -> list[Path]:
    written = []
    for analysis in found:
        for table in analysis.tables:
            written.append(_put(out / TABLES / f"{table.id}.csv", _table_csv(table)))
        for figure in analysis.figures:
            written.append(_put(out / FIGURES / f"{figure.id}.svg", figure.svg))
            written.append(_put(out / FIGURES / f"{figure.id}.csv", _table_csv(figure.data)))
    return written


def _table_csv(table: ResultTable) -> str:
    return build_csv(table.columns, table.rows)


def _write_data(frame: Any, out: Path) -> list[Path]:
    names = list(frame.columns)
    plain = frame.astype(object).where(frame.notna(), None)
    written = [_put(out / LESIONS, build_csv(names, plain.itertuples(index=False, name=None)))]
    rows = []
    for name in names:
        column = find_column(name)
        assert column is not None
        missing = int(frame[name].isna().sum())
        rows.append((name, column.kind, column.unit, column.what, " ".join(column.words), missing))
    heads = ("column", "kind", "unit", "definition", "words", "missing")
    written.append(_put(out / DICTIONARY, build_csv(heads, rows)))
    written.append(_write_parquet(frame, out / PARQUET))
    return written


def _write_parquet(frame: Any, path: Path) -> Path:
    """Lesions with unit and definition beside each column, the reminder in the file's metadata."""
    arrow = need("pyarrow")
    table = arrow.Table.from_pandas(frame, preserve_index=False)
    fields = []
    for field in table.schema:
        column = find_column(field.name)
        assert column is not None
        # a column of words without any has no type of its own
        kind = arrow.string() if arrow.types.is_null(field.type) else field.type
        notes = {"unit": column.unit, "definition": column.what}
        fields.append(arrow.field(field.name, kind, metadata=notes))
    notes = {"disclaimer": DISCLAIMER, "version": __version__}
    table = table.cast(arrow.schema(fields, metadata=notes))
    need("pyarrow.parquet").write_table(table, path)
    return path


def build_methods(found: Sequence[Analysis]) -> str:
    """Sentences for the methods section, analysis by analysis, with n and what was missing."""
    by = f"Computed with RNAssess {__version__}. Two-sided tests; intervals are 95 %."
    lines = ["# Methods", "", f"*{DISCLAIMER}*", "", by, ""]
    for analysis in found:
        if analysis.not_done or not analysis.methods:
            continue
        missing = "; ".join(f"{name}: {count}" for name, count in analysis.missing)
        lines += [f"## {analysis.title}", "", analysis.methods, "", f"n: {analysis.n}.", ""]
        lines += [f"Missing: {missing}.", ""] if missing else []
        lines += [f"- {check}" for check in analysis.checks]
        lines += [""] if analysis.checks else []
    skipped = [a for a in found if a.not_done]
    if skipped:
        lines += ["## Not done", "", *(f"- {a.title}: {a.not_done}" for a in skipped), ""]
    return "\n".join(lines)


def _shown(cell: Cell, column: str = "") -> str:
    """Three digits; a P below 0.001 as such."""
    if cell is None or cell != cell:
        return ""
    if not isinstance(cell, float):
        return str(cell)
    small = cell < 0.001 and (column == "P" or column.endswith(" P"))
    return "< 0.001" if small else f"{cell:.3g}"


def _build_page(frame: Any, found: Sequence[Analysis], identified: bool) -> str:
    jinja = need("jinja2")
    environment = jinja.Environment(autoescape=True)
    environment.filters["shown"] = _shown
    text = resources.files("RNAssessLib.cohort").joinpath("templates/cohort.html")
    columns = [name for name in SHOWN if name in frame]
    plain = frame[columns].astype(object).where(frame[columns].notna(), None)
    names = [anchor(c, n) for c, n in zip(frame["case"], frame["lesion"], strict=True)]
    lesions = counted(len(frame), "lesion")
    privacy = (
        "Ids are those of the department and small counts are shown: keep this page inside."
        if identified
        else f"Ids are new ones; counts of 1 to {SMALLEST - 1} are hidden."
    )
    page: str = environment.from_string(text.read_text(encoding="utf-8")).render(
        disclaimer=DISCLAIMER, version=__version__, analyses=found, columns=columns,
        privacy=privacy,
        summary=f"{lesions} in {counted(frame['patient'].nunique(), 'patient')}.",
        rows=list(zip(names, plain.itertuples(index=False, name=None), strict=True)),
        files={"csv": LESIONS, "parquet": PARQUET, "dictionary": DICTIONARY, "methods": METHODS},
    )  # fmt: skip
    return page
