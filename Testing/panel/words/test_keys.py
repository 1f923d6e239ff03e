"""One table of keys: nothing twice, nothing on the page that it does not hold."""

import re
from pathlib import Path

import pytest

from RNAssessLib.panel.words.keys import KEYS, find_key, keys_of

STATIC = Path(__file__).parents[3] / "RNAssessLib" / "web" / "static"
TEACHING_OWN = {"6", "7", "8", "9", "k", "r", "u", "y", "n"}


@pytest.mark.parametrize("mode", ["reading", "teaching"])
def test_a_key_means_one_thing(mode):
    pressed = [name for key in keys_of(mode) for name in key.keys]
    assert sorted(pressed) == sorted(set(pressed))


def test_keys_of_the_brush_are_those_that_the_page_takes_first():
    script = (STATIC / "correction.js").read_text(encoding="utf-8")
    table = script.split("const KEYS = {")[1].split("};")[0]
    taken = set(re.findall(r'"?([^\s",:{]+)"?: "\w+"', table))
    assert taken == {name for key in KEYS if key.mode == "correcting" for name in key.keys}


def test_every_action_has_a_key_and_words():
    assert len({key.action for key in KEYS}) == len(KEYS)
    assert all(key.keys and key.text and key.group for key in KEYS)


def test_groups_are_not_torn_apart():
    titles = [key.group for key in KEYS]
    changes = [t for at, t in enumerate(titles) if at == 0 or titles[at - 1] != t]
    assert len(changes) == len(set(changes))


def test_hints_of_the_templates_are_in_the_table():
    actions = {key.action for key in KEYS}
    for template in STATIC.glob("*.html"):
        text = template.read_text(encoding="utf-8")
        assert set(re.findall(r"hint\.(\w+)", text)) <= actions, template.name
        printed = set(re.findall(r"<kbd>([^<{]+)</kbd>", text))
        assert printed <= (TEACHING_OWN if template.name == "teach.html" else set()), template.name


def test_what_a_page_prints_by_itself_is_what_the_table_says():
    for action, key in (("reveal", "r"), ("mark_place", "k"), ("undo", "u"), ("redo", "y"),
                        ("next", "n"), ("answer_present", "6")):  # fmt: skip
        assert key in find_key(action).keys
