"""What erasing, exporting and retention send to BigQuery is GoogleSQL: every statement, checked by its analyser."""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from privacy.config import Settings
from privacy.plan import apply, make_plan
from privacy.retention import delete_expired
from privacy.scan import scan
from privacy.subject import find_subject
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

    def columns(self, schema: str, table: str) -> dict[str, str]:
        (found,) = (one for one in TABLES if one.place == (schema, table))
        return {name: TYPES[kind] for name, kind in found.columns}

    def rows(self, sql: str, values: Sequence[Value] = ()) -> Sequence[tuple[Any, ...]]:
        assert sql.count("?") == len(values)
        self.sent.append(sql)
        selected = sql.partition(" from ")[0].removeprefix("select ")
        if selected == "distinct number, cell":
            found = re.findall(r"struct\((\d+) as number, (.*?) as cell\)", sql)
            return [
                (int(number), f'{{"by": "{ANNA}"}}' if "json" in text else ANNA)
                for number, text in found
            ]
        if selected.startswith("count(*), coalesce("):
            return [(1, 0)]
        if selected.startswith("count("):
            return [(1,) * (1 + selected.count("sum("))]
        if selected == "organization_id, retention_days":
            return [("org-1", "30")]
        if selected.startswith("distinct "):
            texts = [
                f'{{"by": "{ANNA}"}}' if "json" in one else ANNA for one in selected.split(", ")
            ]
            return [tuple(texts)] if len(texts) == 1 or "`email`" in selected else []
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


def test_the_statements_of_an_erasure_are_googlesql(tmp_path: Path) -> None:
    engine = Recorded()
    subject = find_subject(engine, ANNA)
    plan = make_plan(engine, subject)
    touched = apply(engine, plan)
    assert {str(one.table) for one in touched} >= {"raw_sheets.people", "legacy.raw_cursor_usage"}
    settings = Settings(
        as_of=dt.datetime.now(dt.UTC),
        warehouse="bigquery",
        bigquery_project="p",
        pipelines_dir=tmp_path / "dlt",
        publish_dir=tmp_path / "published",
        focus_dir=tmp_path / "focus",
        target_dir=tmp_path / "target",
        log_dir=tmp_path / "logs",
    )
    assert scan(settings, engine, subject.identifiers())
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
