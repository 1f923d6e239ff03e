"""The plotted DVH and its table against curves that are known by formula."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from RNAssessLib.dosimetry.accumulation import DoseKind
from RNAssessLib.panel.dose.dose_section import in_other_dose, overlay
from RNAssessLib.panel.dose.dvh_plot import (
    DvhChoice,
    DvhKind,
    VolumeUnit,
    build_plot,
    plot_as_csv,
    volumes_at,
)
from RNAssessLib.panel.words.dose_rows import CourseView, DvhCurve, DvhLimit, DvhMark

TOP, VOLUME = 20.0, 5.0
DIFFERENTIAL = DvhKind.DIFFERENTIAL


def ramp(name="GTV", low=0.0):
    """Dose spread evenly from `low` to 20 Gy: the cumulative curve is a straight line."""
    dose = np.linspace(0, TOP, 2001)
    percent = 100 * np.clip((TOP - dose) / (TOP - low), 0, 1)
    return DvhCurve(name, tuple(dose), tuple(percent), "#0072B2", "solid", VOLUME)


def view(*curves, **more):
    return CourseView("c1 · 2025-01-10 · SRS", (), curves or (ramp(),), (), **more)


@pytest.mark.parametrize(("unit", "whole"), [(VolumeUnit.PERCENT, 100.0), (VolumeUnit.CM3, VOLUME)])
def test_cumulative_in_percent_and_in_cm3(unit, whole):
    (line,) = build_plot(view(), DvhChoice(unit)).lines
    expected = whole * (1 - np.array(line.dose_gy) / TOP)
    np.testing.assert_allclose(line.volume, expected, atol=1e-4 * whole)


@pytest.mark.parametrize(("unit", "whole"), [(VolumeUnit.PERCENT, 100.0), (VolumeUnit.CM3, VOLUME)])
def test_differential_is_the_density_and_adds_up_to_the_volume(unit, whole):
    (line,) = build_plot(view(ramp(low=10.0)), DvhChoice(unit, DIFFERENTIAL)).lines
    dose, density = np.array(line.dose_gy), np.array(line.volume)
    np.testing.assert_allclose(density[dose > 10.2], whole / 10, rtol=1e-4)
    np.testing.assert_allclose(density[dose < 9.8], 0, atol=1e-6)
    assert (density * (dose[1] - dose[0])).sum() == pytest.approx(whole, rel=1e-5)


def test_axes_are_named_with_their_units():
    plots = [build_plot(view(), DvhChoice(unit, kind)) for unit in VolumeUnit for kind in DvhKind]
    assert [p.volume_axis for p in plots] == [
        "volume (%)", "volume per dose (%/Gy)", "volume (cm³)", "volume per dose (cm³/Gy)",
    ]  # fmt: skip


@pytest.mark.parametrize("choice", [DvhChoice(u, k) for u in VolumeUnit for k in DvhKind])
def test_the_table_says_what_the_plot_says(choice):
    course = view(ramp(), ramp("PTV", low=5.0))
    rows = list(csv.reader(io.StringIO(plot_as_csv(course, choice))))
    assert rows[0][0] == "dose (Gy)"
    assert rows[0][1:] == [f"{n} (5.00 cm³): {choice.volume_unit}" for n in ("GTV", "PTV")]
    table = np.array(rows[1 : rows.index([])], float)
    assert np.allclose(np.diff(table[:, 0]), 0.01)  # 2000 rows of 0.01 Gy
    plot = build_plot(course, choice)
    for at, line in enumerate(plot.lines, start=1):
        drawn = np.interp(table[:, 0], line.dose_gy, line.volume)
        far = np.abs(table[:, 0] - 5.0) > 0.2  # the step of the differential curve
        np.testing.assert_allclose(
            table[far, at][20:-20], drawn[far][20:-20], atol=2e-3 * max(line.volume)
        )
    assert rows[-1] == ["Research use only. Not a medical device."]


def test_a_table_of_a_high_dose_takes_coarser_steps():
    curve = DvhCurve("GTV", (0.0, 60.0, 120.0), (100.0, 50.0, 0.0), "#000000", "solid", 1.0)
    rows = list(csv.reader(io.StringIO(plot_as_csv(view(curve)))))
    assert float(rows[2][0]) == pytest.approx(0.1)
    assert float(rows[601][1]) == pytest.approx(50.0)  # at 60 Gy


def test_what_a_spreadsheet_would_compute_leaves_as_text():
    rows = list(csv.reader(io.StringIO(plot_as_csv(view(replace(ramp(), name="=cmd()"))))))
    assert rows[0][1].startswith("'=cmd()")


def test_limits_stand_in_their_dose_and_their_colour():
    limits = (
        DvhLimit("GTV", 15.0, "near", True),
        DvhLimit("GTV", 54.0, "far beyond the plot", True),
        DvhLimit("nobody", 10.0, "no curve", True),
        DvhLimit("GTV", 12.0, "only as EQD2", False, in_eqd2=True),
    )
    course = view(limits=limits, marks=(DvhMark(20.0, "Dp", "#D55E00"),))
    shown = in_other_dose(course, DoseKind.PHYSICAL, 1, 1.0)
    plot = build_plot(shown)
    assert [(limit.text, colour) for limit, colour in plot.limits] == [("near", "#0072B2")]
    # along EQD2 with α/β 2 Gy a single 15 Gy is 15 (1 + 15/2) / 2; what is EQD2 already stays
    as_eqd2 = in_other_dose(course, DoseKind.EQD2, 1, 2.0)
    doses = {limit.text: limit.dose_gy for limit in as_eqd2.limits}
    assert doses["near"] == pytest.approx(15 * 8.5 / 2)
    assert doses["only as EQD2"] == 12.0
    assert "only as EQD2" not in {x.text for x in in_other_dose(course, DoseKind.BED, 1, 10).limits}


def test_two_plans_over_each_other_keep_their_own_values():
    first = view()
    second = replace(view(ramp(low=10.0)), title="c2 · 2025-03-10 · SRS")
    both = overlay((first, second))
    assert [c.name for c in both.curves] == ["GTV, c1", "GTV, c2"]
    assert len({c.dash for c in both.curves}) == 2
    at = np.array([5.0, 15.0])
    assert volumes_at(both.curves[0], at, VolumeUnit.PERCENT) == pytest.approx([75, 25], abs=0.01)
    assert volumes_at(both.curves[1], at, VolumeUnit.PERCENT) == pytest.approx([100, 50], abs=0.01)
    assert overlay((first,)) is None


def test_the_volume_axis_fits_targets_not_the_brain():
    brain = replace(ramp("brain"), volume_cm3=1400.0)
    plot = build_plot(view(ramp(), brain), DvhChoice(VolumeUnit.CM3))
    assert plot.highest_volume == pytest.approx(1.02 * VOLUME)
    alone = build_plot(view(brain), DvhChoice(VolumeUnit.CM3))
    assert alone.highest_volume == pytest.approx(1.02 * 1400)
