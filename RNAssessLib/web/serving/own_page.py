"""Only the page that this server gave out may talk to it: no foreign Host, no other site's page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

from aiohttp import web
from trame_server import Server

LOOPBACK_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})
FOREIGN = "RNAssess: this request comes from another page or names another machine: refused.\n"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def name_of(authority: str) -> str:
    """Return the host name of ``host:port``, lower case; empty for what is none.

    Examples
    --------
    >>> name_of("LocalHost:8080"), name_of("[::1]:80"), name_of("evil.example"), name_of("a b:x")
    ('localhost', '::1', 'evil.example', '')
    """
    try:
        parts = urlsplit(f"//{authority}")
        _ = parts.port  # raises for what is no number
    except ValueError:
        return ""
    return (parts.hostname or "") if " " not in authority else ""


def is_own(host: str, origin: str | None, *, loopback: bool) -> bool:
    """Whether a request was made by this server's own page.

    A name that an attacker's DNS points at this machine (rebinding) shows in ``Host``; a page of
    another site that opens the socket shows in ``Origin``.

    Parameters
    ----------
    host : str
        The request's ``Host``.
    origin : str or None
        Its ``Origin``; browsers send it with every socket.
    loopback : bool
        The server is bound to loopback: nothing but loopback's names is right.

    Examples
    --------
    >>> is_own("127.0.0.1:80", None, loopback=True), is_own("evil.example", None, loopback=True)
    (True, False)
    >>> is_own("127.0.0.1:80", "http://127.0.0.1:80", loopback=True)
    True
    >>> is_own("127.0.0.1:80", "http://evil.example", loopback=True)
    False
    >>> is_own("127.0.0.1:80", "http://127.0.0.1:81", loopback=True)  # another server's page
    False
    """
    if not name_of(host) or (loopback and name_of(host) not in LOOPBACK_NAMES):
        return False
    return origin is None or urlsplit(origin).netloc.lower() == host.lower()


def refuse_others(server: Server, *, loopback: bool) -> None:
    """Answer 403 to every request, pages and socket alike, that is not the own page's."""
    server.controller.on_server_bind.add(lambda bound: _protect(bound, loopback))


def _protect(bound: Any, loopback: bool) -> None:  # noqa: ANN401 - wslink's web server
    @web.middleware
    async def check(request: web.Request, handler: Handler) -> web.StreamResponse:
        origin = request.headers.get("Origin")
        if not is_own(request.headers.get("Host", ""), origin, loopback=loopback):
            return web.Response(status=403, text=FOREIGN)
        return await handler(request)

    bound.app.middlewares.append(check)
