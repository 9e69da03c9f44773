"""Ids of Claude Code records: stable, whatever the order, and as fine as the identity."""

import datetime as dt
from itertools import permutations
from typing import Any

import pytest

from extract.sources.anthropic.claude_code import with_record_ids

DAY = dt.date(2026, 6, 1)
RECORD: dict[str, Any] = {
    "organization_id": "o",
    "actor": {"type": "api_actor", "api_key_name": "ci"},
    "customer_type": "api",
    "subscription_type": None,
    "is_remote": False,
    "terminal_type": "vscode",
    "core_metrics": {"num_sessions": 5},
}
OTHERS: list[dict[str, Any]] = [
    {"organization_id": "p"},
    {"actor": {"type": "user_actor", "email_address": "ada@corp.example"}},
    {"customer_type": "subscription"},
    {"subscription_type": "team"},
    {"is_remote": True},
    {"terminal_type": "tmux"},
]


def _ids(records: list[object], day: dt.date = DAY) -> list[tuple[int, str]]:
    found = [record for record in with_record_ids(day, records) if isinstance(record, dict)]
    return sorted((row["core_metrics"]["num_sessions"], row["record_id"]) for row in found)


def test_order_of_the_pages_does_not_matter() -> None:
    records: list[object] = [{**RECORD, "core_metrics": {"num_sessions": n}} for n in (1, 2, 2)]
    assert len({tuple(_ids(list(order))) for order in permutations(records)}) == 1
    assert len({key for _, key in _ids(records)}) == 3


@pytest.mark.parametrize("change", OTHERS, ids=lambda change: next(iter(change)))
def test_every_dimension_is_part_of_the_identity(change: dict[str, Any]) -> None:
    """A neighbour that differs in one dimension moves no id, however its figures sort."""
    alone = _ids([RECORD])
    for sessions in (1, 9):
        neighbour = {**RECORD, **change, "core_metrics": {"num_sessions": sessions}}
        together = _ids([RECORD, neighbour])
        assert set(alone) < set(together)
        assert len({key for _, key in together}) == 2


def test_another_day_is_another_record() -> None:
    assert _ids([RECORD]) != _ids([RECORD], DAY + dt.timedelta(days=1))


def test_revised_figures_keep_the_id() -> None:
    revised = {**RECORD, "core_metrics": {"num_sessions": 8}}
    assert [key for _, key in _ids([RECORD])] == [key for _, key in _ids([revised])]
