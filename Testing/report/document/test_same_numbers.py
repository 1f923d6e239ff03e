"""One value, one text: panel, HTML, CSV, JSON and report.txt tell the same digits."""

from __future__ import annotations

import csv
import html
import json
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "scene"))

from RNAssessLib.case import Quantity
from RNAssessLib.case.numbers import format_with_spread, is_plan_index
from RNAssessLib.findings import central_diffusion_restriction as diffusion
from RNAssessLib.findings.finding import Favours, Finding, Status, Strength
from RNAssessLib.panel.reading.view_model import build_panel
from RNAssessLib.panel.words.numbers import format_quantity
from RNAssessLib.report.document.dictation import write_dictation
from RNAssessLib.report.document.html import render_report
from RNAssessLib.report.document.json_report import build_document, write_json
from RNAssessLib.report.tables.csv_tables import write_tables

# The review's: 79.46 was 79 % in the report and 80 % in the panel.
RESTRICTED, RIM, ADC, DWI = 79.4617, 3.4999, 0.5149, 1.6051


@pytest.fixture(scope="module")
def assessment():
    from assessments import make_assessment

    made = make_assessment(3)
    (lesion,) = made.lesions
    restricted = Finding(
        diffusion.SPEC, Status.PRESENT, Favours.RN, Strength.STRONG,
        "At t2 79 % of the core is restricted (ADC 0.51, DWI 1.61 times normal white matter) and "
        "3 % of the rim.",
        (
            Quantity("core_cm3", 1.2345, "cm3", "at t2"),
            Quantity("core_restricted_percent", RESTRICTED, "percent", "at t2"),
            Quantity("rim_restricted_percent", RIM, "percent", "at t2"),
            Quantity("core_adc_ratio", ADC, "1", "at t2"),
            Quantity("core_dwi_ratio", DWI, "1", "at t2"),
        ),
    )  # fmt: skip
    return replace(made, lesions=(replace(lesion, findings=(*lesion.findings, restricted)),))


@pytest.fixture(scope="module")
def written(assessment, tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    write_tables(assessment, folder)
    write_json(build_document(assessment), folder / "assessment.json")
    return folder


def of_courses(assessment):
    for course in assessment.courses:
        for part in (*course.structures, *course.targets):
            yield from (q for q in part.quantities if q.value is not None)


def of_serial(assessment):
    for assessed in assessment.lesions:
        for part in assessed.serial:
            yield from (q for q in part.quantities if q.value is not None)


def quantities(assessment):
    yield from of_courses(assessment)
    yield from of_serial(assessment)
    for finding in assessment.lesions[0].findings:
        yield from (q for q in finding.measurements if q.value is not None)


def told_again(name, value, spread, unit):
    """What a reader of a file writes who formats its figure by the same rule."""
    return format_with_spread(value, spread, unit, fine=is_plan_index(name))


def test_rows_of_the_panel(assessment):
    panel = build_panel(assessment)
    shown = {row.value for course in panel.courses for table in course.tables for row in table.rows}
    for target in assessment.courses[0].targets:
        for quantity in target.quantities:
            if quantity.value is not None and "30" not in quantity.name:
                assert format_quantity(quantity) in shown or quantity.name.startswith("v"), quantity
    row = panel.lesions[0].row("central_diffusion_restriction")
    told = {m.name: m.text for m in row.measurements}
    assert told["core_restricted_percent"] == "79 %"
    assert (told["core_adc_ratio"], told["core_dwi_ratio"]) == ("0.51", "1.61")


def test_numbers_of_the_sentence_are_those_of_its_rows(assessment):
    row = build_panel(assessment).lesions[0].row("central_diffusion_restriction")
    figures = {m.value for m in row.measurements}
    for number in re.findall(r"(?<!t)\b\d+(?:\.\d+)?(?= %|,| times)", row.sentence):
        assert number in figures, number


def test_html_holds_the_same_texts(assessment):
    drawn = re.sub(
        r"<svg.*?</svg>|<style.*?</style>|base64,[^\"]*", "", render_report(assessment), flags=re.S
    )
    text = html.unescape(re.sub(r"<[^>]+>", " ", drawn))
    for quantity in assessment.lesions[0].findings[-1].measurements:
        assert format_quantity(quantity) in text, quantity.name
    for quantity in assessment.courses[0].targets[0].quantities:
        if quantity.name in {"tc_percent", "ci_paddick", "gi", "d98_gy", "bed_gy"}:
            assert format_quantity(quantity) in text, quantity.name
    assert "79.5" not in text
    assert "80 % of the core" not in text


def test_report_txt(assessment):
    text = " ".join(write_dictation(assessment).split())
    assert "79 %" in text
    assert "80 %" not in text
    assert "79.5" not in text


def test_json_holds_the_values_themselves(assessment, written):
    """Whole, so that whoever formats them by the same rule writes the same."""
    found = set()

    def walk(part):
        if isinstance(part, dict):
            if {"name", "value"} <= part.keys():
                found.add((part["name"], part["value"], part.get("uncertainty")))
            spreads = part.get("uncertainty")
            spreads = spreads if isinstance(spreads, dict) else {}
            found.update(
                (k, v, spreads.get(k)) for k, v in part.items() if isinstance(v, int | float)
            )
            for inner in part.values():
                walk(inner)
        elif isinstance(part, list):
            for inner in part:
                walk(inner)

    walk(json.loads((written / "assessment.json").read_text(encoding="utf-8")))
    for quantity in quantities(assessment):
        assert (quantity.name, quantity.value, quantity.uncertainty) in found, quantity


@pytest.mark.parametrize(("name", "held"), [("dose.csv", of_courses), ("serial.csv", of_serial)])
def test_csv_gives_the_same_text(assessment, written, name, held):
    with (written / name).open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r.get("unit") and r["value"]]
    assert rows
    told = {
        (
            row["name"],
            told_again(
                row["name"], float(row["value"]),
                float(row["uncertainty"]) if row["uncertainty"] else None, row["unit"],
            ),
        )
        for row in rows
    }  # fmt: skip
    for quantity in held(assessment):
        if quantity.unit != "class":
            value = format_quantity(quantity).partition(" ±")[0]
            same = any(n == quantity.name and t.partition(" ±")[0] == value for n, t in told)
            assert same, quantity
