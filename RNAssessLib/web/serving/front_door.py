"""The page as it is given out: our own scripts alone, and headers that keep it to itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from aiohttp import web
from trame_client.module.vue3 import www
from trame_server import Server

ALIVE = "RNAssess\n"
SCRIPT = '<script src="__rnassess/connection.js"></script>'
ICON = Path(__file__).parents[1] / "static" / "icon.svg"  # the same as Resources/RNAssess.svg
ICON_LINK = '<link rel="icon" type="image/svg+xml" href="__rnassess/icon.svg">'
TRAMES_ICON = re.compile(r'<link rel="icon"[^>]*>')
INLINE = re.compile(r"<script>.*?</script>", re.DOTALL)
FIXED_ZOOM = re.compile(r",maximum-scale=1,minimum-scale=1")

# What the page may load and run. Scripts are files of this server; none is written into the page.
# 'unsafe-eval': trame sends its templates as text, and Vue compiles them in the browser with
# ``new Function``; nothing that comes out of a case is ever part of a template (Testing/web).
# 'unsafe-inline' for styles alone: Vue's and Plotly's style attributes and sheets.
POLICY = (
    "default-src 'none'",
    "script-src 'self' 'unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self' data:",
    "connect-src 'self' {socket}",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "object-src 'none'",
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def policy_for(host: str) -> str:
    """Return the Content-Security-Policy of a page that was asked for as `host`.

    Parameters
    ----------
    host : str
        ``name:port``, already known to be this server's own (`own_page`).

    Examples
    --------
    >>> [part for part in policy_for("127.0.0.1:80").split("; ") if part.startswith("script")]
    ["script-src 'self' 'unsafe-eval'"]
    """
    return "; ".join(POLICY).format(socket=f"ws://{host}" if host else "")


def page_text() -> str:
    """Return trame's page with its inline script in a file, ours, which also watches the line."""
    text = Path(www).joinpath("index.html").read_text(encoding="utf-8")
    made = INLINE.sub("", text).replace("<head>", f"<head>\n    {SCRIPT}", 1)
    made = TRAMES_ICON.sub(ICON_LINK, made)
    made = re.sub(r"<title>.*?</title>", "<title>RNAssess</title>", made)
    return FIXED_ZOOM.sub("", made)


def open_door(server: Server) -> None:
    """Give out our page, say that the server is there, and send the headers with everything."""
    server.controller.on_server_bind.add(_open)


def _open(bound: Any) -> None:  # noqa: ANN401 - wslink's web server
    text, icon = page_text(), ICON.read_bytes()

    async def give_page(_: web.Request) -> web.Response:
        return web.Response(text=text, content_type="text/html")

    async def say_alive(_: web.Request) -> web.Response:
        return web.Response(text=ALIVE)

    async def give_icon(_: web.Request) -> web.Response:
        return web.Response(body=icon, content_type="image/svg+xml")

    async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        policy = policy_for(request.headers.get("Host", ""))
        response.headers.setdefault("Content-Security-Policy", policy)
        # Pages are never kept (nor frozen for Back and Forward); files are asked for again.
        is_file = request.path.startswith(("/assets", "/__")) or request.path.endswith(".js")
        response.headers.setdefault("Cache-Control", "no-cache" if is_file else "no-store")

    bound.app.router.add_get("/index.html", give_page)
    bound.app.router.add_get("/alive", say_alive)
    # browsers ask for it beside every answer that names no icon (plain text, an opened file)
    bound.app.router.add_get("/favicon.ico", give_icon)
    bound.app.on_response_prepare.append(add_headers)
