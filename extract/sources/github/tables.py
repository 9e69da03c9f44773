"""Contracts of raw_github: what the REST API's answers become, one row per key.

`path` is the field of GitHub's answer, or of the row that its reader makes of one (`rows.py`). What people write ends at
landing: bodies of pull requests, reviews, comments and releases, and descriptions of deployments are in no column.
"""

from extract.landing.contracts import Column, Kind, Mode, Table, columns
from extract.landing.coverage import COVERAGE


def _account(role: str, field: str) -> tuple[Column, ...]:
    """Declare whose a row is; all three are NULL for an account that was deleted."""
    return (
        Column(f"{role}_login", Kind.ID, f"{field}.login", personal=True),
        Column(f"{role}_id", Kind.ID, f"{field}.id", personal=True),
        Column(f"{role}_type", Kind.CODE, f"{field}.type"),
    )


_REPOSITORY = Column("repository_id", Kind.ID, "repository_id", required=True)
_REPOSITORY_NAME = Column("repository_name", Kind.STRING, "repository_name", required=True)
_NUMBER = Column("pr_number", Kind.INT, "pr_number", required=True)
_CHANGES = tuple(columns(Kind.TIMESTAMP, "created_at updated_at", required=True))

_COMMIT = (
    *_account("author", "author"),
    Column("author_email", Kind.STRING, "commit.author.email", personal=True),
    Column("authored_at", Kind.TIMESTAMP, "commit.author.date"),
    Column("committed_at", Kind.TIMESTAMP, "commit.committer.date"),
    Column("message_headline", Kind.STRING, "message_headline"),
    Column("co_author_emails", Kind.JSON, "co_author_emails", personal=True),
    Column("reverts_sha", Kind.ID, "reverts_sha"),
)

REPOSITORIES = Table(
    "repositories",
    Mode.SCD2,
    (
        Column("repository_id", Kind.ID, "id", required=True),
        Column("repository_name", Kind.STRING, "full_name", required=True),
        Column("default_branch", Kind.STRING, "default_branch"),
        Column("is_archived", Kind.BOOL, "archived"),
        Column("is_fork", Kind.BOOL, "fork"),
        Column("is_private", Kind.BOOL, "private"),
        Column("created_at", Kind.TIMESTAMP, "created_at"),
    ),
    key=("repository_id",),
)

PULL_REQUESTS = Table(
    "pull_requests",
    Mode.KEY,
    (
        _REPOSITORY,
        _REPOSITORY_NAME,
        Column("pull_request_id", Kind.ID, "id", required=True),
        Column("pr_number", Kind.INT, "number", required=True),
        Column("title", Kind.STRING, "title"),
        Column("state", Kind.CODE, "state", required=True),
        Column("is_draft", Kind.BOOL, "draft"),
        *_account("author", "user"),
        Column("author_association", Kind.CODE, "author_association"),
        Column("labels", Kind.JSON, "label_names"),
        *_CHANGES,
        *columns(Kind.TIMESTAMP, "closed_at merged_at"),
        Column("merge_commit_sha", Kind.ID, "merge_commit_sha"),
        Column("head_ref", Kind.STRING, "head.ref"),
        Column("head_sha", Kind.ID, "head.sha"),
        Column("head_repository_id", Kind.ID, "head.repo.id"),
        Column("base_ref", Kind.STRING, "base.ref"),
    ),
    key=("repository_id", "pr_number"),
    happens_at="updated_at",
)

PULL_REQUEST_COMMITS = Table(
    "pull_request_commits",
    Mode.KEY,
    (
        _REPOSITORY,
        _NUMBER,
        Column("commit_sha", Kind.ID, "sha", required=True),
        Column("commit_position", Kind.INT, "commit_position", required=True),
        *_COMMIT,
    ),
    key=("repository_id", "pr_number", "commit_sha"),
    replaced_by=("repository_id", "pr_number"),
)

PULL_REQUEST_REVIEWS = Table(
    "pull_request_reviews",
    Mode.KEY,
    (
        _REPOSITORY,
        _NUMBER,
        Column("review_id", Kind.ID, "id", required=True),
        *_account("author", "user"),
        Column("review_state", Kind.CODE, "state", required=True),
        Column("submitted_at", Kind.TIMESTAMP, "submitted_at"),
        Column("commit_sha", Kind.ID, "commit_id"),
    ),
    key=("repository_id", "review_id"),
)

PULL_REQUEST_COMMENTS = Table(
    "pull_request_comments",
    Mode.KEY,
    (
        _REPOSITORY,
        _NUMBER,
        Column("comment_type", Kind.CODE, "comment_type", required=True),
        Column("comment_id", Kind.ID, "id", required=True),
        *_account("author", "user"),
        *_CHANGES,
    ),
    key=("repository_id", "comment_type", "comment_id"),
    happens_at="updated_at",
)

ISSUE_EVENTS = Table(
    "issue_events",
    Mode.KEY,
    (
        _REPOSITORY,
        _NUMBER,
        Column("event_id", Kind.ID, "id", required=True),
        Column("event_type", Kind.CODE, "event", required=True),
        *_account("actor", "actor"),
        Column("created_at", Kind.TIMESTAMP, "created_at", required=True),
        Column("commit_sha", Kind.ID, "commit_id"),
        Column("label_name", Kind.STRING, "label.name"),
    ),
    key=("repository_id", "event_id"),
    happens_at="created_at",
)

DEPLOYMENTS = Table(
    "deployments",
    Mode.KEY,
    (
        _REPOSITORY,
        _REPOSITORY_NAME,
        Column("deployment_id", Kind.ID, "id", required=True),
        Column("commit_sha", Kind.ID, "sha", required=True),
        Column("ref", Kind.STRING, "ref"),
        Column("task", Kind.STRING, "task"),
        Column("service", Kind.STRING, "service"),
        *columns(Kind.STRING, "environment original_environment"),
        Column("is_production_environment", Kind.BOOL, "production_environment"),
        Column("is_transient_environment", Kind.BOOL, "transient_environment"),
        *_account("creator", "creator"),
        *_CHANGES,
    ),
    key=("repository_id", "deployment_id"),
    happens_at="created_at",
)

DEPLOYMENT_STATUSES = Table(
    "deployment_statuses",
    Mode.KEY,
    (
        _REPOSITORY,
        Column("deployment_id", Kind.ID, "deployment_id", required=True),
        Column("status_id", Kind.ID, "id", required=True),
        Column("state", Kind.CODE, "state", required=True),
        Column("environment", Kind.STRING, "environment"),
        *_account("creator", "creator"),
        *_CHANGES,
    ),
    key=("repository_id", "status_id"),
    happens_at="created_at",
)

WORKFLOW_RUNS = Table(
    "workflow_runs",
    Mode.KEY,
    (
        _REPOSITORY,
        Column("run_id", Kind.ID, "id", required=True),
        Column("run_attempt", Kind.INT, "run_attempt", required=True),
        Column("workflow_id", Kind.ID, "workflow_id"),
        Column("workflow_name", Kind.STRING, "name"),
        Column("workflow_path", Kind.STRING, "path"),
        Column("event", Kind.CODE, "event"),
        Column("status", Kind.CODE, "status"),
        Column("conclusion", Kind.CODE, "conclusion"),
        Column("head_branch", Kind.STRING, "head_branch"),
        Column("head_sha", Kind.ID, "head_sha"),
        Column("run_number", Kind.INT, "run_number"),
        *_account("actor", "triggering_actor"),
        *_CHANGES,
        Column("run_started_at", Kind.TIMESTAMP, "run_started_at"),
        Column("pull_request_numbers", Kind.JSON, "pull_request_numbers"),
    ),
    key=("repository_id", "run_id", "run_attempt"),
    happens_at="created_at",
)

RELEASES = Table(
    "releases",
    Mode.KEY,
    (
        _REPOSITORY,
        Column("release_id", Kind.ID, "id", required=True),
        Column("tag_name", Kind.STRING, "tag_name", required=True),
        Column("target_commitish", Kind.STRING, "target_commitish"),
        Column("name", Kind.STRING, "name"),
        Column("is_draft", Kind.BOOL, "draft"),
        Column("is_prerelease", Kind.BOOL, "prerelease"),
        *_account("author", "author"),
        *columns(Kind.TIMESTAMP, "created_at published_at"),
    ),
    key=("repository_id", "release_id"),
)

COMMITS = Table(
    "commits",
    Mode.KEY,
    (
        _REPOSITORY,
        Column("commit_sha", Kind.ID, "sha", required=True),
        *_COMMIT,
        Column("committer_login", Kind.ID, "committer.login", personal=True),
        Column("parent_shas", Kind.JSON, "parent_shas"),
    ),
    key=("repository_id", "commit_sha"),
)

TEAM_MEMBERS = Table(
    "team_members",
    Mode.SCD2,
    (
        Column("team_slug", Kind.ID, "team_slug", required=True),
        Column("team_name", Kind.STRING, "team_name"),
        Column("member_login", Kind.ID, "login", required=True, personal=True),
        Column("member_id", Kind.ID, "id", required=True, personal=True),
        Column("member_type", Kind.CODE, "type"),
    ),
)

TABLES = (
    REPOSITORIES,
    PULL_REQUESTS,
    PULL_REQUEST_COMMITS,
    PULL_REQUEST_REVIEWS,
    PULL_REQUEST_COMMENTS,
    ISSUE_EVENTS,
    DEPLOYMENTS,
    DEPLOYMENT_STATUSES,
    WORKFLOW_RUNS,
    RELEASES,
    COMMITS,
    TEAM_MEMBERS,
    COVERAGE,
)
