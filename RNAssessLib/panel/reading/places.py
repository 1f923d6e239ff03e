"""The reader's registrations put into the prepared case."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from RNAssessLib.case import InputError, PreparedCase, Progress, Registration, silent
from RNAssessLib.evidence import Thresholds
from RNAssessLib.realign import images_of, realign, registration_of

from ..alignment.place_records import PlaceChange

KEPT = 4  # states that undo and redo reach without preparing anew
MISFIT = "a place given by the reader no longer fits and is left out"


@dataclass(frozen=True, eq=False)
class Placed:
    """The case with the reader's registrations.

    Attributes
    ----------
    prepared : PreparedCase
    problems : tuple of str
        Places that did not fit, in words.
    """

    prepared: PreparedCase
    problems: tuple[str, ...] = ()


class Places:
    """A case's registrations after the reader moved some by hand.

    Parameters
    ----------
    given : PreparedCase
        As it was prepared, before anything the reader did.
    """

    def __init__(self, given: PreparedCase) -> None:
        self._given = Placed(given)
        self._known: OrderedDict[tuple[PlaceChange, ...], Placed] = OrderedDict()

    def after(
        self,
        changes: Sequence[PlaceChange],
        thresholds: Thresholds,
        progress: Progress = silent,
    ) -> Placed:
        """Return the case with these places; of several for one image the last holds.

        What rests on a moved image (its lesions, white matter, resampling) is found anew; the
        same object is returned for the same places.
        """
        last = {(c.timepoint, c.role): c for c in changes}
        held = tuple(last.values())
        known = next((n for n in range(len(held), 0, -1) if held[:n] in self._known), 0)
        state = self._known[held[:known]] if known else self._given
        for number in range(known, len(held)):
            progress((number - known) / (len(held) - known), f"prepare {held[number].name} again")
            state = _place(state, held[number], thresholds)
            self._known[held[: number + 1]] = state
        if held:
            self._known.move_to_end(held)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
        return state


def _place(state: Placed, change: PlaceChange, thresholds: Thresholds) -> Placed:
    try:
        held = registration_of(state.prepared, change.timepoint, change.role)
        if not change.fits(images_of(state.prepared, change.timepoint, change.role)):
            raise InputError(change.name, "the images have other lattices now")
    except InputError as error:
        return Placed(state.prepared, (*state.problems, str(error)))
    moved = Registration(held.moving, held.fixed, change.transform, change.quality, by_reader=True)
    again = realign(state.prepared, change.timepoint, change.role, moved, thresholds)
    return Placed(again, state.problems)
