"""Names that marts and columns had before: answered beside the new ones, and marked as going."""

import csv
import io
from collections.abc import Iterator

import httpx
import pytest

from serving.publish import publish
from serving.renamed import RENAMED
from tests.integration.serving.conftest import published
from tests.service import Service, serving

OLD, NEW = "marts.mart_finance__tool_overlap", "marts.mart_finance__platform_overlap"
OVERLAP = """
create table marts.mart_finance__platform_overlap as
select * from (values
    (date '2026-06-01', 'ada@north.example', 'cursor', 2, cast(20 as decimal(38, 9)), 'one'),
    (date '2026-06-01', 'ada@north.example', 'claude_code', 2, cast(30 as decimal(38, 9)), 'two'),
    (date '2026-07-01', 'bob@north.example', 'cursor', 3, cast(40 as decimal(38, 9)), 'three')
) as row (month_start_date, person_email, platform, n_platforms, seat_cost_usd, platform_overlap_id)
"""
TEAMS = """
create table marts.mart_engineering__team_weekly as
select 'cursor' as platform, 'blue' as team_name, cast(7 as bigint) as n_accepted_lines_added
"""
STALE = f"create table {OLD} as select 'left behind' as tool_overlap_id"


@pytest.fixture(scope="module")
def renamed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serving(published(tmp_path_factory.mktemp("renamed"))) as running:
        running.change(OVERLAP, TEAMS, STALE)
        running.look()
        yield running


def _ask(service: Service, path: str, role: str = "admin") -> httpx.Response:
    with service.client("*", role=role) as client:
        answer = client.get(f"/analytics/marts{path}")
    assert answer.status_code == 200, answer.text
    return answer


def test_reader_of_a_column_s_name_of_before_still_finds_it(renamed: Service) -> None:
    answer = _ask(renamed, "/mart_engineering__team_weekly")
    assert answer.json()["rows"] == [
        {
            "platform": "cursor",
            "team_name": "blue",
            "n_accepted_lines_added": 7,
            "n_lines_accepted": 7,
            "tool": "cursor",
        }
    ]
    assert answer.json()["columns"] == [
        {"name": "platform", "type": "string"},
        {"name": "team_name", "type": "string"},
        {"name": "n_accepted_lines_added", "type": "integer"},
        {"name": "n_lines_accepted", "type": "integer", "renamed_to": "n_accepted_lines_added"},
        {"name": "tool", "type": "string", "renamed_to": "platform"},
    ]
    (row,) = csv.DictReader(
        io.StringIO(_ask(renamed, "/mart_engineering__team_weekly?format=csv").text)
    )
    assert (row["tool"], row["platform"], row["n_lines_accepted"]) == ("cursor", "cursor", "7")


def test_who_asks_by_new_names_is_told_nothing(renamed: Service) -> None:
    for path in (
        "/mart_engineering__team_weekly?platform=cursor",
        f"/{NEW}?month_start_date.gte=2026-07-01",
    ):
        answer = _ask(renamed, path)
        assert len(answer.json()["rows"]) == 1
        assert not {"deprecation", "link"} & answer.headers.keys()
        assert "renamed_to" not in answer.json()


@pytest.mark.parametrize(
    ("path", "successor", "n_rows"),
    [
        (
            "mart_engineering__team_weekly?tool=cursor",
            "marts.mart_engineering__team_weekly?platform=cursor",
            1,
        ),
        (
            "mart_engineering__team_weekly?n_lines_accepted.gt=7",
            "marts.mart_engineering__team_weekly?n_accepted_lines_added.gt=7",
            0,
        ),
        ("mart_finance__tool_overlap", NEW, 3),
        (
            f"{OLD}?month_date.lt=2026-07-01&platform=cursor",
            f"{NEW}?month_start_date.lt=2026-07-01&platform=cursor",
            1,
        ),
    ],
)
def test_name_of_before_is_answered_and_said_to_go(
    renamed: Service, path: str, successor: str, n_rows: int
) -> None:
    answer = _ask(renamed, f"/{path}")
    assert len(answer.json()["rows"]) == n_rows
    assert answer.headers["deprecation"] == "@1795996800"  # midnight of `since`
    address = f"/api/v1/analytics/marts/{successor}"
    assert answer.headers["link"] == f'<{address}>; rel="successor-version"'
    again = _ask(renamed, f"/{successor}")
    assert again.json()["rows"] == answer.json()["rows"]
    assert "deprecation" not in again.headers


def test_mart_s_name_of_before_is_the_mart_s_rows(renamed: Service) -> None:
    """What a renaming left behind in the warehouse is not: no build brings it up to date."""
    found = _ask(renamed, "/mart_finance__tool_overlap").json()
    assert (found["mart"], found["renamed_to"]) == (OLD, NEW)
    assert [row["tool_overlap_id"] for row in found["rows"]] == ["one", "two", "three"]
    assert found["rows"] == _ask(renamed, f"/{NEW}").json()["rows"]


def test_pages_lead_on_under_the_name_that_was_asked(renamed: Service) -> None:
    with renamed.client("*", role="admin") as client:
        answer = client.get(f"/analytics/marts/{OLD}", params={"limit": 2, "n_tools.gt": 1})
        following = answer.json()["next"]
        links = answer.headers["link"].split(", ")
        assert links[0] == f'<{following}>; rel="next"'
        assert links[1].endswith('; rel="successor-version"')
        last = client.get(f"{renamed.url}{following}")
    assert [row["n_tools"] for row in last.json()["rows"]] == [3]
    assert last.headers["deprecation"]


def test_list_of_marts_marks_what_goes(renamed: Service) -> None:
    found = {mart["mart"]: mart for mart in _ask(renamed, "").json()["marts"]}
    assert (found[OLD]["renamed_to"], found[OLD]["rows"]) == (NEW, 3)
    assert "renamed_to" not in found[NEW]
    gone = next(column for column in found[NEW]["columns"] if column["name"] == "n_tools")
    assert (gone["type"], gone["renamed_to"]) == ("integer", "n_platforms")
    assert gone["unit"] == "number of platforms", "by the name that stays"
    lines = {
        line["mart"]: line
        for line in csv.DictReader(io.StringIO(_ask(renamed, "?format=csv").text))
    }
    assert (lines[OLD]["renamed_to"], lines[NEW]["renamed_to"]) == (NEW, "")
    assert lines["marts.mart_engineering__team_weekly"]["columns"] == (
        "platform:string team_name:string n_accepted_lines_added:integer"
        " n_lines_accepted:integer:n_accepted_lines_added tool:string:platform"
    )


def test_name_of_before_opens_no_door(renamed: Service) -> None:
    """A copy of a column is as personal as the column, and one of a mart is read as that mart."""
    with (
        renamed.client("*", role="viewer") as viewer,
        renamed.client("north", role="admin") as north,
    ):
        assert viewer.get(f"/analytics/marts/{OLD}").status_code == 403
        assert viewer.get("/analytics/marts/mart_engineering__team_weekly").status_code == 200
        for path in (OLD, "mart_engineering__team_weekly"):
            assert north.get(f"/analytics/marts/{path}").status_code == 403
    log = renamed.settings.state_dir / "audit.jsonl"
    _ask(renamed, f"/{OLD}")
    assert f'"resource": "{NEW}"' in log.read_text().splitlines()[-1].replace('":"', '": "')
    assert OLD not in log.read_text()


def test_document_says_which_addresses_go(renamed: Service) -> None:
    with renamed.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
    assert {
        path for path, operations in paths.items() if operations.get("get", {}).get("deprecated")
    } == {f"/api/v1/analytics/marts/{before}" for before in RENAMED.marts}
    assert paths[f"/api/v1/analytics/marts/{OLD}"]["get"]["security"] == [
        {"token": []},
        {"session": []},
    ]


def test_use_of_names_that_go_is_counted(renamed: Service) -> None:
    _ask(renamed, f"/{OLD}?n_tools=3")
    text = renamed.metrics()
    assert f'api_renamed_requests_total{{name="{OLD}"}}' in text
    assert f'api_renamed_requests_total{{name="{NEW}.n_tools"}}' in text


def test_snapshot_of_before_the_renaming_is_read_by_the_names_of_now(service: Service) -> None:
    service.change(
        "create table marts.mart_engineering__team_weekly as select 'cursor' as tool", STALE
    )
    # As the release before published it.
    service.look()
    answer = _ask(service, "/mart_engineering__team_weekly?platform=cursor", role="viewer")
    assert answer.json()["rows"] == [{"platform": "cursor", "tool": "cursor"}]
    rows = [{"platform_overlap_id": "left behind", "tool_overlap_id": "left behind"}]
    assert [_ask(service, f"/{name}").json()["rows"] for name in (OLD, NEW)] == [rows, rows]
    listed = {mart["mart"]: mart["rows"] for mart in _ask(service, "").json()["marts"]}
    assert (listed[OLD], listed[NEW]) == (1, 1)


def test_published_files_have_the_new_names_only(renamed: Service) -> None:
    publish(renamed.settings)
    folders = [path for path in renamed.settings.publish_dir.iterdir() if path.is_dir()]
    files = {path.stem for folder in folders for path in folder.glob("marts/*.parquet")}
    assert "mart_finance__platform_overlap" in files
    assert "mart_finance__tool_overlap" not in files
