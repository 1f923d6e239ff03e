"""Hostile names, notes and reasons are text in everything that is written."""

import csv
import io
import json
import re
import zipfile
from html.parser import HTMLParser
from xml.etree import ElementTree

import pypdf
import pytest
from hostile import CASE, DRUG, FORMULA, GTV, MARKUP, PTV, REASON, hostile_session, make_hostile

from RNAssessLib.case import InputError
from RNAssessLib.case.plain_text import NO_TEXT, UNSHOWN, plain_text, safe_cell
from RNAssessLib.outputs import write_outputs
from RNAssessLib.panel.course.case_section import build_case
from RNAssessLib.panel.course.timeline_chart import build_timeline
from RNAssessLib.report.pages.course_plots import draw_timeline
from RNAssessLib.report.pages.plots import encode_svg
from RNAssessLib.scene import new_scene, open_mrb

ALLOWED_TAGS = {
    "html", "head", "meta", "title", "style", "body", "header", "h1", "h2", "h3", "p", "b", "div", "span",
    "section", "nav", "a", "table", "thead", "tbody", "tr", "th", "td", "ul", "ol", "li", "figure", "figcaption",
    "img", "svg", "g", "path", "rect", "defs", "clippath", "use", "text", "tspan", "metadata", "footer", "main",
    "strong", "em", "small", "br", "i", "caption", "details", "summary", "q", "code", "sup", "sub", "dl", "dt",
    "dd", "article", "aside", "time", "hr", "tfoot", "colgroup", "col", "rdf:rdf", "cc:work", "dc:type",
    "dc:format", "dc:creator", "cc:agent", "dc:title", "image", "marker", "circle", "line", "polyline",
}  # fmt: skip


@pytest.fixture(scope="module")
def assessment():
    return make_hostile()


@pytest.fixture(scope="module")
def out(assessment, tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile") / "out"
    write_outputs(assessment, folder, session=hostile_session(assessment))
    return folder


def squeeze(words):
    return re.sub(r"\s+", "", words)


class Reader(HTMLParser):
    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data):
        self.words.append(data)


def test_the_web_page_of_the_report_holds_text_alone(out):
    html = (out / "report.html").read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(html)
    assert set(reader.tags) <= ALLOWED_TAGS
    assert [name for name, _ in reader.attributes if name.startswith("on")] == []
    assert [value for name, value in reader.attributes if name in ("src", "href", "xlink:href")
            and value and not value.startswith(("data:image/png", "#"))] == []  # fmt: skip
    whole = squeeze("".join(reader.words))
    for text in (GTV, PTV, CASE, REASON):
        assert squeeze(plain_text(text)) in whole
    assert not NO_TEXT.search(html.replace("\n", ""))
    head = html.split("<style>")[0]
    assert "default-src 'none'" in head
    for drawn in re.findall(r"<svg.*?</svg>", html, re.DOTALL):
        ElementTree.fromstring(re.sub(r"xlink:href", "href", drawn))


def test_the_printed_report_holds_it_word_for_word(out):
    pages = [page.extract_text() for page in pypdf.PdfReader(out / "report.pdf").pages]
    whole = squeeze("".join(pages))
    assert squeeze(plain_text(MARKUP)) in whole
    assert squeeze(FORMULA) in whole


def test_dictation_and_data_hold_no_control_characters(out):
    for name in ("report.txt", "assessment.json", "case.toml"):
        path = out / name
        if path.exists():
            assert not NO_TEXT.search(path.read_text(encoding="utf-8").replace("\n", ""))
    document = json.loads((out / "assessment.json").read_text(encoding="utf-8"))
    assert plain_text(GTV) in json.dumps(document, ensure_ascii=False).replace('\\"', '"')


def test_no_cell_of_a_table_is_a_formula(out):
    tables = list(out.glob("*.csv"))
    assert len(tables) >= 3
    seen = 0
    for table in tables:
        for row in csv.reader(io.StringIO(table.read_text(encoding="utf-8-sig"))):
            for cell in row:
                assert safe_cell(cell) == cell, (table.name, cell)
                seen += cell.startswith("'")
    assert seen > 3
    text = (out / "dose.csv").read_text(encoding="utf-8-sig")
    assert "'=HYPERLINK" in text


def test_the_scene_names_its_nodes_so(out):
    with zipfile.ZipFile(out / "scene.mrb") as archive:
        names = archive.namelist()
        (scene,) = [name for name in names if name.endswith(".mrml")]
        root = ElementTree.fromstring(archive.read(scene))
        for name in names:
            assert ".." not in name
            assert not name.startswith("/")
            assert not NO_TEXT.search(name)
    assert len(root) > 10
    read = new_scene()
    open_mrb(out / "scene.mrb", read)
    (targets,) = [
        n for n in read.GetNodesByClass("vtkMRMLSegmentationNode") if "targets" in n.GetName()
    ]
    held = targets.GetSegmentation()
    named = [held.GetNthSegment(n).GetName() for n in range(held.GetNumberOfSegments())]
    assert named == [plain_text(GTV), plain_text(PTV)]


def test_curves_and_lanes_are_drawn_with_their_names(assessment):
    timeline = build_timeline(assessment, assessment.lesions[0])
    drawn = encode_svg(draw_timeline(timeline))
    ElementTree.fromstring(drawn)
    assert "<script" not in drawn
    words = "".join(ElementTree.fromstring(drawn).itertext())
    assert plain_text(DRUG)[:20] in words


def test_the_panel_gets_plain_lines(assessment):
    shown = json.dumps([m.__dict__ for m in build_case(assessment).mapping],
                       default=str, ensure_ascii=False)  # fmt: skip
    assert not NO_TEXT.search(shown)
    assert UNSHOWN in shown


@pytest.mark.parametrize("value", ["=1", "+1a", "-x", "@x", "\t=1", "\r=1", " =1", "＝1"])
def test_formulas_are_disarmed(value):
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize(
    "value", ["-1", "-1.5e-3", "+2", -1.5, None, 0, "GTV", "−0.1 months", "", "'=1"]
)
def test_numbers_and_words_stay(value):
    assert safe_cell(value) == value


def test_a_refusal_stays_one_line_whatever_the_file_is_called():
    error = InputError("a\nb\x1b[2J\u202e.dcm", "is no\nDICOM")
    assert str(error) == f"a b{UNSHOWN}[2J{UNSHOWN}.dcm: is no DICOM"
