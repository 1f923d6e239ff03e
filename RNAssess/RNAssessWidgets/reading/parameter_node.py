"""What the scene remembers, typed."""

from __future__ import annotations

from slicer.parameterNodeWrapper import parameterNodeWrapper


@parameterNodeWrapper
class RNAssessParameterNode:
    """What the scene remembers of the panel.

    casePath - case file or DICOM folder that was opened.
    lesion - id of the lesion shown.
    finding - id of the checklist item selected.
    isodosesVisible - isodoses on the slices.
    outlinesVisible - lesion outlines on the slices.
    thirdRowVisible - the row of views that follows the item.
    session - the reader's decisions, JSON.
    """

    casePath: str = ""
    lesion: str = ""
    finding: str = ""
    isodosesVisible: bool = True
    outlinesVisible: bool = True
    thirdRowVisible: bool = True
    session: str = ""
