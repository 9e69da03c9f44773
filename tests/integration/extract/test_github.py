"""GitHub from HTTP to the warehouse: rows by key, marks that survive a kill, directories that are read in parts."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.extract.github_hub import Hub
from tests.worlds.github import Answer, Site, commit, company, refusal, served, teams


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr("extract.client.retries.sleep", lambda _: None)
    with served(Site()) as site:
        company(site)
        company(site, 2, "o/second", n_pulls=3)
        teams(site)
        yield Hub(site, tmp_path)


def test_loaded_again_everything_stands_once_and_only_changes_are_asked_for(hub: Hub) -> None:
    """Loaded, loaded again, revised by a force-push, a rename, and a repository that is out of reach."""
    hub.load()
    first = hub.contents()
    assert {name: len(rows) for name, rows in first.items() if rows} == {
        "repositories": 2,
        "pull_requests": 8,
        "pull_request_commits": 8,
        "pull_request_reviews": 8,
        "pull_request_comments": 4,
        "issue_events": 2,
        "deployments": 4,
        "deployment_statuses": 8,
        "workflow_runs": 10,
        "releases": 2,
        "commits": 4,
        "team_members": 2,
        "coverage": 12,
    }
    assert len(hub.details()) == 16
    hub.load()
    assert hub.contents() == first
    assert hub.details() == []
    assert not [call for call in hub.site.calls if "/attempts/" in call]

    changed = hub.site.lists["/repositories/1/pulls"][0]
    changed["updated_at"] = "2026-06-29T09:00:00Z"
    at = f"/repositories/1/pulls/{changed['number']}/commits"
    hub.site.lists[at] = [commit("forced")]
    hub.site.objects["/repos/o/r"]["full_name"] = "o/renamed"
    hub.site.fail("/repos/o/second", lambda *_: refusal(404, "Not Found"), times=9)
    hub.load(code=5)
    assert len(hub.details()) == 2
    found = hub.rows(
        f"select commit_sha from raw_github.pull_request_commits where repository_id = '1' and pr_number = {changed['number']}"
    )
    assert found == [("forced",)]
    names = hub.rows(
        "select repository_name, _dlt_valid_to is null from raw_github.repositories order by 1, 2"
    )
    assert names == [("o/r", False), ("o/renamed", True), ("o/second", True)]
    assert len(hub.contents()["pull_requests"]) == 8


def test_a_backfill_that_is_killed_goes_on_where_it_was(hub: Hub) -> None:
    """Naive: the mark lies in a file, or is written before the rows, or the backfill begins again at the first call."""
    company(hub.site, n_pulls=270)
    hub.env["GITHUB_REPOSITORIES"] = "o/r"
    child = hub.program()

    def kill(*_: object) -> Answer | None:
        if len(hub.details()) < 520:
            return None
        child.send_signal(signal.SIGKILL)
        return Answer(500)

    hub.site.fail("/pulls/", kill, times=10_000)
    assert child.wait(timeout=300) == -signal.SIGKILL
    hub.site.faults.clear()
    hub.load()
    assert len(hub.details()) == 2 * 270 - 500
    survivor = hub.contents()
    for part in ("dlt", "state"):
        shutil.rmtree(hub.folder / part, ignore_errors=True)
    (hub.folder / "warehouse.duckdb").unlink()
    hub.load()
    assert hub.contents() == survivor
