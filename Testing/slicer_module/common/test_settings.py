"""The page of Slicer's settings: registered as Slicer's modules do, read by the panel."""

import types

from panel_driver import click
from PySide6 import QtWidgets


def page_of(module):
    import slicer

    module.addSettingsPage()
    return slicer.app.settingsDialog().pages["RNAssess"]


def test_the_page_is_added_when_slicer_has_started(module):
    import slicer

    module.RNAssess(types.SimpleNamespace())
    assert module.addSettingsPage in slicer.app.startup
    assert slicer.app.settingsDialog().pages == {}
    module.addSettingsPage()
    assert list(slicer.app.settingsDialog().pages) == ["RNAssess"]


def test_no_page_without_a_main_window(module, monkeypatch):
    import slicer

    monkeypatch.setattr(
        slicer.app, "commandOptions", lambda: types.SimpleNamespace(noMainWindow=True)
    )
    module.addSettingsPage()
    assert slicer.app.settingsDialog().pages == {}


def test_controls_write_settings_and_take_them_up_again(module, tmp_path):
    from RNAssessWidgets.common import settings

    assert settings.keeps_prepared() and settings.isodose_opacity(100) == 100
    assert settings.lesson_folder().name == "RNAssess"
    page = page_of(module)
    page.keepBox.raw.click()
    page.opacityBox.raw.setValue(60)
    page.folderButton.directory = str(tmp_path)
    assert not settings.keeps_prepared()
    assert settings.isodose_opacity(100) == 60
    assert settings.lesson_folder() == tmp_path
    again = page_of(module)
    assert not again.keepBox.checked
    assert again.opacityBox.value == 60
    assert again.folderButton.directory == str(tmp_path)


def test_isodoses_of_an_opened_case_are_drawn_as_set(widget, assessment, monkeypatch, tmp_path):
    import qt
    from RNAssessWidgets.common import settings

    from Testing.slicer_module.conftest import _open

    qt.QSettings().setValue(settings.ISODOSE_OPACITY, "40")  # as an .ini file gives it back
    opened = _open(widget, assessment, monkeypatch, tmp_path)
    assert opened.ui.opacitySlider.value == 40
    drawn = {
        i.model.GetDisplayNode().GetSliceIntersectionOpacity() for i in opened.logic.nodes.isodoses
    }
    assert drawn == {0.4}


def test_the_page_says_what_the_program_is_for(module):
    page = page_of(module)
    told = [label.text() for label in page.findChildren(QtWidgets.QLabel)]
    assert "Research use only. Not a medical device." in told


def test_last_case_is_still_offered(opened):
    from RNAssessWidgets.common import settings

    assert settings.last_case() == "case.toml"
    click(opened, "openLastButton")
    assert opened.logic.assessment is not None
