"""Contracts of raw_dev_events: what CI records of deployments, tests, rules and incidents, one row per event.

`environment` is where the pipeline or the test ran, `deployment_environment` where software was deployed: an ENVIRONMENT and a
target, two closed sets. What people write (`details`) never lands.
"""

from extract.landing.contracts import Column, Kind, Mode, Rule, Table, columns
from warehouse.settings import ENVIRONMENTS

DEPLOYMENT_ENVIRONMENTS = ("development", "staging", "production")
_EVENT_ID = Column("event_id", Kind.CODE, "event_id", required=True)
_REPOSITORY = Column("repository_name", Kind.CODE, "repository_name")
_ENVIRONMENT = Column("environment", Kind.CODE, "environment", one_of=ENVIRONMENTS)
# A branch may have any sign but a blank, and be named after whoever made it.
_BRANCH = Column("branch", Kind.ID, "branch", personal=True)
_OF_A_CHANGE = (
    Column("commit_sha", Kind.CODE, "commit_sha"),
    _BRANCH,
    *columns(Kind.INT, "pr_number"),
)
_RECORDED = (
    Column("recorded_at", Kind.TIMESTAMP, "recorded_at", required=True),
    Column("file_id", Kind.CODE),
)


def _deployed_to(*, required: bool) -> Column:
    name = "deployment_environment"
    return Column(name, Kind.CODE, name, required=required, one_of=DEPLOYMENT_ENVIRONMENTS)


def _closed(name: str, *words: str, required: bool = True) -> Column:
    return Column(name, Kind.CODE, name, required=required, one_of=words)


def _events(name: str, own: tuple[Column, ...], *rules: Rule) -> Table:
    return Table(
        name,
        Mode.KEY,
        (_EVENT_ID, *own, *_RECORDED),
        dropped=frozenset({"details"}),
        key=("event_id",),
        free_text=False,
        rules=rules,
        latest_by="recorded_at",
        happens_at="recorded_at",
    )


DEPLOYMENTS = _events(
    "deployments",
    (
        *columns(Kind.CODE, "deployment_id service", required=True),
        _REPOSITORY,
        _ENVIRONMENT,
        _deployed_to(required=True),
        _closed("status", "success", "failure", "rollback"),
        Column("deployed_at", Kind.TIMESTAMP, "deployed_at", required=True),
        *_OF_A_CHANGE,
        Column("deployed_by", Kind.ID, "deployed_by", personal=True),
        *columns(Kind.CODE, "rolls_back_deployment_id fixes_deployment_id"),
        Column("is_unplanned", Kind.BOOL, "is_unplanned"),
    ),
    Rule(
        "rolls_back_deployment_id",
        "expected the deployment that a rollback takes back",
        "{status} <> 'rollback' or {rolls_back_deployment_id} is not null",
    ),
    Rule(
        "rolls_back_deployment_id",
        "expected another deployment than the one that is recorded",
        "{rolls_back_deployment_id} <> {deployment_id}",
    ),
    Rule(
        "fixes_deployment_id",
        "expected another deployment than the one that is recorded",
        "{fixes_deployment_id} <> {deployment_id}",
    ),
)

TEST_RUNS = _events(
    "test_runs",
    (
        Column("run_id", Kind.CODE, "run_id", required=True),
        Column("service", Kind.CODE, "service"),
        _REPOSITORY,
        _ENVIRONMENT,
        Column("ran_at", Kind.TIMESTAMP, "ran_at", required=True),
        *columns(Kind.INT, "total_tests passed_tests failed_tests", required=True),
        *columns(Kind.INT, "skipped_tests"),
        Column("execution_seconds", Kind.NUMERIC, "execution_seconds", is_count=True),
        _closed("test_type", "unit", "integration", "e2e", "all"),
        *_OF_A_CHANGE,
    ),
    Rule(
        "total_tests",
        "expected at least as many tests as passed, failed and were skipped",
        "{passed_tests} + {failed_tests} + coalesce({skipped_tests}, 0) <= {total_tests}",
    ),
)

RULE_COMPLIANCE = _events(
    "rule_compliance",
    (
        Column("occurred_at", Kind.TIMESTAMP, "occurred_at", required=True),
        Column("rule_name", Kind.CODE, "rule_name", required=True),
        _closed("rule_category", "foundation", "implementation", "specialized"),
        _closed("compliance_status", "compliant", "violation", "warning"),
        _closed("context_type", "commit", "pr", "code_review", "manual_check"),
        Column("context_id", Kind.CODE, "context_id"),
        _REPOSITORY,
        _ENVIRONMENT,
        _BRANCH,
        Column("documentation_first", Kind.BOOL, "documentation_first"),
    ),
    Rule(
        "context_id",
        "expected the commit, pull request or review that was looked at",
        "{context_type} = 'manual_check' or {context_id} is not null",
    ),
)

INCIDENTS = _events(
    "incidents",
    (
        *columns(Kind.CODE, "incident_id service", required=True),
        _ENVIRONMENT,
        _deployed_to(required=True),
        Column("opened_at", Kind.TIMESTAMP, "opened_at", required=True),
        Column("resolved_at", Kind.TIMESTAMP, "resolved_at"),
        # As whoever writes it down knows it: the id that CI gave, or GitHub's number.
        Column("caused_by_deployment_id", Kind.CODE, "caused_by_deployment_id"),
    ),
    Rule(
        "resolved_at",
        "expected an instant that is not before opened_at",
        "{resolved_at} >= {opened_at}",
    ),
)

TABLES = (DEPLOYMENTS, TEST_RUNS, RULE_COMPLIANCE, INCIDENTS)
