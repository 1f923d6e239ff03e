"""A walk through the module in a real Slicer, with assertions and screenshots.

    Slicer --python-script Testing/slicer_module/walk.py --out DIR [--case CASE] [--stay]

Opens a case (a digital patient when none is given), clicks through the panel and reads out of the
scene what hangs where. Writes DIR/walk.json and a picture per step; the exit code is 1 when a step
failed. The module's folder must be among Slicer's module paths. The same steps run on the stand-in
(``test_walk.py``).
"""

from __future__ import annotations

import json
import sys
import time
import traceback
from pathlib import Path

import slicer

PHANTOM = "rn_across_falx"
DOCK_PX = 400
SETTLE_S = 0.6


class Walk:
    """The steps; each raises AssertionError with what was found.

    Parameters
    ----------
    widget : RNAssessWidget
        With a case open.
    out : Path
        Folder of pictures and ``walk.json``.
    dock : QDockWidget or None
        Of the module panel; None where there is no main window.
    """

    def __init__(self, widget: object, out: Path, dock: object = None) -> None:
        self.widget, self.ui, self.out, self.dock = widget, widget.ui, Path(out), dock
        self.out.mkdir(parents=True, exist_ok=True)
        self.results: list[dict] = []

    # --- means ------------------------------------------------------------------------------------

    @property
    def logic(self) -> object:
        return self.widget.logic

    def settle(self) -> None:
        """Let layouts, timers and rendering come to rest."""
        until = time.monotonic() + SETTLE_S
        while time.monotonic() < until:
            slicer.app.processEvents()
            time.sleep(0.01)

    def cells(self) -> list:
        """Views that are laid out now."""
        layout, depth = self.logic.nodes.layout, self.logic.hanging.depth
        rows = layout.cells[: 2 + (depth if self.logic.views.third_row else 0)]
        return [cell for row in rows for cell in row]

    def node(self, cell: object) -> object:
        return slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")

    def composite(self, cell: object) -> object:
        return slicer.mrmlScene.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")

    def hung(self) -> dict[str, str]:
        """Name of the volume in every view that is laid out."""
        shown = {}
        for cell in self.cells():
            volume = slicer.mrmlScene.GetNodeByID(
                self.composite(cell).GetBackgroundVolumeID() or ""
            )
            shown[cell.view] = volume.GetName() if volume is not None else ""
        return shown

    def picture(self, name: str) -> None:
        """Save what is on the screen."""
        window = slicer.util.mainWindow() or self.widget.parent
        window.grab().save(str(self.out / f"{name}.png"))

    def page(self, tabs: str, page: str) -> None:
        """Look at a page of the panel."""
        getattr(self.ui, tabs).setCurrentWidget(getattr(self.ui, page))
        self.settle()

    # --- steps ------------------------------------------------------------------------------------

    def step_studies_hang_under_their_names(self) -> None:
        for cell in self.cells():
            if cell.role is None:
                continue
            name = f"{cell.timepoint} {cell.role.value}"
            held = self.logic.nodes.volumes.get((cell.timepoint, cell.role))
            shown = self.hung()[cell.view]
            assert shown == (name if held is not None else ""), f"{cell.view}: {shown} for {name}"
            label = self.node(cell).GetLayoutLabel()
            assert label.startswith(cell.timepoint), f"{cell.view} is called {label}"

    def step_corners_tell_date_and_months(self) -> None:
        rows = {row.id: row for row in self.widget.panel.view.case.timepoints}
        for cell in (c for c in self.cells() if c.role is not None):
            if self.logic.nodes.volumes.get((cell.timepoint, cell.role)) is None:
                continue
            view = slicer.app.layoutManager().sliceWidget(cell.view).sliceView()
            text, row = view.cornerAnnotation().GetText(7), rows[cell.timepoint]
            assert row.date in text and f"{row.months} months" in text, f"{cell.view}: {text!r}"

    def step_home_is_the_lesion_at_one_size(self) -> None:
        lesion = self.widget.panel.lesion()
        self.logic.views.go_home()
        self.settle()
        wanted = lesion.home.point_reference_lps_mm[2]
        offsets = {c.view: self.node(c).GetSliceOffset() for c in self.cells()}
        assert all(abs(o - wanted) < 0.01 for o in offsets.values()), f"{offsets}, not {wanted}"
        fields = {c.view: min(self.node(c).GetFieldOfView()[:2]) for c in self.cells()}
        low, high = min(fields.values()), max(fields.values())
        assert high - low < 0.01 * high and high <= 141.0, f"fields of view {fields}"

    def step_item_moves_the_views_and_marks_its_place(self) -> None:
        tree = self.ui.checklistTree
        self.page("tabs", "checklistTab")
        tree.setCurrentItem(tree.topLevelItem(0))
        self.settle()
        row = self.widget.panel.row()
        target = row.jumps[0]
        x, y, z = target.point_reference_lps_mm
        for cell in self.cells():
            matrix = self.node(cell).GetSliceToRAS()
            normal = [matrix.GetElement(r, 2) for r in range(3)]
            origin = [matrix.GetElement(r, 3) for r in range(3)]
            away = sum(n * (p - o) for n, p, o in zip(normal, (-x, -y, z), origin, strict=True))
            assert abs(away) < 0.01, f"{cell.view} lies {away:.2f} mm off the evidence"
        studies = {self.node(c).GetID(): c.timepoint for c in self.logic.nodes.layout}
        for item in self.logic.nodes.evidence:
            display = item.point.GetDisplayNode()
            if display.GetVisibility():
                ids = [display.GetNthViewNodeID(n) for n in range(display.GetNumberOfViewNodeIDs())]
                assert ids and {studies[i] for i in ids} == {item.evidence.timepoint}, ids
                assert not display.GetPointLabelsVisibility()

    def step_segment_editor_and_back(self) -> None:
        before = self.hung()
        self.page("tabs", "caseTab")
        self.page("caseTabs", "outlinesPage")
        self.ui.editOutlinesButton.click()
        self.settle()
        self.picture("segment-editor")
        assert self.hung() == before, f"in the editor: {self.hung()}"
        slicer.util.selectModule("RNAssess")
        self.settle()
        assert self.hung() == before, f"back again: {self.hung()}"
        self.ui.discardOutlinesButton.click()
        self.settle()
        assert self.hung() == before, f"after discard: {self.hung()}"

    def step_another_image_is_named_in_red_and_goes(self) -> None:
        cell, before = self.cells()[0], self.hung()
        volumes = self.logic.nodes.volumes
        other = next(v for (t, _r), v in volumes.items() if t != cell.timepoint)
        self.composite(cell).SetBackgroundVolumeID(other.GetID())
        self.settle()
        label, red = self.node(cell).GetLayoutLabel(), self.node(cell).GetLayoutColor()
        assert label.startswith(other.GetName()) and "≠" in label, label
        assert red[0] > 0.8 and red[1] < 0.3, red
        self.picture("another-image")
        slicer.util.selectModule("RNAssess")
        self.widget.enter()
        self.settle()
        assert self.hung() == before and "≠" not in self.node(cell).GetLayoutLabel()

    def step_dvh_has_curves(self) -> None:
        self.page("tabs", "doseTab")
        self.page("doseTabs", "dvhPage")
        chart = self.logic.chart
        assert chart.GetNumberOfPlotSeriesNodes() > 0
        image = self.widget.panel.dvh.plot.grab().toImage()
        points = [
            (x, y) for x in range(2, image.width() - 2, 7) for y in range(2, image.height() - 2, 7)
        ]
        dark = sum(image.pixelColor(x, y).lightness() < 40 for x, y in points)
        assert dark < 0.5 * len(points), f"{dark} of {len(points)} points of the DVH are black"
        self.picture("dvh")
        self.ui.dvhLayoutButton.click()
        self.settle()
        self.picture("dvh-in-layout")
        description = self._layout_node().GetCurrentLayoutDescription()
        assert "vtkMRMLPlotViewNode" in description
        self.ui.dvhLayoutButton.click()
        self.settle()

    @staticmethod
    def _layout_node() -> object:
        return slicer.mrmlScene.GetFirstNodeByClass("vtkMRMLLayoutNode")

    def step_nothing_is_wider_than_its_dock(self) -> None:
        if self.dock is None:
            return
        before = self.dock.width
        before = before() if callable(before) else before
        for tabs in ("tabs", "caseTabs", "doseTabs", "courseTabs"):
            pages = getattr(self.ui, tabs)
            for index in range(pages.count):
                pages.setCurrentIndex(index)
                self.settle()
                now = self.dock.width
                now = now() if callable(now) else now
                assert now <= before, f"{tabs} page {index}: {now} pixels, before {before}"

    def step_prescription_isodoses_and_third_row(self) -> None:
        self.ui.isodosesCheckBox.click()
        self.settle()
        displays = [i.model.GetDisplayNode() for i in self.logic.nodes.isodoses]
        assert not any(d.GetVisibility() for d in displays)
        self.ui.isodosesCheckBox.click()
        place = self.node(self.cells()[0]).GetSliceOffset()
        self.ui.thirdRowCheckBox.click()
        self.settle()
        self.ui.thirdRowCheckBox.click()
        self.settle()
        offsets = [self.node(c).GetSliceOffset() for c in self.cells()]
        assert all(abs(o - place) < 0.01 for o in offsets), f"{offsets}, before {place}"

    def step_decide_and_undo(self) -> None:
        self.page("tabs", "checklistTab")
        tree = self.ui.checklistTree
        tree.setCurrentItem(tree.topLevelItem(0))
        self.settle()
        self.ui.acceptButton.click()
        assert self.logic.session.can_undo
        self.ui.undoButton.click()
        assert not self.widget.panel.row().overridden

    def step_saved_scene_is_gone_on_with(self) -> None:
        path = str(self.out / "walk.mrb")
        case = self.logic.assessment.prepared.case.id
        assert slicer.util.saveScene(path)
        slicer.mrmlScene.Clear(0)
        self.settle()
        slicer.util.loadScene(path)
        self.settle()
        slicer.util.selectModule("RNAssess")
        self.settle()
        assert self.ui.savedSceneButton.visible
        self.picture("opened-again")
        self.ui.savedSceneButton.click()
        self.settle()
        assert self.logic.assessment is not None, "the case was not gone on with"
        assert self.logic.assessment.prepared.case.id == case
        self.step_studies_hang_under_their_names()
        self.step_home_is_the_lesion_at_one_size()

    # --- all --------------------------------------------------------------------------------------

    def run(self) -> bool:
        """Do every step in the order written; True when none failed."""
        for name in [n for n in vars(type(self)) if n.startswith("step_")]:
            started, problem = time.monotonic(), ""
            try:
                getattr(self, name)()
            except Exception as error:
                problem = str(error) or type(error).__name__
                traceback.print_exc()
            self.settle()
            self.picture(name[5:])
            seconds = round(time.monotonic() - started, 2)
            step = name[5:].replace("_", " ")
            self.results.append({"step": step, "failed": problem, "seconds": seconds})
            print(f"WALK {'FAILED' if problem else 'ok    '} {step} {problem}".rstrip())
        failed = sum(bool(row["failed"]) for row in self.results)
        print(f"WALK {len(self.results) - failed} of {len(self.results)} steps hold")
        text = json.dumps(self.results, indent=1, ensure_ascii=False)
        (self.out / "walk.json").write_text(text + "\n", encoding="utf-8")
        return not failed


def main(arguments: list[str]) -> int:
    """Open a case in a running Slicer and walk; the exit code."""
    import argparse

    import qt

    parser = argparse.ArgumentParser(prog="walk.py")
    parser.add_argument("--out", type=Path, default=Path("walk"))
    parser.add_argument("--case", default="")
    parser.add_argument("--stay", action="store_true")
    given, _others = parser.parse_known_args(arguments)
    slicer.util.selectModule("RNAssess")
    widget = slicer.util.getModuleWidget("RNAssess")
    done = widget.openCase(given.case) if given.case else widget.openPhantom(PHANTOM)
    if not done:
        print("WALK FAILED: the case was not opened")
        return 1
    window, dock = slicer.util.mainWindow(), None
    if window is not None:
        found = slicer.util.findChildren(window, name="PanelDockWidget")
        dock = found[0] if found else None
    if dock is not None:
        try:
            window.resizeDocks([dock], [DOCK_PX], qt.Qt.Horizontal)
        except (TypeError, ValueError) as error:  # not every binding takes the lists
            print(f"WALK note: the dock keeps its width ({error})")
    return 0 if Walk(widget, given.out, dock).run() else 1


if __name__ == "__main__":
    status = main(sys.argv[1:])
    if "--stay" not in sys.argv:
        slicer.util.exit(status)
