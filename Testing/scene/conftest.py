"""Tests of this folder share the hand-made ``assessments``."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def assessment():
    from assessments import make_assessment

    return make_assessment(3)


@pytest.fixture(scope="session")
def built(assessment):
    from RNAssessLib.scene import build_scene, new_scene

    scene = new_scene()
    return scene, build_scene(scene, assessment)
