"""Rows below T1c and FLAIR, prior for current, and measurements in the Slicer panel."""

import numpy as np
import pytest
from made_assessment import make_assessment
from panel_driver import click, click_item, slice_nodes, tree_texts
from PySide6 import QtWidgets

from RNAssessLib.case import SequenceRole
from RNAssessLib.findings.finding import Plane
from RNAssessLib.panel.measuring.measurements import MeasureKind
from RNAssessLib.panel.session.file import read_session
from Testing.slicer_module.reading.test_reading_flow import press, shown_views

R = SequenceRole


def composite(cell):
    import slicer

    return slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")


def volume_in(cell):
    import slicer

    return slicer.mrmlScene.GetNodeByID(composite(cell).GetBackgroundVolumeID() or "")


def third(widget):
    return widget.logic.nodes.layout.cells[2]


def label(cell):
    import slicer

    return slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceNode").GetLayoutLabel()


def test_keys_hang_what_the_browser_hangs_and_let_it_go(serial):
    first = serial.logic.hanging.plan.row.key
    for key, row, title in (("d", "difference", "t1 T1c t1 − t0"), ("t", "subtraction", "t1 T1c − T1"),
                            ("g", "growth", "t1 growth t0 → t1"), ("w", "dose", "t1 dose")):  # fmt: skip
        press(serial, key)
        assert serial.logic.hanging.plan.row.key == row
        assert serial.ui.thirdRowComboBox.currentText == {
            "difference": "T1c now − prior", "subtraction": "T1c − T1", "growth": "growth map",
            "dose": "dose",
        }[row]  # fmt: skip
        assert label(third(serial)[1]) == title
    press(serial, "w")
    assert serial.logic.hanging.plan.row.key == first
    assert serial.ui.thirdRowComboBox.currentIndex == 0


def test_difference_is_now_minus_prior_and_the_first_study_has_none(serial):
    press(serial, "d")
    cells = third(serial)
    assert volume_in(cells[0]) is None and label(cells[0]).endswith("no study before")
    assert volume_in(cells[1]).GetName() == "T1c t1 − t0"
    assert "bright: more" in serial.ui.rowLegendLabel.text
    assert serial.ui.rowLegendLabel.visible


def test_dose_lies_over_the_t1c_half_transparent(serial):
    press(serial, "w")
    cell = third(serial)[1]
    assert volume_in(cell) is serial.logic.nodes.volumes["t1", R.T1C]
    assert composite(cell).GetForegroundVolumeID() == serial.logic.nodes.doses["srs-1"].GetID()
    assert composite(cell).GetForegroundOpacity() == pytest.approx(0.45)
    press(serial, "w")
    assert composite(cell).GetForegroundVolumeID() is None


def shown_in(node):
    display = node.GetDisplayNode()
    if not display.GetVisibility():
        return set()
    return {display.GetNthViewNodeID(n) for n in range(display.GetNumberOfViewNodeIDs())}


def overlay_lines():
    import slicer

    models = slicer.util.getNodesByClass("vtkMRMLModelNode")
    return [n for n in models if n.GetAttribute("RNAssess.overlay")]


def test_outlines_of_two_studies_lie_over_each_other_and_alone(serial):
    import slicer

    press(serial, "G")
    hanging, cells = serial.logic.hanging, third(serial)
    assert hanging.plan.row.key == "overlay" and hanging.plan.pair == ("t1", "t2")
    views = [slicer.mrmlScene.GetSingletonNode(c.view, "vtkMRMLSliceNode").GetID() for c in cells]
    lines = overlay_lines()
    assert {"later", "earlier"} <= {n.GetAttribute("RNAssess.overlay") for n in lines}
    assert all(shown_in(node) == set(views[1:]) for node in lines)
    nodes = serial.logic.nodes
    for node in (*nodes.segmentations.values(), *nodes.targets.values()):
        assert not set(views[1:]) & shown_in(node)  # these would lie under the two outlines
    assert "cm³" in serial.ui.rowLegendLabel.text
    press(serial, "O")
    assert hanging.plan.pair == ("t0", "t1")
    assert all(not shown_in(node) for node in lines)
    assert all(shown_in(n) == set(views[:2]) for n in overlay_lines() if n not in lines)
    press(serial, "G")
    assert all(not shown_in(node) for node in overlay_lines())
    assert views[1] in shown_in(nodes.segmentations["t1"])


def test_growth_follows_a_corrected_outline(serial):
    """Nothing made from the outlines before stays in the views."""
    from RNAssessLib.case import Mask, MaskKind

    press(serial, "g")
    before = serial.ui.rowLegendLabel.text
    assert "grown" in before
    held = serial.logic.assessment.prepared.timepoint("t2").lesions["L1"].enhancing
    smaller = held.array.copy()
    smaller[: int(np.median(np.argwhere(smaller)[:, 0]))] = False
    masks = {"L1": {MaskKind.ENHANCING: Mask(smaller, held.grid)}}
    assert 0 < smaller.sum() < 0.8 * held.array.sum()
    serial.logic.correctOutlines("t2", masks)
    serial.panel.decided()
    assert serial.ui.rowLegendLabel.text != before
    press(serial, "u")
    assert serial.ui.rowLegendLabel.text == before


def test_a_called_row_goes_with_the_item_one_from_the_list_stays(serial):
    press(serial, "w")
    click_item(serial, "shape_change")
    assert serial.logic.hanging.plan.row.key == "growth"
    index = [row.key for row in serial.logic.hanging.rows].index("difference") + 1
    serial.ui.thirdRowComboBox.setCurrentIndex(index)
    click_item(serial, "cross_boundary")
    assert serial.logic.hanging.plan.row.key == "difference"
    serial.ui.thirdRowComboBox.setCurrentIndex(0)
    click_item(serial, "shape_change")
    assert serial.logic.hanging.plan.row.key == "growth"


def test_the_next_content_by_key_goes_round(serial):
    keys = [row.key for row in serial.logic.hanging.rows]
    seen = []
    for _ in range(len(keys) + 1):
        press(serial, "E")
        seen.append(serial.logic.hanging.called)
    assert seen == [*keys, ""]


def test_pictures_of_a_case_go_with_it(serial):
    import slicer

    for key in "dtg":
        press(serial, key)
    names = {"T1c t1 − t0", "t1 T1c − T1"}

    def there():
        nodes = slicer.util.getNodesByClass("vtkMRMLScalarVolumeNode")
        return names & {n.GetName() for n in nodes}

    assert there() == names
    assert serial.openCase("case.toml")
    assert there() == set()


# --- prior and current ----------------------------------------------------------------------------


def test_prior_for_current_in_the_view_under_the_mouse(serial):
    import slicer

    crosshair = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLCrosshairNode")
    cell = serial.logic.nodes.layout.cells[0][1]
    node = slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
    crosshair.SetCursorPositionXYZ((5.0, 5.0, 0.0), node)
    plane = [node.GetSliceToRAS().GetElement(r, c) for r in range(3) for c in range(4)]
    volumes = serial.logic.nodes.volumes
    press(serial, "f")
    assert volume_in(cell) is volumes["t0", R.T1C]
    assert label(cell) == "t0 (for t1) T1c"
    assert [node.GetSliceToRAS().GetElement(r, c) for r in range(3) for c in range(4)] == plane
    shown = serial.logic.nodes.segmentations["t0"].GetDisplayNode()
    assert node.GetID() in [
        shown.GetNthViewNodeID(n) for n in range(shown.GetNumberOfViewNodeIDs())
    ]
    press(serial, "f")
    assert volume_in(cell) is volumes["t1", R.T1C]
    press(serial, "f")
    click_item(serial, "cross_boundary")  # another item: every study in its own views
    assert volume_in(cell) is volumes["t1", R.T1C]


def test_without_a_view_under_the_mouse_the_latest_t1c_flips(serial):
    press(serial, "f")
    cell = serial.logic.nodes.layout.cells[0][-1]
    assert volume_in(cell) is serial.logic.nodes.volumes["t1", R.T1C]


# --- measuring ------------------------------------------------------------------------------------


def draw(widget, start, end, cell=None):
    """Two clicks of the mouse in a view, as Slicer's place mode leaves them."""
    import slicer

    cell = cell or widget.logic.nodes.layout.cells[0][1]
    crosshair = slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLCrosshairNode")
    crosshair = crosshair or slicer.mrmlScene.AddNewNodeByClass("vtkMRMLCrosshairNode")
    node = slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
    crosshair.SetCursorPositionXYZ((5.0, 5.0, 0.0), node)
    line = widget.panel.measure._line
    for x, y, z in (start, end):
        line.AddControlPoint((-x, -y, z))
        line.InvokeEvent(slicer.vtkMRMLMarkupsNode.PointPositionDefinedEvent)
    QtWidgets.QApplication.processEvents()


@pytest.fixture
def page(serial):
    press(serial, "U")
    assert serial.ui.caseTabs.currentWidget() == serial.ui.measurePage
    return serial


def rows(widget):
    return tree_texts(widget.ui.measureTree.raw)


def test_a_ruler_is_listed_kept_undone_and_drawn_in_its_views(page, tmp_path):
    press(page, "R")
    assert page.ui.measureSaidLabel.text.startswith("ruler")
    draw(page, (10.0, 0.0, 40.0), (22.0, 5.0, 40.0))
    assert rows(page) == [["Length t1 T1c axial", "13.0 mm"]]
    (kept,) = read_session(tmp_path / "case.session.json").measurements
    assert kept.kind is MeasureKind.RULER and kept.plane is Plane.AXIAL
    assert kept.lines == (((10.0, 0.0, 40.0), (22.0, 5.0, 40.0)),)
    (node,) = page.panel.measure._drawn
    assert node.IsA("vtkMRMLMarkupsLineNode") and node.GetLocked() and node.GetName() == "13.0 mm"
    press(page, "u")
    assert rows(page) == [] and node.GetScene() is None
    press(page, "y")
    assert len(rows(page)) == 1
    page._parameterNode.session = ""
    assert page.openCase("case.toml")
    assert len(rows(page)) == 1 and len(page.panel.measure._drawn) == 1


def test_two_diameters_wait_for_the_second_and_stand_square(page):
    press(page, "D")
    draw(page, (0.0, 0.0, 40.0), (20.0, 0.0, 40.0))
    assert rows(page) == [] and page.ui.measureSaidLabel.text == "now drag the diameter across it"
    draw(page, (8.0, -4.0, 40.0), (10.0, 6.0, 40.0))
    assert rows(page) == [["Two diameters t1 T1c axial", "20.0 × 10.0 mm, product 200 mm²"]]
    assert page.panel.measure.tool.kind is None and page.panel.measure._line is None


def test_mean_in_a_disc_is_that_of_the_image(page):
    adc = next(
        c for c in page.logic.nodes.layout.cells[2] if c.timepoint == "t1"
    )  # the row that follows the item
    index = [row.key for row in page.logic.hanging.rows].index("ADC") + 1
    page.ui.thirdRowComboBox.setCurrentIndex(index)
    press(page, "M")
    draw(page, (-20.0, -30.0, 45.0), (-12.0, -30.0, 45.0), adc)
    (row,) = rows(page)
    assert row[0] == "Mean in disc t1 ADC axial"
    assert float(row[1].split()[0]) == pytest.approx(0.8, abs=0.03)  # the head's level
    assert "µm²/ms" in row[1] and "radius 8.0 mm" in row[1]


def test_a_click_is_no_line_and_a_tool_is_put_away_by_its_key(page):
    import slicer

    press(page, "R")
    draw(page, (0.0, 0.0, 40.0), (0.1, 0.0, 40.0))
    assert rows(page) == []
    press(page, "R")
    press(page, "R")
    assert page.panel.measure._line is None
    nodes = slicer.util.getNodesByClass("vtkMRMLMarkupsLineNode")
    assert nodes == []


def test_views_go_to_a_chosen_measurement_and_it_is_removed(page):
    press(page, "R")
    draw(page, (10.0, 0.0, 47.0), (20.0, 0.0, 47.0))
    page.ui.measureTree.setCurrentItem(page.ui.measureTree.topLevelItem(0))
    assert {round(n.GetSliceOffset(), 3) for n in slice_nodes(page)} == {47.0}
    click(page, "removeMeasureButton")
    assert rows(page) == [] and page.logic.session.measurements == ()


def test_four_rows_need_no_layout_of_slicers_own(opened):
    assert len(make_assessment().prepared.timepoints) == 3
    click_item(opened, "central_diffusion_restriction")
    assert len(shown_views()) == 4


def test_a_widget_that_was_destroyed_hears_nothing_more(opened):
    """Otherwise a timer or a view would call what the garbage collector has emptied: a crash."""
    import gc

    import slicer

    logic = opened.logic
    composites = [
        slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")
        for cell in logic.nodes.layout
    ]
    keeper = logic.hanging.views
    assert keeper._observers.nodes()
    opened.cleanup()
    assert keeper._observers.nodes() == [] and not logic._settling.is_under_way
    assert logic.nodes is None and logic.keeping is None
    del keeper
    gc.collect()
    for composite in composites:
        assert composite.GetDoPropagateVolumeSelection()
        composite.Modified()
