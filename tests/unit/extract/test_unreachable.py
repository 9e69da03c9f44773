"""A host that nobody reaches is given up in a quarter of a minute, and then not asked again by every resource."""

import socket
import time

import pytest
from dlt.sources.helpers.rest_client.paginators import SinglePagePaginator
from requests import Session
from requests.exceptions import ConnectionError as NetworkError

from extract.client import retries
from extract.client.http import Api, ApiError
from extract.client.retries import CONNECT_SECONDS, Retry, call_with_retries, is_unreachable


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        monkeypatch.setattr(time, "monotonic", lambda: self.now)
        monkeypatch.setattr(retries, "sleep", self.wait)

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def nowhere() -> str:
    """An address on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def knock(url: str) -> NetworkError:
    with pytest.raises(NetworkError) as error:
        Session().get(url, timeout=1)
    return error.value


@pytest.mark.parametrize(
    ("takes", "attempts"), [(CONNECT_SECONDS, 3), (2 * CONNECT_SECONDS, 2), (0.0, 4)],
    ids=["a host that is silent", "one with two addresses", "one that refuses"],
)  # fmt: skip
def test_nobody_waits_longer_than_a_quarter_of_a_minute(
    monkeypatch: pytest.MonkeyPatch, nowhere: str, takes: float, attempts: int
) -> None:
    """Naive: five attempts of ten seconds each, and the waits between: 83 s for each resource."""
    error, clock, n_asked = knock(nowhere), Clock(monkeypatch), []

    def ask() -> None:
        n_asked.append(1)
        clock.wait(takes)
        raise error

    with pytest.raises(NetworkError):
        call_with_retries(
            "x", ask, backoff_seconds=1.0, verdict=lambda _: Retry(), exceptions=(NetworkError,)
        )
    assert len(n_asked) == attempts
    assert clock.now <= 15


def test_a_line_that_breaks_is_not_a_host_that_nobody_reaches(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    clock, n_asked = Clock(monkeypatch), []

    def ask() -> None:
        n_asked.append(1)
        raise NetworkError("connection reset")

    with pytest.raises(NetworkError):
        call_with_retries(
            "x", ask, backoff_seconds=1.0, verdict=lambda _: Retry(), exceptions=(NetworkError,)
        )
    assert (len(n_asked), clock.now) == (5, 15.0)


def test_an_unknown_name_is_nobody_either(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert is_unreachable(knock("http://nobody.invalid"))
    assert not is_unreachable(ValueError("x"))


def test_the_next_resource_does_not_wait_again(
    monkeypatch: pytest.MonkeyPatch, nowhere: str
) -> None:
    clock = Clock(monkeypatch)
    api = Api("Vendor", nowhere, redact=str, backoff_seconds=1.0)

    def get(path: str) -> float:
        before = clock.now
        with pytest.raises(ApiError, match=f"GET {path}: nobody is reached: .*Check the network"):
            list(api.pages("GET", path, paginator=SinglePagePaginator(), envelope=dict))
        return clock.now - before

    assert get("/one") == 7.0
    assert [get("/two"), get("/three")] == [0.0, 0.0]
    clock.wait(61)
    assert get("/one") == 7.0
