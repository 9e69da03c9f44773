"""The commands as people call them, over a published folder and a server."""

import json
from pathlib import Path

import duckdb
import pytest

from dashboards import __main__ as program
from dashboards.definition import Board
from tests.integration.dashboards.conftest import TABLES
from tests.integration.dashboards.fake_metabase import API_KEY, FakeMetabase
from warehouse.snapshot import MANIFEST, sha256_of, write_json, write_pointer


@pytest.fixture
def published(tmp_path: Path) -> Path:
    folder = tmp_path / "20260701T040000Z-3f2a9c1b"
    connection = duckdb.connect()
    entries = {}
    for table, columns in TABLES.items():
        path = folder / f"{table.replace('.', '/')}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        typed = ", ".join(f"null::{kind} as {name}" for name, kind in columns.items())
        words = (
            "select * replace ('cursor' as vendor, 'Red' as team_name)"
            if "vendor" in columns
            else "select *"
        )
        connection.execute(f"copy ({words} from (select {typed})) to '{path}' (format parquet)")
        entries[table] = {
            "path": str(path.relative_to(folder)),
            "n_bytes": path.stat().st_size,
            "sha256": sha256_of(path),
        }
    write_json(folder / MANIFEST, {"format": 1, "tables": entries})
    manifest = {"snapshot_id": folder.name, "manifest_sha256": sha256_of(folder / MANIFEST)}
    write_pointer(tmp_path, manifest)
    return tmp_path


@pytest.fixture(autouse=True)
def environment(
    published: Path, fake: FakeMetabase, boards: dict[str, Board], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLISH_DIR", str(published))
    monkeypatch.setenv("METABASE_URL", fake.url)
    monkeypatch.setenv("METABASE_API_KEY", API_KEY)
    monkeypatch.setattr(program, "read_boards", lambda: boards)
    # Metabase looks at the tables at once here, so that nothing waits.
    fake.polls_until_synced = 0


def test_plan_apply_plan_prune(fake: FakeMetabase, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["plan"]) == 3
    assert "create board overview" in capsys.readouterr().out
    assert fake.n_writes == 0
    assert program.main(["apply"]) == 0
    capsys.readouterr()
    assert program.main(["plan"]) == 0
    assert capsys.readouterr().out == "0 to write\n"
    assert program.main(["prune"]) == 0
    assert capsys.readouterr().out == "0 put into Metabase's trash\n"
    (board,) = fake.dashboards.values()
    assert {
        one["id"]: one["values_source_config"]["values"] for one in board["parameters"][1:]
    } == {"vendor": ["cursor"], "team": ["Red"]}
    assert fake.pulses == {}, "nobody subscribed"


def test_what_is_no_longer_defined_is_said_and_pruned(
    fake: FakeMetabase, boards: dict[str, Board], capsys: pytest.CaptureFixture[str]
) -> None:
    assert program.main(["apply"]) == 0
    boards.clear()
    capsys.readouterr()
    assert program.main(["plan"]) == 3, "the connection lacks the tables that nobody reads now"
    assert "no longer defined: card overview/teams" in capsys.readouterr().out
    assert program.main(["prune"]) == 0
    assert all(one["archived"] for one in fake.cards.values())


def test_a_fault_of_a_definition_writes_nothing(
    fake: FakeMetabase, boards: dict[str, Board], capsys: pytest.CaptureFixture[str]
) -> None:
    content = boards["overview"].model_dump()
    content["cards"]["teams"]["sql"] = "select team_name, n_persons from marts.mart_teams"
    boards["overview"] = Board.model_validate(content)
    assert program.main(["apply"]) == 3
    assert "n_persons" in capsys.readouterr().err
    assert fake.requests == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("METABASE_URL", "", "METABASE_URL and METABASE_API_KEY"),
        ("METABASE_URL", "metabase.example.com", "must be a URL like"),
        ("METABASE_SUBSCRIBERS", "Ada", "METABASE_SUBSCRIBERS: e-mail addresses"),
        ("WAREHOUSE", "bigquery", "BIGQUERY_PROJECT"),
        ("PUBLISH_DIR", "/nowhere", "nothing is published"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    value: str,
    said: str,
) -> None:
    monkeypatch.setenv(name, value)
    assert program.main(["plan"]) == 7
    assert said in capsys.readouterr().err


def test_the_key_is_never_shown(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("METABASE_API_KEY", "mb_another")
    assert program.main(["apply"]) == 1
    shown = capsys.readouterr()
    assert "mb_another" not in shown.out + shown.err + caplog.text


def test_lint_and_export(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["lint"]) == 0
    assert capsys.readouterr().out == "2 boards, 9 cards, 0 faults\n"
    assert program.main(["export", str(tmp_path / "files")]) == 0
    assert len([*(tmp_path / "files").rglob("*.yaml")]) == 9


def test_duckdb_reads_the_views_that_metabase_is_given(published: Path, fake: FakeMetabase) -> None:
    assert program.main(["apply"]) == 0
    (database,) = fake.databases.values()
    assert json.dumps(database["details"]["database_file"]) == '":memory:"'
    connection = duckdb.connect()
    for _ in range(2):  # each connection of its pool runs it again
        connection.execute(database["details"]["init_sql"])
    assert connection.sql("select vendor from marts.mart_money").fetchall() == [("cursor",)]
    assert str(published) in database["details"]["init_sql"]
