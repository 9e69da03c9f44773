"""GitHub's REST API over the company's delivery: who may ask, which repository, the lists.

A repository is asked for by name (`/repos/{owner}/{repo}/…`) or by number (`/repositories/{id}/…`). A former name
is answered with 301 to the number. What the token may not see is 404.
"""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from starlette.requests import Request

from sandbox.server.answers import Answer, github_error
from sandbox.server.github_answers import (
    FILTERED_AT_MOST,
    PER_HOUR,
    limit_headers,
    paged,
    shown,
)
from sandbox.server.github_site import Site
from sandbox.server.options import GITHUB_KEY
from sandbox.server.state import State
from sandbox.world.delivery_parts import ORGANIZATION, PullRequest, Repository

Row = dict[str, Any]
Handler = Callable[[Request, State], Awaitable[Answer]]
Lister = Callable[[Request, State, Site, Repository, str], Answer]
_RUN_FILTERS = ("actor", "branch", "check_suite_id", "created", "event", "head_sha", "status")


def guard(request: Request, state: State) -> Answer | None:
    """Let in who names a user agent and brings the token, as often as an hour allows."""
    if not request.headers.get("user-agent"):
        return github_error(403, "Request forbidden by administrative rules.")
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if not token:
        return github_error(401, "Requires authentication")
    if scheme.lower() not in {"bearer", "token"} or token != GITHUB_KEY:
        return github_error(401)
    if state.options.rate_limits and state.limiter.take("github", PER_HOUR) is not None:
        return github_error(
            403, "API rate limit exceeded for user ID 1.", headers=limit_headers(state)
        )
    return None if state.site else github_error(404)


def repository_of(request: Request, site: Site) -> Repository | None:
    """Return the repository that a path names."""
    named = request.path_params
    if "repository_id" in named:
        return site.by_id(int(named["repository_id"])) if named["repository_id"].isdigit() else None
    return site.by_name(f"{named['owner']}/{named['repo']}")


def happen(kind: str, request: Request, state: State) -> bool:
    """Let a repository be renamed or its oldest run be started again; False where there is nothing to change."""
    repository = repository_of(request, state.site) if state.site and _is_inside(request) else None
    if state.site is None or repository is None:
        return False
    if kind == "rename_repository":
        state.site.rename(repository)
    else:
        state.site.rerun(repository)
    return True


def _is_inside(request: Request) -> bool:
    return not {"repository_id", "repo"}.isdisjoint(request.path_params)


def of_repository(lister: Lister) -> Handler:
    """Return the handler of a list in a repository."""

    async def handler(request: Request, state: State) -> Answer:
        site = state.site
        repository = repository_of(request, site) if site else None
        if site is None or repository is None:
            return github_error(404, headers=limit_headers(state))
        named = request.path_params
        if "repo" in named and f"{named['owner']}/{named['repo']}" != site.name_of(repository):
            return _moved(request, state, repository)
        return lister(request, state, site, repository, _by_number(request, repository))

    return handler


def _rest(request: Request) -> str:
    """Return what follows the repository in a path."""
    path, named = request.url.path, request.path_params
    head = (
        f"/repositories/{named['repository_id']}"
        if "repository_id" in named
        else f"/repos/{named['owner']}/{named['repo']}"
    )
    return path.partition(head)[2]


def _by_number(request: Request, repository: Repository) -> str:
    return f"/github/repositories/{repository.repository_id}{_rest(request)}"


def _moved(request: Request, state: State, repository: Repository) -> Answer:
    query = f"?{request.url.query}" if request.url.query else ""
    where = f"{str(request.base_url).rstrip('/')}{_by_number(request, repository)}{query}"
    body = github_error(301, "Moved Permanently", documentation=where).body
    return Answer(
        body.replace(b'"documentation_url"', b'"url"'),
        301,
        {**limit_headers(state), "Location": where},
    )


def repository(
    request: Request, state: State, site: Site, repository: Repository, here: str
) -> Answer:
    """GET /repos/{owner}/{repo}."""
    del here
    return shown(request, state, site.telling.repository(repository), {})


def pulls(request: Request, state: State, site: Site, repository: Repository, here: str) -> Answer:
    """GET …/pulls: open ones unless asked otherwise; sorted upwards by anything but creation."""
    asked = request.query_params
    wanted, sort = asked.get("state", "open"), asked.get("sort", "created")
    if wanted not in {"open", "closed", "all"}:
        return github_error(422)
    direction = asked.get("direction") or ("desc" if sort == "created" else "asc")

    def make() -> list[Row]:
        rows = site.kept(
            ("pulls", repository.repository_id), lambda: site.telling.pulls(repository)
        )
        by = "updated_at" if sort == "updated" else "created_at"
        chosen = [row for row in rows if wanted in ("all", row["state"])]
        return sorted(chosen, key=lambda row: (row[by], row["id"]), reverse=direction == "desc")

    rows = site.kept(("pulls", repository.repository_id, wanted, sort, direction), make)
    for name, side in (("head", "head"), ("base", "base")):
        if asked.get(name):
            ref = asked[name].rpartition(":")[2]
            rows = [row for row in rows if row[side]["ref"] == ref]
    return paged(request, state, rows, here=here)


def _of_pull(find: Callable[[Site, PullRequest], list[Row]]) -> Lister:
    def lister(
        request: Request, state: State, site: Site, repository: Repository, here: str
    ) -> Answer:
        number = request.path_params["number"]
        found = site.telling.pull_request(repository, int(number)) if number.isdigit() else None
        if found is None:
            return github_error(404, headers=limit_headers(state))
        return paged(request, state, find(site, found), here=here)

    return lister


pull_commits = _of_pull(lambda site, one: site.telling.commits_of(one))
pull_reviews = _of_pull(lambda site, one: site.telling.reviews_of(one))


def _comments(kind: str) -> Lister:
    def lister(
        request: Request, state: State, site: Site, repository: Repository, here: str
    ) -> Answer:
        """GET …/comments: by id unless sorted; `since` is of the last change."""
        asked = request.query_params
        rows = site.kept(
            ("comments", kind, repository.repository_id),
            lambda: site.telling.comments(repository, kind),
        )
        since = asked.get("since")
        if since:
            rows = [row for row in rows if row["updated_at"] >= since]
        if asked.get("sort") in {"created", "updated"}:
            by = f"{asked['sort']}_at"
            down = asked.get("direction", "desc") == "desc"
            rows = sorted(rows, key=lambda row: (row[by], row["id"]), reverse=down)
        return paged(request, state, rows, here=here)

    return lister


issue_comments, pull_comments = _comments("issue"), _comments("review")


def issue_events(
    request: Request, state: State, site: Site, repository: Repository, here: str
) -> Answer:
    """GET …/issues/events: newest first, by cursor, with the events of issues among them."""
    rows = site.kept(
        ("events", repository.repository_id), lambda: site.telling.issue_events(repository)
    )
    return paged(request, state, rows, here=here, by_cursor=True)


def deployments(
    request: Request, state: State, site: Site, repository: Repository, here: str
) -> Answer:
    """GET …/deployments: newest first; no filter by time."""
    rows = site.kept(
        ("deployments", repository.repository_id), lambda: site.telling.deployments(repository)
    )
    for name in ("sha", "ref", "task", "environment"):
        if wanted := request.query_params.get(name):
            rows = [row for row in rows if row[name] == wanted]
    return paged(request, state, rows, here=here)


def statuses(
    request: Request, state: State, site: Site, repository: Repository, here: str
) -> Answer:
    """GET …/deployments/{id}/statuses: newest first."""
    number = request.path_params["deployment_id"]
    found = site.telling.statuses(repository, int(number)) if number.isdigit() else None
    if found is None:
        return github_error(404, headers=limit_headers(state))
    return paged(request, state, found, here=here)


def runs(request: Request, state: State, site: Site, repository: Repository, here: str) -> Answer:
    """GET …/actions/runs: newest first, latest attempts; of a filtered list the first thousand."""
    asked = request.query_params
    rows = site.runs(repository)
    created = asked.get("created")
    if created:
        within = _span(created)
        if within is None:
            return github_error(422)
        rows = [row for row in rows if within[0] <= row["created_at"] <= within[1]]
    if status := asked.get("status"):
        rows = [row for row in rows if status in (row["status"], row["conclusion"])]
    for name, field in (("branch", "head_branch"), ("event", "event"), ("head_sha", "head_sha")):
        if wanted := asked.get(name):
            rows = [row for row in rows if row[field] == wanted]
    if wanted := asked.get("actor"):
        rows = [row for row in rows if row["actor"] and row["actor"]["login"] == wanted]
    total = len(rows)
    if any(asked.get(name) for name in _RUN_FILTERS):
        rows = rows[:FILTERED_AT_MOST]
    return paged(request, state, rows, here=here, around="workflow_runs", total=total)


def attempt(
    request: Request, state: State, site: Site, repository: Repository, here: str
) -> Answer:
    """GET …/actions/runs/{id}/attempts/{n}."""
    del here
    run_id, number = (request.path_params[name] for name in ("run_id", "attempt"))
    found = None
    if run_id.isdigit() and number.isdigit():
        found = site.attempt(repository, int(run_id), int(number))
    if found is None:
        return github_error(404, headers=limit_headers(state))
    return shown(request, state, found, {})


def releases(
    request: Request, state: State, site: Site, repository: Repository, here: str
) -> Answer:
    """GET …/releases: newest first, drafts before all."""
    rows = site.kept(
        ("releases", repository.repository_id), lambda: site.telling.releases(repository)
    )
    return paged(request, state, rows, here=here)


def commits(
    request: Request, state: State, site: Site, repository: Repository, here: str
) -> Answer:
    """GET …/commits of the default branch: since and until are of the committer's date."""
    if repository.is_empty:
        return github_error(409, "Git Repository is empty.", limit_headers(state))
    asked = request.query_params
    if asked.get("sha", "main") != "main":
        return github_error(404, headers=limit_headers(state))
    rows = site.kept(
        ("commits", repository.repository_id), lambda: site.telling.commits(repository)
    )
    since, until = asked.get("since", ""), asked.get("until", "9")
    if since or until != "9":
        rows = [row for row in rows if since <= row["commit"]["committer"]["date"] <= until]
    return paged(request, state, rows, here=here)


async def teams(request: Request, state: State) -> Answer:
    """GET /orgs/{org}/teams."""
    if state.site is None or request.path_params["org"] != ORGANIZATION:
        return github_error(404, headers=limit_headers(state))
    return paged(request, state, state.site.telling.teams(), here=request.url.path)


async def team_members(request: Request, state: State) -> Answer:
    """GET /orgs/{org}/teams/{slug}/members."""
    site, named = state.site, request.path_params
    found = None
    if site is not None and named["org"] == ORGANIZATION:
        found = site.telling.members(named["slug"])
    if found is None:
        return github_error(404, headers=limit_headers(state))
    return paged(request, state, found, here=request.url.path)


def _span(text: str) -> tuple[str, str] | None:
    """Return the instants that a filter by creation lets through, both inclusive; None where it is none."""
    first, dots, last = text.partition("..")
    if not dots:
        for sign in (">=", "<=", ">", "<"):
            if text.startswith(sign):
                return _open_span(sign, text.removeprefix(sign))
        last = text
    start, end = _moment(first, is_end=False), _moment(last, is_end=True)
    if first == "*":
        start = ""
    if last == "*":
        end = "9"
    return None if start is None or end is None else (start, end)


def _open_span(sign: str, text: str) -> tuple[str, str] | None:
    # A day is excluded as a whole: > begins after its end.
    edge = _moment(text, is_end=sign in (">", "<="))
    if edge is None:
        return None
    step = {">": 1, "<": -1}.get(sign, 0)
    moved = f"{datetime.fromisoformat(edge) + timedelta(seconds=step):%Y-%m-%dT%H:%M:%SZ}"
    return (moved, "9") if sign[0] == ">" else ("", moved)


def _moment(text: str, *, is_end: bool) -> str | None:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    if len(text) == len("2026-06-01") and is_end:
        at += timedelta(days=1, seconds=-1)
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


LISTERS: Mapping[str, Lister] = {
    "repository": repository,
    "pull_requests": pulls,
    "pull_request_commits": pull_commits,
    "pull_request_reviews": pull_reviews,
    "pull_request_issue_comments": issue_comments,
    "pull_request_review_comments": pull_comments,
    "issue_events": issue_events,
    "deployments": deployments,
    "deployment_statuses": statuses,
    "workflow_runs": runs,
    "workflow_run_attempt": attempt,
    "releases": releases,
    "commits": commits,
}
"""The lists of a repository by endpoint."""
