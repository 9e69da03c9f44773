"""What CI records, as files leave it: each odd event costs itself, with its row, field and what is expected; all others land."""

import datetime as dt
import gzip
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.landing.contracts import Table
from extract.landing.deliveries import Deliveries
from extract.landing.sink import Sink
from extract.limits import Limits
from extract.sources.dev_events import TABLES, resources
from persons.suppression import Suppression

DEPLOYMENT: dict[str, Any] = {
    "event_id": "e-1", "deployment_id": "d-1", "service": "shop", "environment": "production", "deployment_environment": "staging",
    "status": "success", "deployed_at": "2026-05-04T12:00:00+02:00", "branch": "feature/Preis & Größe", "pr_number": 7,
    "is_unplanned": False, "recorded_at": "2026-05-04T10:02:00Z", "details": "told me so",
}  # fmt: skip
TEST_RUN: dict[str, Any] = {
    "event_id": "t-1", "run_id": "r-1", "ran_at": "2026-05-04T10:00:00Z", "total_tests": 10, "passed_tests": 7, "failed_tests": 2,
    "skipped_tests": 1, "execution_seconds": 12.5, "test_type": "unit", "recorded_at": "2026-05-04T10:02:00Z",
}  # fmt: skip
RULE: dict[str, Any] = {
    "event_id": "c-1", "occurred_at": "2026-05-04T10:00:00Z", "rule_name": "docs-before-code", "rule_category": "foundation",
    "compliance_status": "violation", "context_type": "pr", "context_id": "7", "recorded_at": "2026-05-04T10:02:00Z",
}  # fmt: skip
INCIDENT: dict[str, Any] = {
    "event_id": "i-1", "incident_id": "i-1", "service": "shop", "deployment_environment": "production",
    "opened_at": "2026-05-04T10:00:00Z", "recorded_at": "2026-05-04T10:02:00Z",
}  # fmt: skip
GOOD = dict(
    zip([table.name for table in TABLES], (DEPLOYMENT, TEST_RUN, RULE, INCIDENT), strict=True)
)
Found = dict[str, list[Any]]


def _landed(folder: Path, held: Mapping[str, Any] | None = None) -> tuple[Found, Found, list[str]]:
    """Return the rows of each table that land, what is kept out of each file, and what is said of the folder."""
    settings: Any = type("S", (), {"dev_events_url": str(folder), "redact": staticmethod(str)})
    unit: Any = None
    sink = Sink(unit, folder, 1, Suppression())
    resources(settings)[0].read(unit, sink)
    made = folder.parent / f"made-{folder.name}"
    made.mkdir(exist_ok=True)
    rows: Found = {}
    odd: Found = {}
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        found = Deliveries(con, made, Suppression(), Limits())
        for table in TABLES:
            held_rows = (held or {}).get(table.name, [])
            delivered = [file for file in sink.deliveries if file.table is table]
            found.want(table, delivered, lambda _, these=held_rows: these)  # type: ignore[misc]
        found.convert("load", dt.datetime(2026, 5, 5, tzinfo=dt.UTC))
        names = {file.file_id: file.name for file in sink.deliveries}
        for table in TABLES:
            rows[table.name] = [
                row
                for path in found.paths(table)
                for row in con.execute(f"from '{path}' order by event_id")
                .to_arrow_table()
                .to_pylist()
            ]
            for one in found.rejects(table).to_pylist():
                place = (one["row_number"], one["field"], one["reason"])
                odd.setdefault(names[one["partition_id"]], []).append(place)
    return rows, odd, sink.warnings


def _write(folder: Path, name: str, content: bytes | list[Mapping[str, Any]]) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if isinstance(content, list):
        content = "".join(json.dumps(event) + "\n" for event in content).encode()
    path.write_bytes(content)
    number = len(list(folder.rglob("*")))
    os.utime(path, (1_780_000_000 + number, 1_780_000_000 + number))
    return path


def test_a_good_event_of_each_kind_lands_as_it_says(tmp_path: Path) -> None:
    for name, event in GOOD.items():
        _write(tmp_path, f"{name}/a.jsonl", [event])
    rows, odd, warnings = _landed(tmp_path)
    assert (odd, warnings) == ({}, [])
    (deployment,) = rows["deployments"]
    assert deployment["deployed_at"] == dt.datetime(2026, 5, 4, 10, tzinfo=dt.UTC)
    assert (deployment["branch"], deployment["pr_number"]) == ("feature/Preis & Größe", 7)
    assert (deployment["is_unplanned"], deployment["repository_name"]) == (False, None)
    # What people write is in no column, and no field that nobody knows.
    assert deployment["unknown_fields"] is None
    assert "told me so" not in repr(rows)
    (run,) = rows["test_runs"]
    assert (run["total_tests"], run["skipped_tests"], str(run["execution_seconds"])) == (
        10,
        1,
        "12.500000000",
    )
    (incident,) = rows["incidents"]
    assert (incident["resolved_at"], incident["environment"]) == (None, None)


ONE_OF_ENVIRONMENT = "expected one of local, staging, production"
ODD: dict[str, list[tuple[dict[str, Any], str, str]]] = {
    "deployments": [
        ({"status": "rolled back"}, "status", "expected a code (letters, digits, _ . : / -)"),
        ({"status": "succeeded"}, "status", "expected one of success, failure, rollback"),
        ({"environment": "development"}, "environment", ONE_OF_ENVIRONMENT),
        ({"deployment_environment": "local"}, "deployment_environment", "expected one of development, staging, production"),
        ({"deployment_environment": None}, "deployment_environment", "required field is missing"),
        ({"status": "rollback"}, "rolls_back_deployment_id", "expected the deployment that a rollback takes back"),
        ({"status": "rollback", "rolls_back_deployment_id": "d-1"}, "rolls_back_deployment_id",
         "expected another deployment than the one that is recorded"),
        ({"fixes_deployment_id": "d-1"}, "fixes_deployment_id", "expected another deployment than the one that is recorded"),
        ({"deployed_at": "2026-05-04T10:00:00"}, "deployed_at", "expected an RFC 3339 timestamp from 2000-01-01 to 2099-12-31"),
        ({"recorded_at": None}, "recorded_at", "required field is missing"),
        ({"pr_number": -7}, "pr_number", "expected a number that is not negative"),
        ({"pr_number": "seven"}, "pr_number", "expected a whole number"),
        ({"is_unplanned": "perhaps"}, "is_unplanned", "expected true or false"),
        ({"deployment_id": {"id": 1}}, "deployment_id", "expected a code (letters, digits, _ . : / -)"),
    ],
    "test_runs": [
        ({"total_tests": 9}, "total_tests", "expected at least as many tests as passed, failed and were skipped"),
        ({"failed_tests": -1}, "failed_tests", "expected a number that is not negative"),
        ({"passed_tests": 1.5}, "passed_tests", "expected a whole number"),
        ({"execution_seconds": -0.5}, "execution_seconds", "expected a number that is not negative"),
        ({"test_type": "smoke"}, "test_type", "expected one of unit, integration, e2e, all"),
    ],
    "rule_compliance": [
        ({"rule_category": "other"}, "rule_category", "expected one of foundation, implementation, specialized"),
        ({"compliance_status": "ok"}, "compliance_status", "expected one of compliant, violation, warning"),
        ({"context_type": "issue"}, "context_type", "expected one of commit, pr, code_review, manual_check"),
        ({"context_id": None}, "context_id", "expected the commit, pull request or review that was looked at"),
        ({"documentation_first": 2}, "documentation_first", "expected true or false"),
    ],
    "incidents": [
        ({"resolved_at": "2026-05-04T09:59:59Z"}, "resolved_at", "expected an instant that is not before opened_at"),
        ({"service": None}, "service", "required field is missing"),
    ],
}  # fmt: skip


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_an_event_that_contradicts_its_contract_is_kept_out_and_says_why(
    table: Table, tmp_path: Path
) -> None:
    """Naive: the file is refused, the word lands, or a sum above the total becomes a pass rate above 100 %."""
    good, cases = GOOD[table.name], ODD[table.name]
    events = [{**good, "event_id": f"odd-{n}", **odd} for n, (odd, _, _) in enumerate(cases)]
    _write(tmp_path, f"{table.name}/a.jsonl", [good, *events, {**good, "event_id": "last"}])
    rows, odd, _ = _landed(tmp_path)
    assert sorted(row["event_id"] for row in rows[table.name]) == sorted([good["event_id"], "last"])
    expected = [(n, field, reason) for n, (_, field, reason) in enumerate(cases, start=2)]
    assert odd == {f"{table.name}/a.jsonl": expected}


def test_what_may_be_left_open_is_kept(tmp_path: Path) -> None:
    """Naive: a comparison with what is not known keeps the event out."""
    fine: dict[str, dict[str, Any]] = {
        "deployments": {
            "status": "rollback",
            "rolls_back_deployment_id": "d-0",
            "environment": None,
        },
        "test_runs": {"skipped_tests": None, "total_tests": 9, "execution_seconds": None},
        "rule_compliance": {"context_type": "manual_check", "context_id": None},
        "incidents": {"resolved_at": "2026-05-04T10:00:00Z"},
    }
    for name, more in fine.items():
        _write(tmp_path, f"{name}/a.jsonl", [{**GOOD[name], **more}])
    rows, odd, _ = _landed(tmp_path)
    assert odd == {}
    assert {name: len(found) for name, found in rows.items()} == dict.fromkeys(GOOD, 1)


def test_a_dirty_folder_gives_exactly_its_good_events(tmp_path: Path) -> None:
    line = json.dumps
    one, two, three, four = ({**DEPLOYMENT, "event_id": f"e-{n}"} for n in range(1, 5))
    deep = '{"event_id": "e-9", "more": ' + "[" * 100_000 + "]" * 100_000 + "}"
    files: dict[str, bytes | list[Mapping[str, Any]]] = {
        "half_line.jsonl": (line(one) + "\n" + line(two)[:60]).encode(),
        "mark.jsonl": ("\ufeff" + line(two) + "\n").encode(),
        "windows.jsonl": (line(three) + "\r\n\r\n" + line({**three, "status": "?"}) + "\r\n").encode(),
        "again.jsonl": [one, two, one],
        "unknown.jsonl": [{**four, "pipeline_id": 12, "remark": "told me so", "author_email": "a@b.example"}],
        "empty.jsonl": b"",
        "blank.json": b" \n",
        "deep.jsonl": (deep + "\n").encode(),
        "deep.json": deep.encode(),
        "binary.jsonl": b"\0\xff" * 50,
        "half.json": line([one, two])[:-5].encode(),
        "number.json": b"7",
        "one.json": line({**DEPLOYMENT, "event_id": "e-5"}).encode(),
        "list.json": ("\ufeff" + line([{**DEPLOYMENT, "event_id": "e-6"}, 7, {**DEPLOYMENT, "event_id": "e-7", "status": "?"}])).encode(),
        "events.json": line({"events": [{**DEPLOYMENT, "event_id": "e-8"}], "version": 1}).encode(),
        "none.json": b'{"events": []}',
        "two_kinds.jsonl": [{**DEPLOYMENT, "event_id": "e-10"}, INCIDENT],
        "a.jsonl.gz": gzip.compress(line(one).encode()),
        "a.csv": b"event_id\ne-1\n",
        ".hidden.jsonl": b"x",
    }  # fmt: skip
    for name, content in files.items():
        _write(tmp_path, f"deployments/{name}", content)
    rows, odd, warnings = _landed(tmp_path)
    assert sorted(row["event_id"] for row in rows["deployments"]) == sorted(
        f"e-{n}" for n in (1, 2, 3, 4, 5, 6, 8, 10)
    )
    (with_more,) = (row for row in rows["deployments"] if row["event_id"] == "e-4")
    assert json.loads(with_more["unknown_fields"]) == {"pipeline_id": "12", "remark": "[text]"}
    missing = "required field is missing"
    status = "expected a code (letters, digits, _ . : / -)"
    assert odd == {
        f"deployments/{name}": found
        for name, found in {
            "half_line.jsonl": [(2, None, "the line is no JSON object with a value")],
            "windows.jsonl": [(2, "status", status)],
            "deep.jsonl": [(1, "deployment_id", missing)],
            "deep.json": [(1, "deployment_id", missing)],
            "binary.jsonl": [(None, None, "no readable jsonl file (no line is a JSON object)")],
            "half.json": [(None, None, "no readable json file (no JSON document)")],
            "number.json": [(None, None, "no readable json file (nothing in it is a JSON object)")],
            "list.json": [
                (3, "status", status),
                (2, None, "the value is no JSON object with a value"),
            ],
            "two_kinds.jsonl": [(2, "deployment_id", missing)],
        }.items()
    }
    assert sorted(warnings) == [
        f"dev_events: deployments/{name}: not read, because it is none of .jsonl, .ndjson, .json"
        for name in ("a.csv", "a.jsonl.gz")
    ]


def test_the_latest_recording_of_an_event_counts(tmp_path: Path) -> None:
    """Naive: the file written last wins, and a line appended to last week's file opens an incident again."""
    over = {"resolved_at": "2026-05-04T11:00:00Z", "recorded_at": "2026-05-04T11:01:00Z"}
    other = {**INCIDENT, "event_id": "i-2"}
    third = {**INCIDENT, "event_id": "i-3"}
    _write(
        tmp_path, "incidents/b.jsonl", [{**INCIDENT, **over}, other, {**third, "service": "till"}]
    )
    _write(tmp_path, "incidents/a.jsonl", [INCIDENT, third, {**other, "service": "till"}])
    held_later = dt.datetime(2026, 5, 4, 10, 3, tzinfo=dt.UTC)
    held_then = dt.datetime(2026, 5, 4, 10, 2, tzinfo=dt.UTC)
    found = {}
    known: dict[str, list[Any]] = {
        "nothing": [],
        "the same": [("i-1", held_then), ("i-2", held_then)],
        "later": [("i-1", held_later), ("i-2", held_later)],
    }
    for name, held in known.items():
        rows, odd, _ = _landed(tmp_path, {"incidents": held})
        assert odd == {}
        found[name] = sorted(
            (row["event_id"], row["service"], row["resolved_at"] is not None)
            for row in rows["incidents"]
        )
    # Recorded at the same instant: what was written last, as of all files.
    whole = [("i-1", "shop", True), ("i-2", "till", False), ("i-3", "shop", False)]
    assert found == {
        "nothing": whole,
        "the same": whole,
        "later": [("i-1", "shop", True), ("i-3", "shop", False)],
    }
