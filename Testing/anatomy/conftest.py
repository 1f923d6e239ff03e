import pytest


@pytest.fixture(scope="session")
def template():
    pytest.importorskip("nilearn", reason="the ICBM152 template travels in nilearn's wheel")
    from RNAssessLib.spatial.atlas import load_template

    return load_template()
