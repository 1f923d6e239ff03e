"""A case assessed once is kept, and given back while all that it rests on is the same.

What it rests on: the bytes of its input, the options it was read with, the thresholds, and this
code with its libraries. Where only thresholds changed that the preparation never asked for, the
aligned and outlined case is taken and the rest is computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field

from RNAssessLib.assessment import Assessment, assess_prepared
from RNAssessLib.case import Case, Progress, part, silent
from RNAssessLib.evidence import Criterion, Thresholds
from RNAssessLib.preparation import prepare
from RNAssessLib.storage import why_not_written

from .container import Contents, read_container, write_container
from .image_quality import quality_to_keep, take_kept_quality
from .inputs import describe, files_of
from .place import (
    SCHEMA,
    KeptPlace,
    code_digest,
    kept_beside,
    kept_id,
    place_of,
    read_valid_head,
)
from .tree import Flattener, rebuild

__all__ = ["KeptPlace", "assess_kept", "code_digest", "find_kept", "keep", "kept_beside",
           "kept_id", "place_of"]  # fmt: skip

MOST_BYTES = 4 << 30  # of a kept case; engineering default
READ_SHARE, PREPARED_SHARE = 0.15, 0.75
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Asked(Thresholds):
    """Thresholds that remember which of them were asked for."""

    keys: set[str] = field(default_factory=set, compare=False)

    def criterion(self, key: str) -> Criterion:
        """As `Thresholds.criterion`."""
        self.keys.add(key)
        return super().criterion(key)


def assess_kept(
    place: KeptPlace,
    read: Callable[[Progress], Case],
    thresholds: Thresholds,
    progress: Progress = silent,
    *,
    fresh: bool = False,
    tell: Tell = lambda _: None,
    ahead: Future[Contents] | None = None,
) -> Assessment:
    """Return the kept assessment of a case, or make it and keep it.

    Parameters
    ----------
    place : KeptPlace
    read : callable
        Reads the case; called only when nothing usable is kept.
    thresholds : Thresholds
    progress : Progress
    fresh : bool
        Whether to make it anew, whatever is kept.
    tell : callable
        Takes one line: why it could not be kept.
    ahead : Future of Contents, optional
        Of `read_ahead`, begun before.

    Raises
    ------
    InputError, CancelledError
        Of reading and assessing.
    """
    found = None if fresh else find_kept(place, thresholds, progress, ahead)
    if found is not None:
        return found
    case = read(part(progress, 0.0, READ_SHARE))
    asked = Asked(dict(thresholds.changed))
    prepared = prepare(case, part(progress, READ_SHARE, PREPARED_SHARE), asked)
    made = assess_prepared(prepared, thresholds, part(progress, PREPARED_SHARE, 0.97))
    progress(0.98, "keeping the case for the next time")
    try:
        keep(made, place, {key: thresholds[key] for key in sorted(asked.keys)})
    except OSError as error:
        tell(f"the case is not kept for the next time: {why_not_written(error)}")
    except (TypeError, ValueError) as error:
        tell(f"the case is not kept for the next time: {error}")
    return made


def find_kept(
    place: KeptPlace,
    thresholds: Thresholds,
    progress: Progress = silent,
    ahead: Future[Contents] | None = None,
) -> Assessment | None:
    """Return the kept assessment with these thresholds, None when it must be made.

    A damaged file counts as none: it is written anew. What was read ahead is used when it is what
    stands there now.
    """
    head = read_valid_head(place)
    if head is None or any(thresholds[key] != value for key, value in head["asked"].items()):
        return None
    progress(0.3, "opening the kept case")
    try:
        held = read_container(place.file) if ahead is None else ahead.result()
        found, quality = rebuild(held.data["nodes"], held.arrays, held.data["root"])
        if held.head != head or not isinstance(found, Assessment):
            return None
        take_kept_quality(found.prepared, quality)
    except (OSError, ValueError, LookupError, TypeError):
        return None
    if head["changed"] == _changed(thresholds):
        return found
    return assess_prepared(found.prepared, thresholds, part(progress, 0.3, 1.0))


def keep(assessment: Assessment, place: KeptPlace, asked: Mapping[str, float]) -> None:
    """Keep an assessment.

    Parameters
    ----------
    assessment : Assessment
    place : KeptPlace
    asked : mapping of str to float
        Thresholds that its preparation rests on.

    Raises
    ------
    OSError
        It cannot be written there.
    ValueError
        It is larger than what is kept.
    TypeError
        It holds what cannot be kept: a fault of this program.
    """
    flat = Flattener()
    root = flat.add((assessment, quality_to_keep(assessment)))
    size = sum(array.nbytes for array in flat.arrays)
    if size > MOST_BYTES:
        raise ValueError(f"{size / 2**30:.1f} GiB are more than {MOST_BYTES >> 30} GiB")
    head = {
        "schema": SCHEMA,
        "disclaimer": "Research use only. Not a medical device.",
        "code": code_digest(),
        "case": assessment.prepared.case.id,
        "options": list(place.options),
        "inputs": describe(files_of(place.case, place.more)),
        "asked": dict(asked),
        "changed": _changed(Thresholds({c.key: c.value for c in assessment.changed_criteria})),
    }
    write_container(place.file, head, {"nodes": flat.nodes, "root": root}, flat.arrays)


def _changed(thresholds: Thresholds) -> dict[str, float]:
    return {c.key: c.value for c in thresholds.changed_criteria()}
