"""Outlines drawn elsewhere land on the T1c's voxels, or are refused with a reason."""

import numpy as np
import pytest
import SimpleITK as sitk

from RNAssessLib.case import Grid, Image, InputError, MaskKind
from RNAssessLib.study.drawn_masks import fill_polygon, read_drawn_mask

from .dicom_makers import FRAME, make_structures, save

# oblique, anisotropic, off the origin
TURN = np.array([[0.96, 0.28, 0.0], [-0.28, 0.96, 0.0], [0.0, 0.0, 1.0]])
GRID = Grid((12, 40, 36), (-31.0, 12.0, 7.0), (0.9, 0.8, 2.5), tuple(TURN.ravel()))
T1C = Image(np.zeros(GRID.shape, np.float32), GRID, FRAME)


def circle(k, row, column, radius, count=180):
    angle = np.linspace(0, 2 * np.pi, count, endpoint=False)
    index = np.column_stack([np.full(count, float(k)), row + radius * np.sin(angle),
                             column + radius * np.cos(angle)])  # fmt: skip
    return GRID.index_to_lps(index)


def disc(row, column, radius):
    j, i = np.indices(GRID.shape[1:])
    return (j - row) ** 2 + (i - column) ** 2 < radius**2


def write(tmp_path, rois, frame=FRAME):
    path = tmp_path / "drawn.dcm"
    save(make_structures(rois, frame), path)
    return path


def closed(*outlines):
    return [("CLOSED_PLANAR", outline) for outline in outlines]


def test_contours_fill_the_slices_they_lie_on_and_holes_stay_open(tmp_path):
    path = write(tmp_path, {
        "L1 enhancing": closed(circle(4, 20.2, 15.3, 8.4), circle(4, 20.2, 15.3, 4.1),
                               circle(5, 19.0, 15.0, 6.2)),
        "L1 core": closed(circle(4, 20.2, 15.3, 4.1)),
    })  # fmt: skip
    mask = read_drawn_mask(path, MaskKind.ENHANCING, T1C).array
    assert sorted(np.unique(np.nonzero(mask)[0])) == [4, 5]
    assert np.array_equal(mask[4], disc(20.2, 15.3, 8.4) & ~disc(20.2, 15.3, 4.1))
    assert np.array_equal(mask[5], disc(19.0, 15.0, 6.2))
    core = read_drawn_mask(path, MaskKind.NECROTIC_CORE, T1C).array
    assert np.array_equal(core[4], disc(20.2, 15.3, 4.1))


def test_a_single_part_needs_no_name_and_several_do(tmp_path):
    one = write(tmp_path, {"lesion": closed(circle(3, 20.2, 15.3, 5.3))})
    assert read_drawn_mask(one, MaskKind.OEDEMA, T1C).array[3].sum() == disc(20.2, 15.3, 5.3).sum()
    two = write(
        tmp_path, {"a": closed(circle(3, 20.2, 15.3, 5.3)), "b": closed(circle(4, 20, 15, 5))}
    )
    with pytest.raises(InputError, match="none of its parts is called enhanc: a, b"):
        read_drawn_mask(two, MaskKind.ENHANCING, T1C)


@pytest.mark.parametrize(
    ("slice_index", "frame", "message"),
    [(3.5, FRAME, "between slices"), (40.0, FRAME, "between slices"),
     (3.0, "1.2.840.9", "another frame of reference")],
)  # fmt: skip
def test_what_does_not_fit_is_refused(tmp_path, slice_index, frame, message):
    path = write(tmp_path, {"enhancing": closed(circle(slice_index, 20, 15, 5))}, frame)
    with pytest.raises(InputError, match=message):
        read_drawn_mask(path, MaskKind.ENHANCING, T1C)


def test_a_label_map_on_another_grid_is_refused(tmp_path):
    image = sitk.GetImageFromArray(np.ones((5, 5, 5), np.uint8))
    path = tmp_path / "mask.nii.gz"
    sitk.WriteImage(image, str(path))
    with pytest.raises(InputError, match="not on the grid"):
        read_drawn_mask(path, MaskKind.ENHANCING, T1C)


def test_a_polygon_beyond_the_image_is_cut_off():
    square = np.array([[-3.0, -3.0], [-3.0, 1.5], [1.5, 1.5], [1.5, -3.0]])
    assert np.array_equal(
        np.argwhere(fill_polygon(square, (4, 4))), [[0, 0], [0, 1], [1, 0], [1, 1]]
    )
