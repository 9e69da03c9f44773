"""A published file that is damaged within its size is not served: the snapshot before is, and that is said."""

import logging
from pathlib import Path

import httpx
import pytest

from tests.service import Service


def _damaged(path: Path) -> None:
    """Turn one bit in the middle of a file."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_damaged_file_is_not_served_and_the_snapshot_before_is(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    before = service.app.state.follower.current.snapshot_id
    made = service.change("update marts.mart_savings__daily set baseline_cost_usd = 1")
    path = service.settings.publish_dir / made / "marts" / "mart_savings__user_days.parquet"
    _damaged(path)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            service.look()
    assert service.app.state.follower.current.snapshot_id == before
    said = [one.getMessage() for one in caplog.records if "cannot be opened" in one.getMessage()]
    assert len(said) == 1
    assert f"{path} is damaged" in said[0]
    ready = httpx.get(f"{service.url}/readyz")
    assert (ready.status_code, ready.json()["newest_snapshot"].split(":")[0]) == (
        200,
        "cannot be opened",
    )
    with service.client("north") as client:
        answer = client.get("/analytics/savings/summary?organization_id=north")
    assert answer.json()["snapshot_id"] == before
    # Published again it is whole, under another name.
    again = service.change()
    service.look()
    assert again != made
    assert service.app.state.follower.current.snapshot_id == again
    assert httpx.get(f"{service.url}/readyz").json()["newest_snapshot"] == "ok"
