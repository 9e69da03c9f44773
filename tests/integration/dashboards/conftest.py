"""Boards of tests, the tables that they read, and a stand-in of Metabase."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboards.definition import Board, read_boards
from dashboards.metabase.apply import Desired
from dashboards.metabase.client import Client
from dashboards.metabase.database import database_body
from dashboards.metabase.mail import Mailing, mailing_name
from dashboards.metabase.settings import MetabaseSettings, read_settings
from dashboards.metabase.wanted import Warehouse, wanted_boards
from persons.columns import personal_columns
from tests.integration.dashboards.fake_http import answering
from tests.integration.dashboards.fake_metabase import API_KEY, FakeMetabase
from warehouse.snapshot import Snapshot

BOARDS = Path(__file__).parent / "boards"
TABLES = {
    "marts.mart_money": {
        "month_start_date": "DATE",
        "vendor": "VARCHAR",
        "team_name": "VARCHAR",
        "spend_usd": "DECIMAL(38,9)",
    },
    "marts.mart_use": {
        "usage_date": "DATE",
        "week_start_date": "DATE",
        "team_name": "VARCHAR",
        "n_sessions": "BIGINT",
    },
    "marts.mart_teams": {"team_name": "VARCHAR", "n_people": "BIGINT"},
    "marts.mart_people": {
        "person_email": "VARCHAR",
        "team_name": "VARCHAR",
        "spend_usd": "DECIMAL(38,9)",
    },
}
WORDS = {"vendor": ["anthropic", "cursor"], "team": ["Red", "Blue"]}


def found_by_sync(prefix: str = "") -> dict[str, dict[str, list[str]]]:
    """Return what Metabase finds when it looks at the tables."""
    return {f"{prefix}marts": {name.split(".")[1]: [*columns] for name, columns in TABLES.items()}}


def snapshot(snapshot_id: str = "20260701T040000Z-3f2a9c1b") -> Snapshot:
    """Return a snapshot of which only the names are looked at."""
    paths = {table: {"path": f"{table.replace('.', '/')}.parquet"} for table in TABLES}
    return Snapshot(Path(snapshot_id), {"tables": paths}, {})


def settings_of(**more: str) -> MetabaseSettings:
    """Return settings of DuckDB, unless others are given."""
    return read_settings({"AS_OF": "2026-07-01", "METABASE_PUBLISHED_DIR": "/published", **more})


def desired_of(
    boards: dict[str, Board], settings: MetabaseSettings, taken: Snapshot | None = None
) -> Desired:
    """Return what should be there."""
    warehouse = Warehouse(settings.warehouse, settings.prefix)
    wanted = wanted_boards(
        list(boards.values()), warehouse, TABLES, words=WORDS, personal=personal_columns
    )
    mails = {
        one.key: Mailing(mailing_name(one.name), mail, settings.subscribers)
        for one in wanted
        if settings.subscribers and (mail := boards[one.key].mail)
    }
    read = {f"marts.{name}" for name in ("mart_money", "mart_use", "mart_teams")}
    return Desired(
        database=database_body(settings, taken or snapshot(), read),
        collection=settings.collection,
        boards=tuple(wanted),
        warehouse=warehouse,
        mails=mails,
    )


@pytest.fixture
def boards() -> dict[str, Board]:
    return dict(read_boards(BOARDS))


@pytest.fixture
def desired(boards: dict[str, Board]) -> Desired:
    return desired_of(boards, settings_of(METABASE_SUBSCRIBERS="b@example.com, a@example.com"))


@pytest.fixture
def fake() -> Iterator[FakeMetabase]:
    with answering(FakeMetabase(tables=found_by_sync())) as server:
        yield server


@pytest.fixture
def client(fake: FakeMetabase) -> Client:
    return Client(fake.url, API_KEY, wait=lambda _seconds: None)
