"""How a case comes before a reader in both shells: read, decisions taken up, assessed, shown.

What measures is loaded where it is needed: the browser serves its page before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from RNAssessLib.case import Progress, part

if TYPE_CHECKING:
    from RNAssessLib.assessment import Assessment
    from RNAssessLib.evidence import Thresholds

    from ..reading.running import CaseRunner, Said
    from ..session.session import ReaderSession
    from ..session.store import Store


@dataclass(frozen=True)
class Opened:
    """A case that was read.

    Attributes
    ----------
    id : str
    assess : callable
        ``assess(thresholds, progress) -> Assessment``.
    """

    id: str
    assess: Callable[[Thresholds, Progress], Assessment]


@dataclass(frozen=True)
class Source:
    """Where a case comes from.

    Attributes
    ----------
    read : callable
        ``read(progress) -> Opened``; raises InputError.
    share : float
        Of the progress that reading takes, the rest is assessing.
    keep_in : Path or None
        File that decisions are saved to, and taken up from; None keeps nothing.
    saved : str
        Decisions that are kept elsewhere (a scene), as JSON: the newer ones hold.
    """

    read: Callable[[Progress], Opened]
    share: float = 0.15
    keep_in: Path | None = None
    saved: str = ""


@dataclass(frozen=True)
class Loaded:
    """A case that is ready for its reader.

    Attributes
    ----------
    assessment : Assessment
    session : ReaderSession
        Decisions that were kept.
    store : Store
        Where they go on being kept.
    notice : str
        What was odd about their file.
    """

    assessment: Assessment
    session: ReaderSession
    store: Store
    notice: str = ""


def load_case(
    runner: CaseRunner,
    what: str,
    source: Source,
    show: Callable[[Loaded, Progress], None],
    said: Said,
    *,
    program: str,
    held: Store | None = None,
) -> None:
    """Load a case; what fails or is cancelled leaves everything as it was.

    Parameters
    ----------
    runner : CaseRunner
    what : str
        Said meanwhile.
    source : Source
    show : callable
        ``show(loaded, progress)`` puts it before the reader.
    said : callable
        Takes the line that says why that did not come to be.
    program : str
        Who keeps the decisions, in words for another process.
    held : Store, optional
        Of the case that is open: of the same file it is gone on with.
    """

    def compute(progress: Progress) -> Loaded:
        opened = source.read(part(progress, 0.0, source.share))
        store, kept = _take_up(source, opened.id, program, held)
        session = kept
        if source.saved:
            from ..session.file import newest_session

            session = newest_session((source.saved, kept.to_json()), opened.id)
        try:
            rest = part(progress, source.share, 1.0)
            assessment = opened.assess(session.thresholds(), rest)
        except BaseException:
            _let_go(store, held)
            raise
        return Loaded(assessment, session, store, kept.notice)

    def try_to_show(loaded: Loaded, progress: Progress) -> None:
        try:
            show(loaded, progress)
        except BaseException:
            _let_go(loaded.store, held)
            raise

    runner.load(what, compute, try_to_show, said)


def _take_up(
    source: Source, case_id: str, program: str, held: Store | None
) -> tuple[Store, ReaderSession]:
    from ..session.session import ReaderSession
    from ..session.store import Store

    if source.keep_in is None:
        return Store(), ReaderSession(case_id=case_id)
    return Store.open(source.keep_in, program, case_id, held)


def _let_go(store: Store, held: Store | None) -> None:
    """Close a file that was opened for nothing."""
    if store is not held:
        store.close()
