"""The atlas route on heads whose anatomy is known: the template itself, moved and deformed."""

import numpy as np
import pytest

from RNAssessLib.anatomy import anatomy_from_labels, compute_anatomy
from RNAssessLib.anatomy.agreement import measure_tissue_agreement
from RNAssessLib.anatomy.template_labels import compute_template_labels
from RNAssessLib.case import (
    Compartment,
    Grid,
    Image,
    Mask,
    NotAssessableError,
    RegistrationGrade,
    RigidTransform,
    Tissue,
)
from RNAssessLib.spatial.atlas import AtlasAlignment


@pytest.fixture(scope="module")
def head(template):
    """T1c-like head on a coarse, shifted grid, with the alignment that made it."""
    step = 2
    thin = (slice(None, None, step),) * 3
    csf = np.clip(template.brain.array - template.wm.array - template.gm.array, 0, 1)
    signal = template.wm.array + 0.78 * template.gm.array + 0.3 * csf
    grid = template.t1.grid
    shift = np.array([7.0, -11.0, 23.0])
    x, y, z = np.asarray(grid.origin_mm) + shift
    coarse = Grid(tuple(-(-n // step) for n in grid.shape), (x, y, z), (2.0, 2.0, 2.0),
                  grid.direction)  # fmt: skip
    rng = np.random.default_rng(1)
    noisy = signal[thin] + rng.normal(0, 0.03, signal[thin].shape)
    matrix = np.eye(4)
    matrix[:3, 3] = shift
    image = Image((400.0 * np.maximum(noisy, 0)).astype(np.float32), coarse)
    return image, Mask(template.brain.array[thin], coarse), AtlasAlignment(matrix, 0.9), thin


def dice(a, b):
    return 2.0 * np.count_nonzero(a & b) / (np.count_nonzero(a) + np.count_nonzero(b))


def test_compartments_come_out_where_the_template_has_them(head):
    image, brain, alignment, thin = head
    anatomy = compute_anatomy(image, brain, None, image.grid, RigidTransform(), alignment=alignment)
    truth = compute_template_labels()[thin]
    for compartment in (Compartment.LEFT_CEREBRUM, Compartment.RIGHT_CEREBRUM,
                        Compartment.LEFT_CEREBELLUM, Compartment.RIGHT_CEREBELLUM):  # fmt: skip
        assert dice(anatomy.compartments == compartment, truth == compartment) > 0.97
    for compartment in (Compartment.LEFT_LATERAL_VENTRICLE, Compartment.RIGHT_LATERAL_VENTRICLE):
        assert dice(anatomy.compartments == compartment, truth == compartment) > 0.85
    assert anatomy.boundary_error_mm == 3.0
    assert anatomy.quality.grade is RegistrationGrade.GOOD


def test_misplaced_atlas_is_refused(head):
    image, brain, alignment, _ = head
    right = measure_tissue_agreement(image, alignment)
    moved = alignment.template_to_image.copy()
    moved[:3, 3] += (0.0, 18.0, -18.0)
    wrong = AtlasAlignment(moved, 0.9)
    assert right > 0.8
    assert measure_tissue_agreement(image, wrong) < 0.05
    with pytest.raises(NotAssessableError, match="does not fit"):
        compute_anatomy(image, brain, None, image.grid, RigidTransform(), alignment=wrong)


def test_anatomy_follows_the_transform_to_the_common_space(head):
    image, brain, alignment, thin = head
    offset = RigidTransform.from_parts(np.eye(3), (5.0, 0.0, -9.0))
    x, y, z = offset.apply(image.grid.origin_mm)
    common = Grid(image.grid.shape, (x, y, z), image.grid.spacing_mm, image.grid.direction)
    anatomy = compute_anatomy(image, brain, None, common, offset, alignment=alignment)
    truth = compute_template_labels()[thin]
    left = Compartment.LEFT_CEREBRUM
    assert dice(anatomy.compartments == left, truth == left) > 0.97


def test_user_label_map():
    grid = Grid((4, 5, 6), (1.0, 2.0, 3.0), (1.0, 1.0, 2.0))
    numbers = np.zeros(grid.shape, np.float32)
    numbers[0, 0], numbers[0, 1], numbers[1, 0] = 2, 42, 253
    numbers[2, 0], numbers[2, 1], numbers[3, 0], numbers[3, 1] = 4, 46, 1015, 2015
    anatomy = anatomy_from_labels(Image(numbers, grid), grid, RigidTransform())
    parts, tissue = anatomy.compartments, anatomy.tissue
    assert (parts[0, 0] == Compartment.LEFT_CEREBRUM).all()
    assert (tissue[0, 0] == Tissue.WHITE_MATTER).all()
    assert (parts[0, 1] == Compartment.RIGHT_CEREBRUM).all()
    assert (tissue[0, 1] == Tissue.GREY_MATTER).all()
    assert (parts[1, 0] == Compartment.CORPUS_CALLOSUM).all()
    assert (parts[2, 0] == Compartment.LEFT_LATERAL_VENTRICLE).all()
    assert (tissue[2, 0] == Tissue.CSF).all()
    assert (parts[2, 1] == Compartment.RIGHT_CEREBELLUM).all()
    assert (parts[3, 0] == Compartment.LEFT_CEREBRUM).all()
    assert (parts[3, 1] == Compartment.RIGHT_CEREBRUM).all()
    assert anatomy.boundary_error_mm == 1.0
    assert anatomy.source == "user label map"
