"""Statistics against published examples (R's own, textbooks) and the libraries' reference values."""

import numpy as np
import pytest

pytest.importorskip("statsmodels")
lifelines = pytest.importorskip("lifelines")

from RNAssessLib.cohort.prediction import (  # noqa: E402
    compute_auc,
    compute_calibration,
    decision_curve,
    refit_corrected,
)
from RNAssessLib.cohort.regression import (  # noqa: E402
    CLUSTERED,
    NotEstimableError,
    fit_line,
    fit_logistic,
    rank_correlation,
)
from RNAssessLib.cohort.resample import bootstrap_spearman  # noqa: E402
from RNAssessLib.cohort.survival import logrank_p, median_time  # noqa: E402

# R's data set `cars`
SPEED = np.array(
    [
        4,
        4,
        7,
        7,
        8,
        9,
        10,
        10,
        10,
        11,
        11,
        12,
        12,
        12,
        12,
        13,
        13,
        13,
        13,
        14,
        14,
        14,
        14,
        15,
        15,
        15,
        16,
        16,
        17,
        17,
        17,
        18,
        18,
        18,
        18,
        19,
        19,
        19,
        20,
        20,
        20,
        20,
        20,
        22,
        23,
        24,
        24,
        24,
        24,
        25,
    ],
    float,
)
DIST = np.array(
    [
        2,
        10,
        4,
        22,
        16,
        10,
        18,
        26,
        34,
        17,
        28,
        14,
        20,
        24,
        28,
        26,
        34,
        34,
        46,
        26,
        36,
        60,
        80,
        20,
        26,
        54,
        32,
        40,
        32,
        40,
        50,
        42,
        56,
        76,
        84,
        36,
        46,
        68,
        32,
        48,
        52,
        56,
        64,
        66,
        54,
        70,
        92,
        93,
        120,
        85,
    ],
    float,
)
ALONE = list(range(50))


class TestAsRDoes:
    def test_lm_of_cars(self):
        """summary(lm(dist ~ speed, cars))"""
        line = fit_line(SPEED, DIST, ALONE)
        assert line.intercept.value == pytest.approx(-17.5791, abs=5e-5)
        assert line.slope.value == pytest.approx(3.9324, abs=5e-5)
        assert line.slope.error == pytest.approx(0.4155, abs=5e-5)
        assert line.r2 == pytest.approx(0.6511, abs=5e-5)
        assert line.normal_p == pytest.approx(0.02152, abs=5e-5)  # shapiro.test(residuals)

    def test_spearman_of_cars(self):
        """cor(cars, method = "spearman")"""
        rho, _ = rank_correlation(SPEED, DIST, ALONE)
        assert rho.value == pytest.approx(0.8303568, abs=5e-7)
        assert "Fisher" in rho.method and rho.low < rho.value < rho.high

    def test_survival_of_lung(self):
        """survfit and survdiff(Surv(time, status) ~ sex, lung)"""
        lung = pytest.importorskip("lifelines.datasets").load_lung()
        event = lung["status"] == (1 if set(lung["status"]) == {0, 1} else 2)
        male, female = (lung["sex"] == n for n in (1, 2))
        assert [int(event[s].sum()) for s in (male, female)] == [112, 53]
        assert [median_time(lung["time"][s], event[s]).value for s in (male, female)] == [270, 426]
        assert logrank_p(lung["time"], event, lung["sex"]) == pytest.approx(0.001311, abs=5e-6)

    def test_logit_of_spector(self):
        """Spector and Mazzeo 1980 in Greene, Econometric Analysis, Table 21.1"""
        data = pytest.importorskip("statsmodels.datasets").spector.load_pandas()
        names = ("GPA", "TUCE", "PSI")
        fit = fit_logistic(
            data.exog[list(names)].to_numpy(),
            names,
            data.endog.to_numpy() == 1,
            range(len(data.endog)),
        )
        assert [round(c.value, 3) for c in fit] == [-13.021, 2.826, 0.095, 2.379]
        assert [round(c.error, 3) for c in fit] == [4.931, 1.263, 0.142, 1.065]

    def test_auc_of_hanley_and_mcneil(self):
        """1982, Radiology 143:29, Table I: 0.893, standard error 0.032 by their formula"""
        normal, abnormal = (33, 6, 6, 11, 2), (3, 2, 2, 11, 33)
        score = np.concatenate([np.repeat(np.arange(5.0), c) for c in (normal, abnormal)])
        outcome = np.arange(109) >= 58
        auc = compute_auc(outcome, score, range(109))
        assert round(auc.value, 3) == 0.893
        assert (auc.high - auc.low) / 2 / 1.96 == pytest.approx(0.032, abs=0.002)


class TestClusters:
    def test_copied_lesions_count_once(self):
        patients = ALONE * 2
        alone, twice = (
            fit_line(SPEED, DIST, ALONE),
            fit_line(np.tile(SPEED, 2), np.tile(DIST, 2), patients),
        )
        assert twice.slope.value == pytest.approx(alone.slope.value)
        assert twice.slope.errors == CLUSTERED
        assert twice.slope.error == pytest.approx(
            alone.slope.error, rel=0.25
        )  # not 1/sqrt(2) of it
        outcome = DIST > 40
        score = np.tile(SPEED, 2)
        one, two = (
            compute_auc(o, s, p)
            for o, s, p in ((outcome, SPEED, ALONE), (np.tile(outcome, 2), score, patients))
        )
        assert two.value == pytest.approx(one.value)
        assert two.high - two.low == pytest.approx(one.high - one.low, rel=0.05)

    def test_bootstrap_of_ranks_equals_resampling_the_rows(self):
        from scipy.stats import spearmanr

        from RNAssessLib.cohort.resample import draw_weights

        low, high = bootstrap_spearman(ALONE, SPEED, DIST)
        slow = []
        for weights in draw_weights(50):
            rows = np.repeat(np.arange(50), weights.astype(int))
            slow.append(spearmanr(SPEED[rows], DIST[rows]).statistic)
        assert (low, high) == pytest.approx(tuple(np.percentile(slow, [2.5, 97.5])), abs=1e-12)


class TestLogistic:
    def test_two_by_two_gives_its_odds_ratio(self):
        design = np.repeat([1.0, 1, 0, 0], (10, 20, 5, 40))[:, None]
        outcome = np.repeat([True, False, True, False], (10, 20, 5, 40))
        [_, c] = fit_logistic(design, ("class",), outcome, range(75))
        assert c.odds_ratio.value == pytest.approx(10 * 40 / (20 * 5))
        assert c.error == pytest.approx(np.sqrt(1 / 10 + 1 / 20 + 1 / 5 + 1 / 40), rel=1e-4)

    @pytest.mark.parametrize(
        ("outcome", "why"),
        [
            ([True] * 6, "same outcome"),
            ([True, True, True, True, False, False], "all of the lesions"),
        ],
    )
    def test_separation_is_said(self, outcome, why):
        with pytest.raises(NotEstimableError, match=why):
            fit_logistic(
                np.array([[1.0], [1], [1], [0], [0], [0]]), ("c",), np.array(outcome), range(6)
            )


class TestPrediction:
    def made(self, count=4000):
        generator = np.random.default_rng(4)
        chance = 1 / (1 + np.exp(-generator.normal(-0.5, 1.2, count)))
        return generator.random(count) < chance, chance

    def test_true_chances_are_calibrated(self):
        outcome, chance = self.made()
        fit = compute_calibration(outcome, chance, range(len(outcome)))
        assert fit.slope.low < 1 < fit.slope.high and fit.intercept.low < 0 < fit.intercept.high
        assert abs(fit.in_the_large) < 0.02 and fit.mean_error < 0.03
        assert fit.brier == pytest.approx(np.mean(chance * (1 - chance)), rel=0.05)
        doubled = 1 / (1 + np.exp(-2 * np.log(chance / (1 - chance))))
        assert compute_calibration(
            outcome, doubled, range(len(outcome))
        ).slope.value == pytest.approx(fit.slope.value / 2, rel=1e-6)

    def test_equal_chances_are_one_tenth_whatever_their_order(self):
        generator = np.random.default_rng(8)
        chance = np.repeat([0.1, 0.2, 0.3, 0.5, 0.7], [300, 50, 320, 30, 300])
        outcome = generator.random(1000) < chance
        turned = generator.permutation(1000)
        one = compute_calibration(outcome, chance, range(1000)).bins
        other = compute_calibration(outcome[turned], chance[turned], range(1000)).bins
        assert [n for *_, n in one] == [n for *_, n in other]
        np.testing.assert_allclose(one, other)
        for value, observed, count in (one[0], one[-1]):
            same = np.isclose(chance, value)
            assert same.sum() == count and observed == pytest.approx(outcome[same].mean())

    def test_decision_curve_is_vickers_formula(self):
        outcome, chance = self.made(500)
        cuts = (0.1, 0.3, 0.5)
        curves = decision_curve(outcome, {"m": chance}, cuts)
        for t, found, every in zip(cuts, curves["m"], curves["all"], strict=True):
            treated = chance >= t
            odds = t / (1 - t)
            by_hand = (treated & outcome).mean() - (treated & ~outcome).mean() * odds
            assert found == pytest.approx(by_hand, abs=1e-12)
            assert every == pytest.approx(outcome.mean() - (1 - outcome.mean()) * odds, abs=1e-12)
        assert curves["none"] == (0.0, 0.0, 0.0)

    def test_noise_is_corrected_to_no_discrimination(self):
        generator = np.random.default_rng(6)
        design = generator.normal(size=(80, 6))
        outcome = generator.random(80) < 0.4
        fit = refit_corrected(design, tuple("abcdef"), outcome, range(80), 100)
        assert fit.auc > 0.6 and fit.auc_corrected == pytest.approx(0.5, abs=0.09)
        assert fit.slope_corrected < 0.6 and fit.brier_corrected > fit.brier
