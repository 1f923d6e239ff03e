"""Drugs beside sizes: LI21's percentages from its own definition, ZH16's timeline, RANO-BM."""

from datetime import date

import pytest

from RNAssessLib.case import ClinicalEvent, EventKind, Quantity
from RNAssessLib.course.case_response import compute_case_response
from RNAssessLib.course.clinical_course import compute_clinical_course
from RNAssessLib.course.li21 import compute_li21_indices
from RNAssessLib.course.response import Response
from RNAssessLib.course.serial import SerialEntry

K = EventKind


def entry(name, t1c, flair=None, longest=None):
    why = "no FLAIR"
    return SerialEntry(
        name,
        None,
        (
            Quantity("enhancing_cm3", 0.5 * t1c, "cm3"),  # the rim, half of the lesion
            Quantity("t1c_with_core_cm3", t1c, "cm3"),
            Quantity("flair_cm3", flair, "cm3", undefined=None if flair else why),
            Quantity("t2_t1c_ratio", flair / t1c if flair else None, "1",
                     undefined=None if flair else why),
            Quantity("longest_diameter_mm", longest, "mm",
                     undefined=None if longest else "no enhancement seen"),
        ),
    )  # fmt: skip


def event(kind, day, **more):
    return ClinicalEvent(kind, day, **more)


# LI21's mean patient: V0 18.7 and 71.0 cm³ (Table 2), reduced by Table 3's means
DATES = [date(2024, 1, 10), date(2024, 12, 9), date(2025, 1, 15), date(2025, 3, 15),
         date(2025, 6, 15)]  # fmt: skip
SERIAL = [
    entry("t0", 6.0, 12.0),
    entry("rn", 18.7, 71.0),
    entry("m1", 18.7 * (1 - 0.484), 71.0 * (1 - 0.476)),
    entry("m3", 18.7 * (1 - 0.74), 71.0 * (1 - 0.762)),
    entry("m6", 18.7 * (1 - 0.75), 71.0 * (1 - 0.663)),
]
EVENTS = (
    event(K.STEROID, date(2024, 12, 1), drug="dexamethasone", dose_mg_per_day=16.0),
    event(K.KPS, date(2024, 12, 12), value=50.0),
    event(K.BEVACIZUMAB, date(2024, 12, 15), dose_mg_per_kg=5.0),
    event(K.STEROID, date(2024, 12, 22), drug="methylprednisolone", dose_mg_per_day=42.0),
    event(K.BEVACIZUMAB, date(2024, 12, 29), dose_mg_per_kg=5.0),
    event(K.KPS, date(2025, 1, 20), value=70.0),
)


class TestLi21:
    course = compute_clinical_course(SERIAL, DATES, EVENTS)

    def test_table_3_comes_back_from_its_definition(self):
        wanted = {"m1": (48.4, 47.6), "m3": (74.0, 76.2), "m6": (75.0, 66.3)}
        for item in self.course.entries[2:]:
            found = [item.quantity(f"{n}_reduction_percent") for n in ("t1c_with_core", "flair")]
            assert [q.value for q in found] == pytest.approx(wanted[item.timepoint])
        assert [e.li21_month for e in self.course.entries] == [None, None, 1, 3, 6]
        flair = self.course.entries[4].quantity("flair_reduction_percent").method
        assert "LI21 at 6 months: mean 66.3 %, range −39 to 92 %" in flair
        whole = self.course.entries[4].quantity("t1c_with_core_reduction_percent").method
        assert "LI21 at 6 months: mean 75 %, range −213 to 98.7 %" in whole
        # what has no core is not what LI21 contoured
        assert (
            "LI21 at" not in self.course.entries[4].quantity("enhancing_reduction_percent").method
        )

    def test_v0_is_the_last_scan_before_the_first_cycle(self):
        assert self.course.volume_before == "rn"
        before = self.course.entries[1].quantity("enhancing_reduction_percent")
        assert before.undefined == "before the first bevacizumab"

    def test_extremes_of_table_3(self):
        # "8 to 95", "-18", "-213" percent: growth is a negative reduction
        serial = [entry("rn", 10.0), entry("m1", 11.8), entry("m6", 31.3)]
        days = [date(2024, 12, 9), date(2025, 1, 15), date(2025, 6, 15)]
        found = compute_clinical_course(serial, days, EVENTS).entries
        values = [e.quantity("t1c_with_core_reduction_percent").value for e in found[1:]]
        assert values == pytest.approx([-18.0, -213.0])
        assert found[1].quantity("flair_reduction_percent").undefined == "a volume is missing"

    def test_steroid_kps_and_cycles(self):
        values = {q.name: q.value for q in self.course.quantities}
        # 42 mg methylprednisolone act like 7.875 mg dexamethasone, below half of 16 mg
        assert values == {"half_steroid_days": 7.0, "kps_change": 20.0, "bevacizumab_cycles": 2.0}
        by_scan = [e.quantity("dexamethasone_mg_per_day").value for e in self.course.entries]
        assert by_scan == pytest.approx([0.0, 16.0, 7.875, 7.875, 7.875])
        assert self.course.entries[0].quantity("kps").undefined
        assert self.course.entries[3].quantity("kps").value == 70.0

    def test_growth_rate(self):
        rate = self.course.entries[1].quantity("enhancing_change_cm3_per_month")
        assert rate.value == pytest.approx(0.5 * 12.7 / (334 / (365.25 / 12)))

    def test_unknown_steroid_leaves_the_dose_undefined(self):
        odd = (event(K.STEROID, DATES[0], drug="budesonide", dose_mg_per_day=9.0),)
        found = compute_clinical_course(SERIAL, DATES, odd).entries[1]
        assert "budesonide" in found.quantity("dexamethasone_mg_per_day").undefined

    def test_indices_beside_the_cohort(self):
        plan = (Quantity("bed_times_gtv", 360.0, "Gy cm3"), Quantity("bed_per_gtv", 10.0, "Gy/cm3"))
        latency = Quantity("latency_months", 11.0, "months")
        found = compute_li21_indices(plan, latency, SERIAL, self.course)
        assert found.timepoint == "rn"
        ratio = found.index("t2_t1c_ratio")
        assert ratio.quantity.value == pytest.approx(71.0 / 18.7)
        assert (ratio.low, ratio.middle, ratio.high) == (1.4, 5.34, 24.0)
        # V0 is the lesion with its core, 18.7 cm³, not the rim of 9.35
        volume = found.index("t1c_with_core_cm3")
        assert (volume.quantity.value, volume.middle, volume.middle_is) == (18.7, 18.7, "mean")
        assert (ratio.middle_is, found.index("latency_months").middle_is) == ("median", "median")
        told = " ".join(found.remarks)
        assert "higher BED / GTV went with earlier necrosis" in told
        assert "The two indices conflict" in told
        half = found.index("half_steroid_days")
        assert (half.quantity.value, half.low, half.middle, half.high) == (7.0, 2.0, 7.0, 22.0)
        assert found.index("bed_times_gtv").high is None
        without = compute_li21_indices((), latency, SERIAL, self.course)
        assert without.index("bed_per_gtv").quantity.undefined == "no plan for this lesion"


class TestZh16:
    """10 cycles that worked, progression after stopping, 7 cycles without effect."""

    events = (
        *(event(K.BEVACIZUMAB, date(2012, 9, 20).replace(month=m, year=y), dose_mg_per_kg=5.0)
          for y, m in ((2012, 9), (2012, 10), (2012, 11), (2012, 12), (2013, 1), (2013, 2),
                       (2013, 3), (2013, 4), (2013, 5), (2013, 6))),
        *(event(K.BEVACIZUMAB, date(2014, 8, 10).replace(month=m, year=y), dose_mg_per_kg=5.0)
          for y, m in ((2014, 8), (2014, 9), (2014, 10), (2014, 11), (2014, 12), (2015, 1),
                       (2015, 2))),
    )  # fmt: skip
    dates = (date(2012, 4, 15), date(2012, 9, 10), date(2013, 7, 10), date(2014, 6, 10),
             date(2015, 3, 10))  # fmt: skip
    serial = (entry("apr12", 2.0), entry("sep12", 9.0), entry("jul13", 2.5), entry("jun14", 8.0),
              entry("mar15", 7.8))  # fmt: skip

    def test_warnings_come_when_they_should(self):
        notes = {
            e.timepoint: " ".join(e.notes)
            for e in compute_clinical_course(self.serial, self.dates, self.events).entries
        }
        assert notes["apr12"] == notes["sep12"] == ""
        assert "no evidence of necrosis" in notes["jul13"]
        assert (
            "after bevacizumab was stopped may be recurring necrosis (ZH16) or tumour"
            in notes["jun14"]
        )
        assert (
            "17 cycles of bevacizumab: loss of effect may be acquired resistance" in notes["mar15"]
        )


class TestResponse:
    def found(self, rows, events=()):
        dates = dict(zip(("t0", "t1", "t2"), DATES[:3], strict=True))
        serials = [
            [entry(n, 1.0, longest=mm) for n, mm in zip(("t0", "t1", "t2"), row, strict=True)]
            for row in rows
        ]
        return compute_case_response(serials, dates, "t0", events)

    def test_sum_over_lesions_against_baseline_and_nadir(self):
        first, second = self.found([(20, 12, 18), (10, 8, 8)])
        assert first.result.response is Response.PARTIAL  # 30 to 20 mm
        assert second.result.response is Response.PROGRESSION  # 26 over 20, +6 mm in one
        assert second.result.change_from_nadir_percent == pytest.approx(30.0)

    def test_more_steroid_leaves_a_shrinking_lesion_without_category(self):
        drug = (event(K.STEROID, date(2024, 6, 1), dose_mg_per_day=8.0),)
        before = event(K.STEROID, date(2024, 1, 1), dose_mg_per_day=2.0)
        found = self.found([(20, 12, 12)], (before, *drug))[0].result
        assert found.response is None
        assert "raised dose alone is no progression" in found.notes[0]

    def test_a_lesion_thinner_than_5_mm_is_no_target(self):
        entries = [
            SerialEntry(n, None, (Quantity("longest_diameter_mm", mm, "mm"),
                                  Quantity("perpendicular_diameter_mm", 4.0, "mm"),
                                  Quantity("enhancing_slices", 3.0, "count")))
            for n, mm in (("t0", 12.0), ("t1", 30.0))
        ]  # fmt: skip
        dates = dict(zip(("t0", "t1"), DATES[:2], strict=True))
        (found,) = compute_case_response([entries], dates, "t0", ())
        assert found.result is None
        assert "no lesion was measurable at baseline" in found.undefined

    def test_fall_of_kps_is_progression(self):
        scores = (event(K.KPS, date(2024, 1, 1), value=90.0),
                  event(K.KPS, date(2024, 11, 1), value=60.0))  # fmt: skip
        found = self.found([(20, 20, 20)], scores)[0].result
        assert found.response is Response.PROGRESSION
        assert any(note.startswith("KPS 90 to 60") for note in found.notes)

    def test_nothing_measurable_before_treatment_is_said(self):
        found = self.found([(None, 12, 12)])
        assert found[0].result is None
        assert found[0].undefined.startswith("no lesion was measurable at baseline")

    def test_gone_lesion_is_a_complete_response(self):
        assert self.found([(20, None, None)])[0].result.response is Response.COMPLETE
