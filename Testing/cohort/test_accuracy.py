"""Published 2 x 2 tables, recomputed by what a cohort is computed with; clusters, missing answers."""

import numpy as np
import pytest
from scipy import stats

from RNAssessLib.cohort.accuracy import analyse_accuracy, compute_accuracy, recompute
from RNAssessLib.cohort.agreement import compare_answers, compute_kappa
from RNAssessLib.cohort.flow import analyse_flow
from RNAssessLib.cohort.intervals import TwoByTwo, likelihood_ratio, share
from RNAssessLib.evidence import published_tables

pandas = pytest.importorskip("pandas")
CDR = "central_diffusion_restriction"


def frame_of(counts, item=CDR, positive="necrosis", per_patient=1, **columns):
    """Lesions in the numbers of a 2 x 2 table."""
    other = {"necrosis": "progression", "progression": "necrosis"}[positive]
    rows = []
    for count, answer, outcome in zip(
        counts, ("present", "present", "absent", "absent"), (positive, other) * 2, strict=True
    ):
        rows += [{item: answer, "reference": outcome}] * count
    frame = pandas.DataFrame(rows)
    frame["patient"] = [f"P{n // per_patient}" for n in range(len(frame))]
    frame["case"], frame["lesion"] = frame["patient"], [f"L{n}" for n in range(len(frame))]
    frame["reference_basis"], frame["reference_items"] = "pathology", None
    return frame.assign(**columns)


class TestPublished:
    def test_hainc_with_its_printed_intervals(self):
        [table] = published_tables(CDR)
        own = compute_accuracy(frame_of((table.tp, table.fp, table.fn, table.tn)), CDR)
        printed = {"sensitivity": (83, 63, 93), "specificity": (64, 48, 78),
                   "ppv": (59, 42, 74), "npv": (85, 68, 94)}  # fmt: skip
        for name, figures in printed.items():
            e = own.estimates[name]
            assert tuple(round(100 * v) for v in (e.value, e.low, e.high)) == figures, name

    @pytest.mark.parametrize(
        ("item", "number", "sensitivity", "specificity"),
        [("amino_acid_pet", 0, 86, 79), ("amino_acid_pet", 1, 82, 75)],
    )
    def test_pet_gives_the_printed_shares(self, item, number, sensitivity, specificity):
        table = published_tables(item)[number]
        counts = (table.tp, table.fp, table.fn, table.tn)
        own = compute_accuracy(frame_of(counts, item, "progression"), item)
        assert own.target == "progression"
        assert round(100 * own.estimates["sensitivity"].value) == sensitivity
        assert round(100 * own.estimates["specificity"].value) == specificity

    @pytest.mark.parametrize("item, number, diseased, healthy, positive", [
        ("amino_acid_pet", 0, 21, 29, None), ("amino_acid_pet", 1, None, None, 19),
    ])  # fmt: skip
    def test_no_other_cells_give_what_is_printed(self, item, number, diseased, healthy, positive):
        table = published_tables(item)[number]
        total = table.tp + table.fp + table.fn + table.tn
        printed = tuple(round(100 * v.value) for v in
                        (recompute(table).sensitivity(), recompute(table).specificity()))  # fmt: skip
        found = [
            (tp, fp, d - tp, total - d - fp)
            for d in range(1, total)
            for tp in range(d + 1)
            for fp in range(total - d + 1)
            if (diseased is None or (d, total - d) == (diseased, healthy))
            and (positive is None or tp + fp == positive)
            and (round(100 * tp / d), round(100 * (total - d - fp) / (total - d))) == printed
        ]
        assert found == [(table.tp, table.fp, table.fn, table.tn)]

    def test_narloch_gives_the_printed_shares_and_p(self):
        [table] = published_tables("latency")
        assert table.fn + table.tn == 19 and table.tp + table.fp == 16
        assert round(100 * table.fp / 16, 2) == 6.25
        p = stats.fisher_exact([[table.tn, table.fn], [table.fp, table.tp]]).pvalue
        assert round(p, 3) == 0.004


class TestIntervals:
    def test_wilson_and_exact_of_known_examples(self):
        # Newcombe 1998 (Stat Med 17:857), Table I: 81 of 263, 15 of 148
        wilson, exact = share(81, 263), share(81, 263, "exact")
        assert (round(wilson.low, 4), round(wilson.high, 4)) == (0.2553, 0.3662)
        assert (round(exact.low, 4), round(exact.high, 4)) == (0.2527, 0.3676)
        small = share(15, 148)
        assert (round(small.low, 4), round(small.high, 4)) == (0.0624, 0.1605)

    def test_an_empty_group_is_undefined_and_a_zero_cell_is_named(self):
        assert share(0, 0).value is None and share(0, 0).why
        found = likelihood_ratio(10, 10, 0, 20)
        assert "0.5 added" in found.method and found.low < found.value < found.high
        assert likelihood_ratio(0, 0, 1, 2).value is None

    def test_swapping_the_target_swaps_the_shares(self):
        table = TwoByTwo(19, 13, 4, 23)
        turned = TwoByTwo(23, 4, 13, 19)
        assert table.sensitivity() == turned.specificity()
        assert table.positive_ratio().value == pytest.approx(1 / turned.negative_ratio().value)


class TestClusters:
    def test_patients_whose_lesions_are_copies_get_wider_intervals(self):
        counts = (60, 20, 20, 60)
        alone = compute_accuracy(frame_of(counts), CDR)
        copies = compute_accuracy(frame_of(counts, per_patient=4), CDR)
        widths = [a.clustered["sensitivity"].high - a.clustered["sensitivity"].low
                  for a in (alone, copies)]  # fmt: skip
        assert widths[1] == pytest.approx(2 * widths[0], rel=0.2)  # four copies: the error doubles
        assert alone.estimates == copies.estimates

    def test_few_patients_get_no_bootstrap(self):
        own = compute_accuracy(frame_of((6, 2, 2, 6), per_patient=4), CDR)
        assert own.clustered["sensitivity"].low is None
        assert "patients" in own.clustered["sensitivity"].why


class TestMissing:
    def test_every_answer_is_counted_and_wrong_in_the_second_analysis(self):
        frame = frame_of((10, 5, 5, 10))
        more = frame_of((3, 3, 0, 0))
        more[CDR] = [
            "indeterminate",
            "not_assessable",
            None,
            "indeterminate",
            "not_assessable",
            None,
        ]
        own = compute_accuracy(pandas.concat([frame, more], ignore_index=True), CDR)
        assert (own.indeterminate, own.not_assessable, own.unanswered) == (2, 2, 2)
        assert own.table == TwoByTwo(10, 5, 5, 10)
        assert own.worst == TwoByTwo(10, 8, 8, 10)

    def test_an_item_is_not_judged_by_a_reference_that_used_it(self):
        frame = frame_of((10, 5, 5, 10))
        frame.loc[:6, "reference_items"] = f"latency {CDR}"
        own = compute_accuracy(frame, CDR)
        assert own.incorporated == 7 and own.table.total == 23
        told = analyse_accuracy(frame)
        assert any("incorporation" in w and "7 lesions" in w for w in told.warnings)

    def test_both_and_unknown_are_in_the_flow_and_in_no_table(self):
        frame = frame_of((10, 5, 5, 10))
        frame.loc[0, "reference"], frame.loc[1, "reference"] = "both", None
        assert compute_accuracy(frame, CDR).table == TwoByTwo(8, 5, 5, 10)
        rows = dict(analyse_flow(frame, 2).tables[0].rows)
        assert rows["lesions without a reference standard"] == 1
        assert rows["lesions with necrosis and progression (in no 2 x 2 table)"] == 1
        assert rows["lesions with necrosis"] == 13 and rows["cases that could not be used"] == 2

    def test_a_context_item_has_no_accuracy(self):
        with pytest.raises(ValueError, match="neither"):
            compute_accuracy(frame_of((1, 1, 1, 1), "latency"), "latency")


class TestKappa:
    def test_fleiss_example(self):
        # Fleiss 1981, Statistical Methods for Rates and Proportions, Table 13.1 (kappa 0.68)
        found = compute_kappa(np.array([[75.0, 1, 4], [5, 4, 1], [0, 0, 10]]))
        assert round(found.value, 3) == 0.676
        assert found.low < 0.676 < found.high

    def test_one_answer_throughout_is_undefined(self):
        assert compute_kappa(np.diag([5.0, 0, 0])).value is None

    def test_pairs_and_the_rest(self):
        frame = frame_of((10, 10, 10, 10))
        frame[f"reader_{CDR}"] = frame[CDR]
        frame.loc[:3, f"reader_{CDR}"] = "absent"
        frame.loc[4:5, f"reader_{CDR}"] = None
        own, clustered, pairs, lost, agree = compare_answers(frame, CDR, f"reader_{CDR}")
        assert (pairs, lost) == (38, 2) and agree == pytest.approx(34 / 38)
        by_hand = (34 / 38 - (18 * 14 + 20 * 24) / 38**2) / (1 - (18 * 14 + 20 * 24) / 38**2)
        assert own.value == pytest.approx(by_hand)
        assert clustered.low < own.value < clustered.high
