"""Two processes on one case: the second reads only, takes over knowingly, and undoes nothing."""

import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, replace

import pytest

from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.session.file import read_session, write_session
from RNAssessLib.panel.session.keeping import Keeping, NotKeptError, Standing, merge_sessions
from RNAssessLib.panel.session.lock import SCHEMA_ID, Holder, SessionLock, lock_path, read_holder
from RNAssessLib.panel.session.process_identity import start_of
from RNAssessLib.panel.session.session import ReaderSession

ITEMS = ("swi_foci", "shape_change", "perfusion")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "case.session.json"


@pytest.fixture
def other():
    """A process that runs."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield process
    process.kill()
    process.wait()


def hold(path, **changes):
    """Somebody else's lock."""
    own = Holder.of_this_process("3D Slicer")
    lock_path(path).write_text(json.dumps({"schema": SCHEMA_ID, **asdict(replace(own, **changes))}))


def accept(session, item):
    return session.accept("L1", item, Status.PRESENT)


def held(path):
    return [d.finding for d in read_session(path).decisions]


def test_the_first_writes_and_its_lock_names_no_user(path):
    keeping = Keeping(path, "the browser panel")
    session = keeping.open("c")
    keeping.write(accept(session, "swi_foci"))
    assert (keeping.standing, keeping.sentence) == (Standing.OWN, "")
    lock = json.loads(lock_path(path).read_text())
    assert lock["process"] == os.getpid()
    assert set(lock) == {"schema", "host", "process", "space", "started", "since", "program", "key"}
    if os.name == "posix":
        assert lock_path(path).stat().st_mode & 0o777 == 0o600
    keeping.close()
    assert not lock_path(path).exists()
    assert held(path) == ["swi_foci"]


def test_the_second_reads_only_and_the_first_notices_a_take_over(path):
    first, second = Keeping(path, "3D Slicer"), Keeping(path, "the browser panel")
    ours = first.open("c")
    theirs = second.open("c")
    assert second.standing is Standing.READ_ONLY
    assert "has been open in 3D Slicer (process" in second.sentence
    with pytest.raises(NotKeptError, match="Read-only"):
        second.write(accept(theirs, "perfusion"))
    first.write(accept(ours, "swi_foci"))
    assert second.has_changed()
    theirs = second.take_over("c")
    assert [d.finding for d in theirs.decisions] == ["swi_foci"]
    with pytest.raises(NotKeptError, match="took this case over"):
        first.write(accept(accept(ours, "swi_foci"), "shape_change"))
    assert first.standing is Standing.LOST
    second.write(accept(theirs, "perfusion"))
    first.close()  # lets nothing go that is not its own
    assert lock_path(path).exists()
    assert held(path) == ["swi_foci", "perfusion"]
    second.close()


def test_the_second_is_told_when_the_first_has_ended(path):
    first, second = Keeping(path, "3D Slicer"), Keeping(path, "the browser panel")
    first.open("c")
    second.open("c")
    first.close()
    assert second.look()
    assert "has ended" in second.sentence
    assert not second.look()
    with pytest.raises(NotKeptError):  # never without being asked
        second.write(ReaderSession(case_id="c"))
    second.take_over("c")
    second.write(accept(ReaderSession(case_id="c"), "swi_foci"))


def test_a_lock_left_behind_is_taken(path, other):
    started = start_of(other.pid)
    assert started
    hold(path, process=other.pid, started=started)
    assert Keeping(path, "x").open("c") is not None
    second = Keeping(path, "x")
    second.open("c")
    assert second.standing is Standing.READ_ONLY
    other.kill()
    other.wait()
    third = Keeping(path, "x")
    third.open("c")
    assert third.standing is Standing.OWN


def test_a_number_that_another_process_has_now_holds_nothing(path, other):
    hold(path, process=other.pid, started="an earlier one")
    keeping = Keeping(path, "x")
    keeping.open("c")
    assert keeping.standing is Standing.OWN


def test_another_machine_is_asked_about_never_taken_for_gone(path):
    hold(path, host="reading-room-2", process=2**22 + 1, started="1")
    keeping = Keeping(path, "x")
    keeping.open("c")
    assert keeping.standing is Standing.READ_ONLY
    assert "on reading-room-2" in keeping.sentence
    assert "cannot be seen from here" in keeping.sentence
    keeping.look()
    assert keeping.standing is Standing.READ_ONLY
    keeping.take_over("c")
    assert keeping.standing is Standing.OWN


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"schema": "x"}', '{"schema": "rnassess/lock/1"}', "\x00"]
)
def test_a_damaged_lock_holds_nothing(path, text):
    lock_path(path).write_text(text)
    keeping = Keeping(path, "x")
    keeping.open("c")
    assert keeping.standing is Standing.OWN
    assert read_holder(lock_path(path)).process == os.getpid()


def test_what_something_else_wrote_is_not_written_over(path):
    keeping = Keeping(path, "x")
    session = accept(keeping.open("c"), "swi_foci")
    keeping.write(session)
    elsewhere = accept(ReaderSession(case_id="c"), "perfusion")
    time.sleep(0.02)
    write_session(elsewhere, path)  # a copy put back, a folder synchronised
    with pytest.raises(NotKeptError, match=r"something else changed case\.session\.json"):
        keeping.write(accept(session, "shape_change"))
    assert held(path) == ["perfusion"]
    both = keeping.keep_both(session)
    assert [d.finding for d in both.decisions] == ["perfusion", "swi_foci"]
    keeping.write(both)
    assert held(path) == ["perfusion", "swi_foci"]


def test_the_same_bytes_written_again_are_no_change(path):
    keeping = Keeping(path, "x")
    session = accept(keeping.open("c"), "swi_foci")
    keeping.write(session)
    os.utime(path, (1, 1))
    keeping.write(accept(session, "perfusion"))
    assert held(path) == ["swi_foci", "perfusion"]


def test_a_union_loses_nothing_and_doubles_nothing():
    common = accept(ReaderSession(case_id="c"), ITEMS[0])
    theirs, ours = accept(common, ITEMS[1]), accept(common, ITEMS[2])
    union = merge_sessions(theirs, ours)
    assert [d.finding for d in union.decisions] == list(ITEMS)
    assert merge_sessions(union, ours) == union


def test_a_folder_that_cannot_be_written_still_opens(path, monkeypatch):
    def refuse(self):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(SessionLock, "take", refuse)
    keeping = Keeping(path, "x")
    keeping.open("c")
    assert keeping.standing is Standing.OWN


WRITER = """
import sys
from pathlib import Path
from RNAssessLib.panel.session.keeping import Keeping, NotKeptError
from RNAssessLib.findings.finding import Status
path, name, rounds = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
keeping = Keeping(path, name)
session = keeping.open("c")
written = 0
for number in range(rounds):
    if keeping.refusal():
        session = keeping.take_over("c")
    after = session.override("L1", "swi_foci", Status.ABSENT, f"{name} {number}")
    try:
        keeping.write(after)
    except NotKeptError:
        continue
    session, written = after, written + 1
    print(f"{name} {number}", flush=True)
"""


def test_processes_that_take_over_from_each_other_lose_nothing(path):
    """Three of them, all the time: every record that one was told to be written is in the file."""
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(path), name, "40"], stdout=subprocess.PIPE, text=True)
        for name in ("a", "b", "c")
    ]  # fmt: skip
    told = [
        line for process in running for line in process.communicate(timeout=120)[0].splitlines()
    ]
    assert all(process.returncode == 0 for process in running)
    reasons = [d.reason for d in read_session(path).decisions]
    assert len(told) > 40
    assert sorted(told) == sorted(reasons)


def test_two_processes_on_one_lesson_undo_nothing(tmp_path, other):
    from made_assessment import make_assessment

    from RNAssessLib.panel.teaching.desk import TeachingDesk
    from RNAssessLib.panel.teaching.file import Lesson, read_round

    keep = tmp_path / "case.teaching.json"
    made = make_assessment()
    lesson = Lesson("Case 1", "t", lambda progress: made, keep)
    first = TeachingDesk(made, lesson)
    items = [f.spec.id for f in made.lesions[0].findings]
    first.select(items[0])
    first.answer(Status.PRESENT)
    assert first.problem == ""
    hold(keep, process=other.pid, started=start_of(other.pid))  # it is another process's now
    first.select(items[1])
    first.answer(Status.ABSENT)
    assert "this lesson is open in 3D Slicer (process" in first.problem
    assert len(read_round(keep).answered) == 1
    other.kill()
    other.wait()
    first.answer(Status.ABSENT)
    assert "give this answer again" in first.problem
    first.answer(Status.ABSENT)
    assert first.problem == ""
    assert len(read_round(keep).answered) == 2
    second = TeachingDesk(made, lesson)  # opened again by the same process
    second.select(items[2])
    second.answer(Status.PRESENT)
    assert second.problem == ""
    second.close()
    assert not lock_path(keep).exists()
