"""An address in 87 written forms and twelve places: nothing of it is left, and the search sees each of them before.

No build: the places are small tables and files. What a test looks for afterwards is the text that it planted, not what the
code calls an address.
"""

import base64
import datetime as dt
import gzip
import json
import os
import shutil
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from persons.identifiers import ColumnKind
from privacy.columns import PersonalMap
from privacy.config import Settings
from privacy.files import forget_copies, forget_traces, rewrite_database
from privacy.findings import Findings
from privacy.pattern import Pattern
from privacy.plan import apply, make_plan
from privacy.scan import Search, scan
from privacy.scan_files import look_at_files
from privacy.subject import find_subject
from tests.written_forms import ADDRESS, FORMS
from warehouse.duckdb import DuckDB

OTHER = "eve.lund@corp.example"
IN_TABLES = {
    "raw": ("raw_sheets.people", "manager_email"),
    "e-mail": ("raw_cursor.usage_events", "user_email"),
    "a vendor's id": ("raw_orchestrator.task_executions", "user_id"),
    "struct": ("raw_cursor.events_nested", "place"),
    "list": ("raw_cursor.events_nested", "tags"),
    "map": ("raw_cursor.events_nested", "labels"),
    "enum": ("raw_cursor.events_nested", "word"),
    "names of keys": ("raw_anthropic.api_keys", "name"),
    "names of files": ("raw_claude_ai.spend_reports", "file_name"),
    "unknown fields": ("raw_cursor.usage_events", "unknown_fields"),
    "keys of JSON": ("raw_gemini.activity_events", "unknown_fields"),
    "quarantine": ("raw_cursor.quarantine", "payload"),
    "a message of a run": ("raw_cursor.extract_runs", "error"),
    "dlt state": ("raw_cursor._dlt_pipeline_state", "state"),
    "loader's copy": ("raw_sheets_staging.people", "manager_email"),
    "not marked personal": ("raw_cursor.groups", "directory_group_id"),
    "a name that SQL knows": ("raw_cursor.usage_events", "order"),
    "predecessor": ("legacy.dim_api_keys", "notes"),
    "archive": ("migration.archive_raw_cursor_usage_3", "raw_response"),
}
WHOSE = ("e-mail", "a vendor's id")
"""Columns that say whose a row is: a longer plain address in one of them is somebody's own account, and stays."""
OWN_ACCOUNTS = ("prefix", "two prefixes")
IN_FILES = ("dlt state", "load package", "snapshot", "FOCUS", "docs", "logs", "temporary folder")
NESTED = PersonalMap(
    {
        ("raw_cursor", "events_nested"): dict.fromkeys(
            ("place", "tags", "labels", "word"), ColumnKind.MENTION
        )
    }
)
MADE = """
create schema raw_sheets; create schema raw_cursor; create schema raw_orchestrator; create schema raw_anthropic;
create schema raw_claude_ai; create schema raw_gemini; create schema raw_sheets_staging; create schema legacy; create schema migration;
create table raw_sheets.people (email varchar, aliases varchar, name varchar, team varchar, manager_email varchar);
create table raw_sheets_staging.people as from raw_sheets.people;
create table raw_cursor.usage_events (user_email varchar, user_id varchar, model varchar, unknown_fields varchar, "order" varchar, n bigint);
create table raw_cursor.events_nested (
    place struct(who varchar, n decimal(38, 9)), tags varchar[], labels map(varchar, varchar), word varchar, day date
);
create table raw_cursor.groups (id varchar, name varchar, directory_group_id varchar);
create table raw_cursor.quarantine (resource_name varchar, partition_id varchar, field varchar, reason varchar, payload varchar);
create table raw_cursor.extract_runs (run_id varchar, error varchar);
create table raw_cursor._dlt_pipeline_state (version bigint, state varchar);
create table raw_orchestrator.task_executions (task_id varchar, user_id varchar, organization_id varchar);
create table raw_anthropic.api_keys (id varchar, name varchar, created_by_id varchar);
create table raw_claude_ai.spend_reports (file_name varchar, user_email varchar, model varchar);
create table raw_gemini.activity_events (actor_email varchar, unknown_fields json);
create table legacy.dim_api_keys (api_key_id varchar, notes varchar);
create table migration.archive_raw_cursor_usage_3 (email varchar, raw_response json);
"""


@dataclass(frozen=True)
class Planted:
    """A warehouse and files in which the forms stand, erased once."""

    settings: Settings
    before: Findings
    after: Findings
    n_others: tuple[int, int]
    cells: dict[str, list[str]]
    """By place, what stands in its cells afterwards."""
    files_before: dict[str, int]


def _plant(connection: duckdb.DuckDBPyConnection, forms: dict[str, str]) -> None:
    run = connection.execute
    for statement in ("begin", *MADE.split(";")):
        run(statement)
    run(
        "insert into raw_sheets.people values (?, '', 'Áda Weiß', 'Engineering', ?)",
        [ADDRESS, OTHER],
    )
    run("insert into raw_sheets.people values (?, '', 'Eve Lund', 'Engineering', null)", [OTHER])
    for name, text in forms.items():
        account = None if name in OWN_ACCOUNTS else text
        run(
            "insert into raw_sheets.people values (?, '', 'Eve Lund', 'Engineering', ?)",
            [OTHER, text],
        )
        run(
            "insert into raw_sheets_staging.people values (?, '', 'Eve Lund', 'Engineering', ?)",
            [OTHER, text],
        )
        run(
            "insert into raw_cursor.usage_events values (?, null, 'claude-sonnet-5', ?, ?, 1)",
            [account, text, text],
        )
        run(
            "insert into raw_cursor.events_nested values ({'who': ?, 'n': 1.123456789}, [?, 'other'], map {?: 'x'}, ?, '2026-01-01')",
            [text] * 4,
        )
        run("insert into raw_cursor.groups values ('g', 'Platform', ?)", [text])
        run(
            "insert into raw_cursor.quarantine values ('usage_events', '2026-01-01', 'x', 'y', ?)",
            [json.dumps({"of": [text]})],
        )
        run("insert into raw_cursor.extract_runs values ('r', ?)", [f"no readable file: {text}"])
        state = base64.b64encode(zlib.compress(json.dumps({"last": text}).encode())).decode()
        run("insert into raw_cursor._dlt_pipeline_state values (1, ?)", [state])
        run("insert into raw_orchestrator.task_executions values ('t', ?, 'org-01')", [account])
        run("insert into raw_anthropic.api_keys values ('k', ?, 'user_01')", [text])
        run("insert into raw_claude_ai.spend_reports values (?, ?, 'claude-opus-5')", [text, OTHER])
        run(
            "insert into raw_gemini.activity_events values (?, ?)",
            [OTHER, json.dumps({text: {"a": 1}}, ensure_ascii=False)],
        )
        run("insert into legacy.dim_api_keys values ('k', ?)", [text])
        run(
            "insert into migration.archive_raw_cursor_usage_3 values (?, ?)",
            [OTHER, json.dumps({"of": text})],
        )
    words = ", ".join("'" + text.replace("'", "''") + "'" for text in forms.values())
    run(f"alter table raw_cursor.events_nested alter column word type enum ({words})")
    run("commit")


def _plant_files(settings: Settings, temporary: Path, forms: dict[str, str]) -> dict[str, Path]:
    """Write each form to each kind of file; return the folders by place."""
    folders = {
        "dlt state": settings.pipelines_dir / "cursor",
        "load package": settings.pipelines_dir / "cursor" / "load",
        "snapshot": settings.publish_dir / "older",
        "FOCUS": settings.focus_dir / "2026-01",
        "docs": settings.target_dir,
        "logs": settings.log_dir,
        "temporary folder": temporary / "extract-abc",
    }
    for folder in folders.values():
        folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        for number, text in enumerate(forms.values()):
            packed = json.dumps({"state": text}).encode()
            (folders["dlt state"] / f"state-{number}.json").write_bytes(packed)
            with gzip.open(folders["load package"] / f"{number}.jsonl.gz", "wb") as file:
                file.write(packed)
            for place in ("snapshot", "temporary folder"):
                path = folders[place] / f"{number}.parquet"
                connection.execute(
                    f"copy (select {{'of': [cast(? as varchar)]}} as \"order\", 1 as n) to '{path}'",
                    [text],
                )
            with zipfile.ZipFile(
                folders["FOCUS"] / f"{number}.zip", "w", zipfile.ZIP_DEFLATED
            ) as archive:
                archive.writestr("focus.csv", f"a,b\n1,{text}\n")
            (folders["docs"] / f"{number}.html").write_text(f"<p>{text}</p>", encoding="utf-8")
            (folders["logs"] / f"{number}.log").write_text(
                "x" * 900 + f" {text} " + "y" * 900, encoding="utf-8"
            )
            name = text.replace("/", "").replace("\0", "")
            if len(name.encode()) < 200:
                (folders["logs"] / f"{name.strip()}.txt").write_text("named", encoding="utf-8")
    os.utime(folders["temporary folder"], (1, 1))
    return folders


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    folder = tmp_path_factory.mktemp("written")
    temporary = folder / "tmp"
    temporary.mkdir()
    forms = {name: form(ADDRESS) for name, form in FORMS.items()}
    settings = Settings(
        as_of=dt.datetime(2026, 6, 4, tzinfo=dt.UTC),
        duckdb_path=folder / "warehouse.duckdb",
        pipelines_dir=folder / "dlt",
        publish_dir=folder / "published",
        focus_dir=folder / "focus",
        target_dir=folder / "target",
        log_dir=folder / "logs",
        state_dir=folder / "state",
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tempfile.tempdir", str(temporary))
        folders = _plant_files(settings, temporary, forms)
        with duckdb.connect(str(settings.duckdb_path)) as connection:
            _plant(connection, forms)
            warehouse = DuckDB(connection)
            subject = find_subject(warehouse, ADDRESS, columns=NESTED)
            before = scan(settings, warehouse, subject.identifiers(), NESTED)
            pattern = Pattern(subject.identifiers(), subject.others)
            files_before = {}
            for place, at in folders.items():
                found = Findings()
                look_at_files([at], pattern, found)
                files_before[place] = len(found.files)
            n_before = _others(connection)
            plan = make_plan(warehouse, subject, columns=NESTED)
            apply(warehouse, plan)
        rewrite_database(settings.duckdb_path)
        forget_copies(settings, None)
        forget_traces(settings, Search(subject.identifiers()))
        with duckdb.connect(str(settings.duckdb_path)) as connection:
            warehouse = DuckDB(connection)
            after = scan(settings, warehouse, subject.identifiers(), NESTED)
            cells = {}
            for place, (table, column) in IN_TABLES.items():
                rows = connection.execute(
                    f'select cast("{column}" as varchar) from {table}'
                ).fetchall()
                cells[place] = [str(cell) for (cell,) in rows]
            yield Planted(
                settings, before, after, (n_before, _others(connection)), cells, files_before
            )
    shutil.rmtree(temporary)


def _others(connection: duckdb.DuckDBPyConnection) -> int:
    found = connection.execute(
        f"select count(*) from raw_sheets.people where email = '{OTHER}'"
    ).fetchone()
    assert found is not None
    return int(found[0])


def test_there_are_enough_forms_and_places() -> None:
    assert len(FORMS) >= 60
    assert len({form(ADDRESS) for form in FORMS.values()}) == len(FORMS)
    assert len(IN_TABLES) + len(IN_FILES) >= 12


@pytest.mark.parametrize("place", IN_TABLES)
def test_the_search_sees_every_form_in_every_table(planted: Planted, place: str) -> None:
    table, column = IN_TABLES[place]
    found = {one.place: one.n_found for one in planted.before.tables}
    n_theirs = len(OWN_ACCOUNTS) if place in WHOSE else 0
    assert found[f"{table}.{column}"] >= len(FORMS) - n_theirs


@pytest.mark.parametrize("place", IN_FILES)
def test_the_search_sees_every_form_in_every_kind_of_file(planted: Planted, place: str) -> None:
    assert planted.files_before[place] >= len(FORMS)


def test_the_search_finds_nothing_afterwards(planted: Planted) -> None:
    assert planted.after.places() == []
    looked = planted.after.looked
    assert looked.n_tables == 14
    assert looked.n_columns > 40
    assert looked.n_bytes > 0


@pytest.mark.parametrize("form", FORMS)
def test_no_cell_holds_what_was_planted(planted: Planted, form: str) -> None:
    text = FORMS[form](ADDRESS)
    left = [
        place
        for place, cells in planted.cells.items()
        if any(text.strip() in cell for cell in cells)
    ]
    assert left == []
