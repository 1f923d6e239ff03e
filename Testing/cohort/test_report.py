"""The report of a cohort: whole, reproducible, without ids and small cells unless asked for."""

import csv
import re

import pytest

from RNAssessLib.cli import main
from RNAssessLib.cohort.columns import all_columns, find_column
from RNAssessLib.cohort.privacy import suppress
from RNAssessLib.cohort.result import Analysis, ResultTable
from RNAssessLib.cohort.simulation import simulate_cohort
from RNAssessLib.disclaimer import DISCLAIMER

for needed in ("statsmodels", "lifelines", "sklearn", "dcurves", "pyarrow"):
    pytest.importorskip(needed)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    base = tmp_path_factory.mktemp("cohort")
    assert main(["phantom", "cohort", "--n", "150", "--seed", "2", "--out", str(base)]) == 0
    table = base / "cohort.csv"
    text = table.read_text().replace("S00001", "Smith-John")
    table.write_text(text)
    out = base / "report"
    assert (
        main(["cohort-report", str(table), "--out", str(out), "--key", str(base / "key.csv")]) == 0
    )
    return base, out


def rows_of(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[-1] == DISCLAIMER, path
    return list(csv.reader(lines[:-1]))


def test_every_analysis_is_done_and_every_file_reminds(written):
    _, out = written
    page = (out / "cohort.html").read_text()
    assert page.count(DISCLAIMER) >= 2 and "Not done" not in page
    assert "src=" not in page and "http" not in re.sub(
        r'"http://www.w3.org[^"]*"|http://\S+', "", page
    )
    for path in [*out.glob("*.csv"), *out.glob("*/*.csv")]:
        assert rows_of(path)
    for path in out.glob("figures/*.svg"):
        assert DISCLAIMER in path.read_text() and path.with_suffix(".csv").is_file()
    methods = (out / "methods.md").read_text()
    assert DISCLAIMER in methods and methods.count("n: ") >= 10
    for link in re.findall(r'href="([^"#]+)"', page):
        assert (out / link).is_file(), link


def test_a_point_of_a_scatter_plot_leads_to_its_lesion(written):
    _, out = written
    page = (out / "cohort.html").read_text()
    linked = set(re.findall(r'href="#(lesion-[^"]+)"', page))
    assert len(linked) > 50
    assert linked <= set(re.findall(r'<tr id="(lesion-[^"]+)"', page))
    assert len(re.findall(r'<tr id="', page)) == len(rows_of(out / "lesions.csv")) - 1


def test_no_id_of_the_department_is_left(written):
    base, out = written
    for path in [p for p in out.rglob("*") if p.is_file()]:
        text = path.read_bytes()
        assert b"Smith" not in text and b"S00002" not in text, path
    key = dict(rows_of(base / "key.csv"))
    assert re.fullmatch(r"P\d{4}", key["Smith-John"])
    lesions = rows_of(out / "lesions.csv")
    at = lesions[0].index("patient")
    assert {row[at] for row in lesions[1:]} == set(key.values()) - {"id"}


def test_a_second_run_keeps_the_key_and_every_byte(written, tmp_path):
    base, out = written
    again = tmp_path / "again"
    command = ["cohort-report", str(base / "cohort.csv"), "--out", str(again)]
    assert main([*command, "--key", str(base / "key.csv")]) == 0
    for path in (p for p in out.rglob("*") if p.is_file()):
        assert (again / path.relative_to(out)).read_bytes() == path.read_bytes(), path


def test_figures_do_not_depend_on_the_ids_drawn(written, tmp_path):
    base, out = written
    assert main(["cohort-report", str(base / "cohort.csv"), "--out", str(tmp_path)]) == 0
    for path in out.glob("tables/*.csv"):
        assert (tmp_path / "tables" / path.name).read_bytes() == path.read_bytes(), path.name


def test_parquet_carries_units_and_definitions(written):
    import pyarrow.parquet

    _, out = written
    table = pyarrow.parquet.read_table(out / "cohort.parquet")
    assert table.schema.metadata[b"disclaimer"].decode() == DISCLAIMER
    field = table.schema.field("bed_per_gtv")
    assert field.metadata == {b"unit": b"Gy/cm3", b"definition": b"BED / GTV (LI21)"}
    assert table.num_rows == len(rows_of(out / "lesions.csv")) - 1


def test_a_foreign_key_file_is_refused(written, tmp_path, capsys):
    base, _ = written
    (tmp_path / "k").write_text("something else\n")
    command = ["cohort-report", str(base / "cohort.csv"), "--out", str(tmp_path / "o")]
    assert main([*command, "--key", str(tmp_path / "k")]) == 3
    assert (
        "no key" in capsys.readouterr().err and (tmp_path / "k").read_text() == "something else\n"
    )


def test_small_counts_take_their_row_with_them():
    table = ResultTable("t", "T", ("item", "tp", "fp", "sensitivity"),
                        (("a", 3, 20, 0.5), ("b", 30, 0, 0.9), ("c", 5, 5, 0.5)))  # fmt: skip
    words = ResultTable(
        "w", "W", ("level", "necrosis"), (("yes", "4 (2.0 %)"), ("no", "40 (98 %)"))
    )
    found = suppress(Analysis("x", "X", tables=(table, words)))
    assert found.tables[0].rows == (("a", "< 5", None, None), ("b", 30, 0, 0.9), ("c", 5, 5, 0.5))
    assert found.tables[1].rows == (("yes", "< 5"), ("no", "40 (98 %)"))
    assert "hidden" in found.tables[0].note


def test_the_dictionary_knows_every_column_of_a_run_and_of_a_simulation():
    from RNAssessLib.cohort.table import build_rows
    from RNAssessLib.panel.session.session import ReaderSession

    from ..scene.assessments import make_assessment

    session = ReaderSession(case_id="a")
    [row] = build_rows(make_assessment(visits=2), session, [session])[:1]
    for name in (*row, *simulate_cohort(3)):
        assert find_column(name) is not None, name
    names = [c.name for c in all_columns()]
    assert len(names) == len(set(names))


def test_a_tiny_cohort_says_what_it_cannot_answer(tmp_path):
    (tmp_path / "cohort.csv").write_text("case,lesion,latency\na,L1,present\n")
    assert main(["cohort-report", str(tmp_path / "cohort.csv"), "--out", str(tmp_path / "o")]) == 0
    page = (tmp_path / "o" / "cohort.html").read_text()
    assert page.count("Not done") >= 6


def test_without_the_extra_it_is_one_line(tmp_path, monkeypatch, capsys):
    import sys

    (tmp_path / "cohort.csv").write_text("case,lesion\na,L1\n")
    monkeypatch.setitem(sys.modules, "dcurves", None)
    assert main(["cohort-report", str(tmp_path / "cohort.csv"), "--out", str(tmp_path / "o")]) == 3
    assert "pip install 'rnassess[cohort]'" in capsys.readouterr().err
