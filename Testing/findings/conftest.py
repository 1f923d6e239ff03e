"""Tests of this folder share the builder ``hand_made_cases``."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
