"""Nothing is lost: kills at any moment, full disks, read-only folders, damage, newer versions."""

import errno
import itertools
import json
import os
import random
import resource
import signal
import threading
import time
import tomllib
from dataclasses import replace

import pytest

from RNAssessLib import storage
from RNAssessLib.case import InputError
from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.file import open_session, read_session, write_session
from RNAssessLib.panel.session.saving import Saver
from RNAssessLib.panel.session.session import ReaderSession
from RNAssessLib.panel.teaching.file import open_round, read_round, write_round
from RNAssessLib.panel.teaching.round import TeachingRound
from RNAssessLib.storage import backup_of, read_kept, whole_folder, write_kept, write_whole

KILLS = 200
STATES = (Status.PRESENT, Status.ABSENT)


def in_child(work, *, killed_after=None):
    """Run `work(tell)` in a forked process; returns what it told before it ended or was killed."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        try:
            work(lambda number: os.write(writing, number.to_bytes(4, "big")))
            os._exit(0)
        except BaseException:
            os._exit(1)
    os.close(writing)
    if killed_after is not None:
        time.sleep(killed_after)
        os.kill(child, signal.SIGKILL)
    told = b""
    while chunk := os.read(reading, 65536):
        told += chunk
    os.close(reading)
    _pid, status = os.waitpid(child, 0)
    return [int.from_bytes(told[i : i + 4], "big") for i in range(0, len(told) // 4 * 4, 4)], status


def seconds_for(work, laps):
    """How long one lap of `work` takes on this disk: kills are to fall within it."""
    started, done = time.monotonic(), itertools.count(1)

    def tell(_number):
        if next(done) == laps:
            raise StopIteration

    with pytest.raises(StopIteration):
        work(tell)
    return (time.monotonic() - started) / laps


def answers(path, start):
    """Answer for ever as the panel does: record, save, and only then tell that it was saved."""

    def work(tell):
        session = start
        for number in itertools.count(len(start.records) + 1):
            session = session.override("L1", "swi_foci", STATES[number % 2], f"answer {number}")
            write_session(session, path)
            tell(number)

    return work


def test_a_session_survives_kills_at_random_moments(tmp_path):
    path, random_ = tmp_path / "case.session.json", random.Random(17)
    session, acknowledged, grew = ReaderSession(case_id="c"), 0, 0
    lap_s = seconds_for(answers(tmp_path / "timed.json", session), 8)
    for _ in range(KILLS):
        # not always from the start: a long session takes longer to write
        if len(session.records) > 150:
            session = ReaderSession(case_id="c")
            path.unlink()
            backup_of(path).unlink(missing_ok=True)
            acknowledged = 0
        told, status = in_child(
            answers(path, session), killed_after=random_.uniform(0.1, 2.5) * lap_s
        )
        assert os.WTERMSIG(status) == signal.SIGKILL
        lap_s *= 0.9 if len(told) > 2 else 1.3 if not told else 1.0  # how busy the machine is now
        acknowledged = told[-1] if told else acknowledged
        if acknowledged == 0 and not path.exists():
            continue
        session = open_session(path, "c", to_write=True)
        assert session.notice == "", "the file itself is whole, no backup was needed"
        assert len(session.records) >= acknowledged
        last = session.records[-1]
        assert last.reason == f"answer {len(session.records)}"
        if backup_of(path).exists():
            kept = ReaderSession.from_json(backup_of(path).read_text())
            assert kept.records == session.records[: len(kept.records)]
        grew += bool(told)
    assert grew > KILLS / 4, "most children lived long enough to save something"


def test_rounds_case_files_and_folders_survive_kills(tmp_path):
    round_file, case_file = tmp_path / "case.teaching.json", tmp_path / "case.toml"
    out, random_ = tmp_path / "out", random.Random(5)

    def work(tell):
        teaching = open_round(round_file, "c")
        for number in itertools.count(1):
            teaching = teaching.write_note("L1", "swi_foci", f"note {number}")
            write_round(teaching, round_file)
            write_kept(case_file, f'id = "c"\nnumber = {number}\n' + "# pad\n" * 500, tomllib.loads)
            with whole_folder(out) as stage:
                for name in "abc":
                    (stage / name).write_text(f"{number}" * 2000)
            tell(number)

    lap_s = seconds_for(work, 3)
    for _ in range(60):
        in_child(work, killed_after=random_.uniform(0.1, 1.5) * lap_s)
        if round_file.exists():
            assert open_round(round_file, "c").notice == ""
        if case_file.exists():
            assert tomllib.loads(case_file.read_text())["id"] == "c"
        if out.exists():
            held = {name: (out / name).read_text() for name in "abc"}
            torn = len(set(held.values())) > 1
            assert not torn or (out / storage.UNFINISHED).exists(), "two runs, and nothing says so"
            assert all(text and text == text[: len(text) // 2000] * 2000 for text in held.values())
    assert round_file.exists()
    assert case_file.exists()
    assert out.exists()


STEPS = ("fsync", "link", "replace")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_every_single_step_may_be_the_last(tmp_path, step, nth):
    """The process ends (as in a power cut) just before the n-th fsync, link or replace."""
    path = tmp_path / "case.session.json"
    first = ReaderSession(case_id="c").accept("L1", "swi_foci", Status.PRESENT)
    second = first.accept("L1", "open_ring", Status.ABSENT)
    write_session(first, path)
    write_session(second, path)

    def work(_tell):
        calls, real = itertools.count(1), getattr(os, step)

        def stop(*args):
            if next(calls) == nth:
                os._exit(9)
            return real(*args)

        setattr(os, step, stop)
        write_session(second.accept("L1", "shape_change", Status.PRESENT), path)

    in_child(work)
    left = open_session(path, "c", to_write=True)
    assert left.records[:2] == second.records
    assert left.notice == ""
    write_session(left.accept("L1", "rim_morphology", Status.ABSENT), path)  # and it goes on
    assert len(read_session(path).records) == len(left.records) + 1
    assert len(read_kept(backup_of(path), ReaderSession.from_json).value.records) >= 2


def failing(step, number, monkeypatch):
    """Make a step of writing fail like a disk does."""
    error = OSError(number, os.strerror(number))

    def fail(*_args):
        raise error

    monkeypatch.setattr(os, step, fail)


@pytest.mark.parametrize(
    ("number", "says"),
    [(errno.ENOSPC, "the disk is full"), (errno.EROFS, "the disk is read-only"),
     (errno.EACCES, "you may not write there"), (errno.EDQUOT, "your share of the disk is used up")],
)  # fmt: skip
@pytest.mark.parametrize("step", ["open", "fsync", "replace"])
def test_what_cannot_be_saved_waits_in_memory_and_is_said(
    tmp_path, monkeypatch, number, says, step
):
    path = tmp_path / "case.session.json"
    saver = Saver(path, write_session)
    one = ReaderSession(case_id="c").accept("L1", "swi_foci", Status.PRESENT)
    assert saver.save(one)
    two = one.accept("L1", "open_ring", Status.ABSENT)
    with monkeypatch.context() as patched:
        failing(step, number, patched)
        assert not saver.save(two)
        assert not saver.again()
    assert saver.unsaved.startswith(f"Not saved to case.session.json: {says}")
    assert read_session(path) == one
    assert [p.name for p in tmp_path.glob(".*")] == [], "no half-written file is left"
    assert saver.again()
    assert saver.unsaved == ""
    assert read_session(path) == two


def test_a_file_size_limit_of_the_system_is_a_full_disk(tmp_path):
    """Real writes that the kernel refuses, not a patched function."""
    path = tmp_path / "case.session.json"
    one = ReaderSession(case_id="c").accept("L1", "swi_foci", Status.PRESENT)
    write_session(one, path)

    def work(tell):
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        saver = Saver(path, write_session)
        saver.save(one.override("L1", "open_ring", Status.ABSENT, "long " * 4000))
        tell(int("takes no file that large" in saver.unsaved))
        tell(int(saver.again()))

    told, status = in_child(work)
    assert status == 0
    assert told == [1, 0]
    assert read_session(path) == one


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a tiny disk")
def test_a_disk_that_is_really_full(tmp_path):
    import subprocess

    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("no tmpfs can be mounted here")
    try:
        path = disk / "case.session.json"
        saver, session = Saver(path, write_session), ReaderSession(case_id="c")
        while saver.save(session):
            held = session
            session = session.override("L1", "open_ring", Status.ABSENT, "x" * 3000)
        assert "the disk is full" in saver.unsaved
        assert open_session(path, "c") == held
        with pytest.raises(InputError, match="the disk is full"), whole_folder(disk / "o") as stage:
            (stage / "report").write_bytes(b"x" * 200_000)
        assert not (disk / "o").exists()
    finally:
        subprocess.run(["umount", disk], check=True)


def test_a_read_only_folder_as_another_user_sees_it(tmp_path):
    path = tmp_path / "shared" / "case.session.json"
    path.parent.mkdir()
    one = ReaderSession(case_id="c").accept("L1", "swi_foci", Status.PRESENT)
    write_session(one, path)
    path.parent.chmod(0o555)
    tmp_path.chmod(0o755)

    def work(tell):
        if os.geteuid() == 0:
            for parent in tmp_path.parents:  # pytest's folders are root's alone
                if parent.name.startswith("pytest-"):
                    parent.chmod(0o755)
            os.setuid(65534)
        saver = Saver(path, write_session)
        saver.save(one.accept("L1", "open_ring", Status.ABSENT))
        tell(int("you may not write there" in saver.unsaved))

    told, _status = in_child(work)
    path.parent.chmod(0o755)
    assert told == [1]
    assert read_session(path) == one


# --- damage and newer versions --------------------------------------------------------------------

ONE = ReaderSession(case_id="c").accept("L1", "swi_foci", Status.PRESENT)
TWO = ONE.accept("L1", "open_ring", Status.ABSENT)
DAMAGES = {
    "empty": b"", "half": b'{"schema": "rnassess/session/1", "case": "c", "rec',
    "zeros": bytes(500), "other": b"[1, 2]", "not text": b"\xff\xfe\x00\xd8", "deep": b"[" * 100_000,
    "record": b'{"schema": "rnassess/session/1", "case": "c", "records": [{"type": "decision"}]}',
    "number": b'{"schema": "rnassess/session/1", "case": "c", "records": 3}',
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_file_is_set_aside_and_its_backup_taken_up(tmp_path, damage):
    path = tmp_path / "case.session.json"
    write_session(ONE, path)
    write_session(TWO, path)
    path.write_bytes(damage)
    read = open_session(path, "c")  # a command that only reads moves nothing
    assert read == ONE
    assert path.read_bytes() == damage
    taken = open_session(path, "c", to_write=True)
    assert taken == ONE
    assert "is damaged" in taken.notice
    assert "backup" in taken.notice
    (aside,) = tmp_path.glob("case.session.json.damaged-*")
    assert aside.name in taken.notice
    assert aside.read_bytes() == damage
    write_session(taken.accept("L1", "latency", Status.PRESENT), path)
    assert aside.read_bytes() == damage
    assert open_session(path, "c").notice == ""


def test_damage_between_two_saves_is_set_aside_as_well(tmp_path):
    path = tmp_path / "case.session.json"
    write_session(ONE, path)
    write_session(TWO, path)
    path.write_bytes(b"{")
    write_session(TWO, path)
    assert read_session(path) == TWO
    assert read_session(backup_of(path)) == ONE, "a backup is replaced by a good file alone"
    (aside,) = tmp_path.glob("*.damaged-*")
    assert aside.read_bytes() == b"{"


def test_damage_without_a_backup_names_the_file_and_loses_nothing(tmp_path):
    path = tmp_path / "case.session.json"
    path.write_bytes(b"{")
    with pytest.raises(InputError, match=r"case\.session\.json: is damaged .* no good backup"):
        open_session(path, "c")
    assert path.read_bytes() == b"{"
    with pytest.raises(InputError, match=r"set aside as case\.session\.json\.damaged-"):
        open_session(path, "c", to_write=True)
    (aside,) = tmp_path.glob("*.damaged-*")
    assert aside.read_bytes() == b"{"
    assert open_session(path, "c", to_write=True).records == ()


def test_a_file_that_is_gone_comes_back_from_its_backup(tmp_path):
    path = tmp_path / "case.session.json"
    write_session(ONE, path)
    write_session(TWO, path)
    path.unlink()
    assert open_session(path, "c") == ONE
    assert "is gone" in open_session(path, "c").notice


@pytest.mark.parametrize(
    "text",
    ['{"schema": "rnassess/session/2", "case": "c", "anything": []}',
     '{"schema": "rnassess/session/1", "case": "c", "records": [{"type": "gesture"}]}'],
)  # fmt: skip
def test_a_newer_file_is_refused_and_left_alone(tmp_path, text):
    path = tmp_path / "case.session.json"
    write_session(ONE, path)
    write_session(TWO, path)
    path.write_text(text)
    with pytest.raises(InputError, match="newer RNAssess"):
        open_session(path, "c", to_write=True)
    saver = Saver(path, write_session)
    assert not saver.save(TWO)
    assert "newer RNAssess" in saver.unsaved
    assert path.read_text() == text


def test_a_newer_teaching_round_is_refused(tmp_path):
    path = tmp_path / "case.teaching.json"
    path.write_text(json.dumps({"schema": "rnassess/teaching/9", "case": "c"}))
    with pytest.raises(InputError, match="newer RNAssess"):
        open_round(path, "c", to_write=True)


def test_a_damaged_round_is_set_aside(tmp_path):
    path = tmp_path / "case.teaching.json"
    one = TeachingRound(case_id="c").answer("L1", "swi_foci", Status.PRESENT)
    write_round(one, path)
    write_round(one.answer("L1", "open_ring", Status.ABSENT), path)
    path.write_text('{"schema": "rnassess/teaching/1", "case": "c", "rounds": 3}')
    taken = open_round(path, "c", to_write=True)
    assert taken == one
    assert "backup" in taken.notice
    assert replace(taken).answer("L1", "latency", Status.ABSENT).notice == ""
    write_round(taken, path)
    assert read_round(path) == one


# --- odd places -----------------------------------------------------------------------------------


def test_a_linked_session_stays_a_link(tmp_path):
    real, link = tmp_path / "real.json", tmp_path / "case.session.json"
    write_session(ONE, real)
    link.symlink_to(real)
    write_session(TWO, link)
    assert link.is_symlink()
    assert read_session(real) == TWO


def test_a_pipe_or_a_folder_is_never_opened(tmp_path):
    pipe, folder = tmp_path / "pipe", tmp_path / "folder"
    os.mkfifo(pipe)
    folder.mkdir()
    for place in (pipe, folder):
        thread = threading.Thread(target=_refuse, args=(place,), daemon=True)
        thread.start()
        thread.join(10)
        assert not thread.is_alive()
        _refuse(place)


def _refuse(place):
    with pytest.raises(InputError, match="is no regular file"):
        open_session(place, "c")
    with pytest.raises(OSError, match="is no regular file"):
        write_session(ONE, place)


def test_rights_of_a_file_stay_and_a_protected_one_is_not_replaced(tmp_path):
    path = tmp_path / "x.json"
    write_whole(path, "1")
    path.chmod(0o640)
    write_whole(path, "2")
    assert path.stat().st_mode & 0o777 == 0o640
    assert path.read_text() == "2"


def test_a_disk_without_second_names_gets_a_copy(tmp_path, monkeypatch):
    path = tmp_path / "case.session.json"
    write_session(ONE, path)
    failing("link", errno.EPERM, monkeypatch)
    write_session(TWO, path)
    assert read_session(backup_of(path)) == ONE


def test_leftovers_of_killed_runs_go_after_a_day(tmp_path):
    old, new = tmp_path / ".rnassess-old", tmp_path / ".rnassess-1-ab.part"
    old.mkdir()
    (old / "report.html").write_text("half")
    new.write_text("half")
    day_before_yesterday = time.time() - 2 * 86400
    os.utime(old, (day_before_yesterday, day_before_yesterday))
    with whole_folder(tmp_path / "out") as stage:
        (stage / "a").write_text("a")
    assert not old.exists()
    assert new.exists()


def test_a_new_folder_is_its_owners_alone_and_an_empty_one_keeps_its_rights(tmp_path):
    with whole_folder(tmp_path / "new") as stage:
        (stage / "a").write_text("a")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    given = tmp_path / "given"
    given.mkdir(mode=0o750)
    given.chmod(0o750)
    with whole_folder(given) as stage:
        (stage / "a").write_text("a")
    assert given.stat().st_mode & 0o777 == 0o750


def test_a_failed_run_leaves_the_results_of_the_one_before(tmp_path):
    out = tmp_path / "out"
    with whole_folder(out) as stage:
        (stage / "a").write_text("first")
    with pytest.raises(InputError, match="the disk is full"), whole_folder(out) as stage:
        (stage / "a").write_text("second")
        raise OSError(errno.ENOSPC, "No space left on device")
    assert (out / "a").read_text() == "first"
    assert [p.name for p in out.iterdir()] == ["a"]
