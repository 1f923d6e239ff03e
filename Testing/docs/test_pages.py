"""The generated pages are what the code says; the written ones name what exists."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from RNAssessLib.cli import build_parser
from RNAssessLib.docs.pages import build_pages, read_examples
from RNAssessLib.docs.pictures import CASE_OF
from RNAssessLib.docs.source import read_items
from RNAssessLib.evidence import all_criteria, published_accuracy
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.panel.words.keys import KEYS
from RNAssessLib.phantom.placement import ALL_SCENARIOS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "Resources" / "Docs"
ITEMS = {i.spec.id: i for i in read_items()}
WRITTEN = ("README.md", "guide.md", "adding-a-finding.md", "slicer-tutorial.md",
           "outlines-from-networks.md", "figures.md")  # fmt: skip


@pytest.mark.parametrize("name", list(build_pages()))
def test_page_is_what_the_code_says(name):
    """When this fails: python -m RNAssessLib.docs"""
    assert (DOCS / name).read_text(encoding="utf-8") == build_pages()[name]


def test_every_item_has_its_page_and_no_page_is_left_over():
    ids = [item.SPEC.id for item in REGISTRY]
    assert list(ITEMS) == ids
    assert {p.stem for p in (DOCS / "items").glob("*.md")} == {*ids, "README"}


@pytest.mark.parametrize("item", list(ITEMS))
def test_page_holds_question_reason_criteria_and_accuracy(item):
    text = (DOCS / "items" / f"{item}.md").read_text(encoding="utf-8")
    spec = ITEMS[item].spec
    assert spec.question in text
    assert spec.why in text
    for reference in spec.references:
        assert reference in text
    for accuracy in published_accuracy(item):
        assert accuracy.text in text
    for criterion in ITEMS[item].criteria:
        row = next(line for line in text.splitlines() if f"`{criterion.key}`" in line)
        assert f"{criterion.default:g}" in row
        assert criterion.source in row
    assert "Research use only. Not a medical device." in text


def test_what_a_finding_carries_is_on_its_page(necrosis):
    """Criteria and figures of a real assessment, against what was read from the code."""
    _, assessment = necrosis
    for finding in assessment.lesions[0].findings:
        source = ITEMS[finding.spec.id]
        assert {c.key for c in finding.criteria} <= {c.key for c in source.criteria}
        assert source.evaluation.endswith(".")


def test_known_caveats_were_found_in_the_code():
    shape = " ".join(ITEMS["shape_change"].caveats)
    assert "less enhancement under it is not evidence of necrosis (LA25 §6)" in shape
    cross = " ".join(ITEMS["cross_boundary"].caveats)
    assert "reaches into the corpus callosum" in cross and "no crossing" in cross
    assert "tumour spreads" not in cross  # none of the papers says so of metastases
    core = " ".join(ITEMS["central_diffusion_restriction"].caveats)
    assert "hypercellular" in core
    assert "coagulative" in core


def test_thresholds_page_lists_every_key():
    text = (DOCS / "thresholds.md").read_text(encoding="utf-8")
    assert re.findall(r"^\| `([\w.]+)`", text, re.M) == [
        c.key for group in dict.fromkeys(c.key.split(".")[0] for c in all_criteria())
        for c in all_criteria() if c.key.split(".")[0] == group
    ]  # fmt: skip


def test_examples_answer_as_their_script_says():
    examples = read_examples()
    assert list(examples) == list(CASE_OF)
    for item, example in examples.items():
        assert (example.case, example.lesion) == CASE_OF[item]
        scenario = ALL_SCENARIOS[example.case](np.random.default_rng(0), 1.0)
        assert example.title == scenario.title
        truth = scenario.lesions[int(example.lesion[1:]) - 1].truth.get(item)
        if truth is not None:
            assert example.status == truth.replace("_", " ")


def test_pictures_show_something():
    for item, example in read_examples().items():
        pixels = np.asarray(Image.open(DOCS / "items" / example.picture).convert("L"))
        assert pixels.std() > 10, item
        assert pixels.shape[0] <= pixels.shape[1], item


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda p: p.name)
def test_links_and_pictures_exist(path):
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), target


def test_every_picture_is_used():
    text = "".join(p.read_text(encoding="utf-8") for p in DOCS.rglob("*.md"))
    for picture in DOCS.rglob("*.png"):
        assert picture.name in text, picture


@pytest.mark.parametrize("name", WRITTEN)
def test_commands_of_the_guides_exist(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    for line in re.findall(r"^rnassess (.+)$", text, re.M):
        build_parser().parse_args(line.split())  # a wrong one ends with SystemExit


def test_keys_of_the_guide_are_the_pages_keys():
    known = {cap for key in KEYS for cap in key.shown} | {name for key in KEYS for name in key.keys}
    guide = (DOCS / "guide.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.+?) \|", guide, re.M)
    keys = {k for row in rows for k in re.findall(r"`([^`]+)`", row)}
    assert {"n", "↑", "["} <= keys
    assert keys <= known
    teaching = guide.split("## Teacher")[1]
    assert set(re.findall(r"`(\w)`", teaching)) <= known


def test_the_tutorial_names_the_modules_buttons():
    folder = ROOT / "RNAssess/Resources/UI"
    ui = "".join(f.read_text(encoding="utf-8") for f in sorted(folder.glob("*.ui")))
    ui = ui.replace("&amp;", "")  # letters that Alt takes
    text = (DOCS / "slicer-tutorial.md").read_text(encoding="utf-8")
    for button in re.findall(r"\*\*(.+?)\*\*", text):
        assert f"<string>{button}</string>" in ui, button
    for tab in re.findall(r"[Tt]ab \*(\w+)\*", text):
        assert f"<string>{tab}</string>" in ui, tab
