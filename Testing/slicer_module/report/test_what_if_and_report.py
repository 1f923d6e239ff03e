"""Planning what-if, pictures, report and export in the Slicer panel."""

import pydicom
import pytest
import pythonqt_shim
from panel_driver import click, tree_texts
from PySide6 import QtCore, QtWidgets

from RNAssessLib.case import InputError


def look_at(widget, tab, sub="", page=""):
    widget.ui.tabs.setCurrentWidget(getattr(widget.ui, tab))
    if sub:
        getattr(widget.ui, sub).setCurrentWidget(getattr(widget.ui, page))
    QtWidgets.QApplication.processEvents()


# --- what if --------------------------------------------------------------------------------------


@pytest.fixture
def what_if(opened):
    look_at(opened, "doseTab", "doseTabs", "whatIfPage")
    return opened


def figures(widget):
    return {texts[0]: texts[1:] for texts in tree_texts(widget.ui.whatIfTree.raw)}


def set_cell(widget, row, column, text):
    widget.ui.whatIfTable.item(row, column).setText(text)
    QtWidgets.QApplication.processEvents()


def test_figures_are_made_when_the_page_is_looked_at(opened):
    assert opened.ui.whatIfTable.columnCount == 0
    look_at(opened, "doseTab", "doseTabs", "whatIfPage")
    assert opened.ui.whatIfTable.columnCount == 2
    # 20 Gy in one fraction: BED 20 (1 + 20 / 10) = 60, EQD2 = 60 / 1.2; brain 220 and 110
    shown = figures(opened)
    assert shown["BED, tumour"] == ["60.00", "60.00", "120.00 Gy"]
    assert shown["EQD2, brain"] == ["110.00", "110.00", "220.00 Gy"]
    assert "without recovery" in opened.ui.whatIfBrowser.plainText


def test_another_prescription_changes_the_sum_at_once(what_if):
    set_cell(what_if, 1, 1, "3")
    set_cell(what_if, 0, 1, "27")
    # 27 Gy in 3: BED 27 (1 + 9 / 10) = 51.3; brain 27 (1 + 9 / 2) = 148.5, EQD2 74.25
    shown = figures(what_if)
    assert shown["BED, tumour"] == ["60.00", "51.30", "111.30 Gy"]
    assert shown["EQD2, brain"] == ["110.00", "74.25", "184.25 Gy"]
    set_cell(what_if, 3, 1, "3")  # alpha/beta of brain: 27 (1 + 9 / 3) = 108
    assert figures(what_if)["BED, brain"][1] == "108.00"


def test_a_course_elsewhere_is_not_added_at_the_target(what_if):
    cell = what_if.ui.whatIfTable.item(4, 0)
    assert cell.checkState() == QtCore.Qt.CheckState.Checked
    cell.setCheckState(QtCore.Qt.CheckState.Unchecked)
    QtWidgets.QApplication.processEvents()
    assert figures(what_if)["BED, tumour"][:2] == ["60.00", "60.00 Gy"]


@pytest.mark.parametrize(
    ("row", "text", "said"),
    [
        (0, "much", "'much' is not a number"),
        (1, "2.5", "Number of fractions: 2.5 is not a whole number"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(what_if, row, text, said):
    before = figures(what_if)
    set_cell(what_if, row, 1, text)
    assert what_if.ui.whatIfProblemLabel.text == said
    assert what_if.ui.whatIfTable.item(row, 1).text() == text
    assert figures(what_if) == before
    set_cell(what_if, row, 1, "2")
    assert what_if.ui.whatIfProblemLabel.text == ""


def test_another_lesion_starts_anew(what_if):
    set_cell(what_if, 0, 1, "24")
    what_if.ui.lesionComboBox.setCurrentIndex(1)
    assert what_if.ui.whatIfTable.item(0, 1).text() == "20"


# --- pictures -------------------------------------------------------------------------------------


def drawn(widget, name):
    pixmap = getattr(widget.ui, name).raw.pixmap()
    return (pixmap.width(), pixmap.height()) if not pixmap.isNull() else None


def test_timeline_is_drawn_when_looked_at_and_follows_events(opened):
    assert drawn(opened, "timelinePicture") is None
    look_at(opened, "courseTab", "courseTabs", "timelinePage")
    width, height = drawn(opened, "timelinePicture")
    assert abs(width - (opened.ui.timelineArea.width - 24)) <= 1 and height > 250
    look_at(opened, "courseTab", "courseTabs", "eventPage")
    opened.ui.eventKindComboBox.setCurrentText("KPS")
    for row, text in enumerate(("2025-10-01", "70")):
        opened.ui.eventTable.item(row, 1).setText(text)
    click(opened, "addEventButton")
    look_at(opened, "courseTab", "courseTabs", "timelinePage")
    assert drawn(opened, "timelinePicture")[1] > height  # a plot of KPS more


def test_a_picture_larger_in_its_own_window(opened):
    look_at(opened, "courseTab", "courseTabs", "timelinePage")
    small = drawn(opened, "timelinePicture")[0]
    click(opened, "timelineButton")
    window = opened.panel.pictures._window.raw
    labels = window.findChildren(QtWidgets.QLabel)
    assert max(label.pixmap().width() for label in labels) > 1.5 * small
    assert "Research use only. Not a medical device." in [label.text() for label in labels]
    window.close()


def test_a_picture_that_cannot_be_drawn_says_so(opened):
    look_at(opened, "courseTab", "courseTabs", "nomogramPage")
    assert opened.ui.nomogramCaption.text == ("The nomogram is not computed: no input is known.")
    assert drawn(opened, "nomogramPicture") is None


def test_without_matplotlib_nothing_is_installed_unasked(opened, monkeypatch):
    from RNAssessWidgets.common import packages

    monkeypatch.setattr(packages, "missing", lambda wanted: list(wanted.values()))
    look_at(opened, "courseTab", "courseTabs", "timelinePage")
    assert "matplotlib" in opened.ui.timelineCaption.text
    assert drawn(opened, "timelinePicture") is None


# --- report ---------------------------------------------------------------------------------------


def test_text_for_dictation_is_shown_and_copied(opened):
    look_at(opened, "reportTab")
    text = opened.ui.dictationEdit.plainText
    assert "across the falx on 2025-12-10, 9.5 mm from the lesion" in text
    assert text.startswith("Research use only. Not a medical device.")
    click(opened, "copyDictationButton")
    assert QtWidgets.QApplication.clipboard().text() == text


def test_printed_report_alone(opened, tmp_path, errors):
    path = tmp_path / "mine.pdf"
    pythonqt_shim.FileDialog.chosen = str(path)
    click(opened, "savePdfButton")
    assert errors == []
    assert path.read_bytes().startswith(b"%PDF") and not list(tmp_path.glob("*.part"))
    assert opened.ui.reportSaidLabel.text == f"Written to {tmp_path}: mine.pdf"
    pythonqt_shim.FileDialog.chosen = str(tmp_path / "no such folder" / "mine.pdf")
    click(opened, "savePdfButton")
    assert errors == [f"{tmp_path}/no such folder/mine.pdf: cannot be written: its folder is gone"]


def test_export_of_images_that_are_not_dicom_is_refused_in_one_line(opened, tmp_path, errors):
    out = tmp_path / "out"
    out.mkdir()
    pythonqt_shim.FileDialog.chosen = str(out)
    click(opened, "exportButton")
    assert len(errors) == 1 and "\n" not in errors[0]
    assert list(out.iterdir()) == []
    assert opened.ui.reportSaidLabel.text == ""


def test_chosen_objects_and_identity_are_passed_on(opened, tmp_path, monkeypatch):
    import RNAssessLib.report.dicom.export as dicom_export

    asked = []

    def export_dicom(assessment, out, *, formats, deidentify, session, progress):
        asked.append((out, [f.value for f in formats], deidentify))
        assert session.case_id == assessment.prepared.case.id
        return (out / "sr.dcm",)

    monkeypatch.setattr(dicom_export, "export_dicom", export_dicom)
    pythonqt_shim.FileDialog.chosen = str(tmp_path / "out")
    for box in ("rtstructCheckBox", "pdfCheckBox", "deidentifyCheckBox"):
        getattr(opened.ui, box).raw.click()
    look_at(opened, "reportTab")
    click(opened, "exportButton")
    assert asked == [(tmp_path / "out", ["sr", "seg"], True)]
    assert opened.ui.reportSaidLabel.text == f"Written to {tmp_path / 'out'}: sr.dcm"
    for box in ("srCheckBox", "segCheckBox"):
        getattr(opened.ui, box).raw.click()
    assert not opened.ui.exportButton.enabled


def test_a_refusal_of_the_export_is_shown(opened, monkeypatch, errors):
    import RNAssessLib.report.dicom.export as dicom_export

    def export_dicom(assessment, out, **_):
        raise InputError(out, "is not empty; choose another folder")

    monkeypatch.setattr(dicom_export, "export_dicom", export_dicom)
    pythonqt_shim.FileDialog.chosen = "somewhere"
    click(opened, "exportButton")
    assert errors == ["somewhere: is not empty; choose another folder"]


@pytest.fixture
def real(widget, necrosis, tmp_path, monkeypatch):
    """A case whose images are DICOM files, opened in the panel."""
    import RNAssessLib.assessment
    import RNAssessLib.report.dicom.export as dicom_export
    import RNAssessLib.study
    from RNAssessLib.phantom import write_study
    from RNAssessLib.report.dicom.sources import read_sources

    patient, assessment = necrosis
    study = write_study(patient, tmp_path / "study")
    case = assessment.prepared.case
    monkeypatch.setattr(RNAssessLib.study, "read_case", lambda path, progress: case)
    monkeypatch.setattr(RNAssessLib.assessment, "assess", lambda *_: assessment)
    monkeypatch.setattr(
        dicom_export, "read_sources", lambda case, _folder: read_sources(case, study)
    )
    assert widget.openCase(str(study))
    return widget


def test_masks_and_structured_report_are_written_de_identified(real, tmp_path, errors):
    pythonqt_shim.FileDialog.chosen = str(tmp_path / "out")
    for box in ("rtstructCheckBox", "pdfCheckBox", "deidentifyCheckBox"):
        getattr(real.ui, box).raw.click()
    click(real, "exportButton")
    assert errors == []
    written = {p.name: pydicom.dcmread(p) for p in (tmp_path / "out").iterdir()}
    assert sorted(written) == [*(f"seg-{n}-t{n}.dcm" for n in range(4)), "sr.dcm"]
    assert {d.Modality for d in written.values()} == {"SEG", "SR"}
    assert {d.PatientIdentityRemoved for d in written.values()} == {"YES"}
    assert "PHANTOM" not in str(written["sr.dcm"].PatientName)
    for name in written:
        assert name in real.ui.reportSaidLabel.text
