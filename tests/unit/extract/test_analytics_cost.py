"""What is asked of the Usage and Cost Analytics API, and what its answers and refusals become."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extract.client.http import ApiError, EnvelopeError
from extract.config import Settings, read_settings
from extract.landing.errors import NotOfferedError, OutOfWindowError, TornError
from extract.landing.resource import Resource
from extract.landing.sink import Sink, Unit
from extract.landing.spool import Spool
from extract.sources import SOURCES
from tests.unit.extract.vendor import Asked, Reply, Script, Vendor, vendor

UNIT = Unit(dt.date(2026, 6, 1), dt.date(2026, 6, 3))
ADA = {"type": "user_actor", "user_id": "user_1", "email_address": "ada@corp.example", "name": "Ada",
       "deleted": False}  # fmt: skip
Row = dict[str, Any]


def _settings(server: Vendor, **more: str) -> Settings:
    return read_settings(
        {
            "AS_OF": "2026-06-30",
            "ANTHROPIC_ADMIN_KEY": "sk-ant-admin01-k",
            "ANTHROPIC_API_URL": server.url,
            "HTTP_BACKOFF_SECONDS": "0",
            **more,
        }
    )


def _resource(settings: Settings) -> Resource:
    return next(r for r in SOURCES["anthropic"].resources(settings) if r.name == "analytics_cost")


def _read(script: Script, folder: Path) -> tuple[dict[str, list[Row]], list[Asked], Sink]:
    """Read two days; return the rows by table, the requests and the sink."""
    with vendor(script) as server:
        resource = _resource(_settings(server))
        made = folder / "spool"
        made.mkdir(exist_ok=True)
        spool = Spool(made)
        sink = spool.sink(UNIT)
        try:
            resource.read(UNIT, sink)
        except BaseException:
            sink.close(keep=False)
            raise
        sink.close(keep=True)
        rows = {
            table.name: [
                row
                for batch in spool.rows(
                    table, list(spool.partitions(table)), dt.datetime.now(dt.UTC)
                )
                for row in batch.to_pylist()
            ]
            for table in resource.tables
        }
        return rows, server.asked, sink


def _reading(asked: Asked) -> str:
    """Tell which of the four readings a request belongs to."""
    groups = {value for name, value in asked.query if name == "group_by[]"}
    if not groups:
        return "totals"
    if "token_type" in groups:
        return "components"
    return "requests" if "actor" in groups else "terms"


def _row(
    amount: str, list_amount: str | None = None, day: str = "2026-06-01", **group: object
) -> Row:
    end = dt.date.fromisoformat(day) + dt.timedelta(days=1)
    return {
        "starting_at": f"{day}T00:00:00Z",
        "ending_at": f"{end}T00:00:00Z",
        "group": {"actor": None, "rbac_group_id": None, **group},
        "cost": {"amount": amount, "list_amount": list_amount or amount, "currency": "USD", "requests": 3},
    }  # fmt: skip


def _answers(**rows: list[Row]) -> Callable[[Asked], Reply]:
    """Answer each reading with its rows, complete for both days."""

    def script(asked: Asked) -> Reply:
        body = {"data": rows.get(_reading(asked), []), "has_more": False, "next_page": None}
        return Reply(body=body | {"data_refreshed_at": "2026-06-03T04:00:00Z"})

    return script


def _whole(amount: str = "12.5") -> dict[str, list[Row]]:
    return {
        "totals": [_row(amount)],
        "components": [_row(amount, actor=ADA, api_key_id="apikey_1", token_type="output_tokens")],
        "requests": [_row(amount, actor=ADA, api_key_id="apikey_1")],
        "terms": [_row(amount, service_tier="standard")],
    }


def test_four_readings_of_the_same_days_are_asked_for(tmp_path: Path) -> None:
    _, asked, _ = _read(_answers(**_whole()), tmp_path)
    assert [request.path for request in asked] == ["/v1/organizations/analytics/cost"] * 4
    assert [[v for n, v in request.query if n == "group_by[]"] for request in asked] == [
        [],
        ["actor", "api_key_id", "model", "product", "workspace_id", "cost_type", "token_type"],
        ["actor", "api_key_id", "model", "product", "workspace_id"],
        ["context_window", "inference_geo", "model", "service_tier", "speed"],
    ]
    for request in asked:
        assert {n: v for n, v in request.query if n != "group_by[]"} == {
            "starting_at": "2026-06-01T00:00:00Z",
            "ending_at": "2026-06-03T00:00:00Z",
            "time_bucket_width": "1d",
            "order_by": "time",
            "order": "asc",
            "limit": "1000",
        }


def test_the_version_stays_pinned_and_the_beta_is_asked_for_here_alone(tmp_path: Path) -> None:
    """Version 2026-10-21 takes `workspace_id` of the keys away."""
    _, asked, _ = _read(_answers(**_whole()), tmp_path)
    assert {request.headers["anthropic-version"] for request in asked} == {"2023-06-01"}
    assert {request.headers["anthropic-beta"] for request in asked} == {
        "analytics-usage-cost-2026-08-24"
    }
    with vendor([Reply(body={"data": [], "has_more": False, "last_id": None})]) as server:
        resources = SOURCES["anthropic"].resources(_settings(server))
        keys = next(resource for resource in resources if resource.name == "api_keys")
        keys.read(UNIT, Spool(tmp_path / "keys").sink(UNIT))
    assert server.asked[0].headers["anthropic-version"] == "2023-06-01"
    assert "anthropic-beta" not in server.asked[0].headers


def test_amounts_stay_the_vendors_text_and_nothing_is_unknown(tmp_path: Path) -> None:
    rows, _, sink = _read(_answers(**_whole("1520.250000")), tmp_path)
    (line,) = rows["analytics_cost"]
    assert (line["usage_date"], line["amount"], line["list_amount"]) == (
        dt.date(2026, 6, 1), "1520.250000", "1520.250000",
    )  # fmt: skip
    assert (line["actor_user_id"], line["actor_email_address"], line["api_key_id"]) == (
        "user_1", "ada@corp.example", "apikey_1",
    )  # fmt: skip
    assert {row["unknown_fields"] for found in rows.values() for row in found} == {None}
    assert sink.skipped == set()


def test_every_kind_of_identity_has_its_columns(tmp_path: Path) -> None:
    role = {"type": "federated_actor", "subject": "arn:aws:iam::1:role/a",
            "provider": {"type": "aws", "account_id": "1", "signed_principal": "arn:aws:sts::1:x"}}  # fmt: skip
    cloud = {"type": "federated_actor", "subject": None,
             "provider": {"type": "azure", "subscription_id": "s"}}  # fmt: skip
    actors = [
        ADA,
        {"type": "service_account_actor", "service_account_id": "svac_1"},
        {"type": "api_actor", "api_key_id": "apikey_2"},
        role,
        cloud,
        cloud,
        None,
        None,
    ]
    one = [_row("1", actor=actor) for actor in actors]
    rows, _, _ = _read(
        _answers(totals=[_row("8")], components=one, requests=one, terms=[_row("8")]), tmp_path
    )
    names = ("actor_type", "actor_user_id", "actor_service_account_id", "actor_api_key_id",
             "actor_provider_type", "actor_subject", "actor_aws_account_id", "actor_azure_subscription_id")  # fmt: skip
    assert Counter(tuple(row[name] for name in names) for row in rows["analytics_cost"]) == {
        ("user_actor", "user_1", None, None, None, None, None, None): 1,
        ("service_account_actor", None, "svac_1", None, None, None, None, None): 1,
        ("api_actor", None, None, "apikey_2", None, None, None, None): 1,
        ("federated_actor", None, None, None, "aws", "arn:aws:iam::1:role/a", "1", None): 1,
        ("federated_actor", None, None, None, "azure", None, None, "s"): 2,
        (None, None, None, None, None, None, None, None): 2,
    }
    assert {row["unknown_fields"] for row in rows["analytics_cost"]} == {None}


@pytest.mark.parametrize("reading", ["components", "requests", "terms"])
@pytest.mark.parametrize("name", ["amount", "list_amount"])
def test_readings_that_do_not_add_up_to_the_day_are_torn(
    tmp_path: Path, reading: str, name: str
) -> None:
    """Naive: a row that moved over a page's edge is missing in one reading and nobody notices."""
    rows = _whole("12.5")
    rows[reading][0]["cost"][name] = "12.3"
    with pytest.raises(TornError, match=f"12.3 cents of '{name}', the day's total is 12.5"):
        _read(_answers(**rows), tmp_path)
    assert list((tmp_path / "spool").rglob("*.parquet")) == []


def test_a_day_that_one_reading_lacks_is_torn(tmp_path: Path) -> None:
    rows = _whole("12.5")
    rows["terms"].append(_row("7", day="2026-06-02"))
    with pytest.raises(TornError, match=r"rows of 2026-06-02 by .* add up to 7 cents"):
        _read(_answers(**rows), tmp_path)


@pytest.mark.parametrize(("part", "torn"), [("3.3333", False), ("3.3332", True)])
def test_what_rounding_leaves_is_no_tear(tmp_path: Path, part: str, torn: bool) -> None:
    """Three thirds of 10.0000 are 9.9999: within the two units that four rounded amounts may hide; 9.9996 is not."""
    thirds = [_row(part, actor=ADA, model=f"m{n}") for n in range(3)]
    script = _answers(
        totals=[_row("10.0000")], components=thirds, requests=thirds, terms=[_row("10.0000")]
    )
    if torn:
        with pytest.raises(TornError):
            _read(script, tmp_path)
    else:
        assert len(_read(script, tmp_path)[0]["analytics_cost"]) == 3


def test_row_of_a_named_owner_comes_once(tmp_path: Path) -> None:
    """Naive: one row twice and an equal one missing add up all the same."""
    twice = [_row("5", actor=ADA, model="m"), _row("5", actor=ADA, model="m")]
    script = _answers(totals=[_row("10")], components=twice, requests=twice, terms=[_row("10")])
    with pytest.raises(TornError, match="came twice"):
        _read(script, tmp_path)


def test_day_that_the_vendor_has_not_completed_is_left_as_it_is(tmp_path: Path) -> None:
    """Naive: half a day is taken for a whole one, and the ledger loses the rest."""
    rows = _whole("12.5")

    def script(asked: Asked) -> Reply:
        data = [*rows[_reading(asked)], _row("1", day="2026-06-02", actor=ADA)]
        more = {"data_refreshed_at": "2026-06-02T23:00:00Z"}
        return Reply(body={"data": data, "has_more": False, "next_page": None} | more)

    _, _, sink = _read(script, tmp_path)
    assert sink.skipped == {dt.date(2026, 6, 2)}


@pytest.mark.parametrize(
    ("status", "message"),
    [(400, "Not available to organizations with HIPAA readiness enabled"), (403, "no scope"), (404, "x")],
)  # fmt: skip
def test_refusal_is_an_ordinary_answer(tmp_path: Path, status: int, message: str) -> None:
    """Naive: the run of every company without the beta fails, after five attempts."""
    refused: list[Reply] = [Reply(status, {"error": {"type": "e", "message": message}})]
    with vendor(refused) as server:
        resource = _resource(_settings(server))
        sink = Spool(tmp_path).sink(UNIT)
        with pytest.raises(NotOfferedError, match=f"HTTP {status}: e: {message}"):
            resource.read(UNIT, sink)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("status", "message"),
    [(400, "group_by[]: at most 5 dimensions"), (401, "invalid x-api-key")],
)
def test_our_own_mistake_stays_an_error(tmp_path: Path, status: int, message: str) -> None:
    refused: list[Reply] = [Reply(status, {"error": {"message": message}})]
    with pytest.raises(ApiError, match=f"HTTP {status}"):
        _read(refused, tmp_path)


def test_refusal_in_the_middle_is_an_error(tmp_path: Path) -> None:
    def script(asked: Asked) -> Reply:
        if _reading(asked) == "terms":
            return Reply(403, {"error": {"message": "no scope"}})
        return _answers(**_whole())(asked)

    with pytest.raises(ApiError, match="HTTP 403"):
        _read(script, tmp_path)


def test_report_that_is_refreshed_between_two_pages_is_torn(tmp_path: Path) -> None:
    first = {"data": [_row("1")], "has_more": True, "next_page": "p2"}
    then = {"data": [], "has_more": False, "next_page": None}
    answers = [
        Reply(body=first | {"data_refreshed_at": "2026-06-03T04:00:00Z"}),
        Reply(body=then | {"data_refreshed_at": "2026-06-03T08:00:00Z"}),
    ]
    with pytest.raises(TornError, match="changed while it was read"):
        _read(answers, tmp_path)


def test_expired_cursor_starts_the_days_again(tmp_path: Path) -> None:
    first = Reply(body={"data": [_row("1")], "has_more": True, "next_page": "p2"})
    with pytest.raises(TornError, match="expired"):
        _read([first, Reply(410, {})], tmp_path)


@pytest.mark.parametrize(
    ("row", "error"),
    [
        ({**_row("1"), "cost": {"amount": 1, "list_amount": "1"}}, EnvelopeError),
        ({**_row("1"), "cost": {"amount": "1"}}, EnvelopeError),
        ({**_row("NaN")}, EnvelopeError),
        ({**_row("1"), "cost": None}, EnvelopeError),
        ({**_row("1"), "starting_at": "2026-06-01T01:00:00Z"}, EnvelopeError),
        (_row("1", day="2026-06-03"), OutOfWindowError),
    ],
    ids=["number", "no list amount", "no number", "no cost", "no whole day", "another day"],
)
def test_row_that_cannot_be_counted_keeps_its_days_out(
    tmp_path: Path, row: Row, error: type[Exception]
) -> None:
    """A day without this row would be a day with less money, and the ledger takes days whole."""
    with pytest.raises(error):
        _read(_answers(totals=[row]), tmp_path)


@pytest.mark.parametrize(
    ("as_of", "earliest"),
    [("2026-11-30", dt.date(2026, 1, 1)), ("2027-06-30", dt.date(2026, 7, 1))],
)
def test_days_that_the_vendor_does_not_have_are_not_asked_for(
    as_of: str, earliest: dt.date
) -> None:
    with vendor([]) as server:
        assert _resource(_settings(server, AS_OF=as_of)).earliest == earliest
