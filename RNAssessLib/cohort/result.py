"""What an analysis gives: tables, figures, and everything needed to write about it."""

from __future__ import annotations

from dataclasses import dataclass

Cell = str | float | int | None


@dataclass(frozen=True)
class ResultTable:
    """One table, as it is shown and as CSV.

    Attributes
    ----------
    id, title : str
    columns : tuple of str
    rows : tuple of tuple
        One cell per column; None is empty.
    note : str
    """

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class ResultFigure:
    """One figure: its vector picture and the numbers drawn.

    Attributes
    ----------
    id, title : str
    svg : str
    data : ResultTable
    note : str
    """

    id: str
    title: str
    svg: str
    data: ResultTable
    note: str = ""


@dataclass(frozen=True)
class Analysis:
    """One question put to the cohort.

    Attributes
    ----------
    id, title : str
    n : str
        How many of what it rests on, in words.
    missing : tuple of (str, int)
        What was missing in how many.
    checks : tuple of str
        Assumptions and how they fared.
    methods : str
        Sentence for the methods section.
    tables : tuple of ResultTable
    figures : tuple of ResultFigure
    warnings : tuple of str
    not_done : str
        Why there is no result; then tables and figures are empty.
    """

    id: str
    title: str
    n: str = ""
    missing: tuple[tuple[str, int], ...] = ()
    checks: tuple[str, ...] = ()
    methods: str = ""
    tables: tuple[ResultTable, ...] = ()
    figures: tuple[ResultFigure, ...] = ()
    warnings: tuple[str, ...] = ()
    not_done: str = ""

    def table(self, table_id: str) -> ResultTable:
        """Return the table called `table_id`; raises KeyError."""
        for table in self.tables:
            if table.id == table_id:
                return table
        raise KeyError(table_id)
