"""HTTP towards the vendors: dlt's RESTClient with bounded retries and typed errors.

Every request has a timeout and is tried again as `retries` says. Retried: 429 and Google's 403 for it, 5xx
(529 included, but not with `x-should-retry: false`), dropped connections, answers that are damaged or not whole JSON.
Nothing else: a 4xx is the caller's mistake, and a redirect would carry the key elsewhere, so that one is followed only
where a vendor moves things within its own host. Errors quote
method, path, status and what the vendor says of it; never a key, and never of an answer with data.
"""

import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin, urlsplit

import orjson
from dlt.sources.helpers.requests.session import Session
from dlt.sources.helpers.rest_client.client import RESTClient
from dlt.sources.helpers.rest_client.paginators import BasePaginator
from requests import HTTPError, PreparedRequest, RequestException, Response
from requests.auth import AuthBase
from requests.exceptions import ChunkedEncodingError, ContentDecodingError, Timeout
from requests.exceptions import ConnectionError as NetworkError

from extract.client.bounded import read_bounded
from extract.client.json_body import parse
from extract.client.retries import (
    ATTEMPTS,
    CONNECT_SECONDS,
    Retry,
    call_with_retries,
    is_unreachable,
    seconds_asked_for,
)
from extract.client.watching import Watch
from extract.landing.errors import LimitError, Redact, SourceError, TornError
from extract.landing.redaction import LONGEST, body_summary, excerpt
from extract.limits import MEGABYTE, Limits

TIMEOUT_SECONDS = (CONNECT_SECONDS, 120.0)
REMEMBERED_SECONDS = 60.0
"""How long a host that nobody reached is not asked again: a source has twenty resources, and each would wait."""
MOST_REDIRECTS = 3
QUOTA_REASONS = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded"})

Body = dict[str, Any]


class ApiError(SourceError):
    """The vendor answered with an error."""

    def __init__(self, message: str, *, status: int | None = None, kind: str | None = None) -> None:
        """Keep status and the vendor's error type beside the message."""
        super().__init__(message)
        self.status = status
        self.kind = kind


class EnvelopeError(SourceError):
    """An answer lacks the key that holds its rows: not the same as an answer without rows."""


class _AnswerError(HTTPError):
    """An answer that is no good; `retry` says how to try once more, if at all."""

    def __init__(self, answer: Response, retry: Retry | None = None) -> None:
        """Keep the answer for the message."""
        super().__init__(request=answer.request, response=answer)
        self.answer, self.retry = answer, retry


def vendor_words(body: bytes) -> tuple[str | None, str | None]:
    """Return the error type and message of any of the vendors' error shapes.

    Cursor sends `{"code", "message"}` or `{"error", "message"}`, Anthropic
    `{"error": {"type", "message"}}`, Google `{"error": {"status", "message"}}`.
    """
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None, None
    if not isinstance(parsed, dict):
        return None, None
    error = parsed.get("error")
    if isinstance(error, dict):
        kind, message = error.get("type") or error.get("status"), error.get("message")
    else:
        kind, message = error or parsed.get("code"), parsed.get("message")
    return (str(kind) if kind else None), (str(message) if message else None)


class _RetryingSession(Session):
    """A session whose every request is tried again as long as that makes sense.

    A rate limit that outlasted the long wait is no limit per minute, but a spend cap, say: the requests after
    it wait no longer than for any other fault, until one succeeds.
    """

    def __init__(self, name: str, backoff_seconds: float, *, redirects: bool = False) -> None:
        super().__init__(timeout=TIMEOUT_SECONDS, raise_for_status=False)
        self._most_redirects = MOST_REDIRECTS if redirects else 0
        self._name, self._backoff_seconds = name, backoff_seconds
        self._waited_in_vain = False
        self._unreachable: tuple[float, RequestException] | None = None

    def send(self, request: PreparedRequest, **options: Any) -> Response:  # noqa: ANN401 - as requests has it
        for n_left in range(self._most_redirects, -1, -1):
            try:
                return self._send(request, **options)
            except _AnswerError as error:
                there = moved_to(error.answer) if n_left else None
                if there is None:
                    raise
                request = request.copy()
                request.url = there
        raise AssertionError("unreachable")

    def _send(self, request: PreparedRequest, **options: Any) -> Response:  # noqa: ANN401 - as requests has it
        if self._unreachable is not None:
            since, before = self._unreachable
            if time.monotonic() - since < REMEMBERED_SECONDS:
                raise before
        try:
            answer: Response = call_with_retries(
                self._name,
                lambda: super(_RetryingSession, self).send(request, **{**options, "stream": True}),  # type: ignore[no-untyped-call]
                backoff_seconds=self._backoff_seconds,
                verdict=self._verdict,
                exceptions=(
                    *(NetworkError, Timeout, ChunkedEncodingError, ContentDecodingError),
                    _AnswerError,
                ),
            )
        except _AnswerError as error:
            self._waited_in_vain = bool(error.retry and error.retry.rate_limit)
            raise
        except RequestException as error:
            if is_unreachable(error):
                self._unreachable = (time.monotonic(), error)
            raise
        self._waited_in_vain = False
        return answer

    def _verdict(self, error: Exception) -> Retry | None:
        if not isinstance(error, _AnswerError):
            return Retry()
        if error.retry and self._waited_in_vain:
            return Retry(error.retry.seconds)
        return error.retry


class Api:
    """One vendor's base URL with its headers and authentication."""

    def __init__(
        self,
        name: str,
        base_url: str,
        *,
        redact: Redact,
        backoff_seconds: float,
        auth: AuthBase | None = None,
        headers: dict[str, str] | None = None,
        limits: Limits | None = None,
        verdict: Callable[[Response], Retry | None] | None = None,
        redirects: bool = False,
    ) -> None:
        """Build dlt's client once; the connection is kept between requests.

        `verdict` says how to try again after an answer that is not 200, where a vendor has ways of its own. With `redirects`
        an answer that leads to another address of the same host is followed.
        """
        self.name = name
        self._redact, self._limits = redact, limits or Limits()
        self._verdict = verdict or retry_after
        session = _RetryingSession(name, backoff_seconds, redirects=redirects)
        self._client = RESTClient(base_url, headers=headers, auth=auth, session=session)

    def pages(
        self,
        method: str,
        path: str,
        *,
        paginator: BasePaginator,
        envelope: Callable[[Body], Body],
        watch: Watch | None = None,
        params: dict[str, Any] | None = None,
        json: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
        rows: str | None = None,
    ) -> Iterator[Body]:
        """Yield the answers of a paged request, each checked by `envelope`.

        `watch` tells whether the list stood still meanwhile; None is for what comes in one piece. Of a vendor whose answers are
        bare lists, `rows` names the key under which a list is handed on.

        Raises:
            ApiError: The vendor refused, or did not answer in five attempts.
            EnvelopeError: An answer has not the promised keys.
            LimitError: An answer or the list is larger than may be, or does not end.
            TornError: The list changed while its pages were read.
        """
        where = f"{self.name}: {method} {path}"
        n_pages, n_bytes = 0, [0]

        def on_response(response: Response, *_: object, **__: object) -> None:
            n_bytes[0] += read_bounded(response, where, self._limits)
            body = _parse(response, self._verdict)
            if rows is not None and isinstance(body, list):
                body = {rows: body}
            if not isinstance(body, dict):
                raise EnvelopeError(
                    f"{where}: expected a JSON object, got {body_summary(response.content)}"
                )
            try:
                checked = envelope(body)
            except EnvelopeError as error:
                raise EnvelopeError(f"{where}: {error}") from None
            # The paginator and the reader share one parse of the answer.
            response.json = lambda **_: checked  # type: ignore[method-assign]

        try:
            for page in self._client.paginate(
                path,
                method=method,  # type: ignore[arg-type]
                params=params,
                json=json,
                headers=headers,
                paginator=paginator,
                data_selector="$",
                hooks={"response": [on_response]},
                allow_redirects=False,
            ):
                body = page.response.json()
                n_pages += 1
                self._refuse_endless(where, n_pages, n_bytes[0])
                if watch is not None:
                    watch.see(body)
                yield body
            if watch is not None:
                watch.end()
        except _AnswerError as error:
            raise self._typed(where, error) from None
        except RequestException as error:
            why = (
                "nobody is reached"
                if is_unreachable(error)
                else f"no answer after {ATTEMPTS} attempts"
            )
            raise ApiError(
                f"{where}: {why}: "
                f"{self._redact(_network_words(error))}. Check the network and the URL, then run again."
            ) from None
        except EnvelopeError as error:
            raise EnvelopeError(self._redact(str(error))) from None
        except TornError as error:
            raise TornError(f"{where}: {error}", reading=error.reading) from None

    def _refuse_endless(self, where: str, n_pages: int, n_bytes: int) -> None:
        if n_pages > self._limits.pages:
            raise LimitError(self._limits.refusal(f"{where}: the list", "pages", "pages"))
        if n_bytes > self._limits.list_mb * MEGABYTE:
            raise LimitError(self._limits.refusal(f"{where}: the list", "list_mb", "MB"))

    def _typed(self, where: str, error: _AnswerError) -> ApiError:
        response = error.answer
        kind, message = vendor_words(response.content or b"")
        tried = f" after {ATTEMPTS} attempts" if error.retry else ""
        if response.is_redirect:
            words = "the answer leads elsewhere, and the key is not sent there"
        elif response.ok:
            words = f"the answer is not whole JSON: {body_summary(response.content)}"
        elif message:
            words = excerpt(f"{kind}: {message}" if kind else message)
        else:
            words = _head(response)
        text = f"{where}: HTTP {response.status_code}{tried}: {words}"
        return ApiError(self._redact(text), status=response.status_code, kind=kind)


def _parse(response: Response, verdict: Callable[[Response], Retry | None]) -> object:
    """Return the parsed answer; raise for every status but 200 and for a body that is cut off."""
    status = response.status_code
    if status == 200:
        try:
            return parse(response.content)
        except orjson.JSONDecodeError:
            raise _AnswerError(response, Retry()) from None
    raise _AnswerError(response, verdict(response))


def moved_to(response: Response) -> str | None:
    """Return where an answer leads, if that is the same host: the key must not travel to another."""
    if not response.is_redirect:
        return None
    there = urljoin(response.url, response.headers["Location"])
    return there if is_same_host(there, response.url) else None


def is_same_host(address: str, other: str) -> bool:
    """Tell whether two addresses have the same scheme, host and port."""
    one, two = urlsplit(address), urlsplit(other)
    return (one.scheme, one.netloc) == (two.scheme, two.netloc)


def retry_after(response: Response) -> Retry | None:
    """Say how to try again after an answer that is not 200; None: not at all."""
    rate_limit = response.status_code == 429 or _is_quota(response)
    stop = response.headers.get("x-should-retry", "").lower() == "false"
    if stop or not (rate_limit or response.status_code >= 500):
        return None
    return Retry(seconds_asked_for(response), rate_limit)


def _is_quota(response: Response) -> bool:
    """Tell Google's 403 for "too fast", which passes, from its 403 for "not allowed"."""
    if response.status_code != 403:
        return False
    try:
        error = orjson.loads(response.content)["error"]
        return any(item["reason"] in QUOTA_REASONS for item in error["errors"])
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return False


def _head(response: Response) -> str:
    text = excerpt(response.content[: LONGEST * 4].decode("utf-8", "replace"))
    return repr(text) if text else "an empty body"


def _network_words(error: RequestException) -> str:
    return f"{type(error).__name__}: {str(error)[:LONGEST]}"


def require(body: Body, *keys: str, kind: type = list) -> Any:  # noqa: ANN401 - vendor's JSON
    """Return the first of the keys that the answer has.

    Raises:
        EnvelopeError: None of them is there, or it holds something else than `kind`.
    """
    for key in keys:
        if key in body:
            value = body[key]
            if not isinstance(value, kind):
                raise EnvelopeError(
                    f"the answer's {key!r} is not a {kind.__name__} but {type(value).__name__}"
                )
            return value
    found = ", ".join(sorted(body)[:8]) or "nothing"
    raise EnvelopeError(f"the answer lacks {' or '.join(map(repr, keys))}; it has: {found}")
