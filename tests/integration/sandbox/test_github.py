"""GitHub's manners over real HTTP: keys, redirects, Link headers, limits, ETags, faults of its own."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import httpx
import pytest

from sandbox.server import Running, ServerOptions, WorldOptions, running
from sandbox.server.options import GITHUB_KEY

HEADERS = {"Authorization": f"Bearer {GITHUB_KEY}", "User-Agent": "test"}
PLATFORM = "/repos/harbourline/platform"
OLD = "/repos/harbourline/ml-models"


@pytest.fixture(scope="module")
def served() -> Iterator[Running]:
    world = WorldOptions(people=14, days=40, as_of=date(2026, 10, 15), shape="delivery")
    with running(world, options=ServerOptions(rate_limits=False)) as server:
        yield server


@pytest.fixture
def github(served: Running) -> Iterator[httpx.Client]:
    served.state.reset()
    with httpx.Client(base_url=served.github_url, headers=HEADERS) as client:
        yield client


@pytest.fixture
def fail(served: Running, github: httpx.Client) -> Any:
    del github
    return served.fail


def follow(client: httpx.Client, url: str) -> Iterator[httpx.Response]:
    answer = client.get(url)
    yield answer
    while found := re.search(r'<([^>]+)>; rel="next"', answer.headers.get("link", "")):
        answer = client.get(found[1])
        yield answer


def test_settings_name_everything_a_loader_needs(served: Running) -> None:
    env = served.env
    assert env["GITHUB_TOKEN"] == GITHUB_KEY
    assert "harbourline/ml-models" in env["GITHUB_REPOSITORIES"].split(",")
    assert env["DEV_EVENTS_URL"]


def test_who_may_ask(github: httpx.Client) -> None:
    url = f"{github.base_url}repos/harbourline/platform"
    bad = httpx.get(url, headers={"Authorization": "Bearer x"})
    assert (bad.status_code, bad.json()["message"]) == (401, "Bad credentials")
    assert httpx.get(url).json()["message"] == "Requires authentication"
    request = github.build_request("GET", PLATFORM)
    del request.headers["User-Agent"]
    assert github.send(request).status_code == 403
    hidden = github.get("/repos/harbourline/acquisition/pulls")
    assert (hidden.status_code, hidden.json()["status"]) == (404, "404")
    assert github.get(f"{PLATFORM}/pulls/").status_code == 404
    assert github.get("/repos/harbourline/blank/commits").status_code == 409


def test_former_name_leads_to_the_number(github: httpx.Client) -> None:
    moved = github.get(f"{OLD}/pulls?state=all&page=2")
    assert moved.status_code == 301
    assert moved.headers["location"].endswith("/github/repositories/505/pulls?state=all&page=2")
    assert github.get(moved.headers["location"]).status_code == 200


def test_pages_of_pull_requests_hold_each_once(github: httpx.Client) -> None:
    pages = list(
        follow(github, f"{PLATFORM}/pulls?state=all&sort=updated&direction=desc&per_page=7")
    )
    rows = [row for page in pages for row in page.json()]
    assert len({row["number"] for row in rows}) == len(rows) > 20
    assert [row["updated_at"] for row in rows] == sorted(
        (row["updated_at"] for row in rows), reverse=True
    )
    assert "/repositories/501/pulls?" in pages[0].headers["link"]
    assert 'rel="last"' in pages[0].headers["link"]
    assert {len(page.json()) for page in pages[:-1]} == {7}
    assert pages[0].headers["x-ratelimit-limit"] == "5000"


def test_defaults_of_the_list_of_pull_requests(github: httpx.Client) -> None:
    everything = github.get(f"{PLATFORM}/pulls?state=all&per_page=500").json()
    assert len(everything) <= 100
    assert {row["state"] for row in github.get(f"{PLATFORM}/pulls").json()} <= {"open"}
    shut = [row for row in everything if row["state"] == "closed"]
    assert github.get(f"{PLATFORM}/pulls?state=closed&per_page=100").json() == shut
    up = github.get(f"{PLATFORM}/pulls?state=all&sort=updated").json()
    assert up == sorted(up, key=lambda row: row["updated_at"])
    assert len(up) == 30


def test_events_go_on_by_cursor(github: httpx.Client) -> None:
    pages = list(follow(github, f"{PLATFORM}/issues/events?per_page=40"))
    rows = [row for page in pages for row in page.json()]
    assert "after=" in pages[0].headers["link"]
    assert len({row["id"] for row in rows}) == len(rows) > 80
    assert any("pull_request" not in row["issue"] for row in rows)


def test_reviews_comments_and_commits_of_pull_requests(github: httpx.Client) -> None:
    pending: list[bool] = []
    for row in github.get(f"{PLATFORM}/pulls?state=all&per_page=100").json():
        reviews = github.get(f"{PLATFORM}/pulls/{row['number']}/reviews").json()
        pending += ["submitted_at" not in one for one in reviews if one["state"] == "PENDING"]
    assert all(pending)
    number = row["number"]
    [*_, newest] = github.get(f"{PLATFORM}/pulls/{number}/commits").json()
    assert newest["sha"] == row["head"]["sha"] or newest["commit"]
    comments = github.get(f"{PLATFORM}/issues/comments?since=2026-10-01T00:00:00Z").json()
    assert all(row["updated_at"] >= "2026-10-01T00:00:00Z" for row in comments)
    assert github.get(f"{PLATFORM}/pulls/comments").json()[0]["pull_request_url"]
    assert github.get(f"{PLATFORM}/pulls/999999999/commits").status_code == 404


def test_runs_by_window_and_their_attempts(github: httpx.Client) -> None:
    runs = [
        row
        for page in follow(github, f"{PLATFORM}/actions/runs?per_page=100")
        for row in page.json()["workflow_runs"]
    ]
    again = next(row for row in runs if row["run_attempt"] > 1)
    first = github.get(f"{PLATFORM}/actions/runs/{again['id']}/attempts/1").json()
    assert (first["run_attempt"], first["conclusion"]) == (1, "failure")
    assert github.get(f"{PLATFORM}/actions/runs/{again['id']}/attempts/9").status_code == 404
    window = github.get(f"{PLATFORM}/actions/runs?created=2026-10-01..2026-10-07").json()
    expected = [row for row in runs if "2026-10-01" <= row["created_at"][:10] <= "2026-10-07"]
    assert window["total_count"] == len(expected) > 5


def test_filtered_runs_end_at_a_thousand(
    github: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.server.github.FILTERED_AT_MOST", 20)
    url = f"{PLATFORM}/actions/runs?created=>=2026-09-01&per_page=10"
    pages = [page.json() for page in follow(github, url)]
    assert sum(len(page["workflow_runs"]) for page in pages) == 20
    assert pages[0]["total_count"] > 20


def test_deployments_have_no_state_but_statuses_and_inactive_comes_later(
    github: httpx.Client,
) -> None:
    rows = github.get(f"{PLATFORM}/deployments?environment=production&per_page=100").json()
    assert "state" not in rows[0]
    statuses = [
        [one["state"] for one in github.get(f"{PLATFORM}/deployments/{row['id']}/statuses").json()]
        for row in rows
    ]
    assert ["inactive", "success", "in_progress"] in statuses


def test_teams_and_their_members(github: httpx.Client) -> None:
    teams = github.get("/orgs/harbourline/teams").json()
    assert "machine-learning" in {row["slug"] for row in teams}
    members = github.get("/orgs/harbourline/teams/platform/members").json()
    assert {row["type"] for row in members} == {"User"}
    assert github.get("/orgs/harbourline/teams/nobody/members").status_code == 404
    releases = github.get(f"{PLATFORM}/releases").json()
    assert (releases[0]["draft"], releases[0]["published_at"]) == (True, None)
    [newest, *_] = github.get(f"{PLATFORM}/commits?per_page=1").json()
    assert newest["committer"]["login"] == "web-flow"


def test_an_etag_spares_the_body(github: httpx.Client) -> None:
    first = github.get(f"{PLATFORM}/releases")
    same = github.get(f"{PLATFORM}/releases", headers={"If-None-Match": first.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")


def test_fault_limits_tell_by_header_or_by_words_alone(github: httpx.Client, fail: Any) -> None:
    fail("endpoint=github.* kind=primary_limit times=1 seconds=5")
    answer = github.get(PLATFORM)
    assert (answer.status_code, answer.headers["x-ratelimit-remaining"]) == (403, "0")
    fail("endpoint=github.* kind=secondary_limit times=1 seconds=5")
    assert github.get(PLATFORM).headers["retry-after"] == "5"
    fail("endpoint=github.* kind=secondary_limit_by_body times=1")
    answer = github.get(PLATFORM)
    assert "retry-after" not in answer.headers
    assert answer.headers["x-ratelimit-remaining"] != "0"
    assert "secondary rate limit" in answer.json()["message"]


def test_fault_rename_between_pages_leaves_the_numbered_way(
    github: httpx.Client, fail: Any
) -> None:
    whole = [
        row["id"] for page in follow(github, f"{PLATFORM}/pulls?state=all") for row in page.json()
    ]
    fail("endpoint=pull_requests kind=rename_repository times=1")
    pages = list(follow(github, f"{PLATFORM}/pulls?state=all"))
    assert [row["id"] for page in pages for row in page.json()] == whole
    assert github.get(f"{PLATFORM}/pulls").status_code == 301
    assert pages[-1].json()[0]["base"]["repo"]["full_name"] == "harbourline/platform-renamed"


def test_fault_rerun_between_pages_changes_a_run_of_a_later_page(
    github: httpx.Client, fail: Any
) -> None:
    url = f"{PLATFORM}/actions/runs?per_page=10"
    before = [row for page in follow(github, url) for row in page.json()["workflow_runs"]]
    fail("endpoint=workflow_runs kind=rerun_run times=1")
    after = [row for page in follow(github, url) for row in page.json()["workflow_runs"]]
    [pair] = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert pair[1]["run_attempt"] == pair[0]["run_attempt"] + 1
    assert pair[1]["updated_at"] > pair[0]["updated_at"]
    assert github.get(f"{PLATFORM}/actions/runs/{pair[1]['id']}/attempts/1").status_code == 200


def test_fault_vanished_page_is_empty_and_the_last(github: httpx.Client, fail: Any) -> None:
    fail("endpoint=pull_requests kind=vanished_page times=1")
    pages = list(follow(github, f"{PLATFORM}/pulls?state=all&per_page=5"))
    assert [len(page.json()) for page in pages] == [5, 0]


@pytest.mark.parametrize("kind", ["null_row", "short_page", "missing_data", "truncated_json"])
def test_faults_of_rows_and_pages_meet_lists_without_a_name(
    github: httpx.Client, fail: Any, kind: str
) -> None:
    right = github.get(f"{PLATFORM}/deployments?per_page=5")
    fail(f"endpoint=deployments kind={kind} times=1")
    wrong, again = (github.get(f"{PLATFORM}/deployments?per_page=5") for _ in range(2))
    assert wrong.content != right.content == again.content
