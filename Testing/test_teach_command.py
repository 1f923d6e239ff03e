"""``rnassess teach``: what it lists, refuses, and hands to the browser."""

import json

import numpy as np
import pytest
import SimpleITK as sitk

import RNAssessLib.web as web
from RNAssessLib.case import InputError
from RNAssessLib.cli import main
from RNAssessLib.commands.lessons import lesson_of_case
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.teaching.file import write_round
from RNAssessLib.panel.teaching.round import TeachingRound
from RNAssessLib.phantom.paper_cases import PAPER_CASES
from RNAssessLib.phantom.teaching_set import list_lessons


@pytest.fixture
def case(tmp_path):
    """Smallest case that can be read."""
    image = sitk.GetImageFromArray(np.ones((6, 8, 8), np.float32))
    sitk.WriteImage(image, str(tmp_path / "t1c.nii.gz"))
    text = 'id = "c1"\n[[timepoint]]\nid = "t0"\ndate = 2025-01-08\n[timepoint.sequences]\n'
    path = tmp_path / "case.toml"
    path.write_text(text + 'T1c = "t1c.nii.gz"\n', encoding="utf-8")
    return path


@pytest.fixture
def served(monkeypatch):
    calls = []
    monkeypatch.setattr(web, "serve_teaching", lambda lessons, **how: calls.append((lessons, how)))
    return calls


def test_sets_are_listed_with_their_cases(capsys):
    assert main(["teach"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("--lessons paper\n")
    for name in PAPER_CASES:
        assert f" {name}: " in out


def test_a_set_or_a_case_not_both(capsys, case):
    assert main(["teach", str(case), "--lessons", "paper"]) == 2
    with pytest.raises(SystemExit) as caught:
        main(["teach", "--lessons", "no-such"])
    assert caught.value.code == 2


def test_labels_of_a_set_give_nothing_away(tmp_path):
    lessons = list_lessons("paper", tmp_path)
    assert [lesson.label for lesson in lessons] == [f"Case {n}" for n in range(1, 26)]
    assert len({lesson.keep_in for lesson in lessons}) == len(PAPER_CASES)
    first = lessons[0]
    assert first.key.answers["L1", "cross_boundary"] is Status.PRESENT
    assert first.key.answers["L2", "cross_boundary"] is Status.ABSENT
    assert first.lesions == 2
    assert "cingulate" in first.sees
    assert list(tmp_path.iterdir()) == []


def test_what_the_command_hands_on(served, tmp_path, capsys):
    assert main(["teach", "--lessons", "paper", "--keep", str(tmp_path), "--host", "10.0.0.4",
                 "--port", "81", "--class", "--learners", "12", "--no-browser"]) == 0  # fmt: skip
    (lessons, how), = served  # fmt: skip
    assert len(lessons) == len(PAPER_CASES)
    assert how == {"port": 81, "host": "10.0.0.4", "for_class": True, "learners": 12,
                   "open_browser": False, "token": True}  # fmt: skip
    assert "answers are kept in" in capsys.readouterr().err


@pytest.mark.parametrize("command", [["teach"], ["view", "--teach"]])
def test_a_case_of_ones_own(served, case, command):
    assert main([*command, str(case), "--no-browser"]) == 0
    ((lesson,), how), = served  # fmt: skip
    assert lesson.keep_in == case.with_name("case.teaching.json")
    assert lesson.label == "Teaching case"  # not its id
    assert how["host"] == "127.0.0.1"
    assert how["for_class"] is False
    assert how["learners"] == 0


@pytest.mark.parametrize("others", [["--class"], ["--learners", "3"], ["--host", "0.0.0.0"]])
def test_others_need_a_token(served, case, others, capsys):
    assert main(["teach", str(case), "--no-token", *others]) == 2
    assert "needs its token" in capsys.readouterr().err
    assert served == []


def test_bad_input_is_one_line_and_nothing_is_served(served, tmp_path, capsys):
    assert main(["teach", str(tmp_path / "none.toml")]) == 3
    error = [line for line in capsys.readouterr().err.splitlines() if "rnassess:" in line]
    assert len(error) == 1
    assert served == []


def test_answers_to_another_case_are_refused_not_overwritten(served, case, capsys):
    kept = case.with_name("case.teaching.json")
    write_round(TeachingRound(case_id="someone else").answer("L1", "latency", Status.ABSENT), kept)
    before = kept.read_text(encoding="utf-8")
    assert main(["teach", str(case)]) == 3
    assert "someone else" in capsys.readouterr().err
    assert kept.read_text(encoding="utf-8") == before
    assert json.loads(before)["case"] == "someone else"
    assert served == []


def test_unknown_thresholds_and_cases_are_refused(case):
    from RNAssessLib.evidence import Thresholds

    lesson = lesson_of_case(case, case.with_name("k.json"), Thresholds(), lambda *_: None)
    assert lesson.title == "Case c1"
    with pytest.raises(InputError):
        lesson_of_case(case.with_name("no.toml"), case, Thresholds(), lambda *_: None)
    assert main(["teach", str(case), "--set", "no.such=1"]) == 3


@pytest.mark.parametrize("host", ["203.0.113.5", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_one_line(host, tmp_path, capsys):
    assert main(["teach", "--lessons", "paper", "--keep", str(tmp_path), "--host", host]) == 3
    error = [line for line in capsys.readouterr().err.splitlines() if "rnassess:" in line]
    assert len(error) == 1
    assert "cannot serve there" in error[0]
