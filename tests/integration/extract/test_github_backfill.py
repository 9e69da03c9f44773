"""A backfill of GitHub's history: into a temporary place, checked, merged at once; killed, it goes on where it was."""

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from tests.integration.extract.github_hub import Hub
from tests.worlds.github import ADA, Answer, Site, commit, company, pull, served, teams

EARLY = {"created_at": "2026-04-10T09:00:00Z", "updated_at": "2026-04-10T09:00:00Z"}
SINCE = {"SINCE": "2026-03-01"}
LATE = 300
"""Pull requests of a history that takes several stages."""


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.setattr("extract.client.retries.sleep", lambda _: None)
    with served(Site()) as site:
        company(site)
        teams(site)
        _add_history(site)
        found = Hub(site, tmp_path)
        found.env["GITHUB_REPOSITORIES"] = "o/r"
        yield found


def _add_history(site: Site, n_pulls: int = 3) -> None:
    """Add what lies before the days of an ordinary load: pull requests, a comment, a deployment with its status."""
    at = "/repositories/1"
    for number in range(1000 + n_pulls, 1000, -1):
        site.lists[f"{at}/pulls"].append(pull(number, "2026-04-10T09:00:00Z"))
        site.lists[f"{at}/pulls/{number}/commits"] = [commit(f"c{number}")]
        site.lists[f"{at}/pulls/{number}/reviews"] = []
    site.lists[f"{at}/pulls/comments"].append(
        {"id": 4, "user": ADA, "pull_request_url": f"{at}/pulls/1001", **EARLY}
    )
    site.lists[f"{at}/deployments"].append(
        site.lists[f"{at}/deployments"][-1] | {"id": 401, **EARLY}
    )
    site.lists[f"{at}/deployments/401/statuses"] = [
        {"id": 4010, "state": "success", "environment": "production", "creator": ADA, **EARLY}
    ]


def _asked_for_details(hub: Hub) -> list[str]:
    return [call for call in hub.details() if "/comments" not in call]


def test_history_is_added_once_and_agrees_with_what_is_there(hub: Hub) -> None:
    """Naive: the second run reads all again, what is there is asked for again, or silently changed."""
    hub.load()
    assert hub.rows(
        "select distinct coverage_start::varchar from raw_github.coverage order by 1"
    ) == [("2026-06-01",)]
    with duckdb.connect(hub.env["DUCKDB_PATH"]) as connection:
        # Wrong rows, one of which says that it is newer than what GitHub has; a review does not say when it changed.
        connection.execute("update raw_github.pull_requests set title = 'x' where pr_number = 4")
        connection.execute(
            "update raw_github.pull_requests set title = 'later', updated_at = '2026-06-29' where pr_number = 5"
        )
    text = hub.load(backfill=True, **SINCE)
    assert (
        "backfill: github.pull_requests: 3 rows added; 5 were there, of which 2 said something"
        in text
    )
    assert "else: the newer won (1 times what was there)" in text.replace("\n", " ")
    assert "backfill: github.deployment_statuses: 1 rows added" in text
    assert "backfill: github.pull_requests: whole since 2026-03-01 (1)" in text
    assert len(_asked_for_details(hub)) == 2 * 3
    titles = hub.rows(
        "select title from raw_github.pull_requests where pr_number in (4, 5) order by 1"
    )
    assert titles == [("feat: 4",), ("later",)]
    assert not (hub.folder / "dlt").glob("*/backfill/github/*") or not list(
        (hub.folder / "dlt").glob("*/backfill/github/*")
    )
    survivor = hub.contents()
    assert survivor["coverage"]

    for since in ("2026-03-01", "2026-05-01"):
        text = hub.load(backfill=True, SINCE=since)
        assert "backfill: github: nothing changed" in text
        assert not [call for call in hub.site.calls if "/repositories/" in call]
        assert hub.contents() == survivor

    with duckdb.connect(hub.env["DUCKDB_PATH"]) as connection:
        connection.execute(
            "update raw_github.pull_requests set title = 'feat: 5', updated_at = '2026-06-07 09:00:00+00' where pr_number = 5"
        )
    survivor = hub.contents()
    for part in ("dlt", "state"):
        shutil.rmtree(hub.folder / part)
    (hub.folder / "warehouse.duckdb").unlink()
    hub.load(**SINCE)
    assert hub.contents() == survivor
