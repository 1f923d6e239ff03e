"""Clicks on the Slicer panel, and what its views show."""

from PySide6 import QtCore, QtTest


def click(widget, button):
    QtTest.QTest.mouseClick(getattr(widget.ui, button).raw, QtCore.Qt.LeftButton)


def click_item(widget, finding):
    """Click on the line of an item in the checklist, where it is on screen."""
    return click_line(widget.ui.checklistTree.raw, finding)


def click_line(tree, finding):
    """Click on the line of an item in a list of items."""
    for index in range(tree.topLevelItemCount()):
        item = tree.topLevelItem(index)
        if item.data(0, QtCore.Qt.UserRole) == finding:
            tree.scrollToItem(item)
            where = tree.visualItemRect(item).center()
            QtTest.QTest.mouseClick(tree.viewport(), QtCore.Qt.LeftButton, pos=where)
            return item
    raise AssertionError(finding)


def open_tabs(widget):
    tabs = widget.ui.tabs.raw
    return [tabs.tabText(n) for n in range(tabs.count()) if tabs.isTabEnabled(n)]


def tree_texts(tree):
    rows = []

    def walk(item):
        rows.append([" ".join(item.text(c).split("\n")) for c in range(tree.columnCount())])
        for n in range(item.childCount()):
            walk(item.child(n))

    for n in range(tree.topLevelItemCount()):
        walk(tree.topLevelItem(n))
    return rows


def slice_nodes(widget):
    import slicer

    return [
        slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
        for cell in widget.logic.nodes.layout
    ]


def offset_point(node):
    """Point of a slice's plane nearest the origin along its normal, and the normal, in RAS."""
    matrix = node.GetSliceToRAS()
    return (
        [matrix.GetElement(r, 3) for r in range(3)],
        [matrix.GetElement(r, 2) for r in range(3)],
    )


def distance_to_slice(node, point_lps):
    origin, normal = offset_point(node)
    ras = (-point_lps[0], -point_lps[1], point_lps[2])
    return abs(sum(n * (p - o) for n, p, o in zip(normal, ras, origin, strict=True)))
