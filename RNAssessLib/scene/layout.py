"""The serial layout: a column per timepoint, a row per sequence."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from RNAssessLib.case import SequenceRole


def view_name(timepoint_id: str, row: str) -> str:
    """Singleton tag of one slice view.

    Examples
    --------
    >>> view_name("t0", "T1c")
    't0_T1c'
    """
    return f"{timepoint_id}_{row}"


def serial_layout_xml(timepoints: Sequence[str], roles: Sequence[SequenceRole]) -> str:
    """Layout description for Slicer's layout node.

    Examples
    --------
    >>> serial_layout_xml(["t0"], [SequenceRole.T1C]).count("<view ")
    1
    """
    root = ElementTree.Element("layout", type="vertical")
    for role in roles:
        row_item = ElementTree.SubElement(root, "item")
        row = ElementTree.SubElement(row_item, "layout", type="horizontal")
        for timepoint_id in timepoints:
            name = view_name(timepoint_id, role.value)
            item = ElementTree.SubElement(row, "item")
            view = ElementTree.SubElement(
                item, "view", attrib={"class": "vtkMRMLSliceNode", "singletontag": name}
            )
            for key, text in (
                ("orientation", "Axial"),
                ("viewlabel", name),
                ("viewcolor", "#8a8f98"),
            ):
                entry = ElementTree.SubElement(
                    view, "property", attrib={"name": key, "action": "default"}
                )
                entry.text = text
    return ElementTree.tostring(root, encoding="unicode")
