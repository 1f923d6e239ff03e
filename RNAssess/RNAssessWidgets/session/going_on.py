"""Another process keeps the decisions, or changed their file: the reader says how to go on."""

from __future__ import annotations

from slicer.i18n import tr as _

from RNAssessLib.panel.reading.going_on import GoingOn
from RNAssessLib.panel.reading.reading import Reading
from RNAssessLib.panel.session.store import Store

from ..common import asking


def ask_how_to_go_on(reader: Reading | None, store: Store) -> None:
    """Say why nothing is recorded, if so, and go on as the reader chooses."""
    sentence = store.refusal()
    if reader is None or not sentence:
        return
    going_on = GoingOn(reader, store, asking.say)
    if not going_on.has_both:
        if asking.confirm(sentence + "\n\n" + _("Take the case over?")):
            going_on.take_over()
        return
    chosen = asking.choose(sentence, (_("Use what the file holds"), _("Keep both")))
    if chosen is not None:
        (going_on.take_over, going_on.keep_both)[chosen]()
