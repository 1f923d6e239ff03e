"""Every page on both papers: nothing over anything else, none nearly empty, the case on two pages."""

import io
import re
import subprocess
from dataclasses import replace

import pypdf
import pytest

from RNAssessLib.cli import main
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.report.pages.front import build_front
from RNAssessLib.report.pages.layout import build_document, register_fonts
from RNAssessLib.report.pages.paper import PAPERS_MM
from RNAssessLib.report.pages.pdf import render_pdf
from RNAssessLib.report.pages.second import build_second
from Testing.report.pages.test_pdf import filled

WORD = re.compile(r'<word xMin="(\S+)" yMin="(\S+)" xMax="(\S+)" yMax="(\S+)">(.*?)</word>')
# the box of a word reaches over its ascenders and descenders; lines of 1.3 em touch without meeting
LEAST_PT, LEAST_SHARE = 0.5, 0.35


def overlapping(pdf, folder):
    """Pairs of words that lie over each other, with their page."""
    (folder / "o.pdf").write_bytes(pdf)
    command = ["pdftotext", "-bbox", "o.pdf", "-"]
    told = subprocess.run(command, check=True, cwd=folder, capture_output=True, text=True).stdout
    found = []
    for number, page in enumerate(told.split("<page ")[1:], start=1):
        words = [(*map(float, m.groups()[:4]), m[5]) for m in WORD.finditer(page)]
        assert words
        for at, (x1, y1, x2, y2, one) in enumerate(words):
            for left, top, right, bottom, other in words[at + 1 :]:
                wide = min(x2, right) - max(x1, left)
                high = min(y2, bottom) - max(y1, top)
                if wide > LEAST_PT and high > LEAST_SHARE * min(y2 - y1, bottom - top):
                    found.append((number, one, other))
    return found


def with_lesions(assessment, count):
    """The case with its lesion that many times."""
    prepared, only = assessment.prepared, assessment.lesions[0]
    names = [f"L{n}" for n in range(1, count + 1)]
    lesions = tuple(replace(only, lesion=replace(only.lesion, id=n)) for n in names)
    points = tuple(
        replace(t, lesions=dict.fromkeys(names, t.lesions["L1"])) for t in prepared.timepoints
    )
    return replace(assessment, lesions=lesions, prepared=replace(prepared, timepoints=points))


@pytest.mark.parametrize("paper", PAPERS_MM)
@pytest.mark.parametrize("count", [1, 2, 12])
def test_the_case_is_told_on_two_pages(necrosis, tmp_path, count, paper):
    many = with_lesions(necrosis[1], count)
    register_fonts()
    story = build_front(many, ReaderSession(), paper) + build_second(many)
    made = build_document(story, case_id="many", version="1", paper=paper)
    pages = pypdf.PdfReader(io.BytesIO(made)).pages
    assert len(pages) == 2
    size = [float(v) / 72 * 25.4 for v in pages[0].mediabox[2:]]
    assert size == pytest.approx(PAPERS_MM[paper], abs=0.01)
    assert overlapping(made, tmp_path) == []
    assert min(filled(made, tmp_path)) > 0.2


@pytest.mark.parametrize("paper", PAPERS_MM)
def test_the_whole_report(necrosis, tmp_path, paper):
    made = render_pdf(necrosis[1], paper=paper)
    assert overlapping(made, tmp_path) == []
    assert min(filled(made, tmp_path)) > 0.2
    assert "Appendix" in pypdf.PdfReader(io.BytesIO(made)).pages[2].extract_text()


def test_words_over_words_are_found(tmp_path):
    from reportlab.pdfgen.canvas import Canvas

    made = io.BytesIO()
    canvas = Canvas(made)
    canvas.drawString(100, 500, "first")
    canvas.drawString(105, 502, "second")
    canvas.drawString(100, 480, "below")
    canvas.save()
    ((page, *words),) = overlapping(made.getvalue(), tmp_path)
    assert (page, set(words)) == (1, {"first", "second"})


@pytest.mark.parametrize("name", ["A4", "letter", "Letter"])
def test_paper_is_chosen_by_name(name, monkeypatch):
    from RNAssessLib.commands import assess as command

    taken = {}
    monkeypatch.setattr(command, "command_assess", lambda args: taken.update(vars(args)) or 0)
    assert main(["assess", "case.toml", "--out", "out", "--paper", name]) == 0
    assert taken["paper"] == name.lower()


def test_an_unknown_paper_is_one_line(capsys):
    with pytest.raises(SystemExit):
        main(["assess", "case.toml", "--out", "out", "--paper", "A5"])
    assert "is none of a4, letter" in capsys.readouterr().err
