"""A search that is made again reads what has changed, and nothing else; what it knows counts as looked at."""

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest

from persons.identifiers import Identifier, Kind, Label
from privacy import scan_files, scan_tables
from privacy.config import Settings
from privacy.findings import Findings
from privacy.scan import Search
from warehouse.connection import open_warehouse

ANNA = "anna@x.example"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(
        as_of=dt.datetime(2026, 6, 4, tzinfo=dt.UTC),
        duckdb_path=tmp_path / "w.duckdb",
        pipelines_dir=tmp_path / "dlt",
        publish_dir=tmp_path / "published",
        focus_dir=tmp_path / "focus",
        target_dir=tmp_path / "target",
        log_dir=tmp_path / "logs",
    )
    made.log_dir.mkdir()
    (made.log_dir / "a.log").write_text("nobody\n")
    (made.log_dir / "b.log").write_text("nobody, neither\n")
    with duckdb.connect(str(made.duckdb_path)) as connection:
        connection.execute(
            "create schema raw_sheets; create table raw_sheets.people as select 'bob@x.example' as email"
        )
    return made


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was read, in order: the names of files, and `tables`."""
    seen: list[str] = []
    in_file, in_tables = scan_files._in_file, scan_tables.look_at_tables

    def file(path: Path, *given: Any, **more: Any) -> int:
        seen.append(path.name)
        return in_file(path, *given, **more)

    def tables(*given: Any) -> None:
        seen.append("tables")
        in_tables(*given)

    monkeypatch.setattr(scan_files, "_in_file", file)
    monkeypatch.setattr("privacy.scan.look_at_tables", tables)
    return seen


def _searched(search: Search, settings: Settings) -> Findings:
    with open_warehouse(settings, read_only=True) as warehouse:
        return search.everything(settings, warehouse)


@pytest.fixture
def search() -> Search:
    return Search([Identifier(Label(Kind.EMAIL), ANNA)])


def test_what_is_the_same_is_read_once_and_counts_each_time(
    settings: Settings, search: Search, read: list[str]
) -> None:
    first = _searched(search, settings)
    assert sorted(read) == ["a.log", "b.log", "tables", "w.duckdb"]
    assert not first
    read.clear()
    (settings.log_dir / "a.log").rename(settings.log_dir / "c.log")  # as a snapshot is put in place
    again = _searched(search, settings)
    assert read == []
    assert again.looked == first.looked
    assert again.looked.n_files == 3
    assert _searched(Search([Identifier(Label(Kind.EMAIL), "bob@x.example")]), settings).tables


def test_what_has_changed_is_read_again(
    settings: Settings, search: Search, read: list[str]
) -> None:
    _searched(search, settings)
    read.clear()
    (settings.log_dir / "a.log").write_text(ANNA)
    (settings.log_dir / "new.log").write_text("nobody\n")
    found = _searched(search, settings)
    assert sorted(read) == ["a.log", "new.log"]
    assert [Path(one.place).name for one in found.files] == ["a.log"]
    read.clear()
    with duckdb.connect(str(settings.duckdb_path)) as connection:
        connection.execute(f"insert into raw_sheets.people values ('{ANNA}')")
    found = _searched(search, settings)
    assert sorted(read) == ["tables", "w.duckdb"]
    assert [one.place for one in found.tables] == ["raw_sheets.people.email"]


def test_a_name_is_looked_at_however_well_the_content_is_known(
    settings: Settings, search: Search
) -> None:
    _searched(search, settings)
    (settings.log_dir / "a.log").rename(settings.log_dir / f"{ANNA}.log")
    assert len(_searched(search, settings).files) == 1


def test_what_was_found_is_found_anew_once_it_may_be_somebody_else_s(
    settings: Settings, search: Search
) -> None:
    (settings.log_dir / "a.log").write_text(f"key-{ANNA}")
    assert len(_searched(search, settings).files) == 1
    with duckdb.connect(str(settings.duckdb_path)) as connection:
        connection.execute(f"insert into raw_sheets.people values ('key-{ANNA}')")
    assert not _searched(search, settings)
