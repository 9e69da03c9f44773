"""The files that people download from claude.ai: headers, order, overlap, money."""

import csv
from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from sandbox.exports import audit_spans, write_exports
from sandbox.world import Scenario, World
from tests.unit.sandbox.conftest import AS_OF

HEADER = (
    "created_at,actor_info,event,event_info,entity_info,ip_address,device_id,user_agent,"
    "client_platform"
)


@pytest.fixture(scope="module")
def folder(world: World, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports")
    write_exports(world, folder)
    return folder


def lines(path: Path) -> list[list[str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))


def test_two_audit_exports_overlap_and_cover_every_day(world: World, folder: Path) -> None:
    paths = sorted(folder.glob("audit_logs_*.csv"))
    assert len(paths) == 2
    assert all(path.read_text().splitlines()[0] == HEADER for path in paths)
    first, second = ([tuple(line) for line in lines(path)[1:]] for path in paths)
    wanted = {line for day in world.dates() for line in world.audit_lines(day)}
    assert set(first) | set(second) == wanted
    assert 0.2 < len(set(first) & set(second)) / len(wanted) < 0.5
    for export in (first, second):
        moments = [line[0] for line in export]
        assert moments == sorted(moments, reverse=True)


def test_exports_have_no_older_lines_than_the_vendor_keeps() -> None:
    world = World(people=3, days=400, as_of=AS_OF)
    spans = audit_spans(world)
    assert spans[0][0] == AS_OF - timedelta(days=180)
    assert spans[-1][1] == AS_OF


@pytest.mark.parametrize(("days", "files"), [(0, 0), (1, 1), (2, 1), (3, 2), (9, 2)])
def test_short_histories_have_fewer_exports(days: int, files: int) -> None:
    assert len(audit_spans(World(people=3, days=days, as_of=AS_OF))) == files


def test_one_row_is_malformed_only_when_asked_for(world: World, tmp_path: Path) -> None:
    answers = iter((True, False))
    paths = write_exports(world, tmp_path, malformed=lambda: next(answers))
    broken = [[line for line in lines(path)[1:] if line[1] == "{'name': 'Cut of"] for path in paths]
    assert [len(found) for found in broken[:2]] == [1, 0]


def test_spend_report_is_the_months_charges(world: World, folder: Path) -> None:
    [path] = folder.glob("spend_report_*.csv")
    assert path.name == "spend_report_2026-10-01_to_2026-10-14.csv"
    header, *rows = lines(path)
    assert header == [
        "user_email",
        "account_uuid",
        "product",
        "model",
        "total_requests",
        "total_prompt_tokens",
        "total_completion_tokens",
        "total_net_spend_usd",
        "total_gross_spend_usd",
        "user_id",
        "total_web_search_count",
    ]
    net: defaultdict[tuple[str, str, str], Decimal] = defaultdict(Decimal)
    made: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for day in world.dates():
        if day >= date(2026, 10, 1):
            for line in world.user_cost_lines(day):
                key = (line["actor"]["user_id"], line["product"], line["model"])
                net[key] += Decimal(line["pico"]).scaleb(-12)
            for line in world.user_usage_lines(day):
                key = (line["actor"]["user_id"], line["product"], line["model"])
                made[key] += line["output_tokens"]
    found = {(row[9], row[2], row[3]): Decimal(row[7]) for row in rows}
    assert found == dict(net)
    assert {(row[9], row[2], row[3]): int(row[6]) for row in rows} == dict(made)
    assert all(Decimal(row[8]) > Decimal(row[7]) for row in rows)
    assert any(not row[0] for row in rows)


def test_team_report_is_month_to_date_whatever_its_name_says(world: World, folder: Path) -> None:
    [path] = folder.glob("claude_code_team_*.csv")
    assert path.name == "claude_code_team_2026-10-08_to_2026-10-14.csv"
    header, *rows = lines(path)
    assert header == ["User", "Spend this Month (USD)", "Lines this Month"]
    spent = {row[0]: Decimal(row[1].replace("$", "").replace(",", "")) for row in rows}
    wanted: defaultdict[str, Decimal] = defaultdict(Decimal)
    added: defaultdict[str, int] = defaultdict(int)
    for day in world.dates():
        if day < date(2026, 10, 1):
            continue
        for line in world.user_cost_lines(day):
            if line["product"] == "claude_code":
                wanted[line["actor"]["email"]] += Decimal(line["pico"]).scaleb(-12)
        for row in world.engagement_users(day):
            lines_of_code = row["claude_code_metrics"]["core_metrics"]["lines_of_code"]
            added[row["user"]["email_address"]] += lines_of_code["added_count"]
    cent = Decimal("0.01")
    assert {email: usd.quantize(cent) for email, usd in wanted.items()}.items() <= spent.items()
    assert all(row[1].startswith("$") for row in rows)
    # The newest day is in the report before the API has it.
    shown = {row[0]: int(row[2].replace(",", "")) for row in rows}
    assert all(shown[email] >= count for email, count in added.items() if count)
    assert any("," in row[2] for row in rows)


def test_exports_of_another_day_replace_the_old_ones(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("kept")
    write_exports(World(people=15, days=9, as_of=AS_OF), tmp_path)
    before = {path.name for path in tmp_path.iterdir()}
    write_exports(World(people=15, days=9, as_of=AS_OF + timedelta(days=1)), tmp_path)
    after = {path.name for path in tmp_path.iterdir()}
    assert before & after == {"notes.txt"}
    assert len(before) == len(after) == 5


def test_empty_organisation_exports_headers(tmp_path: Path) -> None:
    world = World(people=15, days=9, as_of=AS_OF, scenario=Scenario(shapes=frozenset({"empty"})))
    write_exports(world, tmp_path)
    [spend] = tmp_path.glob("spend_report_*.csv")
    assert len(lines(spend)) == 1
