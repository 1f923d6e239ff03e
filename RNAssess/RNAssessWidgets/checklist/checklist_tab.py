"""Checklist tab: one line per item in clinical order, the selected one explained below."""

from __future__ import annotations

from html import escape

import qt
from slicer.i18n import tr as _

from RNAssessLib.panel.reading.view_model import ChecklistRow, LesionView

from ..common import colours
from ..common.links import jump_links
from ..common.trees import key_of, make_item, mark_colour


def fill(tree: qt.QTreeWidget, lesion: LesionView, selected: str) -> None:
    """Fill the checklist and select `selected` (nothing when empty)."""
    tree.blockSignals(True)
    tree.clear()
    muted = colours.muted(tree)
    for row in lesion.checklist:
        text = "\n".join(line for line in (row.headline, row.subline) if line)
        item = make_item(text, tip=row.sentence, key=row.finding)
        mark_colour(item, 0, row.favours_colour if row.favours else "transparent")
        if row.muted:
            item.setForeground(0, qt.QBrush(muted))
        tree.addTopLevelItem(item)
        if row.finding == selected:
            tree.setCurrentItem(item)
    tree.blockSignals(False)


def selected_finding(tree: qt.QTreeWidget) -> str:
    """Return the id of the selected item; empty when nothing is selected."""
    return key_of(tree.currentItem())


def select(tree: qt.QTreeWidget, finding: str) -> None:
    """Select an item, as a click on it does."""
    for index in range(tree.topLevelItemCount):
        item = tree.topLevelItem(index)
        if key_of(item) == finding:
            tree.setCurrentItem(item)
            tree.scrollToItem(item)
            return


def summary_html(lesion: LesionView) -> str:
    """Return the summary row as rich text."""
    counts = " &nbsp; ".join(
        f"<b>{count.icon} {count.count}</b> {escape(count.word)}" for count in lesion.counts
    )
    lines = [counts, escape(lesion.decided)]
    if lesion.missing:
        lines.append(escape(_("Missing: {names}").format(names=", ".join(lesion.missing))))
    lines += [escape(step) for step in lesion.next_steps]
    return "<br>".join(lines)


def details_html(row: ChecklistRow, link: str) -> str:
    """Return one item in full, with a link (of the colour `link`) for each place to look at."""
    lines = [f"<p><b>{escape(row.sentence)}</b></p>"]
    lines.append(jump_links(row.jumps, link))
    lines += [f"<p><b>{escape(text)}</b></p>" for text in (row.decision, row.stale) if text]
    lines.append(f"<p><i>{escape(row.question)}</i></p>")
    lines.append("<p>" + "<br>".join(escape(text) for text in row.details) + "</p>")
    return "".join(lines)
