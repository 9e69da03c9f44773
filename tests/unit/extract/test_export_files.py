"""Exported files: known by their first row, cells to values, and what is refused by name."""

import csv
import datetime as dt
from pathlib import Path
from typing import Any

import fsspec
import pytest

from extract.config import read_settings
from extract.landing.errors import SourceError
from extract.landing.sink import Sink, Unit
from extract.landing.spool import Spool
from extract.sources import SOURCES
from extract.sources.claude_ai.folder import Folder, landed_name
from extract.sources.claude_ai.tables import CLAUDE_CODE_TEAM_REPORTS
from warehouse.settings import ConfigError

UNIT = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 4))
TEAM = "User,Spend this Month (USD),Lines this Month\n"


def _read(
    folder: Path | str, name: str, scratch: Path, unit: Unit = UNIT
) -> tuple[list[dict[str, Any]], list[tuple[str, ...]], Sink]:
    """Read one resource of a folder; return its rows, its rejects and the sink."""
    settings = read_settings({"AS_OF": "2026-06-30", "CLAUDE_AI_EXPORT_DIR": str(folder)})
    resource = next(r for r in SOURCES["claude_ai"].resources(settings) if r.name == name)
    (table,) = resource.tables
    scratch.mkdir(exist_ok=True)
    spool = Spool(scratch)
    sink = spool.sink(unit)
    resource.read(unit, sink)
    sink.close(keep=True)
    parts = list(spool.partitions(table))
    rows = [
        row
        for batch in spool.rows(table, parts, dt.datetime.now(dt.UTC))
        for row in batch.to_pylist()
    ]
    rejects = [tuple(map(str, row.values())) for row in spool.rejects(table, parts).to_pylist()]
    return rows, rejects, sink


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make an empty export folder."""
    made = tmp_path / "exports"
    made.mkdir()
    return made


def test_pitfall_30_money_and_counts_of_the_team_report(folder: Path, tmp_path: Path) -> None:
    """Naive: float("$1,234.56"), or the file's range as the period of its totals."""
    name = "claude_code_team_2026-06-01_to_2026-06-07.csv"
    lines = 'ada@corp.example,"$1,234.56","15,344"\nbob@corp.example,,0\neve@corp.example,$-3.50,\n'
    (folder / name).write_text(TEAM + lines)
    rows, rejects, sink = _read(folder, "claude_code_team_reports", tmp_path / "s")
    found = [
        (r["file_row"], r["user_name"], r["spend_this_month_usd"], r["lines_this_month"])
        for r in sorted(rows, key=lambda r: r["file_row"])
    ]
    assert found == [
        (2, "ada@corp.example", "1234.56", 15344),
        (3, "bob@corp.example", None, 0),
        (4, "eve@corp.example", "-3.50", None),
    ]
    assert {(r["file_name"], r["period_start"], r["period_end"]) for r in rows} == {
        (name, dt.date(2026, 6, 1), dt.date(2026, 6, 7))
    }
    assert (rejects, sink.problems, sink.files) == ([], [], {"claude_code_team_reports": {name}})


@pytest.mark.parametrize(
    "cell", ["1.234,56", "12,34", "n/a", "$1,2345", "1_000", "nan", "$", "1e999"]
)
def test_number_of_another_form_is_quarantined_and_the_rest_loads(
    folder: Path, tmp_path: Path, cell: str
) -> None:
    (folder / "team.csv").write_text(TEAM + f'Ada Test,"{cell}",1\nBob Test,$2.00,2\n')
    rows, rejects, _ = _read(folder, "claude_code_team_reports", tmp_path / "s")
    assert [row["user_name"] for row in rows] == ["Bob Test"]
    ((partition, field, reason, payload),) = rejects
    assert (partition, field) == ("team.csv", "Spend this Month (USD)")
    assert "decimal" in reason
    assert "Ada" not in payload


@pytest.mark.parametrize(
    "write",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: ("\n" + text.replace("\n", "\n\n")).lstrip("\n").encode(),
    ],
    ids=["byte order mark", "CRLF", "no last newline", "blank lines"],
)
def test_spelling_of_the_file_does_not_matter(folder: Path, tmp_path: Path, write: Any) -> None:
    text = TEAM + '"Ada\nTest",$1.00,1\nBob,$2.00,2\n'
    (folder / "team.csv").write_bytes(write(text))
    rows, _, sink = _read(folder, "claude_code_team_reports", tmp_path / "s")
    assert sorted(row["user_name"].split()[0] for row in rows) == ["Ada", "Bob"]
    assert sink.problems == []


def test_older_download_without_money(folder: Path, tmp_path: Path) -> None:
    (folder / "team.csv").write_text('User,Lines this Month\nAda,"1,000"\n')
    ((row),), _, _ = _read(folder, "claude_code_team_reports", tmp_path / "s")
    assert (row["spend_this_month_usd"], row["lines_this_month"]) == (None, 1000)


def test_spend_report_lands_in_dollars(folder: Path, tmp_path: Path) -> None:
    header = (
        "user_email,account_uuid,product,model,total_requests,total_prompt_tokens,"
        "total_completion_tokens,total_net_spend_usd,total_gross_spend_usd,user_id,Remark,Who pays?\n"
    )
    (folder / "x.csv").write_text(
        header + 'ada@corp.example,u,chat,m,"1,200",7,8,1.23,,,secret plan,Ada\n'
    )
    ((row),), _, _ = _read(folder, "spend_reports", tmp_path / "s")
    assert (row["total_requests"], row["total_net_spend_usd"], row["total_gross_spend_usd"]) == (
        1200,
        "1.23",
        None,
    )
    assert (row["total_web_search_count"], row["period_start"]) == (None, None)
    assert row["unknown_fields"] == '{"Remark":"[text]","Who_pays_":"[text]"}'


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (TEAM.replace(",", ";").encode(), "divided by ';'"),
        (TEAM.replace(",", "\t").encode(), "divided by '\\t'"),
        (b"name,e-mail\nAda Test,ada@corp.example\n", "its first row is neither"),
        (b"User,Lines last Month\nAda,1\n", "its first row is neither"),
        (b"", "its first row is neither"),
        (TEAM.encode("utf-16"), "not a UTF-8 CSV file"),
        (TEAM.encode() + "Zoë,$1.00,1\n".encode("latin-1"), "not a UTF-8 CSV file"),
        (TEAM.encode() + b'Ada,"$1.00,1\n', "not a UTF-8 CSV file"),
        (b"User,User,Lines this Month\n", "a column twice"),
        (TEAM.encode() + b"x" * 1_100_000, "a line is longer than"),
        (TEAM.encode() + b'"' + b"x\n" * 100_000, "not a UTF-8 CSV file"),
    ],
    ids=["semicolons", "tabs", "unknown", "half a kind", "empty", "UTF-16", "Latin-1", "open quote", "twice",
         "one endless line", "one endless cell"],
)  # fmt: skip
def test_file_that_cannot_be_read_is_named_and_the_others_load(
    folder: Path, tmp_path: Path, content: bytes, words: str
) -> None:
    (folder / "a.csv").write_bytes(content)
    (folder / "b.csv").write_text(TEAM + "Bob,$2.00,2\n")
    rows, _, sink = _read(folder, "claude_code_team_reports", tmp_path / "s")
    assert [row["user_name"] for row in rows] == ["Bob"]
    (problem,) = sink.problems
    assert problem.startswith("claude_ai: a.csv: ")
    assert words in problem
    assert "Ada" not in problem
    assert sink.files == {"claude_code_team_reports": {"b.csv"}}


def test_folders_inside_are_looked_into_and_other_files_are_named(
    folder: Path, tmp_path: Path
) -> None:
    (folder / "june").mkdir()
    (folder / "june" / "it's June.csv").write_text(TEAM + "Bob,$2.00,2\n")
    (folder / "audit.zip").write_bytes(b"PK")
    (folder / ".DS_Store").write_bytes(b"\0")
    _, _, sink = _read(folder, "claude_code_team_reports", tmp_path / "s")
    ((name),) = sink.files["claude_code_team_reports"]
    assert name == landed_name("june/it's June.csv")
    assert name.startswith("june/it_s June-")
    assert "'" not in name
    assert sink.warnings == ["claude_ai: audit.zip: not read, because it is no .csv file"]


def test_names_that_differ_only_in_unusual_characters_stay_apart() -> None:
    assert landed_name("a'b.csv") != landed_name("a\\b.csv") != landed_name("a_b.csv")
    assert landed_name("März/Spend (1).csv") == "März/Spend (1).csv"


def test_bucket_is_read_like_a_folder(tmp_path: Path) -> None:
    with fsspec.filesystem("memory").open("/bucket/exports/team.csv", "w") as file:
        file.write(TEAM + "Bob,$2.00,2\n")
    rows, _, sink = _read("memory://bucket/exports", "claude_code_team_reports", tmp_path / "s")
    assert [(row["user_name"], row["file_name"]) for row in rows] == [("Bob", "team.csv")]
    assert sink.problems == []


def test_folder_that_is_gone_is_an_error_and_not_empty(folder: Path, tmp_path: Path) -> None:
    """Naive: no file, so no row."""
    reader = Folder(str(folder / "gone"), lambda text: text)
    with pytest.raises(SourceError, match="CLAUDE_AI_EXPORT_DIR cannot be read: FileNotFoundError"):
        reader.files(CLAUDE_CODE_TEAM_REPORTS, Spool(tmp_path).sink(UNIT))


@pytest.mark.parametrize(
    "address", ["/nowhere", "https://x.example/files", "gs://", "what://x", "gs://key@b/f"]
)
def test_address_that_cannot_be_a_folder_is_refused(address: str) -> None:
    with pytest.raises(ConfigError, match="CLAUDE_AI_EXPORT_DIR"):
        read_settings({"AS_OF": "2026-06-30", "CLAUDE_AI_EXPORT_DIR": address})


def test_report_of_many_rows_is_streamed(folder: Path, tmp_path: Path) -> None:
    with (folder / "big.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(TEAM.strip().split(","))
        writer.writerows((f"p{n}", "$1.00", n) for n in range(5_000))
    rows, _, _ = _read(folder, "claude_code_team_reports", tmp_path / "s")
    assert len(rows) == 5_000
    assert sum(row["lines_this_month"] for row in rows) == sum(range(5_000))
