"""`python -m serving report`: the files that `make report` leaves."""

import csv
import datetime as dt
import json
from pathlib import Path

import duckdb
import pytest

from serving.__main__ import main
from serving.config import Settings
from serving.publish import publish
from tests.unit.serving.report.published import ROWS, statements


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Publish the snapshot; the environment leads to it, and the working folder is an empty one."""
    places = {
        "DUCKDB_PATH": tmp_path / "warehouse.duckdb",
        "PUBLISH_DIR": tmp_path / "published",
        "STATE_DIR": tmp_path / "state",
    }
    with duckdb.connect(str(places["DUCKDB_PATH"])) as connection:
        connection.execute("; ".join(statements(ROWS)))
        # What is looked at when a snapshot is opened.
        connection.execute(
            "alter table marts.mart_savings__daily add column n_negative_savings_tasks bigint"
        )
    for name, place in places.items():
        monkeypatch.setenv(name, str(place))
    publish(
        Settings(
            as_of=dt.datetime(2026, 11, 29, 6, 30, tzinfo=dt.UTC),
            duckdb_path=places["DUCKDB_PATH"],
            publish_dir=places["PUBLISH_DIR"],
            state_dir=places["STATE_DIR"],
            dbt_target_dir=tmp_path / "target",
        )
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_month_is_written_in_three_forms(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report"]) == 0
    written = sorted(path.name for path in (folder / "data" / "reports").iterdir())
    assert written == [f"executive-2026-10.{kind}" for kind in ("csv", "json", "pdf")]
    assert "Routing saved $9.90" in capsys.readouterr().out
    with (folder / "data" / "reports" / written[0]).open(newline="") as file:
        rows = {row["key"]: row["value"] for row in csv.DictReader(file)}
    found = json.loads((folder / "data" / "reports" / written[1]).read_text())
    assert rows["spend.total"] == "960.00"
    assert {one["key"]: one["value"] for one in found["figures"]}["spend.total"] == "960.00"
    assert found["as_of"].startswith("2026-11-29T06:30")


def test_where_and_of_whom_it_is_said(folder: Path) -> None:
    arguments = ["--month", "2026-11", "--organization", "north", "--out", "a/x.pdf", "--out", "x.png"]  # fmt: skip
    assert main(["report", *arguments]) == 0
    assert (folder / "a" / "x.pdf").read_bytes().startswith(b"%PDF-")
    assert (folder / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (["--month", "2026-01"], "--month: there are 2026-09, 2026-10, 2026-11"),
        (["--organization", "nowhere"], "--organization: there are no tasks of 'nowhere'"),
    ],
)
def test_what_there_is_none_of(
    arguments: list[str], what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *arguments]) == 1
    assert what in capsys.readouterr().err
