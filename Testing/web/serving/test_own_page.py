"""Only the own page may talk to the server: rebinding and other sites' pages are refused."""

import socket

import pytest
from browser import Served


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def port(served):
    return served.port


def answer(port, path, *lines, upgrade=False):
    """Status line of a raw request; `lines` are its headers."""
    more = (
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    ) if upgrade else ("Connection: close",)  # fmt: skip
    request = "\r\n".join((f"GET {path} HTTP/1.1", *lines, *more, "", ""))
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(request.encode())
        return line.recv(4096).split(b"\r\n")[0].decode()


FOREIGN = [
    ("Host: evil.example",),
    ("Host: evil.example:{port}",),
    ("Host: 127.0.0.1.evil.example:{port}",),
    ("Host: 127.0.0.1:{port}", "Origin: http://evil.example"),
    ("Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:1"),
    ("Host: 127.0.0.1:{port}", "Origin: null"),
]
OWN = [
    ("Host: 127.0.0.1:{port}",),
    ("Host: localhost:{port}", "Origin: http://localhost:{port}"),
    ("Host: 127.0.0.1:{port}", "Origin: http://127.0.0.1:{port}"),
]


@pytest.mark.parametrize("lines", FOREIGN)
@pytest.mark.parametrize(("path", "upgrade"), [("/index.html", False), ("/ws", True)])
def test_foreign_hosts_and_origins_get_nothing(port, lines, path, upgrade):
    status = answer(port, path, *(line.format(port=port) for line in lines), upgrade=upgrade)
    assert status.startswith("HTTP/1.1 403")


@pytest.mark.parametrize("lines", OWN)
@pytest.mark.parametrize(("path", "upgrade", "right"),
                         [("/index.html", False, "200"), ("/ws", True, "101")])  # fmt: skip
def test_the_own_page_is_served(served, port, lines, path, upgrade, right):
    own = (*(line.format(port=port) for line in lines), f"Cookie: {served.cookie}")
    status = answer(port, path, *own, upgrade=upgrade)
    assert status.startswith(f"HTTP/1.1 {right}")


@pytest.mark.parametrize("cookie", [(), ("Cookie: rnassess-token-{port}=wrong",)])
@pytest.mark.parametrize(("path", "upgrade"), [("/index.html", False), ("/ws", True), ("/alive", False),
                                               ("/__rnassess/connection.js", False)])  # fmt: skip
def test_other_users_of_this_machine_need_the_token(port, cookie, path, upgrade):
    lines = ("Host: 127.0.0.1:{port}", *cookie)
    status = answer(port, path, *(line.format(port=port) for line in lines), upgrade=upgrade)
    assert status.startswith("HTTP/1.1 403")
