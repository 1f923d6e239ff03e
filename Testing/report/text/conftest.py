"""Three assessed digital patients: necrosis, progression, and one that the images leave open."""

import pytest

from ...conftest import make_once

CASES = {
    "necrosis": ("rn_across_falx", 3),
    "progression": ("ttp_nodule", 5),
    "open": ("la25_fig2_small", 1),
}


@pytest.fixture(scope="session")
def told(shared_folder):
    """Assessment by name; prepared from the script, so that no registration is waited for."""

    def make(name):
        from RNAssessLib.assessment import assess_prepared
        from RNAssessLib.phantom.prepared import build_prepared

        phantom, seed = CASES[name]
        return make_once(
            shared_folder / f"told-{name}.pickle",
            lambda: assess_prepared(build_prepared(phantom, seed, coarseness=1.3).prepared),
        )

    return {name: make(name) for name in CASES}
