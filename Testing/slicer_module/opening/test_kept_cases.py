"""A finished case opens again from what was kept of it, as the command and the browser do."""

from pathlib import Path

import pytest

from RNAssessLib.panel.reading.view_model import build_panel
from RNAssessLib.panel.session.session import ReaderSession

KEPT = Path("case.prepared")


@pytest.fixture
def counted(widget, measured, monkeypatch, tmp_path):
    """The module with a case file; `counted` says how often the case was read and prepared."""
    import RNAssessLib.assessment
    import RNAssessLib.kept.store
    import RNAssessLib.study

    did = []
    prepared = measured.prepared
    monkeypatch.chdir(tmp_path)
    Path("case.toml").write_text(f'id = "{prepared.case.id}"\n')
    monkeypatch.setattr(
        RNAssessLib.study, "read_case", lambda *_: (did.append("read"), prepared.case)[1]
    )
    for owner, name, result in (
        (RNAssessLib.kept.store, "prepare", prepared),
        (RNAssessLib.kept.store, "assess_prepared", measured),
        (RNAssessLib.assessment, "assess", measured),
    ):
        monkeypatch.setattr(
            owner, name, lambda *_, name=name, result=result: (did.append(name), result)[1]
        )
    widget.did = did
    return widget


def rows(view):
    """Every item's answer, sentence and figures, and every index."""
    items = [(r.finding, r.status, r.sentence, r.details) for one in view.lesions
             for r in one.checklist]  # fmt: skip
    return items, [[row.text for t in c.tables for row in t.rows] for c in view.courses]


def test_the_second_opening_computes_nothing(counted, measured):
    assert counted.openCase("case.toml")
    assert counted.did == ["read", "prepare", "assess_prepared"]
    assert KEPT.exists()
    counted.did.clear()
    assert counted.openCase("case.toml")
    assert counted.did == []
    assert rows(build_panel(counted.logic.assessment, ReaderSession())) == rows(
        build_panel(measured, ReaderSession())
    )


def test_a_changed_input_is_read_anew(counted):
    assert counted.openCase("case.toml")
    counted.did.clear()
    with Path("case.toml").open("a") as file:
        file.write("# another byte\n")
    assert counted.openCase("case.toml")
    assert counted.did == ["read", "prepare", "assess_prepared"]


def test_nothing_is_kept_when_the_user_does_not_want_it(counted):
    import qt
    from RNAssessWidgets.common import settings

    qt.QSettings().setValue(settings.KEEP_PREPARED, 0)
    for _time in range(2):
        counted.did.clear()
        assert counted.openCase("case.toml")
        assert counted.did == ["read", "assess"]
    assert not KEPT.exists()
