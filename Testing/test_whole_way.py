"""From a digital patient to the checklist: what was scripted is what is found."""

import json

import numpy as np
import pytest

from RNAssessLib.case import MaskKind
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.report.document.html import render_report
from RNAssessLib.report.document.json_report import build_document, load_schema, write_json

HEADLINE = ("cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci")


@pytest.mark.parametrize("name", ["necrosis", "progression"])
def test_headline_findings_agree_with_the_script(name, request):
    patient, assessment = request.getfixturevalue(name)
    truth = patient.scenario.lesions[0].truth
    found = {i: assessment.lesions[0].finding(i).status.value for i in HEADLINE}
    assert found == truth


@pytest.mark.parametrize("name", ["necrosis", "progression"])
def test_alignment_and_masks_agree_with_the_truth(name, request):
    patient, assessment = request.getfixturevalue(name)
    for timepoint in assessment.prepared.timepoints:
        known = patient.truth[timepoint.id]
        grid = timepoint.timepoint.t1c.grid
        points = grid.index_to_lps(np.argwhere(timepoint.brain.array)[::5000])
        gap = timepoint.to_reference.transform.apply(points) - known.to_reference.apply(points)
        assert np.linalg.norm(gap, axis=1).mean() < 0.5
        mask = known.mask(0, MaskKind.ENHANCING, grid)
        own = timepoint.lesions["L1"].enhancing
        dice = 2 * (mask.array & own.array).sum() / (mask.array.sum() + own.array.sum())
        assert dice > (0.90 if mask.volume_cm3 > 1 else 0.80)
        assert own.volume_cm3 == pytest.approx(mask.volume_cm3, rel=0.10)


def test_the_focus_across_the_falx_is_where_it_was_put(necrosis):
    patient, assessment = necrosis
    finding = assessment.lesions[0].finding("cross_boundary")
    satellite = patient.scenario.lesions[0].states[3].satellites[0]
    gap = np.subtract(finding.evidence[0].point_reference_lps_mm, satellite.center_mm)
    assert np.linalg.norm(gap) < 2.0
    dose = patient.scenario.lesions[0].shot.dose_at_radius(
        np.linalg.norm(np.subtract(satellite.center_mm, patient.scenario.lesions[0].shot.center_mm))
    )
    measured = {q.name: q.value for q in finding.measurements}
    assert measured["dose_median_gy"] == pytest.approx(float(dose), rel=0.06)


def test_dose_indices_have_the_shot_s_closed_form(necrosis):
    patient, assessment = necrosis
    shot = patient.scenario.lesions[0].shot

    def ball(dose):
        return 4 / 3 * np.pi * shot.radius_of_dose(dose) ** 3 / 1000

    ptv = next(t for t in assessment.courses[0].targets if t.name == "PTV1")
    assert ptv.quantity("piv_cm3").value == pytest.approx(ball(20), rel=0.01)
    assert ptv.quantity("v12_gy_cm3").value == pytest.approx(ball(12), rel=0.01)
    assert ptv.quantity("gi").value == pytest.approx(ball(10) / ball(20), rel=0.01)


def test_document_fits_its_schema_and_contract(necrosis, tmp_path):
    _, assessment = necrosis
    document = build_document(assessment)
    write_json(document, tmp_path / "a.json")
    again = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    ids = [f["id"] for f in again["lesions"][0]["findings"]]
    assert len(ids) == 23
    assert set(ids) == set(load_schema()["$defs"]["finding"]["properties"]["id"]["enum"])
    assert again["disclaimer"] == DISCLAIMER
    serial = again["lesions"][0]["serial"]
    assert [row["timepoint"] for row in serial] == ["t0", "t1", "t2", "t3"]
    assert {"enhancing_cm3", "necrotic_core_cm3", "flair_cm3", "longest_diameter_mm"} <= serial[
        0
    ].keys()


def test_report_is_whole_and_self_contained(necrosis):
    _, assessment = necrosis
    html = render_report(assessment)
    assert html.count("data:image/png;base64,") >= 4
    assert html.count(DISCLAIMER) >= 2
    assert html.count("<svg") == 3  # DVH, timeline, Li 2021's three axes
    for forbidden in ('src="http', 'href="http', "<script", "@import", "url("):
        assert forbidden not in html.replace("url(#", "")  # clip paths inside the plots
    for word in ("diagnosis is", "diagnosed as"):
        assert word not in html
