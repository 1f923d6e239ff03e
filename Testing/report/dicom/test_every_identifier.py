"""Every attribute that can name a person holds a mark of its own; none is in an export, byte by byte.

Which attributes those are comes from programs, not from this file: the table of PS3.15 E.1-1 as the
package dicom-anonymizer (Kitware Medical) draws it out of the standard, and, beyond it, every
attribute of pydicom's dictionary whose value is text, a name, a date, a time, an age or a UID.
"""

import dataclasses
import io
import re
import shutil
import zipfile
from datetime import date, timedelta

import pydicom
import pypdf
import pytest
from dicomanonymizer.dicom_anonymization_databases import dicomfields_2026c as table
from pydicom.datadict import DicomDictionary, RepeatersDictionary
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import Tag

from RNAssessLib.assessment import assess_prepared
from RNAssessLib.case import ClinicalEvent, EventKind, MappingEntry
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.report.dicom.export import export_dicom

from .test_deidentify import rename, without_uids

TEXTS = {"LO", "SH", "ST", "LT", "UT", "UC", "PN", "AE", "UR", "CS"}
SWEPT = TEXTS - {"CS"} | {"DA", "TM", "DT", "AS", "UI"}
MARK = re.compile(rb"qzx\d{5}", re.I)
FIGURES = re.compile(rb"[0-9.]{4,}")  # what a sought UID, day or time consists of
# An age is four characters, which packed pictures have by chance: it counts as a value of DICOM
# (of whichever encoding), or where text stands before it.
AGE = re.compile(rb"(?:AS\x04\0|\x04\0\0\0|(?:^|[\s\"'=:>(\[,]))(\d{3}[DWMY])\b")
FIRST_DAY = date(1851, 1, 1)  # no day of the study, moved or not, is near
# Without their true value the files are no series, or other images; UIDs among them are looked for
# by value, dates as well.
NEEDED = {
    "SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID",
    "FrameOfReferenceUID", "Modality", "PhotometricInterpretation", "PatientPosition",
    "SpecificCharacterSet", "ImageType", "StudyDate", "TransferSyntaxUID",
}  # fmt: skip


def tags_of_table():
    """Tags of PS3.15 table E.1-1, those of repeating groups left out."""
    return {Tag(*t) for t in table.ALL_TAGS or every_list() if len(t) == 2}


def every_list():
    """All lists of the table."""
    names = [n for n in dir(table) if n.endswith("_TAGS") and n != "ALL_TAGS"]
    return [t for name in names for t in getattr(table, name)]


def marked_value(vr, number):
    """A value that nothing else in the files has."""
    word = f"Qzx{number:05d}"
    if vr in TEXTS:
        return {"PN": f"{word}^Zoë {word}", "CS": word.upper(), "UR": f"http://{word}/"}.get(
            vr, word
        )
    if vr == "DA":
        return (FIRST_DAY + timedelta(days=number)).strftime("%Y%m%d")
    if vr == "DT":
        return (FIRST_DAY + timedelta(days=number)).strftime("%Y%m%d") + "010203.456789"
    if vr == "TM":
        return f"111111.9{number:05d}"
    if vr == "AS":
        return "997Y"
    if vr == "UI":
        return f"1.2.99973.{number}"
    if vr in ("DS", "IS"):
        return f"98{number:05d}"
    if vr in ("OB", "UN"):
        return word.encode() + b"\0" * (len(word) % 2)
    return None


def mark(dataset):
    """Put a mark into every attribute; returns what is to be looked for, and what has none."""
    wanted = tags_of_table()
    wanted |= {Tag(t) for t, entry in DicomDictionary.items() if entry[0] in SWEPT}
    sought, unmarked = set(), set()
    for number, tag in enumerate(sorted(wanted)):
        entry = DicomDictionary.get(int(tag))
        if entry is None or tag.group in (0x0002, 0x0000, 0xFFFE) or entry[4] in NEEDED:
            unmarked.add(str(tag))
            continue
        vr = entry[0].split(" or ")[0]
        if vr == "SQ":
            inner = Dataset()
            inner.PatientName = f"Qzx{number:05d}^Nested"
            inner.add_new(0x00091010, "LO", f"Qzx{number:05d}")
            inner.add_new(0x00090010, "LO", f"Qzx{number:05d}")
            dataset.add_new(tag, "SQ", Sequence([inner]))
            continue
        value = marked_value(vr, number)
        if value is None:
            unmarked.add(str(tag))
            continue
        dataset.add_new(tag, vr, value)
        if isinstance(value, str) and "qzx" not in value.lower():
            sought.add(value.encode())
    block = dataset.private_block(0x0011, "Qzx99001", create=True)
    for offset, vr in enumerate(("LO", "PN", "UN", "LT"), 1):
        content = b"Qzx99002" if vr == "UN" else "Qzx99002"
        block.add_new(offset, vr, content)
    dataset.add_new(0x60004000, "LT", "Qzx99003")  # repeating groups: overlay comments
    dataset.add_new(0x50003000, "OW", b"Qzx99004")
    return sought, unmarked


@pytest.fixture(scope="module")
def marked(necrosis, study, tmp_path_factory):
    """(folder of the study, what is sought, what could not be marked)."""
    folder = tmp_path_factory.mktemp("base") / "Qzx99005 Family^Name"
    shutil.copytree(study, folder)
    sought, unmarked, seen = set(), set(), set()
    for path in sorted(folder.rglob("*.dcm")):
        dataset = pydicom.dcmread(path)
        dataset.SpecificCharacterSet = "ISO_IR 192"
        sought |= {str(dataset.get(n)).encode() for n in (
            "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "FrameOfReferenceUID",
            "StudyDate") if dataset.get(n)}  # fmt: skip
        if dataset.SeriesInstanceUID in seen:  # the sweep once a series, the usual ones everywhere
            dataset.PatientName, dataset.PatientID = "Qzx99006^A", "Qzx99007"
            dataset.AccessionNumber = dataset.InstitutionName = "Qzx99008"
        else:
            seen.add(dataset.SeriesInstanceUID)
            found, without = mark(dataset)
            sought |= found
            unmarked |= without
        dataset.save_as(path)
        path.rename(path.with_name(f"Qzx99009-{path.name}"))
    return folder, sought, unmarked


@pytest.fixture(scope="module")
def export(necrosis, marked, tmp_path_factory):
    """De-identified export with a reader's work, all that a user can write marked as well."""
    prepared = rename(necrosis[1].prepared, "GTV1", "GTV1 Qzx99010")
    first = prepared.timepoints[0].date
    events = (
        ClinicalEvent(EventKind.STEROID, first + timedelta(days=30), drug="dexamethasone Qzx99011",
                      dose_mg_per_day=8.0, text="by Qzx99012"),
        ClinicalEvent(EventKind.SYMPTOM, first + timedelta(days=60), text="Qzx99013 has headaches"),
    )  # fmt: skip
    case = dataclasses.replace(
        prepared.case, id="Qzx99014", events=events, warnings=("/data/Qzx99015/x.dcm: odd",),
        mapping=(*prepared.case.mapping, MappingEntry("Qzx99016/t1", "T1c", "Qzx99017", "t1")),
    )  # fmt: skip
    assessment = assess_prepared(dataclasses.replace(prepared, case=case))
    session = ReaderSession(case_id="Qzx99014").override(
        "L1", "swi_foci", Status.ABSENT, "told by Qzx99018", Status.PRESENT
    )
    out = tmp_path_factory.mktemp("export") / "out"
    export_dicom(assessment, out, deidentify=True, session=session, study_folder=marked[0])
    return out


def layers(path):
    """Bytes of a file, and of all that is packed in it: zip members, PDF streams, pictures."""
    data = path.read_bytes()
    yield path.name, data
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                yield f"{path.name}/{name}", name.encode() + archive.read(name)
    if data[128:132] == b"DICM":
        dataset = pydicom.dcmread(path)
        yield f"{path.name} as text", str(dataset).encode()
        if "EncapsulatedDocument" in dataset:
            yield from pdf_layers(path.name, dataset.EncapsulatedDocument)


def pdf_layers(name, document):
    """Every object of a PDF decompressed, its words with and without spaces, its metadata."""
    reader = pypdf.PdfReader(io.BytesIO(document))
    words = "".join(page.extract_text() for page in reader.pages) + str(reader.metadata)
    yield f"{name} words", words.encode() + re.sub(r"\s+", "", words).encode()
    for number in range(1, len(reader.xref[0]) + 1 if reader.xref else 1):
        try:
            found = reader.get_object(number)
            data = found.get_data() if hasattr(found, "get_data") else str(found).encode()
        except Exception:
            continue
        yield f"{name} object {number}", data


def look_for(sought, data):
    """Which of the values are in the bytes; a value of digits alone is no part of a fresh UID."""
    ages = sought & set(AGE.findall(data))
    others = {s for s in sought if not AGE.fullmatch(s)}
    assert all(FIGURES.fullmatch(s) for s in others)
    figures = b" ".join(FIGURES.findall(data))  # one pass over many megabytes, not one a value
    words = without_uids(figures)
    return [*ages, *(s for s in others if s in (words if s.isdigit() else figures))]


def marks_in(data):
    """Marks in the bytes, in ASCII and UTF-16, of whichever case."""
    texts = data.lower(), data.replace(b"\0", b"").lower()
    return [mark for text in texts if b"qzx" in text for mark in MARK.findall(text)]


def test_no_mark_is_in_any_byte(export, marked):
    """In ASCII and UTF-16, of whichever case, packed or not, in names of files as well."""
    _folder, sought, unmarked = marked
    assert len(sought) > 500  # UIDs, dates and times; the words are found by their pattern
    assert len(unmarked) < 250, sorted(unmarked)
    count = 0
    for path in sorted(export.rglob("*")):
        assert not MARK.search(path.name.encode()), path.name
        for place, data in layers(path):
            count += 1
            assert not marks_in(data), (place, marks_in(data)[:5])
            found = look_for(sought, data)
            assert not found, (place, found[:5])
    assert count > 20


def test_the_marks_are_found_where_they_are(marked, tmp_path):
    """The search itself: it finds what the study holds, also behind compression."""
    folder, sought, _unmarked = marked
    file = next(folder.rglob("*.dcm"))
    assert marks_in(file.read_bytes())
    assert marks_in("QZx12345".encode("utf-16"))
    packed = tmp_path / "a.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(file, "x.dcm")
    assert any(MARK.search(data) for _place, data in layers(packed))
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pageCompression=1)
    canvas.drawString(10, 10, "Qzx12345")
    canvas.save()
    assert not MARK.search(buffer.getvalue()), "compressed: a search of bytes alone would miss it"
    assert any(MARK.search(data) for _place, data in pdf_layers("x", buffer.getvalue()))
    assert any(s.startswith(b"185") for s in sought)
    day, uid = b"18540117", b"2.25.118540117" + b"3" * 26
    assert not look_for({day}, b"UI " + uid)
    assert look_for({day, uid}, b"UI " + uid) == [uid]
    for told in (b"AS\x04\x00997Y", b"\x10\x10\x04\0\0\x00997Y", b"'997Y'", b"age 997Y, of"):
        assert look_for({b"997Y"}, told) == [b"997Y"]
    assert not look_for({b"997Y"}, b"\x81997Y\x9c"), "bytes of a packed picture"
    for told in (b"DA " + day, b"t1_" + day + b"_3", uid + b"\0\0DA\x08\0" + day):
        assert look_for({day}, told) == [day]


def test_the_table_is_gone_through(export):
    """Of all attributes that the profile removes or empties, none is there with a value.

    What the objects need and this program makes anew is named in `MADE_HERE`.
    """
    removed = {Tag(*t) for t in (*table.X_TAGS, *table.X_Z_TAGS) if len(t) == 2}
    emptied = {Tag(*t) for t in table.Z_TAGS if len(t) == 2}
    assert len(removed) > 350
    left = set()
    for path in export.glob("*.dcm"):
        for element in pydicom.dcmread(path).iterall():
            assert not element.tag.is_private, (path.name, element.tag)
            if element.tag in removed | emptied and not element.is_empty:
                left.add(element.keyword)
    assert left <= MADE_HERE, " ".join(sorted(left - MADE_HERE))


# What the profile would remove or empty, and the export makes itself: no source value is in them,
# which the marks prove.
MADE_HERE = {
    "PatientID", "PatientName", "StudyID", "StudyDate", "StudyTime", "SeriesDate", "SeriesTime",
    "ContentDate", "ContentTime", "SeriesDescription", "ContentCreatorName", "ContentLabel",
    "ContributionDateTime", "ContributionDescription", "ROIGenerationDescription", "ROIName",
    "StructureSetDate", "StructureSetTime", "StructureSetName", "StructureSetLabel",
    "StructureSetDescription",
}  # fmt: skip


def test_every_group_of_repeating_attributes_is_absent(export):
    """Overlays and curves are of groups 60xx and 50xx: the export has none."""
    assert RepeatersDictionary
    for path in export.glob("*.dcm"):
        groups = {element.tag.group for element in pydicom.dcmread(path).iterall()}
        assert not [g for g in groups if 0x5000 <= g <= 0x50FF or 0x6000 <= g <= 0x60FF]
