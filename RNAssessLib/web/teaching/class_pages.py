"""What a class is served beside the page that it looks at: own sheets, and the teacher's list.

None of it goes through the page's shared variables: those are the same for everybody.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from aiohttp import web
from trame_server import Server

from RNAssessLib.findings.finding import Status
from RNAssessLib.panel.teaching.class_view import (
    build_class,
    build_sheet,
    sheets_as_csv,
    sheets_as_json,
)
from RNAssessLib.panel.teaching.classroom import Classroom

from ..serving.access import LEARNER, ROLE, Access, Role

PAGE = Path(__file__).parents[1] / "static" / "class.html"
NOT_YOURS = "RNAssess: this belongs to somebody else of the class.\n"
UNREADABLE = "this answer cannot be read"
BYTE_ORDER_MARK = "\ufeff"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def open_class(server: Server, room: Classroom, access: Access) -> None:
    """Serve every learner's sheet to that learner and the list of all to the teacher."""
    pages = ClassPages(room, access)
    server.controller.on_server_bind.add(pages.bind)


class ClassPages:
    """Requests of a class.

    Parameters
    ----------
    room : Classroom
    access : Access
        Its learners' tokens are told to the teacher's page, nobody else's.
    """

    def __init__(self, room: Classroom, access: Access) -> None:
        self._room, self._access = room, access

    def bind(self, bound: Any) -> None:  # noqa: ANN401 - wslink's web server
        """Add the routes; every one of them asks who asks."""
        router = bound.app.router
        for path, role, handler in (
            ("/class", Role.LEADER, self.page),
            ("/class/standing", Role.LEADER, self.standing),
            ("/class/addresses", Role.LEADER, self.addresses),
            ("/class/sheets.csv", Role.LEADER, self.as_csv),
            ("/class/sheets.json", Role.LEADER, self.as_json),
            ("/sheet/state", Role.LEARNER, self.sheet),
        ):
            router.add_get(path, _only(role, handler))
        router.add_post("/sheet/answer", _only(Role.LEARNER, self.answer))

    # --- the teacher ------------------------------------------------------------------------------

    async def page(self, _: web.Request) -> web.Response:
        """Give the teacher's page."""
        return web.Response(text=PAGE.read_text(encoding="utf-8"), content_type="text/html")

    async def standing(self, _: web.Request) -> web.Response:
        """Say what everybody has answered."""
        return web.json_response(asdict(build_class(self._room)))

    async def addresses(self, _: web.Request) -> web.Response:
        """Name every learner's address without the host, which the page knows."""
        return web.json_response([f"/?token={t}" for t in self._access.learner_tokens])

    async def as_csv(self, _: web.Request) -> web.Response:
        """Give all sheets as CSV that a spreadsheet takes for UTF-8."""
        text = BYTE_ORDER_MARK + sheets_as_csv(self._room)
        return _file(text, "text/csv", "rnassess-class.csv")

    async def as_json(self, _: web.Request) -> web.Response:
        """Give all sheets as JSON."""
        return _file(sheets_as_json(self._room), "application/json", "rnassess-class.json")

    # --- a learner --------------------------------------------------------------------------------

    async def sheet(self, request: web.Request) -> web.Response:
        """Give a learner's own sheet; nothing (204) when it is as the page knows it."""
        number = request[LEARNER]
        self._room.see(number)
        if request.query.get("stamp", "") == str(self._room.learner(number).stamp):
            return web.Response(status=204)
        return web.json_response(asdict(build_sheet(self._room, number)))

    async def answer(self, request: web.Request) -> web.Response:
        """Hold a learner's answer and give the sheet back, or say why it is not held (409)."""
        number = request[LEARNER]
        self._room.see(number)
        try:
            given = await request.json()
            status = Status(given["status"]) if given.get("status") else None
            lesion, finding, note = str(given["lesion"]), str(given["finding"]), given.get("note")
        except (ValueError, KeyError, TypeError, AttributeError):
            return web.json_response({"problem": UNREADABLE}, status=400)
        text = None if note is None else str(note)
        problem = self._room.answer(number, lesion, finding, status, text)
        sheet = asdict(build_sheet(self._room, number))
        return web.json_response(sheet | {"problem": problem}, status=409 if problem else 200)


def _only(role: Role, handler: Handler) -> Handler:
    """Refuse whoever has another role."""

    async def check(request: web.Request) -> web.StreamResponse:
        if request.get(ROLE) is not role:
            return web.Response(status=403, text=NOT_YOURS)
        return await handler(request)

    return check


def _file(text: str, kind: str, name: str) -> web.Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return web.Response(text=text, content_type=kind, charset="utf-8", headers=headers)
