"""A sample of the mutations (all of them: ``Testing/benchmarks/robustness/run.py``).

Each ends as a refusal in one line, as the unmutated answer, or tells what differs; and the command
line ends with exit code 3 and one line, whatever lies under the name it is given.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .dicom_mutations import DATA, PLAN, base_structures
from .every import MAKERS
from .place_mutations import circle, endless, pipe
from .trial import FAULT, run

ROOT = Path(__file__).parents[2]
EVERY = 29  # a prime: the sample goes through elements and values alike


@pytest.mark.parametrize("make", MAKERS, ids=lambda m: m.__name__)
def test_a_sample_of_mutations(make, tmp_path):
    tmp_path.chmod(0o755)
    faults, tried = [], 0
    for number, trial in enumerate(make()):
        if number % EVERY == 0:
            outcome = run(trial, tmp_path / str(number))
            tried += 1
            if outcome.what == FAULT:
                faults.append(f"{trial.kind}: {trial.name}: {outcome.said}")
    assert tried > 2
    assert not faults, "\n".join(faults)


def rnassess(*args):
    """Run the command line as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "RNAssessLib.cli", *map(str, args)], cwd=ROOT, check=False,
        capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def refused(done, *words):
    """One line on standard error behind the progress, exit code 3, nothing on standard output."""
    lines = [line for line in done.stderr.splitlines() if line and not line.startswith("[")]
    assert done.returncode == 3, done.stderr
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("rnassess: ")
    assert "Traceback" not in done.stderr
    for word in words:
        assert word in lines[0]


def cut_dose(folder):
    path = folder / "dose.dcm"
    path.write_bytes((PLAN / "rtdose.dcm").read_bytes()[:200_000])
    return path


@pytest.mark.parametrize(
    ("make", "says"),
    [(cut_dose, "dose.dcm"), (lambda f: pipe(f), "pipe"), (lambda f: circle(f), "x.dcm"),
     (lambda f: endless(f), "device"), (lambda f: f / "gone.dcm", "no such file"),
     (lambda f: f, "holds no DICOM slice")],
    ids=["cut", "pipe", "circle", "device", "missing", "folder"],
)  # fmt: skip
def test_the_dose_command_ends_with_one_line(tmp_path, make, says):
    path = make(tmp_path)
    refused(rnassess("dose", "--dose", path, "--structures", base_structures(), "--json"), says)


@pytest.mark.parametrize("command", ["sort", "assess", "export"])
def test_a_folder_without_dicom(tmp_path, command):
    (tmp_path / "study").mkdir()
    (tmp_path / "study" / "notes.txt").write_text("hello")
    pipe(tmp_path / "study")
    args = [] if command == "sort" else ["--out", tmp_path / "out"]
    refused(rnassess(command, tmp_path / "study", *args), "holds no DICOM file")
    assert not (tmp_path / "out").exists()


def test_export_looks_at_the_folder_before_it_reads_the_case(tmp_path):
    """Cheap checks come first: the case, which is none, is not looked at."""
    out = tmp_path / "out"
    out.mkdir()
    (out / "file").write_text("x")
    refused(rnassess("export", tmp_path / "no case", "--out", out), "out: is not empty")
    refused(rnassess("assess", tmp_path / "no case", "--out", out / "file"), "is a file")


def test_a_case_file_without_end(tmp_path):
    (tmp_path / "case.toml").symlink_to("/dev/zero")
    refused(rnassess("assess", tmp_path / "case.toml", "--out", tmp_path / "out"), "case.toml")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path):
    path = tmp_path / "dose.dcm"
    path.write_bytes(b"x")
    path.chmod(0)
    refused(rnassess("dose", "--dose", path, "--structures", path), "may not be read")


def test_data_is_there():
    assert (DATA / "mr" / "ge_pd_dicom").is_dir()
