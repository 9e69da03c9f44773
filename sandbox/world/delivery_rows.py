"""Delivery in GitHub's own shapes: one row for one thing that happened.

A deleted account is null wherever a user stands. What lies after today is not told.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sandbox.world.delivery import CONFIG
from sandbox.world.delivery_parts import (
    Account,
    Comment,
    Commit,
    Deployment,
    Happening,
    PullRequest,
    Repository,
    Review,
    Run,
)
from sandbox.world.delivery_pulls import sha

Row = dict[str, Any]


def text(at: datetime | None) -> str | None:
    """Return an instant as GitHub writes it."""
    return None if at is None else f"{at:%Y-%m-%dT%H:%M:%SZ}"


def user(account: Account | None) -> Row | None:
    """Return a user as every row holds one; null for who was deleted."""
    if account is None or account.is_deleted:
        return None
    return {
        "login": account.login,
        "id": account.account_id,
        "node_id": f"U_{account.account_id}",
        "type": account.kind,
        "site_admin": False,
    }


def repository_row(repository: Repository, full_name: str) -> Row:
    """Return a repository."""
    owner, _, name = full_name.partition("/")
    return {
        "id": repository.repository_id,
        "node_id": f"R_{repository.repository_id}",
        "name": name,
        "full_name": full_name,
        "private": repository.is_private,
        "owner": {"login": owner, "id": 9_900, "type": "Organization"},
        "fork": False,
        "archived": False,
        "default_branch": "main",
        "created_at": "2024-01-02T09:00:00Z",
        "updated_at": "2024-01-02T09:00:00Z",
        "pushed_at": None if repository.is_empty else "2024-01-02T09:00:00Z",
        "size": 0 if repository.is_empty else 1_024,
    }


def pull_row(one: PullRequest, repository: Row, now: datetime) -> Row:
    """Return a pull request as the list has it."""
    happened = [event for event in one.events if event.at < now]
    closed, merged = (
        at if at is not None and at < now else None for at in (one.closed_at, one.merged_at)
    )
    moments = [one.created_at, *(event.at for event in happened)]
    moments += [r.submitted_at for r in one.reviews if r.submitted_at]
    moments += [comment.created_at for comment in one.comments]
    updated = max(at for at in moments if at < now)
    labelled = {event.label for event in happened}
    heads: Mapping[str, Row | None] = {
        "same": repository,
        "gone": None,
        "fork": {**repository, "id": 990_000 + one.author.account_id, "fork": True},
    }
    is_open = closed is None or (happened and happened[-1].kind == "reopened")
    return {
        "id": _id(one),
        "node_id": "PR_t",
        "number": one.number,
        "state": "open" if is_open else "closed",
        "locked": False,
        "title": one.title,
        "body": None,
        "user": user(one.author),
        "labels": [{"id": 1, "name": name} for name in one.labels if name in labelled],
        "milestone": None,
        "draft": one.is_draft,
        "created_at": text(one.created_at),
        "updated_at": text(updated),
        "closed_at": text(closed),
        "merged_at": text(merged),
        "merge_commit_sha": one.merge_commit.sha if one.merge_commit and merged else None,
        "assignees": [],
        "requested_reviewers": [],
        "requested_teams": [],
        "head": {
            "ref": one.head_ref,
            "sha": one.commits[-1].sha,
            "user": user(one.author),
            "repo": heads[one.head_repository],
        },
        "base": {
            "ref": "main",
            "sha": sha(one.repository.name, "base", one.number),
            "repo": repository,
        },
        "author_association": "CONTRIBUTOR" if one.author.is_bot else "MEMBER",
        "auto_merge": None,
    }


def event_row(pull_request: PullRequest, place: int, one: Happening, base: str) -> Row:
    """Return an event of a pull request as the list of a repository has it."""
    number, merge = pull_request.number, pull_request.merge_commit
    return {
        "id": _id(pull_request) * 10 + place,
        "node_id": "E_t",
        "actor": user(one.actor),
        "event": one.kind,
        "commit_id": merge.sha if one.kind == "merged" and merge else None,
        "created_at": text(one.at),
        **({"label": {"name": one.label, "color": "ededed"}} if one.label else {}),
        "issue": {
            "number": number,
            "url": f"{base}/issues/{number}",
            "pull_request": {"url": f"{base}/pulls/{number}"},
        },
    }


def slug(team: str) -> str:
    """Return a team's name in addresses."""
    return team.lower().replace(" ", "-")


def commit_row(commit: Commit, parents: list[str], *, is_squash: bool = False) -> Row:
    """Return a commit; squashed ones were committed by GitHub."""
    committer = {"login": "web-flow", "id": 19_864_447, "type": "User"} if is_squash else None
    person = commit.author.person
    name = person.name if person else commit.author.login
    return {
        "sha": commit.sha,
        "node_id": "C_t",
        "commit": {
            "author": {
                "name": name,
                "email": commit.author_email,
                "date": text(commit.authored_at),
            },
            "committer": {
                "name": "GitHub" if is_squash else name,
                "email": "noreply@github.com" if is_squash else commit.author_email,
                "date": text(commit.committed_at),
            },
            "message": commit.text,
            "comment_count": 0,
            "verification": {"verified": is_squash, "reason": "valid" if is_squash else "unsigned"},
        },
        "author": user(commit.author),
        "committer": committer or user(commit.author),
        "parents": [{"sha": parent} for parent in parents],
        "html_url": f"https://github.com/harbourline/x/commit/{commit.sha}",
    }


def run_row(run: Run, repository: Row, attempt: int, place: int) -> Row:
    """Return an attempt of a run as GitHub lists it."""
    start, end, conclusion = run.attempts[attempt - 1]
    base = f"https://api.github.com/repos/{repository['full_name']}/actions/runs/{run.run_id}"
    is_done = conclusion is not None
    numbers = [{"number": run.pull_request}] if run.pull_request is not None else []
    return {
        "id": run.run_id,
        "name": run.workflow,
        "node_id": "WFR_t",
        "head_branch": run.branch,
        "head_sha": run.sha,
        "path": f".github/workflows/{run.workflow}.yml",
        "display_title": run.workflow,
        "run_number": place + 1,
        "run_attempt": attempt,
        "event": run.event,
        "status": "completed" if is_done else "queued",
        "conclusion": conclusion,
        "workflow_id": repository["id"] * 10 + (1 if run.workflow == "test" else 2),
        "check_suite_id": run.run_id + 1,
        "url": base,
        "pull_requests": numbers,
        "created_at": text(run.created_at),
        "updated_at": text(end),
        "run_started_at": text(start),
        "actor": user(run.actor),
        "triggering_actor": user(run.actor),
        "previous_attempt_url": f"{base}/attempts/{attempt - 1}" if attempt > 1 else None,
        "repository": {"id": repository["id"], "full_name": repository["full_name"]},
    }


def _id(pull_request: PullRequest) -> int:
    return pull_request.repository.repository_id * 10**8 + pull_request.number


def review_row(pull_request: PullRequest, place: int, review: Review) -> Row:
    """Return a review; a pending one has no instant."""
    row: Row = {
        "id": _id(pull_request) * 10 + place,
        "node_id": "PRR_t",
        "user": user(review.author),
        "body": "",
        "state": review.state,
        "commit_id": pull_request.commits[-1].sha,
        "author_association": "MEMBER",
    }
    if review.submitted_at is not None:
        row["submitted_at"] = text(review.submitted_at)
    return row


def comment_row(pull_request: PullRequest, place: int, comment: Comment, base: str) -> Row:
    """Return a comment of the conversation or on a line."""
    number, at = pull_request.number, text(comment.created_at)
    row: Row = {
        "id": _id(pull_request) * 10 + place,
        "node_id": "IC_t",
        "user": user(comment.author),
        "body": "An invented remark",
        "created_at": at,
        "updated_at": at,
        "author_association": "MEMBER",
    }
    if comment.kind == "issue":
        return {
            **row,
            "issue_url": f"{base}/issues/{number}",
            "html_url": f"https://github.com/{base.partition('/repos/')[2]}/pull/{number}#issuecomment-{row['id']}",
        }
    return {
        **row,
        "pull_request_url": f"{base}/pulls/{number}",
        "pull_request_review_id": None,
        "commit_id": pull_request.commits[-1].sha,
        "path": "src/list.py",
    }


def deployment_row(one: Deployment, base: str) -> Row:
    """Return a deployment, which has no state of its own."""
    number = one.deployment_id
    # The payload is an object, or a text where whoever deploys hands it over as one.
    payload: object = {"service": one.service} if number % 3 else ""
    if one.repository.records_deployments == "gitops" or one.repository == CONFIG:
        payload = {"service": one.service}
    return {
        "id": number,
        "node_id": "DE_t",
        "sha": one.sha,
        "ref": one.ref,
        "task": "deploy",
        "payload": payload,
        "original_environment": one.environment,
        "environment": one.environment,
        "description": None,
        "creator": user(one.creator),
        "created_at": text(one.created_at),
        "updated_at": text(one.created_at),
        "statuses_url": f"{base}/deployments/{number}/statuses",
        "repository_url": base,
        "transient_environment": False,
        "production_environment": one.environment == "production",
    }


def status_rows(one: Deployment, now: datetime) -> list[Row]:
    """Return what a deployment has been told so far, newest first."""
    return [
        {
            "id": one.deployment_id * 10 + place,
            "node_id": "DES_t",
            "state": state,
            "creator": user(one.creator),
            "description": "",
            "environment": one.environment,
            "created_at": text(at),
            "updated_at": text(at),
        }
        for place, (state, at) in enumerate(one.statuses)
        if at < now
    ][::-1]
