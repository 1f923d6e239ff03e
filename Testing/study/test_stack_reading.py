"""What stacks are read to: values against closed form, units, scales, frames, case files."""

import math
import tomllib

import numpy as np
import pydicom
import pytest
import SimpleITK as sitk

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.study import propose_mapping, read_case
from RNAssessLib.study.adc_units import unit_factor
from RNAssessLib.study.case_file_writer import write_case_file
from RNAssessLib.study.sequence import read_sequence
from RNAssessLib.study.sorted_case_file import write_sorted_case
from RNAssessLib.study.sorting import build_stacks, read_files
from RNAssessLib.study.stack_reading import read_stack

from .dicom_makers import save
from .mr_makers import ADC, EPI, GRE, T1, T1C, add, diffusion, enhanced, ge_b, slices, write

R = SequenceRole


def only_stack(paths):
    (stack,) = build_stacks(read_files(paths).slices)
    return stack


# --- ADC ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tag", [None, ge_b])
def test_adc_from_two_b_values_in_closed_form(tmp_path, tag):
    paths = diffusion(tmp_path, [(0, 1000), (800, 450)], tag=tag)
    adc = read_stack(only_stack(paths), R.ADC)
    assert adc.array == pytest.approx(math.log(1000 / 450) / 800 * 1000, rel=1e-6)


def test_combined_image_appended_to_the_directions_counts_once(tmp_path):
    ways = [(1, 0, 0), (0, 1, 0), (0, 0, 1)]
    made = slices(EPI, uid="1.2.50", value=1000, DiffusionBValue=0.0)
    for n, (way, value) in enumerate(zip(ways, (300, 400, 500), strict=True)):
        made += slices(EPI, uid="1.2.50", value=value, start=10 * n + 11, DiffusionBValue=1000.0,
                       DiffusionGradientOrientation=list(map(float, way)))  # fmt: skip
    made += slices(EPI, uid="1.2.50", value=9, start=91, DiffusionBValue=1000.0,
                   DiffusionDirectionality="ISOTROPIC")  # fmt: skip
    adc = read_stack(only_stack(write(tmp_path, made)), R.ADC)
    trace = (300 * 400 * 500) ** (1 / 3)
    assert adc.array == pytest.approx(math.log(1000 / trace), rel=1e-5)
    assert "3 at 1000" in adc.source.why


def test_philips_scale_slope_where_it_differs_between_images(tmp_path):
    def scaled(stored, slope, philips, **changes):
        made = slices(EPI, uid="1.2.51", value=stored, RescaleSlope=slope, RescaleIntercept=0.0,
                      **changes)  # fmt: skip
        for one in made:
            block = one.private_block(0x2005, "Philips MR Imaging DD 001", create=True)
            block.add_new(0x0E, "FL", philips)
        return made

    # true signal = stored / scale slope (intercept 0): 1000 / 0.5 and 900 / 1.0
    made = scaled(1000, 2.0, 0.5, DiffusionBValue=0.0)
    made += scaled(900, 2.0, 1.0, DiffusionBValue=1000.0, start=11)
    adc = read_stack(only_stack(write(tmp_path, made)), R.ADC)
    assert adc.array == pytest.approx(math.log(2000 / 900), rel=1e-5)
    assert "Philips floating-point" in adc.source.why


@pytest.mark.parametrize(
    ("text", "factor"),
    [
        ("mm2/s", 1e3), ("um2/s", 1e-3), ("um2/ms", 1.0), ("10*-6.mm2/s", 1e-3),
        ("ADC (10^-6 mm²/s)", 1e-3), ("x10-3 mm2/s", 1.0), ("µm²/ms", 1.0), ("ep2d_ADC", None),
        ("mm2/sec", 1e3), ("T2 2mm/slice", None),
    ],
)  # fmt: skip
def test_units_as_written(text, factor):
    found = unit_factor(text)
    assert found == pytest.approx(factor) if factor is not None else found is None


@pytest.mark.parametrize(
    ("stored", "changes", "expected", "said"),
    [
        (800, {}, 0.8, "by the brain's median of 800"),
        (800, {"RescaleType": "10-6 mm2/s"}, 0.8, "RescaleType"),
        (80, {"SeriesDescription": "ADC 10^-5 mm2/s"}, 0.8, "description"),
        (800, {"SeriesDescription": "Apparent Diffusion Coefficient (mm2/s)"}, 0.8, "median"),
        (2, {"RescaleSlope": 0.0004}, 0.8, "mm²/s by the brain's median"),
    ],
)
def test_adc_units_and_the_decision_printed(tmp_path, stored, changes, expected, said):
    paths = add(tmp_path, ADC, value=stored, **changes)
    adc = read_stack(only_stack(paths), R.ADC)
    assert adc.array == pytest.approx(expected, rel=1e-5)
    assert said in adc.source.why


def test_adc_in_no_unit_is_refused(tmp_path):
    with pytest.raises(InputError, match="no usual unit"):
        read_stack(only_stack(add(tmp_path, ADC, value=80)), R.ADC)


def test_noise_around_the_head_does_not_decide_the_unit(tmp_path):
    made = slices(ADC, 8)
    for one in made:
        stored = np.full((8, 8), 5000, np.uint16)  # background of noise, outside any brain's range
        stored[2:6, 2:6] = 750
        one.Rows, one.Columns, one.PixelData = 8, 8, stored.tobytes()
    adc = read_stack(only_stack(write(tmp_path, made)), R.ADC)
    assert adc.array[4, 4, 4] == pytest.approx(0.75)


# --- enhanced -------------------------------------------------------------------------------------


def test_enhanced_frames_against_simpleitk(tmp_path):
    path = save(enhanced([10, 20, 30, 40]), tmp_path / "e.dcm")
    image = read_stack(only_stack([path]), R.T1C)
    other = sitk.ReadImage(str(path))
    assert np.array_equal(image.array, sitk.GetArrayFromImage(other))
    assert image.grid.spacing_mm == pytest.approx(other.GetSpacing())
    assert image.grid.origin_mm == pytest.approx(other.GetOrigin())
    assert len(image.source.sop_instance_uids) == 4


@pytest.mark.parametrize("unit", ["mm2/s", "um2/s"])
def test_enhanced_adc_by_real_world_value_mapping(tmp_path, unit):
    stored = {"um2/s": 1600}.get(unit, 0)
    made = enhanced([stored] * 4, kind=("DERIVED", "PRIMARY", "DIFFUSION", "ADC"), unit=unit)
    if unit == "mm2/s":  # slope 0.0008 on a stored 1, rescale says otherwise
        mapping = made.SharedFunctionalGroupsSequence[0].RealWorldValueMappingSequence[0]
        mapping.RealWorldValueSlope = 0.0008
        made.PixelData = np.full((4, 5, 6), 1, np.uint16).tobytes()
        made.RescaleSlope = 55.0
    adc = read_stack(only_stack([save(made, tmp_path / "e.dcm")]), R.ADC)
    assert adc.array == pytest.approx(0.8, rel=1e-5)
    assert "Real World Value Mapping" in adc.source.why


def test_enhanced_diffusion_in_one_object(tmp_path):
    made = enhanced([1000] * 3 + [400] * 3, description="dwi", b_values=(0, 1000),
                    kind=("ORIGINAL", "PRIMARY", "DIFFUSION", "NONE"))  # fmt: skip
    add(tmp_path / "t1c", T1C)
    save(made, tmp_path / "dwi.dcm")
    sequences = propose_mapping(tmp_path).to_case().timepoints[0].sequences
    assert sequences[R.ADC].array == pytest.approx(math.log(2.5), rel=1e-5)
    assert sequences[R.DWI].array == pytest.approx(400)


def test_real_enhanced_file_against_simpleitk():
    from .test_shared_series import study

    path = study("26_enhanced_multiframe") / "t1c.dcm"
    image = read_sequence(path, R.T1C)
    other = sitk.ReadImage(str(path))
    theirs = sitk.GetArrayFromImage(other)
    index = np.array([10, 70, 40])  # the file runs against the normal, so the lattices run apart
    place = other.TransformIndexToPhysicalPoint([int(v) for v in index[::-1]])
    assert np.allclose(
        image.grid.lps_to_index(place), [theirs.shape[0] - 1 - 10, 70, 40], atol=1e-3
    )
    assert np.array_equal(image.array[::-1], theirs)


# --- case files -----------------------------------------------------------------------------------


def make_mixed_study(folder):
    """Series that share folders and hold several stacks: nothing a path alone could name."""
    t1c = slices(T1C, value=700)
    write(folder / "A", t1c[:3], names=[f"{n}.dcm" for n in range(3)])
    write(folder / "B", t1c[3:], names=[f"{n}.dcm" for n in range(3)])
    made = slices(GRE, uid="1.2.60", value=100, EchoTime=5.0)
    made += slices(GRE, uid="1.2.60", value=300, EchoTime=20.0, start=11)
    write(folder / "A", made, names=[f"g{n}.dcm" for n in range(12)])
    diffusion(folder / "D", [(0, 1000), (1000, 400)])
    return folder


def test_written_case_is_read_as_the_folder_is(tmp_path):
    folder = make_mixed_study(tmp_path / "study")
    mapping = propose_mapping(folder)
    write_sorted_case(mapping.sorted, tmp_path / "case.toml")
    own = mapping.to_case()
    write_case_file(own, tmp_path / "again.toml")
    for name in ("case.toml", "again.toml"):
        read = read_case(tmp_path / name)
        assert [t.date for t in read.timepoints] == [t.date for t in own.timepoints]
        assert list(read.timepoints[0].sequences) == list(own.timepoints[0].sequences)
        for role, image in own.timepoints[0].sequences.items():
            other = read.timepoints[0].sequences[role]
            assert np.array_equal(image.array, other.array), role
            assert image.grid.matches(other.grid)
    swi = tomllib.loads((tmp_path / "case.toml").read_text())["timepoint"][0]["sequences"]["SWI"]
    assert swi == {"folder": "study/A", "series_uid": "1.2.60", "stack": "TE 20 ms"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("TE 20 ms", "TE 21 ms"), "name one as stack"),
        ((', stack = "TE 20 ms"', ""), "name one as stack"),
        (('"1.2.60"', '"1.2.61"'), "no images of the series"),
        (("stack =", "stapel ="), "unknown key 'stapel'"),
        (("study/A", "study/Z"), "no such file"),
    ],
)
def test_a_stack_that_is_not_there(tmp_path, change, reason):
    write_sorted_case(
        propose_mapping(make_mixed_study(tmp_path / "study")).sorted, tmp_path / "c.toml"
    )
    text = (tmp_path / "c.toml").read_text()
    assert change[0] in text
    (tmp_path / "c.toml").write_text(text.replace(*change))
    with pytest.raises(InputError, match=reason):
        read_case(tmp_path / "c.toml")


def test_a_folder_of_one_series_gives_the_stack_of_the_role(tmp_path):
    made = slices(GRE, uid="1.2.60", value=100, EchoTime=5.0)
    made += slices(GRE, uid="1.2.60", value=300, EchoTime=20.0, start=11)
    write(tmp_path, made)
    assert read_sequence(tmp_path, R.SWI).array.max() == 300
    with pytest.raises(InputError, match="TE 20 ms"):
        read_sequence(tmp_path, R.T2)
    add(tmp_path / "two", T1)
    add(tmp_path / "two", T1C)
    write(tmp_path / "two", slices(T1C), names=[f"x{n}.dcm" for n in range(6)])
    with pytest.raises(InputError, match="series, one is needed"):
        read_sequence(tmp_path / "two", R.T1C)


def test_an_auxiliary_series_whose_pixels_are_cut_is_left_out(tmp_path):
    add(tmp_path / "t1c", T1C)
    (path, *_) = add(tmp_path / "swi", GRE)
    cut = pydicom.dcmread(path)
    cut.PixelData = cut.PixelData[:20]
    cut.save_as(path)
    case = propose_mapping(tmp_path).to_case()
    assert set(case.timepoints[0].sequences) == {R.T1C}
    assert any("t0 SWI" in warning and path.name in warning for warning in case.warnings)
    # a needed one ends the reading, by name
    (path, *_) = add(tmp_path / "t1c", T1C)
    for other in (tmp_path / "t1c").iterdir():
        if other != path:
            other.unlink()
    write(tmp_path / "t1c", cut_all(slices(T1C)))
    with pytest.raises(InputError, match="truncated"):
        propose_mapping(tmp_path).to_case()


def cut_all(datasets):
    for one in datasets:
        one.PixelData = one.PixelData[:20]
    return datasets


@pytest.mark.parametrize("count", [1, 2])
def test_a_sequence_without_depth_is_no_t1c(tmp_path, count):
    """One slice cannot show a volume; the sorting never takes it, a case file can name it."""
    paths = write(tmp_path, slices(T1C, uid="1.2.60", value=5, count=count))
    few = "a single slice" if count == 1 else "2 slices"
    with pytest.raises(InputError, match=f"has {few}: a T1c has to show volumes"):
        read_sequence(tmp_path, R.T1C)
    assert read_sequence(tmp_path, R.SWI).array.shape[0] == count
    sitk.WriteImage(sitk.GetImageFromArray(np.ones((count, 8, 8), np.float32)),
                    str(tmp_path / "flat.nii.gz"))  # fmt: skip
    with pytest.raises(InputError, match=few):
        read_sequence(tmp_path / "flat.nii.gz", R.FLAIR)
    assert len(paths) == count
