"""Metabase's REST API: what is asked, what is tried again, what is written down.

A GET or a PUT may be sent twice; a POST makes something, so it is sent once: if its answer is lost, the next run finds by
its key what was made.
"""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests

LOG = logging.getLogger(__name__)
Answer = Any
"""JSON of a server that does not say what it answers."""
_TRIES = 4
_BUSY = (429, 502, 503, 504)
_TIMEOUT = (10, 120)
_HEAD = 300


class MetabaseError(Exception):
    """Metabase did not do what it was asked; the message says what it was and what it answered."""


class Client:
    """A server and the key of somebody who may write there."""

    def __init__(
        self, url: str, api_key: str, *, wait: Callable[[float], None] = time.sleep
    ) -> None:
        self._url = url.rstrip("/")
        self._wait = wait
        self._session = requests.Session()
        self._session.headers.update({"x-api-key": api_key, "Accept": "application/json"})
        self.n_writes = 0

    def get(self, path: str, **query: str | int) -> Answer:
        """Return what a GET answers."""
        return self._again("GET", path, query=query)

    def put(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Replace something."""
        return self._again("PUT", path, body=body)

    def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Make something: sent once."""
        return self._once("POST", path, body=body)

    def ask(self, path: str, body: Mapping[str, Any]) -> Answer:
        """Return what a POST answers that only reads."""
        return self._again("POST", path, body=body, writes=False)

    def _again(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        writes: bool = True,
    ) -> Answer:
        for turn in range(1, _TRIES):
            try:
                return self._once(method, path, query=query, body=body, writes=writes)
            except _BusyError as error:
                LOG.warning("%s; asking again", error)
                self._wait(2.0**turn)
        return self._once(method, path, query=query, body=body, writes=writes)

    def _once(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        writes: bool = True,
    ) -> Answer:
        is_write = writes and method != "GET"
        try:
            answer = self._session.request(
                method,
                self._url + path,
                params=dict(query or {}),
                json=body,
                timeout=_TIMEOUT,
                # The key goes to this server and to no other.
                allow_redirects=False,
            )
        except (requests.ConnectionError, requests.Timeout) as error:
            raise _BusyError(f"{method} {path}: {type(error).__name__}") from error
        said = f"{method} {path}: {answer.status_code}"
        if answer.status_code in _BUSY:
            raise _BusyError(said)
        if not 200 <= answer.status_code < 300:
            raise MetabaseError(f"{said} {answer.text[:_HEAD]}{_remedy(answer, self._url)}")
        if is_write:
            self.n_writes += 1
            LOG.info("%s", said)
        if not answer.content:
            return None
        try:
            return answer.json()
        except ValueError as error:
            raise MetabaseError(f"{said}, but the answer is no JSON") from error


class _BusyError(MetabaseError):
    """It may work in a moment."""


def _remedy(answer: requests.Response, url: str) -> str:
    if answer.status_code in (401, 403):
        return " METABASE_API_KEY has to be a key of the group Administrators."
    if answer.is_redirect:
        return f" METABASE_URL is {urlsplit(url).scheme}://…; the server wants another address."
    return ""
