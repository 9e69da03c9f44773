"""Companies of small teams, put in place of what the models of groups read of a built company."""

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from tests.e2e.chain import AS_OF, Chain

N_DAYS = 75
FIRST = AS_OF - timedelta(days=N_DAYS)
CATEGORIES = {
    "cursor": ("coding_agents", "cursor"),
    "claude_code": ("coding_agents", "anthropic"),
    "claude_api": ("api_usage", "anthropic"),
    "claude_ai": ("ai_assistants", "anthropic"),
    "gemini_workspace": ("ai_assistants", "google"),
}
MODELS = (
    *("int_identity__shown_teams", "mart_engineering__team_daily", "mart_engineering__team_weekly"),
    *("mart_knowledge_workers__team_weekly", "mart_api_consumption__team_daily"),
    *("mart_engineering__acceptance_distribution", "mart_adoption__active_people"),
    *(
        "mart_adoption__cohorts",
        "mart_executive__overview_monthly",
        "mart_finance__seat_utilisation",
    ),
    *("int_delivery__shown_teams", "int_delivery__dora_periods"),
    *("mart_delivery__dora_daily", "mart_delivery__dora_weekly"),
    *("mart_delivery__cost_per_pull_request", "int_delivery__metric_days", "development_metrics"),
)
"""What tells about the behaviour of groups."""


@dataclass(frozen=True)
class Use:
    """Somebody used something on a day."""

    platform: str
    person: str
    team: str | None
    workspace: str | None
    day: date

    @property
    def week(self) -> date:
        return self.day - timedelta(days=self.day.weekday())


def invented(seed: int) -> list[Use]:
    """Return what the people of a company did: teams of one to twelve, who begin, pause, move and leave."""
    dice = random.Random(seed)
    teams = [f"team {number}" for number in range(dice.randint(3, 6))]
    sizes = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12)
    found = []
    number = 0
    for team in [*teams, None]:
        for _ in range(dice.choice(sizes) if team else dice.randint(0, 3)):
            number += 1
            moves = dice.random() < 0.15
            moved, to = (dice.randrange(N_DAYS), dice.choice(teams)) if moves else (N_DAYS, team)
            for platform in CATEGORIES:
                if dice.random() < 0.2:
                    continue
                begins = dice.choice((0, 0, 0, dice.randrange(N_DAYS)))
                ends = dice.choice((N_DAYS, N_DAYS, N_DAYS, dice.randrange(N_DAYS)))
                pause = dice.choice((N_DAYS, N_DAYS, dice.randrange(N_DAYS)))
                zeal = dice.choice((0.15, 0.6, 0.95, 0.95, 0.95))
                place = dice.choice(("atlas", "atlas", "beacon", "cove"))
                for offset in range(begins, ends):
                    day = FIRST + timedelta(days=offset)
                    is_rest = day.weekday() >= 5 and dice.random() < 0.8
                    if is_rest or pause <= offset < pause + 7 or dice.random() > zeal:
                        continue
                    workspace = place if platform == "claude_api" else None
                    of = team if offset < moved else to
                    found.append(Use(platform, f"p{number}", of, workspace, day))
    return found


def plant(
    chain: Chain, uses: list[Use], more: Mapping[str, list[dict[str, object]]] | None = None
) -> None:
    """Put the uses, and more rows of tables, in place of what the models of groups read of a built company, and build these."""
    days = [FIRST + timedelta(days=number) for number in range(N_DAYS)]
    last_team = {use.person: use.team for use in sorted(uses, key=lambda use: use.day)}
    tables: dict[str, list[dict[str, object]]] = defaultdict(list, more or {})
    for use in uses:
        category, vendor = CATEGORIES[use.platform]
        who = {"platform": use.platform, "person_key": use.person, "team_name": use.team}
        of = {**who, "person_id": use.person, "usage_date": use.day}
        tables["intermediate.int_usage__active_person_days"].append(
            {**of, "category": category, "vendor": vendor}
        )
        if category == "coding_agents":
            lines = {"n_comparable_accepted_lines_added": 3, "n_comparable_lines_added": 10}
            tables["marts.mart_engineering__productivity_daily"].append(
                {**of, **lines, "n_lines_added": 10, "n_sessions": 1, "is_person": True}
            )
        elif category == "ai_assistants":
            tables["marts.mart_knowledge_workers__daily"].append(
                {**of, "n_conversations": 1, "n_active_events": 1}
            )
        else:
            line: dict[str, object] = {"actor_type": "api_key", "actor_id": use.person}
            line["usage_date"] = use.day
            line["workspace_key"] = use.workspace
            tables["intermediate.int_usage__message_lines"].append(line)
            tables["intermediate.int_platform__detected"].append({**line, "platform": "claude_api"})
            owner = {"person_id": use.person, "owner_email": use.person, "team_name": use.team}
            key = {name: line[name] for name in ("actor_type", "actor_id", "usage_date")}
            tables["intermediate.int_attribution__chosen"].append(
                {**owner, **key, "platform": "claude_api"}
            )
            tables["marts.mart_api_consumption__daily"].append(
                {
                    **{name: of[name] for name in of if name != "person_key"},
                    **{**line, "workspace_name": use.workspace, "model": "m"},
                    **{"output_tokens": 1, "total_tokens": 1},
                }
            )
    for person, team in last_team.items():
        period = {"valid_from_date": FIRST, "valid_to_date": date(9999, 12, 31)}
        row: dict[str, object] = {"person_id": person, "person_email": person, **period}
        row["team_name"] = team
        if team:
            tables["intermediate.int_identity__people"].append(row)
            tables["marts.dim_people"].append(row)
    seats = {(use.platform, use.person): use for use in uses}
    for number, use in enumerate(seats.values()):
        for day in days[-40:]:
            tables["intermediate.int_usage__seat_holder_days"].append(
                {
                    **{"sheet_row": number, "vendor": CATEGORIES[use.platform][1]},
                    **{"platform": use.platform, "team_name": use.team, "usage_date": day},
                    **{"day_activity": "active" if day.weekday() < 3 else "not_active"},
                }
            )
    for day in days:
        tables["intermediate.int_runs__day_versions"].append(
            {"usage_date": day, "is_provisional": False, "is_usage_loaded": True, "is_loaded": True}
        )
        for platform in CATEGORIES:
            tables["intermediate.int_usage__observed_days"].append(
                {"platform": platform, "usage_date": day}
            )
    for level, scopes in {
        "platform": list(CATEGORIES),
        "category": list({category for category, _ in CATEGORIES.values()}),
        "all": ["all"],
    }.items():
        tables["intermediate.int_adoption__read_days"] += [
            {
                **{"usage_scope_level": level, "usage_scope": scope, "is_use_read": True},
                **{"n_read_days_7d": 7, "n_read_days_28d": 28, "usage_date": day},
            }
            for scope in scopes
            for day in days
        ]
    empty = ("intermediate.int_usage__cursor_daily", "marts.fct_ai_spend_daily")
    with duckdb.connect(str(chain.warehouse)) as connection:
        for table in (*tables, *empty):
            _replace(connection, table, tables.get(table, []))
    chain.build(select=MODELS)


def _replace(
    connection: duckdb.DuckDBPyConnection, table: str, rows: list[dict[str, object]]
) -> None:
    """Leave these rows in a table, or in a table in place of a view."""
    schema, name = table.split(".")
    (kind,) = connection.execute(
        "select table_type from information_schema.tables where table_schema = ? and table_name = ?",
        [schema, name],
    ).fetchone() or ("",)
    connection.execute(f"create or replace temp table shape as from {table} limit 0")
    connection.execute(f"drop {'view' if kind == 'VIEW' else 'table'} {table}")
    connection.execute(f"create table {table} as from shape")
    if rows:
        connection.register("planted", pa.Table.from_pylist(rows))
        connection.execute(f"insert into {table} by name from planted")
        connection.unregister("planted")
