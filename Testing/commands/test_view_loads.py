"""What `rnassess view` of a kept case loads before its page is served."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# until the address is printed; then what had been loaded by then
VIEW = """
import sys
from RNAssessLib.commands import kept_case
from RNAssessLib.kept import place

place.read_valid_head = lambda place: {"case": "kept"}
kept_case.OpenedCase.assess = lambda *_: sys.exit("asked for the case")


def start(self, **_):
    for name in ("vtkmodules", "slicer", "trame_slicer", "SimpleITK", "scipy", "pydicom", "plotly",
                 "RNAssessLib.assessment", "RNAssessLib.preparation", "RNAssessLib.findings.registry",
                 "RNAssessLib.web.reading.room"):
        if name in sys.modules:
            print("loaded:", name)
    print("served", len(sys.modules))


from trame_server import Server
Server.start = start
from RNAssessLib.cli import main
sys.exit(main(["view", sys.argv[1], "--no-browser"]))
"""


@pytest.mark.parametrize("worked_on", [False, True])
def test_nothing_that_measures_or_draws_is_loaded_before_the_page_is_served(tmp_path, worked_on):
    study = tmp_path / "study"
    study.mkdir()
    (study / "1.dcm").write_bytes(bytes(128) + b"DICM")
    if worked_on:
        from RNAssessLib.panel.session.file import beside, write_session
        from RNAssessLib.panel.session.session import ReaderSession

        write_session(ReaderSession(case_id="kept"), beside(study))
    done = subprocess.run(
        [sys.executable, "-c", VIEW, str(study)], env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "served" in done.stdout, done.stderr
    assert "loaded:" not in done.stdout
