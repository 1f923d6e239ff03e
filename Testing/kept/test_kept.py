"""An assessed case comes back from disk as it was, and only while all it rests on is the same."""

import os
import stat
from pathlib import Path

import numpy as np
import pytest

from RNAssessLib.case import SequenceRole
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.measure.memory import NAME as REMEMBERED
from RNAssessLib.kept import place as kept_place
from RNAssessLib.kept import store
from RNAssessLib.kept.ahead import read_ahead
from RNAssessLib.kept.container import read_arrays, read_data, read_head, write_container
from RNAssessLib.kept.image_quality import every_quality
from RNAssessLib.kept.inputs import are_same, describe, files_of
from RNAssessLib.kept.store import KeptPlace, assess_kept, find_kept, keep, kept_id
from RNAssessLib.kept.tree import Flattener, rebuild
from RNAssessLib.lesions.quality import compute_all_quality, compute_quality

from ..panel.made_assessment import make_assessment


def flat(value):
    flattener = Flattener()
    return flattener.add(value), flattener.nodes, flattener.arrays


def test_an_assessment_comes_back_field_by_field():
    made = make_assessment()
    root, nodes, arrays = flat(made)
    again = rebuild(nodes, arrays, root)
    assert again is not made
    root_again, nodes_again, arrays_again = flat(again)
    assert (root_again, nodes_again) == (root, nodes)
    for one, other in zip(arrays, arrays_again, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_was_one_object_stays_one():
    made = make_assessment()
    first = made.prepared.timepoints[0]
    assert first.images[SequenceRole.T1C] is first.timepoint.sequences[SequenceRole.T1C]
    root, nodes, arrays = flat(made)
    first = rebuild(nodes, arrays, root).prepared.timepoints[0]
    assert first.images[SequenceRole.T1C] is first.timepoint.sequences[SequenceRole.T1C]


@pytest.mark.parametrize("node", [
    ["object", "os:system", {}], ["object", "RNAssessLib.cli:main", {}],
    ["object", "RNAssessLib.evidence:Path", {}], ["object", "RNAssessLib.case.course:Course", {"id": "x"}],
    ["enum", "RNAssessLib.case.course:Course", "id"], ["lambda", "x"], ["array", 7], ["tuple", [{"r": 9}]],
])  # fmt: skip
def test_nothing_but_the_model_is_rebuilt(node):
    with pytest.raises(ValueError, match="is not a kept case"):
        rebuild([node], [], {"r": 0})


def test_foreign_objects_and_hidden_state_are_refused():
    with pytest.raises(TypeError, match="cannot be kept"):
        flat(make_assessment)
    made = make_assessment()
    object.__setattr__(made, REMEMBERED, {"a key": make_assessment})  # made again when asked for
    assert flat(made)[1] == flat(make_assessment())[1]
    object.__setattr__(made, "_secret", 1)
    with pytest.raises(TypeError, match="_secret is no field"):
        flat(made)


ARRAYS = (
    np.random.default_rng(0).random((40, 30, 20)).astype(np.float32), np.zeros((50, 60, 7), bool),
    np.array(3.5), np.zeros((0, 3)), np.arange(24, dtype=np.int16).reshape(4, 6).T,
)  # fmt: skip


def test_arrays_come_back_and_may_be_written_to_without_touching_the_file(tmp_path):
    path = tmp_path / "c.prepared"
    write_container(path, {"h": 1}, {"d": [1.5, None]}, ARRAYS)
    assert (read_head(path), read_data(path)) == ({"h": 1}, {"d": [1.5, None]})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    before = path.read_bytes()
    for made, found in zip(ARRAYS, read_arrays(path), strict=True):
        assert (found.dtype, found.shape) == (made.dtype, made.shape)
        np.testing.assert_array_equal(found, made)
        found[...] = 0
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["c.prepared"]


def test_a_damaged_file_is_never_a_case(tmp_path):
    path = tmp_path / "c.prepared"
    write_container(path, {"h": 1}, {"d": 1}, ARRAYS)
    whole = path.read_bytes()
    for share in np.linspace(0.0, 0.999, 40):
        path.write_bytes(whole[: int(share * len(whole))])
        with pytest.raises((ValueError, OSError)):
            read_head(path), read_data(path), read_arrays(path)


def test_a_failed_write_leaves_what_was_there(tmp_path, monkeypatch):
    path = tmp_path / "c.prepared"
    write_container(path, {"h": 1}, {}, ARRAYS)
    monkeypatch.setattr(os, "fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OSError, match="No space"):
        write_container(path, {"h": 2}, {}, ARRAYS)
    assert read_head(path) == {"h": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["c.prepared"]


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "study"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "1.dcm").write_bytes(b"one")
    (folder / "2.dcm").write_bytes(b"two")
    return folder


def test_inputs_are_the_same_by_their_bytes(study):
    kept = describe(files_of(study))
    assert are_same(kept, files_of(study))
    os.utime(study / "2.dcm", (1, 1))
    assert are_same(kept, files_of(study)), "touched, not changed"
    (study / "x.session.json").write_text("own product")
    assert are_same(kept, files_of(study))
    (study / "2.dcm").write_bytes(b"TWO")
    assert not are_same(kept, files_of(study))
    (study / "2.dcm").write_bytes(b"two")
    assert are_same(kept, files_of(study))
    (study / "3.dcm").write_bytes(b"")
    assert not are_same(kept, files_of(study))


def test_links_stand_for_what_they_lead_to(study):
    other = study.parent / "other"
    other.mkdir()
    (other / "4.dcm").write_bytes(b"four")
    (study / "b.dcm").symlink_to(other / "4.dcm")
    (study / "loop.dcm").symlink_to(study / "loop.dcm")
    (study / "gone.dcm").symlink_to(other / "5.dcm")
    (study.parent / "alias").symlink_to(study)
    wanted = {study / "2.dcm", study / "a" / "1.dcm", other / "4.dcm"}
    assert set(files_of(study)) == {file.resolve() for file in wanted}
    assert files_of(study.parent / "alias") == files_of(study)


def test_a_case_file_rests_on_what_it_names(study):
    case = study.parent / "case.toml"
    case.write_text('id = "c"\n[[timepoint]]\nsequences = { T1c = "study/a", T1 = "none" }\n')
    assert [f.name for f in files_of(case)] == ["case.toml", "1.dcm"]
    os.mkfifo(study / "a" / "pipe")
    (study / "a" / "round").symlink_to(study)
    assert [f.name for f in files_of(case)] == ["case.toml", "1.dcm"]


ASKED, OTHER = "registration.good_mm", "bed.alpha_beta_tumour"


class Counted:
    """Reading, preparing and assessing, counted instead of done."""

    def __init__(self, monkeypatch):
        self.done = []
        self.made = make_assessment()
        monkeypatch.setattr(store, "prepare", self.prepare)
        monkeypatch.setattr(store, "assess_prepared", self.assess)

    def read(self, progress):
        self.done.append("read")
        return self.made.prepared.case

    def prepare(self, case, progress, thresholds):
        self.done.append("prepare")
        assert thresholds[self.asked] is not None
        return self.made.prepared

    def assess(self, prepared, thresholds, progress):
        self.done.append("assess")
        from dataclasses import replace

        return replace(self.made, prepared=prepared, changed_criteria=thresholds.changed_criteria())


@pytest.fixture
def counted(monkeypatch):
    from RNAssessLib.evidence import all_criteria

    counted = Counted(monkeypatch)
    counted.asked = next(c.key for c in all_criteria() if c.key != OTHER)
    return counted


def test_kept_until_something_it_rests_on_changes(counted, study):
    place = KeptPlace(study.with_name("study.prepared"), study)
    usual = Thresholds()

    def work(thresholds=usual, at=place, **how):
        counted.done.clear()
        assess_kept(at, counted.read, thresholds, **how)
        return counted.done.copy()

    everything = ["read", "prepare", "assess"]
    assert kept_id(place) is None
    assert work() == everything
    assert kept_id(place) == counted.made.prepared.case.id
    assert work() == []
    assert work(Thresholds({OTHER: 12.0})) == ["assess"], "only what rests on it"
    assert work(Thresholds({counted.asked: 1234.5})) == everything
    assert work(fresh=True) == everything
    other = KeptPlace(place.file, study, options=("labels='BraTS-2021'",))
    assert kept_id(other) is None
    assert work() == []
    (study / "2.dcm").write_bytes(b"another")
    assert kept_id(place) is None
    assert work() == everything
    place.file.write_bytes(place.file.read_bytes()[:-100])
    assert work() == everything
    assert work() == []


def test_other_code_or_libraries_keep_nothing(counted, study, monkeypatch):
    place = KeptPlace(study.with_name("study.prepared"), study)
    assess_kept(place, counted.read, Thresholds())
    monkeypatch.setattr(kept_place, "code_digest", lambda: "another")
    assert kept_id(place) is None
    assert find_kept(place, Thresholds()) is None


def test_where_nothing_can_be_kept_the_case_opens_all_the_same(counted, study, tmp_path):
    place, told = KeptPlace(tmp_path / "no folder" / "x.prepared", study), []
    assert assess_kept(place, counted.read, Thresholds(), tell=told.append) is not None
    assert len(told) == 1
    assert "not kept" in told[0]


def test_too_large_is_not_kept(counted, study, monkeypatch):
    place = KeptPlace(study.with_name("study.prepared"), study)
    monkeypatch.setattr(store, "MOST_BYTES", 1)
    with pytest.raises(ValueError, match="are more than"):
        keep(counted.made, place, {})
    assert not place.file.exists()


def test_what_was_read_ahead_is_used_only_while_it_stands(counted, study):
    place = KeptPlace(study.with_name("study.prepared"), study)
    assert assess_kept(place, counted.read, Thresholds()) is not None
    early = read_ahead(place.file)
    held = early.result()
    found = find_kept(place, Thresholds(), ahead=early)
    assert found is not None
    first = found.prepared.timepoints[0].images[SequenceRole.T1C].array
    assert any(first is array for array in held.arrays), "not read once more"
    (study / "2.dcm").write_bytes(b"another")
    assert find_kept(place, Thresholds(), ahead=early) is None, "other input"
    counted.done.clear()
    assess_kept(place, counted.read, Thresholds())
    assert find_kept(place, Thresholds()) is not None
    assert find_kept(place, Thresholds(), ahead=early) is None, "another file stands there now"
    place.file.write_bytes(b"damaged")
    with pytest.raises(ValueError, match="is damaged"):
        read_ahead(place.file).result(10)


def test_image_quality_is_kept_and_measured_again_for_other_thresholds(
    necrosis, tmp_path, monkeypatch
):
    from RNAssessLib.kept import image_quality

    _, made = necrosis
    place = KeptPlace(tmp_path / "n.prepared", Path(__file__).parent)
    keep(made, place, {})
    found, lesion = find_kept(place, made.thresholds), made.lesions[0].lesion
    assert found is not None
    wanted = compute_all_quality(made.prepared, lesion, made.thresholds)
    assert wanted
    asked = []

    def compute(timepoint, *how):
        asked.append(timepoint.id)
        return compute_quality(timepoint, *how)

    monkeypatch.setattr(image_quality, "compute_quality", compute)
    assert every_quality(found.prepared, lesion, made.thresholds) == wanted
    assert not asked
    strict = Thresholds({"quality.alignment_good": 0.01})
    strictly = compute_all_quality(made.prepared, lesion, strict)
    for _ in range(2):
        assert every_quality(found.prepared, lesion, strict) == strictly != wanted
        assert len(asked) == len(found.prepared.timepoints)


def test_a_real_assessment_writes_the_same_bytes_from_disk(necrosis, tmp_path):
    from RNAssessLib.report.document.json_report import build_document

    _, made = necrosis
    place = KeptPlace(tmp_path / "n.prepared", Path(__file__).parent)
    keep(made, place, {})
    found = find_kept(place, made.thresholds)
    assert found is not None
    assert repr(build_document(found)) == repr(build_document(made))
    root, nodes, arrays = flat(made)
    root_found, nodes_found, arrays_found = flat(found)
    assert (root, nodes) == (root_found, nodes_found)
    assert all(
        np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
        for a, b in zip(arrays, arrays_found, strict=True)
    )
