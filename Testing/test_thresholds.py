"""No threshold that nothing reads: changing it would seem to do something."""

import re
from pathlib import Path

from RNAssessLib.evidence import all_criteria

SOURCE = Path(__file__).parent.parent / "RNAssessLib"
STRING = re.compile(r'f?"([\w.{}\[\]\'"]+?)"')
WORD = re.compile(r'"(\w+)"')
FEWEST_LETTERS = 3  # of a pattern's own, or it would fit every key


def read_keys() -> list[re.Pattern]:
    """Keys as the code writes them; what braces leave open may be any word the code quotes."""
    texts, words = [], set()
    for path in SOURCE.rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        group = re.search(r'^GROUP = "(\w+)"', code, re.MULTILINE)
        words.update(WORD.findall(code))
        for text in STRING.findall(code):
            texts.append(text.replace("{GROUP}", group[1]) if group else text)
    patterns = []
    for text in texts:
        parts = re.split(r"\{.*?\}", text)
        if "." not in text or sum(c.isalnum() for c in "".join(parts)) < FEWEST_LETTERS:
            continue
        if text.endswith(".{name}"):
            patterns += [re.compile(re.escape(parts[0] + word)) for word in sorted(words)]
        else:
            patterns.append(re.compile(r"[\w.]+".join(re.escape(p) for p in parts)))
    return patterns


def test_every_threshold_is_read_somewhere():
    patterns = read_keys()
    unread = [c.key for c in all_criteria() if not any(p.fullmatch(c.key) for p in patterns)]
    assert unread == []
