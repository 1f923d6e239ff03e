"""Shared by all tests: one digital patient, assessed once for all test processes."""

import os
import pickle
import time
from pathlib import Path

import pytest

LOCK_SECONDS = 600
# Tests neither read nor write what the user of this machine set; served pages inherit it.
os.environ["RNASSESS_PREFERENCES"] = ""


def pytest_xdist_make_scheduler(config, log):
    """A file's tests run in one process: what its fixtures make is not made in each of them.

    In the order of collection, which ends with the doctests: small files that leave no process idle.
    """
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


def make_once(path: Path, make):
    """Result of `make()`, computed by the first test process that asks and read by the others."""
    if path.exists():
        return pickle.loads(path.read_bytes())
    try:
        os.close(os.open(path.with_suffix(".lock"), os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        for _ in range(LOCK_SECONDS):
            if path.exists():
                return pickle.loads(path.read_bytes())
            time.sleep(1)
        raise TimeoutError(f"{path} was not made by the other test process") from None
    result = make()
    partial = path.with_suffix(".partial")
    partial.write_bytes(pickle.dumps(result))
    partial.rename(path)
    return result


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory):
    """Where assessed patients are kept; RNASSESS_TEST_CACHE keeps them between runs."""
    if os.environ.get("RNASSESS_TEST_CACHE"):
        return Path(os.environ["RNASSESS_TEST_CACHE"])
    base = tmp_path_factory.getbasetemp()
    return base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base


@pytest.fixture(scope="session")
def necrosis(shared_folder):
    """(digital patient, assessment) of `rn_across_falx` on coarser voxels."""

    def make():
        from RNAssessLib.assessment import assess
        from RNAssessLib.phantom import build_phantom

        patient = build_phantom("rn_across_falx", seed=3, coarseness=1.3)
        return patient, assess(patient.case)

    return make_once(shared_folder / "necrosis.pickle", make)


@pytest.fixture(scope="session")
def progression(shared_folder):
    """(digital patient, assessment) of `ttp_nodule` on coarser voxels."""

    def make():
        from RNAssessLib.assessment import assess
        from RNAssessLib.phantom import build_phantom

        patient = build_phantom("ttp_nodule", seed=5, coarseness=1.3)
        return patient, assess(patient.case)

    return make_once(shared_folder / "progression.pickle", make)
