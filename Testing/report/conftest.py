"""One exported study for the tests of exchange."""

import pytest

from RNAssessLib.phantom import write_study
from RNAssessLib.report.dicom.export import export_dicom


@pytest.fixture(scope="session")
def study(necrosis, tmp_path_factory):
    """The necrosis patient as DICOM files."""
    return write_study(necrosis[0], tmp_path_factory.mktemp("study") / "dicom")


@pytest.fixture(scope="session")
def exported(necrosis, study, tmp_path_factory):
    """Folder with every object of the necrosis patient."""
    out = tmp_path_factory.mktemp("export") / "out"
    export_dicom(necrosis[1], out, study_folder=study)
    return out
