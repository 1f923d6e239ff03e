"""Who may connect: whoever has the token; a class only looks, a learner answers on an own sheet."""

from __future__ import annotations

import hmac
import ipaddress
import secrets
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from typing import Any

from aiohttp import web
from trame_server import Server

TOKEN_BYTES = 24
COOKIE, ROLE_COOKIE = "rnassess-token", "rnassess-role"
REFUSED = (
    "RNAssess: this address needs its token. Open it as it was printed when the server started.\n"
)
# The answer to a token. The page goes on by itself and leaves no entry in the browser's history; a
# redirect would be taken for one from the page that named the address: no strict cookie is sent.
EXCHANGED = """<!doctype html><html lang="en"><title>RNAssess</title>
<link rel="icon" type="image/svg+xml" href="/__rnassess/icon.svg">
<meta http-equiv="refresh" content="0; url=/index.html">
<p>RNAssess: <a href="/index.html">go on to the page</a>.</p></html>
"""
# What a page of the class may ask for: the state and the pictures as they are.
SIZE, RESET = "trame.rca.size", "trame.rca.reset"
LOOKING = frozenset({"trame.state.get", RESET})
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Role(Enum):
    """Who a connection belongs to; the value is the word of the page."""

    LEADER = "leader"
    VIEWER = "viewer"
    LEARNER = "learner"


LEARNER = "rnassess_learner"  # of a request: the learner's number
ROLE = "rnassess_role"  # of a request
# Of the connection whose request is being handled.
_role: ContextVar[Role] = ContextVar("rnassess_role", default=Role.LEADER)


@dataclass(frozen=True)
class Access:
    """One token to lead, one to look on, and one for every learner's own sheet.

    Attributes
    ----------
    leader_token, viewer_token : str
    on_exchange : callable, optional
        Called when the leader's page came with its token.
    learner_tokens : tuple of str
        Of learner 1, 2 …: each looks on, too, and opens that learner's sheet alone.

    Examples
    --------
    >>> access = Access("a" * 32, "b" * 32)
    >>> access.role_of("b" * 32).value, access.role_of("c" * 32), access.role_of("")
    ('viewer', None, None)
    """

    leader_token: str
    viewer_token: str
    on_exchange: Callable[[], None] | None = None
    learner_tokens: tuple[str, ...] = ()

    @classmethod
    def generate(cls, learners: int = 0) -> Access:
        """Make new tokens."""
        own = tuple(secrets.token_urlsafe(TOKEN_BYTES) for _ in range(learners))
        return cls(
            secrets.token_urlsafe(TOKEN_BYTES), secrets.token_urlsafe(TOKEN_BYTES),
            learner_tokens=own,
        )  # fmt: skip

    def role_of(self, token: str) -> Role | None:
        """Return the role that a token gives, None for a wrong one."""
        given = token.encode()
        found = Role.LEARNER if self.learner_of(token) else None
        for role, own in ((Role.LEADER, self.leader_token), (Role.VIEWER, self.viewer_token)):
            if hmac.compare_digest(given, own.encode()):
                found = role
        return found

    def learner_of(self, token: str) -> int:
        """Return the number of the learner whose token it is, 0 for nobody's.

        Examples
        --------
        >>> access = Access("a" * 32, "b" * 32, learner_tokens=("c" * 32, "d" * 32))
        >>> access.learner_of("d" * 32), access.learner_of("b" * 32), access.learner_of("")
        (2, 0, 0)
        """
        given, found = token.encode(), 0
        for number, own in enumerate(self.learner_tokens, start=1):
            if hmac.compare_digest(given, own.encode()):
                found = number
        return found


def needs_token(host: str) -> bool:
    """Whether others than this machine can connect to an address.

    Examples
    --------
    >>> needs_token("127.0.0.1"), needs_token("localhost"), needs_token("::1")
    (False, False, False)
    >>> needs_token("0.0.0.0"), needs_token("192.168.1.5"), needs_token("lab-pc"), needs_token("")
    (True, True, True, True)
    """
    if host == "localhost":
        return False
    try:
        return not ipaddress.ip_address(host).is_loopback
    except ValueError:
        return True


def guard(server: Server, access: Access) -> None:
    """Refuse requests without a token, and let viewers change nothing.

    The token comes once in the address, is kept in a cookie that scripts cannot read, and is asked
    for with every request, that of the page's connection included.
    """
    server.controller.on_server_bind.add(lambda bound: _protect(bound, access))


def _protect(bound: Any, access: Access) -> None:  # noqa: ANN401 - wslink's web server
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        cookie = f"{COOKIE}-{bound.get_port()}"
        if "token" in request.query:
            role = access.role_of(request.query["token"])
            if role is None:
                return web.Response(status=403, text=REFUSED)
            answer = web.Response(text=EXCHANGED, content_type="text/html")
            answer.set_cookie(cookie, request.query["token"], httponly=True, samesite="Strict")
            # for the page, which says so; the server goes by the token
            answer.set_cookie(f"{ROLE_COOKIE}-{bound.get_port()}", role.value, samesite="Strict")
            if role is Role.LEADER and access.on_exchange is not None:
                access.on_exchange()
            return answer
        token = request.cookies.get(cookie, "")
        role = access.role_of(token)
        if role is None:
            return web.Response(status=403, text=REFUSED)
        request[ROLE], request[LEARNER] = role, access.learner_of(token)
        _role.set(role)
        return await handler(request)

    bound.app.middlewares.append(check)
    for handler in bound._ws_handlers:
        handler.onCompleteMessage = _only_looking(handler, handler.onCompleteMessage)


def _only_looking(
    handler: Any,  # noqa: ANN401 - wslink's connection
    pass_on: Callable[[dict[str, Any], str], Awaitable[None]],
) -> Callable[[dict[str, Any], str], Awaitable[None]]:
    """Drop what a viewer must not do; its page gets an empty answer."""

    async def receive(message: dict[str, Any], client_id: str) -> None:
        method, number = message.get("method", ""), str(message.get("id", ""))
        allowed = method in LOOKING or number.startswith("system:")
        if method == SIZE and _role.get() is not Role.LEADER:
            # the picture as it is, in the leader's size
            message = message | {"method": RESET, "args": message.get("args", [])[:1]}
            allowed = True
        if _role.get() is Role.LEADER or allowed:
            await pass_on(message, client_id)
        elif handler.isClientAuthenticated(client_id):
            await handler.sendWrappedMessage(number, None, method=method, client_id=client_id)

    return receive
