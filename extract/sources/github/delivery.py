"""What is built and shipped: deployments with their statuses, workflow runs with every attempt, releases, commits."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from extract.client.http import ApiError, Body
from extract.config import Settings
from extract.sources.github.api import GitHub
from extract.sources.github.reading import (
    At,
    List,
    Reader,
    Repository,
    down_to,
    is_gone,
)
from extract.sources.github.rows import commit_row, names_of, newest, row_of, value_of
from extract.sources.github.tables import (
    COMMITS,
    DEPLOYMENT_STATUSES,
    DEPLOYMENTS,
    RELEASES,
    WORKFLOW_RUNS,
)

MOST_FOUND = 1_000
"""A search among runs gives no more, whatever it counts."""
ONE_SECOND = dt.timedelta(seconds=1)
_INSTANT = "%Y-%m-%dT%H:%M:%SZ"


def deployments(api: GitHub, settings: Settings) -> Reader:
    """Read the list, newest first; statuses of each once, and again for 30 days: a new one need not touch `updated_at`."""

    def read(repository: Repository, at: At) -> Iterator[None]:
        part = repository.repository_id
        known = List(settings, at.sink, DEPLOYMENTS, part)
        recent = known.recent
        latest, n_calls = "", 0
        pages = api.list_pages(f"{repository.path}/deployments")
        for items in down_to(pages, "created_at", known.floor_with_look_back):
            at.sink.part = part
            latest = newest(items, "created_at", latest)
            rows = [
                row_of(DEPLOYMENTS, one, service=_service(one), **repository.columns)
                for one in items
            ]
            at.sink.add(DEPLOYMENTS, rows)
            for one in items:
                n_calls += _statuses(api, repository, at, one, recent)
                if n_calls >= at.n_calls:
                    n_calls = 0
                    yield
        at.sink.part = part
        known.reach(at.sink, latest)

    return read


def _service(deployment: object) -> str | None:
    service = value_of(deployment, "payload", "service")
    return service if isinstance(service, str) and service else None


def _statuses(api: GitHub, repository: Repository, at: At, item: Any, recent: str) -> int:  # noqa: ANN401
    number = value_of(item, "id")
    if type(number) is not int:
        return 0
    part, changed = f"{repository.repository_id}/{number}", str(item.get("updated_at"))
    is_settled = str(item.get("created_at")) < recent or at.sink.is_staged(
        DEPLOYMENT_STATUSES, part
    )
    if is_settled and at.sink.mark(DEPLOYMENT_STATUSES, part) == changed:
        return 0
    at.sink.part = part
    for page in api.list_pages(f"{repository.path}/deployments/{number}/statuses"):
        rows = [
            row_of(
                DEPLOYMENT_STATUSES,
                one,
                repository_id=repository.repository_id,
                deployment_id=number,
            )
            for one in page["rows"]
        ]
        at.sink.add(DEPLOYMENT_STATUSES, rows)
    at.sink.reach(DEPLOYMENT_STATUSES, part, changed)
    return 1


def workflow_runs(api: GitHub, settings: Settings) -> Reader:
    """Read the runs of a window, the last 30 days again (a rerun changes an old run), and earlier attempts once."""

    def read(repository: Repository, at: At) -> Iterator[None]:
        part = repository.repository_id
        known = List(settings, at.sink, WORKFLOW_RUNS, part)
        first = dt.datetime.fromisoformat(known.floor_with_look_back)
        last = settings.as_of + dt.timedelta(days=1)
        latest, n_calls = "", 0
        for page in _windows(api, repository, first, last):
            at.sink.part = part
            latest = newest(page["workflow_runs"], "created_at", latest)
            at.sink.add(WORKFLOW_RUNS, [_run(repository, one) for one in page["workflow_runs"]])
            for one in page["workflow_runs"]:
                n_calls += _earlier_attempts(api, repository, at, one)
                if n_calls >= at.n_calls:
                    n_calls = 0
                    yield
        at.sink.part = part
        known.reach(at.sink, latest)

    return read


def _windows(
    api: GitHub, repository: Repository, first: dt.datetime, last: dt.datetime
) -> Iterator[Body]:
    """Yield the pages of the runs created from first to last; a window with more than can be found is read in halves."""
    created = f"{first.strftime(_INSTANT)}..{last.strftime(_INSTANT)}"
    pages = api.list_pages(
        f"{repository.path}/actions/runs", {"created": created}, rows="workflow_runs"
    )
    for number, page in enumerate(pages):
        total = page.get("total_count")
        if number == 0 and type(total) is int and total > MOST_FOUND and last - first > ONE_SECOND:
            middle = (first + (last - first) / 2).replace(microsecond=0)
            yield from _windows(api, repository, first, middle)
            yield from _windows(api, repository, min(middle + ONE_SECOND, last), last)
            return
        yield page


def _run(repository: Repository, run: object) -> object:
    return row_of(
        WORKFLOW_RUNS,
        run,
        repository_id=repository.repository_id,
        pull_request_numbers=names_of(value_of(run, "pull_requests"), "number"),
    )


def _earlier_attempts(api: GitHub, repository: Repository, at: At, run: Any) -> int:  # noqa: ANN401
    """Read the attempts before the one that is listed, each of which stays as it ended; return how many were asked for."""
    number, attempt = value_of(run, "id"), value_of(run, "run_attempt")
    if type(number) is not int or type(attempt) is not int or attempt < 2:
        return 0
    part = f"{repository.repository_id}/{number}"
    known = at.sink.mark(WORKFLOW_RUNS, part) or "0"
    asked = range(int(known) + 1, attempt)
    at.sink.part = part
    for earlier in asked:
        path = f"{repository.path}/actions/runs/{number}/attempts/{earlier}"
        try:
            at.sink.add(WORKFLOW_RUNS, [_run(repository, api.one(path))])
        except ApiError as error:
            if not is_gone(error):
                raise
    if asked:
        at.sink.reach(WORKFLOW_RUNS, part, str(attempt - 1))
    at.sink.part = repository.repository_id
    return len(asked)


def releases(api: GitHub, _: Settings) -> Reader:
    """Read all releases: they are few, and a draft is published later without a sign."""

    def read(repository: Repository, at: At) -> Iterator[None]:
        for page in api.list_pages(f"{repository.path}/releases"):
            rows = [
                row_of(RELEASES, one, repository_id=repository.repository_id)
                for one in page["rows"]
            ]
            at.sink.add(RELEASES, rows)
        at.sink.reach(RELEASES, repository.repository_id, "read")
        yield from ()

    return read


def commits(api: GitHub, settings: Settings) -> Reader:
    """Read the commits of the default branch, 30 days again: one may be pushed long after it was made."""

    def read(repository: Repository, at: At) -> Iterator[None]:
        known = List(settings, at.sink, COMMITS, repository.repository_id)
        params = {"sha": repository.default_branch, "since": known.floor_with_look_back}
        latest = ""
        try:
            for page in api.list_pages(f"{repository.path}/commits", params):
                rows = [
                    commit_row(COMMITS, one, repository_id=repository.repository_id)
                    for one in page["rows"]
                ]
                at.sink.add(COMMITS, rows)
                committed = [value_of(one, "commit", "committer") for one in page["rows"]]
                latest = newest(committed, "date", latest)
        except ApiError as error:
            if error.status != 409:  # an empty repository has no commit
                raise
        known.reach(at.sink, latest)
        yield from ()

    return read
