"""The answer key of delivery: what models should find, from what happened and not from a row.

Bots are counted apart. A deployment counts on the UTC day on which it finished; a change is deployed with the first
successful production deployment that takes it along, and is unmapped where another repository's commits are deployed.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sandbox.world import World
from sandbox.world.ci_events import ci_events
from sandbox.world.delivery import Delivery
from sandbox.world.delivery_parts import Deployment, PullRequest
from sandbox.world.people import TEAMS

Row = dict[str, Any]


def delivery_truth(world: World) -> Row | None:
    """Return everything that is known of the company's delivery; None without the shape ``delivery``.

    Keys: ``rollout``, ``team_weeks`` (by first team, as the roll-out counts), ``sheet_team_weeks``, ``pull_requests``, ``dora_daily``, ``incidents``, ``ci``. Durations are in
    hours, shares between 0 and 1, days and instants as text.
    """
    delivery = world.delivery
    if delivery is None:
        return None
    return {
        "rollout": {
            "effect": delivery.rollout.effect,
            "true_effect": delivery.rollout.true_effect(),
            "starts": {team: day.isoformat() for team, day in delivery.rollout.starts.items()},
        },
        "team_weeks": list(_team_weeks(delivery)),
        "sheet_team_weeks": list(_sheet_team_weeks(delivery)),
        "pull_requests": _pull_requests(delivery),
        "dora_daily": list(_dora(delivery)),
        "incidents": {
            "n_opened": sum(one.opened_at < delivery.now for one in delivery.incidents),
            "n_with_cause": sum(one.caused_by is not None for one in delivery.incidents),
            "n_open": sum(
                one.resolved_at is None or one.resolved_at >= delivery.now
                for one in delivery.incidents
            ),
        },
        "ci": _ci(delivery),
    }


def _merged(delivery: Delivery) -> Iterator[tuple[PullRequest, datetime]]:
    for one in delivery.all_pull_requests:
        if one.merged_at and one.merged_at < delivery.now:
            yield one, one.merged_at


def _hours(start: datetime, end: datetime) -> float:
    return (end - start).total_seconds() / 3600


def _team_weeks(delivery: Delivery) -> Iterator[Row]:
    """Yield each whole week of each team that is over: who was there, what was merged and how long it took."""
    rollout = delivery.rollout
    merged: defaultdict[tuple[str, str], list[tuple[PullRequest, datetime]]] = defaultdict(list)
    for one, at in _merged(delivery):
        if one.author.person:
            week = at.date() - timedelta(days=at.weekday())
            merged[rollout.people[one.author.person.serial], week.isoformat()].append((one, at))
    for week in rollout.weeks:
        end = week + timedelta(days=7)
        if week < delivery.first_day or end > delivery.as_of:
            continue
        there = [
            person
            for person in delivery.roster.present(week.toordinal())
            if person.is_present(end.toordinal() - 1)
        ]
        for team in rollout.teams:
            people = [one for one in there if rollout.people.get(one.serial) == team]
            found = merged[team, week.isoformat()]
            yield {
                "team_name": team,
                "week_start": week.isoformat(),
                "n_developers": len(people),
                "n_ai_active_developers": sum(
                    rollout.is_exposed(one.serial, week) for one in people
                ),
                "n_merged_pull_requests": len(found),
                "median_cycle_hours": _median(_hours(one.created_at, at) for one, at in found),
                "median_hours_from_first_commit": _median(
                    _hours(one.first_commit_at, at) for one, at in found
                ),
            }


def _sheet_team_weeks(delivery: Delivery) -> Iterator[Row]:
    """Yield what was merged by the team that the people sheet names on the day of the merge; null for who is not in it."""
    found: defaultdict[tuple[str, str | None], list[tuple[PullRequest, datetime]]]
    found = defaultdict(list)
    for one, at in _merged(delivery):
        person = one.author.person
        if person:
            team = TEAMS[person.team_number(at.toordinal())][1] if person.in_sheet else None
            monday = at.date() - timedelta(days=at.weekday())
            found[monday.isoformat(), team].append((one, at))
    for (week, team), merged in sorted(
        found.items(), key=lambda item: (item[0][0], str(item[0][1]))
    ):
        yield {
            "team_name": team,
            "week_start": week,
            "n_merged_pull_requests": len(merged),
            "n_merged_by_ghosts": sum(one.author.is_deleted for one, _ in merged),
            "median_cycle_hours": _median(_hours(one.created_at, at) for one, at in merged),
        }


def _median(values: Iterator[float]) -> float | None:
    found = list(values)
    return median(found) if found else None


def _pull_requests(delivery: Delivery) -> Row:
    merged = [one for one, _ in _merged(delivery)]
    people = [one for one in merged if not one.author.is_bot]
    evidence = Counter(one.evidence or "none" for one in people)
    everything = delivery.all_pull_requests
    return {
        "n_created": len(everything),
        "n_merged": len(merged),
        "n_merged_by_bots": len(merged) - len(people),
        "n_closed_unmerged": sum(
            one.merged_at is None and one.closed_at is not None and one.closed_at < delivery.now
            for one in everything
        ),
        "n_reopened": sum(
            event.kind == "reopened" and event.at < delivery.now
            for one in everything
            for event in one.events
        ),
        "n_reverts": sum(bool(one.merge_commit and one.merge_commit.reverts) for one in merged),
        "n_by_ghosts": sum(one.author.is_deleted for one in everything),
        "n_of_deleted_forks": sum(one.head_repository == "gone" for one in everything),
        "n_assisted": sum(one.is_assisted for one in people),
        "n_by_evidence": dict(sorted(evidence.items())),
    }


def _dora(delivery: Delivery) -> Iterator[Row]:
    """Yield service and day of everything that finished in production."""
    broken = {one.caused_by for one in delivery.incidents} - {None}
    broken |= {one.rolls_back for one in delivery.deployments} - {None}
    leads = _lead_hours(delivery)
    days: defaultdict[tuple[str, str], list[Deployment]] = defaultdict(list)
    for one in delivery.deployments:
        if one.environment == "production":
            days[one.service, one.finished_at.date().isoformat()].append(one)
    for (service, day), found in sorted(days.items()):
        hours = [lead for one in found for lead in leads[one.deployment_id]]
        yield {
            "service": service,
            "metric_date": day,
            "n_production_deployments": len(found),
            "n_successful_deployments": sum(one.outcome == "success" for one in found),
            "n_failed_to_deploy": sum(one.outcome == "failure" for one in found),
            "n_rollbacks": sum(one.rolls_back is not None for one in found),
            "n_broken_deployments": sum(one.deployment_id in broken for one in found),
            "n_unplanned_deployments": sum(
                one.rolls_back is not None or one.fixes is not None for one in found
            ),
            "n_changes_deployed": len(hours),
            "median_lead_hours": _median(iter(hours)),
        }


def _lead_hours(delivery: Delivery) -> defaultdict[int, list[float]]:
    """Return hours from first commit to production by deployment; under GitOps nobody can tell."""
    found: defaultdict[int, list[float]] = defaultdict(list)
    merged = list(_merged(delivery))
    moments = {(one.repository.service, one.number): at for one, at in merged}
    for one, at in merged:
        if one.repository.records_deployments == "gitops":
            continue
        for deployment in delivery.deployments:
            if (
                deployment.service == one.repository.service
                and deployment.environment == "production"
                and deployment.outcome == "success"
                and deployment.pull_request is not None
                and moments[deployment.service, deployment.pull_request] >= at
            ):
                hours = _hours(one.first_commit_at, deployment.finished_at)
                found[deployment.deployment_id].append(hours)
                break
    return found


def _ci(delivery: Delivery) -> Row:
    """Return sums over what CI recorded: runs, tests, rules."""
    last: dict[tuple[str, str], Row] = {}
    for table, _, row in ci_events(delivery):
        last[table, row["event_id"]] = row
    tests = [row for (table, _), row in last.items() if table == "test_runs"]
    rules = [row for (table, _), row in last.items() if table == "rule_compliance"]
    first = [row["documentation_first"] for row in rules if row["documentation_first"] is not None]
    return {
        "n_events": dict(sorted(Counter(table for table, _ in last).items())),
        "n_test_runs": len(tests),
        "total_tests": sum(row["total_tests"] for row in tests),
        "passed_tests": sum(row["passed_tests"] for row in tests),
        "n_rules": dict(sorted(Counter(row["compliance_status"] for row in rules).items())),
        "n_documentation_first": sum(first),
        "n_documentation_first_known": len(first),
    }
