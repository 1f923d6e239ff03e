"""Every entry of ``evidence.toml`` names paper and place, and something in the code reads it."""

import re
import tomllib
from importlib import resources
from pathlib import Path

import pytest

from RNAssessLib.dosimetry.oar import ORGANS
from RNAssessLib.evidence import all_criteria, grades, literature, published_accuracy
from RNAssessLib.findings.registry import REGISTRY
from RNAssessLib.prognosis.risk_context import ENTRIES

SOURCE = Path(__file__).parent.parent / "RNAssessLib"
DOCUMENT = tomllib.loads(
    resources.files("RNAssessLib").joinpath("evidence.toml").read_text(encoding="utf-8")
)
OURS = re.compile(r"\bengineering default\b|\bassumed\b|\bour grading\b")
# one of the five papers with a place in it
OWN_PAPER = re.compile(
    r"\b(LI21|ZH16|LA25|PP23|LA22) (§\d|Figs? \d|Table \d|Methods|Results|Discussion|Case report"
    r"|Anatomical boundaries|Change in shape|Background|Abstract)"
)
# another paper that can be found, with the place the figure stands in
OTHER_PAPER = re.compile(r"\b(PMC\d{6,8}|PMID \d{7,8}|doi 10\.\S+|J \w+( Med)? \d+:\d+)")
PLACE = re.compile(r"\b(abstract|Table \d|Fig \d|§\d|text)\b")


def names_paper_and_place(source: str) -> bool:
    if OURS.search(source) or OWN_PAPER.search(source):
        return True
    return bool(OTHER_PAPER.search(source) and PLACE.search(source))


def figures() -> list[tuple[str, str]]:
    return [
        (f"{kind}.{item}", entry["source"])
        for kind in ("accuracy", "two_by_two")
        for item, entries in DOCUMENT[kind].items()
        for entry in entries
    ]


@pytest.mark.parametrize(
    "source",
    ["PMC2698975", "HyTEC, PMC11069632", "PP23", "Stockham 2012", "RANO-BM (PMC6499019)",
     "Sneed, as cited by PP23", "a review"],
)  # fmt: skip
def test_a_source_without_place_is_refused(source):
    assert not names_paper_and_place(source)


def test_every_threshold_and_figure_names_paper_and_place():
    sources = [(c.key, c.source) for c in all_criteria()] + figures()
    assert [(key, text) for key, text in sources if not names_paper_and_place(text)] == []


def quoted_in(path: Path) -> tuple[str, set[str]]:
    code = path.read_text(encoding="utf-8")
    return code, set(re.findall(r'"([\w.]+)"', code))


def _fixed(text: str) -> list[str]:
    """What stands between the places of an f-string."""
    return re.split(r"\{.*?\}", text)


def _any_of(code: str, words: set[str]) -> str:
    """A number, a word of the file, or a word with a number in it (``at_{n}``)."""
    counted = {
        r"\d+".join(map(re.escape, _fixed(w))) for w in re.findall(r'f"(\w+_\{\w+\})"', code)
    }
    return f"({'|'.join([*map(re.escape, words), *counted, r'[0-9]+'])})"


def thresholds_read(keys: set[str]) -> set[str]:
    """Keys the code asks for: written out, or a pattern filled by words of the same file."""
    read: set[str] = set()
    for path in SOURCE.rglob("*.py"):
        code, words = quoted_in(path)
        group = re.search(r'^GROUP = "(\w+)"', code, re.MULTILINE)
        for text in re.findall(r'f?"([\w.{}\[\]\'"]+?)"', code):
            full = text.replace("{GROUP}", group[1]) if group else text
            if full in keys:
                read.add(full)
            if "{" not in full or "." not in full:
                continue
            prefix, _, ending = full.partition(".")
            if "{" in prefix:
                read |= keys & {f"{w}.{ending}" for w in words}
            elif ending.startswith("{") and ending.count("{") == 1 and ending.endswith("}"):
                read |= keys & {f"{prefix}.{word}" for word in words}
            else:
                shape = re.compile(_any_of(code, words).join(map(re.escape, _fixed(full))))
                read |= {key for key in keys if shape.fullmatch(key)}
    return read


def test_every_threshold_has_a_reader_in_the_file_that_names_its_group():
    keys = {criterion.key for criterion in all_criteria()}
    assert keys - thresholds_read(keys) == set()


def test_a_threshold_that_nothing_reads_is_found_in_every_group():
    keys = {criterion.key for criterion in all_criteria()}
    dead = {f"{key.rpartition('.')[0]}.read_by_nothing" for key in keys}
    assert dead & thresholds_read(keys | dead) == set()


def test_every_organ_limit_is_compared():
    """Their keys are put together from words, which the search above cannot follow."""
    compared = {limit.key for _, _, limits in ORGANS for limit in limits}
    bounds = {"oar.pp23_fractions_from", "oar.pp23_fractions_to"}
    keys = {c.key for c in all_criteria() if c.key.startswith("oar.")}
    assert keys == compared | bounds


def test_every_published_figure_has_a_reader():
    code = "".join(path.read_text(encoding="utf-8") for path in SOURCE.rglob("*.py"))
    asked = set(re.findall(r'published_accuracy\("(\w+)"\)', code))
    known = {item.SPEC.id for item in REGISTRY} | {entry.evidence for entry in ENTRIES} | asked
    assert set(DOCUMENT["accuracy"]) - known == set()
    assert all(published_accuracy(item) for item in DOCUMENT["accuracy"])


# --- strength -------------------------------------------------------------------------------------


def answers_graded() -> set[str]:
    code = "".join(p.read_text(encoding="utf-8") for p in (SOURCE / "findings").rglob("*.py"))
    calls = re.findall(r"\bgraded\((.*?)\)", code, re.DOTALL)
    return {key for call in calls for key in re.findall(r'"(\w+\.\w+)"', call)}


class TestStrength:
    def test_every_grade_names_its_place_or_says_that_it_is_ours(self):
        assert [g.key for g in grades() if not names_paper_and_place(g.source)] == []
        assert all(g.note for g in grades())

    def test_every_grade_has_a_reader_and_every_reader_its_grade(self):
        assert answers_graded() == {g.key for g in grades()}

    def test_no_item_carries_a_grade_of_its_own(self):
        for path in (SOURCE / "findings").rglob("*.py"):
            words = re.findall(r"Strength\.(STRONG|MODERATE|WEAK)", path.read_text("utf-8"))
            assert not words, path

    def test_a_strong_word_is_a_papers(self):
        """Nothing that is strong rests on our grading alone."""
        strong = [g for g in grades() if g.word == "strong"]
        assert {g.key for g in strong} == {
            "cross_boundary.high_dose", "shape_change.present", "spontaneous_regression.regressed",
        }  # fmt: skip
        assert not any("our grading" in g.source for g in strong)


# --- what the sources print, against what the entry says --------------------------------------------


def sources_of(key: str) -> str:
    return next(c for c in all_criteria() if c.key == key).source


@pytest.mark.parametrize(
    ("key", "word"),
    [("bed.alpha_beta_tumour", "assumed"), ("bed.alpha_beta_brain", "assumed"),
     ("cross_boundary.high_dose_percent", "42 %"), ("dose_match.dose_percent", "42 %"),
     ("amino_acid_pet.outline_tbr", "assumed")],
)  # fmt: skip
def test_no_paper_is_named_for_what_it_does_not_print(key, word):
    assert word in sources_of(key)


@pytest.mark.parametrize(
    ("item", "words"),
    [("perfusion", "15 % of examinations (26 of 168)"), ("latency", "n = 35"),
     ("clinical_modifiers", "n = 100 lesions"), ("clinical_modifiers", "at most 2 cm³"),
     ("oedema_ratio", "100 % in lesions resected within 18 months (n = 47"),
     ("risk_v14", "23.1 Gy in three fractions"), ("risk_v14", "28.8 Gy"),
     ("risk_v20", "less than 4 % needed resection"),
     ("risk_v24", "less than 4 % needed resection")],
)  # fmt: skip
def test_published_figures_say_what_their_papers_say(item, words):
    assert any(words in figure.text for figure in published_accuracy(item))


def test_hytec_is_cited_by_its_own_paper():
    hytec = [f for f in published_accuracy("risk_v12") if "HyTEC" in f.text]
    assert [f.source.split(",")[0] for f in hytec] == ["Milano 2021"]


class TestLiterature:
    def test_every_entry_has_a_reference_that_can_be_found(self):
        for work in literature():
            assert work.reference and work.text
            assert work.doi.startswith("10.") or not work.doi
            assert work.doi or "not found" in work.reference or "LA25 ref" in work.reference

    def test_it_belongs_to_items_that_exist_or_to_the_whole(self):
        known = {item.SPEC.id for item in REGISTRY}
        assert {i for work in literature() for i in work.items} <= known
        assert {w.short for w in literature("amino_acid_pet")} >= {"Verger 2025", "Galldiks 2019"}
        assert {w.short for w in literature()} >= {
            "Vellayappan 2024", "Graber 2019", "Lin 2015", "Okada 2015", "Milano 2021 (brain)",
            "Milano 2021 (optic)", "Bernhardt 2022, 1", "Bernhardt 2022, 2", "Laigle 2025",
            "Khan 2021", "Kaufmann 2020",
        }  # fmt: skip
