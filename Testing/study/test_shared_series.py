"""Every study of ../shared/data/mr_series gives the answer that stands in its ANSWER.txt."""

import json
from pathlib import Path

import numpy as np
import pytest

from RNAssessLib.case import InputError, SequenceRole
from RNAssessLib.cli import main
from RNAssessLib.study import read_case

SHARED = Path(__file__).parents[2] / ".." / "shared" / "data" / "mr_series"
R = SequenceRole

# study: role: (slices, what all values of the image exceed or None), and words of what is left out
USED = {
    "01_two_echoes": ({"T1c": 6, "SWI": 6}, {"t2* gre": "short TE"}),
    "03_swi_phase_own_series": (
        {"T1c": 6, "SWI": 6},
        {"Mag_Images": "SWI_Images", "Pha_Images": "phase", "mIP_Images(SW)": "projection"},
    ),
    "04_mpr_larger": ({"T1c": 6}, {"T1 MPRAGE +C MPR cor": "reformat"}),
    "05_two_folders": ({"T1c": 8}, {}),
    "07_jitter": ({"T1c": 7}, {}),
    "08b_trace_b0_implicit": ({"T1c": 6, "DWI": 6, "ADC": 6}, {}),
    "09_contrast_tag_on_pre": ({"T1c": 6, "T1": 6}, {}),
    "11_two_studies_one_day": ({"T1c": 6, "FLAIR": 6}, {"T1 MPRAGE +C": "another study"}),
    "14_non_image": ({"T1c": 6}, {"T1 MPRAGE +C": "Raw Data"}),
    "15_non_ascii_ü_日本": ({"T1c": 6}, {}),
    "16_duplicates": ({"T1c": 6}, {}),
    "17_no_preamble": ({"T1c": 6}, {}),
    "19_three_plane_loc": ({"T1c": 6}, {"3 Plane Loc": "localizer"}),
    "20_subtraction": ({"T1c": 6, "T1": 6}, {"T1 MPRAGE SUB": "subtraction"}),
    "21b_eadc_alone": (
        {"T1c": 6},
        {"eADC: Exponential Apparent Diffusion Coefficient": "exponential"},
    ),
    "22_dce_dynamic": ({"T1c": 6}, {"t1_twist_dyn": "dynamic"}),
    "25_fa_map": ({"T1c": 6}, {"ep2d_diff_mddw_FA": "anisotropy"}),
    "27_siemens_mosaic_dwi": ({"T1c": 6}, {"ep2d_diff_4scan_trace": "mosaic"}),
    "28_toshiba_b0_without_tag": ({"T1c": 6, "DWI": 6, "ADC": 6}, {}),
    "32_local_word": ({"T1c": 6}, {}),
}
REFUSED = {
    "06_missing_slice": ("T1 MPRAGE +C", "4.00 mm after IM0003.dcm"),
    "12b_followup_without_date": ("T1 MPRAGE +C", "no usable date"),
    "26_enhanced_multiframe": ("anat-T1w_acq-tfl", "nothing says contrast"),
}


def study(name):
    folder = SHARED / name
    if not folder.exists():
        pytest.skip(f"../shared/data/mr_series/{name} is absent")
    return folder


def test_every_shared_study_has_an_answer_here():
    if not SHARED.exists():
        pytest.skip("../shared/data/mr_series is absent")
    assert {p.name for p in SHARED.iterdir() if p.is_dir()} == set(USED) | set(REFUSED)


@pytest.mark.parametrize("name", USED)
def test_json_and_table(name, capsys):
    sequences, left_out = USED[name]
    assert main(["sort", str(study(name)), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "rnassess/sort/1"
    assert [t["id"] for t in told["timepoints"]] == ["t0"]
    found = told["timepoints"][0]["sequences"]
    assert {role: entry["slices"] for role, entry in found.items()} == sequences
    assert all(entry["why"] and entry["series_uid"] for entry in found.values())
    whys = {}
    for entry in told["left_out"]:
        whys.setdefault(entry["series_description"], []).append(entry["why"])
    assert set(whys) == set(left_out)
    for description, word in left_out.items():
        assert any(word in why for why in whys[description]), whys[description]
    assert main(["sort", str(study(name))]) == 0
    table = capsys.readouterr().out
    for role, entry in found.items():
        assert any(
            line.startswith(f"  {role} ") and entry["series_description"] in line
            and entry["why"] in line for line in table.splitlines()
        )  # fmt: skip
    assert all(word in table for word in left_out.values())


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(name, capsys):
    assert main(["sort", str(study(name)), "--json"]) == 3
    caught = capsys.readouterr()
    told = json.loads(caught.out)
    for words in REFUSED[name]:
        assert words in caught.err.splitlines()[-1]
        assert any(words in problem for problem in told["problems"])
    assert REFUSED[name][0] in [entry["series_description"] for entry in told["left_out"]]
    with pytest.raises(InputError):
        read_case(study(name))


@pytest.mark.parametrize(
    ("name", "role", "lowest"),
    [
        ("01_two_echoes", R.SWI, 500),  # TE 20 ms; the first echo begins at 100
        ("03_swi_phase_own_series", R.SWI, 300),  # SWI_Images
        ("09_contrast_tag_on_pre", R.T1C, 700),
        ("20_subtraction", R.T1C, 700),
    ],
)
def test_images_are_those_of_the_answer(name, role, lowest):
    image = read_case(study(name)).timepoints[0].sequences[role]
    assert image.array.min() == lowest
    assert image.array.shape[0] == USED[name][0][role.value]


@pytest.mark.parametrize("name", ["05_two_folders", "07_jitter", "16_duplicates", "17_no_preamble"])
def test_whole_volumes_of_odd_files(name):
    image = read_case(study(name)).timepoints[0].t1c
    assert image.array.shape[0] == USED[name][0]["T1c"]
    assert len(set(image.source.sop_instance_uids)) == image.array.shape[0]


@pytest.mark.parametrize("name", ["08b_trace_b0_implicit", "28_toshiba_b0_without_tag"])
def test_adc_out_of_trace_and_b_zero(name):
    sequences = read_case(study(name)).timepoints[0].sequences
    dwi, adc = sequences[R.DWI], sequences[R.ADC]
    assert "computed from 1 image at b = 0" in adc.source.why
    ratio = np.exp(-adc.array)  # b = 1000 s/mm², ADC in µm²/ms
    base = dwi.array / ratio
    assert np.allclose(base, np.rint(base), atol=0.05)  # the stored b = 0 values, whole numbers
