"""The one document in the scene that says what everything is: assessment, decisions, layout."""

from __future__ import annotations

import json
from typing import Any

import slicer

from RNAssessLib.assessment import Assessment
from RNAssessLib.case import InputError
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.report.document.json_report import build_document, put_reader

from .layout import SerialLayout

SCHEMA = "rnassess/scene/1"
NODE_NAME = "RNAssess"


def add_document(
    scene: slicer.vtkMRMLScene,
    assessment: Assessment,
    layout: SerialLayout,
    session: ReaderSession | None = None,
) -> slicer.vtkMRMLTextNode:
    """Add the text node with the document; see `read_document`."""
    node = scene.AddNewNodeByClass("vtkMRMLTextNode", NODE_NAME)
    node.SetForceCreateStorageNode(slicer.vtkMRMLTextNode.CreateStorageNodeAlways)
    node.AddDefaultStorageNode()
    session = session or ReaderSession()
    document = {
        "schema": SCHEMA,
        "disclaimer": DISCLAIMER,
        "assessment": build_document(assessment, session),
        "session": json.loads(session.to_json()),
        "layout": layout.to_dict(),
    }
    _write(node, document)
    return node


def update_session(
    node: slicer.vtkMRMLTextNode, session: ReaderSession, assessment: Assessment | None = None
) -> None:
    """Put the reader's decisions of now into the document, with what they changed.

    Parameters
    ----------
    node : vtkMRMLTextNode
    session : ReaderSession
    assessment : Assessment, optional
        When an edit of clinical events or outlines gave another one.
    """
    document = json.loads(node.GetText())
    if assessment is not None:
        document["assessment"] = build_document(assessment, session)
    elif "reader" in document["assessment"]:  # not in scenes of earlier versions
        put_reader(document["assessment"], session)
    document["session"] = json.loads(session.to_json())
    _write(node, document)


def _write(node: slicer.vtkMRMLTextNode, document: dict[str, Any]) -> None:
    node.SetText(json.dumps(document, ensure_ascii=False, allow_nan=False))


def read_document(scene: slicer.vtkMRMLScene) -> dict[str, Any]:
    """Return the document of a scene.

    Returns
    -------
    dict
        ``schema``, ``assessment`` (as ``assessment.json``), ``session`` (reader's decisions) and
        ``layout``.

    Raises
    ------
    InputError
        When the scene holds none, or one of another version.
    """
    node = scene.GetFirstNodeByName(NODE_NAME)
    if node is None or not node.IsA("vtkMRMLTextNode"):
        raise InputError(scene.GetURL() or "scene", "holds no RNAssess case")
    try:
        document = json.loads(node.GetText())
    except ValueError as error:
        raise InputError(scene.GetURL() or "scene", f"RNAssess document: {error}") from None
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        found = document.get("schema") if isinstance(document, dict) else None
        raise InputError(
            scene.GetURL() or "scene", f"RNAssess document of schema {found!r}, expected {SCHEMA!r}"
        )
    return document


def read_session(scene: slicer.vtkMRMLScene) -> ReaderSession:
    """Reader's decisions kept in the scene; raises InputError when it holds no case."""
    return ReaderSession.from_json(json.dumps(read_document(scene)["session"]))


def read_layout(scene: slicer.vtkMRMLScene) -> SerialLayout:
    """Serial layout kept in the scene; raises InputError when it holds no case."""
    return SerialLayout.from_dict(read_document(scene)["layout"])
