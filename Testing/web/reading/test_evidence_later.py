"""Evidence is put into the browser's scene after the first pictures, unseen until it is asked for."""

import asyncio

import pytest
from assessments import LESION
from trame.app import get_server

from RNAssessLib.web.reading.room import ReadingRoom


@pytest.fixture
def room(assessment):
    room = ReadingRoom(get_server("evidence later", client_type="vue3"), assessment)
    room._fill_state()
    room.views.start(tuple(LESION), assessment.prepared.lesions[0].radius_mm)
    yield room
    room.close()


def shown(room):
    return {
        (item.lesion_id, item.finding_id)
        for item in room.nodes.evidence
        if item.point.GetDisplayNode().GetVisibility()
    }


def test_an_item_that_is_chosen_early_shows_its_evidence_at_once(room):
    first, *others = room.scene.missing()
    assert others
    assert first[0] == room.reading.lesion_id
    room.reading.select(first[1])
    assert shown(room) == {first}
    assert room.scene.missing() == tuple(others)


def test_the_rest_follows_the_first_pictures_and_draws_none(room, monkeypatch):
    async def follow():
        for linked in room.views.views:
            linked.frames.update_size("", {"w": 120, "h": 100})
        completing = asyncio.create_task(room._complete())
        drawn = 0
        while room.scene.missing():
            if not room.views.is_idle:
                assert not room.nodes.evidence, "pictures come first"
                drawn = room.views.renders()
            await asyncio.sleep(0.005)
        await completing
        assert drawn
        assert room.views.is_idle
        return drawn

    rested = asyncio.run(follow())
    assert shown(room) == set()
    assert room.views.renders() == rested
    assert room.probe()["idle"]


def test_without_a_page_nothing_is_drawn_and_closing_ends_it(room):
    async def wait():
        room._completing = asyncio.create_task(room._complete())
        await asyncio.sleep(0.2)
        assert room.scene.missing()
        assert not room.probe()["idle"]
        room.close()
        with pytest.raises(asyncio.CancelledError):
            await room._completing

    asyncio.run(wait())
