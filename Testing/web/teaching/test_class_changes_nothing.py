"""Every method, trigger and variable of the server, tried from the class's address: nothing changes."""

import asyncio
import json
import re

import pytest
from browser import Page, Served
from line import connect

# Change with time alone, or are the pictures that a page asks for.
RESTLESS = {"idle", "drawn", "renders"}
# Arguments that mean something to some method, so that more than a wrong call is tried.
ARGUMENTS = (
    (), ("present",), ("cross_boundary",), ("accept", "Red"), (0,), (1, "x"), ("Red", 0.5, 0.5),
    ("server_exited",), ({"kind": "kps"},),
)  # fmt: skip


@pytest.fixture(scope="module")
def class_room(tmp_path_factory):
    keep = tmp_path_factory.mktemp("kept")
    server = Served("--visits", "2", "--teach", "2", "--class", "--list", "--keep", str(keep))
    server.view_token = re.search(r"token=(\S+)", server.process.stdout.readline()).group(1)
    server.keep = keep
    yield server
    server.stop()


async def observed(leader):
    """All that the leader's page shows."""
    state = (await leader.call("trame.state.get"))["state"]
    probe = await leader.call("trame.trigger", "probe", [], {})
    found = {k: v for k, v in probe.items() if k not in RESTLESS}
    return json.dumps([state, found], sort_keys=True, default=str)


async def settled(leader):
    for _ in range(200):
        probe = await leader.call("trame.trigger", "probe", [], {})
        if probe["idle"]:
            return
        await asyncio.sleep(0.1)
    raise AssertionError("never at rest")


async def try_everything(server):
    viewer_cookie = f"rnassess-token-{server.port}={server.view_token}"
    async with (
        connect(server.base, server.cookie) as leader,
        connect(server.base, viewer_cookie) as viewer,
    ):
        await leader.call("trame.trigger", "select_item", ["cross_boundary"], {})
        listed = await leader.call("trame.trigger", "list_registered", [], {})
        await settled(leader)
        before, kept = await observed(leader), files(server.keep)
        tried = 0
        for method in listed["methods"]:
            if method in ("trame.trigger", "trame.state.update"):
                continue
            for args in ARGUMENTS:
                await answer(viewer, method, *args)
                tried += 1
        for trigger in listed["triggers"]:
            for args in ARGUMENTS:
                await answer(viewer, "trame.trigger", trigger, list(args), {})
                tried += 1
        for key in listed["keys"]:
            for value in (None, True, "dose", 1):
                await answer(viewer, "trame.state.update", [{"key": key, "value": value}])
                tried += 1
        for number in ("system:c0:1", "system:"):  # a number as the system's own messages have it
            await answer(viewer, "trame.trigger", "teach_reveal_all", [], {}, number=number)
            await answer(viewer, "application.exit", number=number)
        await asyncio.sleep(1.5)
        await settled(leader)
        assert await observed(leader) == before
        assert files(server.keep) == kept
        # the leader's same calls do something: what was tried is real
        await leader.call("trame.trigger", "teach_answer", ["present"], {})
        assert await observed(leader) != before
    return tried, listed


async def answer(line, method, *args, number=""):
    try:
        return await line.call(method, *args, number=number)
    except RuntimeError as error:
        return error


def files(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_nothing_that_a_viewer_calls_changes_anything(class_room, tmp_path):
    page = Page(class_room.url, tmp_path / "leader")
    try:
        page.click('[data-lesson="0"]')
        page.wait_for_views()
        page.settle()
        tried, listed = asyncio.run(try_everything(class_room))
    finally:
        page.close()
    assert class_room.process.poll() is None
    assert {"trame.trigger", "trame.state.update", "trame.lifecycle.update", "application.exit",
            "trame.rca.event", "trame.rca.size"} <= set(listed["methods"])  # fmt: skip
    assert {"key", "teach_answer", "teach_reveal_all", "close_lesson", "brush", "prescribe",
            "take_over"} <= set(listed["triggers"])  # fmt: skip
    assert tried > 800


def test_a_viewer_gets_the_state_alone(class_room):
    async def ask():
        cookie = f"rnassess-token-{class_room.port}={class_room.view_token}"
        async with connect(class_room.base, cookie) as viewer:
            return (
                await viewer.call("trame.state.get"),
                await viewer.call("trame.trigger", "probe", [], {}),
                await viewer.call("trame.force.push", "tab"),
            )

    state, probe, pushed = asyncio.run(ask())
    assert "tab" in state["state"]
    assert probe is None
    assert pushed is None
