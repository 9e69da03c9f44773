"""Events of CI in a warehouse: all that the invented company's jobs recorded lands once, and the latest recording stays."""

import io
import json
import os
import shutil
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import dlt
import duckdb
import pytest

from extract.cli import run_all
from extract.config import read_settings
from extract.recording.command import main as record
from extract.recording.contract import TABLES as CONTRACTS
from persons.identifiers import tokens
from persons.suppression import suppress
from privacy.subject import Subject
from sandbox.ci_files import write_ci_files
from sandbox.world import World
from sandbox.world.ci_events import ci_events
from sandbox.world.scenario import Scenario

AS_OF = date(2026, 10, 15)
KEY = "k" * 40
STATES = "select event_id, resolved_at is not null from raw_dev_events.incidents order by 1"

TABLES_OF_CI = tuple(table.name for table in CONTRACTS)


class Ci:
    """A folder of events and a warehouse."""

    def __init__(self, folder: Path, empty_warehouse: Path) -> None:
        self.events = folder / "ci"
        self.env = {
            "DEV_EVENTS_URL": str(self.events),
            "AS_OF": AS_OF.isoformat(),
            "DUCKDB_PATH": str(shutil.copy(empty_warehouse, folder / "warehouse.duckdb")),
            "PIPELINES_DIR": str(folder / "dlt"),
            "STATE_DIR": str(folder / "state"),
            "PRIVACY_KEY": KEY,
        }
        self.events.mkdir()

    def load(self, code: int = 0, *, backfill: bool = False) -> str:
        out = io.StringIO()
        with redirect_stdout(out), redirect_stderr(out):
            settings = read_settings(self.env, sources=("dev_events",))
            found = run_all(settings, create_others=False, backfill=backfill)
        assert found == code, out.getvalue()
        return out.getvalue()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        with duckdb.connect(self.env["DUCKDB_PATH"], read_only=True) as connection:
            connection.execute("set TimeZone = 'UTC'")
            return connection.execute(sql).fetchall()

    def write(self, name: str, *events: dict[str, Any]) -> None:
        path = self.events / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(event) + "\n" for event in events))
        number = sum(1 for _ in self.events.rglob("*")) + len(events)
        os.utime(path, (1_780_000_000 + number, 1_780_000_000 + number))


@pytest.fixture
def ci(tmp_path: Path, empty_warehouse: Path) -> Ci:
    """Make an empty folder of events beside empty tables."""
    return Ci(tmp_path, empty_warehouse)


def _incident(number: int, minute: int, **more: object) -> dict[str, Any]:
    return {
        "event_id": f"i-{number}",
        "incident_id": f"i-{number}",
        "service": "shop",
        "deployment_environment": "production",
        "opened_at": "2026-10-01T10:00:00Z",
        "recorded_at": f"2026-10-01T10:{minute:02}:00Z",
        **more,
    }


def _over(number: int, minute: int) -> dict[str, Any]:
    return _incident(number, minute, resolved_at=f"2026-10-01T10:{minute:02}:00Z")


def test_every_event_of_the_company_lands_once(ci: Ci) -> None:
    world = World(12, 40, 7, AS_OF, Scenario(shapes=frozenset({"delivery"})))
    assert world.delivery is not None
    latest: dict[str, dict[str, dict[str, Any]]] = {}
    recorded = sorted(ci_events(world.delivery), key=lambda event: event[1])
    for table, _, row in recorded:
        latest.setdefault(table, {})[row["event_id"]] = row
    write_ci_files(world, ci.events)
    said = ci.load()
    assert len(recorded) > sum(map(len, latest.values())), "no incident is recorded twice"
    for table, wanted in latest.items():
        names = list(next(iter(wanted.values())))
        held = ci.rows(f"select {', '.join(names)} from raw_dev_events.{table}")
        found = {row[names.index("event_id")]: dict(zip(names, row, strict=True)) for row in held}
        assert len(held) == len(found) == len(wanted), table
        for event_id, row in wanted.items():
            for name, value in row.items():
                assert _as_landed(found[event_id][name]) == _as_landed(value), (event_id, name)
        n_recorded = sum(one == table for one, _, _ in recorded)
        assert f"dev_events.{table}: {n_recorded:,} rows read" in said
    assert ci.rows("select count(*) from raw_dev_events.quarantine") == [(0,)]
    before = ci.rows("select count(*), count(distinct _loaded_at) from raw_dev_events.incidents")
    ci.load()
    assert ci.rows("select count(*), count(distinct _loaded_at) from raw_dev_events.incidents") == before  # fmt: skip


def _as_landed(value: object) -> object:
    if isinstance(value, str) and "T" in value and value.endswith("Z"):
        return datetime.fromisoformat(value).astimezone(UTC)
    if isinstance(value, str) and value.replace(".", "").isdigit() and "." in value:
        return float(value)
    return float(value) if type(value).__name__ == "Decimal" else value  # type: ignore[arg-type]


def test_a_backfill_of_files_is_checked_before_it_is_merged(ci: Ci) -> None:
    """Naive: what can be read is merged beside what cannot be true."""
    late = _over(2, 1) | {"recorded_at": "2026-11-30T10:00:00Z"}
    ci.write("incidents/w40.jsonl", _incident(1, 1))
    ci.write("incidents/w41.jsonl", late)
    said = ci.load(5, backfill=True)
    assert "nothing is merged. incidents, not in the future: 1 rows lie after now by their" in said
    assert ci.rows(STATES) == []
    ci.write("incidents/w41.jsonl", _over(1, 30), _incident(2, 1))
    said = ci.load(backfill=True)
    assert "backfill: dev_events.incidents: 2 rows added" in said
    assert ci.rows(STATES) == [("i-1", True), ("i-2", False)]
    assert "backfill: dev_events: nothing changed" in ci.load(backfill=True)


def test_an_old_file_that_grows_does_not_open_an_incident_again(ci: Ci) -> None:
    """Naive: a file that changed is delivered last, and its older states replace what is held."""
    ci.write("incidents/w40.jsonl", _incident(1, 1), _incident(2, 1))
    ci.write("incidents/w41.jsonl", _over(1, 30))
    ci.load()
    assert ci.rows(STATES) == [("i-1", True), ("i-2", False)]
    ci.write("incidents/w40.jsonl", _incident(1, 1), _incident(2, 1), _incident(3, 1))
    ci.load()
    assert ci.rows(STATES) == [("i-1", True), ("i-2", False), ("i-3", False)]
    ci.write("incidents/w40.jsonl", _incident(1, 31), _over(2, 2), _incident(3, 1), _over(3, 3))
    ci.load()
    assert ci.rows(STATES) == [("i-1", False), ("i-2", True), ("i-3", True)]
    # A file that is gone takes nothing out.
    (ci.events / "incidents" / "w40.jsonl").unlink()
    ci.load()
    assert len(ci.rows(STATES)) == 3


def test_a_run_says_where_to_look_first_and_lands_the_rest(ci: Ci) -> None:
    ci.write("incidents/a.jsonl", _incident(1, 1), _incident(2, 1, service=None), _over(3, 2))
    text = ci.load(code=4)
    assert (
        "dev_events.incidents: 1 rows of incidents/a.jsonl went to raw_dev_events.quarantine. The other rows are loaded."
        " First of incidents/a.jsonl: row 2: service: required field is missing."
    ) in text
    assert ci.rows("select row_number, field, reason from raw_dev_events.quarantine") == [
        (2, "service", "required field is missing")
    ]
    assert "still in raw_dev_events.quarantine" in ci.load(code=4)
    ci.write("incidents/a.jsonl", _incident(1, 1), _incident(2, 2), _over(3, 2))
    ci.load()
    assert ci.rows(STATES) == [("i-1", False), ("i-2", False), ("i-3", True)]
    assert ci.rows("select count(*) from raw_dev_events.quarantine") == [(0,)]


def test_a_run_that_was_killed_while_it_loaded_is_begun_again(
    ci: Ci, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive: what the killed package brought counts as held, and its rows are taken for older ones."""
    ci.write("incidents/a.jsonl", _incident(1, 1), _over(2, 2))
    with monkeypatch.context() as patched:
        run = dlt.Pipeline.run

        def without_the_end(self: dlt.Pipeline, resources: Any) -> Any:
            if not any(resource.name == "loaded_partitions" for resource in resources):
                return run(self, resources)  # the tables are made before
            self.extract(resources)
            self.normalize()
            raise KeyboardInterrupt

        patched.setattr(dlt.Pipeline, "run", without_the_end)
        with pytest.raises(KeyboardInterrupt):
            ci.load()
    assert "dropped an unfinished load package" in ci.load()
    assert ci.rows(STATES) == [("i-1", False), ("i-2", True)]


def test_who_was_erased_at_github_does_not_come_back_with_an_event(ci: Ci) -> None:
    """Naive: the login is GitHub's, the table is CI's, and the name lands."""
    gone = Subject(ids=["ada-codes"], namespaces={"ada-codes": {"github"}})
    suppress(Path(ci.env["STATE_DIR"]), KEY, gone.identifiers())
    deployment = {
        "deployment_id": "d-1", "service": "shop", "deployment_environment": "production", "status": "success",
        "deployed_at": "2026-10-01T10:00:00Z", "recorded_at": "2026-10-01T10:00:00Z",
    }  # fmt: skip
    ci.write(
        "deployments/a.jsonl",
        {**deployment, "event_id": "e-1", "deployed_by": "ada-codes"},
        {**deployment, "event_id": "e-2", "deployed_by": "bob-codes"},
    )
    ci.load()
    (one,), (two,) = ci.rows("select deployed_by from raw_dev_events.deployments order by event_id")
    assert tokens(one)
    assert two == "bob-codes"


def test_what_ci_recorded_is_what_is_read(ci: Ci) -> None:
    """One and the same contract: what `record` writes lands whole, and what is recorded again replaces itself."""
    job = {"GITHUB_REPOSITORY": "acme/shop", "GITHUB_SHA": "5ea1", "GITHUB_RUN_ID": "7"}
    tests = "test-run --test-type unit --total-tests 3 --passed-tests 2 --failed-tests 0 --execution-seconds 1.25"
    incident = "incident --incident-id i/1 --service shop --deployment-environment production --opened-at 2026-10-01T10:00:00+02:00"
    for minute, line in enumerate(
        (
            "deployment --deployment-environment staging --status failure --deployed-by ada --is-unplanned true",
            tests,
            tests,
            "rule-compliance --rule-name r --rule-category foundation --compliance-status warning",
            incident,
            f"{incident} --resolved-at 2026-10-01T09:00:00Z",
        )
    ):
        now = datetime(2026, 10, 1, 12, minute, tzinfo=UTC)
        assert record([*line.split(), "--out", str(ci.events)], job, now) == 0
    ci.load()
    held = {table: ci.rows(f"select * from raw_dev_events.{table}") for table in TABLES_OF_CI}
    assert {table: len(rows) for table, rows in held.items()} == dict.fromkeys(TABLES_OF_CI, 1)
    assert ci.rows("select count(*) from raw_dev_events.quarantine") == [(0,)]
    assert ci.rows(
        "select deployment_id, status, environment, deployed_by, is_unplanned, commit_sha from raw_dev_events.deployments"
    ) == [("7-1-shop-staging", "failure", "local", "ada", True, "5ea1")]
    assert ci.rows(
        "select total_tests, skipped_tests, execution_seconds, ran_at from raw_dev_events.test_runs"
    ) == [(3, None, Decimal("1.25"), datetime(2026, 10, 1, 12, 2, tzinfo=UTC))]
    assert ci.rows("select opened_at, resolved_at from raw_dev_events.incidents") == [
        (datetime(2026, 10, 1, 8, tzinfo=UTC), datetime(2026, 10, 1, 9, tzinfo=UTC))
    ]
