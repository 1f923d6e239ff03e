"""Nothing but the page's own files is given out, and the token is told to nobody."""

import os
import socket
import stat
import subprocess
from pathlib import Path

import pytest
from browser import Served

from RNAssessLib.web.serving import front_door
from RNAssessLib.web.serving import open_browser as opening

CLIMBS = [
    "/../serve_fixture.py", "/..%2f..%2f..%2fetc/passwd", "/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "//etc/passwd",
    "/__rnassess/../app.py", "/__rnassess/..%2fapp.py", "/__rnassess/%2e%2e/app.py", "/__rnassess/%2e%2e%2fapp.py",
    "/__rnassess/..%5capp.py", "/__rnassess/....//app.py", "/__rnassess/%252e%252e/app.py", "/__rnassess//etc/passwd",
    "/__rnassess/%2fetc%2fpasswd", "/__rnassess/\x00", "/__rnassess/%00/etc/passwd", "/assets/../../../app.py",
    "/__rnassess/", "/assets/", "/__rnassess", "/proc/self/environ", "/file:///etc/passwd",
]  # fmt: skip


@pytest.fixture(scope="module")
def served():
    server = Served()
    yield server
    server.stop()


def ask(server, path, *lines):
    """Status and body of a request whose path goes out as it stands."""
    head = (f"GET {path} HTTP/1.1", f"Host: 127.0.0.1:{server.port}", "Connection: close",
            f"Cookie: {server.cookie}", *lines, "", "")  # fmt: skip
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as line:
        line.sendall("\r\n".join(head).encode())
        got = b""
        while part := line.recv(65536):
            got += part
    head, _, body = got.partition(b"\r\n\r\n")
    return int(head.split()[1]), head.decode("latin-1").lower(), body


@pytest.mark.parametrize("path", CLIMBS)
def test_no_path_leads_out(served, path):
    status, _, body = ask(served, path)
    assert status in (400, 403, 404), (path, status)
    for words in (b"root:", b"import ", b"PATH=", b"Index of"):
        assert words not in body


def test_a_link_leads_nowhere(served, tmp_path):
    """A link among the served files is not followed out of them."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret of a patient")
    link = Path(front_door.__file__).parents[1] / "static" / f"link-{os.getpid()}.txt"
    link.symlink_to(secret)
    try:
        status, _, body = ask(served, f"/__rnassess/{link.name}")
    finally:
        link.unlink()
    assert status in (403, 404)
    assert b"secret" not in body


def test_every_answer_carries_the_policy(served):
    for path in (
        "/index.html",
        "/alive",
        "/__rnassess/rnassess.js",
        "/nowhere",
        f"/?token={served.token}",
    ):
        _, head, _ = ask(served, path)
        assert (
            "content-security-policy: default-src 'none'; script-src 'self' 'unsafe-eval';" in head
        )
        assert "x-content-type-options: nosniff" in head
        assert "referrer-policy: no-referrer" in head
        assert "frame-ancestors 'none'" in head
    status, head, body = ask(served, "/index.html")
    assert status == 200
    assert "no-store" in head
    assert b"<script>" not in body


def test_the_token_stands_in_no_process_and_only_in_the_start_line(served):
    listed = subprocess.run(
        ("ps", "-eo", "args"), capture_output=True, text=True, check=True
    ).stdout
    assert served.token not in listed
    ask(served, f"/?token={served.token}")
    ask(served, f"/index.html?token={served.token}x")
    assert [served.token in line for line in served.output].count(True) == 1


def test_the_browser_is_opened_by_a_file_that_nobody_else_reads(monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(opening.Path, "home", lambda: tmp_path)
    monkeypatch.setattr(opening.webbrowser, "open", opened.append)
    forget = opening.open_privately("http://127.0.0.1:1/?token=secret&x=1")
    (file,) = tmp_path.iterdir()
    assert opened == [file.as_uri()]
    assert "secret" not in opened[0]
    assert "url=http://127.0.0.1:1/?token=secret&amp;x=1" in file.read_text()
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    forget()
    forget()
    assert not list(tmp_path.iterdir())


def test_the_page_script_is_trames_own_page_without_inline_script():
    text = front_door.page_text()
    assert "<script>" not in text
    assert text.index("connection.js") < text.index("vue.global.js")
    assert "maximum-scale" not in text


def test_the_icon_is_there_however_it_is_asked_for(served):
    """Named by both pages; asked for unnamed beside plain text. A page without one logs an error."""
    drawn = (Path(__file__).parents[3] / "Resources/RNAssess.svg").read_bytes()
    link = b'<link rel="icon" type="image/svg+xml" href="%s__rnassess/icon.svg">'
    assert link % b"/" in ask(served, f"/?token={served.token}")[2]
    page = ask(served, "/index.html")[2]
    assert link % b"" in page and page.count(b'rel="icon"') == 1
    for path in ("/__rnassess/icon.svg", "/favicon.ico"):
        status, head, body = ask(served, path)
        assert (status, body) == (200, drawn)
        assert "content-type: image/svg+xml" in head
        assert "nosniff" in head and "content-security-policy" in head
