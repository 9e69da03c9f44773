from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from sandbox.server import Running, ServerOptions, running
from sandbox.server.options import ANTHROPIC_ADMIN_KEY, ANTHROPIC_ANALYTICS_KEY, CURSOR_KEY
from tests.integration.sandbox.paged import paged_world

ADMIN = {"x-api-key": ANTHROPIC_ADMIN_KEY, "anthropic-version": "2023-06-01"}

ANALYTICS = {**ADMIN, "x-api-key": ANTHROPIC_ANALYTICS_KEY}


@dataclass(frozen=True)
class Client:
    """Real HTTP to one server, with the right keys."""

    server: Running
    http: httpx.Client

    def cursor(self, path: str, **body: object) -> httpx.Response:
        return self.http.post(self.server.cursor_url + path, json=body, auth=(CURSOR_KEY, ""))

    def cursor_get(self, path: str) -> httpx.Response:
        return self.http.get(self.server.cursor_url + path, auth=(CURSOR_KEY, ""))

    def anthropic(
        self, path: str, params: list[tuple[str, Any]] | None = None, **headers: str
    ) -> httpx.Response:
        url = f"{self.server.anthropic_url}/v1/organizations{path}"
        return self.http.get(url, params=params or [], headers={**ADMIN, **headers})

    def analytics(
        self, path: str, params: list[tuple[str, Any]] | None = None, **headers: str
    ) -> httpx.Response:
        url = f"{self.server.anthropic_url}/v1/organizations/analytics{path}"
        return self.http.get(url, params=params or [], headers={**ANALYTICS, **headers})


@pytest.fixture(scope="session")
def _server() -> Iterator[Running]:
    options = ServerOptions(rate_limits=False)
    with running(paged_world(), options=options) as server:
        yield server


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10) as shared:
        yield shared


@pytest.fixture
def client(_server: Running, http: httpx.Client) -> Client:
    """A server of the company written by hand, without faults and without limits."""
    _server.state.reset()
    return Client(_server, http)
