"""Any interleaving of folders, names, copies and order of files sorts to the same case."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from RNAssessLib.panel.opening.sorting_table import describe_sorting
from RNAssessLib.study import propose_mapping

from .mr_makers import ADC, FLAIR, GRE, SWI, T1, T1C, add, diffusion, slices, write


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """Two visits of every kind of series that a study holds, as paths."""
    folder = tmp_path_factory.mktemp("demo")
    for visit, day in (("1", "20250108"), ("2", "20250402")):
        here = {"study": f"1.2.3.{visit}", "StudyDate": day, "SeriesDate": day,
                "AcquisitionDate": day, "count": 4}  # fmt: skip
        at = folder / visit
        add(at / "t1", T1, number=1, **here)
        add(at / "t1c", T1C, number=9, **here)
        add(at / "twin", T1C, number=10, **here)
        add(at / "flair", FLAIR, number=4, **here)
        add(at / "swi", SWI, number=5, **here)
        add(at / "adc", ADC, number=6, value=800, **here)
        diffusion(at / "dwi", [(0, 1000), (1000, 400)], number=7, **here)
        echoes = slices(GRE, uid=f"1.2.3.{visit}.8", EchoTime=5.0, number=8, **here)
        echoes += slices(GRE, uid=f"1.2.3.{visit}.8", EchoTime=20.0, number=8, start=11, **here)
        write(at / "gre", echoes)
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return files, outcome(folder)


def outcome(folder: Path):
    """What was decided, without what names files: those differ from run to run."""
    told = describe_sorting(propose_mapping(folder).sorted)
    for timepoint in told["timepoints"]:
        for entry in timepoint["sequences"].values():
            entry["why"] = entry["why"].split("; ")[0]
    left = [(i["series_uid"], i["stack"], i["could_be"], i["files"]) for i in told["left_out"]]
    return told["timepoints"], sorted(left), told["missing"], told["problems"]


def test_the_demo_study_itself(demo):
    timepoints, left, _, problems = demo[1]
    assert [list(t["sequences"]) for t in timepoints] == [
        ["T1c", "T1", "FLAIR", "DWI", "ADC", "SWI"]
    ] * 2
    assert len(left) == 6  # the twin of the T1c and two echoes, at both visits
    assert problems == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow,
          HealthCheck.function_scoped_fixture])  # fmt: skip
@given(data=st.data())
def test_order_folders_names_and_copies_do_not_matter(demo, tmp_path, data):
    files, expected = demo
    folder = tmp_path / "again"
    shutil.rmtree(folder, ignore_errors=True)
    order = data.draw(st.permutations(range(len(files))))
    places = data.draw(
        st.lists(
            st.sampled_from(["", "a", "b", "b/c", "ü"]), min_size=len(files), max_size=len(files)
        )
    )
    copies = data.draw(st.lists(st.sampled_from(range(len(files))), max_size=10))
    for number, index in enumerate([*order, *copies]):
        place = folder / places[number % len(places)]
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{number:04d}").write_bytes(files[index].read_bytes())
    assert outcome(folder) == expected
