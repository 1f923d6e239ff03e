"""Rows of a benchmark are kept over sessions only while the code they rest on stands."""

import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parent / "benchmarks"
sys.path.insert(0, str(BENCHMARKS))
import code_digest as module  # noqa: E402

PAIR = BENCHMARKS / "null_pairs" / "measure_pair.py"


@pytest.fixture
def digest(monkeypatch):
    """Digest of a tree in which some files read otherwise than they are."""

    def of(changed=None):
        module.code_digest.cache_clear()
        whole = Path.read_text

        def read(path, *args, **kwargs):
            text = whole(path, *args, **kwargs)
            return text + (changed or {}).get("/".join(path.parts[-2:]), "")

        monkeypatch.setattr(Path, "read_text", read)
        try:
            return module.code_digest(PAIR)
        finally:
            monkeypatch.setattr(Path, "read_text", whole)
            module.code_digest.cache_clear()

    return of


@pytest.mark.parametrize(
    "file", ["lesions/segmentation.py", "preparation/segment.py", "null_pairs/reacquire.py"]
)
def test_code_that_measures_counts(digest, file):
    assert digest({file: "\nextra = 1\n"}) != digest()


def test_a_page_a_comment_and_the_table_do_not(digest):
    before = digest()
    assert (
        digest({"dose/page.py": "\nextra = 1\n", "null_pairs/pair_table.py": "x = 1\n"}) == before
    )
    assert digest({"lesions/segmentation.py": "\n# a remark\n"}) == before
