"""The table of the null pairs: bounds of a share, sizes against their ±, thin slices that are none."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent / "benchmarks" / "null_pairs"))
import pair_table


def test_bounds_of_a_share_have_their_closed_forms():
    # no event in n: exact one-sided bound is 1 - 0.05^(1/n)
    assert pair_table.clopper_upper(0, 200) == pytest.approx(1 - 0.05 ** (1 / 200), rel=1e-9)
    z2 = 1.959964**2
    assert pair_table.wilson(0, 200)[1] == pytest.approx(z2 / (200 + z2), rel=1e-9)


def test_the_spread_is_told_by_size_of_the_lesion_and_slices():
    def row(volume, error, mm):
        return {"visits": [{"slice_mm": mm}] * 2,
                "volumes": {"t1c_with_core_cm3": [[volume, error], [volume * 1.04, error]]}}  # fmt: skip

    lines = pair_table.by_group([row(2.0, 0.1, 1.0), row(4.0, 0.1, 1.0), row(0.5, 0.2, 5.0)])
    assert len(lines) == 4
    assert lines[2].startswith("| under 1 cm³ | over 3 mm | 1 | 39.2 / 40.0 | 0/2")
    assert "| 1 to 10 cm³ | up to 1.25 mm | 2 | 3.7 / 5.0 | 4/4" in lines[3]
    assert "1/2 = 0.500" in lines[3]


def test_thin_voxels_made_from_thick_slices_are_no_thin_slices():
    def row(head, mm, error):
        return {"head": head, "visits": [{"slice_mm": mm}, {"slice_mm": 5.0}],
                "volumes": {"t1c_with_core_cm3": [[2.0, error], [2.0, 0.5]]}}  # fmt: skip

    rows = [row("brats_met_00110", 1.0, 0.1), row("fg6692_atlas", 1.0, 0.4)]
    assert pair_table.slices_mm(rows[0]) == [1.0, 5.0]
    assert pair_table.slices_mm(rows[1]) == [5.5, 5.5]
    thin, thinned = pair_table.printed_percent(rows)
    assert thin == [pytest.approx(5.0)] and thinned == [pytest.approx(20.0)]
    assert "1/1" in pair_table.tell_percent(thin) and "0/1" in pair_table.tell_percent(thinned)


def test_sizes_are_apart_where_their_ranges_share_no_value():
    def row(after):
        return {"volumes": {"t1c_with_core_cm3": [[2.0, 0.3], [after, 0.4]]}}

    assert pair_table.apart([row(2.65), row(2.75), row(1.25)], "t1c_with_core_cm3") == (2, 3)


def test_volumes_are_compared_from_each_examination_to_the_next():
    row = {"head": "a", "visits": [{"slice_mm": mm} for mm in (1.0, 5.0, 1.0)],
           "volumes": {"flair_cm3": [[2.0, 0.1], [2.4, 0.1], [2.45, 0.1]]}}  # fmt: skip
    first, second = pair_table.steps_of([row])
    assert first["volumes"]["flair_cm3"] == [[2.0, 0.1], [2.4, 0.1]]
    assert [v["slice_mm"] for v in second["visits"]] == [5.0, 1.0]
    assert pair_table.within([first, second], "flair_cm3") == (1, 2)


def test_a_change_counts_against_both_printed_errors():
    row = {"volumes": {"enhancing_cm3": [[2.0, 0.3], [2.45, 0.4]]}}
    assert pair_table.change_of(row, "enhancing_cm3") == (2.0, 2.45, pytest.approx(0.5))
    wide = {"volumes": {"enhancing_cm3": [[2.0, 0.3], [2.55, 0.4]]}}
    gone = {"volumes": {"enhancing_cm3": [[2.0, 0.3], [None, None]]}}
    assert pair_table.within([row, wide, gone], "enhancing_cm3") == (1, 2)
