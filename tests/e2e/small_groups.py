"""Companies of small teams for the test that nobody below five is told apart, and the attack on what is published of them.

The attacker may read what a viewer may, and knows who is in which team, who uses what, and when. Nothing here asks how the
models group: a row of a team is about the people of that team, `other teams` about everybody whom no row names.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import duckdb
import pyarrow as pa

from persons.columns import personal_columns
from serving.config import SERVED_SCHEMAS
from tests.e2e.chain import AS_OF, Chain

FEWEST = 5
OTHERS = "other teams"
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


Row = tuple[str | None, str | None]
"""A workspace and a team, as a row names them."""


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


def uses_of(connection: duckdb.DuckDBPyConnection) -> list[Use]:
    """Return what the people of a built company did."""
    rows = connection.execute(
        "select platform, person_key, team_name, null, usage_date"
        " from intermediate.int_usage__active_person_days where platform <> 'claude_api' union all"
        " select 'claude_api', person_id, team_name, workspace_name, usage_date"
        " from marts.mart_api_consumption__daily"
        " where platform = 'claude_api' and person_id is not null and total_tokens > 0"
    ).fetchall()
    return [Use(*row) for row in rows]


def open_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Return what a viewer may read, with its columns."""
    columns: dict[str, dict[str, str]] = defaultdict(dict)
    for schema, table, column, kind in connection.execute(
        "select table_schema, table_name, column_name, data_type from information_schema.columns"
    ).fetchall():
        if schema in SERVED_SCHEMAS:
            columns[f"{schema}.{table}"][column] = kind
    return {table: list(of) for table, of in columns.items() if not personal_columns(of)}


NO_BEHAVIOUR = frozenset({"n_team_people", "n_people_1d", "n_people_7d", "n_people_28d"})
"""Counts of people of the directory: who is in a team is no secret."""


def small_counts(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Tell where a number of people of one to four is published."""
    for table, columns in open_tables(connection).items():
        for column in columns:
            if column.startswith("n_") and "_people" in column and column not in NO_BEHAVIOUR:
                (found,) = connection.execute(
                    f"select count(*) from {table} where {column} between 1 and {FEWEST - 1}"
                ).fetchone() or (0,)
                if found:
                    yield f"{table}.{column}: {found} rows of one to four people"


WEEKLY = {
    "marts.mart_engineering__team_daily": (
        *("usage_date", ("cursor", "claude_code")),
        "coalesce(n_sessions, n_lines_added)",
    ),
    "marts.mart_engineering__team_weekly": (
        *("week_start_date", ("cursor", "claude_code")),
        "coalesce(n_sessions, n_lines_added)",
    ),
    "marts.mart_knowledge_workers__team_weekly": (
        *("week_start_date", ("claude_ai", "gemini_workspace")),
        "coalesce(n_conversations, n_active_events)",
    ),
    "marts.mart_api_consumption__team_daily": ("usage_date", ("claude_api",), "output_tokens"),
}
"""Tables of what teams did: their day, the platforms they are asked for here, and a measure that everybody has."""
COUNTED = frozenset(
    {
        "marts.mart_adoption__active_people",
        "marts.mart_executive__overview_monthly",
        "marts.mart_finance__seat_utilisation",
    }
)
"""Tables that count a team's people: see `left_over`."""


def groups(
    connection: duckdb.DuckDBPyConnection, uses: list[Use]
) -> dict[str, dict[tuple[str, date], dict[Row, set[str]]]]:
    """Return, per table, platform and week, whose doings each row of a workspace and team adds up."""
    found: dict[str, dict[tuple[str, date], dict[Row, set[str]]]] = {}
    for table, (day, platforms, measure) in WEEKLY.items():
        place = "shown_workspace_name" if "api" in table else "cast(null as varchar)"
        told = connection.execute(
            f"select platform, cast(date_trunc('week', {day}) as date), {place}, team_name"
            f" from {table} where list_contains(?, platform) and {measure} is not null group by all",
            [list(platforms)],
        ).fetchall()
        named: dict[tuple[str, date], set[Row]] = defaultdict(set)
        for platform, week, workspace, team in told:
            named[platform, week].add((workspace, team))
        people: dict[tuple[str, date], dict[Row, set[str]]] = {}
        for use in uses:
            if use.platform not in platforms:
                continue
            rows = named.get((use.platform, use.week), set())
            row = _row_of(use, rows)
            if row in rows:
                of = people.setdefault((use.platform, use.week), defaultdict(set))
                of[row].add(use.person)
        found[table] = people
    return found


def _row_of(use: Use, rows: set[Row]) -> Row:
    """Return the row that somebody's doings must stand in, by the names that the rows bear."""
    workspaces = {workspace for workspace, _ in rows}
    workspace = use.workspace
    if workspace is not None and workspace not in workspaces:
        workspace = "other workspaces"
    team = use.team if (workspace, use.team) in rows else OTHERS
    return workspace, team


def told_apart(connection: duckdb.DuckDBPyConnection, uses: list[Use]) -> Iterator[str]:
    """Tell which rows, or differences of rows, tables and weeks, are about one to four people."""
    loaded = connection.execute(
        "select min(usage_date), max(usage_date) from intermediate.int_runs__day_versions"
        " where is_usage_loaded"
    ).fetchone() or (FIRST, AS_OF)
    judged = {use.week: _judged(use.week, *loaded) for use in uses}
    by_platform: dict[str, dict[tuple[str, date], set[Row]]] = {}
    for table, people in groups(connection, uses).items():
        joined: dict[tuple[str, date, str | None, str | None], set[str]] = defaultdict(set)
        for (platform, week), rows in people.items():
            for (workspace, team), who in rows.items():
                joined[platform, judged[week], workspace, team] |= who
        for key, who in joined.items():
            if 0 < len(who) < FEWEST:
                yield f"{table} {key}: {sorted(who)}"
        # The same groups in every table, or the difference of two would be another group.
        for place, rows in people.items():
            seen = by_platform.setdefault(place[0], {})
            names = {row for row in rows if row[1] != OTHERS}
            if seen.setdefault(place, names) != names:
                yield f"{table} {place}: names {names}, another table {seen[place]}"
        # The same groups in neighbouring weeks of a period.
        periods: dict[tuple[str, date], dict[Row, set[str]]]
        periods = defaultdict(lambda: defaultdict(set))
        for (platform, week), rows in people.items():
            start = period_of(judged[week])
            for row, who in rows.items():
                periods[platform, start][row] |= who
        for (platform, start), rows in periods.items():
            for workspace, team in rows:
                hidden = {
                    use.person
                    for use in uses
                    if (use.platform, use.team) == (platform, team)
                    and use.workspace == workspace
                    and period_of(judged[use.week]) == start
                } - rows[workspace, team]
                if team not in (OTHERS, None) and hidden:
                    yield f"{table} {platform} {start} {team}: by name in some weeks only"


def lost(connection: duckdb.DuckDBPyConnection, uses: list[Use]) -> Iterator[str]:
    """Tell where what is told of the groups of planted uses, 1 each, is not all, though five people or more did it."""
    weeks = sorted({use.week for use in uses})
    for table, (day, platforms, measure) in WEEKLY.items():
        told = dict.fromkeys(((p, w) for p in platforms for w in weeks), 0)
        for platform, week, total in connection.execute(
            f"select platform, cast(date_trunc('week', {day}) as date), sum({measure}) from {table}"
            f" where list_contains(?, platform) group by all",
            [list(platforms)],
        ).fetchall():
            told[platform, week] = total or 0
        for (platform, week), total in told.items():
            there = [use for use in uses if (use.platform, use.week) == (platform, week)]
            # A half week is judged with its neighbour.
            few = week not in (weeks[0], weeks[-1]) and len({use.person for use in there}) < FEWEST
            if total != len(there) and not few:
                yield f"{table} {platform} {week}: {total} of {len(there)} are told"


def period_of(week: date) -> date:
    """Return the Monday with which the four weeks of a week begin."""
    return week - timedelta(days=(week - date(2018, 1, 1)).days % 28)


def _judged(week: date, first: date, last: date) -> date:
    """Return the week with which a half one at either end of the loaded days is judged."""
    full = first + timedelta(days=-first.weekday() % 7), last - timedelta(days=6)
    return min(max(week, full[0]), full[1] - timedelta(days=full[1].weekday()))


def left_over(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Tell where a total less what is told of the teams is one to four people of teams that are not told of."""
    questions = {
        "adoption": "select usage_date, sum(n_active_people_28d) filter (team_scope_level = 'all')"
        " - coalesce(sum(n_active_people_28d) filter (team_scope_level = 'team'), 0)"
        " from marts.mart_adoption__active_people where usage_scope_level = 'all' group by 1",
        "overview": "select month_start_date, sum(n_active_people) filter (rollup_scope = 'company')"
        " - coalesce(sum(n_active_people) filter (rollup_scope = 'team'), 0)"
        " from marts.mart_executive__overview_monthly group by 1",
    }
    for name, sql in questions.items():
        for when, rest in connection.execute(sql).fetchall():
            if rest is not None and 0 < rest < FEWEST:
                yield f"{name} {when}: {rest} people are left over"
    for row in connection.execute(
        "select month_start_date, platform, team_name, n_seats from marts.mart_finance__seat_utilisation"
        f" where n_seats < {FEWEST} and (n_used_seats > 0 or n_idle_seats > 0)"
    ).fetchall():
        yield f"seats {row}"


OF_DELIVERY = frozenset(
    f"metrics.{name}"
    for name in (
        *(
            "mart_delivery__phases_weekly",
            "mart_delivery__dora_daily",
            "mart_delivery__dora_weekly",
        ),
        *("mart_delivery__cost_per_pull_request", "development_metrics"),
    )
)
"""Tables of what teams delivered: see `small_deliveries`."""
GROUPS = frozenset({"team_name", "team_scope", "cost_centre", "shown_workspace_name"})


def unheard_of(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Tell which open tables tell something else than money of teams and are not looked at here."""
    for table, columns in open_tables(connection).items():
        is_counted = any(name.startswith("n_") or name == "sample_size" for name in columns)
        looked_at = {*WEEKLY, *COUNTED, *OF_DELIVERY}
        if is_counted and GROUPS.intersection(columns) and table not in looked_at:
            yield table
