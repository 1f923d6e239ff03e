"""The panel tests share one hand-made assessment."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def assessment():
    from made_assessment import make_assessment

    return make_assessment()
