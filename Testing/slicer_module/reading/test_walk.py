"""The walk for a real Slicer holds on the stand-in, and fails where the module does."""

import json

import dock
import pytest
import segment_editor
import walk


@pytest.fixture
def walker(serial, monkeypatch, tmp_path):
    import slicer

    from RNAssessLib.scene.archive import open_mrb, save_mrb

    segment_editor.install(monkeypatch, serial)
    monkeypatch.setattr(walk, "SETTLE_S", 0.02)
    monkeypatch.setattr(
        slicer.util, "saveScene", lambda p: save_mrb(slicer.mrmlScene, p) is None, raising=False
    )
    monkeypatch.setattr(
        slicer.util, "loadScene", lambda p: open_mrb(p, slicer.mrmlScene), raising=False
    )
    serial._parameterNode.casePath = str(tmp_path / "case.toml")
    return walk.Walk(serial, tmp_path / "walk", dock.open_dock(serial))


def test_every_step_holds(walker, tmp_path):
    done = walker.run()
    rows = json.loads((tmp_path / "walk" / "walk.json").read_text())
    assert [row["step"] for row in rows if row["failed"]] == [], rows
    assert done and len(rows) == 11
    assert (tmp_path / "walk" / "dvh_has_curves.png").stat().st_size > 5000


def test_it_says_which_view_shows_another_study(walker, monkeypatch):
    cell = walker.cells()[0]
    other = walker.logic.nodes.volumes["t1", walker.cells()[1].role]
    walker.composite(cell).SetBackgroundVolumeID(other.GetID())
    with pytest.raises(AssertionError, match=f"{cell.view}: t1 T1c for t0 T1c"):
        walker.step_studies_hang_under_their_names()
