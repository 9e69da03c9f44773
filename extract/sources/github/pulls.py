"""Pull requests, and of those that changed their commits and reviews; comments and events of a repository as a whole."""

from collections.abc import Iterator
from typing import Any

from extract.config import Settings
from extract.landing.contracts import Table
from extract.landing.errors import SourceError
from extract.sources.github.api import GitHub
from extract.sources.github.reading import At, List, Reader, Repository, down_to
from extract.sources.github.rows import (
    commit_row,
    names_of,
    newest,
    number_at_end,
    row_of,
    value_of,
)
from extract.sources.github.tables import (
    ISSUE_EVENTS,
    PULL_REQUEST_COMMENTS,
    PULL_REQUEST_COMMITS,
    PULL_REQUEST_REVIEWS,
    PULL_REQUESTS,
)


def pull_requests(api: GitHub, settings: Settings) -> Reader:
    """Read the list by `updated_at`; two calls for each that is new or changed since they were made, none for the others.

    The details of a pull request are a part of their own in the ledger, so a killed backfill makes no call twice.
    """

    def read(repository: Repository, at: At) -> Iterator[None]:
        part = repository.repository_id
        known = List(settings, at.sink, PULL_REQUESTS, part)
        params = {"state": "all", "sort": "updated", "direction": "desc"}
        latest, n_calls, is_whole = "", 0, True
        for items in down_to(
            api.list_pages(f"{repository.path}/pulls", params), "updated_at", known.floor
        ):
            at.sink.part = part
            latest = newest(items, "updated_at", latest)
            at.sink.add(
                PULL_REQUESTS,
                [
                    row_of(
                        PULL_REQUESTS,
                        item,
                        label_names=names_of(value_of(item, "labels"), "name"),
                        **repository.columns,
                    )
                    for item in items
                ],
            )
            for item in items:
                try:
                    n_calls += _details(api, repository, at, item)
                except SourceError as error:
                    is_whole = False
                    at.sink.complain(f"{repository.name}: {error}")
                if n_calls >= at.n_calls:
                    n_calls = 0
                    yield
        at.sink.part = part
        if is_whole:
            known.reach(at.sink, latest)

    return read


def _details(api: GitHub, repository: Repository, at: At, item: Any) -> int:  # noqa: ANN401 - vendor's JSON
    """Read a pull request's commits and reviews, all or none; return the number of lists that were read."""
    number = value_of(item, "number")
    if type(number) is not int:
        return 0
    part = f"{repository.repository_id}/{number}"
    changed = str(item.get("updated_at"))
    if at.sink.mark(PULL_REQUEST_COMMITS, part) == changed:
        return 0
    given = {"repository_id": repository.repository_id, "pr_number": number}
    path = f"{repository.path}/pulls/{number}"
    commits = [one for page in api.list_pages(f"{path}/commits") for one in page["rows"]]
    reviews = [one for page in api.list_pages(f"{path}/reviews") for one in page["rows"]]
    at.sink.part = part
    at.sink.add(
        PULL_REQUEST_COMMITS,
        [
            commit_row(PULL_REQUEST_COMMITS, one, commit_position=place, **given)
            for place, one in enumerate(commits, start=1)
        ],
    )
    at.sink.add(
        PULL_REQUEST_REVIEWS, [row_of(PULL_REQUEST_REVIEWS, one, **given) for one in reviews]
    )
    at.sink.reach(PULL_REQUEST_COMMITS, part, changed)
    at.sink.part = repository.repository_id
    return 2


def comments(api: GitHub, settings: Settings) -> Reader:
    """Read the comments of a repository since the mark; those on issues that are no pull requests are left out."""

    def read(repository: Repository, at: At) -> Iterator[None]:
        part = repository.repository_id
        known = List(settings, at.sink, PULL_REQUEST_COMMENTS, part)
        params = {"sort": "updated", "direction": "desc", "since": known.floor}
        latest = ""
        for path, kind, field in (
            ("issues", "issue", "issue_url"),
            ("pulls", "review", "pull_request_url"),
        ):
            pages = api.list_pages(f"{repository.path}/{path}/comments", params)
            for items in down_to(pages, "updated_at", known.floor):
                latest = newest(items, "updated_at", latest)
                rows = [
                    row_of(
                        PULL_REQUEST_COMMENTS,
                        one,
                        comment_type=kind,
                        repository_id=part,
                        pr_number=number_at_end(value_of(one, field)),
                    )
                    for one in items
                    if kind == "review" or not _is_of_an_issue(one)
                ]
                at.sink.add(PULL_REQUEST_COMMENTS, rows)
        known.reach(at.sink, latest)
        yield from ()

    return read


def _is_of_an_issue(comment: object) -> bool:
    address = value_of(comment, "html_url")
    return isinstance(address, str) and "/pull/" not in address


def issue_events(api: GitHub, settings: Settings) -> Reader:
    """Read the events of a repository, newest first, those of pull requests only: an event does not change."""

    def read(repository: Repository, at: At) -> Iterator[None]:
        part = repository.repository_id
        known = List(settings, at.sink, ISSUE_EVENTS, part)
        latest = ""
        pages = api.list_pages(f"{repository.path}/issues/events")
        for items in down_to(pages, "created_at", known.floor):
            latest = newest(items, "created_at", latest)
            at.sink.add(
                ISSUE_EVENTS,
                [
                    row_of(
                        ISSUE_EVENTS,
                        one,
                        repository_id=part,
                        pr_number=value_of(one, "issue", "number"),
                    )
                    for one in items
                    if value_of(one, "issue", "pull_request") or not isinstance(one, dict)
                ],
            )
        known.reach(at.sink, latest)
        yield from ()

    return read


TABLES_OF_PULL_REQUESTS: tuple[Table, ...] = (
    PULL_REQUESTS,
    PULL_REQUEST_COMMITS,
    PULL_REQUEST_REVIEWS,
)
