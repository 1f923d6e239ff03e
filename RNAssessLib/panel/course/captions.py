"""What stands below the pictures of a lesion's course."""

from __future__ import annotations

from ..checklist.lesion_rows import LesionView


def caption_of(lesion: LesionView, picture: str) -> str:
    """Return the words below a picture, by its name in `LesionView`; empty where it has none."""
    if picture == "three_axes" and lesion.three_axes is not None:
        return lesion.three_axes.note
    if picture == "nomogram" and lesion.nomogram is not None:
        return f"{lesion.nomogram.formula}. {lesion.nomogram.estimate}."
    return ""
