"""What erasing, exporting and retention send to BigQuery is GoogleSQL: every statement, checked by its analyser."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from persons.identifiers import Replacement
from privacy.replacing import replace_everywhere, traces
from privacy.retention import delete_expired
from privacy.subject import Subject, find_subject
from privacy.totals import read_totals
from privacy.warehouse_export import export_subject
from tests.bigquery.emulator.sent import check_sent
from warehouse.bigquery import BigQuery
from warehouse.engine import COUNTED, JSON, TEXT, Table, Value

ANNA = "anna.berg@x.example"
TOKEN = "erased-0123456789abcdef"
TABLES = [
    Table(
        "raw_sheets",
        "people",
        tuple((name, TEXT) for name in ("email", "aliases", "name", "manager_email")),
    ),
    Table("raw_cursor", "team_members", (("id", TEXT), ("email", TEXT), ("name", TEXT))),
    Table("raw_sheets", "task_retention", (("organization_id", TEXT), ("retention_days", TEXT))),
    Table(
        "raw_orchestrator",
        "task_executions",
        (
            ("user_id", TEXT),
            ("organization_id", TEXT),
            ("start_time", ""),
            ("tokens_used", COUNTED),
        ),
    ),
    Table("legacy", "raw_cursor_usage", (("email", TEXT), ("raw_response", JSON))),
]
TYPES = {TEXT: "string", JSON: "json", COUNTED: "int64", "": "timestamp"}


class Recorded(BigQuery):
    """The engine's statements, answered as a warehouse that names the person everywhere would."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self._prefix, self._unprefixed = "ai_usage_", ("legacy",)
        self._client = type("Client", (), {"project": "p"})  # type: ignore[assignment]

    def tables(self) -> list[Table]:
        return TABLES

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Sequence[tuple[Any, ...]]:
        assert sql.count("?") == len(values)
        self.sent.append(sql)
        selected = sql.partition(" from ")[0].removeprefix("select ")
        if selected.startswith("max("):
            return [(1,) * selected.count("max(")]
        if selected.startswith("count("):
            return [(1,) * (1 + selected.count("sum("))]
        if selected == "organization_id, retention_days":
            return [("org-1", "30")]
        if selected.startswith("distinct ") and "," not in selected:
            return [(f'{{"by": "{ANNA}"}}' if "json" in selected else ANNA,)]
        return []

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        assert sql.count("?") == len(values)
        self.sent.append(sql)
        return 1


def _refused(engine: Recorded) -> list[str]:
    made = []
    for table in TABLES:
        columns = ", ".join(f"{name} {TYPES[kind]}" for name, kind in table.columns)
        made.append({"sql": f"create table {engine.name(*table.place)} ({columns})"})
    found = check_sent([*made, *({"sql": sql} for sql in engine.sent)])
    assert found.left == 0
    return found.failures


def test_the_statements_of_an_erasure_are_googlesql() -> None:
    engine = Recorded()
    find_subject(engine, ANNA)
    subject = Subject(emails=[ANNA], names=["Anna Berg"])
    replacement = Replacement({TOKEN: subject.identifiers()})
    touched = replace_everywhere(engine, replacement, TOKEN, subject.emails)
    assert {str(one.table) for one in touched} >= {"raw_sheets.people", "legacy.raw_cursor_usage"}
    traces(engine, replacement)
    read_totals(engine)
    assert len(engine.sent) > 20
    assert _refused(engine) == []
    assert not any("anna" in sql.lower() for sql in engine.sent)  # bound, not written


def test_the_datasets_of_a_copy_go_with_everything_in_them() -> None:
    engine = Recorded()
    engine.create_schema("erasing_raw_sheets")
    engine.drop_schema("erasing_raw_sheets")
    assert engine.sent[-1] == "drop schema if exists `p`.`ai_usage_erasing_raw_sheets` cascade"
    assert _refused(engine) == []


def test_the_statements_of_retention_are_googlesql() -> None:
    engine = Recorded()
    delete_expired(engine, dt.date(2026, 11, 21))
    assert sum(sql.startswith("delete ") for sql in engine.sent) == 2
    assert _refused(engine) == []


def test_the_statements_of_an_export_are_googlesql() -> None:
    engine = Recorded()
    assert b'"n_rows":0}' in b"".join(export_subject(engine, ANNA))
    assert _refused(engine) == []
