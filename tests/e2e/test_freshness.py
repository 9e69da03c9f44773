"""What a published company says about its sources: last success and last day of each table that has days."""

import json
from pathlib import Path

from tests.e2e.chain import NOT_OFFERED, Chain

DAYS = {
    "task_executions": "select cast(max(start_time) as date) from raw_orchestrator.task_executions",
    "routing_decisions": "select cast(max(created_at) as date) from raw_orchestrator.routing_decisions",
    "provider_pricing": "select max(effective_date) from raw_orchestrator.provider_pricing",
}


def test_tables_that_are_loaded_by_the_file_have_a_last_day(small: Chain, tmp_path: Path) -> None:
    chain = small.copy(tmp_path / "published")
    assert chain.run("serving", "publish").code == 0
    pointer = json.loads((chain.published / "current.json").read_text(encoding="utf-8"))
    told = {
        one["table"]: one["last_date"]
        for one in pointer["sources"]
        if one["source"] == "orchestrator"
    }
    assert told == {table: str(chain.rows(sql)[0][0]) for table, sql in DAYS.items()}
    for one in pointer["sources"]:
        assert one["last_attempt_at"] is not None
        is_refused = one["table"] in {*NOT_OFFERED, "organization_cost_report"}
        expected = None if is_refused else one["last_attempt_at"]
        assert one["last_success_at"] == expected, one["table"]
