"""Lines cut once for all views lie where the surfaces are, and follow what their nodes say."""

import numpy as np
import pytest
from assessments import LESION, PRESCRIPTION_GY
from scipy.spatial.transform import Rotation
from trame.app import get_server
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkFiltersSources import vtkSphereSource

from RNAssessLib.scene.convert import hex_to_rgb
from RNAssessLib.scene.line_geometry import cut_surface
from RNAssessLib.web.reading.room import ReadingRoom

WIDTH, HEIGHT = 300, 260
NORMAL = np.array([0.2, -0.3, 0.9]) / np.linalg.norm([0.2, -0.3, 0.9])


@pytest.fixture(scope="module")
def room(assessment):
    room = ReadingRoom(get_server("cut lines", client_type="vue3"), assessment)
    room._fill_state()
    room.views.start(tuple(LESION), assessment.prepared.lesions[0].radius_mm)
    for linked in room.views.views:
        linked.frames.update_size("", {"w": WIDTH, "h": HEIGHT})
    yield room
    room.close()


def ball(radius, center):
    source = vtkSphereSource()
    source.SetRadius(radius)
    source.SetCenter(*center)
    source.SetThetaResolution(96)
    source.SetPhiResolution(96)
    source.Update()
    return source.GetOutput()


def drawn(room, view):
    """Points (mm from the middle of the view) and colours of all lines of a view."""
    linked = next(v for v in room.views.views if v.cell.view == view)
    room.lines.update(linked)
    per_pixel = linked.node.GetFieldOfView()[0] / WIDTH
    points, colours = [np.zeros((0, 3))], [np.zeros((0, 3), np.uint8)]
    for actor in room.lines._actors[view]._actors.values():
        if actor.GetVisibility():
            lines = actor.GetMapper().GetInput()
            points.append(vtk_to_numpy(lines.GetPoints().GetData()))
            colours.append(vtk_to_numpy(lines.GetPointData().GetScalars()))
    from_middle = np.vstack(points)[:, :2] - (WIDTH / 2, HEIGHT / 2)
    return from_middle * per_pixel, np.vstack(colours)


def captured(linked):
    values = vtk_to_numpy(linked.frames.capture().GetPointData().GetScalars())
    return values[:, :3].astype(int)


def of_colour(colours, wanted):
    return (np.abs(colours.astype(int) - np.round(255 * np.array(wanted))) <= 1).all(axis=1)


@pytest.mark.parametrize("away_mm", [0.0, 4.0, -7.5])
def test_a_ball_is_cut_in_the_circle_of_pythagoras(away_mm):
    to_world = np.eye(4)
    to_world[:3, :3] = Rotation.from_euler("xyz", [20, -35, 50], degrees=True).as_matrix()
    to_world[:3, 3] = (12.0, -30.0, 7.0)
    middle = to_world[:3, :3] @ (1.0, 2.0, 3.0) + to_world[:3, 3]
    offset = float(NORMAL @ middle) + away_mm
    points, segments = cut_surface(ball(10.0, (1.0, 2.0, 3.0)), to_world, NORMAL, offset)
    assert np.allclose(points @ NORMAL, offset, atol=1e-4)
    radius = np.linalg.norm(points - middle - away_mm * NORMAL, axis=1)
    assert radius == pytest.approx(np.sqrt(100.0 - away_mm**2), abs=0.03)
    assert (np.bincount(segments.ravel(), minlength=len(points)) == 2).all()  # closed


def test_a_plane_beside_the_ball_cuts_nothing():
    points, segments = cut_surface(ball(10.0, (0, 0, 0)), np.eye(4), NORMAL, 10.5)
    assert len(points) == len(segments) == 0


def test_isodose_of_the_prescription_has_its_radius_in_every_view(room):
    level = next(n.level for n in room.display.isodoses.nodes
                 if n.level.dose_gy == PRESCRIPTION_GY)  # fmt: skip
    expected = 12.0 * (28.0 / PRESCRIPTION_GY - 1.0) ** 0.2
    for linked in room.views.shown:
        points, colours = drawn(room, linked.cell.view)
        ours = points[of_colour(colours, hex_to_rgb(level.colour))]
        assert len(ours) > 50
        assert np.linalg.norm(ours, axis=1) == pytest.approx(expected, abs=0.15)


def test_a_slice_is_cut_once_for_all_views_and_kept_for_the_way_back(room):
    surfaces = room.lines._read()
    for linked in room.views.shown:
        room.lines.update(linked)
    before = room.lines.cuts
    room.views.set_offset(room.views.offsets()["Red"] + 1.37)
    for linked in room.views.shown:
        room.lines.update(linked)
    assert len(room.views.shown) == 4
    assert room.lines.cuts - before == len(surfaces)
    room.views.set_offset(room.views.offsets()["Red"] - 1.37)
    for linked in room.views.shown:
        room.lines.update(linked)
    assert room.lines.cuts - before == len(surfaces)


def test_a_set_of_lines_is_laid_out_once_for_all_views(room):
    """However thick a view's own slices are; the fixture's studies differ."""
    spacings = {round(v.node.GetXYToRAS().GetElement(2, 2), 3) for v in room.views.shown}
    assert len(spacings) > 1
    shared = {}
    for linked in room.views.shown:
        room.lines.update(linked)
        groups = room.lines._groups(linked)
        actors = room.lines._actors[linked.cell.view]._actors
        for style, surfaces in groups.items():
            shared.setdefault(surfaces, set()).add(id(actors[style].GetMapper().GetInput()))
    assert all(len(inputs) == 1 for inputs in shared.values())


def test_lines_are_thicker_on_a_large_or_dense_screen(room):
    def widths():
        linked = room.views.shown[0]
        room.lines.update(linked)
        actors = room.lines._actors[linked.cell.view]._actors
        return {style[0]: actor.GetProperty().GetLineWidth() for style, actor in actors.items()}

    assert all(drawn == said for said, drawn in widths().items())
    try:
        for linked in room.views.shown:  # two rows of 1000 pixels: 4K, or half of it at 200 %
            linked.frames.update_size("", {"w": 900, "h": 500, "p": 2.0})
        assert all(drawn == 2 * said for said, drawn in widths().items())
    finally:
        for linked in room.views.shown:
            linked.frames.update_size("", {"w": WIDTH, "h": HEIGHT})


def test_lines_follow_the_nodes_switches(room):
    def count():
        return len(drawn(room, "Red")[0])

    everything = count()
    room.display.isodoses.toggle()
    outlines = count()
    room.display.toggle_contours()
    assert count() == 0
    room.display.isodoses.toggle()
    isodoses = count()
    assert isodoses + outlines == everything
    room.display.toggle_contours()
    room.display.bare(True)
    assert count() == 0
    room.display.bare(False)
    assert count() == everything


def test_a_new_level_is_drawn_and_a_removed_one_is_not(room):
    room.display.isodoses.add(15.5, "Gy")
    index = next(i for i, n in enumerate(room.display.isodoses.nodes) if n.level.dose_gy == 15.5)
    level = room.display.isodoses.nodes[index].level
    points, colours = drawn(room, "Red")
    ours = points[of_colour(colours, hex_to_rgb(level.colour))]
    expected = 12.0 * (28.0 / 15.5 - 1.0) ** 0.2
    assert np.linalg.norm(ours, axis=1) == pytest.approx(expected, abs=0.15)
    room.display.isodoses.remove(index)
    assert not of_colour(drawn(room, "Red")[1], hex_to_rgb(level.colour)).any()


def test_outlines_of_a_study_are_only_in_its_views(room):
    radius = {}
    for view in ("Red", "Yellow"):
        points, colours = drawn(room, view)
        rim = points[of_colour(colours, hex_to_rgb("#00E5A0"))]
        radius[view] = float(np.linalg.norm(rim, axis=1).max())
    assert radius["Red"] == pytest.approx(8.0, abs=1.7)  # 3 x 3 x 4 mm voxels, turned
    assert radius["Yellow"] == pytest.approx(6.0, abs=1.7)
    assert radius["Red"] - radius["Yellow"] > 0.8


def test_the_short_way_to_the_picture_shows_what_slicer_shows(room, monkeypatch):
    (linked,) = (v for v in room.views.views if v.cell.view == "Yellow")
    room.views.set_offset(room.views.offsets()["Red"] + 2.0)
    volume = room.nodes.volumes["t1", linked.cell.role].GetDisplayNode()
    before = volume.GetWindowLevelMin(), volume.GetWindowLevelMax()
    for low, high in (before, (150.0, 500.0), (-300.0, 900.0)):
        volume.SetWindowLevelMinMax(low, high)
        quick = captured(linked)
        with monkeypatch.context() as slicers_own:
            slicers_own.setattr(type(linked.view), "_grey_image", lambda _: None)
            whole = captured(linked)
        assert quick.std() > 20
        assert np.abs(quick - whole).max() <= 1
    volume.SetWindowLevelMinMax(*before)
