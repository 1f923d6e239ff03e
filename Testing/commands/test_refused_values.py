"""A value of the command line that cannot be: one line that names the flag or file, exit code 3."""

from datetime import date, timedelta

import pytest

from RNAssessLib.cli import main

from ..study.test_case_file import CASE, folder  # noqa: F401
from ..test_cli import plan_files

TOMORROW = date.today() + timedelta(days=2)


def lines_of(capsys):
    return [line for line in capsys.readouterr().err.splitlines() if "rnassess" in line]


def refused(capsys, args, *words):
    """Exit code 3, one line, nothing on standard output."""
    assert main([str(a) for a in args]) == 3, args
    out, err = capsys.readouterr()
    lines = [line for line in err.splitlines() if line and not line.startswith("[")]
    assert len(lines) == 1, err
    assert lines[0].startswith("rnassess: ")
    assert not out
    for word in words:
        assert word in lines[0], lines[0]


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        (["--prescription", "202420"], ["--prescription", "202420 Gy", "cannot be"]),
        (["--prescription", "2000"], ["--prescription", "2000 looks like cGy: 20 Gy?"]),
        (["--prescription", "GTV=1e400"], ["--prescription"]),
        (["--prescription", "GTV=nan"], ["nan Gy is not positive"]),
        (["--prescription", "GTV=abc"], ["--prescription", "is not"]),
        (["--prescription", "0"], ["not positive"]),
        (["--prescription", "-3"], ["not positive"]),
        (["--prescription", "NOBODY=20"], ["NOBODY"]),
        (["--fractions", "0"], ["fraction"]),
        (["--fractions", "-2"], ["fraction"]),
        (["--fractions", "61", "--prescription", "20"], ["--fractions", "61 cannot be"]),
        (["--isodose-line", "0"], ["--isodose-line: 0 is no"]),
        (["--isodose-line", "101"], ["--isodose-line: 101 is no"]),
        (["--isodose-line", "nan"], ["--isodose-line: nan is no"]),
        (["--ends", "GTV=round"], ["--ends", "'round' is none of"]),
        (["--target", "NOBODY"], ["NOBODY"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_numbers_of_dose(tmp_path, capsys, flags, words):
    dose, structures = plan_files(tmp_path)
    refused(capsys, ["dose", "--dose", dose, "--structures", structures, "--json", *flags], *words)


SETS = {
    "no.key=1": "no threshold",
    "bed.alpha_beta_tumor=10": "bed.alpha_beta_tumour",  # the nearest word is told
    "bed.alpha_beta_tumour=abc": "'abc' is not a number",
    "bed.alpha_beta_tumour=": "is not key=number",
    "bed.alpha_beta_tumour": "is not key=number",
    "bed.alpha_beta_tumour=0": "cannot be",
    "bed.alpha_beta_tumour=-10": "cannot be",
    "bed.alpha_beta_tumour=1e9": "cannot be",
    "bed.alpha_beta_tumour=nan": "is not a number",
    "bed.alpha_beta_tumour=1,250": "may be 1.25 or 1250",
    "swi_foci.multiple_count=2.5": "is not a whole number",
}
LONG = {  # the case is not there: the values of --set are looked at before anything is read
    "assess": ["assess", "gone", "--out", "out"],
    "export": ["export", "gone", "--out", "out"],
    "sort": ["sort", "gone"],
    "cohort": ["cohort", "gone", "--out", "out"],
    "view": ["view", "gone", "--no-browser"],
    "dose": ["dose", "--dose", "gone", "--structures", "gone"],
}


@pytest.mark.parametrize("value", SETS)
def test_thresholds(tmp_path, capsys, value):
    dose, structures = plan_files(tmp_path)
    refused(
        capsys,
        ["dose", "--dose", dose, "--structures", structures, "--set", value],
        "--set",
        SETS[value],
    )


@pytest.mark.parametrize("command", LONG)
def test_thresholds_are_looked_at_first(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    refused(capsys, [*LONG[command], "--set", "bed.alpha_beta_tumour=-10"], "--set", "cannot be")
    assert not list(tmp_path.iterdir())


def test_an_unusual_number_is_told_and_used(tmp_path, capsys):
    dose, structures = plan_files(tmp_path)
    flags = ["--prescription", "5", "--set", "bed.alpha_beta_tumour=40"]
    assert main(["dose", "--dose", dose, "--structures", structures, "--json", *flags]) == 0
    told = lines_of(capsys)
    assert len(told) == 2
    assert any("--set" in line and "is unusual" in line for line in told)
    assert any("--prescription" in line and "5 Gy is unusual" in line for line in told)


CHANGES = {
    "date = 2025-09-02": ("date = 2052-09-02", "cannot be the day of an event"),
    "prescription_gy = 20": ("prescription_gy = 2000", "2000 Gy, not plausible"),
    "fractions = 1": ("fractions = 0", "fractions is missing or not positive"),
    "date = 2025-01-10": ("date = 1025-01-10", "date"),
    "date = 2025-01-08": (f"date = {TOMORROW}", "cannot be the date of a study"),
    "dose_mg_per_kg = 5.0": ("dose_mg_per_kg = 500.0", "cannot be the dose of bevacizumab"),
}


@pytest.mark.parametrize("old", CHANGES)
def test_numbers_and_days_of_a_case_file(folder, capsys, old):  # noqa: F811
    new, reason = CHANGES[old]
    assert old in CASE
    (folder / "case.toml").write_text(CASE.replace(old, new, 1))
    refused(capsys, ["assess", folder / "case.toml", "--out", folder / "out"], "case.toml", reason)
    assert not (folder / "out").exists()


def test_the_scale_of_kps(folder, capsys):  # noqa: F811
    for value, reason in (("75", "not a multiple of 10"), ("700", "cannot be the KPS")):
        more = f'[[event]]\nkind = "kps"\ndate = 2025-09-03\nvalue = {value}\n'
        (folder / "case.toml").write_text(CASE + more)
        refused(capsys, ["assess", folder / "case.toml", "--out", folder / "out"], reason)


DATES = {
    "a.csv": ("study,2025-31-01\n", "is no date (YYYY-MM-DD)"),
    "b.csv": ("nowhere,2025-01-31\n", "is neither a UID nor a folder"),
    "c.csv": ("study\n", "a line is a name, a comma and a date"),
    "e.toml": ('"study" = \n', "cannot be read as dates"),
    "f.csv": ("study,2525-01-31\n", "cannot be the date"),
    "g.csv": ("study,1899-12-31\n", "cannot be the date"),
}


@pytest.mark.parametrize("name", DATES)
def test_files_of_dates(tmp_path, capsys, name):
    text, reason = DATES[name]
    study = tmp_path / "all" / "study"
    study.mkdir(parents=True)
    (tmp_path / name).write_text(text)
    refused(capsys, ["sort", tmp_path / "all", "--dates", tmp_path / name], name, reason)


@pytest.mark.parametrize(
    "args",
    [["phantom", "rn_across_falx", "--out", "p", "--seed", "-1"],
     ["phantom", "cohort", "--out", "p", "--n", "0"], ["phantom", "cohort", "--out", "p", "--n", "x"],
     ["demo", "--out", "p", "--no-browser", "--seed", "-1"], ["view", "gone", "--port", "-1"],
     ["view", "gone", "--port", "65536"], ["teach", "gone", "--port", "99999999999"],
     ["demo", "--out", "p", "--port", "1.5"], ["cohort", "gone", "--out", "p", "--jobs", "0"]],
    ids=" ".join,
)  # fmt: skip
def test_whole_numbers_that_there_are_not(tmp_path, monkeypatch, capsys, args):
    """They are bad usage (exit code 2), before anything is read or written."""
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(args)
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert not out
    assert f"{args[-2]}: {args[-1]!r} is not a whole number from" in err
    assert not list(tmp_path.iterdir())
