from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sandbox.server import ServerOptions, running
from sandbox.server.endpoints import ENDPOINTS
from sandbox.server.options import ANTHROPIC_ANALYTICS_KEY
from tests.integration.sandbox.conftest import Client

VENDORS = ("cursor", "anthropic")
"""Of the others nothing was recorded."""
RECORDED = Path(__file__).parents[2] / "fixtures" / "recorded"
DAY = 86_400_000


@pytest.fixture(scope="module")
def replayed(http: httpx.Client) -> Iterator[Client]:
    with running(options=ServerOptions(replay=RECORDED, rate_limits=False)) as server:
        yield Client(server, http)


def test_replay_has_an_answer_for_every_vendor_endpoint() -> None:
    wanted = {f"{each.vendor}/{each.name}.json" for each in ENDPOINTS if each.vendor in VENDORS}
    missing = {name for name in wanted if not (RECORDED / name).is_file()}
    # One workspace by its id is not part of the recording; what came to the API since is not offered there.
    since = {
        *("analytics_cost", "service_accounts", "service_account_workspaces", "rbac_groups"),
        *("rbac_group_members", "spend_limits", "spend_limit_usage"),
    }
    assert missing == {f"anthropic/{name}.json" for name in ("workspace", *since)}


def test_replay_daily_usage_without_pages_is_the_live_shape(replayed: Client) -> None:
    answer = replayed.cursor("/teams/daily-usage-data", startDate=0, endDate=1).json()
    rows = answer["data"]
    assert "pagination" not in answer
    assert (len(rows), len({row["day"] for row in rows})) == (93, 31)
    assert {row["date"] % DAY for row in rows} == {66_388_288}
    period = answer["period"]
    assert period["endDate"] - period["startDate"] == 30 * DAY
    absent = sum("clientVersion" not in row for row in rows)
    assert 0 < absent < len(rows)
    assert any(row["mostUsedModel"] == "" for row in rows)
    assert any(row["acceptedLinesAdded"] > row["totalLinesAdded"] for row in rows)
    assert any(row["totalAccepts"] > row["totalApplies"] for row in rows)


def test_replay_daily_usage_with_pages_holds_the_same_rows(replayed: Client) -> None:
    path = "/teams/daily-usage-data"
    whole = replayed.cursor(path).json()["data"]
    pages = [replayed.cursor(path, page=page, pageSize=1000).json() for page in (1, 2)]
    assert pages[0]["data"] + pages[1]["data"] == whole
    assert [page["pagination"]["hasNextPage"] for page in pages] == [True, False]


@pytest.mark.parametrize("path", ["/usage_report/messages", "/cost_report"])
def test_replay_reports_are_all_null_with_an_empty_page_inside(replayed: Client, path: str) -> None:
    pages = [replayed.anthropic(path).json()]
    while pages[-1]["has_more"]:
        pages.append(replayed.anthropic(path, [("page", pages[-1]["next_page"])]).json())
    assert [len(page["data"]) for page in pages] == [7, 7, 2]
    assert not any(bucket["results"] for bucket in pages[1]["data"])
    rows = [row for page in pages for bucket in page["data"] for row in bucket["results"]]
    assert {row["workspace_id"] for row in rows} | {row["model"] for row in rows} == {None}
    assert not any("inference_geo" in row or "account_id" in row for row in rows)


def test_replay_asks_for_the_key_all_the_same(replayed: Client) -> None:
    url = replayed.server.cursor_url + "/teams/members"
    assert replayed.http.get(url).status_code == 401


def test_replay_of_what_was_not_recorded_is_not_found(replayed: Client) -> None:
    assert replayed.anthropic("/workspaces/wrkspc_1").status_code == 404


def test_replay_meets_faults_too(replayed: Client) -> None:
    replayed.server.fail("endpoint=team_members kind=http_503 times=1")
    assert replayed.cursor_get("/teams/members").status_code == 503
    assert replayed.cursor_get("/teams/members").status_code == 200


def test_replay_of_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(FileNotFoundError, match="no recorded answer"),
        running(options=ServerOptions(replay=tmp_path)),
    ):
        pass


def test_replay_offers_no_source_that_was_not_recorded(http: httpx.Client) -> None:
    with running(options=ServerOptions(replay=RECORDED)) as server:
        assert not {"CLAUDE_ANALYTICS_KEY", "CLAUDE_AI_EXPORT_DIR"} & server.env.keys()
        assert "GOOGLE_REPORTS_CUSTOMER" not in server.env
        assert not server.export_dir.exists()
        headers = {"x-api-key": ANTHROPIC_ANALYTICS_KEY, "anthropic-version": "2023-06-01"}
        url = f"{server.anthropic_url}/v1/organizations/analytics/users"
        assert http.get(url, headers=headers).status_code == 404
