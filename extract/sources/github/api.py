"""GitHub's REST API: lists by their `Link` header, its two rate limits, and what its refusals mean.

The address of the next page is followed as it is given (it names `/repositories/{id}` and cursors) and never built; no
header is the last page, however long the page is. The token goes to GITHUB_API_URL and nowhere else.
"""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any

from dlt.sources.helpers.rest_client.auth import BearerTokenAuth
from dlt.sources.helpers.rest_client.paginators import HeaderLinkPaginator
from requests import Response

from extract.client.http import (
    Api,
    ApiError,
    Body,
    is_same_host,
    require,
    retry_after,
    vendor_words,
)
from extract.client.retries import Retry, seconds_asked_for
from extract.config import Settings
from extract.landing.errors import SourceError

PAGE_SIZE = 100
HOUR_SECONDS = 3_700.0
"""The primary limit is counted by the hour: what is left of one is waited for, and a little more."""
SECONDARY_SECONDS = 60.0
_LIMITED = ("secondary rate limit", "rate limit exceeded", "abuse detection")
_POLICY = ("saml", "sso", "ip allow list", "ip address")

RIGHTS = (
    "Contents, Pull requests, Issues, Deployments, Actions and Metadata of the repository, and Members of the"
    " organisation for teams, all read-only"
)


def verdict(response: Response) -> Retry | None:
    """Say how to try again: a rate limit comes as 403 or 429, and is told by its headers or its words."""
    if response.status_code not in (403, 429):
        return retry_after(response)
    asked = seconds_asked_for(response)
    if asked is not None:
        return Retry(asked, rate_limit=True, longest_seconds=HOUR_SECONDS)
    if response.headers.get("x-ratelimit-remaining") == "0":
        return Retry(_until_reset(response), rate_limit=True, longest_seconds=HOUR_SECONDS)
    _, words = vendor_words(response.content or b"")
    if response.status_code == 429 or any(one in (words or "").lower() for one in _LIMITED):
        return Retry(SECONDARY_SECONDS, rate_limit=True)
    return None


def _until_reset(response: Response) -> float | None:
    """Return the seconds until the limit is lifted, by the vendor's own clock where it says what it shows."""
    reset = response.headers.get("x-ratelimit-reset", "")
    if not reset.isdecimal():
        return None
    try:
        now = parsedate_to_datetime(response.headers.get("Date", "")).timestamp()
    except (TypeError, ValueError):
        now = time.time()
    return max(1.0, float(reset) - now + 1)


def remedy(error: ApiError) -> str:
    """Say what to do about a refusal."""
    words = str(error).lower()
    if error.status in (403, 429) and any(one in words for one in _LIMITED):
        return "The token's rate limit did not pass: run again in an hour; what is read so far is kept."
    if error.status == 403 and any(one in words for one in _POLICY):
        return (
            "The organisation's policy keeps the token out: authorise it for single sign-on (Settings, Developer settings,"
            " Configure SSO), or run from an address that the IP allow list names."
        )
    if error.status == 403:
        return f"The token lacks a permission: give it {RIGHTS}."
    if error.status == 401:
        return "GITHUB_TOKEN is wrong, revoked or has expired: make another one."
    if error.status == 404:
        return f"It does not exist, or the token may not see it: GITHUB_REPOSITORIES names it right? The token needs {RIGHTS}."
    return ""


class _Links(HeaderLinkPaginator):
    """Follows `Link`, on the same host only."""

    def update_state(self, response: Response, data: list[Any] | None = None) -> None:
        super().update_state(response, data)
        there = self._next_reference
        if there and not is_same_host(there, response.url):
            raise SourceError(
                "GitHub: the next page is said to lie on another host, and the token is not sent there. Is GITHUB_API_URL a"
                " proxy that leaves the addresses in its answers as they are?"
            )


class GitHub:
    """The API with its token."""

    def __init__(self, settings: Settings) -> None:
        """Open the client; ask nothing yet."""
        self._api = Api(
            "GitHub",
            settings.github_api_url.rstrip("/"),
            redact=settings.redact,
            limits=settings.limits,
            backoff_seconds=settings.http_backoff_seconds,
            auth=BearerTokenAuth(settings.github_token or ""),
            headers={
                "Accept": "application/vnd.github+json",
                "X-GitHub-Api-Version": "2022-11-28",
                "User-Agent": "ai-usage-analytics",
            },
            verdict=verdict,
            redirects=True,
        )

    def one(self, path: str) -> Body:
        """Return one object."""
        (body,) = self._answers(path, None, lambda body: body)
        return body

    def list_pages(
        self, path: str, params: dict[str, Any] | None = None, rows: str = "rows"
    ) -> Iterator[Body]:
        """Yield the pages of a list; a bare list stands under `rows`."""

        def envelope(body: Body) -> Body:
            require(body, rows)
            return body

        asked = {"per_page": PAGE_SIZE, **(params or {})}
        page: Body = {}
        for number, page in enumerate(self._answers(path, asked, envelope, rows=rows)):  # noqa: B007
            yield page
        if page and number and not page[rows]:
            raise SourceError(
                f"GitHub: {path}: the page before said that another follows, and that one is empty and the last: the end of the"
                " list was not read. Run it again."
            )

    def _answers(
        self,
        path: str,
        params: dict[str, Any] | None,
        envelope: Any,  # noqa: ANN401 - a function
        rows: str | None = None,
    ) -> Iterator[Body]:
        try:
            yield from self._api.pages(
                "GET",
                path,
                params=params,
                paginator=_Links(),
                envelope=envelope,
                rows=rows,
                # Rows land by key and lists are read newest first: one that moves loses none.
                watch=None,
            )
        except ApiError as error:
            raise ApiError(
                f"{error} {remedy(error)}".rstrip(), status=error.status, kind=error.kind
            ) from None
