"""Deliveries of companies of small teams, and the attack on what is published of them.

Whoever uses Cursor on a day merges a pull request on it, which is deployed on it, every fourth person in a service of
their own. Of the commits of every third nobody knows the time. The attacker knows who wrote what, when, and when it was
deployed. A service's own counts are no secret; how long its people took is, and so is what a team did.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import product

import duckdb

from tests.e2e.chain import AS_OF
from tests.e2e.small_companies import Use
from tests.e2e.small_groups import FEWEST, OTHERS, Row, period_of

LAST_WHOLE_WEEK = AS_OF - timedelta(days=AS_OF.weekday() + 7)
"""The week that runs is judged with the one before it."""


def _service(use: Use) -> str:
    return "till" if int(use.person[1:]) % 4 == 0 else "shop"


def _is_timed(use: Use) -> bool:
    return int(use.person[1:]) % 3 != 0


def _judged(week: date) -> date:
    return min(week, LAST_WHOLE_WEEK)


def deliveries(uses: list[Use]) -> dict[str, list[dict[str, object]]]:
    """Return, per table that the models of delivery read, the rows of what the uses bring to production."""
    tables: dict[str, list[dict[str, object]]] = defaultdict(list)
    carried: dict[tuple[str, date], list[Use]] = defaultdict(list)
    for number, use in enumerate(use for use in uses if use.platform == "cursor"):
        noon = datetime.combine(use.day, datetime.min.time(), UTC).replace(hour=12, tzinfo=None)
        pull: dict[str, object] = {"repository_id": "r", "pr_number": number}
        deployed = {
            "service": _service(use),
            "deployment_environment": "production",
            "deployed_at": noon,
        }
        written = {"created_at": noon, "merged_at": noon, "is_bot": False}
        written["first_commit_at"] = noon if _is_timed(use) else None
        tables["intermediate.int_delivery__pull_requests"].append(
            {**pull, **written, "author_key": use.person, "team_name": use.team}
        )
        tables["intermediate.int_delivery__deployed_changes"].append({**pull, **deployed})
        carried[_service(use), use.day].append(use)
    tables["intermediate.int_delivery__metric_observations"] += [
        {
            **{"metric_source": "pull_requests", "environment_key": "", "is_observed": True},
            **{"team_text": use.team or "", "author_key": use.person, "measured_value": 1},
            "observed_date": use.day,
        }
        for use in uses
        if use.platform == "cursor"
    ]
    for (service, day), changes in carried.items():
        teams = Counter(use.team for use in changes if use.team)
        tables["intermediate.int_delivery__judged_deployments"].append(
            {
                **{"repository_id": "r", "repository_name": "acme/shop", "service": service},
                **{"deployment_environment": "production", "deployment_status": "success"},
                **{"deployed_at": datetime.combine(day, datetime.min.time()), "is_change": True},
                **{"n_changes": len(changes), "is_failed_change": False, "is_rework": False},
                "team_name": teams.most_common(1)[0][0] if teams else None,
            }
        )
    return tables


def few_deliver(connection: duckdb.DuckDBPyConnection, uses: list[Use]) -> Iterator[str]:
    """Tell which rows of DORA, or what is left over of them, are about one to four people."""
    uses = [use for use in uses if use.platform == "cursor"]
    named: dict[tuple[str, date], set[Row]] = defaultdict(set)
    for service, week, team in connection.execute(
        "select service, week_start_date, team_scope from metrics.mart_delivery__dora_weekly"
        f" where team_scope_level = 'team' and team_scope <> '{OTHERS}' and n_changes > 0"
    ).fetchall():
        named[service, week].add((service, team))
    judged: dict[tuple[str, date], dict[str | None, set[str]]] = defaultdict(
        lambda: defaultdict(set)
    )
    for use in uses:
        is_named = (_service(use), use.team) in named[_service(use), use.week]
        row = use.team if is_named else OTHERS
        judged[_service(use), _judged(use.week)][row].add(use.person)
        if not is_named and any(
            (service, use.team) in rows and period_of(week) == period_of(use.week)
            for (service, week), rows in named.items()
            if service == _service(use)
        ):
            yield f"dora_weekly {_service(use)} {use.week} {use.team}: by name in some weeks only"
    for place, groups in judged.items():
        for team, who in groups.items():
            if len(who) < FEWEST and len(groups) > 1:
                yield f"dora_weekly {place} {team}: {sorted(who)}"
    yield from _few_timed(connection, uses, named)
    for month, team, n_merged in connection.execute(
        "select month_start_date, team_name, n_merged_pull_requests"
        " from metrics.mart_delivery__cost_per_pull_request where n_merged_pull_requests > 0"
    ).fetchall():
        who = {use.person for use in uses if use.team == team and use.day.replace(day=1) == month}
        if len(who) < FEWEST:
            yield f"cost_per_pull_request {month} {team}: {n_merged} of {sorted(who)}"


def _few_timed(
    connection: duckdb.DuckDBPyConnection,
    uses: list[Use],
    named: Mapping[tuple[str, date], set[Row]],
) -> Iterator[str]:
    """Tell which times of DORA rest on one to four people: a lead time on those whose first commit is known."""
    for (table, day, n_days), measure in product(
        (("weekly", "week_start_date", 7), ("daily", "last_date", 28)), ("lead", "deploy")
    ):
        for service, told, scope in connection.execute(
            f"select service, {day}, team_scope from metrics.mart_delivery__dora_{table}"
            f" where coalesce({measure}_p50_seconds, {measure}_p90_seconds) is not null"
        ).fetchall():
            first = told if n_days == 7 else told - timedelta(days=n_days - 1)
            who = {
                use.person
                for use in uses
                if _service(use) == service and first <= use.day < first + timedelta(days=n_days)
                if scope == "all" or scope == (use.team if _is_named(use, named) else OTHERS)
                if measure == "deploy" or _is_timed(use)
            }
            if len(who) < FEWEST:
                yield f"dora_{table} {service} {told} {scope}: {measure} times of {sorted(who)}"


def few_observed(connection: duckdb.DuckDBPyConnection, uses: list[Use]) -> Iterator[str]:
    """Tell which rows of the figures of a day are about one to four people, or name a team in some weeks only."""
    uses = [use for use in uses if use.platform == "cursor"]
    told: dict[date, set[str]] = defaultdict(set)
    for day, scope in connection.execute(
        "select metric_date, team_scope from metrics.development_metrics"
        " where team_scope_level = 'team' and value is not null"
        " and metric_type = 'pr_cycle_time_avg'"
    ).fetchall():
        told[day - timedelta(days=day.weekday())].add(scope)
    first = min(use.day for use in uses)
    first_whole = first + timedelta(days=-first.weekday() % 7)
    judged: dict[date, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    named: dict[tuple[str | None, date], set[bool]] = defaultdict(set)
    for use in uses:
        week = min(max(use.week, first_whole), LAST_WHOLE_WEEK)
        is_named = use.team in told[use.week]
        named[use.team, period_of(week)].add(is_named)
        if is_named or OTHERS in told[use.week]:
            judged[week][str(use.team) if is_named else OTHERS].add(use.person)
    for week, groups in judged.items():
        for team, who in groups.items():
            if len(who) < FEWEST:
                yield f"development_metrics {week} {team}: {sorted(who)}"
    for (team_name, start), ways in named.items():
        if team_name and len(ways) > 1:
            yield f"development_metrics {start} {team_name}: by name in some weeks only"


def _is_named(use: Use, named: Mapping[tuple[str, date], set[Row]]) -> bool:
    return (_service(use), use.team) in named[_service(use), use.week]


_ENDS = {
    "coding": "created_at",
    "pickup": "picked_up_at",
    "review": "merged_at",
    "deploy": "deployed_at",
    "cycle": "merged_at",
}
"""By phase, the instant with which it ends."""


def few_behind_a_phase(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    """Tell which figures of a phase are about one to four authors, by the names that the rows bear."""
    for phase, ended_at in _ENDS.items():
        for week, scope, team, n_people in connection.execute(
            f"""
            with ended as (
                select
                    cast(date_trunc('week', {ended_at}) as date) as week,
                    team_name as own_team,
                    coalesce(person_email, lower(author_login), 'deleted') as person
                from metrics.mart_delivery__pull_requests
                where {phase}_seconds is not null and not is_bot
            ),
            told as (
                from metrics.mart_delivery__phases_weekly where phase = ?
            ),
            behind as (
                select
                    ended.*,
                    exists (
                        from told
                        where week_start_date = week and phase_scope = 'team'
                            and team_name is not distinct from own_team
                    ) as is_named
                from ended
            )
            select week_start_date, phase_scope, told.team_name, count(distinct person)
            from told
            left join behind
                on week = week_start_date and (
                    phase_scope = 'company'
                    or (is_named and told.team_name is not distinct from own_team)
                    or (not is_named and told.team_name = '{OTHERS}')
                )
            where coalesce(phase_p50_seconds, phase_p90_seconds, n_ended_pull_requests) is not null
            group by all
            """,
            [phase],
        ).fetchall():
            if n_people < FEWEST:
                yield f"phase {phase} {week} {scope} {team}: {n_people} people"
