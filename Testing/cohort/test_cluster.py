"""A Dask cluster gives the same table as one core, also when a worker dies; nobody there is said."""

import pytest

from RNAssessLib.cli import main
from RNAssessLib.cohort import workers
from RNAssessLib.cohort.run import assess_cohort

from .dying import die_always, die_once
from .small_cases import hide_atlas, kill_one, write_small_case

distributed = pytest.importorskip("distributed")


@pytest.fixture
def cluster():
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as own:
        yield own


def tasks_in(tmp_path, count):
    return [workers.CaseTask(n, tmp_path / f"mark{n}", {}) for n in range(count)]


def test_a_case_whose_worker_died_is_done_by_another(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "run_task", die_once)
    found = list(workers.run_dask(tasks_in(tmp_path, 2), cluster.scheduler_address))
    assert sorted(r.number for r in found) == [0, 1] and all(r.rows for r in found)


def test_a_case_that_kills_every_worker_is_left_out_by_name(cluster, tmp_path, monkeypatch):
    monkeypatch.setattr(workers, "run_task", die_always)
    [task, *_] = tasks_in(tmp_path, 1)
    [found] = workers.run_dask([task], cluster.scheduler_address)
    assert not found.rows and "mark0" in found.reason and "died" in found.reason


def test_image_cases_on_a_cluster_are_the_same_bytes_although_a_worker_is_killed(
    tmp_path, monkeypatch
):
    monkeypatch.setenv("PYTHONPATH", "")
    monkeypatch.syspath_prepend(str(tmp_path))  # put back what hide_atlas changes
    hide_atlas(tmp_path / "no-atlas")
    paths = [write_small_case(tmp_path / f"case{n}", seed=n) for n in range(3)]
    alone = assess_cohort(paths, tmp_path / "alone")
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as own:
        shared = assess_cohort(paths, tmp_path / "shared", progress=kill_one(own, after=1),
                               scheduler=own.scheduler_address)  # fmt: skip
    assert alone.cases == shared.cases == 3 and not shared.left_out
    assert shared.table.read_bytes() == alone.table.read_bytes()
    processes = assess_cohort(paths, tmp_path / "jobs", jobs=2)
    assert processes.table.read_bytes() == alone.table.read_bytes()


def test_no_scheduler_is_one_line(tmp_path, capsys):
    (tmp_path / "a.toml").write_text('id = "a"\n')
    command = ["cohort", str(tmp_path / "a.toml"), "--out", str(tmp_path / "o")]
    assert main([*command, "--scheduler", "nonsense://nowhere"]) == 3
    told = capsys.readouterr().err
    assert "no Dask scheduler answers" in told
