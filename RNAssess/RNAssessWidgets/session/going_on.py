"""Another process keeps the decisions, or changed their file: the reader says how to go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import slicer
from slicer.i18n import tr as _

from ..common import asking

if TYPE_CHECKING:
    from ..common.given import Told


class Kept(Protocol):
    """A reading whose decisions are kept in a file; `RNAssessLogic` is one."""

    def refusal(self) -> str: ...  # noqa: D102

    def hasBothToKeep(self) -> bool: ...  # noqa: D102

    def takeOver(self) -> None: ...  # noqa: D102

    def keepBoth(self) -> None: ...  # noqa: D102


def ask_how_to_go_on(kept: Kept) -> None:
    """Say why nothing is recorded, if so, and go on as the reader chooses."""
    from RNAssessLib.case import InputError

    sentence = kept.refusal()
    if not sentence:
        return
    act = _ask_which(kept, sentence) if kept.hasBothToKeep() else _ask_whether(kept, sentence)
    if act is None:
        return
    try:
        act()
    except InputError as error:
        slicer.util.errorDisplay(str(error), windowTitle=_("RNAssess"))


def _ask_whether(kept: Kept, sentence: str) -> Told | None:
    asked = sentence + "\n\n" + _("Take the case over?")
    if slicer.util.confirmYesNoDisplay(asked, windowTitle=_("RNAssess")):
        return kept.takeOver
    return None


def _ask_which(kept: Kept, sentence: str) -> Told | None:
    """The file was changed from outside: its records alone, or those made here behind them."""
    choices = (_("Use what the file holds"), _("Keep both"))
    chosen = asking.choose(sentence, choices)
    return None if chosen is None else (kept.takeOver, kept.keepBoth)[chosen]
