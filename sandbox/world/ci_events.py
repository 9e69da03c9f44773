"""What the company's CI jobs record themselves: deployments of some services, test runs, rules, incidents.

One row is one line of a file. A row that comes again with the same ``event_id`` replaces the one before: an incident
is recorded when it opens and again when it is over.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from sandbox.world import seeded_hash
from sandbox.world.delivery import Delivery
from sandbox.world.delivery_parts import Deployment, Incident, PullRequest, Run
from sandbox.world.delivery_rows import text

Row = dict[str, Any]
TABLES = ("deployments", "test_runs", "rule_compliance", "incidents")
RULES = (
    ("docs-before-code", "foundation"),
    ("small-pull-request", "implementation"),
    ("schema-has-owner", "specialized"),
)
_MINUTE = timedelta(minutes=1)


def ci_events(delivery: Delivery) -> Iterator[tuple[str, datetime, Row]]:
    """Yield table, instant of recording and row of everything recorded before today, table by table."""
    for table, at, row in _all(delivery):
        if at < delivery.now:
            yield table, at, {**row, "recorded_at": text(at)}


def _all(delivery: Delivery) -> Iterator[tuple[str, datetime, Row]]:
    for deployment in delivery.deployments:
        if deployment.repository.records_deployments == "ci":
            for at, row in _deployment_rows(deployment):
                yield "deployments", at, row
    for run in delivery.runs:
        if run.workflow == "test":
            for at, row in _test_runs(delivery, run):
                yield "test_runs", at, row
    for pull_request in delivery.all_pull_requests:
        if not pull_request.author.is_bot:
            for at, row in _rules(delivery, pull_request):
                yield "rule_compliance", at, row
    for incident in delivery.incidents:
        for at, row in _incident_rows(incident):
            yield "incidents", at, row


def event_key(deployment_id: int) -> str:
    """Return the id under which CI and incidents know a deployment."""
    return f"deploy-{deployment_id}"


def _deployment_rows(one: Deployment) -> Iterator[tuple[datetime, Row]]:
    status = "rollback" if one.rolls_back else one.outcome
    at = one.finished_at
    row = {
        "event_id": event_key(one.deployment_id),
        "deployment_id": event_key(one.deployment_id),
        "service": one.service,
        "repository_name": one.repository.full_name,
        "environment": "production",
        "deployment_environment": one.environment,
        "status": status,
        "deployed_at": text(at),
        "commit_sha": one.sha,
        "branch": one.ref,
        "pr_number": one.pull_request,
        "deployed_by": one.creator.login,
        "rolls_back_deployment_id": event_key(one.rolls_back) if one.rolls_back else None,
        "fixes_deployment_id": event_key(one.fixes) if one.fixes else None,
        "is_unplanned": bool(one.rolls_back or one.fixes),
    }
    yield at + 2 * _MINUTE, row
    if one.environment == "staging":
        name = f"{row['deployment_id']}-dev"
        early = {"event_id": name, "deployment_id": name, "deployment_environment": "development"}
        yield at, {**row, **early, "deployed_at": text(at - 30 * _MINUTE)}


def _test_runs(delivery: Delivery, run: Run) -> Iterator[tuple[datetime, Row]]:
    for number, (start, end, conclusion) in enumerate(run.attempts, start=1):
        if conclusion not in ("success", "failure"):
            continue
        lot = seeded_hash.stream(delivery.seed, "tests", run.run_id, number)
        # A run of nothing has no pass rate.
        total = 0 if lot.random() < 0.01 else 80 + lot.randrange(300)
        failed = min(total, 1 + lot.randrange(6)) if conclusion == "failure" else 0
        skipped = min(total - failed, lot.randrange(4))
        yield (
            end + _MINUTE,
            {
                "event_id": f"test-{run.run_id}-{number}",
                "run_id": f"{run.run_id}-{number}",
                "service": run.repository.service,
                "repository_name": run.repository.full_name,
                "environment": "local" if lot.random() < 0.05 else "staging",
                "ran_at": text(start),
                "total_tests": total,
                "passed_tests": total - failed - skipped,
                "failed_tests": failed,
                "skipped_tests": skipped,
                "execution_seconds": f"{(end - start).total_seconds():.3f}",
                "test_type": seeded_hash.pick(lot.random(), ("unit", "unit", "integration", "e2e")),
                "branch": run.branch,
                "commit_sha": run.sha,
                "pr_number": run.pull_request,
            },
        )


def _rules(delivery: Delivery, one: PullRequest) -> Iterator[tuple[datetime, Row]]:
    lot = seeded_hash.stream(delivery.seed, "rules", one.repository.name, one.number)
    if lot.random() < 0.4:
        return
    rule, category = seeded_hash.pick(lot.random(), RULES)
    roll = lot.random()
    status = "compliant" if roll < 0.85 else "violation" if roll < 0.95 else "warning"
    at = one.created_at + 3 * _MINUTE
    yield (
        at + _MINUTE,
        {
            "event_id": f"rule-{one.repository.repository_id}-{one.number}",
            "occurred_at": text(at),
            "rule_name": rule,
            "rule_category": category,
            "compliance_status": status,
            "context_type": "pr",
            "context_id": str(one.number),
            "repository_name": one.repository.full_name,
            "environment": "production",
            "branch": one.head_ref,
            "documentation_first": lot.random() < 0.7 if rule == RULES[0][0] else None,
        },
    )


def _incident_rows(one: Incident) -> Iterator[tuple[datetime, Row]]:
    row = {
        "event_id": one.incident_id,
        "incident_id": one.incident_id,
        "service": one.service,
        "environment": "production",
        "deployment_environment": "production",
        "opened_at": text(one.opened_at),
        "resolved_at": None,
        "caused_by_deployment_id": None,
    }
    yield one.opened_at + _MINUTE, row
    if one.resolved_at:
        cause = None if one.caused_by is None else _known_as(one)
        resolved = {"resolved_at": text(one.resolved_at), "caused_by_deployment_id": cause}
        yield one.resolved_at + _MINUTE, {**row, **resolved}


def _known_as(one: Incident) -> str:
    """Return the cause as whoever writes it down knows it: GitHub's number, or the id that CI gave."""
    if one.service in ("analytics", "models"):
        return event_key(one.caused_by or 0)
    return str(one.caused_by)
