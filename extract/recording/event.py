"""An event as it is recorded: looked at with the loader's own SQL, written in one form, and known by an id that a retry does not change.

What is refused here is what the loader would put into the quarantine, because it is the same statement over the same contract
(`extract.landing.expressions`): DuckDB reads the fields as it reads them from a file.
"""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Mapping
from decimal import Decimal

import duckdb

from extract.landing.contracts import Column, Kind, Table
from extract.landing.expressions import conversion
from warehouse.files import literal

Value = str | int | bool
_INSTANTS = (Kind.TIMESTAMP, Kind.UTC_TIMESTAMP)
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
HAPPENED = {"deployments": "deployed_at", "test_runs": "ran_at", "rule_compliance": "occurred_at"}
"""What is now unless it is said. When an incident was opened nobody but the caller knows."""
IDENTIFIED_BY = {
    "deployments": ("repository_name", "service", "deployment_id"),
    "incidents": ("service", "incident_id"),
}
"""What these are, whatever becomes of them: recorded again, they replace what was recorded before. Other events are what they say."""


class EventError(Exception):
    """A field cannot be recorded; `field` names it, the message says what was expected."""

    def __init__(self, field: str, expected: str) -> None:
        super().__init__(expected)
        self.field = field


def fields_of(table: Table) -> tuple[Column, ...]:
    """Return the columns that whoever records an event fills in."""
    return tuple(c for c in table.columns if c.path and c.name != "recorded_at")


def event(
    table: Table, said: Mapping[str, str], *, now: dt.datetime, occasion: str | None
) -> dict[str, Value]:
    """Return the event, as a file has it.

    Args:
        table: The contract.
        said: Texts by column; what is not known is not there. Without `event_id` it gets one.
        now: When it is recorded.
        occasion: The run of CI that records it, if one does.

    Raises:
        EventError: A field breaks the contract.
    """
    for name, text in said.items():
        # What was no UTF-8 on a command line has become halves of characters.
        if re.search("[\ud800-\udfff]", text):
            raise EventError(name, "expected text in UTF-8")
    instant = f"{now:%Y-%m-%dT%H:%M:%S.%fZ}"
    happened = HAPPENED.get(table.name, "")
    is_now = happened not in said
    filled = {happened: instant, **said} if happened else said
    row = _checked(table, {"event_id": table.name, **filled, "recorded_at": instant})
    if "event_id" not in said:
        # Tried again in the same run it happened a little later, and is the same.
        beside = {"recorded_at", *([happened] if is_now and occasion else [])}
        parts = {name: value for name, value in row.items() if name not in beside}
        row["event_id"] = _id_of(table, parts, occasion)
    return row


def _checked(table: Table, said: Mapping[str, str]) -> dict[str, Value]:
    """Return the values in the form of their kinds: instants in UTC, numbers as numbers, a decimal as text."""
    sql = conversion(table, dict.fromkeys(said, "VARCHAR"))
    columns = [c for c in table.columns if c.name in said]
    listed = ", ".join(_plain(column, sql.columns[column.name]) for column in columns)
    # As literals: a bound value has DuckDB import pandas where it is installed, which takes longer than all else.
    delivered = ", ".join(f'{literal(text)} as "{name}"' for name, text in said.items())
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute(f"create temp table delivered as select {delivered}")
        ((fault, *values),) = con.execute(f"select {sql.fault}, {listed} from delivered").fetchall()
    if fault:
        raise EventError(*fault.split("|", 1))
    return {
        column.name: _written(column, value)
        for column, value in zip(columns, values, strict=True)
        if value is not None
    }


def _plain(column: Column, value: str) -> str:
    # An instant as a number: DuckDB hands out none with a zone without a library of time zones.
    return f"epoch_us({value})" if column.kind in _INSTANTS else value


def _written(column: Column, value: object) -> Value:
    if column.kind in _INSTANTS and isinstance(value, int):
        return f"{_EPOCH + dt.timedelta(microseconds=value):%Y-%m-%dT%H:%M:%S.%fZ}"
    if isinstance(value, Decimal):
        plain = f"{value:f}"
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return value if isinstance(value, bool | int) else str(value)


def _id_of(table: Table, parts: Mapping[str, Value], occasion: str | None) -> str:
    """Return the id of an event by what makes it the one it is, so that a step that is tried again is not counted twice."""
    names = IDENTIFIED_BY.get(table.name)
    made_of: object = [parts, occasion]
    if names is not None:
        made_of = [parts.get(name) for name in names]
    text = json.dumps([table.name, made_of], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:24]
