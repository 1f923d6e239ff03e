"""Outside judges of DICOM files; a missing one fails the test. And copies to be spoilt."""

import shutil
import subprocess

MISSING = "is not installed: apt-get install dicom3tools dcmtk"


def verify(path):
    """No error of dciodvfy, and dcmdump reads the file to its end; returns the dump."""
    for tool in ("dciodvfy", "dcmdump"):
        assert shutil.which(tool), f"{tool} {MISSING}"
    told = subprocess.run(["dciodvfy", str(path)], capture_output=True, check=False)
    words = (told.stdout + told.stderr).decode("utf-8", "replace")
    errors = [line for line in words.splitlines() if line.startswith("Error")]
    assert not errors, f"{path.name}: {errors[:5]}"
    assert told.returncode == 0, words[-500:]
    dump = subprocess.run(["dcmdump", "+L", str(path)], capture_output=True, check=False)
    assert dump.returncode == 0, dump.stderr.decode("utf-8", "replace")
    assert b"E: " not in dump.stderr
    return dump.stdout.decode("utf-8", "replace")


def copy_series(study, target):
    """Copy the T1c and FLAIR series of a study: what exported objects refer to."""
    for role in ("T1c", "FLAIR"):
        for folder in study.glob(f"*/{role}"):
            shutil.copytree(folder, target / folder.relative_to(study))
