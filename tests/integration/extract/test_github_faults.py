"""GitHub misbehaves in every way that is known of it: what is read afterwards is exactly what there is.

The readers speak real HTTP to a site on loopback and fill a real spool; what the loader makes of a spool is tested in `test_github.py`.
"""

import datetime as dt
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from extract.landing.contracts import Mode, Table
from extract.sources.github.tables import TABLES
from tests.integration.extract.github_reading import WHOLE, read
from tests.worlds import github
from tests.worlds.github import TOKEN, Answer, Site, answer, company, pull, refusal, served


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    monkeypatch.setattr("extract.client.retries.sleep", lambda _: None)
    with served(Site()) as found:
        company(found)
        github.teams(found)
        yield found


def test_everything_lands_and_no_body_does(site: Site) -> None:
    found = read(site)
    assert found.problems == []
    assert found.count() == WHOLE
    assert "SECRET" not in repr(found.rows)
    assert "avatars" not in repr(found.rows)
    for headers in site.headers:
        assert headers["User-Agent"] == "ai-usage-analytics"
        assert headers["X-GitHub-Api-Version"] == "2022-11-28"
    (review,) = [one for one in found.rows["pull_request_reviews"] if one["review_id"] == "601"]
    assert (review["author_login"], review["author_id"], review["author_type"]) == (None,) * 3
    (revert,) = [one for one in found.rows["commits"] if one["commit_sha"] == "f1"]
    assert revert["reverts_sha"] == "d41aaaa"
    assert revert["co_author_emails"] == '["noreply@anthropic.com"]'
    assert revert["message_headline"] == 'Revert "feat: x"'
    attempts = {
        (one["run_id"], one["run_attempt"]): one["conclusion"]
        for one in found.rows["workflow_runs"]
    }
    assert attempts == {
        ("9000", 1): None,
        ("9001", 1): "failure",
        ("9001", 2): "failure",
        ("9001", 3): "success",
        ("9002", 1): None,
    }
    assert {one["service"] for one in found.rows["deployments"]} == {"billing", None}


RESET = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": "1"}
Make = Callable[[Site, str], Answer | None]
PASSING: dict[str, Make] = {
    "429": lambda *_: refusal(429, "Too many requests"),
    "429 with retry-after": lambda *_: refusal(429, "slow down", Retry_After="1"),
    "primary limit as 403": lambda *_: refusal(
        403, "API rate limit exceeded for user ID 7.", **RESET
    ),
    "primary limit as 429": lambda *_: refusal(429, "API rate limit exceeded", **RESET),
    "primary limit without a body": lambda *_: Answer(403, b"", {"x-ratelimit-remaining": "0"}),
    "primary limit without reset": lambda *_: refusal(403, "no", x_ratelimit_remaining="0"),
    "secondary limit by header": lambda *_: refusal(403, "You have exceeded it", Retry_After="2"),
    "secondary limit by body": lambda *_: refusal(403, "You have exceeded a secondary rate limit"),
    "secondary limit as 429": lambda *_: refusal(429, "You have exceeded a secondary rate limit"),
    "abuse detection": lambda *_: refusal(403, "You have triggered an abuse detection mechanism"),
    "500": lambda *_: Answer(500, b"oops"),
    "502": lambda *_: Answer(502, b"<html>Unicorn!</html>"),
    "503": lambda *_: refusal(503, "No server is available"),
    "504": lambda *_: Answer(504),
    "truncated JSON": lambda *_: Answer(200, b'[{"id": 1, "number'),
    "empty body": lambda *_: Answer(200, b""),
    "HTML page": lambda *_: Answer(200, b"<html>sign in</html>"),
    "connection lost": lambda *_: Answer(200, b"[", cut=True),
    "damaged gzip": github.zipped,
}


@pytest.mark.parametrize("kind", PASSING)
def test_a_passing_fault_leaves_no_trace(site: Site, kind: str) -> None:
    """Naive: a 403 is a missing permission, a page that is cut off the end of the list."""
    for path in (
        "/repos/o/r",
        "/pulls?",
        "/pulls/3/commits",
        "/actions/runs?",
        "/deployments?",
        "/attempts/1",
    ):
        site.fail(path, PASSING[kind])
    found = read(site)
    assert found.problems == []
    assert found.count() == WHOLE
    assert all(fault.struck == 1 for fault in site.faults)


LASTING: dict[str, tuple[Make, str]] = {
    "401": (lambda *_: refusal(401, "Bad credentials"), "expired"),
    "missing permission": (
        lambda *_: refusal(403, "Resource not accessible by personal access token"),
        "lacks a permission",
    ),
    "single sign-on": (
        lambda *_: refusal(403, "Resource protected by organization SAML enforcement."),
        "single sign-on",
    ),
    "IP allow list": (
        lambda *_: refusal(
            403, "the organization has an IP allow list enabled, and your IP address"
        ),
        "IP allow list",
    ),
    "404": (lambda *_: refusal(404, "Not Found"), "may not see it"),
    "rate limit without end": (
        lambda *_: refusal(403, "API rate limit exceeded", **RESET),
        "in an hour",
    ),
    "410": (lambda *_: refusal(410, "Issues are disabled"), "410"),
    "422": (lambda *_: refusal(422, "Validation Failed"), "422"),
    "no list": (lambda *_: answer({"message": "well"}), "lacks 'rows'"),
    "text instead of a list": (lambda *_: answer("well"), "expected a JSON object"),
    "redirect to another host": (
        lambda *_: refusal(302, "moved", Location="http://elsewhere.example/pulls"),
        "the key is not sent there",
    ),
    "next page on another host": (
        lambda *_: answer([], Link='<http://elsewhere.example/pulls?page=2>; rel="next"'),
        "another host",
    ),
    "redirect in a circle": (
        lambda s, _: refusal(301, "moved", Location=f"{s.address}/repositories/1/pulls?again=1"),
        "301",
    ),
}


@pytest.mark.parametrize("kind", LASTING)
def test_a_lasting_fault_is_named_with_its_remedy_and_costs_nothing_else(
    site: Site, kind: str
) -> None:
    make, remedy = LASTING[kind]
    site.fail("/repositories/1/pulls?", make, times=1000)
    found = read(site)
    assert len(found.problems) == 1
    assert found.problems[0].startswith("pull_requests: o/r: ")
    assert remedy in found.problems[0]
    assert TOKEN not in repr(found.problems)
    lost = {"pull_requests": 0, "pull_request_commits": 0, "pull_request_reviews": 0}
    assert found.count() == WHOLE | lost
    assert ("pull_requests", "1") not in found.marks
    # Once it is over, the next run reads what is missing.
    site.faults.clear()
    healed = read(site, found.marks)
    assert healed.problems == []
    assert healed.count()["pull_requests"] == 5


def test_a_repository_that_fails_does_not_lose_another(site: Site) -> None:
    company(site, 2, "o/second", n_pulls=3)
    site.fail("/repos/o/r", lambda *_: refusal(404, "Not Found"), times=1000)
    found = read(site, GITHUB_REPOSITORIES="o/r,o/second")
    assert len(found.problems) == 1
    assert "o/r" in found.problems[0]
    assert {one["repository_id"] for one in found.rows["pull_requests"]} == {"2"}
    assert found.count()["repositories"] == 1


def test_a_renamed_repository_is_followed_on_the_same_host(site: Site) -> None:
    """Its answers carry the new name; the look-up and every list, also in the middle, go on."""
    site.moved["/repos/o/old"] = "/repos/o/r"
    found = read(site, GITHUB_REPOSITORIES="o/old,o/r")
    assert found.problems == []
    assert found.count() == WHOLE
    assert {one["repository_name"] for one in found.rows["pull_requests"]} == {"o/r"}


def test_a_rename_between_pages_is_followed(site: Site) -> None:
    site.page_size = 2

    def moves(at: Site, target: str) -> Answer:
        return refusal(301, "Moved", Location=at.address + target + "&moved=1")

    site.fail("/pulls?per_page=100&state=all&sort=updated&direction=desc&page=2", moves)
    found = read(site)
    assert found.problems == []
    assert found.count() == WHOLE


def test_a_page_that_vanishes_keeps_the_mark_where_it_was(site: Site) -> None:
    """Naive: what was not found counts as the end of the list, and the older pull requests are never read."""
    site.page_size = 2
    site.fail("direction=desc&page=2", lambda *_: refusal(404, "Not Found"), times=9)
    found = read(site)
    assert [text.split(":")[0] for text in found.problems] == [
        "pull_requests",
        "pull_request_comments",
    ][:1]
    assert found.count()["pull_requests"] == 2
    assert ("pull_requests", "1") not in found.marks
    site.faults.clear()
    assert read(site, found.marks).count()["pull_requests"] == 5


def test_a_list_that_moves_while_it_is_read_brings_each_row_once_and_the_later_one(
    site: Site,
) -> None:
    """A pull request is touched between two pages: it moves to the top and pushes another on to the next page."""
    site.page_size = 2
    rows = site.lists["/repositories/1/pulls"]

    def touch(*_: object) -> None:
        last = rows.pop()
        rows.insert(0, last | {"updated_at": "2026-06-29T09:00:00Z", "title": "touched"})

    site.fail("direction=desc&page=2", touch)
    found = read(site)
    assert found.problems == []
    numbers = [one["pr_number"] for one in found.rows["pull_requests"]]
    assert len(numbers) == len(set(numbers)) == 4
    # The one that moved up is above the mark: the next run brings it.
    again = read(site, found.marks)
    assert "touched" in {one["title"] for one in again.rows["pull_requests"]}


def test_a_short_page_is_not_the_end_and_no_header_is(site: Site) -> None:
    site.page_size = 1
    assert read(site).count() == WHOLE


def test_a_rerun_between_pages_lands_every_attempt_once(site: Site) -> None:
    site.page_size = 1
    at = "/repositories/1/actions/runs"

    def again(*_: object) -> None:
        one = next(run for run in site.lists[at] if run["id"] == 9000)
        site.objects[f"{at}/9000/attempts/1"] = dict(one)
        one.update(run_attempt=2, status="completed", conclusion="success")

    site.fail("/actions/runs?", again)
    found = read(site)
    attempts = sorted((one["run_id"], one["run_attempt"]) for one in found.rows["workflow_runs"])
    assert attempts == [
        ("9000", 1),
        ("9000", 2),
        ("9001", 1),
        ("9001", 2),
        ("9001", 3),
        ("9002", 1),
    ]
    # A rerun long after the mark is found by the look-back, and old attempts are not asked for again.
    site.calls.clear()
    next(run for run in site.lists[at] if run["id"] == 9002).update(run_attempt=2)
    site.objects[f"{at}/9002/attempts/1"] = github.run(9002)
    later = read(site, found.marks)
    assert ("9002", 2) in {
        (one["run_id"], one["run_attempt"]) for one in later.rows["workflow_runs"]
    }
    assert [call for call in site.calls if "/attempts/" in call] == [f"{at}/9002/attempts/1"]


def test_an_attempt_that_is_gone_is_no_failure(site: Site) -> None:
    del site.objects["/repositories/1/actions/runs/9001/attempts/1"]
    found = read(site)
    assert found.problems == []
    assert found.count() == WHOLE | {"workflow_runs": 4}


def test_more_runs_than_a_search_finds_are_read_in_halves(site: Site) -> None:
    """Naive: the search says 2,500 and gives 1,000; the rest is never seen."""
    at = "/repositories/1/actions/runs"
    start = dt.datetime(2026, 6, 2, tzinfo=dt.UTC)
    site.lists[at] = [
        github.run(n, created_at=(start + dt.timedelta(minutes=n)).strftime("%Y-%m-%dT%H:%M:%SZ"))
        for n in range(2500)
    ][::-1]
    found = read(site)
    assert len({one["run_id"] for one in found.rows["workflow_runs"]}) == 2500
    assert found.problems == []


def test_an_empty_repository_has_no_commits(site: Site) -> None:
    site.fail(
        "/commits?",
        lambda _, t: refusal(409, "Git Repository is empty.") if "sha=main" in t else None,
        9,
    )
    found = read(site)
    assert found.problems == []
    assert found.count()["commits"] == 0


def test_a_deleted_fork_and_a_ghost_are_null(site: Site) -> None:
    site.lists["/repositories/1/pulls"][0].update(user=None)
    site.lists["/repositories/1/pulls"][0]["head"]["repo"] = None
    found = read(site)
    assert found.n_bad == 0
    (row,) = [one for one in found.rows["pull_requests"] if one["head_repository_id"] is None]
    assert row["author_login"] is None


def test_a_row_that_breaks_its_contract_holds_the_mark_back(site: Site) -> None:
    site.lists["/repositories/1/pulls"][1]["created_at"] = "yesterday"
    found = read(site)
    assert found.n_bad == 1
    assert found.count()["pull_requests"] == 4
    assert found.marks["pull_requests", "1"] == ""


def test_only_what_changed_is_asked_for_again(site: Site) -> None:
    first = read(site)
    site.calls.clear()
    rows = site.lists["/repositories/1/pulls"]
    rows.insert(0, pull(6, "2026-06-28T09:00:00Z"))
    for kind in ("commits", "reviews"):
        site.lists[f"/repositories/1/pulls/6/{kind}"] = []
    second = read(site, first.marks)
    details = [
        call.split("?")[0] for call in site.calls if "/pulls/" in call and "comments" not in call
    ]
    assert details == ["/repositories/1/pulls/6/commits", "/repositories/1/pulls/6/reviews"]
    # The one that stands at the mark itself comes again: another may have its very second.
    assert sorted(one["pr_number"] for one in second.rows["pull_requests"]) == [5, 6]


def test_since_further_back_reads_what_was_not_wanted_before(site: Site) -> None:
    site.lists["/repositories/1/pulls"].append(pull(99, "2026-04-01T09:00:00Z"))
    for kind in ("commits", "reviews"):
        site.lists[f"/repositories/1/pulls/99/{kind}"] = []
    first = read(site)
    assert len(first.rows["pull_requests"]) == 5
    earlier = read(site, first.marks, SINCE="2026-03-01")
    assert len(earlier.rows["pull_requests"]) == 6


def test_the_primary_limit_is_waited_for_by_the_vendors_clock(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("extract.client.retries.sleep", waits.append)
    now = "Mon, 01 Jun 2026 12:00:00 GMT"
    reset = str(int(dt.datetime(2026, 6, 1, 12, 40, tzinfo=dt.UTC).timestamp()))
    headers = {"x_ratelimit_remaining": "0", "x_ratelimit_reset": reset}
    site.fail(
        "/repos/o/r",
        lambda *_: Answer(
            403, b"{}", {k.replace("_", "-"): v for k, v in headers.items()} | {"Date": now}
        ),
    )
    assert read(site).problems == []
    assert waits
    assert waits[0] <= 3700


@pytest.mark.parametrize("n_pulls", [150])
def test_a_backfill_makes_the_calls_that_the_api_forces(site: Site, n_pulls: int) -> None:
    """One call for a hundred pull requests, two for each of them, one per other list: computed here from the site alone."""
    company(site, n_pulls=n_pulls)
    site.calls.clear()
    began = time.process_time()
    found = read(site)
    assert found.problems == []
    details = 2 * n_pulls + 2 + 2  # commits and reviews; statuses of two deployments; two attempts
    lists = (
        -(-n_pulls // 100) + 6 + 2
    )  # pulls; two of comments, events, deployments, runs, releases, commits; teams
    floor = details + lists + 1 + 1
    said = f"{n_pulls} pull requests: {len(site.calls)} calls, lower bound {floor}, {time.process_time() - began:.1f} CPU s"
    sys.stdout.write(said + "\n")
    assert len(site.calls) == floor
    assert len(found.rows["pull_request_commits"]) == n_pulls


def test_tables_have_the_modes_that_their_readers_fill() -> None:
    keyed: list[Table] = [table for table in TABLES if table.mode is Mode.KEY]
    assert all(table.key for table in keyed)
    assert all(column.path for table in TABLES for column in table.columns)
