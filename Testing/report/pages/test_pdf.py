"""The printed report: whole, readable, nothing outside the page; dictation in plain sentences."""

import io
import re
import subprocess
from dataclasses import replace

import numpy as np
import pypdf
import pytest
from PIL import Image

from RNAssessLib.assessment import DISCLAIMER, assess_prepared
from RNAssessLib.evidence import Thresholds
from RNAssessLib.outputs import write_outputs
from RNAssessLib.report.pages.pdf import render_pdf

DPI = 50
MARGIN_MM = 12


def squeeze(words):
    return re.sub(r"\s+", "", words)


@pytest.fixture(scope="module")
def printed(necrosis):
    return render_pdf(necrosis[1])


def test_every_item_stands_in_the_pdf_word_for_word(necrosis, printed):
    _, assessment = necrosis
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    whole = squeeze("".join(re.sub(r"RNAssess · case.*|RNAssess \d.*", "", p) for p in pages))
    for finding in assessment.lesions[0].findings:
        assert squeeze(finding.sentence) in whole, finding.spec.id
        for caveat in finding.caveats:
            assert squeeze(caveat) in whole, finding.spec.id


def test_first_page_is_the_summary_and_all_carry_their_number(necrosis, printed):
    _, assessment = necrosis
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in page
        assert DISCLAIMER in page
        assert assessment.prepared.case.id in page
    first = squeeze(pages[0])
    for item in ("cross_boundary", "shape_change", "central_diffusion_restriction", "swi_foci"):
        finding = assessment.lesions[0].finding(item)
        assert squeeze(finding.sentence) in first
        assert squeeze(finding.spec.title) in first
    sizes = assessment.lesions[0].serial[-1]
    assert f"{sizes.value('longest_diameter_mm'):.1f}±" in first
    assert assessment.version in pages[-1]
    assert "diagnosed as" not in "".join(pages)


def test_nothing_is_clipped_at_the_edge_of_a_page(printed, tmp_path):
    (tmp_path / "r.pdf").write_bytes(printed)
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "r.pdf", "p"]
    subprocess.run(command, check=True, cwd=tmp_path)
    pages = sorted(tmp_path.glob("p-*.png"))
    assert len(pages) == len(pypdf.PdfReader(io.BytesIO(printed)).pages)
    edge = round(MARGIN_MM / 25.4 * DPI)
    for page in pages:
        pixels = np.asarray(Image.open(page))
        assert (pixels[:, :edge] == 255).all(), page
        assert (pixels[:, -edge:] == 255).all(), page
        assert (pixels < 128).any(), page


def test_key_images_are_printed_sharp_enough(necrosis, printed):
    count = len(necrosis[1].prepared.timepoints)
    images = [i.image for page in pypdf.PdfReader(io.BytesIO(printed)).pages for i in page.images]
    overview = images[0]
    assert overview.width / count >= 300  # pixels across one picture of 110 mm
    assert np.asarray(overview.convert("L")).std() > 20


def test_equal_input_gives_equal_bytes(necrosis, printed):
    assert render_pdf(necrosis[1]) == printed


def test_changed_thresholds_are_printed_with_their_default(necrosis):
    _, assessment = necrosis
    thresholds = Thresholds({"swi_foci.multiple_count": 5.0})
    prepared = replace(assessment.prepared, lesions=())
    changed = assess_prepared(prepared, thresholds)
    pages = pypdf.PdfReader(io.BytesIO(render_pdf(changed))).pages
    text = "\n".join(page.extract_text() for page in pages)
    default = Thresholds()["swi_foci.multiple_count"]
    line = re.search(r"swi_foci\.multiple_count\s+(\S+)\s+(\S+)", text)
    assert line is not None
    assert (float(line.group(1)), float(line.group(2))) == (default, 5.0)


def test_markup_in_names_is_printed_as_it_is(necrosis):
    _, assessment = necrosis
    prepared = assessment.prepared
    case = replace(prepared.case, id="<b>A&B</b>")
    odd = replace(assessment, prepared=replace(prepared, case=case), lesions=(), courses=(),
                  warnings=("dose < 1 & structure <PTV>",))  # fmt: skip
    first = pypdf.PdfReader(io.BytesIO(render_pdf(odd))).pages[0].extract_text()
    assert "<b>A&B</b>" in first
    assert "dose < 1 & structure <PTV>" in first


def test_assess_leaves_the_pdf_and_the_text(necrosis, tmp_path):
    written = {p.name for p in write_outputs(necrosis[1], tmp_path)}
    assert {"report.pdf", "report.txt"} <= written
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")


def test_many_lesions_still_fit_the_first_page(necrosis):
    _, assessment = necrosis
    prepared = assessment.prepared
    only = assessment.lesions[0]
    names = [f"L{n}" for n in range(1, 7)]
    lesions = tuple(replace(only, lesion=replace(only.lesion, id=n)) for n in names)
    points = tuple(replace(t, lesions=dict.fromkeys(names, t.lesions["L1"]))
                   for t in prepared.timepoints)  # fmt: skip
    many = replace(assessment, lesions=lesions, prepared=replace(prepared, timepoints=points))
    first = pypdf.PdfReader(io.BytesIO(render_pdf(many))).pages[0].extract_text()
    for name in names:
        assert f"{name} GTV1" in first
        assert f"{name} {points[-1].id}" in first
    assert "Plan indices" in first
