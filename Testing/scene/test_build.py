"""What lies in the scene, and where."""

import numpy as np
import pytest
import slicer
from assessments import GTV_RADIUS, LESION, MOVED, PTV_RADIUS, SATELLITE, grid_about
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonMath import vtkMatrix4x4

from RNAssessLib.case import CancelledError, Mask, MaskKind, SequenceRole
from RNAssessLib.scene import build_scene, new_scene
from RNAssessLib.scene.convert import from_vtk_matrix, point_to_ras
from RNAssessLib.scene.segmentations import add_mask, add_segmentation
from RNAssessLib.scene.views import slice_offset_of

LESION_RAS = np.array(point_to_ras(LESION))


def voxels(node):
    image = node.GetImageData()
    return vtk_to_numpy(image.GetPointData().GetScalars()).reshape(image.GetDimensions()[::-1])


def to_world(node):
    matrix = vtkMatrix4x4()
    slicer.vtkMRMLTransformNode.GetMatrixTransformBetweenNodes(
        node.GetParentTransformNode(), None, matrix
    )
    return from_vtk_matrix(matrix)


def ijk_to_ras(node):
    matrix = vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    return from_vtk_matrix(matrix)


def test_volumes_are_the_native_images_unresampled(assessment, built):
    _, nodes = built
    for timepoint in assessment.prepared.timepoints:
        for role, image in timepoint.timepoint.sequences.items():
            assert np.array_equal(voxels(nodes.volumes[timepoint.id, role]), image.array)


@pytest.mark.parametrize("corners", [
    ((4, 5, 6), (9, 6, 8)), ((0, 0, 0), (11, 12, 13)), ((0, 12, 3), (0, 12, 3)),
])  # fmt: skip
def test_an_outline_is_cut_to_its_box_with_a_margin(corners):
    array = np.zeros((12, 13, 14), bool)
    for k, j, i in corners:
        array[k, j, i] = True
    mask = Mask(
        array,
        grid_about(np.zeros(3), (1.0, 1.0, 2.0), 30.0).crop((slice(12), slice(13), slice(14))),
    )
    node = add_segmentation(new_scene(), "n")
    assert add_mask(node, "s", "s", mask, "#ff0000")
    labels = node.GetSegmentation().GetSegment("s").GetRepresentation("Binary labelmap")
    index = np.argwhere(array)
    low, high = np.maximum(index.min(0) - 1, 0), np.minimum(index.max(0) + 2, array.shape)
    assert labels.GetDimensions() == tuple((high - low)[::-1])
    held = vtk_to_numpy(labels.GetPointData().GetScalars()).reshape(high - low)
    assert np.array_equal(held > 0, array[tuple(map(slice, low, high))])
    matrix = vtkMatrix4x4()
    labels.GetImageToWorldMatrix(matrix)
    world = from_vtk_matrix(matrix) @ [0, 0, 0, 1]
    assert world[:3] == pytest.approx(point_to_ras(mask.grid.index_to_lps(low)), abs=1e-9)
    assert not add_mask(node, "e", "e", Mask(np.zeros_like(array), mask.grid), "#ff0000")


def test_voxels_lie_at_their_place_in_reference_space(assessment, built):
    _, nodes = built
    for visit, timepoint in enumerate(assessment.prepared.timepoints):
        for role, image in timepoint.timepoint.sequences.items():
            node = nodes.volumes[timepoint.id, role]
            k, j, i = 3, 20, 11
            world = to_world(node) @ ijk_to_ras(node) @ [i, j, k, 1.0]
            expected = point_to_ras(MOVED[visit].apply(image.grid.index_to_lps((k, j, i))))
            assert world[:3] == pytest.approx(expected, abs=1e-6)


def test_a_registered_sequence_gets_its_own_transform_below_the_timepoints(assessment):
    from dataclasses import replace

    from assessments import registration

    from RNAssessLib.case import RigidTransform

    prepared = assessment.prepared
    shift = RigidTransform.from_parts(np.eye(3), (1.5, -2.0, 0.5))
    second = replace(
        prepared.timepoints[1],
        to_t1c={SequenceRole.FLAIR: registration("FLAIR", "T1c", shift)},
    )
    changed = replace(
        assessment,
        prepared=replace(
            prepared, timepoints=(prepared.timepoints[0], second, prepared.timepoints[2])
        ),
    )
    scene = new_scene()
    node = build_scene(scene, changed).volumes["t1", SequenceRole.FLAIR]
    grid = second.timepoint.sequences[SequenceRole.FLAIR].grid
    world = to_world(node) @ ijk_to_ras(node) @ [4, 5, 2, 1.0]
    expected = MOVED[1].apply(shift.apply(grid.index_to_lps((2, 5, 4))))
    assert world[:3] == pytest.approx(point_to_ras(expected), abs=1e-6)


def test_isodose_surfaces_lie_at_the_radius_of_their_dose(built):
    """The fixture's dose is 28 / (1 + (r / 12)^5) Gy around the lesion."""
    _, nodes = built
    assert [n.level.dose_gy for n in nodes.isodoses] == [20.0, 16.0, 12.0, 10.0, 5.0]
    for isodose in nodes.isodoses:
        points = vtk_to_numpy(isodose.model.GetPolyData().GetPoints().GetData())
        radius = np.linalg.norm(points - LESION_RAS, axis=1)
        expected = 12.0 * (28.0 / isodose.level.dose_gy - 1.0) ** 0.2
        assert radius.mean() == pytest.approx(expected, abs=0.03)
        assert np.abs(radius - expected).max() < 0.15


def test_isodoses_show_as_lines_in_slices_in_the_panels_colours(built):
    _, nodes = built
    for isodose in nodes.isodoses:
        display = isodose.model.GetDisplayNode()
        assert display.GetVisibility2D()
        assert display.GetSliceIntersectionThickness() == isodose.level.width_px
        red, green, blue = (round(c * 255) for c in display.GetColor())
        assert f"#{red:02X}{green:02X}{blue:02X}" == isodose.level.colour.upper()


def test_legend_names_gy_and_percent(built):
    scene, _ = built
    legend = scene.GetFirstNodeByClass("vtkMRMLColorLegendDisplayNode")
    table = legend.GetColorNode()
    names = [table.GetColorName(i) for i in range(table.GetNumberOfColors())]
    assert names[-1] == "20 Gy (100 %)"
    assert names[0] == "5 Gy (25 %)"


def test_targets_have_their_size_and_place(built):
    _, nodes = built
    segmentation = nodes.targets["srs-1"].GetSegmentation()
    name = slicer.vtkSegmentationConverter.GetSegmentationClosedSurfaceRepresentationName()
    for target, expected in (("GTV1", GTV_RADIUS), ("PTV1", PTV_RADIUS)):
        surface = segmentation.GetSegment(target).GetRepresentation(name)
        points = vtk_to_numpy(surface.GetPoints().GetData())
        radius = np.linalg.norm(points - LESION_RAS, axis=1)
        assert radius.mean() == pytest.approx(expected, abs=0.5)  # drawn as a 2 mm label map


def test_segments_hold_exactly_the_voxels_of_the_masks(assessment, built):
    _, nodes = built
    name = slicer.vtkSegmentationConverter.GetSegmentationBinaryLabelmapRepresentationName()
    for timepoint in assessment.prepared.timepoints:
        segmentation = nodes.segmentations[timepoint.id].GetSegmentation()
        for kind in MaskKind:
            mask = timepoint.lesions["L1"].masks[kind]
            labels = segmentation.GetSegment(f"L1_{kind.value}").GetRepresentation(name)
            values = vtk_to_numpy(labels.GetPointData().GetScalars()) > 0
            assert values.sum() == mask.array.sum()
            matrix = vtkMatrix4x4()
            labels.GetImageToWorldMatrix(matrix)
            shape = labels.GetDimensions()[::-1]
            index = np.argwhere(values.reshape(shape)).mean(0)[::-1]
            center = from_vtk_matrix(matrix) @ [*index, 1.0]
            assert center[:3] == pytest.approx(point_to_ras(mask.centroid_lps()), abs=1e-6)


def test_evidence_is_marked_at_its_reference_point(built):
    _, nodes = built
    (cross,) = nodes.evidence_of("L1", "cross_boundary")
    position = [0.0, 0.0, 0.0]
    cross.point.GetNthControlPointPositionWorld(0, position)
    assert position == pytest.approx(point_to_ras(SATELLITE))
    assert cross.point.GetNthControlPointLabel(0) == "new enhancement"
    assert cross.point.GetDisplayNode().GetVisibility()
    (shape,) = nodes.evidence_of("L1", "shape_change")
    assert not shape.point.GetDisplayNode().GetVisibility()  # an absent sign is not pointed at


def test_each_view_shows_its_own_sequence_at_the_lesion(built):
    scene, nodes = built
    for cell in nodes.layout:
        composite = scene.GetSingletonNode(cell.view, "vtkMRMLSliceCompositeNode")
        assert composite.GetBackgroundVolumeID() == nodes.volumes[cell.timepoint, cell.role].GetID()
        assert composite.GetLinkedControl() and composite.GetHotLinkedControl()
        node = scene.GetSingletonNode(cell.view, "vtkMRMLSliceNode")
        assert node.GetSliceOffset() == pytest.approx(LESION[2], abs=1e-6)
        assert slice_offset_of(node, tuple(LESION)) == pytest.approx(LESION[2], abs=1e-6)


def test_masks_show_only_in_views_of_their_timepoint(built):
    scene, nodes = built
    for timepoint, node in nodes.segmentations.items():
        shown = set(node.GetDisplayNode().GetViewNodeIDs())
        own = {
            scene.GetSingletonNode(view, "vtkMRMLSliceNode").GetID()
            for view in nodes.layout.views_of(timepoint)
        }
        assert shown == own


def test_building_can_be_cancelled_and_leaves_batch_processing(assessment):
    def stop(share, what):
        if share >= 0.5:
            raise CancelledError

    scene = new_scene()
    with pytest.raises(CancelledError):
        build_scene(scene, assessment, stop)
    assert not scene.IsBatchProcessing()
