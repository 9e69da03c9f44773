"""An orchestrator's files: three formats, delivered again, broken, killed; and nothing that somebody wrote."""

import datetime as dt
import os
import shutil
import time
from decimal import Decimal
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import dlt
import fsspec
import pytest

from extract.config import read_settings
from extract.dry_run import describe
from extract.landing.deliveries import Deliveries
from tests import warm
from tests.examples import examples
from tests.integration.extract.harness import Bench, contents
from tests.integration.extract.task_folder import START, Folder, Row, task

SECRETS = ("Ada Secret", "src/secret.py", "phone with Bob", "buyer@corp.example", "told me so")
TASKS = (
    "select task_id, output_tokens, error_class, success from raw_orchestrator.task_executions"
    " order by task_id"
)
COUNT = "select count(*), count(distinct task_id) from raw_orchestrator.task_executions"
ROOT = Path(__file__).parents[3]


@pytest.fixture
def folder(bench: Bench, tmp_path: Path) -> Folder:
    """Make an empty folder of task files."""
    (tmp_path / "tasks").mkdir()
    return Folder(bench, tmp_path / "tasks")


def test_the_three_formats_land_the_same_row(folder: Folder) -> None:
    """Naive: CSV's empty cell becomes '', JSON's number a float, a time without a zone local time."""
    for number, ending in enumerate(("parquet", "jsonl", "csv")):
        folder.write(f"a.{ending}", [task(number, start_time=START, output_tokens=7)])
    folder.load()
    found = folder.rows(
        "select distinct columns(* exclude (task_id, routing_decision_id, file_id))"
        " from raw_orchestrator.task_executions"
    )
    assert len(found) == 1, found
    assert folder.rows(
        "select distinct user_id, start_time, output_tokens, tokens_used, compute_units, reported_cost,"
        " service_tier, success, error_class, confidence_score, unknown_fields"
        " from raw_orchestrator.task_executions"
    ) == [
        (
            "ADA@corp.example",
            START,
            7,
            None,
            Decimal("1.250000000"),
            Decimal("0.000001000"),
            None,
            True,
            None,
            0.5,
            None,
        )
    ]


def test_a_file_is_read_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Naive: every run reads everything and stamps every row as new."""
    folder.write("a.jsonl", [task(1), task(2)])
    folder.write("b.csv", [{"id": "r-1", "task_id": "t-1"}], "routing_decisions")
    folder.load()
    before = contents(Path(folder.bench.env["DUCKDB_PATH"]))
    stamps = folder.rows("select distinct _loaded_at from raw_orchestrator.task_executions")

    def never(*_: object) -> None:
        raise AssertionError("a file was opened again")

    with monkeypatch.context() as patched:
        patched.setattr(Deliveries, "_convert", never)
        folder.load()
    assert contents(Path(folder.bench.env["DUCKDB_PATH"])) == before
    assert folder.rows("select distinct _loaded_at from raw_orchestrator.task_executions") == stamps
    folder.write("a.jsonl", [task(1, output_tokens=999), task(2)])
    folder.load()
    assert folder.rows(TASKS) == [("t-1", 999, None, True), ("t-2", 102, None, True)]


def test_a_task_that_is_delivered_again_replaces_itself(folder: Folder) -> None:
    """Naive: it is appended, and its cost counts twice; or the older file wins by its name."""
    folder.write("z.csv", [task(1, success=False), task(2)])
    folder.write("a.parquet", [task(1, output_tokens=1), task(3)])
    folder.load()
    assert folder.rows(COUNT) == [(3, 3)]
    folder.write("b.jsonl", [task(2, output_tokens=2, updated_at=START), task(4)])
    folder.load()
    assert folder.rows(TASKS) == [
        ("t-1", 1, None, True),
        ("t-2", 2, None, True),
        ("t-3", 103, None, True),
        ("t-4", 104, None, True),
    ]


def test_within_a_file_the_newest_state_counts(folder: Folder) -> None:
    folder.write(
        "a.jsonl",
        [task(1, updated_at=START + dt.timedelta(hours=n), output_tokens=n) for n in (1, 3, 2)],
    )
    folder.load()
    assert folder.rows(TASKS) == [("t-1", 3, None, True)]


@pytest.mark.parametrize("ending", ["parquet", "jsonl", "csv"])
def test_a_corrupt_file_is_named_and_the_rest_loads(folder: Folder, ending: str) -> None:
    """Naive: the run stops at the first file that it cannot read, or skips it in silence."""
    folder.write("good.jsonl", [task(1)])
    broken = folder.write(f"ada.secret.{ending}", [task(2)])
    broken.write_bytes(b"\0\xff" * 50)
    text = folder.load(code=5)
    assert f"task_executions/ada.secret.{ending}" in text
    assert folder.rows(COUNT) == [(1, 1)]
    ((table, field, reason),) = folder.rows(
        "select resource_name, field, reason from raw_orchestrator.quarantine"
    )
    assert (table, field) == ("task_executions", None)
    assert reason.startswith(f"no readable {ending} file")
    # A file's name can hold a person's; the warehouse keeps a hash of it.
    assert "ada.secret" not in str(contents(Path(folder.bench.env["DUCKDB_PATH"])))
    assert "still in raw_orchestrator.quarantine" in folder.load(code=4)
    folder.write(f"ada.secret.{ending}", [task(2)])
    folder.load()
    assert folder.rows(COUNT) == [(2, 2)]
    assert folder.rows("select count(*) from raw_orchestrator.quarantine") == [(0,)]


FAULTS: list[tuple[Row, str, str]] = [
    ({"task_id": None}, "task_id", "required field is missing"),
    ({"start_time": "yesterday"}, "start_time", "expected an instant"),
    ({"output_tokens": -5}, "output_tokens", "not negative"),
    ({"output_tokens": 1.5}, "output_tokens", "expected a whole number"),
    ({"compute_units": "many"}, "compute_units", "expected a number"),
    (
        {"compute_units": "1" + "0" * 29},
        "compute_units",
        "expected a number with at most 29 digits",
    ),
    ({"actual_cost": "1" + "0" * 28}, "actual_cost", "expected a number below 10^12"),
    ({"actual_cost": "-1" + "0" * 12}, "actual_cost", "expected a number below 10^12"),
    ({"output_tokens": 10**15}, "output_tokens", "expected a number below 10^15"),
    ({"provider": "Ada Secret's own"}, "provider", "expected a code"),
    ({"success": "perhaps"}, "success", "expected true or false"),
    ({"confidence_score": "NaN"}, "confidence_score", "expected a finite number"),
]


@pytest.mark.parametrize("ending", ["jsonl", "csv", "parquet"])
def test_a_bad_row_is_set_aside_with_its_reason(folder: Folder, ending: str) -> None:
    """Naive: the file is refused, or the row becomes one with NULLs."""
    rows = [task(number, **fields) for number, (fields, _, _) in enumerate(FAULTS)]
    good = task(100)
    if ending == "parquet":
        rows = [{name: None if v is None else str(v) for name, v in row.items()} for row in rows]
        good = {name: None if value is None else str(value) for name, value in good.items()}
    folder.write(f"a.{ending}", [*rows, good])
    text = folder.load(code=4)
    assert (
        f"{len(FAULTS)} rows of task_executions/a.{ending} went to raw_orchestrator.quarantine"
        in text
    )
    assert folder.rows(TASKS) == [("t-100", 200, None, True)]
    found = folder.rows("select field, reason, payload from raw_orchestrator.quarantine")
    assert sorted(field for field, _, _ in found) == sorted(field for _, field, _ in FAULTS)
    for _, field, reason in FAULTS:
        assert any(field == one and reason in why for one, why, _ in found), (field, found)
    kept = " ".join(payload for _, _, payload in found)
    assert '"organization_id":"org-1"' in kept
    assert not [secret for secret in (*SECRETS, "ADA@corp", "yesterday", "many") if secret in kept]


def test_a_line_that_is_no_row_is_counted(folder: Folder) -> None:
    path = folder.write("a.jsonl", [task(1)])
    path.write_text(path.read_text() + '{"task_id": "t-9", "start_ti\n[1]\n')
    other = folder.write("b.csv", [task(2), task(3)])
    lines = other.read_text().splitlines()
    other.write_text("\n".join([*lines, lines[1] + ",one cell too many"]) + "\n")
    folder.load(code=4)
    assert folder.rows(COUNT) == [(3, 3)]
    assert folder.rows(
        "select reason, count(*) from raw_orchestrator.quarantine group by 1 order by 1"
    ) == [
        ("the line cannot be read: too many columns", 1),
        ("the line is no JSON object with a value", 2),
    ]


def test_free_text_is_nowhere(folder: Folder) -> None:
    """Naive: a description lands in unknown_fields, an error message in a payload, a note in the prices."""
    folder.write(
        "a.jsonl",
        [
            task(1, success=False, error_message="429 for Ada Secret", manager_note="told me so"),
            task(2, success=False, error_message="Ada Secret was odd", attempts=3),
            task(3, start_time="told me so", error_message="Ada Secret", attempts="told me so"),
        ],
    )
    folder.write(
        "d.jsonl",
        [
            {
                "id": "r-1",
                "task_id": "t-1",
                "reasoning": "Ada Secret told me so",
                "alternative_providers": [
                    {
                        "provider": "told me so",
                        "score": 0.5,
                        "estimated_cost": 0.01,
                        "why": "Ada Secret",
                    }
                ],
            }
        ],
        "routing_decisions",
    )
    folder.write(
        "p.csv",
        [
            {
                "id": "p-1",
                "provider": "x",
                "pricing_model": "per_token",
                "cost_per_unit": "0.0000000055",
                "effective_date": "2026-01-01",
                "source": "contract",
                "notes": "on the phone with Bob",
                "created_by": "buyer@corp.example",
            }
        ],
        "provider_pricing",
    )
    folder.load(code=4)
    everything = str(contents(Path(folder.bench.env["DUCKDB_PATH"])))
    assert [secret for secret in SECRETS if secret in everything] == []
    assert folder.rows(TASKS) == [
        ("t-1", 101, "rate_limited", False),
        ("t-2", 102, "unknown", False),
    ]
    assert folder.rows(
        "select unknown_fields from raw_orchestrator.task_executions order by task_id"
    ) == [
        ('{"manager_note":"[text]"}',),
        ('{"attempts":"3"}',),
    ]
    assert folder.rows("select alternative_providers from raw_orchestrator.routing_decisions") == [
        ('[{"provider":null,"score":0.5,"estimated_cost":0.010000000}]',)
    ]
    assert folder.rows(
        "select cost_per_unit, price_source from raw_orchestrator.provider_pricing"
    ) == [("0.0000000055", "contract")]


def test_a_small_price_as_a_json_number_keeps_its_digits(folder: Folder) -> None:
    """Naive: 5.5e-07 lands as text, or as 0.000000550 rounded to nine decimals."""
    price = {
        "id": "p",
        "provider": "x",
        "pricing_model": "per_token",
        "effective_date": "2026-01-01",
    }
    folder.write("p.jsonl", [{**price, "cost_per_unit": 0.00000000055}], "provider_pricing")
    folder.load()
    assert folder.rows("select cost_per_unit from raw_orchestrator.provider_pricing") == [
        ("0.00000000055",)
    ]


def test_rows_taken_out_later_do_not_come_back(folder: Folder) -> None:
    """Naive: the ledger counts rows, so a retention or an erasure makes the file be read again."""
    import duckdb

    folder.write("a.csv", [task(1), task(2)])
    folder.load()
    with duckdb.connect(folder.bench.env["DUCKDB_PATH"]) as connection:
        connection.execute("delete from raw_orchestrator.task_executions where task_id = 't-1'")
    folder.load()
    assert folder.rows(COUNT) == [(1, 1)]


def test_a_bucket_is_read_like_a_folder(folder: Folder) -> None:
    bucket = fsspec.filesystem("memory")
    for path in (
        folder.write("a.parquet", [task(1)]),
        folder.write("b.jsonl", [task(2)]),
        folder.write("c.csv", [task(3)]),
    ):
        bucket.pipe(f"/bucket/task_executions/deep/{path.name}", path.read_bytes())
    folder.load(env={"TASK_EVENTS_URL": "memory://bucket"})
    assert folder.rows(COUNT) == [(3, 3)]


def test_a_missing_folder_and_other_files_are_said(folder: Folder) -> None:
    text = folder.load()
    assert "TASK_EVENTS_URL holds no file in task_executions" in text
    folder.write("a.csv", [task(1)]).with_suffix(".xlsx").write_bytes(b"x")
    assert "a.xlsx: not read, because it is none of .parquet" in folder.load()
    text = folder.load(code=5, env={"TASK_EVENTS_URL": "memory://nowhere"})
    assert "TASK_EVENTS_URL cannot be read" in text


def test_a_dry_run_says_what_would_be_read(folder: Folder) -> None:
    env = {**folder.bench.env, "TASK_EVENTS_URL": str(folder.folder)}
    settings = read_settings(env, sources=("orchestrator",))
    assert list(describe(settings)) == [
        "orchestrator: the files of TASK_EVENTS_URL that are new or changed"
    ]


def test_an_unfinished_package_is_dropped_and_read_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Naive: what was appended before the fall is appended once more."""
    folder.write("a.csv", [task(1), task(2)])
    with monkeypatch.context() as patched:
        extract = dlt.Pipeline.run

        def without_the_end(self: dlt.Pipeline, resources: Any) -> Any:
            if not any(resource.name == "loaded_partitions" for resource in resources):
                return extract(self, resources)  # the tables are made before
            self.extract(resources)
            self.normalize()
            raise KeyboardInterrupt

        patched.setattr(dlt.Pipeline, "run", without_the_end)
        with pytest.raises(KeyboardInterrupt):
            folder.load()
    assert "dropped an unfinished load package" in folder.load()
    assert folder.rows(COUNT) == [(2, 2)]


@pytest.mark.slow
def test_killed_at_any_moment_and_run_again_gives_the_same_tables(
    programs: ForkServerContext, folder: Folder, tmp_path: Path, empty_warehouse: Path
) -> None:
    folder.write("a.parquet", [task(n) for n in range(20_000)])
    env = {**os.environ, **folder.bench.env, "TASK_EVENTS_URL": str(folder.folder)}

    def run(kill_after: float | None) -> float:
        log = tmp_path / "loader.log"
        log.unlink(missing_ok=True)
        started = time.monotonic()
        child = warm.start(programs, warm.extract, ("orchestrator",), env, log)
        if kill_after is not None:
            warm.kill_after(child, kill_after)
        child.join()
        if kill_after is None:
            assert child.exitcode == 0, log.read_text(encoding="utf-8")
        return time.monotonic() - started

    whole = run(None)
    for number, share in enumerate((0.5, 0.8) * examples(1)):
        folder.write(
            f"b{number}.csv", [task(n, output_tokens=number) for n in range(number * 50, 9_000)]
        )
        run(whole * share)
    run(None)
    survivor = contents(Path(env["DUCKDB_PATH"]))
    env["DUCKDB_PATH"] = str(shutil.copy(empty_warehouse, tmp_path / "fresh.duckdb"))
    run(None)
    assert contents(Path(env["DUCKDB_PATH"])) == survivor
