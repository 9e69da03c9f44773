"""What the OpenAPI document allows is tried by schemathesis: nothing breaks the service, and answers are as described."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance

from tests.integration.serving.conftest import Service

ENDLESS = "/api/v1/events"  # a stream never ends; test_http.py listens to it
CHECKS: list[Any] = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.mark.slow
def test_nothing_that_is_allowed_breaks_the_service(lasting: Service) -> None:
    document = schemathesis.openapi.from_url(f"{lasting.url}/api/v1/openapi.json")
    token = lasting.token("*", role="admin")
    tried = set()
    for result in document.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        if operation.path == ENDLESS:
            continue

        @settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
        @given(case=operation.as_strategy())
        def behaves(case: schemathesis.Case[Any]) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {token}"}, checks=CHECKS)

        behaves()
        tried.add(operation.path)
    assert {
        "/api/v1/analytics/savings/summary",
        "/api/v1/analytics/spend",
        "/api/v1/analytics/marts/{mart}",
    } <= tried
