"""A backfill of GitHub's history: into a temporary place, checked, merged at once; killed, it goes on where it was."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from extract.landing.ledger import reader
from tests.integration.extract.github_hub import Hub
from tests.worlds.github import ADA, Answer, Site, commit, company, pull, served, teams

EARLY = {"created_at": "2026-04-10T09:00:00Z", "updated_at": "2026-04-10T09:00:00Z"}
EARLIEST = "2026-03-01"
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
    for name in ("pulls", "pulls/comments", "deployments"):
        kept = [one for one in site.lists[f"{at}/{name}"] if one["updated_at"] > "2026-05"]
        site.lists[f"{at}/{name}"] = kept
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
    text = hub.load(backfill=True, SINCE=EARLIEST)
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
    assert not list((hub.folder / "dlt").glob("*/backfill/github/*"))
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
    hub.load(SINCE=EARLIEST)
    assert hub.contents() == survivor


def _lose_a_file(hub: Hub) -> None:
    (file,) = (hub.folder / "dlt").glob("*/backfill/github/deployments/*.parquet")
    file.unlink()


def _add_a_row_twice(hub: Hub) -> None:
    with duckdb.connect(hub.env["DUCKDB_PATH"]) as connection:
        connection.execute(
            "insert into raw_github.releases from raw_github.releases where release_id = '71'"
        )


@pytest.mark.parametrize("rule", ["counts", "unique keys", "not in the future"])
def test_a_check_that_does_not_hold_merges_nothing(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, rule: str
) -> None:
    """Naive: what is right is merged, or the marks move on and the rest is never read."""
    hub.load()
    at = hub.site.lists["/repositories/1/deployments"]
    if rule == "counts":
        # Behind the loader's back, between the last page and the merge.
        monkeypatch.setattr(
            "extract.landing.backfill.reader", _before(reader, lambda: _lose_a_file(hub))
        )
    elif rule == "unique keys":
        _add_a_row_twice(hub)
        hub.site.lists["/repositories/1/releases"].append({"id": 72, "tag_name": "v1"})
        with duckdb.connect(hub.env["DUCKDB_PATH"]) as connection:
            # Releases are read whole and known; so that they are read again, nothing is known of them.
            connection.execute(
                "delete from raw_github.loaded_partitions where resource_name = 'releases'"
            )
    else:
        at.insert(0, at[0] | {"id": 999, "created_at": "2026-07-30T09:00:00Z"})
        hub.site.lists["/repositories/1/deployments/999/statuses"] = []
    before = hub.contents()
    text = hub.load(5, backfill=True, SINCE=EARLIEST)
    assert f"PROBLEM: github: nothing is merged. {_TABLE[rule]}, {rule}: " in text
    assert hub.contents() == before
    hub.site.lists["/repositories/1/deployments"] = [one for one in at if one["id"] != 999]
    if rule == "counts":
        monkeypatch.undo()
        monkeypatch.setattr("extract.client.retries.sleep", lambda _: None)
        assert "1 rows added" in hub.load(backfill=True, SINCE=EARLIEST)


_TABLE = {"counts": "deployments", "unique keys": "releases", "not in the future": "deployments"}


def _before(open_reader: Callable[..., Any], act: Callable[[], None]) -> Callable[..., Any]:
    def wrapped(*given: Any) -> Any:
        act()
        return open_reader(*given)

    return wrapped


def test_a_backfill_that_is_killed_asks_for_nothing_twice(hub: Hub) -> None:
    """Naive: it begins again at the first call, or half of it is merged."""
    _add_history(hub.site, LATE)
    hub.load()
    before = hub.contents()
    child = hub.program("backfill", SINCE=EARLIEST)

    def kill(*_: object) -> Answer | None:
        if len(_asked_for_details(hub)) < 420:
            return None
        child.send_signal(signal.SIGKILL)
        return Answer(500)

    hub.site.fail("/pulls/", kill, times=10_000)
    assert child.wait(timeout=300) == -signal.SIGKILL
    hub.site.faults.clear()
    assert hub.contents() == before
    text = hub.load(backfill=True, SINCE=EARLIEST)
    assert "github: goes on with the backfill that was begun" in text
    assert len(_asked_for_details(hub)) == 2 * LATE - 400
    assert f"github.pull_requests: {LATE} rows added" in text
    survivor = hub.contents()
    for part in ("dlt", "state"):
        shutil.rmtree(hub.folder / part)
    (hub.folder / "warehouse.duckdb").unlink()
    hub.load(SINCE=EARLIEST)
    assert hub.contents() == survivor


def _peak(child: "subprocess.Popen[bytes]") -> int:
    """Wait for a program and return the most memory that it had, in MB."""
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0
    return used.ru_maxrss // 1024


@pytest.mark.proofs
def test_ninety_days_of_5000_pull_requests(hub: Hub) -> None:
    """The calls are those that the API forces, computed from the site alone; ten times the rows take no more memory."""
    peaks = {}
    for n_pulls in (500, 5_000):
        company(hub.site, n_pulls=n_pulls)
        child = hub.program("backfill", SINCE="2026-04-01")
        peaks[n_pulls] = _peak(child)
        details = (
            2 * n_pulls + 2 + 2
        )  # commits and reviews; statuses of two deployments; two earlier attempts
        lists = (
            -(-n_pulls // 100) + 7
        )  # pulls; two of comments, events, deployments, runs, releases, commits
        floor = details + lists + 1 + 2  # the repository; the teams and the members of one
        n_calls = len(hub.site.calls)
        sys.stdout.write(
            f"{n_pulls} pull requests: {n_calls} calls, lower bound {floor}, peak {peaks[n_pulls]} MB\n"
        )
        assert n_calls == floor
        assert hub.rows("select count(*) from raw_github.pull_request_commits") == [(n_pulls,)]
        for part in ("dlt", "state"):
            shutil.rmtree(hub.folder / part)
        (hub.folder / "warehouse.duckdb").unlink()
    assert peaks[5_000] < 1.25 * peaks[500]
