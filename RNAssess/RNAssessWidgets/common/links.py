"""Links to places in the images, as rich text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from slicer.i18n import tr as _

from RNAssessLib.panel.reading.view_model import JumpTo


def jump_links(jumps: Sequence[JumpTo], colour: str) -> str:
    """Return a paragraph with a link ``jump:<number>`` per place; empty when there is none."""
    links = [
        f'<a style="color:{colour}" href="jump:{number}">{escape(_words(jump))}</a>'
        for number, jump in enumerate(jumps)
    ]
    return f"<p>{escape(_('Go to'))} {' · '.join(links)}</p>" if links else ""


def _words(jump: JumpTo) -> str:
    return f"{jump.timepoint} {jump.role.value}: {jump.label}"
