"""Isodoses start as two; what the user had on last is kept in the user's own folder."""

import json

import pytest

from RNAssessLib.panel.dose.shown_levels import first_keys, level_key, own_doses, read_keys
from RNAssessLib.panel.session.preferences import Preferences, user_file
from RNAssessLib.panel.words.style import build_isodoses, default_isodoses, leading_isodoses


def test_two_at_first(assessment):
    assert first_keys(assessment) == ("100 %", "brain")
    assert len(leading_isodoses(assessment)) == 2 < len(default_isodoses(assessment))


def test_a_key_means_the_same_in_another_plan():
    for prescription in (20.0, 27.0):
        levels = build_isodoses([prescription, prescription / 2, 7.5], prescription, brain_gy=20.0)
        assert [level_key(v, prescription) for v in levels] == ["100 %", "50 %", "7.5 Gy"]


def test_what_is_kept_is_read_again(tmp_path):
    path = tmp_path / "of a user" / "preferences.json"
    Preferences(path).put("isodoses", ["100 %", "7.5 Gy"])
    Preferences(path).put("other", 1)
    assert read_keys(Preferences(path).get("isodoses")) == ("100 %", "7.5 Gy")
    assert json.loads(path.read_text(encoding="utf-8"))["other"] == 1


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"isodoses": 3}', '{"isodoses": [1]}'])
def test_a_damaged_file_is_as_none(tmp_path, text):
    path = tmp_path / "preferences.json"
    path.write_text(text, encoding="utf-8")
    assert read_keys(Preferences(path).get("isodoses")) is None
    Preferences(path).put("isodoses", ["50 %"])
    assert read_keys(Preferences(path).get("isodoses")) == ("50 %",)


def test_a_folder_that_cannot_be_written_stops_nothing(tmp_path):
    (tmp_path / "file").write_text("", encoding="utf-8")
    kept = Preferences(tmp_path / "file" / "preferences.json")
    kept.put("isodoses", ["100 %"])
    assert kept.get("isodoses") is None
    Preferences(None).put("isodoses", ["100 %"])


@pytest.mark.parametrize(("platform", "environment", "place"), [
    ("linux", {"HOME": "/home/r"}, "/home/r/.config/rnassess"),
    ("linux", {"HOME": "/home/r", "XDG_CONFIG_HOME": "/c"}, "/c/rnassess"),
    ("darwin", {"HOME": "/Users/r"}, "/Users/r/Library/Application Support/rnassess"),
    ("win32", {"APPDATA": "/a", "USERPROFILE": "/u"}, "/a/rnassess"),
])  # fmt: skip
def test_the_users_own_folder(platform, environment, place):
    assert user_file(environment, platform).parent.as_posix() == place


def test_tests_keep_nothing():
    assert user_file() is None


def test_own_doses_are_few_and_sensible():
    assert own_doses(["9 Gy", "nan Gy", "inf Gy", "0 Gy", "50 %"]) == (9.0,)
    assert len(own_doses([f"{n} Gy" for n in range(1, 99)])) == 12
