"""What the OpenAPI document allows is tried by schemathesis: nothing breaks the service, and answers are as described."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from serving.api.addresses import OPEN
from tests.examples import examples
from tests.service import Service

ENDLESS = "/api/v1/events"  # a stream never ends; test_http.py listens to it
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
WHO = {
    "admin of all": (40, "admin", ("*",)),
    "viewer of one": (15, "viewer", ("north",)),
    "officer of all": (15, "privacy_officer", ("*",)),
    "officer of one": (5, "privacy_officer", ("south",)),
    "lead": (5, "lead", ("*",)),
    "person": (5, "person", ("*",)),
    "nobody": (5, None, ()),
}
"""How many requests to try per operation, and with which token."""


@pytest.mark.slow
@pytest.mark.parametrize("who", WHO)
def test_nothing_that_is_allowed_breaks_the_service(
    lasting: Service, staffed: Service, who: str
) -> None:
    n_examples, role, organizations = WHO[who]
    service = staffed if role in ("lead", "person") else lasting
    headers = {}
    if role is not None:
        headers["Authorization"] = f"Bearer {service.token(*organizations, role=role)}"
    statuses = {
        f"{operation.method.upper()} {operation.path}": _tried(operation, headers, n_examples)
        for operation in _operations(service)
    }
    assert {
        "GET /api/v1/analytics/savings/summary",
        "GET /api/v1/analytics/spend",
        "GET /api/v1/analytics/marts/{mart}",
        "GET /api/v1/reports/executive.pdf",
        "GET /api/v1/user/data/export",
        "DELETE /api/v1/user/data",
    } <= statuses.keys()
    # What each of them is let into at all, so that the rest was not tried on closed doors alone.
    personal = {name: found for name, found in statuses.items() if "/user/data" in name}
    for name, found in statuses.items():
        if name.removeprefix("GET ") in OPEN:
            assert found == {200}, name
        elif role is None:
            assert found == {401}, name
        elif name.startswith("GET ") and name in personal and who == "person":
            assert found <= {200, 403, 422}, name  # what is known of oneself
        elif name in personal and who != "officer of all":
            assert found <= {403, 422}, name
        else:
            assert 401 not in found, name
    if who == "officer of all":
        assert 202 in personal["DELETE /api/v1/user/data"]
        assert 200 in personal["GET /api/v1/user/data/export"]


def test_the_document_says_both_ways_in(lasting: Service) -> None:
    """A program shows a token, a browser the cookie that signing in gave it: either is enough."""
    document = httpx.get(f"{lasting.url}/api/v1/openapi.json").json()
    schemes = document["components"]["securitySchemes"]
    assert schemes["token"] == {"type": "http", "scheme": "bearer"}
    assert (schemes["session"]["in"], schemes["session"]["name"]) == ("cookie", "__Host-session")
    asked = document["paths"]["/api/v1/analytics/spend"]["get"]["security"]
    assert asked == [{"token": []}, {"session": []}]


def _operations(service: Service) -> Iterator[Any]:
    document = schemathesis.openapi.from_url(f"{service.url}/api/v1/openapi.json")
    for result in document.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.path != ENDLESS:
            yield operation


def _tried(operation: Any, headers: dict[str, str], n_examples: int) -> set[int]:
    """Try an operation and return the statuses of its answers, which are all as the document says."""
    seen = set()

    @settings(
        max_examples=examples(n_examples), deadline=None, suppress_health_check=list(HealthCheck)
    )
    @given(case=operation.as_strategy())
    def behaves(case: schemathesis.Case[Any]) -> None:
        seen.add(case.call_and_validate(headers=headers, checks=CHECKS).status_code)

    behaves()
    return seen
