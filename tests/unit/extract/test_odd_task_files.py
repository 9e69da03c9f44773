"""Odd cells in an orchestrator's files, in all three formats: the row is set aside with its field, the file and all other rows land."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import fsspec
import pytest

from extract.files.formats import open_file
from extract.landing.contracts import Mode, Table
from extract.landing.deliveries import Deliveries, Delivery
from extract.limits import Limits
from extract.sources.orchestrator.tables import TABLES
from persons.suppression import Suppression
from tests.unit.extract.test_odd_values import LONG, ODD

GOOD = {
    "task_id": "t", "routing_decision_id": "r", "pricing_id": "p", "organization_id": "o", "provider": "p", "success": "true",
    "start_time": "2026-05-04T10:00:00Z", "pricing_model": "per_token", "cost_per_unit": "1", "effective_date": "2026-05-04",
}  # fmt: skip
TEXTS = [one for one in [*ODD, *LONG] if len(one) < 20_000]


def _converted(
    path: Path, kind: str, table: Table, folder: Path
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return what lands of a file, and what is set aside."""
    folder.mkdir()
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")

        def opened(connection: duckdb.DuckDBPyConnection, limits: Limits) -> Any:
            return open_file(
                connection, limits, fs=fsspec.filesystem("file"), place=str(path), kind=kind
            )

        found = Deliveries(con, folder, Suppression())
        found.want(table, [Delivery(table, path.name, "id", "now", kind, opened)])
        found.convert("load", dt.datetime(2026, 5, 5, tzinfo=dt.UTC))
        (one,) = found.converted[table]
        assert one.reason is None, one.reason
        landed = [
            row
            for file in found.paths(table)
            for row in con.execute(f"from '{file}'").to_arrow_table().to_pylist()
        ]
        return landed, found.rejects(table).to_pylist()


def _required(table: Table) -> dict[str, str]:
    return {
        c.path: GOOD[c.path]
        for c in table.columns
        if c.path and (c.required or c.name in table.key)
    }


@pytest.mark.parametrize(
    "table", [one for one in TABLES if one.mode is Mode.KEY], ids=lambda table: table.name
)
def test_an_odd_cell_of_a_text_file_costs_its_row(table: Table, tmp_path: Path) -> None:
    fields = [column.path for column in table.columns if column.path]
    lines = [_line({**_required(table), table.key[-1]: '"good"'})]
    lines += [_line({**_required(table), field: text}) for field in fields for text in TEXTS]
    (tmp_path / "a.jsonl").write_text("\n".join(lines), encoding="utf-8")
    landed, rejects = _converted(tmp_path / "a.jsonl", "jsonl", table, tmp_path / "jsonl")
    _look(table, landed, rejects)
    with (tmp_path / "a.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerow({**_required(table), table.key[-1]: "good"})
        for field in fields:
            for text in TEXTS:
                writer.writerow(
                    {**_required(table), field: text.strip('"').replace("\\u0000", "\0")}
                )
    landed, rejects = _converted(tmp_path / "a.csv", "csv", table, tmp_path / "csv")
    _look(table, landed, rejects)


def _line(row: dict[str, str]) -> str:
    texts = {
        name: text if text in TEXTS or text == '"good"' else f'"{text}"'
        for name, text in row.items()
    }
    return "{" + ",".join(f'"{name}":{text}' for name, text in texts.items()) + "}"


def _look(table: Table, landed: list[dict[str, Any]], rejects: list[dict[str, Any]]) -> None:
    assert "good" in [row[table.key[-1]] for row in landed]
    for row in landed:
        for name, value in row.items():
            if isinstance(value, dt.date) and name != "_loaded_at":
                assert 2000 <= value.year < 2100 or (name, value.year) == ("end_date", 9999), (
                    name,
                    value,
                )
            assert not isinstance(value, str) or ("\0" not in value and len(value) <= 10_000), name
    named = {reject["field"] for reject in rejects}
    assert {"start_time", "effective_date", "created_at"} & {
        c.path for c in table.columns
    } <= named, named


def test_an_odd_cell_of_a_typed_file_costs_its_row(tmp_path: Path) -> None:
    """Naive: -infinity and 44 BC are before the last day, and land; infinity makes the file unreadable; the year 99999 lands."""
    instants = (
        "infinity",
        "-infinity",
        "99999-01-01",
        "0044-03-15 (BC)",
        "1999-12-31 23:59:59.999999",
        "2100-01-01",
    )
    for kind in ("timestamp", "timestamptz"):
        path = tmp_path / f"{kind}.parquet"
        rows = ["select 'good' as task_id, timestamp '2026-05-04 10:00:00' as start_time, null as end_time,"
                " 1::double as compute_units, 1::hugeint as output_tokens, 0.5::double as confidence_score"]  # fmt: skip
        rows += [f"select 's{n}', '{one}', null, 1, 1, 0.5" for n, one in enumerate(instants)]
        rows += [
            f"select 'e{n}', '2026-05-04', '{one}', 1, 1, 0.5" for n, one in enumerate(instants)
        ]
        rows += [
            f"select 'c{n}', '2026-05-04', null, '{one}'::double, 1, 0.5"
            for n, one in enumerate(("nan", "inf", "-inf", "1e300"))
        ]
        rows += [
            f"select 'o{n}', '2026-05-04', null, 1, {one}, 0.5"
            for n, one in enumerate(("-1", "2::hugeint ^ 70"))
        ]
        rows += [
            f"select 'f{n}', '2026-05-04', null, 1, 1, '{one}'::double"
            for n, one in enumerate(("nan", "inf"))
        ]
        with duckdb.connect() as con:
            con.execute("set TimeZone = 'UTC'")
            con.execute(
                f"copy (select task_id, 'o' as organization_id, 'p' as provider, true as success, start_time::{kind} as start_time,"
                f" end_time::{kind} as end_time, compute_units, cast(output_tokens as double) as output_tokens, confidence_score"
                f" from ({' union all '.join(rows)})) to '{path}' (format parquet)"
            )
        landed, rejects = _converted(path, "parquet", TABLES[0], tmp_path / kind)
        assert [row["task_id"] for row in landed] == ["good"], kind
        counts = {
            "start_time": 6,
            "end_time": 6,
            "compute_units": 4,
            "output_tokens": 2,
            "confidence_score": 2,
        }
        fields = [reject["field"] for reject in rejects]
        assert {name: fields.count(name) for name in counts} == counts
