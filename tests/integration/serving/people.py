"""People for the small warehouse: three teams, two of them led, and what each person did on one day."""

from pathlib import Path

import duckdb

from persons.keys import Key
from persons.person_ids import person_id

ADA, BOB, EVE, ZOE = (f"{name}@north.example" for name in ("ada", "bob", "eve", "zoe"))
SHEET = (
    # address, team, manager, is today's row
    (ADA, "blue", EVE, True),
    (BOB, "blue", EVE, True),
    (BOB, "red", ZOE, False),
    (EVE, "red", ZOE, True),
    (ZOE, None, None, True),
)
"""Eve leads blue, Zoe leads red; that Bob was in red once makes nobody his manager today."""
LINES = {ADA: 11, BOB: 22, EVE: 44, ZOE: 88}


def add_people(path: Path, key: Key) -> None:
    """Write the people, their lines by day, and a table by team alone."""
    ids = {one: person_id(key, one) for one in LINES}
    teams = {one: team for one, team, _, is_current in SHEET if is_current}
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create table marts.dim_people (person_name varchar, person_email varchar, team_name varchar,"
            " manager_email varchar, is_current boolean, person_id varchar)"
        )
        connection.executemany(
            "insert into marts.dim_people values (?, ?, ?, ?, ?, ?)",
            [
                (one.partition("@")[0].title(), one, team, manager, is_current, ids[one])
                for one, team, manager, is_current in SHEET
            ],
        )
        connection.execute(
            "create table marts.mart_engineering__productivity_daily (usage_date date, person_email varchar,"
            " team_name varchar, n_lines_added bigint, person_id varchar)"
        )
        connection.executemany(
            "insert into marts.mart_engineering__productivity_daily values ('2026-06-01', ?, ?, ?, ?)",
            [(one, teams[one], n_lines, ids[one]) for one, n_lines in LINES.items()],
        )
        connection.execute(
            "create schema metrics;"
            " create table metrics.mart_delivery__pull_requests as select usage_date as opened_date, person_email,"
            " team_name, 3600::decimal(38, 9) as cycle_seconds, person_id"
            " from marts.mart_engineering__productivity_daily;"
            " create table metrics.mart_delivery__phases_weekly as select date '2026-06-01' as week_start_date,"
            " 'team' as phase_scope, team_name, 'cycle' as phase, 3600::decimal(38, 9) as phase_p50_seconds"
            " from marts.mart_engineering__productivity_daily group by team_name;"
            " create table metrics.mart_delivery__dora_weekly as select date '2026-06-01' as week_start_date,"
            " 'shop' as service, 12::bigint as n_deployments"
        )
        connection.execute(
            "create table marts.mart_engineering__team_weekly as select date '2026-06-01' as week_start_date,"
            " team_name, sum(n_lines_added)::bigint as n_lines_added"
            " from marts.mart_engineering__productivity_daily group by team_name"
        )
