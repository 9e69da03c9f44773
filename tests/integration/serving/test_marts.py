"""Any published mart, page by page; and the ledger added up."""

import csv
import io
import json
from typing import Any

import httpx
import pytest

from tests.service import Service

DAILY = "/analytics/marts/mart_savings__daily"
LEDGER = "/analytics/marts/fct_ai_spend_daily"


def _ask(
    service: Service, path: str, *organizations: str, role: str = "admin", **parameters: Any
) -> httpx.Response:
    with service.client(*(organizations or ("*",)), role=role) as client:
        return client.get(path, params=parameters)


def _rows(answer: httpx.Response) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["rows"]
    return found


def test_spend_by_everything(lasting: Service) -> None:
    found = _ask(lasting, "/analytics/spend").json()
    assert found["total_spend"] == "17.250001"
    assert found["period"] == {"start": "2026-06-01", "end": "2026-06-02"}
    cursor = {"vendor": "cursor", "platform": "cursor", "category": "engineering"}
    assert found["spend"] == [
        {
            "date": "2026-06-01",
            "vendor": "anthropic",
            "platform": "claude_api",
            "category": "api_consumption",
            "team": None,
            "spend": "5.000000",
        },
        # 10.0000005 + 0.0000005: added before it is rounded
        {"date": "2026-06-01", **cursor, "team": "blue", "spend": "10.000001"},
        {"date": "2026-06-02", **cursor, "team": "red", "spend": "2.250000"},
    ]


def test_spend_by_what_is_asked_for(lasting: Service) -> None:
    found = _ask(lasting, "/analytics/spend", group_by=["team"], vendor="cursor").json()
    assert found["spend"] == [
        {"team": "blue", "spend": "10.000001"},
        {"team": "red", "spend": "2.250000"},
    ]
    nothing = _ask(lasting, "/analytics/spend", start_date="2030-01-01").json()
    assert (nothing["total_spend"], nothing["spend"]) == (None, [])


def test_spend_by_month(lasting: Service) -> None:
    found = _ask(lasting, "/analytics/spend", group_by=["month", "vendor"]).json()
    assert {line["month"] for line in found["spend"]} == {"2026-06"}
    assert len(found["spend"]) == 2
    by_default = _ask(lasting, "/analytics/spend").json()["spend"][0]
    assert list(by_default) == ["date", "vendor", "platform", "category", "team", "spend"]


@pytest.mark.parametrize(
    ("token", "told"),
    [
        (("north",), [("north", True)]),
        (("north", "nowhere"), [("north", True), ("nowhere", False)]),
        (("*",), [("north", True), ("south", True), ("unpriced", True)]),
    ],
)
def test_organizations_are_those_of_the_token(
    lasting: Service, token: tuple[str, ...], told: list[tuple[str, bool]]
) -> None:
    with lasting.client(*token) as client:
        found = client.get("/organizations").json()
        lines = list(csv.DictReader(io.StringIO(client.get("/organizations?format=csv").text)))
    asked = [(one["organization_id"], one["has_tasks"]) for one in found["organizations"]]
    assert sorted(asked) == sorted(told)
    assert found["is_whole_company"] is (token == ("*",))
    assert [line["organization_id"] for line in lines] == [name for name, _ in asked]


@pytest.mark.parametrize("role", ["viewer", "admin", "privacy_officer"])
def test_ledger_is_the_companys(lasting: Service, role: str) -> None:
    for path in ("/analytics/spend", LEDGER):
        assert _ask(lasting, path, "north", role=role).status_code == 403
    assert _ask(lasting, "/analytics/spend", "*", role=role).status_code == 200


def test_personal_marts_are_for_those_who_may(lasting: Service) -> None:
    for path in (
        LEDGER,
        "/analytics/marts/mart_savings__user_days",
        "/analytics/marts/dq_usage_without_price",
    ):
        assert _ask(lasting, path, role="viewer").status_code == 403
        assert _ask(lasting, path, role="privacy_officer").status_code == 200
    users = _ask(lasting, "/analytics/marts/mart_savings__user_days", "south")
    assert {row["user_id"] for row in _rows(users)} == {"eve"}


def test_personal_read_is_in_the_audit_log_before_it_is_answered(service: Service) -> None:
    log = service.settings.state_dir / "audit.jsonl"
    assert (
        _ask(service, "/analytics/marts/mart_savings__user_days", "north", role="admin").status_code
        == 200
    )
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    reads = [line for line in lines if line["action"] == "view_personal_data"]
    assert [(line["organization"], line["resource"], line["subject"]) for line in reads] == [
        ("north", "marts.mart_savings__user_days", None)
    ]
    # Hashes are of letters and digits: by chance one holds the name.
    assert not any(
        "ada" in str(line[name]) for line in lines for name in line.keys() - {"before", "hash"}
    )
    log.unlink()
    log.mkdir()
    refused = _ask(service, "/analytics/marts/mart_savings__user_days", "north", role="admin")
    assert refused.status_code == 503


def test_mart_rows_as_json(lasting: Service) -> None:
    answer = _ask(lasting, LEDGER, spend_usd="2.25")
    assert _rows(answer) == [
        {
            "usage_date": "2026-06-02",
            "vendor": "cursor",
            "platform": "cursor",
            "category": "engineering",
            "team_name": "red",
            "person_email": "eve@north.example",
            "spend_usd": "2.250000",
            "is_provisional": False,
            "attribution_confidence": 1.0,
            "loaded_at": "2026-06-03T04:00:00.000000Z",
        }
    ]
    found = answer.json()
    assert (found["mart"], found["next"]) == ("marts.fct_ai_spend_daily", None)
    assert {"name": "spend_usd", "type": "money"} in found["columns"]
    assert found["snapshot_id"] == lasting.app.state.follower.current.snapshot_id


def test_mart_rows_as_csv(lasting: Service) -> None:
    answer = _ask(lasting, LEDGER, format="csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["spend_usd"] for row in rows] == ["10.000001", "0.000001", "5.000000", "2.250000"]
    assert (rows[2]["team_name"], rows[2]["loaded_at"]) == ("", "2026-06-02T04:00:00.000000Z")


def test_no_number_has_an_exponent(service: Service) -> None:
    service.change(
        "create table marts.small as select cast(0 as decimal(38, 9)) as spend_usd,"
        " cast(1e-9 as decimal(38, 9)) as list_unit_price, cast(1e-9 as decimal(38, 9)) as effective_cost,"
        " cast(2e-9 as decimal(38, 9)) as success_share"
    )
    service.look()
    (row,) = _rows(_ask(service, "/analytics/marts/small"))
    assert row == {
        "spend_usd": "0.000000",
        "list_unit_price": "0.000000001",
        "effective_cost": "0.000000",
        "success_share": 2e-09,  # a number of JSON, whichever way it is written
    }
    assert _ask(service, "/analytics/marts/small", format="csv").text.splitlines()[1] == (
        '"0.000000","0.000000001","0.000000","0.000000002"'
    )


@pytest.mark.parametrize(
    ("filters", "n_rows"),
    [
        ({}, 6),
        ({"provider": "beta"}, 2),
        ({"provider": ["beta", "gamma"]}, 4),
        ({"usage_date.gte": "2026-06-01", "organization_id": "north"}, 2),
        ({"actual_cost_usd.gt": "10", "actual_cost_usd.lte": "20"}, 2),
        ({"actual_cost_usd.is": "null"}, 2),
        ({"actual_cost_usd.ne": "20"}, 5),
        ({"provider": "alpha", "usage_date": "2030-01-01"}, 0),
    ],
)
def test_mart_filters(lasting: Service, filters: dict[str, Any], n_rows: int) -> None:
    assert len(_rows(_ask(lasting, DAILY, **filters))) == n_rows


@pytest.mark.parametrize(
    ("filters", "where"),
    [
        ({"providr": "beta"}, "query.providr"),
        ({"usage_date": "yesterday"}, "query.usage_date"),
        ({"n_tasks.like": "1"}, "query.n_tasks.like"),
        ({"n_tasks.is": "one"}, "query.n_tasks.is"),
        ({"limit": "0"}, "query.limit"),
        ({"file_row_number": "0"}, "query.file_row_number"),
    ],
)
def test_filters_that_mean_nothing_are_refused(
    lasting: Service, filters: dict[str, str], where: str
) -> None:
    answer = _ask(lasting, DAILY, **filters)
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == [where]


def test_list_of_marts_takes_no_filter(lasting: Service) -> None:
    answer = _ask(lasting, "/analytics/marts", organization_id="north")
    assert answer.status_code == 422
    assert [error["where"] for error in answer.json()["errors"]] == ["query.organization_id"]


def test_unknown_marts_are_not_found(lasting: Service) -> None:
    for name in ("nothing", "staging.private", "../secrets", "marts"):
        assert _ask(lasting, f"/analytics/marts/{name}").status_code == 404


@pytest.mark.parametrize("filters", [{}, {"provider": ["beta", "gamma"]}])
def test_pages_are_the_whole_without_gap_or_double(
    lasting: Service, filters: dict[str, Any]
) -> None:
    whole = _rows(_ask(lasting, DAILY, **filters))
    with lasting.client("*", role="admin") as client:
        answer = client.get(DAILY, params={**filters, "limit": 2})
        seen = _rows(answer)
        while (following := answer.json()["next"]) is not None:
            assert len(_rows(answer)) == 2
            assert answer.headers["link"] == f'<{following}>; rel="next"'
            answer = client.get(f"{lasting.url}{following}")
            seen += _rows(answer)
    assert seen == whole


def test_pages_of_two_snapshots_are_not_mixed(service: Service) -> None:
    with service.client("*", role="admin") as client:
        following = client.get(DAILY, params={"limit": 2}).json()["next"]
        service.change("delete from marts.mart_savings__daily where provider = 'alpha'")
        service.look()
        answer = client.get(f"{service.url}{following}")
    assert (answer.status_code, answer.json()["status"]) == (409, 409)


def test_rows_are_of_the_tokens_organizations(lasting: Service) -> None:
    rows = _rows(_ask(lasting, DAILY, "south", "unpriced", role="viewer"))
    assert {row["organization_id"] for row in rows} == {"south", "unpriced"}
    both = _ask(lasting, DAILY, "south", role="viewer", organization_id=["south", "north"])
    assert both.status_code == 403
    sly = _ask(lasting, DAILY, "south", role="viewer", **{"organization_id.ne": "south"})
    assert _rows(sly) == []


def test_list_of_marts_is_what_the_token_may_read(lasting: Service) -> None:
    def names(*organizations: str, role: str) -> set[str]:
        with lasting.client(*organizations, role=role) as client:
            found = client.get("/analytics/marts").json()
        return {mart["mart"] for mart in found["marts"]}

    savings = {
        "marts.dim_provider_pricing",
        "marts.mart_savings__daily",
        "marts.mart_savings__duration_histogram",
    }
    assert names("north", role="viewer") == savings
    assert names("north", role="admin") == {*savings, "marts.mart_savings__user_days"}
    assert names("*", role="admin") == {
        *savings,
        "marts.mart_savings__user_days",
        "marts.fct_ai_spend_daily",
        "quality.dq_usage_without_price",
        "quality.price_restatements",
    }
    assert names(role="admin") == set()


def test_list_of_marts_as_csv(lasting: Service) -> None:
    with lasting.client("south") as client:
        by_parameter = client.get("/analytics/marts?format=csv")
        by_accept = client.get("/analytics/marts", headers={"Accept": "text/csv"})
    for answer in (by_parameter, by_accept):
        assert answer.headers["content-type"].startswith("text/csv")
        assert answer.headers["x-snapshot-id"]
        rows = {row["mart"]: row for row in csv.DictReader(io.StringIO(answer.text))}
        assert {name: row["rows"] for name, row in rows.items()} == {
            "marts.dim_provider_pricing": "1",
            "marts.mart_savings__daily": "1",
            "marts.mart_savings__duration_histogram": "1",
        }
        assert rows["marts.dim_provider_pricing"]["columns"] == (
            "provider:string price_source:string price_usd_per_million_units:money"
        )


def test_list_of_marts_is_known_again_by_the_same_token_alone(lasting: Service) -> None:
    with lasting.client("north") as north, lasting.client("south") as south:
        tag = {"If-None-Match": north.get("/analytics/marts").headers["etag"]}
        assert north.get("/analytics/marts", headers=tag).status_code == 304
        assert south.get("/analytics/marts", headers=tag).status_code == 200
    with lasting.client("north", role="admin") as admin:
        assert admin.get("/analytics/marts", headers=tag).status_code == 200


@pytest.mark.parametrize("role", ["viewer", "admin", "privacy_officer"])
def test_prices_are_for_every_organization(lasting: Service, role: str) -> None:
    prices = "/analytics/marts/dim_provider_pricing"
    rows = _rows(_ask(lasting, prices, "south", role=role))
    assert [row["price_usd_per_million_units"] for row in rows] == ["2.500000000"]
    with lasting.client(role=role) as of_none:
        assert of_none.get(prices).status_code == 403
    # What adds organisations up would tell one of the others.
    restated = "/analytics/marts/price_restatements"
    assert _ask(lasting, restated, "south", role=role).status_code == 403
    assert _ask(lasting, restated, "*", role=role).status_code == 200


def test_prices_that_become_an_organizations_are_not_for_everybody_any_more(
    service: Service,
) -> None:
    service.change("alter table marts.dim_provider_pricing add column organization_id varchar")
    service.change("update marts.dim_provider_pricing set organization_id = 'north'")
    service.look()
    assert _rows(_ask(service, "/analytics/marts/dim_provider_pricing", "south")) == []
    assert len(_rows(_ask(service, "/analytics/marts/dim_provider_pricing", "north"))) == 1
