"""Requests: what is retried, how long, and what an error says."""

import base64
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest
from dlt.sources.helpers.rest_client.auth import HttpBasicAuth
from dlt.sources.helpers.rest_client.paginators import SinglePagePaginator

from extract.client.http import Api, ApiError, Body, EnvelopeError, require, vendor_words
from extract.client.retries import ATTEMPTS
from extract.landing import progress
from tests.unit.extract.vendor import Reply, Vendor, vendor

KEY = "crsr_very_secret"
GOOD = Reply(body={"data": [1]})


def _api(server: Vendor, backoff: float = 0.001) -> Api:
    basic = base64.b64encode(f"{KEY}:".encode()).decode()
    return Api(
        "Vendor",
        server.url,
        redact=lambda text: text.replace(KEY, "[redacted]").replace(basic, "[redacted]"),
        backoff_seconds=backoff,
        auth=HttpBasicAuth(KEY, ""),
    )


def _envelope(body: Body) -> Body:
    require(body, "data")
    return body


def _get(api: Api, path: str = "/things") -> list[Any]:
    pages = api.pages("GET", path, paginator=SinglePagePaginator(), envelope=_envelope)
    return [row for page in pages for row in page["data"]]


@pytest.mark.parametrize(
    "bad",
    [
        Reply(500), Reply(502), Reply(503), Reply(504), Reply(529), Reply(429, {}, {"Retry-After": "0"}),
        Reply(429), Reply(200, b'{"data": [1'), Reply(200, b""), Reply(200, b"<html>"),
        Reply(200, {"data": [1]}, cut=True),
    ],
    ids=lambda reply: f"{reply.status}{'-cut' if reply.cut else ''}-{reply.body!r}"[:24],
)  # fmt: skip
def test_passing_fault_is_retried(bad: Reply) -> None:
    with vendor([bad, bad, GOOD]) as server:
        assert _get(_api(server)) == [1]
        assert len(server.asked) == 3


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 405, 409, 410, 413, 422])
def test_pitfall_59_4xx_is_not_retried(status: int) -> None:
    """Naive: retry everything that is not 200."""
    with vendor([Reply(status, {"error": "Nope", "message": "no such thing"})]) as server:
        with pytest.raises(ApiError, match=f"HTTP {status}: Nope: no such thing") as error:
            _get(_api(server))
        assert len(server.asked) == 1
        assert error.value.status == status


def test_pitfall_59_spend_cap_429_is_given_up_with_the_vendors_words() -> None:
    """Naive: a 429 without Retry-After is retried for ever."""
    body = {"type": "error", "error": {"type": "rate_limit_error", "message": "spend cap reached"}}
    with vendor([Reply(429, body)]) as server:
        with pytest.raises(
            ApiError, match=r"GET /things: HTTP 429 after 5 attempts: rate_limit_error: spend cap"
        ):
            _get(_api(server))
        assert len(server.asked) == ATTEMPTS


def test_pitfall_59_500_that_must_not_be_retried_is_not() -> None:
    """Naive: ignore `x-should-retry: false`."""
    with vendor([Reply(500, {}, {"x-should-retry": "false"})]) as server:
        with pytest.raises(ApiError, match="HTTP 500"):
            _get(_api(server))
        assert len(server.asked) == 1


def test_pitfall_59_retry_after_seconds_are_waited() -> None:
    """Naive: use the own back-off although the vendor says how long."""
    with vendor([Reply(429, {}, {"Retry-After": "1"}), GOOD]) as server:
        _get(_api(server))
        assert server.asked[1].at - server.asked[0].at >= 1.0


def test_retry_after_as_a_date_is_waited() -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=3), usegmt=True)
    with vendor([Reply(503, {}, {"Retry-After": later}), GOOD]) as server:
        _get(_api(server))
        assert server.asked[1].at - server.asked[0].at >= 1.0


def test_back_off_grows() -> None:
    with vendor([Reply(500)]) as server:
        with pytest.raises(ApiError):
            _get(_api(server, backoff=0.05))
        times = [asked.at for asked in server.asked]
        waits = [b - a for a, b in pairwise(times)]
        assert all(wait >= least for wait, least in zip(waits, (0.05, 0.1, 0.2, 0.4), strict=True))


def test_dead_server_is_a_typed_error_without_the_key() -> None:
    with vendor([GOOD]) as server:
        pass
    with pytest.raises(ApiError, match="nobody is reached") as error:
        _get(_api(server))
    assert KEY not in str(error.value)


def test_error_never_shows_the_key() -> None:
    echo = f"bad key {KEY} Basic {base64.b64encode(f'{KEY}:'.encode()).decode()}"
    refusal = Reply(401, {"code": "error", "message": echo})
    with vendor([refusal]) as server, pytest.raises(ApiError) as error:
        _get(_api(server))
    assert str(error.value) == (
        "Vendor: GET /things: HTTP 401: error: bad key [redacted] Basic [redacted]"
    )
    assert error.value.__cause__ is None


def test_redirect_is_refused_so_the_key_goes_nowhere_else() -> None:
    with vendor([GOOD]) as other, vendor([Reply(302, {}, {"Location": other.url})]) as server:
        with pytest.raises(ApiError, match="HTTP 302"):
            _get(_api(server))
        assert not other.asked


def test_body_head_is_quoted_when_the_error_is_not_json() -> None:
    page = Reply(404, b"<h1>Not   here</h1>" + b"x" * 5000)
    with vendor([page]) as server, pytest.raises(ApiError, match="<h1>Not here</h1>x") as error:
        _get(_api(server))
    assert len(str(error.value)) < 400


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"code":"error","message":"Rate limit exceeded"}', ("error", "Rate limit exceeded")),
        (b'{"error":"Forbidden","message":"Enterprise"}', ("Forbidden", "Enterprise")),
        (b'{"type":"error","error":{"type":"api_error","message":"m"}}', ("api_error", "m")),
        (b'{"error":{"type":"not_found_error","message":"m"}}', ("not_found_error", "m")),
        (b'{"error":{"code":429,"message":"m","status":"RESOURCE_EXHAUSTED"}}',
         ("RESOURCE_EXHAUSTED", "m")),
        (b"[1]", (None, None)),
        (b"<html>", (None, None)),
    ],
)  # fmt: skip
def test_pitfall_60_every_error_shape_is_understood(
    body: bytes, words: tuple[str | None, str | None]
) -> None:
    """Naive: read one shape and lose the words of the others."""
    assert vendor_words(body) == words


def test_empty_answer_is_zero_rows_and_a_missing_key_is_an_error() -> None:
    with vendor([Reply(body={"data": []})]) as server:
        assert _get(_api(server)) == []
    with vendor([Reply(body={"rows": []})]) as server:
        with pytest.raises(
            EnvelopeError, match=r"GET /things: the answer lacks 'data'; it has: rows"
        ):
            _get(_api(server))
        assert len(server.asked) == 1


@pytest.mark.parametrize("body", [{"data": None}, {"data": {}}, [], "text", None])
def test_key_of_another_type_is_an_error(body: object) -> None:
    with vendor([Reply(body=body)]) as server, pytest.raises(EnvelopeError):
        _get(_api(server))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Note the waits instead of waiting."""
    found: list[float] = []
    monkeypatch.setattr("extract.client.retries.sleep", found.append)
    return found


def _refused(api: Api) -> None:
    with pytest.raises(ApiError, match="HTTP 429 after 5 attempts"):
        _get(api)


def test_rate_limit_that_says_nothing_is_waited_for_longer_than_a_minute(
    waits: list[float],
) -> None:
    """Naive: four waits of 15 seconds in all, and the minute is not over."""
    with vendor([Reply(429)]) as server:
        _refused(_api(server, backoff=1))
    assert waits == [8, 16, 32, 64]


def test_long_wait_in_vain_is_not_repeated_for_every_request(waits: list[float]) -> None:
    """Naive: behind a spend cap each of a source's tables waits for two minutes."""
    with vendor([Reply(429)] * 10 + [GOOD, Reply(429), GOOD]) as server:
        api = _api(server, backoff=1)
        _refused(api)
        waits.clear()
        _refused(api)
        assert waits == [1, 2, 4, 8]
        waits.clear()
        _get(api)
        _get(api)
        assert waits == [8]


def test_retry_after_is_bounded(waits: list[float]) -> None:
    with vendor([Reply(429, {}, {"Retry-After": "90000"}), GOOD]) as server:
        _get(_api(server))
    assert waits == [300]


def test_long_wait_is_said_and_a_short_one_is_not(waits: list[float]) -> None:
    """Naive: a run that waits for two minutes looks like one that hangs."""
    said: list[str] = []
    token = progress.say_waiting.set(said.append)
    try:
        with vendor([Reply(429), Reply(500), GOOD]) as server:
            _get(_api(server, backoff=1))
    finally:
        progress.say_waiting.reset(token)
    assert waits == [8, 2]
    assert said == ["Vendor: its rate limit is reached; waiting 8 s before attempt 2 of 5"]
