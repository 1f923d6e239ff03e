"""Case tab: what was read, how well it is aligned, what was taken for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from RNAssessLib.panel.reading.view_model import CaseView

from ..common.trees import add_lines, add_rows, share_width

if TYPE_CHECKING:
    import qt


def fill(tree: qt.QTreeWidget, case: CaseView) -> None:
    """Fill the tree of the case tab; colours only repeat words."""
    tree.clear()
    add_lines(tree, _("Warnings"), case.warnings)
    add_rows(tree, _("Courses"), [
        (f"{row.id}\n{row.date}", f"{row.technique}, {row.targets}",
         f"{row.targets}; {row.placement}")
        for row in case.courses
    ])  # fmt: skip
    add_rows(tree, _("Timepoints"), [
        (f"{row.id}\n{row.date}",
         _("{0} months: {1}").format(row.months, ", ".join(row.sequences)), row.text)
        for row in case.timepoints
    ])  # fmt: skip
    for title, rows, expanded in (
        (_("Alignment"), case.registrations, True),
        (_("Alignment of sequences"), case.sequence_registrations, False),
    ):
        placed = [(r.moving, r.verdict, f"{r.text}; {r.tip}", r.colour) for r in rows]
        add_rows(tree, title, placed, expanded)
    add_rows(tree, _("Image quality"), [
        (f"{row.timepoint}\n{row.lesion}",
         f"{row.icon} {row.told.removeprefix(f'{row.timepoint} {row.lesion}: ')}",
         row.text, row.colour)
        for timepoint in case.timepoints for row in timepoint.quality
    ])  # fmt: skip
    add_lines(tree, _("Anatomy"), (case.anatomy,))
    events = [(row.date, row.text, _("{0} months").format(row.months)) for row in case.events]
    add_rows(tree, _("Events"), events)
    changed = [(row.key, row.text, row.note) for row in case.changed_thresholds]
    add_rows(tree, _("Changed thresholds"), changed)
    ignored = _("{0} (ignored)")
    mapping = [
        (row.role, ignored.format(row.what) if row.ignored else row.what, row.why)
        for row in case.mapping
    ]
    add_rows(tree, _("What was taken for what"), mapping, expanded=False)
    share_width(tree, (1,), (0,))
