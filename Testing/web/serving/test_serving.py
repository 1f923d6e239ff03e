"""Starting, loading, cancelling and stopping the server."""

import signal
import socket
import urllib.request

import pytest
from browser import Page, Served, need, wait_for


def test_missing_browser_is_said_plainly():
    with pytest.raises(AssertionError, match="apt install"):
        need("no-such-browser")


def test_serves_on_loopback_only_and_stops_on_ctrl_c():
    server = Served()
    try:
        assert server.url.startswith("http://127.0.0.1:")
        with urllib.request.urlopen(server.url) as answer:
            assert answer.status == 200
        port = server.port
        others = {
            info[4][0]
            for info in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
            if not info[4][0].startswith("127.")
        }
        for address in others:
            with socket.socket() as probe:
                probe.settimeout(2)
                assert probe.connect_ex((address, port)) != 0
    finally:
        code = server.stop()
    assert code in (0, -signal.SIGINT)
    assert "Traceback" not in "".join(server.output)


def test_pictures_are_not_deflated_once_more():
    """JPEG stays JPEG: a browser that offers permessage-deflate is not taken up on it."""
    server = Served()
    try:
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.sendall(
                b"GET /ws HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n"
                b"Cookie: " + server.cookie.encode() + b"\r\n"
                b"Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                b"Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n"
            )
            answer = line.recv(4096).split(b"\r\n\r\n")[0].decode()
    finally:
        server.stop()
    assert answer.startswith("HTTP/1.1 101")
    assert "deflate" not in answer.lower()


def test_a_long_load_shows_its_progress_and_can_be_cancelled(tmp_path):
    server = Served("--slow")
    page = None
    try:
        page = Page(server.url, tmp_path / "profile")
        wait_for(lambda: "step" in page.text(".rn-load"), "the progress in words", 20)
        share = "return document.querySelector('progress').value"
        first = page.js(share)
        wait_for(lambda: page.js(share) > first, "the progress to advance", 10)
        assert "Research use only" in page.text(".rn-load")
        page.click("#cancel")
        wait_for(lambda: "Cancelled." in page.text(".rn-load"), "the load to end", 10)
        assert not page.driver.find_elements("css selector", "#cancel")
    finally:
        if page is not None:
            page.close()
        server.stop()


def test_decisions_survive_the_server(tmp_path):
    kept = tmp_path / "case.session.json"
    for first in (True, False):
        server = Served("--keep", str(kept))
        page = None
        try:
            page = Page(server.url, tmp_path / f"profile-{first}")
            page.wait_for_views()
            page.click("#item-cross_boundary")
            if first:
                page.press("a")
            wait_for(lambda p=page: "accepted" in p.text("#decision"), "the decision", 10)
        finally:
            if page is not None:
                page.close()
            server.stop()
    assert kept.exists()


def test_decisions_of_another_case_are_refused_not_overwritten(tmp_path):
    from RNAssessLib.panel.session.file import write_session
    from RNAssessLib.panel.session.session import ReaderSession

    kept = tmp_path / "case.session.json"
    write_session(ReaderSession(case_id="someone else"), kept)
    before = kept.read_text(encoding="utf-8")
    server, page = Served("--keep", str(kept)), None
    try:
        page = Page(server.url, tmp_path / "profile")
        wait_for(lambda: "someone else" in page.text(".rn-error"), "the refusal", 20)
    finally:
        if page is not None:
            page.close()
        server.stop()
    assert kept.read_text(encoding="utf-8") == before


def test_reloaded_page_and_second_window_show_every_view(tmp_path):
    server, pages = Served(), []
    try:
        first = Page(server.url, tmp_path / "one")
        pages.append(first)
        first.wait_for_views()
        first.settle()
        before = first.picture("Red")
        first.driver.refresh()
        first.wait_for_views()
        first.settle()
        assert abs(first.picture("Red") - before).mean() < 2.0
        pages.append(Page(server.url, tmp_path / "two"))
        pages[1].wait_for_views()
        pages[1].settle()
        assert abs(pages[1].picture("Red") - before).mean() < 2.0
    finally:
        for page in pages:
            page.close()
        server.stop()
