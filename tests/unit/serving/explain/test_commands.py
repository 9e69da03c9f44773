"""`python -m serving explain` and `spot-check`, over a snapshot that is published."""

import datetime as dt
import json
from pathlib import Path

import pytest

from serving.__main__ import main
from serving.config import Settings
from serving.publish import publish
from tests.unit.serving.explain.published import Row, published
from tests.unit.serving.explain.test_ledger import LINE, PART, RECORD, ROW

N_ROWS = 12


@pytest.fixture
def snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish twelve rows of a cent each; the environment leads to them."""
    make(tmp_path, monkeypatch)


def make(
    folder: Path, monkeypatch: pytest.MonkeyPatch, *, line_usd: str = "0.01", is_old: bool = False
) -> None:
    def of_each(row: Row, **values: str) -> list[Row]:
        return [
            {**row, **{name: text.format(n) for name, text in values.items()}}
            for n in range(N_ROWS)
        ]

    money = {"spend_usd": "0.01", "origin_usd": "0.01"}
    line = {"spend_method": "vendor_actor_cost", "line_usd": line_usd, "stated_usd": "0.01"}
    tables = {
        "fct_ai_spend_daily": of_each({**ROW, "spend_usd": "0.01"}, spend_id="s{}"),
        "mart_finance__spend_parts": of_each({**PART, **money}, spend_id="s{}", origin_id="o{}"),
        "mart_finance__spend_lines": of_each({**LINE, **line}, origin_id="o{}", paper_id="p{}"),
        "mart_finance__spend_records": of_each(
            {**RECORD, "stated_amount_text": "1", "record_usd": "0.01"}, paper_id="p{}"
        ),
        "mart_finance__owner_candidates": [],
    }
    known = ["fct_ai_spend_daily"] if is_old else list(tables)
    published(folder / "warehouse.duckdb", **{name: tables[name] for name in known}).close()
    places = {
        "DUCKDB_PATH": folder / "warehouse.duckdb",
        "PUBLISH_DIR": folder / "published",
        "STATE_DIR": folder / "state",
    }
    for name, place in places.items():
        monkeypatch.setenv(name, str(place))
    publish(
        Settings(
            as_of=dt.datetime(2026, 6, 12, tzinfo=dt.UTC),
            duckdb_path=places["DUCKDB_PATH"],
            publish_dir=places["PUBLISH_DIR"],
            state_dir=places["STATE_DIR"],
            dbt_target_dir=folder / "target",
        )
    )


@pytest.mark.usefixtures("snapshot")
def test_one_row_as_text_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "s3"]) == 0
    text = capsys.readouterr().out
    assert text.startswith("LEDGER ROW s3\n")
    assert "  [1] 1 ÷ 100 = 0.01\n" in text
    assert main(["explain", "s3", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["key"], found["amount_usd"], found["comes_out"]) == ("s3", "0.01", True)
    assert found["steps"][0]["sum"] == "1 ÷ 100"
    assert found["snapshot_id"]


@pytest.mark.usefixtures("snapshot")
def test_a_key_of_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "s99"]) == 1
    assert "no row of this spend_id" in capsys.readouterr().err


@pytest.mark.usefixtures("snapshot")
def test_the_seed_chooses_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    def chosen(seed: int, number: int = 5) -> list[str]:
        assert main(["spot-check", str(number), "--seed", str(seed)]) == 0
        lines = capsys.readouterr().out.splitlines()
        return [line.split()[-1] for line in lines if line.startswith("LEDGER ROW")]

    assert chosen(7) == chosen(7)
    assert len(set(chosen(7))) == 5
    assert chosen(7) != chosen(8)
    # More than there are: all of them, each once.
    assert sorted(chosen(1, 50)) == sorted(f"s{n}" for n in range(N_ROWS))


def test_what_does_not_come_out_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path, monkeypatch, line_usd="0.009")
    assert main(["spot-check", "2", "--seed", "1"]) == 3
    assert "2 checked with seed 1: 2 DO NOT COME OUT" in capsys.readouterr().out
    assert main(["explain", "s1"]) == 3


def test_a_snapshot_from_before_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make(tmp_path, monkeypatch, is_old=True)
    assert main(["explain", "s1"]) == 1
    assert "build and publish again" in capsys.readouterr().err
