"""The attack on what is published of companies of small teams: whether anybody below five is told apart.

The attacker may read what a viewer may, and knows who is in which team, who uses what, and when. Nothing here asks how the
models group: a row of a team is about the people of that team, `other teams` about everybody whom no row names.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta

import duckdb

from persons.columns import personal_columns
from serving.config import SERVED_SCHEMAS
from tests.e2e.chain import AS_OF
from tests.e2e.small_companies import FIRST, Use

FEWEST = 5
OTHERS = "other teams"
Row = tuple[str | None, str | None]
"""A workspace and a team, as a row names them."""


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
