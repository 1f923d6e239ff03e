"""The printed report: whole, readable, nothing outside the page; dictation in plain sentences."""

import io
import re
import subprocess
from dataclasses import replace

import numpy as np
import pypdf
import pytest
from PIL import Image

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.disclaimer import DISCLAIMER
from RNAssessLib.evidence import Thresholds
from RNAssessLib.findings.naming import name_finding
from RNAssessLib.outputs import write_outputs
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.report.document.content import dated
from RNAssessLib.report.document.html import render_report
from RNAssessLib.report.pages.front import build_front
from RNAssessLib.report.pages.layout import build_document, register_fonts
from RNAssessLib.report.pages.pdf import render_pdf
from RNAssessLib.report.pages.second import build_second
from RNAssessLib.report.text.catalogue import Say

DPI = 50
MARGIN_MM = 12


def squeeze(words):
    return re.sub(r"\s+", "", words)


@pytest.fixture(scope="module")
def printed(necrosis):
    return render_pdf(necrosis[1])


def test_every_item_stands_in_the_pdf_word_for_word(necrosis, printed):
    _, assessment = necrosis
    say = dated(assessment)
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    whole = squeeze("".join(re.sub(r"RNAssess · case.*|RNAssess \d.*", "", p) for p in pages))
    for finding in assessment.lesions[0].findings:
        assert squeeze(say(finding.sentence)) in whole, finding.spec.id
        for caveat in finding.caveats:
            assert squeeze(say(caveat)) in whole, finding.spec.id


def test_dates_stand_everywhere_never_the_program_s_own_names(necrosis, printed):
    _, assessment = necrosis
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    told = "\n".join(pages) + re.sub(r"base64,[^\"]*", "", render_report(assessment))
    names = "|".join(t.id for t in assessment.prepared.timepoints)
    assert re.findall(rf"(?<![\w-])(?:{names})(?![\w-])", told) == []


def test_two_pages_tell_the_case_then_the_appendix(necrosis, printed):
    _, assessment = necrosis
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    for number, page in enumerate(pages, start=1):
        assert f"page {number} of {len(pages)}" in page
        assert DISCLAIMER in page
        assert assessment.prepared.case.id in page
    first, second, third = (squeeze(page) for page in pages[:3])
    lesion = assessment.lesions[0]
    for finding in lesion.findings:
        if finding.favours is not None:
            assert squeeze(name_finding(finding)) in first, finding.spec.id
    assert squeeze("Signs described in tumour progression") in first
    assert squeeze("Limits of this examination") in first
    for name in ("t1c_with_core_cm3", "longest_diameter_mm"):
        assert (
            squeeze(Say().figure(lesion.serial[-1].value(name), name.rpartition("_")[2])) in first
        )
    assert squeeze("Conformity index (Paddick)") in second
    assert "Appendix" in third
    assert "Appendix" in pages[2] and "Appendix" not in pages[0] + pages[1].replace("see the", "")
    assert assessment.version in pages[-1]
    assert "diagnosed as" not in "".join(pages)


def test_contents_list_links_to_every_chapter(printed):
    reader = pypdf.PdfReader(io.BytesIO(printed))
    contents = reader.pages[2]
    links = [a.get_object() for a in contents.get("/Annots", [])]
    assert len([k for k in links if k.get("/Subtype") == "/Link"]) >= len(reader.outline) >= 5
    for entry in reader.outline:
        at = reader.get_destination_page_number(entry)
        assert at >= 2
        assert squeeze(entry.title) in squeeze(reader.pages[at].extract_text())


def filled(pdf, folder):
    """How far down each page is written, as a share of the room between head and foot."""
    (folder / "f.pdf").write_bytes(pdf)
    command = ["pdftoppm", "-r", str(DPI), "-gray", "-png", "f.pdf", "f"]
    subprocess.run(command, check=True, cwd=folder)
    head, foot = (round(mm / 25.4 * DPI) for mm in (15, 16))
    shares = []
    for page in sorted(folder.glob("f-*.png")):
        rows = (np.asarray(Image.open(page)) < 200).any(axis=1)[head:-foot]
        shares.append((np.flatnonzero(rows)[-1] + 1) / rows.size if rows.any() else 0.0)
    return shares


def test_no_page_is_nearly_empty(printed, tmp_path):
    shares = filled(printed, tmp_path)
    assert min(shares[:-1]) > 0.2, shares


def test_letter_paper(necrosis, printed, tmp_path):
    letter = render_pdf(necrosis[1], paper="letter")
    pages = pypdf.PdfReader(io.BytesIO(letter)).pages
    assert tuple(map(float, pages[0].mediabox[2:])) == (612.0, 792.0)
    assert "Appendix" in pages[2].extract_text()  # two pages still tell the case
    assert min(filled(letter, tmp_path)[:-1]) > 0.2


def test_nothing_of_another_fractionation_and_no_figure_twice(printed):
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(printed)).pages]
    whole = "\n".join(pages)
    for level in (24, 25, 30):
        assert not re.search(rf"\bV{level} Gy, target", whole)  # one fraction was given
    assert whole.count("RANO-BM category of all measurable lesions") == 1
    assert len(re.findall(r"PTV1: V12 Gy, target included", whole)) == 1
    assert "GTV1: V12 Gy, target included" not in whole


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
    names = [f"L{n}" for n in range(1, 13)]
    lesions = tuple(replace(only, lesion=replace(only.lesion, id=n)) for n in names)
    points = tuple(replace(t, lesions=dict.fromkeys(names, t.lesions["L1"]))
                   for t in prepared.timepoints)  # fmt: skip
    many = replace(assessment, lesions=lesions, prepared=replace(prepared, timepoints=points))
    register_fonts()
    story = build_front(many, ReaderSession()) + build_second(many)
    made = build_document(story, case_id="many", version="1")
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 2
    first = " ".join(pages[0].extract_text().split())  # names may be broken into two lines
    for name in names:
        assert f"{name} GTV1" in first
    assert "Limits of this examination" in first
