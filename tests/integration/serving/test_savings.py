"""The four savings endpoints against figures worked out by hand from `warehouse.py`."""

from typing import Any

import pytest

from tests.integration.serving.conftest import Service


def _ask(service: Service, path: str, **parameters: str) -> dict[str, Any]:
    with service.client("north", "unpriced") as client:
        answer = client.get(path, params={"organization_id": "north", **parameters})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_summary(service: Service) -> None:
    found = _ask(service, "/analytics/savings/summary")
    # 10.5 + 5 - 0.0000005 = 15.4999995, half away from zero; net 9.9999995 + 5 - 1.0000005 = 13.999999.
    assert found["total_savings"] == "15.500000"
    assert found["net_savings"] == "13.999999"
    assert found["total_cost"] == "37.000001"
    assert found["baseline_cost"] == "51.000000"
    # 15.4999995 of 50.9999995
    assert found["savings_percentage"] == pytest.approx(30.392157)
    assert found["currency"] == "USD"
    assert found["period"] == {"start": "2026-05-29", "end": "2026-06-02"}
    # 38 + 50 + 7 of 104 tasks
    assert found["coverage"] == 0.913462
    assert found["trend"] == [
        {"date": "2026-05-29", "savings": "15.500000", "cumulative_savings": "15.500000"},
        {"date": "2026-06-01", "savings": "-0.000001", "cumulative_savings": "15.500000"},
        {"date": "2026-06-02", "savings": None, "cumulative_savings": "15.500000"},
    ]
    assert found["as_of"] == "2026-06-10T00:00:00+00:00"
    assert found["snapshot_id"] == service.app.state.follower.current.snapshot_id
    assert found["freshness"] == [
        {
            "source": "orchestrator",
            "table": "provider_pricing",
            "last_status": "failed",
            "last_attempt_at": "2026-06-03T04:00:00Z",
            "changed_at": "2026-06-01T00:00:00Z",
            "last_date": "2026-06-01",
        },
        {
            "source": "orchestrator",
            "table": "task_executions",
            "last_status": "ok",
            "last_attempt_at": "2026-06-03T04:00:00Z",
            "changed_at": "2026-06-03T04:00:00Z",
            "last_date": "2026-06-02",
        },
    ]
