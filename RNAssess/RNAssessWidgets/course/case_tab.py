"""Case tab: what was read, how well it is aligned, what was taken for what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slicer.i18n import tr as _

from RNAssessLib.panel.reading.view_model import CaseView
from RNAssessLib.panel.words.rows import QualityRow

from ..common.trees import add_group, add_lines, fold, make_item, mark_colour, share_width

if TYPE_CHECKING:
    import qt


VALUE = 30  # characters that fit into the second column


def _quality(row: QualityRow) -> qt.QTreeWidgetItem:
    """One study of one lesion; its colour only repeats the word."""
    told = row.told.removeprefix(f"{row.timepoint} {row.lesion}: ")
    item = make_item(
        f"{row.timepoint}\n{row.lesion}", fold(f"{row.icon} {told}", VALUE), tip=row.text
    )
    mark_colour(item, 1, row.colour)
    return item


def fill(tree: qt.QTreeWidget, case: CaseView) -> None:
    """Fill the tree of the case tab."""
    tree.clear()
    add_lines(tree, _("Warnings"), case.warnings)
    add_group(
        tree,
        _("Courses"),
        [
            make_item(
                f"{row.id}\n{row.date}",
                fold(f"{row.technique}, {row.targets}", VALUE),
                tip=f"{row.targets}; {row.placement}",
            )
            for row in case.courses
        ],
    )
    add_group(
        tree,
        _("Timepoints"),
        [
            make_item(
                f"{row.id}\n{row.date}",
                fold(_("{0} months: {1}").format(row.months, ", ".join(row.sequences)), VALUE),
                tip=row.text,
            )
            for row in case.timepoints
        ],
    )
    for title, rows, expanded in (
        (_("Alignment"), case.registrations, True),
        (_("Alignment of sequences"), case.sequence_registrations, False),
    ):
        items = []
        for row in rows:
            item = make_item(row.moving, fold(row.verdict, VALUE), tip=f"{row.text}; {row.tip}")
            mark_colour(item, 1, row.colour)
            items.append(item)
        add_group(tree, title, items, expanded)
    add_group(tree, _("Image quality"), [_quality(r) for t in case.timepoints for r in t.quality])
    add_lines(tree, _("Anatomy"), (case.anatomy,))
    add_group(
        tree,
        _("Events"),
        [
            make_item(row.date, fold(row.text, VALUE), tip=_("{0} months").format(row.months))
            for row in case.events
        ],
    )
    add_group(
        tree,
        _("Changed thresholds"),
        [
            make_item(row.key, fold(row.text, VALUE), tip=row.note)
            for row in case.changed_thresholds
        ],
    )
    add_group(
        tree,
        _("What was taken for what"),
        [
            make_item(
                row.role,
                fold(_("{0} (ignored)").format(row.what) if row.ignored else row.what, VALUE),
                tip=row.why,
            )
            for row in case.mapping
        ],
        expanded=False,
    )
    share_width(tree, (1,), (0,))
