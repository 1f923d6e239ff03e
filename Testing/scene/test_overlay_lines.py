"""Lines of two outlines as slice views cut them, against two spheres."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonDataModel import vtkPlane
from vtkmodules.vtkFiltersCore import vtkCutter

from RNAssessLib.case import Grid, Mask, Quantity
from RNAssessLib.findings.measure.two_outlines import TwoOutlines
from RNAssessLib.scene import new_scene
from RNAssessLib.scene.overlay_lines import add_overlay

FIRST, SECOND = np.array([14.0, -22.0, 35.0]), np.array([22.0, -22.0, 35.0])  # LPS mm
RADIUS = 9.0
RAS = np.array([-1.0, -1.0, 1.0])
TURN = Rotation.from_euler("zyx", [12, -8, 5], degrees=True).as_matrix()
GRID = Grid((72, 80, 96), tuple(float(v) for v in FIRST - TURN @ [18.0, 20.0, 18.0]),
            (0.5, 0.5, 0.5), tuple(TURN.ravel()))  # fmt: skip


def ball(center, radius=RADIUS):
    points = GRID.index_to_lps(np.moveaxis(np.indices(GRID.shape), 0, -1))
    return np.linalg.norm(points - center, axis=-1) <= radius


def outlines(before, after):
    none = Quantity("x_cm3", 1.0, "cm3", uncertainty=0.1)
    return TwoOutlines(
        "t1", "t2", Mask(before, GRID), Mask(after, GRID), Mask(after & ~before, GRID),
        Mask(before & ~after, GRID), none, none, 1.0, 1.0, 2.0,
    )  # fmt: skip


def cut(model, axis, point_lps):
    """Ends (N, 2, 3) in LPS of the lines that a plane of view cuts."""
    plane = vtkPlane()
    plane.SetOrigin(*(RAS * point_lps))
    plane.SetNormal(*np.eye(3)[axis])
    cutter = vtkCutter()
    cutter.SetCutFunction(plane)
    cutter.SetInputData(model.GetPolyData())
    cutter.Update()
    lines = vtk_to_numpy(cutter.GetOutput().GetLines().GetConnectivityArray()).reshape(-1, 2)
    return RAS * vtk_to_numpy(cutter.GetOutput().GetPoints().GetData())[lines]


def length(ends):
    return float(np.linalg.norm(ends[:, 1] - ends[:, 0], axis=1).sum())


@pytest.fixture(scope="module")
def models():
    scene = new_scene()
    made = add_overlay(scene, outlines(ball(FIRST), ball(SECOND)), "L1 outlines")
    yield {node.GetAttribute("RNAssess.overlay"): node for node in made}
    scene.Clear(False)


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_the_later_outline_is_whole_and_the_earlier_one_dashed(models, axis):
    around = 2 * np.pi * RADIUS
    for name, center in (("later", SECOND), ("earlier", FIRST)):
        ends = cut(models[name], axis, center)
        away = np.linalg.norm(ends.reshape(-1, 3) - center, axis=1)
        assert np.abs(away - RADIUS).max() < 0.5
        share = length(ends) / around
        if name == "later":
            assert share == pytest.approx(1.0, abs=0.05)
        else:
            assert 0.5 < share < 0.9
            others = [n for n in range(3) if n != axis]
            angles = np.degrees(np.arctan2(*(ends.mean(axis=1) - center)[:, others].T)) % 360
            gaps = np.diff(np.sort(angles), append=np.sort(angles)[0] + 360)
            widest_mm = np.radians(gaps.max()) * RADIUS
            assert 1.0 < widest_mm < 6.0  # a gap to be seen, none to lose the line in
            assert (np.radians(gaps) * RADIUS > 1.0).sum() >= 4


@pytest.mark.parametrize("axis", [1, 2])
def test_hatching_fills_its_part_and_nothing_else(models, axis):
    lengths = {}
    for name, own, other in (("grown", SECOND, FIRST), ("regressed", FIRST, SECOND)):
        ends = cut(models[name], axis, (FIRST + SECOND) / 2)
        points = ends.reshape(-1, 3)
        assert np.linalg.norm(points - own, axis=1).max() < RADIUS + 0.5
        assert np.linalg.norm(points - other, axis=1).min() > RADIUS - 0.5
        across = np.ones(3) if name == "grown" else np.array([1.0, -1.0, 1.0])
        depth = (RAS * points) @ (across / np.sqrt(3)) / 2.6
        assert np.abs(depth - np.round(depth)).max() < 0.02  # straight, 2.6 mm apart
        assert len(set(np.round(depth))) >= 4
        lengths[name] = length(ends)
    assert 0.5 < lengths["regressed"] / lengths["grown"] < 0.9  # broken; the parts are equal


def test_parts_differ_in_more_than_colour(models):
    assert set(models) == {"later", "earlier", "grown", "regressed"}
    colours = {name: node.GetDisplayNode().GetColor() for name, node in models.items()}
    assert colours["later"] == colours["grown"] != colours["earlier"] == colours["regressed"]
    for node in models.values():
        display = node.GetDisplayNode()
        assert not display.GetVisibility()
        assert display.GetVisibility2D()
        assert not node.GetSaveWithScene()


def test_what_is_empty_is_left_out():
    nothing = np.zeros(GRID.shape, bool)
    made = add_overlay(new_scene(), outlines(ball(FIRST, 5.0), ball(FIRST, 9.0)), "grown all round")
    assert [n.GetAttribute("RNAssess.overlay") for n in made] == ["later", "earlier", "grown"]
    made = add_overlay(new_scene(), outlines(ball(FIRST), nothing), "gone")
    assert [n.GetAttribute("RNAssess.overlay") for n in made] == ["earlier", "regressed"]
