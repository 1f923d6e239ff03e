"""Kinds of series, at least two cases each: which role a series fills, or why it fills none."""

from pathlib import Path

import pytest

from RNAssessLib.study import propose_mapping

from .dicom_makers import save
from .mr_makers import (
    ADC,
    EPI,
    FLAIR,
    GRE,
    SWI,
    T1,
    T1C,
    T2,
    add,
    canon_b,
    diffusion,
    enhanced,
    ge_b,
    philips_b,
    siemens_b,
    slices,
    standard_b,
    united_b,
    write,
)

DERIVED = ["DERIVED", "SECONDARY", "OTHER"]


def sort(folder: Path):
    return propose_mapping(folder).sorted


def roles(folder: Path):
    """Role to what the stack is called, of the only timepoint."""
    (timepoint,) = sort(folder).timepoints
    return {role.value: taken.stack.name for role, taken in timepoint.sequences.items()}


def why_left(folder: Path, name: str) -> str:
    return " | ".join(item.why for item in sort(folder).left_out if item.description == name)


# what it is called, preset, changes, a word of the reason it fills no role
NO_ROLE = [
    ("localizer", T1, {"ImageType": ["ORIGINAL", "PRIMARY", "LOCALIZER"]}, "localizer"),
    ("AAHScout", T1, {}, "localizer"),
    ("SURVEY", T1, {}, "localizer"),
    ("Lokalisation", GRE, {}, "localizer"),
    ("T1 cervical spine", T1C, {}, "another part of the body"),
    ("LWS sag T1 KM", T1C, {}, "another part of the body"),
    ("T1 MIP", T1C, {"ImageType": ["DERIVED", "SECONDARY", "MIP"]}, "projection"),
    ("SWI minIP", SWI, {"ImageType": ["DERIVED", "PRIMARY", "MNIP"]}, "projection"),
    ("T1 sub", T1C, {"ImageType": DERIVED}, "subtraction"),
    ("post-pre", T1C, {"ImageType": ["DERIVED", "SECONDARY", "SUBTRACT"]}, "subtraction"),
    ("Pha_Images", GRE, {}, "phase"),
    ("SWI", GRE, {"ImageType": ["ORIGINAL", "PRIMARY", "PHASE MAP", "P", "FFE"]}, "phase"),
    ("SWAN real", GRE, {"ImageType": ["ORIGINAL", "PRIMARY", "R", "ND"]}, "real part"),
    ("B0Map (GRE)", GRE, {"ScanningSequence": ["RM"], "EchoTime": 4.9}, "field map"),
    ("gre_field_mapping", GRE, {"EchoTime": 7.38}, "field map"),
    ("dAvg FA", ADC, {"ImageType": ["DERIVED", "PRIMARY", "DIFFUSION", "FA"]}, "anisotropy"),
    ("DTI_ColFA", EPI, {"ImageType": DERIVED, "SamplesPerPixel": 3}, "colour"),
    ("DTI_tensor", EPI, {"ImageType": ["DERIVED", "PRIMARY", "TENSOR"]}, "tensor"),
    ("eADC", EPI, {"ImageType": DERIVED}, "exponential"),
    ("Exponential Apparent Diffusion", EPI, {"ImageType": DERIVED}, "exponential"),
    ("MTT", EPI, {"ImageType": DERIVED}, "perfusion map"),
    ("TTP", EPI, {"ImageType": DERIVED}, "perfusion map"),
    ("t1_vibe_dyn", T1C, {}, "dynamic"),
    ("TWIST", T1C, {}, "dynamic"),
    ("TOF_3D_multi-slab", T1, {"RepetitionTime": 22.0, "InversionTime": None}, "angiography"),
    ("3D head post", T1C, {"AngioFlag": "Y"}, "angiography"),
    ("MRA post gad", T1C, {}, "angiography"),
    ("fiesta +C", T1C, {}, "no sequence"),
    ("t1_mp2rage_INV2", T1, {}, "no sequence"),
    ("gre", GRE, {"EchoTime": 3.0}, "short TE"),
    ("SWI", SWI, {"EchoTime": 5.0, "ImageType": None}, "short TE"),
    ("b0", EPI, {"DiffusionBValue": 0.0}, "highest b-value"),
    ("PET", {"SeriesDescription": "x"}, {"Modality": "PT"}, "tracer"),
    ("FET NAC", {"SeriesDescription": "x"}, {"Modality": "PT"}, "attenuation"),
    ("PD TSE", T2, {"EchoTime": 12.0}, "proton density"),
    ("3DpCASL", GRE, {"ScanningSequence": ["SE"]}, "arterial spin"),
    ("t1_vibe_dixon", T1C, {"ImageType": ["ORIGINAL", "PRIMARY", "M", "DIXON", "FAT"]}, "fat"),
    ("FAT: LAVA +C", T1C, {}, "fat"),
    ("ep2d_perf", EPI, {}, "perfusion"),
    ("mystery", {"SeriesDescription": "x"}, {}, "neither"),
]


@pytest.mark.parametrize(
    ("name", "preset", "changes", "word"), NO_ROLE, ids=[n[0] for n in NO_ROLE]
)
def test_series_of_no_role(tmp_path, name, preset, changes, word):
    add(tmp_path / "t1c", T1C)
    add(tmp_path / "other", preset, **{**changes, "SeriesDescription": name})
    assert roles(tmp_path) == {"T1c": "T1 MPRAGE +C"}
    assert word in why_left(tmp_path, name)


ROLE = [
    ("T1c", "ax T1 FSPGR post", {**T1, "InversionTime": None, "RepetitionTime": 8.0}, {}),
    ("T1c", "AX T1 POST PERFUSION", T1, {}),
    ("T1c", "t1_vibe_dixon +C W", T1, {"ImageType": ["ORIGINAL", "PRIMARY", "M", "DIXON", "WATER"]}),
    ("T1c", "T1 pre-op stealth +C", T1, {}),
    ("T1c", "T1 SE MT +gad", T1, {}),
    ("T2", "T2W_TSE_DRIVE", T2, {}),
    ("T1", "t1_se_tra", T1, {"RepetitionTime": 500.0, "EchoTime": 9.0, "InversionTime": None}),
    ("T1", "Ax T1 FLAIR", FLAIR, {"RepetitionTime": 2500.0, "EchoTime": 20.0, "InversionTime": 900.0}),
    ("FLAIR", "t2_tirm_dark-fluid", FLAIR, {}),
    ("FLAIR", "sag CUBE FLAIR", FLAIR, {"InversionTime": None, "ScanningSequence": ["SE"]}),
    ("T2", "t2_tse_tra", T2, {}),
    ("T2", "AX T2 PROPELLER", T2, {}),
    ("DWI", "resolve TRACEW", EPI, {"DiffusionBValue": 1000.0}),
    ("DWI", "AX DWI B1000", EPI, {}),
    ("ADC", "ep2d_diff_ADC", ADC, {}),
    ("ADC", "Apparent Diffusion Coefficient (mm2/s)", EPI, {"ImageType": DERIVED}),
    ("ADC", "dADC", EPI, {"ImageType": ["ORIGINAL", "PRIMARY", "ADC_UNSPECIFIED", "ADC"]}),
    ("SWI", "SWI_Images", SWI, {}),
    ("SWI", "AX SWAN", GRE, {}),
    ("SWI", "T2* hemo", GRE, {}),
    ("RCBV", "relCBV", EPI, {"ImageType": DERIVED}),
    ("KTRANS", "K-trans", T1, {"ImageType": DERIVED}),
    ("CBF", "pCASL CBF map", EPI, {"ImageType": DERIVED}),
    ("PET_AA", "PET", {"SeriesDescription": "x"}, {"Modality": "PT", "Radiopharmaceutical": "18F-FET"}),
    ("PET_AA", "PET FDOPA brain", {"SeriesDescription": "x"}, {"Modality": "PT"}),
    ("PET_FDG", "PET", {"SeriesDescription": "x"}, {"Modality": "PT", "Radiopharmaceutical": "FDG -- fluorodeoxyglucose"}),
    ("T1C_DELAYED", "T1 +C delayed", T1C, {}),
]  # fmt: skip


@pytest.mark.parametrize(("role", "name", "preset", "changes"), ROLE, ids=[n[1] for n in ROLE])
def test_series_of_a_role(tmp_path, role, name, preset, changes):
    if role != "T1c":
        add(tmp_path / "t1c", T1C)
    add(tmp_path / "other", preset, **{**changes, "SeriesDescription": name})
    assert roles(tmp_path).get(role) == name


# --- what belongs together ------------------------------------------------------------------------


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_magnitude_and_phase_in_one_series(tmp_path, order):
    add(tmp_path / "t1c", T1C)
    uid = "1.2.99"
    parts = [
        slices(GRE, uid=uid, value=100, ImageType=["ORIGINAL", "PRIMARY", "M", "ND"]),
        slices(GRE, uid=uid, value=2000, start=101, ImageType=["ORIGINAL", "PRIMARY", "P", "ND"]),
    ]
    write(tmp_path / "swi", [*parts[order[0]], *parts[order[1]]])
    assert roles(tmp_path)["SWI"] == "t2* gre [component M]"
    case = propose_mapping(tmp_path).to_case()
    assert {v for i in case.timepoints[0].sequences.values() for v in i.array.ravel()} == {100.0}


def test_ge_magnitude_and_phase_told_apart_by_the_private_element(tmp_path):
    add(tmp_path / "t1c", T1C)
    for code, value in ((0, 100), (1, 900)):
        for one in (made := slices(SWI, uid="1.2.98", value=value, start=100 * code + 1,
                                   ImageType=["ORIGINAL", "PRIMARY", "OTHER"])):  # fmt: skip
            one.private_block(0x0043, "GEMS_PARM_01", create=True).add_new(0x2F, "SS", code)
        write(tmp_path / f"s{code}", made)
    assert roles(tmp_path)["SWI"].endswith("[component M]")


def test_three_echoes_longest_is_taken(tmp_path):
    add(tmp_path / "t1c", T1C)
    for n, te in enumerate((5.0, 15.0, 25.0)):
        write(tmp_path / f"e{n}", slices(GRE, uid="1.2.97", EchoTime=te, start=10 * n + 1))
    assert roles(tmp_path)["SWI"] == "t2* gre [TE 25 ms]"
    assert "longest TE" in why_left(tmp_path, "t2* gre [TE 15 ms]")


def test_two_echoes_of_spin_echo_are_proton_density_and_t2(tmp_path):
    add(tmp_path / "t1c", T1C)
    for n, te in enumerate((15.0, 100.0)):
        write(tmp_path / f"e{n}", slices(T2, uid="1.2.97", EchoTime=te, start=10 * n + 1,
                                         SeriesDescription="PD T2 dual echo"))  # fmt: skip
    assert roles(tmp_path)["T2"] == "PD T2 dual echo [TE 100 ms]"
    assert "proton density" in why_left(tmp_path, "PD T2 dual echo [TE 15 ms]")


@pytest.mark.parametrize("turned", [True, False])
def test_orientations_of_one_series_are_stacks(tmp_path, turned):
    add(tmp_path / "t1c", T1C)
    made = slices(T1, uid="1.2.96", SeriesDescription="survey of nothing" if turned else "quick")
    made += slices(T1, uid="1.2.96", orientation=(0, 1, 0, 0, 0, -1), start=11,
                   SeriesDescription=made[0].SeriesDescription)  # fmt: skip
    write(tmp_path / "loc", made)
    left = [item for item in sort(tmp_path).left_out if "localizer" in item.why]
    assert {item.label for item in left} == {"axial", "sagittal"}


@pytest.mark.parametrize("phases", [3, 5])
def test_dynamic_without_a_telling_name(tmp_path, phases):
    add(tmp_path / "t1c", T1C)
    made = []
    for n in range(phases):
        made += slices(T1C, uid="1.2.95", start=10 * n + 1, TemporalPositionIdentifier=n + 1,
                       SeriesDescription="t1 vibe fs")  # fmt: skip
    write(tmp_path / "dyn", made)
    assert roles(tmp_path) == {"T1c": "T1 MPRAGE +C"}
    assert f"{phases} images at each place" in why_left(tmp_path, "t1 vibe fs")


def test_two_acquisitions_of_one_series_are_two_scans(tmp_path):
    made = slices(T1, uid="1.2.94", AcquisitionNumber=1, ContrastBolusStartTime="090500",
                  AcquisitionTime="090000", SeriesDescription="T1 space")  # fmt: skip
    made += slices(T1, uid="1.2.94", AcquisitionNumber=2, ContrastBolusStartTime="090500",
                   AcquisitionTime="091000", start=11, SeriesDescription="T1 space")  # fmt: skip
    write(tmp_path, made)
    assert roles(tmp_path) == {"T1c": "T1 space [acquisition 2]", "T1": "T1 space [acquisition 1]"}


@pytest.mark.parametrize("folders", [2, 3])
def test_slice_places_with_their_own_series_uid(tmp_path, folders):
    # Canon, dcm2niix #495: the last number of the UID counts the slices
    made = slices(T1C, 6)
    for n, one in enumerate(made):
        one.SeriesInstanceUID = f"1.2.93.{n + 1}"
    for part in range(folders):
        write(tmp_path / str(part), made[part::folders])
    (timepoint,) = sort(tmp_path).timepoints
    (taken,) = timepoint.sequences.values()
    assert taken.stack.slices == 6
    assert "6 series UIDs of one slice each" in taken.why


def test_one_slice_is_no_volume(tmp_path):
    add(tmp_path / "t1c", T1C)
    add(tmp_path / "one", T2, count=1)
    assert roles(tmp_path) == {"T1c": "T1 MPRAGE +C"}
    assert "only 1 slice" in why_left(tmp_path, "T2 TSE")


def test_identical_instances_count_once_different_ones_at_a_place_do_not(tmp_path):
    made = slices(T1C)
    write(tmp_path / "a", made)
    write(tmp_path / "b", made[2:4])
    (timepoint,) = sort(tmp_path).timepoints
    assert [t.stack.duplicates for t in timepoint.sequences.values()] == [2]
    extra = slices(T1C, uid=made[0].SeriesInstanceUID)[2]
    save(extra, tmp_path / "a" / "other.dcm")
    assert "same place" in sort(tmp_path).problems[0]


@pytest.mark.parametrize(
    ("heights", "read"),
    [
        ((0, 1.6, 3.2, 4.7, 6.4), True),  # 0.1 mm of rounding
        ((0, 5.0, 10.2, 15.0, 20.0), True),
        ((0, 1.6, 3.2, 4.4, 6.4), False),
        ((0, 2.0, 4.0, 8.0, 10.0), False),
    ],
)
def test_jitter_that_cannot_matter(tmp_path, heights, read):
    made = slices(T1C, len(heights))
    for one, height in zip(made, heights, strict=True):
        one.ImagePositionPatient = [0.0, 0.0, height]
    write(tmp_path, made)
    found = sort(tmp_path)
    assert bool(found.timepoints) is read
    assert ("not evenly spaced" in " ".join(found.problems)) is not read


# --- one bad series never stops a study -----------------------------------------------------------


def test_a_gap_in_another_series_leaves_that_series_out(tmp_path):
    add(tmp_path / "t1c", T1C)
    made = slices(FLAIR)
    write(tmp_path / "flair", [*made[:2], *made[3:]])
    assert roles(tmp_path) == {"T1c": "T1 MPRAGE +C"}
    assert "not evenly spaced" in why_left(tmp_path, "FLAIR")


def test_the_next_best_fills_a_needed_role(tmp_path):
    made = slices(T1C, 8, number=1)
    write(tmp_path / "gap", [*made[:3], *made[4:]])
    add(tmp_path / "se", T1C, number=2, SeriesDescription="T1 SE +C", MRAcquisitionType="2D")
    assert roles(tmp_path) == {"T1c": "T1 SE +C"}
    assert "not evenly spaced" in why_left(tmp_path, "T1 MPRAGE +C")


@pytest.mark.parametrize("cut", [40, 4000])
def test_a_damaged_file_is_named(tmp_path, cut):
    add(tmp_path / "t1c", T1C)
    (path, *_) = add(tmp_path / "flair", FLAIR, count=4)
    whole = path.read_bytes()
    path.write_bytes(whole[:132] + whole[132:][: min(cut, len(whole) - 200)])
    found = propose_mapping(tmp_path)
    case = found.to_case()
    assert [t.id for t in case.timepoints] == ["t0"]
    told = [*(i.description + i.why for i in found.sorted.left_out), *case.warnings]
    assert any("IM0000.dcm" in line for line in told)


# --- diffusion of every maker ---------------------------------------------------------------------


@pytest.mark.parametrize("implicit", [True, False])
@pytest.mark.parametrize("tag", [standard_b, siemens_b, ge_b, philips_b, canon_b, united_b])
def test_b_values_of_every_maker(tmp_path, tag, implicit):
    add(tmp_path / "t1c", T1C)
    diffusion(tmp_path / "dwi", [(0, 1000), (1000, 400)], tag=tag, implicit=implicit)
    study = sort(tmp_path).timepoints[0].sequences
    assert {r.value: t.stack.b_values for r, t in study.items() if r.value != "T1c"} == {
        "DWI": (0.0, 1000.0), "ADC": (0.0, 1000.0)
    }  # fmt: skip


@pytest.mark.parametrize("b", [800, 1500])
def test_b_zero_without_its_element(tmp_path, b):
    add(tmp_path / "t1c", T1C)
    diffusion(tmp_path / "dwi", [(None, 1000), (b, 400)])
    assert roles(tmp_path)["ADC"] == "ep2d_diff"
    # a b = 0 no brighter than the weighted image is none: the DWI alone is left out
    diffusion(tmp_path / "dwi", [(None, 300), (b, 400)])
    case = propose_mapping(tmp_path).to_case()
    assert "ADC" not in {r.value for r in case.timepoints[0].sequences}
    assert any("not b = 0" in warning for warning in case.warnings)


def test_no_b_value_anywhere(tmp_path):
    add(tmp_path / "t1c", T1C)
    diffusion(tmp_path / "dwi", [(None, 1000), (None, 400)])
    assert roles(tmp_path) == {"T1c": "T1 MPRAGE +C"}
    assert "no b-value to tell them apart" in why_left(tmp_path, "ep2d_diff")


def test_adc_beside_exponential_adc_and_scanner_map_before_computed(tmp_path):
    add(tmp_path / "t1c", T1C)
    add(tmp_path / "e", EPI, ImageType=DERIVED, SeriesDescription="eADC", number=2)
    add(tmp_path / "a", EPI, ImageType=DERIVED, SeriesDescription="ADC", number=3)
    diffusion(tmp_path / "dwi", [(0, 1000), (1000, 400)])
    assert roles(tmp_path) == {"T1c": "T1 MPRAGE +C", "DWI": "ep2d_diff", "ADC": "ADC"}


@pytest.mark.parametrize("counted", [1, 4])
def test_siemens_mosaic_is_left_out_by_name(tmp_path, counted):
    add(tmp_path / "t1c", T1C)
    made = slices(EPI, counted, ImageType=[*EPI["ImageType"], "MOSAIC"], DiffusionBValue=1000.0)
    write(tmp_path / "dwi", made)
    assert "mosaic" in why_left(tmp_path, "ep2d_diff")


# --- the right one of several ---------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["MPR", "REFORMATTED"])
def test_acquired_before_reformatted(tmp_path, kind):
    add(tmp_path / "mpr", T1C, count=20, ImageType=["DERIVED", "SECONDARY", kind], number=3,
        SeriesDescription="T1 MPRAGE +C cor")  # fmt: skip
    assert "reformat" in sort(tmp_path).timepoints[0].sequences.popitem()[1].why
    add(tmp_path / "t1c", T1C, number=2)
    assert roles(tmp_path) == {"T1c": "T1 MPRAGE +C"}


def test_whole_head_before_slab_and_thin_before_thick(tmp_path):
    add(tmp_path / "slab", T1C, count=3, spacing=1.0, SeriesDescription="T1 +C slab", number=1)
    add(tmp_path / "thick", T1C, count=6, spacing=5.0, SeriesDescription="T1 +C thick", number=2)
    add(tmp_path / "thin", T1C, count=30, spacing=1.0, SeriesDescription="T1 +C thin", number=3)
    assert roles(tmp_path) == {"T1c": "T1 +C thin"}
    assert "covers more" in why_left(tmp_path, "T1 +C slab")
    assert "thinner slices" in why_left(tmp_path, "T1 +C thick")


def test_reader_decides(tmp_path):
    add(tmp_path / "a", T1C, number=1)
    add(tmp_path / "b", T1, number=2, SeriesDescription="odd name")
    mapping = propose_mapping(tmp_path)
    entry = next(s for s in mapping.series if s.description == "odd name")
    changed = mapping.with_role(
        entry.uid, next(s.role for s in mapping.series if s.role.value == "T1c")
    )
    assert changed.timepoints()["t0"][entry.role.T1C].description == "odd name"
    with pytest.raises(KeyError):
        mapping.with_role("9.9", None)


# --- enhanced -------------------------------------------------------------------------------------


def test_enhanced_with_and_without_contrast(tmp_path):
    for name, agent in (("T1 space", None), ("T1 space gd", "Gadoteridol")):
        path = tmp_path / f"{name}.dcm"
        save(enhanced([100] * 4, description=name, agent=agent), path)
    assert roles(tmp_path) == {"T1c": "T1 space gd", "T1": "T1 space"}


def test_enhanced_magnitude_and_phase_of_one_object(tmp_path):
    add(tmp_path / "t1c", T1C)
    save(
        enhanced([100] * 4 + [900] * 4, description="SWI", components=("MAGNITUDE", "PHASE"),
                 EchoTime=20.0),
        tmp_path / "swi.dcm",
    )  # fmt: skip
    left = {item.label: item.why for item in sort(tmp_path).left_out}
    assert left["component P"] == "phase image"
