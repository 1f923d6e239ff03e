"""The serial layout and the desktop arrangement that shows it."""

from types import SimpleNamespace

import pytest
import slicer

from RNAssessLib.case import SequenceRole
from RNAssessLib.scene import SerialLayout, build_layout


def prepared(count):
    return SimpleNamespace(timepoints=[SimpleNamespace(id=f"t{i}") for i in range(count)])


def test_columns_are_timepoints_and_rows_are_t1c_and_flair():
    layout = build_layout(prepared(3))
    assert layout.columns == ("t0", "t1", "t2")
    assert [[c.role for c in row] for row in layout.cells] == [
        [SequenceRole.T1C] * 3,
        [SequenceRole.FLAIR] * 3,
    ]


@pytest.mark.parametrize("count", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("extra_row", [False, True])
def test_desktop_slicer_has_every_view_in_the_chosen_arrangement(count, extra_row):
    layout = build_layout(prepared(count), extra_row=extra_row)
    scene = slicer.vtkMRMLScene()
    logic = slicer.vtkMRMLLayoutLogic()
    logic.SetMRMLScene(scene)
    description = logic.GetLayoutNode().GetLayoutDescription(layout.arrangement)
    rows = layout.cells if count < 5 else layout.cells[:2]
    for cell in (cell for row in rows for cell in row):
        assert f'singletontag="{cell.view}"' in description


def test_view_names_are_unique():
    layout = build_layout(prepared(5), extra_row=True)
    views = [cell.view for cell in layout]
    assert len(set(views)) == len(views) == 15


def test_too_many_timepoints_keep_the_first_and_the_latest():
    assert build_layout(prepared(9)).columns == ("t0", "t5", "t6", "t7", "t8")


def test_json_round_trip():
    layout = build_layout(prepared(4), extra_row=True)
    assert SerialLayout.from_dict(layout.to_dict()) == layout


def test_another_version_is_refused():
    document = build_layout(prepared(1)).to_dict() | {"schema": "rnassess/layout/9"}
    with pytest.raises(ValueError, match="rnassess/layout/9"):
        SerialLayout.from_dict(document)
