"""The command line as people type it: nothing, a typo, ^C, Tab, a pipe, too much or too little."""

import os
import signal
import subprocess
import sys
import time

import pytest

from RNAssessLib.case import CancelledError
from RNAssessLib.cli import build_parser, main
from RNAssessLib.commands import phantom
from RNAssessLib.commands.telling import TELLING

RUN = [sys.executable, "-m", "RNAssessLib.cli"]


def test_nothing_typed_is_answered_by_the_help(capsys):
    assert main([]) == 0
    out = capsys.readouterr().out
    assert "Research use only. Not a medical device." in " ".join(out.split())
    for command in ("demo", "assess", "view", "sort", "teach", "export", "dose", "phantom"):
        assert f"\n    {command} " in out


def test_help_of_every_command_says_what_it_does(capsys):
    for command in ("demo", "assess", "view", "sort", "teach", "export", "cohort", "dose"):
        with pytest.raises(SystemExit) as caught:
            main([command, "--help"])
        assert caught.value.code == 0
        text = capsys.readouterr().out
        described = text.split("\n\n")[1]
        assert described.strip().endswith((".", ")")), command
        assert "--set KEY=VALUE" in text, "one meaning for --set"


@pytest.mark.parametrize(("typed", "meant"), [
    (["asess", "x"], "assess"), (["exprot", "x"], "export"), (["dose", "--presciption", "20"], "--prescription"),
    (["view", "--sesion=f"], "--session"), (["teach", "--lessons", "papre"], "paper"),
])  # fmt: skip
def test_a_typo_gets_the_nearest_word_and_code_2(typed, meant, capsys):
    if typed[0] == "dose":
        typed += ["--dose", "d", "--structures", "s"]
    with pytest.raises(SystemExit) as caught:
        main(typed)
    assert caught.value.code == 2
    assert f"did you mean {meant}?" in capsys.readouterr().err


def test_a_mistyped_threshold_gets_the_nearest_key(tmp_path, capsys):
    assert main(["sort", str(tmp_path), "--set", "bed.alpha_beta_tumor=12"]) == 3
    assert "did you mean bed.alpha_beta_tumour?" in capsys.readouterr().err


def told(capsys, *options):
    def run(args):
        from RNAssessLib.commands.common import print_progress

        print_progress(0.5, "half way")
        print("result")
        return 0

    parser = build_parser()
    args = parser.parse_args(["phantom", "list", *options])
    TELLING.start(quiet=args.quiet, verbose=args.verbose)
    assert run(args) == 0
    TELLING.start(quiet=False, verbose=False)
    return capsys.readouterr()


def test_quiet_usual_and_verbose(capsys):
    assert told(capsys).err.strip() == "[ 50%] half way"
    quiet = told(capsys, "--quiet")
    assert (quiet.out, quiet.err) == ("result\n", "")
    versions, step = told(capsys, "-v").err.strip().splitlines()
    assert versions.startswith("rnassess ")
    assert "SimpleITK" in versions
    assert step.strip() == "0.0 s [ 50%] half way"


@pytest.mark.parametrize(("error", "line"), [
    (KeyboardInterrupt(), "rnassess: cancelled"), (CancelledError(), "rnassess: cancelled"),
    (ZeroDivisionError("by nothing"), "please report it: ZeroDivisionError: by nothing"),
])  # fmt: skip
def test_what_ends_a_command_is_one_line(error, line, monkeypatch, capsys):
    def fail(args):
        raise error

    monkeypatch.setattr(phantom, "command_phantom", fail)
    assert main(["phantom", "list"]) == 1
    err = capsys.readouterr().err
    assert line in err
    assert "Traceback" not in err
    if isinstance(error, ZeroDivisionError):
        assert main(["phantom", "list", "--verbose"]) == 1
        assert "Traceback" in capsys.readouterr().err


@pytest.mark.parametrize("after", [0.0, 0.1, 0.3, 0.6, 1.2])
def test_control_c_while_it_starts_is_no_traceback(after, tmp_path):
    """Counted from where the command line is in charge; before that it is Python's own."""
    script = ("import sys; from RNAssessLib import cli; run = cli._run; "
              "cli._run = lambda argv: (print('on', flush=True), run(argv))[1]; "
              "sys.exit(cli.main(sys.argv[1:]))")  # fmt: skip
    command = [sys.executable, "-c", script, "demo", "--no-browser", "--out", str(tmp_path / "out")]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"on\n"
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=120)
    assert b"Traceback" not in err
    assert process.returncode == 1


def test_a_reader_that_goes_away_is_no_fault():
    command = [*RUN, "phantom", "list"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        err = process.stderr.read()
    assert err == b""


def completions(line):
    """What Tab offers after `line`, asked as bash asks."""
    environment = {**os.environ, "_ARGCOMPLETE": "1", "COMP_LINE": line, "_ARGCOMPLETE_IFS": "\n",
                   "COMP_POINT": str(len(line)), "_ARGCOMPLETE_SUPPRESS_SPACE": "1"}  # fmt: skip
    read, write = os.pipe()
    script = f"exec 8>&{write}; exec {sys.executable} -m RNAssessLib.cli"
    subprocess.run(["bash", "-c", script], env=environment, pass_fds=[write], check=True)
    os.close(write)
    with os.fdopen(read) as answer:
        return answer.read().split()


def test_tab_completes_commands_options_and_thresholds():
    assert completions("rnassess as") == ["assess"]
    assert "--prescription" in completions("rnassess dose --pre")
    assert completions("rnassess assess x --set bed.alpha_beta_t") == ["bed.alpha_beta_tumour="]
    assert "rn_across_falx" in completions("rnassess phantom rn_")
