"""Corrected outlines written with the case: read back to the voxel, all else left as it is."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
import SimpleITK as sitk

from RNAssessLib.case import InputError, Mask, MaskKind
from RNAssessLib.study.case_file import read_case_file
from RNAssessLib.study.case_file_masks import write_masks

E, C = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE
CASE = """# written by hand
id = "c"

[[timepoint]]
id = "t0"
date = 2025-01-08
[timepoint.sequences]
T1c = "a.nrrd"   # first
[timepoint.masks]
enhancing = "m.nrrd"

[[timepoint]]
id = "t/1"
date = 2025-05-08
[timepoint.sequences]
T1c = "b.nrrd"

[[event]]
kind = "kps"
date = 2025-05-09
value = 80
"""


@pytest.fixture
def path(tmp_path):
    rng = np.random.default_rng(1)
    for name, origin in (("a", (-5.0, 3.0, 9.0)), ("b", (1.0, 2.0, 3.0))):
        image = sitk.GetImageFromArray(rng.normal(100, 9, (6, 8, 9)).astype(np.float32))
        image.SetOrigin(origin)
        image.SetSpacing((0.9, 1.1, 2.0))
        sitk.WriteImage(image, str(tmp_path / f"{name}.nrrd"))
        if name == "a":
            sitk.WriteImage(image > 100, str(tmp_path / "m.nrrd"))
    (tmp_path / "case.toml").write_text(CASE)
    return tmp_path / "case.toml"


def drawn(case, timepoint, seed):
    grid = case.timepoint(timepoint).t1c.grid
    array = np.random.default_rng(seed).random(grid.shape) > 0.6
    return Mask(array, grid)


def test_masks_come_back_to_the_voxel(path):
    case = read_case_file(path)
    masks = {"t/1": {E: drawn(case, "t/1", 2), C: drawn(case, "t/1", 3)}}
    write_masks(case, masks, path)
    again = read_case_file(path)
    for kind, mask in masks["t/1"].items():
        assert np.array_equal(again.timepoint("t/1").masks[kind].array, mask.array)
    assert set(again.timepoint("t0").masks) == {E}
    assert again.events == case.events
    text = path.read_text()
    assert text.startswith("# written by hand\n") and "# first" in text
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "a.nrrd", "b.nrrd", "case.masks", "case.toml", "case.toml.bak", "m.nrrd"
    ]  # fmt: skip
    assert sorted(p.name for p in (path.parent / "case.masks").iterdir()) == [
        "t_1-enhancing.nrrd", "t_1-necrotic_core.nrrd"
    ]  # fmt: skip


def test_masks_that_were_named_are_replaced_and_written_again(path):
    case = read_case_file(path)
    for seed in (4, 5):
        masks = {"t0": {C: drawn(case, "t0", seed)}}
        write_masks(case, masks, path)
        again = read_case_file(path).timepoint("t0").masks
        assert set(again) == {C}
        assert np.array_equal(again[C].array, masks["t0"][C].array)
    assert path.read_text().count("[timepoint.masks]") == 1


def test_a_case_without_a_file_gets_one(path):
    case = read_case_file(path)
    first = case.timepoint("t/1")
    lone = replace(case, timepoints=(first,), events=())
    fresh = path.with_name("new.toml")
    write_masks(lone, {"t/1": {E: drawn(case, "t/1", 6)}}, fresh)
    again = read_case_file(fresh)
    assert again.timepoint("t/1").date == date(2025, 5, 8)
    assert set(again.timepoint("t/1").masks) == {E}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (CASE.replace('id = "c"', 'id = "d"', 1), "is the case file of 'd'"),
        ("id = ", "not valid TOML"),
        ('id = "c"\ntimepoint = [{id = "t0", date = 2025-01-08}]\n', "edit it by hand"),
    ],
)
def test_nothing_is_written_where_it_does_not_belong(path, text, reason):
    case = read_case_file(path)
    path.write_text(text)
    with pytest.raises(InputError, match=reason):
        write_masks(case, {"t0": {E: drawn(case, "t0", 7)}}, path)
    assert path.read_text() == text
    assert not path.with_name("case.masks").exists()
