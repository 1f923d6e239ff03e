"""What leaves the panel says what the reader decided, measured and drew."""

import csv
import io
import json
import re
from datetime import date as Date

import highdicom as hd
import jsonschema
import numpy as np
import pydicom
import pypdf
import pytest
from scipy import ndimage

from RNAssessLib.case import ClinicalEvent, EventKind, Mask, MaskKind, SequenceRole
from RNAssessLib.cli import main
from RNAssessLib.findings.finding import Plane, Status
from RNAssessLib.panel.measuring.measurements import MeasureKind, Measurement
from RNAssessLib.panel.reading.reader_case import follow_session
from RNAssessLib.panel.session.file import write_session
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.report.dicom.export import ExportFormat, export_dicom
from RNAssessLib.report.document.dictation import write_dictation
from RNAssessLib.report.document.html import render_report
from RNAssessLib.report.document.json_report import build_document, load_schema
from RNAssessLib.report.pages.pdf import render_pdf
from RNAssessLib.report.tables.csv_tables import write_tables

from ..dicom_checks import verify

VEIN = "veins on the minIP <1 mm & of Mrs Quillfeather"
RIGHT = np.array([12.0, 0.0, 0.0])
OUTSIDE = "rCBV 0.9 on the outside scan"


def squeeze(words):
    return re.sub(r"\s+", "", words)


@pytest.fixture(scope="module")
def session(necrosis):
    """Every kind of record that a reader can leave behind."""
    _, assessment = necrosis
    lesion, last = assessment.lesions[0], assessment.prepared.timepoints[-1]
    made = ReaderSession().for_case(assessment.prepared.case.id)
    made = made.decide("L1", lesion.finding("cross_boundary"), Status.PRESENT)
    made = made.decide("L1", lesion.finding("swi_foci"), Status.ABSENT, VEIN)
    made = made.decide("L1", lesion.finding("perfusion"), Status.ABSENT, OUTSIDE)
    made = made.decide(
        "L1", lesion.finding("open_ring"), Status.PRESENT, "treatment effect confirmed"
    )
    made = made.decide("L1", lesion.finding("haemorrhage"), Status.PRESENT, "a slip")
    made = made.withdraw("L1", "haemorrhage")
    x, y, z = lesion.lesion.center_lps_mm
    lines = (((x, y, z), (x + 12.0, y, z)), ((x, y, z), (x, y + 9.0, z)))
    disc = (((x, y, z), (x + 3.0, y, z)),)
    made = made.set_measurements((
        Measurement(MeasureKind.DIAMETERS, last.id, SequenceRole.T1C, Plane.AXIAL, lines),
        Measurement(MeasureKind.RULER, last.id, SequenceRole.FLAIR, Plane.AXIAL, lines[:1]),
        Measurement(MeasureKind.MEAN, last.id, SequenceRole.ADC, Plane.AXIAL, disc, 1.21, 0.2, 31),
    ))  # fmt: skip
    drug = ClinicalEvent(EventKind.BEVACIZUMAB, last.date, dose_mg_per_kg=5.0)
    made = made.set_events((drug,), assessment.prepared.case.events)
    mask = last.lesions["L1"].enhancing
    grown = {MaskKind.ENHANCING: Mask(ndimage.binary_dilation(mask.array), mask.grid)}
    return made.set_masks(last.id, "L1", grown)


@pytest.fixture(scope="module")
def read(necrosis, session):
    """The assessment as the panel shows it to that reader."""
    return follow_session(necrosis[1], session)


def test_following_a_session_gives_what_the_panel_shows(necrosis, session, read):
    from RNAssessLib.panel.reading.reading import Reading

    shown = Reading(necrosis[1], session).assessment
    assert build_document(shown, session) == build_document(read, session)
    assert read.lesions[0].serial[-1].value("enhancing_cm3") == pytest.approx(
        session.mask_changes[0].unpacked()[MaskKind.ENHANCING].volume_cm3, rel=0.02
    )


def test_first_page_and_checklist_of_the_pdf(read, session):
    pages = [p.extract_text() for p in pypdf.PdfReader(io.BytesIO(render_pdf(read, session=session)))
             .pages]  # fmt: skip
    first, whole = squeeze(pages[0]), squeeze("".join(pages))
    for words in (
        "The reader decided 4 of 23 items, 3 of them otherwise than computed.",
        f"Susceptibility foci: absent. Answer of the reader; computed: present. Reason: {VEIN}.",
        "(accepted by the reader)",
        "✎ ring open toward cortex or ventricle (by the reader)",
        f"Outlines corrected by the reader, all figures follow them: L1 on "
        f"{read.prepared.timepoints[-1].date}: enhancing part.",
    ):
        assert squeeze(words) in first, words
    assert "a slip" not in whole
    assert squeeze(f"Set by the reader; no answer was computed. Reason: {OUTSIDE}.") in whole
    assert whole.count(squeeze(f"Reason: {VEIN}.")) == 2  # first page and checklist
    assert squeeze("12.0 × 9.0 mm, product 108 mm²") in whole
    assert squeeze("1.21 ± 0.200 µm²/ms (SD; 31 voxels, radius 3.0 mm)") in whole


def test_html_report(read, session):
    page = render_report(read, session=session)
    assert "computed: ● present, favours RN" in page
    assert "Reason: veins on the minIP &lt;1 mm &amp; of Mrs Quillfeather." in page
    assert page.count("accepted by the reader") == 2  # first table and checklist
    assert "12.0 × 9.0 mm, product 108 mm²" in page
    assert "Outlines corrected by the reader" in page
    assert '<section id="case">' in page and page.index('id="case"') < page.index("Appendix: L1")
    plain = render_report(read)
    assert "by the reader" not in plain.replace("corrected by the reader", "")


def test_dictation(read, session):
    text = write_dictation(read, session, wrap=False)
    blocks = text.split("\n\n")
    for words in (
        f"Susceptibility foci: absent in the reader's judgement; computed as present. Reason: {VEIN}.",
        f"Perfusion: absent in the reader's judgement; it could not be computed. Reason: {OUTSIDE}.",
        "Accepted by the reader: new enhancement beyond falx, tentorium, ventricle or sulcus.",
        "ring open toward cortex or ventricle (answer of the reader)",
    ):
        assert words in text, words
    sides = next(b for b in blocks if "described in radiation necrosis" in b)
    assert "susceptibility" not in sides.lower()
    day = read.prepared.timepoints[-1].date.isoformat()
    assert f"12.0 × 9.0 mm, product 108 mm² ({day}, T1c, axial)" in text
    assert f"L1 on {day}: enhancing part." in text
    missing = next(b for b in blocks if b.startswith("Not available after treatment"))
    assert "perfusion" not in missing


def test_tables(read, session, tmp_path):
    write_tables(read, tmp_path, session)

    def rows(name):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
            return [r for r in csv.DictReader(file) if None not in r.values()]

    items = {r["item"]: r for r in rows("checklist.csv")}
    foci = items["swi_foci"]
    assert (foci["status"], foci["favours"]) == ("present", "RN")  # computed, never edited
    assert (foci["answer"], foci["reader_decision"], foci["reader_reason"]) == (
        "absent", "overridden", VEIN,
    )  # fmt: skip
    assert items["perfusion"]["reader_decision"] == "set_by_hand"
    assert (items["haemorrhage"]["answer"], items["haemorrhage"]["reader_decision"]) == (
        "absent", "",
    )  # fmt: skip
    first, ruler, disc = rows("measurements.csv")
    assert (float(first["length_or_radius_mm"]), float(first["across_mm"])) == (12.0, 9.0)
    assert (ruler["across_mm"], ruler["sequence"]) == ("", "FLAIR")
    assert (float(disc["mean"]), int(disc["voxels"])) == (1.21, 31)
    last = read.prepared.timepoints[-1].id
    origins = {(r["timepoint"], r["outline"]) for r in rows("serial.csv")}
    assert (last, "edited") in origins
    assert {o for t, o in origins if t != last} == {"automatic"}


def test_json_has_events_decisions_and_keeps_what_was_computed(necrosis, read, session):
    document = build_document(read, session)
    jsonschema.validate(document, load_schema())
    drug = document["events"][0]
    assert (drug["kind"], drug["dose_mg_per_kg"]) == ("bevacizumab", 5.0)
    assert drug["date"] == read.prepared.timepoints[-1].date.isoformat()
    foci = next(f for f in document["lesions"][0]["findings"] if f["id"] == "swi_foci")
    assert (foci["status"], foci["reader"]["status"], foci["reader"]["reason"]) == (
        "present", "absent", VEIN,
    )  # fmt: skip
    reader = document["reader"]
    assert [(d["finding"], d["kind"]) for d in reader["decisions"]] == [
        ("cross_boundary", "accepted"), ("swi_foci", "overridden"),
        ("perfusion", "set_by_hand"), ("open_ring", "overridden"),
    ]  # fmt: skip
    assert reader["measurements"][0]["lengths_mm"] == pytest.approx([12.0, 9.0])
    last = read.prepared.timepoints[-1].id
    assert reader["corrected_outlines"] == [
        {"timepoint": last, "lesion": "L1", "parts": ["enhancing"]}
    ]
    untouched = build_document(necrosis[1])
    jsonschema.validate(untouched, load_schema())
    assert untouched["reader"] == {
        "corrected_outlines": [], "decisions": [], "measurements": [],
    }  # fmt: skip
    assert all(f["reader"] is None for f in untouched["lesions"][0]["findings"])


# --- DICOM ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def reports(read, session, study, tmp_path_factory):
    """Structured reports of that reader: with identity, and without."""
    base = tmp_path_factory.mktemp("reader")
    for name, hide in (("plain", False), ("clean", True)):
        export_dicom(
            read, base / name, formats=(ExportFormat.SR,), deidentify=hide, session=session,
            study_folder=study,
        )  # fmt: skip
    return base / "plain" / "sr.dcm", base / "clean" / "sr.dcm"


def groups_of(path):
    content = hd.sr.srread(path).content
    lesions = content.get_volumetric_roi_measurement_groups()
    return lesions, content.get_image_measurement_groups()


def text_of(group, code):
    items = [i for i in group[0].ContentSequence if i.ValueType == "TEXT"
             and i.ConceptNameCodeSequence[0].CodeValue == code]  # fmt: skip
    assert len(items) == 1
    return items[0].TextValue


def test_coded_answer_is_the_readers_and_the_text_names_the_computed_one(reports):
    for path in reports:
        verify(path)
        last = groups_of(path)[0][-1]
        coded = {e.name.value: e.value.meaning for e in last.get_qualitative_evaluations()}
        assert coded["SWI_FOCI"] == "Absent"
        assert coded["PERFUSION"] == "Absent"
        assert coded["OPEN_RING"] == "Present"
        assert coded["CROSS_BOUNDARY"] == "Present"
        assert coded["HAEMORRHAGE"] == "Absent"
        foci = text_of(last, "SWI_FOCI")
        assert foci.startswith("Answer of the reader; computed: present. Reason: ")
        assert "Computed (present): 9 small foci" in foci
        assert "Favours" not in foci
        assert text_of(last, "CROSS_BOUNDARY").startswith("Accepted by the reader. ")


def test_reasons_leave_names_behind(read, reports):
    plain, clean = (text_of(groups_of(p)[0][-1], "SWI_FOCI") for p in reports)
    assert VEIN in plain
    assert "Reason: given, but left out here: it may name people." in clean
    told = text_of(groups_of(reports[1])[0][-1], "OPEN_RING")
    assert "Reason: treatment effect confirmed." in told
    assert b"Quillfeather" not in reports[1].read_bytes()
    for day in (*(t.date for t in read.prepared.timepoints), Date.today()):
        assert day.isoformat().encode() not in reports[1].read_bytes()


def test_reader_measurements_refer_to_their_slice(read, reports):
    timepoint = read.prepared.timepoints[-1]
    _, (two, ruler, disc) = groups_of(reports[0])
    sizes = {m.name.meaning: (float(m.value), m.unit.value) for m in two.get_measurements()}
    assert sizes == {"Long axis": (12.0, "mm"), "Short axis": (9.0, "mm")}
    assert [(m.name.meaning, float(m.value)) for m in ruler.get_measurements()] == [("Length", 12)]
    signal = {(m.derivation and m.derivation.meaning): (float(m.value), m.unit.value)
              for m in disc.get_measurements()}  # fmt: skip
    assert signal == {"Mean": (1.21, "um2/ms"), "Standard Deviation": (0.2, "um2/ms"),
                      None: (3.0, "mm")}  # fmt: skip
    center = np.asarray(read.lesions[0].lesion.center_lps_mm)
    inward = timepoint.to_reference.transform.inverse()
    for group, role, middle in (
        (two, SequenceRole.T1C, center + RIGHT / 2),
        (ruler, SequenceRole.FLAIR, center + RIGHT / 2),
        (disc, SequenceRole.T1C, center),
    ):
        image = timepoint.timepoint.sequences[role]
        uids = list(image.source.sop_instance_uids)
        named = group.source_images[0].referenced_sop_instance_uid
        point = inward.apply(middle)
        if role in timepoint.to_t1c:
            point = timepoint.to_t1c[role].transform.inverse().apply(point)
        assert abs(uids.index(named) - image.grid.lps_to_index(point)[0]) <= 0.5 + 1e-3
    drawn = two.get_measurements()[0].referenced_coordinates[0]
    ends = np.asarray(drawn.value)
    expected = inward.apply(np.stack([center, center + RIGHT]))
    assert np.abs(ends - expected).max() < 1e-3
    assert str(drawn.FrameOfReferenceUID if "FrameOfReferenceUID" in drawn else
               drawn.ReferencedFrameOfReferenceUID) == \
        timepoint.timepoint.t1c.frame_of_reference_uid  # fmt: skip


def test_a_corrected_outline_is_no_longer_called_automatic(reports):
    seg = pydicom.dcmread(reports[0].parent / "seg-3-t3.dcm")
    assert {s.SegmentAlgorithmType for s in seg.SegmentSequence} == {"SEMIAUTOMATIC"}
    first = pydicom.dcmread(reports[0].parent / "seg-0-t0.dcm")
    assert {s.SegmentAlgorithmType for s in first.SegmentSequence} == {"AUTOMATIC"}


# --- command line ---------------------------------------------------------------------------------


@pytest.fixture
def ready(necrosis, monkeypatch, tmp_path):
    """A case path whose reading and assessing take no time; returns what was assessed with."""
    patient, assessment = necrosis
    used = []

    def assess(place, read, thresholds, progress, **_):
        read(progress)
        used.append(dict(thresholds.changed))
        return assessment

    monkeypatch.setattr("RNAssessLib.study.read_case", lambda path, progress: patient.case)
    monkeypatch.setattr(
        "RNAssessLib.panel.opening.case_opening.read_and_tell", lambda *_, **__: patient.case
    )
    monkeypatch.setattr("RNAssessLib.kept.store.assess_kept", assess)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)  # no PDF, no scene: quick
    monkeypatch.setattr("RNAssessLib.outputs.write_report", lambda *_: None)
    return tmp_path / "case.toml", used


def decisions_in(folder):
    document = json.loads((folder / "assessment.json").read_text(encoding="utf-8"))
    return [d["finding"] for d in document["reader"]["decisions"]]


def test_assess_takes_the_session_beside_the_case(ready, session, tmp_path, capsys):
    case, used = ready
    kept = session.set_threshold("swi_foci.multiple_count", 5.0)
    write_session(kept, tmp_path / "case.session.json")
    command = ["assess", str(case), "--out"]
    assert main([*command, str(tmp_path / "a"), "--set", "bed.alpha_beta_tumour=12"]) == 0
    told = capsys.readouterr().err
    assert "4 decisions, 3 measurements, 1 corrected outline, 1 threshold, edited events" in told
    assert decisions_in(tmp_path / "a")[1] == "swi_foci"
    told = (tmp_path / "a" / "report.txt").read_text(encoding="utf-8")
    assert squeeze(VEIN) in squeeze(told)
    assert used == [{"swi_foci.multiple_count": 5.0, "bed.alpha_beta_tumour": 12.0}]
    assert main([*command, str(tmp_path / "b"), "--computed-only"]) == 0
    assert decisions_in(tmp_path / "b") == []
    alone = (tmp_path / "b" / "report.txt").read_text(encoding="utf-8")
    assert "ccepted by the reader" not in alone and "orrected by the reader" not in alone
    assert "easured by the reader" not in alone and "Quillfeather" not in alone
    assert used[1] == {}


def test_a_session_that_does_not_fit_is_one_line_and_nothing_is_written(
    ready, session, tmp_path, capsys
):
    case, used = ready
    other = tmp_path / "other.json"
    write_session(ReaderSession(case_id="somebody"), other)
    (tmp_path / "broken.json").write_text("{", encoding="utf-8")
    for name, reason in (
        ("other.json", "holds the decisions of case 'somebody'"),
        ("broken.json", "broken.json: "),
        ("none.json", "there is no such session file"),
    ):
        args = ["assess", str(case), "--out", str(tmp_path / "o"), "--session"]
        assert main([*args, str(tmp_path / name)]) == 3
        lines = [n for n in capsys.readouterr().err.splitlines() if "rnassess:" in n]
        assert len(lines) == 1
        assert reason in lines[0]
    assert used == []
    assert not (tmp_path / "o").exists()


def test_export_passes_the_session_on(ready, session, tmp_path, monkeypatch):
    case, _ = ready
    named = tmp_path / "mine.json"
    write_session(session, named)
    passed = {}

    def export(assessment, out, **options):
        passed.update(options, events=assessment.prepared.case.events)
        return ()

    monkeypatch.setattr("RNAssessLib.report.dicom.export.check_export", lambda *_: None)
    monkeypatch.setattr("RNAssessLib.report.dicom.export.export_dicom", export)
    args = ["export", str(case), "--out", str(tmp_path / "e"), "--session", str(named)]
    assert main(args) == 0
    assert passed["session"].decisions == session.decisions
    assert [e.kind for e in passed["events"]] == [EventKind.BEVACIZUMAB]


def test_an_answer_that_is_computed_otherwise_by_now_says_so(necrosis):
    from RNAssessLib.panel.checklist.answers import Answer

    finding = necrosis[1].lesions[0].finding("swi_foci")
    made = ReaderSession().accept("L1", "swi_foci", Status.ABSENT)
    told = Answer(finding, made.decision("L1", "swi_foci")).told
    assert told == "Answer of the reader; computed: present. Decided when absent was computed."


def test_tables_open_in_a_spreadsheet_with_digits_that_mean_something(necrosis, tmp_path):
    write_tables(necrosis[1], tmp_path)
    for path in tmp_path.glob("*.csv"):
        assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path
    with (tmp_path / "serial.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [r for r in csv.DictReader(file) if None not in r.values()]
    written = {(r["timepoint"], r["name"]): r for r in rows}
    for entry in necrosis[1].lesions[0].serial:
        for quantity in entry.quantities:
            cell = written[entry.timepoint, quantity.name]["value"]
            if quantity.value is None:
                assert cell == ""
                continue
            assert len(re.sub(r"[^0-9]", "", cell).lstrip("0")) <= 6
            doubt = 0.05 * (quantity.uncertainty or 0.0) + 1e-4 * abs(quantity.value)
            assert float(cell) == pytest.approx(quantity.value, abs=doubt + 1e-9)
