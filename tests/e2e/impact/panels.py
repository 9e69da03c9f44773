"""A panel of developers and weeks, put where the statistics of AI impact read it, and what they make of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from sandbox.world.rollout import DAYS, PEOPLE, Rollout
from tests.e2e.chain import Chain

STATISTICS = (
    "int_delivery__ai_team_weeks",
    "int_delivery__ai_orders",
    "int_delivery__ai_order_effects",
    "int_delivery__ai_intervals",
    "int_delivery__ai_pretrends",
    "int_delivery__ai_users",
    "mart_delivery__ai_impact",
)
MERGED = "merged_pull_requests_per_developer_week"
FIRST_WEEK = date(2026, 5, 25)
TEAMS = tuple(f"team {number}" for number in range(1, 7))


@dataclass(frozen=True)
class Developer:
    """A developer of the panel: pull requests merged and whether a tool was used, week by week."""

    name: str
    team: str
    merged: tuple[int, ...]
    used: tuple[bool, ...]


@dataclass(frozen=True)
class Panel:
    """Developers, and the number of the week in which each team began; beyond the last week: not yet."""

    developers: Sequence[Developer]
    starts: Mapping[str, int]

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Return what `int_delivery__ai_panel_weeks` holds."""
        for developer in self.developers:
            for number, merged in enumerate(developer.merged):
                week = FIRST_WEEK + timedelta(weeks=number)
                yield (developer.name, developer.team, week, merged, developer.used[number])


def of_company(seed: int, effect: float) -> tuple[Panel, float]:
    """Return the panel of an invented company of the default size, and the true effect of its roll-out."""
    people = {f"developer {number}": TEAMS[number % len(TEAMS)] for number in range(PEOPLE)}
    planted = Rollout(seed, TEAMS, people, FIRST_WEEK, DAYS, effect)
    developers = [
        Developer(
            person,
            team,
            tuple(planted.merged_in_week(person, week) for week in planted.weeks),
            tuple(planted.is_exposed(person, week) for week in planted.weeks),
        )
        for person, team in people.items()
    ]
    starts = {team: (day - FIRST_WEEK).days // 7 for team, day in planted.starts.items()}
    return Panel(developers, starts), planted.true_effect()


def impact(chain: Chain, folder: Path, panel: Panel) -> dict[str, Any] | None:
    """Build the mart of a panel with the project's own statements and return the row of the primary metric."""
    own = replace(chain, folder=folder)
    folder.mkdir(parents=True)
    with duckdb.connect(str(own.warehouse)) as connection:
        connection.execute("create schema intermediate; create schema marts")
        connection.execute(
            "create table intermediate.int_delivery__ai_panel_weeks (person_key varchar, team_name varchar,"
            " week_date date, n_merged_pull_requests bigint, is_ai_active boolean,"
            " n_timed_pull_requests bigint default 0, log_cycle_time double default 0)"
        )
        connection.execute(
            "create table intermediate.int_delivery__ai_rollouts (team_name varchar, rollout_week_date date,"
            " rollout_source varchar default 'sheet', is_random_order boolean default true)"
        )
        given = folder / "panel.csv"
        with given.open("w", encoding="utf-8") as lines:
            lines.writelines(f"{','.join(map(str, row))}\n" for row in panel.rows())
        connection.execute(
            "insert into intermediate.int_delivery__ai_panel_weeks"
            " (person_key, team_name, week_date, n_merged_pull_requests, is_ai_active)"
            " select * from read_csv(?, header = false, columns = {'person': 'varchar', 'team': 'varchar',"
            " 'week': 'date', 'merged': 'bigint', 'active': 'boolean'})",
            [str(given)],
        )
        for team, number in panel.starts.items():
            connection.execute(
                "insert into intermediate.int_delivery__ai_rollouts (team_name, rollout_week_date) values (?, ?)",
                [team, FIRST_WEEK + timedelta(weeks=number)],
            )
        connection.execute(
            "create table intermediate.int_delivery__ai_developers as"
            " select distinct person_key, true as is_kept from intermediate.int_delivery__ai_panel_weeks"
        )
    own.build(select=STATISTICS)
    with duckdb.connect(str(own.warehouse), read_only=True) as connection:
        found = connection.execute(
            "select * from metrics.mart_delivery__ai_impact where metric_name = ?", [MERGED]
        )
        names = [column[0] for column in found.description]
        row = found.fetchone()
    own.warehouse.unlink()
    return None if row is None else dict(zip(names, row, strict=True))
