"""Outlines from networks: label numbers as declared, files by name, bad ones refused by name."""

import re
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from RNAssessLib.case import Grid, Image, InputError, MaskKind, SequenceRole, Timepoint
from RNAssessLib.case.image import Source
from RNAssessLib.cli import main
from RNAssessLib.evidence import Thresholds
from RNAssessLib.study import read_case
from RNAssessLib.study.case_file_values import KNOWN
from RNAssessLib.study.drawn_masks import read_drawn_mask
from RNAssessLib.study.given_outlines import give_outlines
from RNAssessLib.study.label_numbers import CONVENTIONS, parse_label_numbers, read_brain
from RNAssessLib.study.network_outlines import read_outlines, split_core
from RNAssessLib.study.outline_folder import MEANING, find_outlines
from RNAssessLib.study.volume import read_volume

from .dicom_makers import make_slice, make_structures, save

E, C, O = MaskKind.ENHANCING, MaskKind.NECROTIC_CORE, MaskKind.OEDEMA  # noqa: E741
TURN = np.array([[0.96, 0.28, 0.0], [-0.28, 0.96, 0.0], [0.0, 0.0, 1.0]])
GRID = Grid((12, 30, 26), (-31.0, 12.0, 7.0), (0.9, 0.8, 2.5), tuple(TURN.ravel()))
SHARED = Path(__file__).parents[2] / "../shared/data/mr"


def write(path, array, grid=GRID):
    image = sitk.GetImageFromArray(array)
    image.SetOrigin(grid.origin_mm)
    image.SetSpacing(grid.spacing_mm)
    image.SetDirection(grid.direction)
    path.parent.mkdir(parents=True, exist_ok=True)
    sitk.WriteImage(image, str(path))
    return path


def numbered(counts, dtype=np.uint8):
    """Label map with so many voxels of each number."""
    flat = np.zeros(int(np.prod(GRID.shape)), dtype)
    start = 100
    for number, count in counts.items():
        flat[start : start + count] = number
        start += count
    return flat.reshape(GRID.shape)


def make_t1c(seed=0, path=""):
    rng = np.random.default_rng(seed)
    array = rng.normal(100, 9, GRID.shape).astype(np.float32)
    return Image(array, GRID, "1.2.3", Source(str(path)))


def counts(masks):
    return {kind: int(mask.array.sum()) for kind, mask in masks.items()}


@pytest.mark.parametrize(
    ("declared", "held", "expected"),
    [
        ("BraTS-2021", {1: 40, 2: 300, 4: 70}, {E: 70, C: 40, O: 300}),
        ("brats-2023", {1: 40, 2: 300, 3: 70}, {E: 70, C: 40, O: 300}),
        ("BraTS-2023", {2: 300}, {E: 0, C: 0, O: 300}),  # what it could hold and does not is none
        ({"enhancing": [3, 5], "oedema": 7, "ignore": 9}, {3: 10, 5: 20, 7: 30, 9: 5},
         {E: 30, O: 30}),
    ],
)  # fmt: skip
def test_every_part_has_the_voxels_of_its_numbers(tmp_path, declared, held, expected):
    path = write(tmp_path / "seg.nii.gz", numbered(held))
    numbers = parse_label_numbers(declared, "case.toml")
    masks, note = read_outlines(path, numbers, make_t1c())
    assert counts(masks) == expected
    assert not note
    for kind, count in expected.items():
        assert masks[kind].volume_cm3 == pytest.approx(count * 0.9 * 0.8 * 2.5 / 1000)


def sphere(center, radius):
    index = np.stack(np.meshgrid(*[np.arange(n) for n in GRID.shape], indexing="ij"), axis=-1)
    return np.linalg.norm(GRID.index_to_lps(index) - GRID.index_to_lps(center), axis=-1) < radius


def test_a_core_under_the_same_label_is_told_apart_on_the_image(tmp_path):
    lesion, core = sphere((6, 15, 13), 10.0), sphere((6, 15, 13), 6.0)
    t1c = make_t1c()
    array = t1c.array + np.float32(100.0) * lesion - np.float32(150.0) * core
    t1c = t1c.with_array(array.astype(np.float32))
    labels = np.where(lesion, 2, np.where(sphere((6, 15, 13), 12.0), 1, 0)).astype(np.uint8)
    path = write(tmp_path / "aurora.nii.gz", labels)
    masks, note = read_outlines(path, parse_label_numbers("AURORA", "x"), t1c)
    np.testing.assert_array_equal(masks[C].array, core)
    np.testing.assert_array_equal(masks[E].array | masks[C].array, lesion)  # the outline itself
    assert not (masks[E].array & masks[C].array).any()
    assert masks[O].array.sum() == (labels == 1).sum()
    assert "told apart on the T1c" in note


def test_a_lesion_of_one_brightness_has_no_core():
    lesion = sphere((6, 15, 13), 10.0)
    assert not split_core(lesion, make_t1c(), Thresholds()).any()  # 9 % noise alone


@pytest.mark.parametrize(
    ("declared", "reason"),
    [
        ("BraTS", "are none of BraTS-2021, BraTS-2023, AURORA, lesions"),
        ({"rim": 1}, "'rim' is none of enhancing, necrotic_core, oedema"),
        ({"enhancing": 1, "oedema": 1}, "one number means two parts"),
        ({"enhancing": 0}, "is no label number"),
        ({"ignore": 3}, "name no part"),
        (4, "neither a name nor a table"),
    ],
)
def test_a_wrong_declaration_is_refused(declared, reason):
    with pytest.raises(InputError, match=reason):
        parse_label_numbers(declared, "case.toml")


def test_labels_that_are_not_declared_are_refused(tmp_path):
    path = write(tmp_path / "seg.nii.gz", numbered({1: 5, 2: 6, 4: 7}))
    with pytest.raises(InputError, match=r"holds label 4, not declared: BraTS-2023 has 1, 2, 3"):
        read_outlines(path, parse_label_numbers("BraTS-2023", "x"), make_t1c())
    with pytest.raises(InputError, match="holds labels 1, 2, 4, which are not declared"):
        read_drawn_mask(path, E, make_t1c())
    with pytest.raises(InputError, match=r"say in \[outlines\] which number means what"):
        read_outlines(path, None, make_t1c())


def test_a_file_of_one_part_takes_the_numbers_of_that_part(tmp_path):
    path = write(tmp_path / "seg.nii.gz", numbered({1: 5, 2: 6, 4: 7}))
    brats = parse_label_numbers("BraTS-2021", "x")
    assert read_drawn_mask(path, E, make_t1c(), brats).array.sum() == 7
    lesions = parse_label_numbers("lesions", "x")
    assert read_drawn_mask(path, E, make_t1c(), lesions).array.sum() == 18
    soft = write(tmp_path / "soft.nii.gz", numbered({1: 50}, np.float32) * np.float32(0.7))
    assert read_drawn_mask(soft, E, make_t1c()).array.sum() == 50
    with pytest.raises(InputError, match="AURORA has no label for enhancing alone"):
        two = write(tmp_path / "two.nii.gz", numbered({1: 5, 2: 6}))
        read_drawn_mask(two, E, make_t1c(), parse_label_numbers("AURORA", "x"))


OTHER = Grid(GRID.shape, (-30.0, 12.0, 7.0), GRID.spacing_mm, GRID.direction)


@pytest.mark.parametrize(
    ("array", "grid", "reason"),
    [
        (numbered({1: 9}), OTHER, "not on the grid of its timepoint's T1c"),
        (numbered({}), GRID, "is empty"),
        (np.linspace(0, 900, int(np.prod(GRID.shape)), dtype=np.float32).reshape(GRID.shape), GRID,
         "is not a label map"),
    ],
)  # fmt: skip
def test_a_bad_label_map_or_brain_is_refused(tmp_path, array, grid, reason):
    path = write(tmp_path / "bad.nii.gz", array, grid)
    with pytest.raises(InputError, match=reason):
        read_outlines(path, parse_label_numbers("BraTS-2023", "x"), make_t1c())
    with pytest.raises(InputError, match=reason):
        read_brain(path, make_t1c())


def test_a_brain_mask_holds_one_value(tmp_path):
    path = write(tmp_path / "brain.nii.gz", numbered({255: 900}))
    assert read_brain(path, make_t1c()).array.sum() == 900
    with pytest.raises(InputError, match="holds 2 values, a brain mask holds one"):
        read_brain(write(tmp_path / "aseg.nii.gz", numbered({2: 9, 41: 9})), make_t1c())


# --- DICOM SEG of highdicom ---------------------------------------------------------------------

FLAT = Grid((4, 10, 12), (-5.0, -6.0, -7.0), (1.0, 1.0, 3.0))


def make_series():
    slices = []
    for k in range(4):
        item = make_slice(np.full((10, 12), 100, np.uint16), (-5.0, -6.0, -7.0 + 3.0 * k))
        item.SliceThickness, item.InstanceNumber = 3.0, k + 1
        item.StudyID, item.StudyTime, item.AccessionNumber = "1", "101010", "1"
        item.PatientBirthDate, item.PatientSex, item.ReferringPhysicianName = "", "", ""
        item.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4"
        slices.append(item)
    return slices


def make_seg(tmp_path, parts, kind="BINARY"):
    hd = pytest.importorskip("highdicom", reason="needs the extra 'dicom' (highdicom)")
    from highdicom.sr.coding import CodedConcept

    described = [
        hd.seg.SegmentDescription(
            n, label, CodedConcept("49755003", "SCT", "Morphologically abnormal structure"),
            CodedConcept("4147007", "SCT", "Mass"), "MANUAL",
        )
        for n, label in enumerate(parts, start=1)
    ]  # fmt: skip
    if kind == "LABELMAP":
        array = np.zeros(FLAT.shape, np.uint8)
        for n, part in enumerate(parts.values(), start=1):
            array[part] = n
    else:
        array = np.stack(list(parts.values()), axis=-1).astype(np.uint8)
    seg = hd.seg.Segmentation(
        make_series(), array, kind, described, "1.2.3.77", 1, "1.2.3.78", 1, "maker", "model",
        "1", "1",
    )  # fmt: skip
    path = tmp_path / "seg.dcm"
    seg.save_as(path)
    return path


def seg_t1c(frame):
    return Image(np.zeros(FLAT.shape, np.float32), FLAT, frame)


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_a_dicom_seg_of_several_segments_gives_every_part(tmp_path, kind):
    rng = np.random.default_rng(2)
    labels = rng.integers(0, 4, FLAT.shape)
    names = ("Non-enhancing tumor core (NETC)", "Edema (SNFH)", "Enhancing tissue (ET)")
    parts = {name: labels == n for n, name in enumerate(names, start=1)}
    path = make_seg(tmp_path, parts, kind)
    t1c = seg_t1c(make_series()[0].FrameOfReferenceUID)
    masks, _ = read_outlines(path, None, t1c)
    np.testing.assert_array_equal(masks[C].array, labels == 1)
    np.testing.assert_array_equal(masks[O].array, labels == 2)
    np.testing.assert_array_equal(masks[E].array, labels == 3)
    np.testing.assert_array_equal(read_drawn_mask(path, E, t1c).array, labels == 3)


def test_segments_may_overlap_and_names_must_tell_a_part(tmp_path):
    rng = np.random.default_rng(3)
    core, oedema = rng.random(FLAT.shape) < 0.2, rng.random(FLAT.shape) < 0.5
    frame = make_series()[0].FrameOfReferenceUID
    path = make_seg(tmp_path, {"tumour core": core, "oedema": core | oedema})
    masks, _ = read_outlines(path, None, seg_t1c(frame))
    assert counts(masks) == {C: core.sum(), O: (core | oedema).sum()}
    with pytest.raises(InputError, match="another frame of reference"):
        read_outlines(path, None, seg_t1c("1.9.9"))
    path = make_seg(tmp_path, {"left": core, "right": oedema})
    with pytest.raises(InputError, match="called enhancing, core or oedema: left, right"):
        read_outlines(path, None, seg_t1c(frame))


def test_an_rtstruct_gives_every_part_too(tmp_path):
    rois = {"L1 enhancing": [("CLOSED_PLANAR", circle(4, 8.4)), ("CLOSED_PLANAR", circle(4, 4.1))],
            "L1 core": [("CLOSED_PLANAR", circle(4, 4.1))],
            "brainstem": [("CLOSED_PLANAR", circle(6, 3.0))]}  # fmt: skip
    path = tmp_path / "drawn.dcm"
    save(make_structures(rois, "1.2.3"), path)
    masks, _ = read_outlines(path, None, make_t1c())
    j, i = np.indices(GRID.shape[1:])
    away = (j - 15.2) ** 2 + (i - 13.3) ** 2
    assert set(masks) == {E, C}
    np.testing.assert_array_equal(masks[C].array[4], away < 4.1**2)
    np.testing.assert_array_equal(masks[E].array[4], (away < 8.4**2) & (away >= 4.1**2))
    assert masks[E].array.sum() == masks[E].array[4].sum()


def circle(k, radius):
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    index = np.column_stack([np.full(180, float(k)), 15.2 + radius * np.sin(angle),
                             13.3 + radius * np.cos(angle)])  # fmt: skip
    return GRID.index_to_lps(index)


# --- files by name ------------------------------------------------------------------------------


def timepoints(*named):
    return tuple(
        Timepoint(name, date(2025, 1 + n, 8), {SequenceRole.T1C: make_t1c(n, path)})
        for n, (name, path) in enumerate(named)
    )


BRATS = (("t0", "x/BraTS-MET-00110-000-t1c.nii.gz"), ("t1", "x/BraTS-MET-00110-001-t1c.nii.gz"))


@pytest.mark.parametrize(
    ("images", "files", "expected"),
    [
        # nnU-Net: identifier without the channel
        ((("t0", "imagesTs/P7_a_0000.nii.gz"), ("t1", "imagesTs/P7_b_0000.nii.gz")),
         ("P7_a.nii.gz", "P7_b.nii.gz", "dataset.json", "plans.json"),
         {"t0": {"whole": "P7_a.nii.gz"}, "t1": {"whole": "P7_b.nii.gz"}}),
        # BraTS
        (BRATS, ("BraTS-MET-00110-000-seg.nii.gz", "BraTS-MET-00110-001-seg.nii.gz"),
         {"t0": {"whole": "BraTS-MET-00110-000-seg.nii.gz"},
          "t1": {"whole": "BraTS-MET-00110-001-seg.nii.gz"}}),
        # AURORA: a folder per study
        (BRATS, ("t0/AURORA_t1c_segmentation_predicted.nii.gz", "t1/segmentation.nii.gz"),
         {"t0": {"whole": "AURORA_t1c_segmentation_predicted.nii.gz"},
          "t1": {"whole": "segmentation.nii.gz"}}),
        # parts and brains one by one; HD-BET's mask ends on _bet
        (BRATS, ("t0_enhancing.nrrd", "t0-brain.nii.gz", "T1_ET.nii.gz", "t1_core.nii.gz",
                 "t1_bet.nii.gz", "t1_notes.nii.gz"),
         {"t0": {"enhancing": "t0_enhancing.nrrd", "brain": "t0-brain.nii.gz"},
          "t1": {"enhancing": "T1_ET.nii.gz", "necrotic_core": "t1_core.nii.gz",
                 "brain": "t1_bet.nii.gz"}}),
        # t1c.nii.gz of every timepoint tells nothing, its id does
        ((("t0", "t0/t1c.nii.gz"), ("t1", "t1/t1c.nii.gz")), ("t1.nii.gz", "t1c_seg.nii.gz"),
         {"t1": {"whole": "t1.nii.gz"}}),
    ],
)  # fmt: skip
def test_files_are_found_by_the_names_networks_give(tmp_path, images, files, expected):
    for name in files:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    found = find_outlines(tmp_path, timepoints(*images))
    told = {}
    for key, own in found.items():
        told[key] = {kind.value: path.name for kind, path in own.parts.items()}
        if own.whole:
            told[key]["whole"] = own.whole.name
        if own.brain:
            told[key]["brain"] = own.brain.name
    assert told == expected


def test_a_folder_that_tells_nothing_or_too_much_is_refused(tmp_path):
    pair = timepoints(*BRATS)
    with pytest.raises(InputError, match="is no folder of outlines"):
        find_outlines(tmp_path / "none", pair)
    (tmp_path / "other.nii.gz").write_bytes(b"")
    with pytest.raises(InputError, match="no outline named after a timepoint"):
        find_outlines(tmp_path, pair)
    for name in ("t0.nii.gz", "t0_seg.nii.gz"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(InputError, match="are both named for t0"):
        find_outlines(tmp_path, pair)


# --- the case file and the command line ---------------------------------------------------------

CASE = """
id = "c"
[outlines]
labels = "BraTS-2023"
folder = "predicted"
[[timepoint]]
id = "t0"
date = 2025-01-08
brain = "t0_brain.nii.gz"
[timepoint.sequences]
T1c = "t0.nrrd"
[[timepoint]]
id = "t1"
date = 2025-05-08
outlines = "late.nii.gz"
[timepoint.sequences]
T1c = "t1.nrrd"
[timepoint.masks]
oedema = "own.nii.gz"
"""


@pytest.fixture
def folder(tmp_path):
    for n, name in enumerate(("t0", "t1")):
        write(tmp_path / f"{name}.nrrd", make_t1c(n).array)
    write(tmp_path / "t0_brain.nii.gz", numbered({1: 5000}))
    write(tmp_path / "late.nii.gz", numbered({1: 4, 2: 60, 3: 20}))
    write(tmp_path / "own.nii.gz", numbered({1: 77}))
    write(tmp_path / "predicted/t0.nii.gz", numbered({1: 3, 2: 50, 3: 10}))
    (tmp_path / "case.toml").write_text(CASE)
    return tmp_path


def test_a_case_file_names_outlines_of_every_kind(folder):
    case = read_case(folder)
    first, second = case.timepoints
    assert counts(first.masks) == {C: 3, O: 50, E: 10}
    assert counts(second.masks) == {C: 4, O: 77, E: 20}  # a mask of its own comes first
    assert first.brain.array.sum() == 5000 and second.brain is None
    roles = {(m.what, m.role, m.timepoint) for m in case.mapping}
    assert ("t0.nii.gz", "outlines", "t0") in roles
    assert ("t0_brain.nii.gz", "brain", "t0") in roles
    assert not case.warnings


def test_a_timepoint_without_an_outline_is_told(folder):
    text = CASE.replace('outlines = "late.nii.gz"\n', "").split("[timepoint.masks]")[0]
    (folder / "case.toml").write_text(text)
    case = read_case(folder)
    assert case.warnings == (
        "no outline of t1 in predicted: it is segmented automatically, beside outlined timepoints",
    )


def test_the_command_line_comes_before_the_case_file(folder):
    write(folder / "cli/t0.nii.gz", numbered({1: 1, 2: 2, 4: 4}))
    case = read_case(folder)
    given = give_outlines(case, folder=str(folder / "cli"), labels="BraTS-2021")
    assert counts(given.timepoint("t0").masks) == {C: 1, O: 2, E: 4}
    assert counts(given.timepoint("t1").masks) == counts(case.timepoint("t1").masks)


def test_a_brain_from_the_command_line_finds_its_timepoint(folder):
    brain = str(write(folder / "b.nii.gz", numbered({1: 4000})))
    case = read_case(folder)
    with pytest.raises(InputError, match=r"fits t0 and t1: say which, --brain t0=b.nii.gz"):
        give_outlines(case, [brain])
    given = give_outlines(case, [f"t1={brain}"])
    assert given.timepoint("t1").brain.array.sum() == 4000
    assert given.timepoint("t0").brain.array.sum() == 5000
    alone = replace(case, timepoints=case.timepoints[:1])
    assert give_outlines(alone, [brain]).timepoints[0].brain.array.sum() == 4000
    with pytest.raises(InputError, match="'t7' is no timepoint; there are t0, t1"):
        give_outlines(case, [f"t7={brain}"])
    off = str(write(folder / "off.nii.gz", numbered({1: 4000}), OTHER))
    with pytest.raises(InputError, match="not on the grid of any timepoint"):
        give_outlines(case, [off])


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: write(d / "predicted/t0.nii.gz", numbered({})), "is empty"),
        (lambda d: write(d / "predicted/t0.nii.gz", numbered({1: 3}), OTHER), "not on the grid"),
        (lambda d: write(d / "late.nii.gz", numbered({4: 3})), "holds label 4, not declared"),
        (lambda d: write(d / "t0_brain.nii.gz", numbered({})), "is empty"),
        (lambda d: (d / "late.nii.gz").write_bytes(b"no"), "cannot be read"),
        (lambda d: (d / "t0_brain.nii.gz").unlink(), "no such file"),
    ],
)
def test_bad_outlines_end_with_one_line_and_code_3(folder, capsys, change, reason):
    change(folder)
    out = folder / "out"
    assert main(["assess", str(folder), "--out", str(out)]) == 3
    last = capsys.readouterr().err.strip().splitlines()[-1]
    assert last.startswith("rnassess: ") and reason in last
    assert not out.exists()


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("[outlines]\n", "[[outlines]]\n", "outlines = .* is not a dict"),
        ('folder = "predicted"', "folder = 3", "folder = 3 is not a str"),
        ('folder = "predicted"', 'place = "predicted"', r"unknown key 'place' in \[outlines\]"),
        ('oedema = "own.nii.gz"', "oedema = 3", "oedema = 3 is not a str"),
        ('oedema = "own.nii.gz"', 'swelling = "own.nii.gz"', "none of enhancing, necrotic_core"),
        ('brain = "t0_brain.nii.gz"', "brain = true", "brain = True is not a str"),
        ('labels = "BraTS-2023"', 'labels = "BraTS"', "are none of BraTS-2021"),
    ],
)
def test_a_case_file_that_says_it_wrongly_is_refused(folder, old, new, reason):
    (folder / "case.toml").write_text(CASE.replace(old, new))
    with pytest.raises(InputError, match=reason):
        read_case(folder)


def test_options_of_outlines_reach_the_commands(folder, capsys):
    args = ["--out", str(folder / "o"), "--brain", str(folder / "nowhere.nii.gz")]
    for command in ("assess", "export"):
        assert main([command, str(folder), *args]) == 3
        assert "nowhere.nii.gz: no such file" in capsys.readouterr().err
    assert main(["view", str(folder), "--brain", "t7=x", "--no-browser"]) == 3
    assert "'t7' is no timepoint" in capsys.readouterr().err
    assert main(["view", str(folder), "--brain", "t0=x", "--teach"]) == 2
    assert "--brain does not go with --teach" in capsys.readouterr().err
    assert main(["assess", str(folder), *args[:2], "--labels", "AURORA"]) == 3
    assert "--labels: belongs to --outlines" in capsys.readouterr().err


# --- the page about it ---


def test_the_page_says_what_the_code_takes():
    page = Path(__file__).parents[2] / "Resources/Docs/outlines-from-networks.md"
    text = page.read_text(encoding="utf-8")
    example = tomllib.loads(text.split("```toml")[1].split("```")[0])
    assert set(example["outlines"]) == KNOWN["outlines"]
    assert set(example["timepoint"][0]) == KNOWN["timepoint"]
    parse_label_numbers(example["outlines"]["labels"], page)
    for convention in CONVENTIONS.values():
        row = next(line for line in text.splitlines() if line.startswith(f"| `{convention.name}`"))
        cells = [cell.strip() for cell in row.split("|")[2:5]]
        if convention.parts and not convention.with_core:
            assert cells == [str(convention.parts[kind][0]) for kind in (E, C, O)]
    endings = {}
    for line in text.split("| ending | holds |")[1].split("\n\n")[0].splitlines()[2:]:
        names, holds = line.strip("| ").split(" | ")
        for name in re.findall(r"`(\w+)`", names):
            endings[name] = holds
    told = {"all parts": "all parts", "enhancing": "enhancing part", "necrotic_core": "core",
            "oedema": "oedema", "brain": "brain"}  # fmt: skip
    coded = {name: told[meaning] for name, meaning in MEANING.items() if name}
    coded.pop("label"), coded.pop("segmentation_predicted")  # rare, not worth a word
    assert endings == coded


# --- public data --------------------------------------------------------------------------------


def shared(name):
    if not (SHARED / name).exists():
        pytest.skip(f"../shared/data/mr/{name} is absent")
    return SHARED / name


def test_the_real_aurora_prediction_keeps_its_volume():
    folder = shared("brats_met_00110")
    t1c = read_volume(folder / "BraTS-MET-00110-000-t1c.nii.gz")
    path = folder / "AURORA_t1c_segmentation_predicted.nii.gz"
    masks, note = read_outlines(path, parse_label_numbers("AURORA", "x"), t1c)
    assert masks[O].volume_cm3 == pytest.approx(47.078, abs=5e-4)  # README of the data
    whole = masks[E].array | masks[C].array
    assert whole.sum() == 51796  # label 2, 1 mm³ voxels
    # a large cyst with an enhancing nodule: the core is the larger part, and darker
    assert masks[C].volume_cm3 > masks[E].volume_cm3
    bright, dark = (np.median(t1c.array[masks[k].array]) for k in (E, C))
    assert dark < 0.5 * bright
    assert "told apart" in note
    with pytest.raises(InputError, match="holds 2 values"):
        read_brain(path, t1c)


def test_the_real_fused_brats_label_keeps_its_volumes():
    folder = shared("null_pairs/fg6692_atlas_space")
    t1c = read_volume(folder / "t1c.nii.gz")
    path = folder / "mav.nii.gz"
    masks, _ = read_outlines(path, parse_label_numbers("BraTS-2021", "x"), t1c)
    volumes = {kind: mask.volume_cm3 for kind, mask in masks.items()}
    assert volumes == pytest.approx({E: 6.840, C: 2.477, O: 20.862}, abs=5e-4)
    with pytest.raises(InputError, match=r"holds label 4, not declared: BraTS-2023 has 1, 2, 3"):
        read_outlines(path, parse_label_numbers("BraTS-2023", "x"), t1c)
    native = shared("glioma_native_with_skull")
    other = read_volume(next(native.glob("*_t1c.nii.gz")))
    with pytest.raises(InputError, match="not on the grid"):
        read_outlines(path, parse_label_numbers("BraTS-2021", "x"), other)
