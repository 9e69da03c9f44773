"""Streams end: when the client does not read, when a piece takes too long, when the whole does; and then they look cut off."""

import csv
import io
import itertools
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import duckdb
import httpx
import pytest

from serving.config import Settings
from tests.service import Service, serving

N_ROWS = 60_000
N_READ = 30_000
ROWS = f"select range as n_row, 'anna@x.example' as person_email, repeat('x', 200) as model from range({N_ROWS})"
LONG = f"/analytics/marts/long?limit={N_ROWS}"
STREAMS = (LONG, f"{LONG}&format=csv", "/user/data/export?subject=anna@x.example")


@pytest.fixture
def hasty(settings: Settings) -> Iterator[Service]:
    """A service that gives a second for each piece, with a mart of more than sockets hold."""
    with serving(replace(settings, api_request_seconds=1)) as service:
        service.change(f"create table marts.long as {ROWS}")
        service.look()
        yield service


def _client(service: Service) -> httpx.Client:
    return service.client("*", role="privacy_officer")


def _raw(service: Service, address: str) -> socket.socket:
    """Return a connection on which a stream was asked for and nothing was read yet."""
    parts = urlsplit(service.url)
    token = service.token("*", role="privacy_officer")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 32_768)
    connection.settimeout(30)
    connection.connect((parts.hostname, parts.port))
    connection.sendall(
        f"GET /api/v1{address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
        f"Authorization: Bearer {token}\r\n\r\n".encode()
    )
    return connection


def _rest(connection: socket.socket) -> tuple[str, bytes]:
    """Return head and body of what arrives until the connection ends."""
    with connection:
        head, _, body = b"".join(iter(lambda: connection.recv(1 << 20), b"")).partition(b"\r\n\r\n")
    return head.decode().lower(), body


@pytest.mark.parametrize("address", STREAMS)
def test_stream_nobody_reads_is_cut_off_and_its_snapshot_let_go(
    hasty: Service, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    cut = threading.Event()
    monkeypatch.setattr("serving.api.gate._log.error", lambda *_: cut.set())
    connection = _raw(hasty, address)
    assert cut.wait(20)
    head, body = _rest(connection)
    assert "200 ok" in head
    assert "transfer-encoding: chunked" in head
    assert 0 < body.count(b"anna@x.example") < N_ROWS
    assert not body.endswith(b"0\r\n\r\n")
    # What nobody reads is not made either: of twelve megabytes what lies between two programs.
    assert len(body) < 1_000_000
    if "export" not in address:
        assert f"x-row-count: {N_ROWS}\r\n" in head


@pytest.mark.parametrize("address", STREAMS)
def test_stream_that_is_read_too_slowly_is_cut_off(
    hasty: Service, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Each look at the clock is later than the one before; at thirty seconds it is over.
    ticks = itertools.count(0, 0.01 if "export" in address else 2)
    monkeypatch.setattr("serving.api.streams._now", lambda: float(next(ticks)))
    received: list[bytes] = []
    plain = {"Accept-Encoding": "identity"}
    with (
        _client(hasty) as client,
        client.stream("GET", address, headers=plain) as stream,
        pytest.raises(httpx.RemoteProtocolError),
    ):
        received.extend(stream.iter_bytes())
    text = b"".join(received)
    assert stream.status_code == 200
    assert 0 < text.count(b"anna@x.example") < N_ROWS
    if "csv" not in address:
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)


@pytest.mark.parametrize("address", STREAMS)
def test_stream_that_is_read_in_time_is_whole(hasty: Service, address: str) -> None:
    # Still more than sockets hold.
    hasty.change(f"delete from marts.long where n_row >= {N_READ}")
    hasty.look()
    with _client(hasty) as client:
        answer = client.get(address)
    # Made where pieces are made, and whole when it is unpacked.
    assert answer.headers["content-encoding"] == "gzip"
    if "csv" in address:
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        assert int(answer.headers["x-row-count"]) == len(rows) == N_READ
    elif "export" in address:
        assert answer.json()["n_rows"] == N_READ
    else:
        assert int(answer.headers["x-row-count"]) == len(answer.json()["rows"]) == N_READ


def test_export_of_a_table_that_takes_too_long_is_cut_off(
    hasty: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def endless(cursor: duckdb.DuckDBPyConnection, *_: object) -> Iterator[dict[str, Any]]:
        yield from [{"model": "x" * 100_000}]
        cursor.execute("select count(*) from range(100000000000) a, range(100000) b").fetchall()
        raise AssertionError("it was not stopped")

    monkeypatch.setattr("serving.api.user_data._rows", endless)
    with _client(hasty) as client:
        with pytest.raises(httpx.RemoteProtocolError):
            client.get("/user/data/export", params={"subject": "anna@x.example"})
        assert client.get("/analytics/spend").status_code == 200


@pytest.mark.parametrize(
    ("sent", "n_rows"),
    [
        ({}, 6),
        ({"limit": 4}, 4),
        ({"limit": 4, "after": 4}, 2),
        ({"provider": "beta", "limit": 1}, 1),
    ],
)
@pytest.mark.parametrize("organizations", [("*",), ("north", "south", "unpriced")])
def test_number_of_rows_is_said_before_them(
    lasting: Service, sent: dict[str, Any], n_rows: int, organizations: tuple[str, ...]
) -> None:
    with lasting.client(*organizations) as client:
        answer = client.get("/analytics/marts/mart_savings__daily", params=sent)
    assert int(answer.headers["x-row-count"]) == len(answer.json()["rows"]) == n_rows
