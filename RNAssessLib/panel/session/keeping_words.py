"""What the reader is told when another process has the same case open."""

from __future__ import annotations

from pathlib import Path

from .lock import Holder

OTHER_ENDED = (
    "Read-only: the other process that had this case open has ended; take the case over to go on "
    "answering here."
)


def say_second(holder: Holder) -> str:
    """Say that this process came second."""
    if holder.is_here:
        return (
            f"Read-only: this case has been open in {holder.words} since {holder.since_words}; "
            "answers are recorded there. Take it over to answer here."
        )
    return (
        f"Read-only: this case was opened in {holder.words} on {holder.since_words}; whether it is "
        "still open there cannot be seen from here. Take it over if it is not."
    )


def say_taken(holder: Holder) -> str:
    """Say that another process took the case over."""
    return (
        f"Read-only: {holder.words} took this case over on {holder.since_words}. What was recorded "
        "here before is kept; answers are recorded there now."
    )


def say_changed(path: Path) -> str:
    """Say that the file was changed from outside."""
    return (
        f"Read-only: something else changed {path.name} since it was read here. Nothing was "
        "written over it: choose what to go on with."
    )
