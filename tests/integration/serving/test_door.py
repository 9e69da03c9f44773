"""Nobody stops the service for others: not by connections, half requests, headers, streams, nor by reading nothing."""

import contextlib
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from serving.api.mart_pages import Page, page_of
from serving.door.limits import Limits
from tests.integration.serving.conftest import published
from tests.service import Service, serving

LIMITS = Limits(
    connections=40,
    connections_per_peer=12,
    header_bytes=4_096,
    arrival_seconds=1,
    streams=3,
    streams_per_token=1,
    event_streams=3,
    event_streams_per_token=2,
    ready_seconds=1,
)
SPEND = "/api/v1/analytics/spend"
LONG = "/api/v1/analytics/marts/long?limit=30000"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with small limits, and a mart of more than sockets hold."""
    made = published(tmp_path_factory.mktemp("guarded"))
    with serving(replace(made, limits=LIMITS, api_request_seconds=4)) as service:
        service.change(
            "create table marts.long as select range as n_row, repeat('x', 400) as model from range(30000)"
        )
        service.look()
        yield service


def _connected(service: Service, sent: bytes = b"") -> socket.socket:
    parts = urlsplit(service.url)
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16_384)
    connection.settimeout(15)
    connection.connect((parts.hostname, parts.port))
    connection.sendall(sent)
    return connection


def _asking(token: str, path: str, *more: str) -> bytes:
    lines = (f"GET {path} HTTP/1.1", "Host: x", f"Authorization: Bearer {token}", *more)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _rest(connection: socket.socket) -> bytes:
    """Return what arrives until the connection ends, however it ends."""
    found = b""
    with connection, contextlib.suppress(ConnectionResetError):
        while some := connection.recv(1 << 16):
            found += some
    return found


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /heal",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ",
        b"POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\nhalf",
        b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea",
    ],
)
def test_request_that_does_not_arrive_is_ended(guarded: Service, sent: bytes) -> None:
    began = time.monotonic()
    answer = _rest(_connected(guarded, sent))
    assert 0.9 < time.monotonic() - began < 6
    assert answer.count(b"HTTP/1.1 ") == 1 + sent.count(b"\r\n\r\nGET")
    if sent.startswith(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"):
        assert answer.startswith(b"HTTP/1.1 200 ")
    elif sent.startswith(b"POST"):  # refused before all of it was there
        assert answer.startswith(b"HTTP/1.1 400 ")
    else:
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"content-type: application/problem+json\r\n" in answer


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /healthz HTTP/1.1\r\nX-Long: " + b"x" * 5_000 + b"\r\n\r\n",
        b"GET /healthz HTTP/1.1\r\n" + b"X-Many: x\r\n" * 600 + b"\r\n",
        b"GET /" + b"x" * 5_000 + b" HTTP/1.1\r\n\r\n",
    ],
)
def test_head_that_is_too_large_is_refused_before_anything_is_made_of_it(
    guarded: Service, sent: bytes
) -> None:
    assert _rest(_connected(guarded, sent)).startswith(b"HTTP/1.1 431 ")


def test_header_without_an_end_is_not_collected(guarded: Service) -> None:
    connection = _connected(guarded, b"GET /healthz HTTP/1.1\r\nX-Endless: ")
    n_sent = 0
    with contextlib.suppress(OSError):
        while n_sent < 50_000_000:
            connection.sendall(b"x" * 65_536)
            n_sent += 65_536
    connection.close()
    assert n_sent < 8_000_000


def test_what_is_no_http_is_told_so(guarded: Service) -> None:
    assert _rest(_connected(guarded, b"\x16\x03\x01 hello\r\n\r\n")).startswith(b"HTTP/1.1 400 ")


def test_who_asks_faster_than_is_answered_is_ended(guarded: Service) -> None:
    token = guarded.token("*")
    answer = _rest(_connected(guarded, _asking(token, LONG) + _asking(token, SPEND) * 40))
    assert answer.count(b"HTTP/1.1 200 ") <= 1


def test_who_opens_too_many_connections_pushes_out_their_own(guarded: Service) -> None:
    with guarded.client("*") as client:
        assert client.get(SPEND[7:]).status_code == 200
        many = [_connected(guarded, b"GET /he") for _ in range(30)]
        # One that has asked before keeps its connection, and a new one is let in.
        assert client.get(SPEND[7:]).status_code == 200
        assert httpx.get(f"{guarded.url}/healthz").status_code == 200
        assert _rest(many[0]) == b""
        for connection in many:
            connection.close()


@contextlib.contextmanager
def _listening(service: Service, token: str) -> Iterator[httpx.Response]:
    headers = {"Authorization": f"Bearer {token}"}
    with httpx.stream("GET", f"{service.url}/api/v1/events", headers=headers) as answer:
        yield answer


def test_streams_of_events_have_places(guarded: Service) -> None:
    mine, theirs = guarded.token("*"), guarded.token("north")
    kept = []
    with contextlib.ExitStack() as open_streams:
        for token in (mine, mine, theirs):
            answer = open_streams.enter_context(_listening(guarded, token))
            assert answer.status_code == 200
            lines = answer.iter_lines()
            next(lines)
            kept.append(lines)  # let go, it would close the stream
        for token in (mine, theirs):
            with _listening(guarded, token) as refused:
                assert refused.status_code == 429
                assert refused.headers["retry-after"] == "10"
    for _ in range(200):
        if not guarded.app.state.event_streams.n_held:
            break
        time.sleep(0.02)
    with _listening(guarded, mine) as answer:
        assert answer.status_code == 200


def test_slow_reader_holds_up_nobody_else_and_gives_the_place_back(guarded: Service) -> None:
    mine, theirs = guarded.token("*"), guarded.token("*")
    slow = [_connected(guarded, _asking(mine, LONG, "Connection: close")) for _ in range(3)]
    for token, path in ((theirs, LONG), (mine, SPEND)):
        answer = httpx.get(
            f"{guarded.url}{path}", headers={"Authorization": f"Bearer {token}"}, timeout=20
        )
        assert answer.status_code == 200, path
    for connection in slow:
        _rest(connection)
    _until_held(guarded, 0)


def _until_held(service: Service, n_places: int) -> None:
    for _ in range(400):
        if service.app.state.streams.n_held == n_places:
            break
        time.sleep(0.02)
    assert service.app.state.streams.n_held == n_places


def test_what_has_no_place_is_refused_before_anything_is_worked_out(
    guarded: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[object] = []

    def noting(*sent: Any) -> Page:
        looks.append(sent)
        return page_of(*sent)

    monkeypatch.setattr("serving.api.marts.page_of", noting)
    token = guarded.token("*")
    slow = [_connected(guarded, _asking(token, LONG)) for _ in range(2)]
    _until_held(guarded, 1)
    answer = httpx.get(f"{guarded.url}{LONG}", headers={"Authorization": f"Bearer {token}"})
    # One is sent, one waits.
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "5")
    assert len(looks) <= 1
    for connection in slow:
        connection.close()
    _until_held(guarded, 0)


def test_tokens_that_do_not_read_make_nobody_wait(
    guarded: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = [_connected(guarded, _asking(guarded.token("*"), LONG)) for _ in range(3)]
    _until_held(guarded, 3)
    with guarded.client("*") as other:
        # What is small needs no place.
        assert other.get("/analytics/marts/long?limit=2000").status_code == 200
        assert guarded.app.state.streams.n_held == 3
        monkeypatch.setattr("serving.door.slots.SECONDS_OF_A_PIECE", 0.1)
        answer = other.get(LONG.removeprefix("/api/v1"))
    assert (answer.status_code, len(answer.json()["rows"])) == (200, 30_000)
    # One went, and nobody more than had to.
    _until_held(guarded, 2)
    for connection in slow:
        connection.close()
    _until_held(guarded, 0)


def test_ready_means_that_questions_are_answered(
    guarded: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"{guarded.url}/readyz"
    assert httpx.get(address).json()["answers"] == "ok"

    def stuck(*_: object) -> None:
        time.sleep(2)

    monkeypatch.setattr("serving.api.readiness._small_question", stuck)
    monkeypatch.setattr(guarded.app.state.readiness, "_found", None)
    answer = httpx.get(address)
    assert (answer.status_code, answer.json()["answers"]) == (503, "none within 1 seconds")
    monkeypatch.undo()
    monkeypatch.setattr(guarded.app.state.readiness, "_found", None)
    time.sleep(1.1)
    assert httpx.get(address).json()["answers"] == "ok"
