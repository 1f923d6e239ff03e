"""A cohort to look through: filters, places of points, privacy."""

import numpy as np
import pytest

for needed in ("statsmodels", "sklearn"):
    pytest.importorskip(needed)
pandas = pytest.importorskip("pandas")

from RNAssessLib.cohort.browse import UNKNOWN, CohortView, Filters, table_rows  # noqa: E402
from RNAssessLib.cohort.kept import KeptCases, find_places  # noqa: E402
from RNAssessLib.cohort.nomogram_study import analyse_nomogram  # noqa: E402
from RNAssessLib.cohort.page import PER_PAGE, CohortPage  # noqa: E402
from RNAssessLib.cohort.plots import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH, Scale, fit_scale  # noqa: E402
from RNAssessLib.cohort.simulation import simulate_cohort  # noqa: E402


@pytest.fixture(scope="module")
def frame():
    return pandas.DataFrame(simulate_cohort(200, 9))


@pytest.fixture(scope="module")
def view(frame):
    return CohortView(frame)


class TestPrivacy:
    def test_rows_bear_new_ids_and_lead_back(self, view, frame):
        assert set(view.frame["case"]).isdisjoint(frame["case"])
        by_origin = frame.set_index(["case", "lesion"])
        for row, (case, lesion) in enumerate(view.origins):
            assert view.frame.loc[row, "bed_gy"] == by_origin.loc[(case, lesion), "bed_gy"]
        assert list(view.frame["patient"]) == sorted(view.frame["patient"])  # not the table's order

    def test_the_frame_that_was_given_is_as_it_was(self, frame):
        before = frame.copy()
        CohortView(frame)
        pandas.testing.assert_frame_equal(frame, before)

    def test_the_departments_own(self, frame):
        own = CohortView(frame, identified=True)
        assert set(own.frame["case"]) == set(frame["case"])
        few = float(np.sort(frame["nomogram_gtv_cm3"])[-3])
        assert len(own.choose(Filters(figure="nomogram_gtv_cm3", low=few))) == 3

    def test_one_to_four_are_hidden_and_five_are_not(self, view):
        values = np.sort(view.frame["nomogram_gtv_cm3"])
        for count, left in ((1, 0), (4, 0), (5, 5)):
            kept = view.choose(Filters(figure="nomogram_gtv_cm3", low=float(values[-count])))
            assert len(kept) == left

    def test_a_small_group_gets_no_box_and_is_named(self, view):
        frame = view.frame.assign(technique=["linac"] * 4 + ["gamma_knife"] * (len(view.frame) - 4))
        plot = view.boxes(frame, "bed_gy", "technique")
        assert len(plot.boxes) == 1 and plot.note == "Not drawn, fewer than 5 lesions: linac."
        assert len(plot.marks) == len(frame) - 4
        assert view.boxes(frame.iloc[:4], "bed_gy", "technique").why

    def test_no_roc_from_few_progressions(self, view):
        rare = view.frame["reference"] == "progression"
        few = view.frame[~rare | (rare.cumsum() <= 4)]
        assert "5 lesions of each outcome" in view.roc(few).why and not view.roc(few).lines


class TestFilters:
    def test_words_and_numbers_together(self, view):
        kept = view.choose(Filters("necrosis", word_column="wbrt", word="yes",
                                   figure="bed_gy", low=50.0, high=80.0))  # fmt: skip
        all_ = view.frame
        wanted = all_[(all_["reference"] == "necrosis") & (all_["wbrt"] == "yes")
                      & all_["bed_gy"].between(50, 80)]  # fmt: skip
        assert len(kept) > 5 and list(kept.index) == list(wanted.index)

    def test_not_known_is_a_choice(self, view):
        name = "half_steroid_days"  # necroses only
        frame = view.frame.assign(technique=[None] * 10 + ["linac"] * (len(view.frame) - 10))
        other = CohortView(frame.assign(**{name: frame[name]}), identified=True)
        assert other.words("technique") == ["linac", UNKNOWN]
        assert len(other.choose(Filters(technique=UNKNOWN))) == 10


class TestPlots:
    def test_points_lie_where_their_values_are(self, view):
        plot = view.scatter(view.frame, "bed_per_gtv", "latency_months", (True, False))
        x, y = view.frame["bed_per_gtv"], view.frame["latency_months"]
        assert len(plot.marks) == int((x.notna() & y.notna() & (x > 0)).sum())
        marks = {m.at: m for m in plot.marks}
        at = list(marks)
        for places, values in (([marks[n].x for n in at], np.log(x[at])),
                               ([-marks[n].y for n in at], y[at])):  # fmt: skip
            slope, offset = np.polyfit(values, places, 1)
            assert slope > 0
            assert np.abs(slope * values + offset - places).max() < 0.06  # rounded to a tenth
        assert all(
            LEFT <= m.x <= WIDTH - RIGHT and TOP <= m.y <= HEIGHT - BOTTOM for m in plot.marks
        )
        assert [m.x for m in plot.marks] == sorted(m.x for m in plot.marks)  # arrow keys go right

    @pytest.mark.parametrize(
        ("ends", "log"),
        [((0.0, 100.0), False), ((61.2, 61.9), False), ((-3.0, 4.0), False), ((5.0, 5.0), False),
         ((0.02, 700.0), True), ((61.2, 61.9), True), ((5.0, 5.0), True)],
    )  # fmt: skip
    def test_ticks_stand_where_they_say(self, ends, log):
        scale = fit_scale(ends, 0.0, 100.0, log=log)
        ticks = scale.ticks()
        assert len(ticks) <= 13
        assert len(ticks) >= 2 or log  # a narrow range may hold no round power
        for place, word in ticks:
            assert scale(float(word)) == pytest.approx(place, abs=0.06)

    def test_a_box_is_its_quartiles(self, view):
        plot = view.boxes(view.frame, "bed_gy", "reference")
        groups = [view.frame.loc[view.frame["reference"] == w, "bed_gy"].to_numpy()
                  for w in ("necrosis", "progression")]  # fmt: skip
        up = fit_scale(np.concatenate(groups), HEIGHT - BOTTOM, TOP)
        for box, values in zip(plot.boxes, groups, strict=True):
            q1, middle, q3 = np.percentile(values, [25, 50, 75])
            assert (box.q1, box.middle, box.q3) == tuple(round(up(v), 1) for v in (q1, middle, q3))
            top = values[values <= q3 + 1.5 * (q3 - q1)].max()
            assert box.high == round(up(top), 1)

    def test_roc_and_calibration_are_those_of_the_report(self, view, frame):
        report = analyse_nomogram(frame)[0]
        rows = {row[0]: row for row in report.table("validation").rows}
        assert f"AUC {rows['AUC'][1]:.3f}" in view.roc(view.frame).note
        slope = rows["calibration slope"]
        told = view.calibration(view.frame)
        assert f"Slope {slope[1]:.2f} (95 % interval {slope[2]:.2f} to {slope[3]:.2f}" in told.note
        [drawn] = [f.data.rows for f in report.figures if f.id == "calibration"]
        up = Scale(0.0, 1.0, HEIGHT - BOTTOM, TOP)
        shown = [round(up(observed), 1) for count, _, observed in drawn if count >= 5]
        assert [y for _, y in told.dots] == shown and len(shown) >= 8

    def test_the_order_of_ids_changes_no_plot(self, frame):
        drawn = [CohortView(frame).calibration(frame).dots for frame in (frame, frame[::-1])]
        assert drawn[0] == drawn[1]


def test_cells_are_read_as_the_table_has_them(view):
    [row] = table_rows(view, view.frame.iloc[:1], ["reference", "bed_gy"])
    assert row["name"] == view.names[0]
    assert row["cells"] == [view.frame.loc[0, "reference"], f"{view.frame.loc[0, 'bed_gy']:.3g}"]


def test_places_of_a_run_are_found_and_those_that_are_gone_are_not(tmp_path):
    kept = KeptCases(tmp_path / "out")
    for name in ("a", "b"):
        (tmp_path / f"{name}.toml").write_text(f'id = "{name}"\n')
        kept.save(kept.begin(tmp_path / f"{name}.toml"), [{"case": name}])
    (tmp_path / "b.toml").unlink()
    (tmp_path / "out" / "cases" / "c.json").write_text("[]")
    assert find_places(tmp_path / "out") == {"a": tmp_path / "a.toml"}


def test_the_commands_show_a_cohort(tmp_path, monkeypatch):
    from RNAssessLib.cli import main
    from RNAssessLib.web import cohort as page

    seen = []
    monkeypatch.setattr(page, "serve_cohort", lambda view, places, *a, **k: seen.append((view, k)))
    assert main(["phantom", "cohort", "--n", "30", "--out", str(tmp_path)]) == 0
    assert main(["view", str(tmp_path), "--no-browser", "--port", "5"]) == 0
    table = str(tmp_path / "cohort.csv")
    report = ["cohort-report", table, "--out", str(tmp_path / "r"), "--view", "--identified"]
    assert main(report) == 0
    assert [view.identified for view, _ in seen] == [False, True]
    assert seen[0][1] == {"port": 5, "open_browser": False, "token": True}


class TestPage:
    @pytest.fixture
    def page(self, view):
        return CohortPage(view, lambda row: row % 2 == 0)

    def test_a_page_of_lines_and_which_can_be_opened(self, page):
        shown = page.describe()
        assert len(shown["rows"]) == PER_PAGE
        assert shown["pages"] == -(-len(page.view.frame) // PER_PAGE)
        assert all(row["there"] is (row["at"] % 2 == 0) for row in shown["rows"])

    def test_turning_ends_at_the_last_page_and_a_filter_begins_anew(self, page):
        page.turn(-1)
        assert page.describe()["page"] == 0
        for _ in range(99):
            page.turn(1)
        assert page.describe()["page"] == page.describe()["pages"] - 1
        page.set("x_log", False)
        assert page.describe()["page"] == 0 and page.describe()["axes"]["x_log"] is False

    def test_only_what_a_field_offers_is_taken(self, page):
        before = page.describe()["axes"]["x"]
        page.set("x", "__class__")
        page.set("word_column", "no column")
        assert page.describe()["axes"]["x"] == before and page.filters == Filters()

    def test_a_number_with_a_comma_and_what_is_none(self, page):
        page.set("figure", "bed_gy")
        page.set("low", "50,5")
        page.set("high", "inf")
        assert (page.filters.low, page.filters.high) == (50.5, None)
        page.clear()
        assert page.filters == Filters()
