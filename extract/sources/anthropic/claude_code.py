"""Anthropic's Claude Code report: one call and its pages per UTC day.

An actor has several records a day (terminal, remote or local, customer type) and no key, so each
record gets a deterministic id from its day, its identity and its place among equals. Models are rows
of a child table: sessions and lines are never repeated per model.
"""

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Hashable
from typing import Any

from extract.client.http import Api, EnvelopeError
from extract.client.watching import Watch, canonical
from extract.landing.errors import OutOfWindowError
from extract.landing.sink import Sink, Unit
from extract.sources.anthropic.reports import next_pages, one_way
from extract.sources.anthropic.tables import CLAUDE_CODE, CLAUDE_CODE_MODELS

PATH = "/v1/organizations/usage_report/claude_code"
PAGE_SIZE = 1000


def read_claude_code(api: Api, unit: Unit, sink: Sink) -> None:
    """Read one day's records; the day is the unit's only one."""
    day = unit.since
    records: list[object] = []
    seen_tokens: set[str] = set()
    for body in api.pages(
        "GET",
        PATH,
        params={"starting_at": day.isoformat(), "limit": PAGE_SIZE},
        paginator=next_pages(),
        envelope=lambda body: one_way(seen_tokens, body),
        # Records have no key; two that are equal in everything are one.
        watch=Watch(key=_content),
    ):
        records.extend(body["data"])
    for record in records:
        _check_day(record, day)
    keyed = with_record_ids(day, records)
    rejected = sink.add(CLAUDE_CODE, keyed, {"usage_date": day})
    models = [
        {**model, "record_id": record["record_id"]} if isinstance(model, dict) else model
        for index, record in enumerate(keyed)
        if isinstance(record, dict) and index not in rejected
        for model in _models(record)
    ]
    sink.add(CLAUDE_CODE_MODELS, models, {"usage_date": day})


def _content(record: object) -> Hashable:
    return canonical(record)


def _models(record: dict[str, Any]) -> list[Any]:
    models = record.get("model_breakdown")
    if models is None:
        return []
    return models if isinstance(models, list) else [models]


def _check_day(record: object, day: dt.date) -> None:
    if isinstance(record, dict) and "date" in record:
        stated = str(record["date"])[:10]
        if stated != day.isoformat():
            try:
                dt.date.fromisoformat(stated)
            except ValueError:
                raise EnvelopeError(
                    "usage_report_claude_code: a record's 'date' is not a day"
                ) from None
            raise OutOfWindowError(
                f"usage_report_claude_code: the vendor sent a record of {stated}, but {day} was asked "
                "for. Nothing of this day was loaded."
            )


def with_record_ids(day: dt.date, records: list[object]) -> list[object]:
    """Add `record_id` to each record, the same on every run whatever the order of the pages."""
    ordered = sorted(records, key=canonical)
    n_equal: Counter[bytes] = Counter()
    result: list[object] = []
    for record in ordered:
        if not isinstance(record, dict):
            result.append(record)
            continue
        identity = canonical(
            [
                day.isoformat(),
                record.get("organization_id"),
                record.get("actor"),
                record.get("customer_type"),
                record.get("subscription_type"),
                record.get("is_remote"),
                record.get("terminal_type"),
            ]
        )
        n_equal[identity] += 1
        key = identity + str(n_equal[identity]).encode()
        result.append({**record, "record_id": hashlib.sha256(key).hexdigest()[:32]})
    return result
